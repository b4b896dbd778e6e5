/**
 * From a snapshot of format 1 (0.1.0) to format 2: names for its columns, then one step for each thing that is laid out
 * otherwise since. Whoever takes a column, a table or a rule kind away, or gives one another meaning, adds a step to the newest
 * format (bring-up.ts); a new column or table needs none, it begins unwritten.
 */
import type { TableHeader } from '../../model/stored-table.ts';
import { LayoutError } from '../../model/stored-table.ts';
import { OLD_KINDS, oldColumns } from './layouts-0.1.0.ts';
import { splitLimits } from './limit-sides.ts';
import { sightOf } from './sight.ts';
import type { Json, UpgradeStep } from './stored-state.ts';
import { changeHeader, inOrder } from './stored-state.ts';

const STEPS: readonly UpgradeStep[] = [
  // There was one log, and it was not numbered.
  changeHeader((header) => ({ ...header, partition: 0 })),
  // Nobody remembered when the service had stood still.
  changeHeader((header) => ({ ...header, stalls: [] })),
  splitLimits,
  sightOf,
];

export const bringUpFrom1: UpgradeStep = inOrder([...STEPS, changeHeader((header) => ({ ...header, format: 2 }))]);

/** The header of format 1 with the names that it left out, so that its columns can be found at all. */
export function nameColumnsOf1(header: Json): Json {
  const own = header.tables as readonly OldTable[];
  const rules = header.rules as readonly OldTable[];
  const { engineVersion, ...rest } = header;
  const kinds = Object.keys(OLD_KINDS);
  return {
    ...rest,
    installed: { engineVersion, kinds },
    shapes: {},
    tables: own.map(named),
    rules: { rules: kinds, kinds, gone: [], tables: rules.map(named) },
  };
}

interface OldTable {
  readonly name: string;
  readonly rows: number;
  /** How many columns follow. */
  readonly columns: number;
}

function named({ name, rows, columns: count }: OldTable): TableHeader {
  const columns = oldColumns(name);
  if (columns?.length !== count) throw new LayoutError(`table ${name} of ${count} columns is not one of version 0.1.0`);
  return { name, rows, columns };
}
