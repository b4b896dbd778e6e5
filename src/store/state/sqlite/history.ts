/**
 * Reads the history of alerts: lists, timelines, numbered changes, capsules. Who may ask is settled before; a scope that
 * is handed in is applied to every row.
 */
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { EvidenceCapsule } from '../../../engine/effect.ts';
import type { Alert, Transition } from '../../../model/alert.ts';
import type { Outcome, OutcomeCode } from '../../../model/command.ts';
import { upcastAlert } from '../../../model/upcast.ts';
import type { Pace } from '../../pace.ts';
import type { AlertFilter, AlertScope, Page, RefusedRow, TimelineEntry, TimelineQuery } from '../port.ts';
import type { PageKey } from './page.ts';
import { decodeCursor, encodeCursor, pageLimit } from './page.ts';
import { textOf, transitionOf } from './rows.ts';
import type { StateTables } from './schema.ts';
import { build, rowsOf } from './schema.ts';
import type { Sqlite, SqlRow } from './sqlite.ts';

/** Scope of the service's own alarms: they stand in no division. */
const NOWHERE = '';

/** Keys begin with the partition; an id says by itself which alert is meant. */
const ANY_PARTITION = 'partition IN (SELECT partition FROM projected)';

const SQL = {
  after: `SELECT t.seq, t.json, t.packed, b.json AS base_json FROM transitions t
    JOIN transitions b ON b.partition = t.partition AND b.seq = t.base
    WHERE t.partition = ? AND t.seq > ? AND t.seq <= ? ORDER BY t.seq LIMIT ?`,
  alert: `SELECT json FROM alerts WHERE ${ANY_PARTITION} AND id = ?`,
  timeline: `SELECT t.seq, t.json, t.packed, b.json AS base_json FROM transitions t
    JOIN transitions b ON b.partition = t.partition AND b.seq = t.base WHERE t.${ANY_PARTITION} AND t.alert = ? AND t.seq < ?
    ORDER BY t.seq DESC LIMIT ?`,
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

/**
 * A page holds no more text than this, whatever its limit: one alert of two hundred points is some 60 kB at each change, and the
 * thread that asked takes a page apart in one turn.
 */
const PAGE_CHARACTERS = 512 * 1024;
/** Rows fetched at once; the loop goes on between any two. */
const STEP_ROWS = 16;
const SLICE_MS = 5;

interface Gathered<T> {
  readonly items: T[];
  /** The row of the last item. */
  readonly last: SqlRow | undefined;
  readonly more: boolean;
}

interface Gathering<T> {
  readonly limit: number;
  /** The rows that follow `last`, at most `rows` of them. */
  step(last: SqlRow | undefined, rows: number): SqlRow[];
  read(text: string): T;
  /** How much of a page an item takes; by itself its text. */
  weigh?(item: T): number;
}

/** Reads a page in slices that let the loop go on. */
async function gather<T>(pace: Pace, { limit, step, read, weigh }: Gathering<T>): Promise<Gathered<T>> {
  const items: T[] = [];
  let last: SqlRow | undefined;
  let characters = 0;
  let start = pace.now();
  for (;;) {
    const rows = step(last, STEP_ROWS);
    for (const row of rows) {
      // One more was found than fits: only then is there a next page.
      if (items.length === limit || characters >= PAGE_CHARACTERS) return { items, last, more: true };
      const text = textOf(row);
      const item = read(text);
      items.push(item);
      characters += weigh === undefined ? text.length : weigh(item);
      last = row;
      if (pace.now() - start < SLICE_MS) continue;
      await pace.pause();
      start = pace.now();
    }
    if (rows.length < STEP_ROWS) return { items, last, more: false };
  }
}

interface Range {
  readonly partition: number;
  /** Above this number, up to `newest`. */
  readonly seq: number;
  readonly newest: number;
  readonly limit: number;
}

export async function transitionsAfter(
  sqlite: Sqlite,
  pace: Pace,
  { partition, seq, newest, limit }: Range,
): Promise<{ items: Transition[]; to: number }> {
  const { items, last, more } = await gather(pace, {
    limit: pageLimit(limit),
    step: (before, rows) => sqlite.all(SQL.after, [partition, before?.seq ?? seq, newest, rows]),
    read: transitionOf,
  });
  return { items, to: more ? (last?.seq as number) : Math.max(newest, seq) };
}

export function alertById(sqlite: Sqlite, id: string): Alert | undefined {
  const row = sqlite.get(SQL.alert, [id]);
  return row === undefined ? undefined : upcastAlert(JSON.parse(row.json as string));
}

/** An entry without its lists is about this long as text. */
const ENTRY_CHARACTERS = 300;
const ID_CHARACTERS = 30;

export async function alertTimeline(
  sqlite: Sqlite,
  pace: Pace,
  id: string,
  { before = Number.MAX_SAFE_INTEGER, limit }: TimelineQuery,
): Promise<{ items: TimelineEntry[]; more: boolean }> {
  const { items, more } = await gather(pace, {
    limit: pageLimit(limit),
    step: (newer, rows) => sqlite.all(SQL.timeline, [id, newer?.seq ?? before, rows]),
    read: (text): TimelineEntry => {
      const { alert, ...entry } = transitionOf(text);
      return { ...entry, grade: alert.grade };
    },
    weigh: ({ points, note }) => ENTRY_CHARACTERS + ID_CHARACTERS * (points?.length ?? 0) + (note?.length ?? 0),
  });
  return { items: items.reverse(), more };
}

export async function findAlerts(sqlite: Sqlite, pace: Pace, filter: AlertFilter): Promise<Page<Alert> | 'bad-cursor'> {
  const first = filter.cursor === undefined ? undefined : decodeCursor(filter.cursor);
  if (filter.cursor !== undefined && first === undefined) return 'bad-cursor';
  const { items, last, more } = await gather(pace, {
    limit: pageLimit(filter.limit),
    step: (row, rows) => alertsBehind(sqlite, filter, row === undefined ? first : keyOf(row), rows),
    read: (text) => upcastAlert(JSON.parse(text)),
  });
  return { items, nextCursor: more && last !== undefined ? encodeCursor(keyOf(last)) : undefined };
}

const keyOf = (row: SqlRow): PageKey => ({ at: row.raised_at as number, id: row.id as string });

function alertsBehind(sqlite: Sqlite, filter: AlertFilter, key: PageKey | undefined, rows: number): SqlRow[] {
  let query = build
    .selectFrom('alerts')
    .select(['id', 'raised_at', 'json'])
    .where(withinScope(filter))
    .orderBy('raised_at', 'desc')
    .orderBy('id', 'desc')
    .limit(rows);
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind);
  if (filter.states !== undefined) query = query.where('state', 'in', filter.states);
  if (filter.grades !== undefined) query = query.where('grade', 'in', filter.grades);
  if (filter.open === true) query = query.where('closed_at', 'is', null);
  if (filter.from !== undefined) query = query.where('raised_at', '>=', filter.from);
  if (filter.to !== undefined) query = query.where('raised_at', '<', filter.to);
  if (key !== undefined) {
    query = query.where((eb) =>
      eb.or([eb('raised_at', '<', key.at), eb.and([eb('raised_at', '=', key.at), eb('id', '<', key.id)])]),
    );
  }
  return rowsOf(sqlite, query) as unknown as SqlRow[];
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
