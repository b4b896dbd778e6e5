// What tests of the state store share besides the builders.
import { statSync } from 'node:fs';
import type { Transition } from '../../src/model/alert.ts';
import type { Pace } from '../../src/store/pace.ts';
import type { Effects, HistoryStore, StateStore, TimelineEntry } from '../../src/store/state/port.ts';
import { openSqlite } from '../../src/store/state/sqlite/sqlite.ts';

/** A place that stays; opened again it holds what it held. */
export type OpenPlace = () => (pace?: Pace) => StateStore;

export const effects = (transitions: readonly Transition[], over: Partial<Effects> = {}): Effects => ({
  partition: 0,
  transitions,
  capsules: [],
  outcomes: [],
  configurations: [],
  ...over,
});

/** What a closed state file takes on the disk once its write-ahead log is folded in. */
export function bytesOf(file: string): number {
  const sqlite = openSqlite({ file });
  sqlite.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  sqlite.close();
  return statSync(file).size;
}

/** What is kept of an alert, oldest first. */
export async function timelineOf(history: HistoryStore, id: string): Promise<TimelineEntry[]> {
  return (await history.alertTimeline(id, { limit: 2_000 })).items;
}

/** Transitions as a timeline shows them. */
export const entriesOf = (transitions: readonly Transition[]): TimelineEntry[] =>
  transitions.map(({ alert, ...entry }) => ({ ...entry, grade: alert.grade }));
