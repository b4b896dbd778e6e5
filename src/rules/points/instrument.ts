/**
 * What the kinds that watch the instrument, or keep events, have in common: to whoever judges the process they say nothing. A kind brings what
 * its fault looks like (`watch`), and its tables.
 */
import type { Columns, Layout } from '../../model/columns.ts';
import type { Level } from '../../model/level.ts';
import { NONE } from '../../model/level.ts';
import type { PointConfig, Range, RuleConfig } from '../../model/point.ts';
import type { Explanation, InstrumentWatch, Observation, RuleKind } from '../kind.ts';
import { UNKNOWN } from '../kind.ts';

const ALWAYS_QUIET = { above: Number.NEGATIVE_INFINITY, below: Number.POSITIVE_INFINITY } as const;

export abstract class InstrumentKind<C extends RuleConfig> implements RuleKind<C> {
  abstract readonly name: string;
  abstract readonly tables: readonly { readonly name: string; readonly columns: Columns<Layout> }[];
  abstract readonly watch: InstrumentWatch;
  readonly goodOnly = false;
  /** It judges no reading: what it remembers it is shown before. */
  readonly memoryless = true;

  abstract install(row: number, rule: C, point: PointConfig): boolean;
  abstract silence(row: number): void;
  abstract explain(row: number): Explanation;

  quiet(): { readonly above: number; readonly below: number } {
    return ALWAYS_QUIET;
  }

  still(): boolean {
    return true;
  }

  observe(): Observation {
    return UNKNOWN;
  }

  again(): Observation {
    return UNKNOWN;
  }

  side(): 1 | -1 {
    return 1;
  }

  breach(): Level {
    return NONE;
  }
}

/** A share of what the instrument can show; undefined where it does not say what that is. */
export function shareOf(span: Range | undefined, share: number): number | undefined {
  if (span?.min === undefined || span.max === undefined) return undefined;
  return share * (span.max - span.min);
}

/** Sets parameters; true where one is another one than before. */
export function setParameters(cells: Float64Array, base: number, wanted: readonly number[]): boolean {
  const isChanged = wanted.some((value, i) => cells[base + i] !== value);
  cells.set(wanted, base);
  return isChanged;
}
