/**
 * Reads the history of alerts: lists, timelines, numbered changes, capsules. Who may ask is settled before; a scope that
 * is handed in is applied to every row.
 */
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { EvidenceCapsule } from '../../../engine/effect.ts';
import type { Alert, Transition } from '../../../model/alert.ts';
import type { Outcome, OutcomeCode } from '../../../model/command.ts';
import { upcastAlert } from '../../../model/upcast.ts';
import type { AlertFilter, AlertScope, Page, RefusedRow } from '../port.ts';
import { decodeCursor, encodeCursor, pageLimit } from './page.ts';
import { textOf, transitionOf } from './rows.ts';
import type { StateTables } from './schema.ts';
import { build, rowsOf } from './schema.ts';
import type { Sqlite } from './sqlite.ts';

/** Scope of the service's own alarms: they stand in no division. */
const NOWHERE = '';

/** Keys begin with the partition; an id says by itself which alert is meant. */
const ANY_PARTITION = 'partition IN (SELECT partition FROM projected)';

const SQL = {
  after: `SELECT t.seq, t.json, t.packed, b.json AS base_json FROM transitions t
    JOIN transitions b ON b.partition = t.partition AND b.seq = t.base
    WHERE t.partition = ? AND t.seq > ? AND t.seq <= ? ORDER BY t.seq LIMIT ?`,
  alert: `SELECT json FROM alerts WHERE ${ANY_PARTITION} AND id = ?`,
  timeline: `SELECT t.json, t.packed, b.json AS base_json FROM transitions t
    JOIN transitions b ON b.partition = t.partition AND b.seq = t.base WHERE t.${ANY_PARTITION} AND t.alert = ? ORDER BY t.seq`,
  capsule: `SELECT t.json, t.packed, b.json AS base_json FROM capsules t
    JOIN capsules b ON b.partition = t.partition AND b.alert = t.alert AND b.seq = t.base
    WHERE t.${ANY_PARTITION} AND t.alert = ?1 AND (?2 IS NULL OR t.seq = ?2) ORDER BY t.seq DESC LIMIT 1`,
  outcome: `SELECT * FROM outcomes WHERE ${ANY_PARTITION} AND command_id = ? ORDER BY at DESC LIMIT 1`,
  refused: 'SELECT what, key, reason, position FROM refused_rows ORDER BY partition, number DESC LIMIT ?',
} as const;

/** Rows within a scope: a path and what lies below it, by whole segments (`0` is the character after `/`). */
function withinScope(filter: AlertScope): (eb: ExpressionBuilder<StateTables, 'alerts'>) => Expression<SqlBool> {
  return (eb) => {
    const all: Expression<SqlBool>[] = [];
    if (filter.scope !== undefined && filter.scope !== '') {
      const { scope } = filter;
      all.push(
        eb.or([eb('scope', '=', scope), eb.and([eb('scope', '>=', `${scope}/`), eb('scope', '<', `${scope}0`)])]),
      );
    }
    if (filter.enterprise !== undefined) all.push(eb('enterprise', '=', filter.enterprise));
    if (filter.source !== undefined) all.push(eb('source', '=', filter.source));
    if (all.length === 0) return eb.lit(true) as unknown as Expression<SqlBool>;
    const inside = eb.and(all);
    if (filter.withService !== true) return inside;
    return eb.or([inside, eb('scope', '=', NOWHERE)]);
  };
}

export function transitionsAfter(
  sqlite: Sqlite,
  newest: number,
  seq: number,
  limit: number,
  partition: number,
): { items: Transition[]; to: number } {
  const rows = pageLimit(limit);
  const found = sqlite.all(SQL.after, [partition, seq, newest, rows]);
  const to = found.length === rows ? (found[rows - 1].seq as number) : Math.max(newest, seq);
  return { items: found.map((row) => transitionOf(textOf(row))), to };
}

export function alertById(sqlite: Sqlite, id: string): Alert | undefined {
  const row = sqlite.get(SQL.alert, [id]);
  return row === undefined ? undefined : upcastAlert(JSON.parse(row.json as string));
}

export function alertTimeline(sqlite: Sqlite, id: string): Transition[] {
  return sqlite.all(SQL.timeline, [id]).map((row) => transitionOf(textOf(row)));
}

export function findAlerts(sqlite: Sqlite, filter: AlertFilter): Page<Alert> | 'bad-cursor' {
  const limit = pageLimit(filter.limit);
  let query = build
    .selectFrom('alerts')
    .select(['id', 'raised_at', 'json'])
    .where(withinScope(filter))
    .orderBy('raised_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind);
  if (filter.states !== undefined) query = query.where('state', 'in', filter.states);
  if (filter.grades !== undefined) query = query.where('grade', 'in', filter.grades);
  if (filter.open === true) query = query.where('closed_at', 'is', null);
  if (filter.from !== undefined) query = query.where('raised_at', '>=', filter.from);
  if (filter.to !== undefined) query = query.where('raised_at', '<', filter.to);
  if (filter.cursor !== undefined) {
    const key = decodeCursor(filter.cursor);
    if (key === undefined) return 'bad-cursor';
    query = query.where((eb) =>
      eb.or([eb('raised_at', '<', key.at), eb.and([eb('raised_at', '=', key.at), eb('id', '<', key.id)])]),
    );
  }
  const rows = rowsOf(sqlite, query);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const isMore = rows.length > limit && last !== undefined;
  return {
    items: items.map((row) => upcastAlert(JSON.parse(row.json))),
    nextCursor: isMore ? encodeCursor({ at: last.raised_at, id: last.id }) : undefined,
  };
}

export function capsuleOf(sqlite: Sqlite, alert: string, seq?: number): EvidenceCapsule | undefined {
  const row = sqlite.get(SQL.capsule, [alert, seq]);
  return row === undefined ? undefined : (JSON.parse(textOf(row)) as EvidenceCapsule);
}

export function outcomeOf(sqlite: Sqlite, commandId: string): Outcome | undefined {
  const row = sqlite.get(SQL.outcome, [commandId]) as StateTables['outcomes'] | undefined;
  if (row === undefined) return undefined;
  const { at, seq, by } = row;
  return { commandId, code: row.code as OutcomeCode, at, seq, by: by ?? undefined };
}

export function refusedRows(sqlite: Sqlite, limit: number): RefusedRow[] {
  return sqlite.all(SQL.refused, [pageLimit(limit)]) as unknown as RefusedRow[];
}
