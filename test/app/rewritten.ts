// A snapshot on a simulated disk as another build would have written it.
import type { UpgradeStep } from '../../src/engine/upgrade/stored-state.ts';
import { rulesOf } from '../../src/engine/upgrade/stored-state.ts';
import { openSnapshots } from '../../src/log/local/snapshots.ts';
import type { TableHeader } from '../../src/model/stored-table.ts';
import { storedTables } from '../../src/model/stored-table.ts';
import type { SimulatedDisk } from '../support/simulated-disk.ts';
import { SimulatedClock } from '../support/simulated-disk.ts';

interface Stored {
  readonly tables: readonly TableHeader[];
  readonly rules: { readonly tables: readonly TableHeader[] };
  readonly derived: { readonly tables: readonly TableHeader[] };
}

/** The newest snapshot becomes what a step makes of it. */
export async function rewritten(disk: SimulatedDisk, step: UpgradeStep): Promise<void> {
  const snapshots = await openSnapshots({ dir: '/snapshots', disk, clock: new SimulatedClock() });
  const newest = await snapshots.newest();
  if (newest === undefined) throw new Error('no snapshot');
  const { pieces } = JSON.parse(Buffer.from(newest.parts[0]).toString()) as { pieces: number };
  const header = JSON.parse(Buffer.concat(newest.parts.slice(1, 1 + pieces)).toString()) as Stored;
  const parts = [header.tables, header.rules.tables, header.derived.tables];
  const tables = storedTables(parts.flat(), newest.parts.slice(1 + pieces));
  const changed = step({ header: { ...header }, tables });
  const rules = rulesOf(changed.header);
  // A table that is new is one of the rules'.
  const placeOf = (name: string) => [0, 2].find((place) => parts[place].some((table) => table.name === name)) ?? 1;
  const all = [...changed.tables.values()].sort((a, b) => placeOf(a.name) - placeOf(b.name));
  const described = all.map(({ name, rows, columns }) => ({
    name,
    rows,
    columns: columns.map((column) => ({ name: column.name, type: column.type, width: column.width })),
  }));
  const json = JSON.stringify({
    ...changed.header,
    tables: described.filter(({ name }) => placeOf(name) === 0),
    rules: { ...rules, tables: described.filter(({ name }) => placeOf(name) === 1) },
    derived: { ...header.derived, tables: described.filter(({ name }) => placeOf(name) === 2) },
  });
  await snapshots.write(newest.position, [
    ...[JSON.stringify({ pieces: 1 }), json].map((part) => Buffer.from(part)),
    ...all.flatMap(({ columns }) => columns.map(({ bytes }) => bytes)),
  ]);
}
