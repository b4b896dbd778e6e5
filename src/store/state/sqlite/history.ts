/**
 * Reads the history of alerts: lists, timelines, numbered changes, capsules. Who may ask is settled before; a scope that
 * is handed in is applied to every row.
 */
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { EvidenceCapsule } from '../../../engine/effect.ts';
import type { Alert, Transition } from '../../../model/alert.ts';
import type { Outcome, OutcomeCode } from '../../../model/command.ts';
import { upcastAlert, upcastTransition } from '../../../model/upcast.ts';
import type { AlertFilter, AlertScope, Page, TransitionFilter } from '../port.ts';
import { decodeCursor, encodeCursor, pageLimit } from './page.ts';
import type { StateTables } from './schema.ts';
import { build, rowOf, rowsOf } from './schema.ts';
import type { Sqlite } from './sqlite.ts';

type Where<T extends 'alerts' | 'transitions'> = (eb: ExpressionBuilder<StateTables, T>) => Expression<SqlBool>;

/** Scope of the service's own alarms: they stand in no division. */
const NOWHERE = '';

/** Rows within a scope: a path and what lies below it, by whole segments (`0` is the character after `/`). */
function withinScope<T extends 'alerts' | 'transitions'>(filter: AlertScope): Where<T> {
  return (builder) => {
    // The two tables share these columns; one builder type serves both.
    const eb = builder as unknown as ExpressionBuilder<StateTables, 'alerts'>;
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
  filter: TransitionFilter = {},
): { items: Transition[]; to: number } {
  const rows = pageLimit(limit);
  let query = build
    .selectFrom('transitions')
    .select(['seq', 'json'])
    .where('seq', '>', seq)
    .where('seq', '<=', newest)
    .where(withinScope<'transitions'>(filter))
    .orderBy('seq')
    .limit(rows);
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind);
  const found = rowsOf(sqlite, query);
  const to = found.length === rows ? found[rows - 1].seq : Math.max(newest, seq);
  return { items: found.map((row) => upcastTransition(JSON.parse(row.json))), to };
}

export function alertById(sqlite: Sqlite, id: string): Alert | undefined {
  const row = rowOf(sqlite, build.selectFrom('alerts').select('json').where('id', '=', id));
  return row === undefined ? undefined : upcastAlert(JSON.parse(row.json));
}

export function alertTimeline(sqlite: Sqlite, id: string): Transition[] {
  const query = build.selectFrom('transitions').select('json').where('alert', '=', id).orderBy('seq');
  return rowsOf(sqlite, query).map((row) => upcastTransition(JSON.parse(row.json)));
}

export function findAlerts(sqlite: Sqlite, filter: AlertFilter): Page<Alert> | 'bad-cursor' {
  const limit = pageLimit(filter.limit);
  let query = build
    .selectFrom('alerts')
    .select(['id', 'raised_at', 'json'])
    .where(withinScope<'alerts'>(filter))
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
  return {
    items: items.map((row) => upcastAlert(JSON.parse(row.json))),
    ...(rows.length > limit && last !== undefined
      ? { nextCursor: encodeCursor({ at: last.raised_at, id: last.id }) }
      : {}),
  };
}

export function capsuleOf(sqlite: Sqlite, alert: string, seq?: number): EvidenceCapsule | undefined {
  let query = build.selectFrom('capsules').select('json').where('alert', '=', alert).orderBy('seq', 'desc').limit(1);
  if (seq !== undefined) query = query.where('seq', '=', seq);
  const row = rowOf(sqlite, query);
  return row === undefined ? undefined : (JSON.parse(row.json) as EvidenceCapsule);
}

export function outcomeOf(sqlite: Sqlite, commandId: string): Outcome | undefined {
  const query = build.selectFrom('outcomes').selectAll().where('command_id', '=', commandId).orderBy('at', 'desc');
  const row = rowOf(sqlite, query.limit(1));
  if (row === undefined) return undefined;
  const { at, seq } = row;
  return { commandId, code: row.code as OutcomeCode, at, seq, ...(row.by === null ? {} : { by: row.by }) };
}
