/**
 * Deletes what is older than it need be kept, a little at a time, and gives the room back to the disk. What an alert was and
 * who did what to it stays until the alert itself goes; what only came and went in between goes earlier.
 */
import type { Change } from '../../../model/alert.ts';
import type { Pace } from '../../pace.ts';
import type { Retention } from '../port.ts';
import type { Sqlite } from './sqlite.ts';

/** Rows looked at in one slice, and pages given back in one. */
const ROWS = 500;
const PAGES = 256;

/** Changes that a chattering point makes by the thousand; how often it was stands on the alert (`activations`). */
const FLEETING: readonly Change[] = [
  ...(['re-raised', 'cleared', 'point-cleared', 'told-elsewhere'] as const),
  ...(['went-blind', 'sight-restored', 'eased'] as const),
];

const SQL = {
  partitions: 'SELECT partition, thinned_to FROM projected',
  young: 'SELECT seq, at FROM transitions WHERE partition = ? AND seq > ? ORDER BY seq LIMIT ?',
  thinCapsules: `DELETE FROM capsules WHERE partition = ?1 AND seq <> base AND (alert, seq) IN
    (SELECT alert, seq FROM transitions WHERE partition = ?1 AND seq > ?2 AND seq <= ?3 AND seq <> base
      AND change IN (${FLEETING.map((change) => `'${change}'`).join(', ')}))`,
  thin: `DELETE FROM transitions WHERE partition = ?1 AND seq > ?2 AND seq <= ?3 AND seq <> base
    AND change IN (${FLEETING.map((change) => `'${change}'`).join(', ')})`,
  thinned: 'UPDATE projected SET thinned_to = ? WHERE partition = ?',
  closed: 'SELECT partition, id FROM alerts WHERE closed_at < ? ORDER BY closed_at LIMIT 1',
  transitions: `DELETE FROM transitions WHERE partition = ?1 AND seq IN
    (SELECT seq FROM transitions WHERE partition = ?1 AND alert = ?2 ORDER BY seq DESC LIMIT ?3)`,
  capsules: `DELETE FROM capsules WHERE partition = ?1 AND alert = ?2 AND seq IN
    (SELECT seq FROM capsules WHERE partition = ?1 AND alert = ?2 ORDER BY seq DESC LIMIT ?3)`,
  alert: 'DELETE FROM alerts WHERE partition = ? AND id = ?',
  outcomes: `DELETE FROM outcomes WHERE (partition, command_id, at) IN
    (SELECT partition, command_id, at FROM outcomes WHERE at < ? ORDER BY at LIMIT ?)`,
} as const;

export async function forget(sqlite: Sqlite, pace: Pace, { closedBefore, fleetingBefore }: Retention): Promise<number> {
  let deleted = 0;
  /** Runs `slice` in transactions of their own until it deletes nothing more. */
  const inSlices = async (slice: () => number | undefined): Promise<void> => {
    for (;;) {
      const count = sqlite.transaction(slice);
      if (count === undefined) return;
      deleted += count;
      await pace.pause();
    }
  };
  for (const { partition } of sqlite.all(SQL.partitions)) {
    await inSlices(() => thin(sqlite, partition as number, fleetingBefore));
  }
  await inSlices(() => oldest(sqlite, closedBefore));
  await inSlices(() => sqlite.run(SQL.outcomes, [closedBefore, ROWS]) || undefined);
  await giveBack(sqlite, pace);
  return deleted;
}

/** The next stretch of changes that are old enough, by number: numbers and times grow together. */
function thin(sqlite: Sqlite, partition: number, before: number): number | undefined {
  const row = sqlite.get('SELECT thinned_to FROM projected WHERE partition = ?', [partition]);
  const from = row?.thinned_to as number;
  const old = sqlite.all(SQL.young, [partition, from, ROWS]).filter(({ at }) => (at as number) < before);
  const to = old.at(-1)?.seq;
  if (to === undefined) return undefined;
  const deleted = sqlite.run(SQL.thinCapsules, [partition, from, to]) + sqlite.run(SQL.thin, [partition, from, to]);
  sqlite.run(SQL.thinned, [to, partition]);
  return deleted;
}

/** Pieces of the alerts that were closed longest ago: newest rows first, since older ones may hold the whole text. */
function oldest(sqlite: Sqlite, before: number): number | undefined {
  let deleted = 0;
  while (deleted < ROWS) {
    const alert = sqlite.get(SQL.closed, [before]);
    if (alert === undefined) break;
    const { partition, id } = alert;
    const rows = sqlite.run(SQL.transitions, [partition, id, ROWS]) + sqlite.run(SQL.capsules, [partition, id, ROWS]);
    deleted += rows > 0 ? rows : sqlite.run(SQL.alert, [partition, id]);
  }
  return deleted || undefined;
}

async function giveBack(sqlite: Sqlite, pace: Pace): Promise<void> {
  const free = () => sqlite.get('PRAGMA freelist_count')?.freelist_count as number;
  let left = free();
  if (left === 0) return;
  for (let before = Number.POSITIVE_INFINITY; left > 0 && left < before; left = free()) {
    before = left;
    sqlite.exec(`PRAGMA incremental_vacuum(${PAGES})`);
    await pace.pause();
  }
  // Only now does the file itself become shorter.
  sqlite.exec('PRAGMA wal_checkpoint(TRUNCATE)');
}
