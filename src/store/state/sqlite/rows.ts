/**
 * Effects as rows and back: one writer a table, and texts that are kept packed where the same alert said nearly the same
 * before. It knows no order and no cursor.
 */
import { isDeepStrictEqual } from 'node:util';
import type { EvidenceCapsule } from '../../../engine/effect.ts';
import type { Alert, Transition } from '../../../model/alert.ts';
import type { Outcome } from '../../../model/command.ts';
import { divisionPath } from '../../../model/division.ts';
import { stamped, stampedTransition, upcastTransition } from '../../../model/upcast.ts';
import type { ConfigurationRecord } from '../port.ts';
import { pack, unpack } from './packed.ts';
import type { Sqlite, SqlRow } from './sqlite.ts';

/** A whole text at least this often: a damaged one costs no more than these. */
const WHOLE_EVERY = 256;

const SQL = {
  recorded: `SELECT t.json, t.packed, b.json AS base_json FROM transitions t
    JOIN transitions b ON b.partition = t.partition AND b.seq = t.base WHERE t.partition = ? AND t.seq = ?`,
  base: `SELECT t.base, b.json,
    (SELECT count(*) FROM transitions c WHERE c.partition = t.partition AND c.alert = t.alert AND c.seq >= t.base) AS count
    FROM transitions t JOIN transitions b ON b.partition = t.partition AND b.seq = t.base
    WHERE t.partition = ? AND t.alert = ? ORDER BY t.seq DESC LIMIT 1`,
  transition: 'INSERT INTO transitions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  alert: `INSERT INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (partition, id) DO UPDATE SET
    key = excluded.key, state = excluded.state, grade = excluded.grade, scope = excluded.scope,
    source = excluded.source, hazard = excluded.hazard, raised_at = excluded.raised_at,
    changed_at = excluded.changed_at, closed_at = excluded.closed_at, seq = excluded.seq, json = excluded.json
    WHERE excluded.seq > alerts.seq`,
  capsuleBase: `SELECT t.base, b.json,
    (SELECT count(*) FROM capsules c WHERE c.partition = t.partition AND c.alert = t.alert AND c.seq >= t.base) AS count
    FROM capsules t JOIN capsules b ON b.partition = t.partition AND b.alert = t.alert AND b.seq = t.base
    WHERE t.partition = ? AND t.alert = ? ORDER BY t.seq DESC LIMIT 1`,
  capsule: 'INSERT INTO capsules VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  outcome: 'INSERT INTO outcomes VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  configuration: 'INSERT INTO configurations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  item: 'INSERT INTO configuration_items VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
} as const;

/** Columns of a text that may be packed, in the order of the tables. */
interface Kept {
  readonly base: number;
  readonly json: string | null;
  readonly packed: Uint8Array | null;
}

/** `new`, `same` as recorded, or what is recorded under this number instead. */
export function writeTransition(
  sqlite: Sqlite,
  partition: number,
  position: number,
  transition: Transition,
): 'new' | 'same' | Transition {
  const { seq, at, change, alert } = transition;
  const text = JSON.stringify(stampedTransition(transition));
  const recorded = sqlite.get(SQL.recorded, [partition, seq]);
  if (recorded !== undefined) return compared(recorded, text);
  const { base, json, packed } = kept(text, seq, sqlite.get(SQL.base, [partition, alert.id]));
  sqlite.run(SQL.transition, [partition, seq, Math.floor(at), position, alert.id, change, base, json, packed]);
  return 'new';
}

function compared(recorded: SqlRow, text: string): 'same' | Transition {
  const known = textOf(recorded);
  if (known === text) return 'same';
  const [before, now] = [transitionOf(known), transitionOf(text)];
  // The order of keys is no difference: an alert that went through a snapshot may have been rebuilt in another order.
  return isDeepStrictEqual(derivable(before), derivable(now)) ? 'same' : before;
}

/**
 * When it left is no part of what the engine derives: a restart derives the rest again. A point without numbers says none, or
 * says nothing of them: both are the same.
 */
function derivable(transition: Transition): Transition {
  const { publishedAt: _left, ...alert } = transition.alert;
  const points = alert.points.map(({ numbers, ...point }) =>
    Object.keys(numbers ?? {}).length === 0 ? point : { ...point, numbers },
  );
  return { ...transition, alert: { ...alert, points } };
}

function kept(text: string, key: number, newest: SqlRow | undefined): Kept {
  if (newest !== undefined && (newest.count as number) < WHOLE_EVERY) {
    const packed = pack(text, newest.json as string);
    if (packed !== undefined) return { base: newest.base as number, json: null, packed };
  }
  return { base: key, json: text, packed: null };
}

/** Text of a row with `json`, `packed` and the whole text it may be packed against as `base_json`. */
export function textOf(row: SqlRow): string {
  if (row.json !== null) return row.json as string;
  return unpack(new Uint8Array(row.packed as ArrayBuffer), row.base_json as string);
}

export function transitionOf(text: string): Transition {
  return upcastTransition(JSON.parse(text));
}

export function writeAlert(sqlite: Sqlite, partition: number, alert: Alert, seq: number): void {
  sqlite.run(SQL.alert, [
    partition,
    alert.id,
    alert.key,
    alert.kind,
    alert.state,
    alert.grade,
    divisionPath(alert.division),
    alert.enterprise,
    alert.source,
    alert.hazard,
    Math.floor(alert.raisedAt),
    Math.floor(alert.changedAt),
    alert.closedAt === undefined ? null : Math.floor(alert.closedAt),
    seq,
    JSON.stringify(stamped('alert', alert)),
  ]);
}

export function writeCapsule(sqlite: Sqlite, partition: number, capsule: EvidenceCapsule): void {
  const { alert, seq } = capsule;
  const newest = sqlite.get(SQL.capsuleBase, [partition, alert]);
  const { base, json, packed } = kept(JSON.stringify(capsule), seq, newest);
  sqlite.run(SQL.capsule, [partition, alert, seq, base, json, packed]);
}

export function writeOutcome(sqlite: Sqlite, partition: number, position: number, outcome: Outcome): void {
  const { commandId, at, code, by, seq } = outcome;
  sqlite.run(SQL.outcome, [partition, commandId, Math.floor(at), code, by, seq, position]);
}

export function writeConfiguration(sqlite: Sqlite, partition: number, configuration: ConfigurationRecord): void {
  const { number, at, actor, commandId, applied, errors, pending, changes } = configuration;
  const isNew = sqlite.run(SQL.configuration, [
    partition,
    number,
    Math.floor(at),
    actor,
    commandId,
    applied ? 1 : 0,
    JSON.stringify(errors),
    JSON.stringify(pending),
    changes.length,
  ]);
  if (isNew === 0) return;
  for (const { item, id, fields } of changes)
    sqlite.run(SQL.item, [partition, item, id, number, JSON.stringify(fields)]);
}
