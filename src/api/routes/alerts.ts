/**
 * Alerts: open ones from the engine's book, past ones from the store, one with its timeline, its explanation, and the
 * numbered transitions for catching up. `state` is always that of the caller's own level.
 */
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Alert, Transition } from '../../model/alert.ts';
import { gradeOf } from '../../model/grade.ts';
import type { Api, RouteContext } from '../api.ts';
import { found, principalOf } from '../api.ts';
import { cursorOf, positionOf } from '../cursor.ts';
import { ApiError } from '../errors.ts';
import { decodeCursor, encodeCursor } from '../paging.ts';
import type { Principal } from '../policy/policy.ts';
import { acting, mayRead } from '../policy/policy.ts';
import type { ServicePorts } from '../ports.ts';
import type { AlertDetail, EventsPage, TimelineEntry } from '../schemas/alerts.ts';
import {
  alertDetail,
  alertDetailQuery,
  alertsPage,
  alertsQuery,
  eventsPage,
  eventsQuery,
  explanationSchema,
} from '../schemas/alerts.ts';
import type { Page } from '../schemas/scalars.ts';
import { DEFAULT_PAGE, idParams, MAX_PAGE } from '../schemas/scalars.ts';
import { actsOn } from '../shapes/acts.ts';
import { owesAcknowledgement, stateFor, worstFirst } from '../shapes/alert.ts';
import type { View } from '../view.ts';
import { inView, toldIn, viewFor } from '../view.ts';
import { leavesWritten, written } from '../written.ts';

const tags = ['alerts'];
type Query = z.output<typeof alertsQuery>;

/** The alert as the caller's level sees it. */
export function asSeenBy(user: Principal, alert: Alert): Alert {
  const state = stateFor(alert, user.level);
  return state === alert.state ? alert : { ...alert, state };
}

/** An alert the caller may see, from the book or else from the past; otherwise 404. */
export async function visibleAlert(user: Principal, ports: ServicePorts, id: string): Promise<Alert> {
  const alert = ports.live.alert(id) ?? (await ports.state.alert(id));
  if (alert === undefined || !mayRead(user, alert)) throw new ApiError('no-such-alert');
  return alert;
}

export function alertRoutes(api: Api, { ports }: RouteContext): void {
  api.get(
    '/alerts',
    {
      schema: {
        summary: 'Open alerts, worst first; with `from` or `to` all alerts raised then, newest first',
        tags,
        querystring: alertsQuery,
        response: { 200: alertsPage },
      },
    },
    async (request, reply) => {
      const [user, { query }] = [principalOf(request), request];
      const view = found(viewFor(user, query, ports.registry));
      const asking = { user, view, query };
      if (query.from === undefined && query.to === undefined) return openAlerts(ports, asking, reply);
      return pastAlerts(ports, asking, reply);
    },
  );

  api.get(
    '/alerts/:id',
    {
      schema: {
        summary: 'One alert with the newest of its timeline; with `cursor` what came before',
        tags,
        params: idParams,
        querystring: alertDetailQuery,
        response: { 200: alertDetail },
      },
    },
    async (request, reply) => {
      const user = principalOf(request);
      const alert = await visibleAlert(user, ports, request.params.id);
      const seen = { ...asSeenBy(user, alert), acts: actsOn(acting(user), alert) };
      return alertWithTimeline(ports, seen, request.query, reply);
    },
  );

  api.get(
    '/alerts/:id/explanation',
    {
      schema: {
        summary: 'What judged it, re-evaluated from its sealed evidence and marked equal or not',
        tags,
        params: idParams,
        response: { 200: explanationSchema },
      },
    },
    async (request) => {
      const alert = await visibleAlert(principalOf(request), ports, request.params.id);
      return found(await ports.explain(alert.id));
    },
  );

  api.get(
    '/events',
    {
      schema: {
        summary: 'Transitions of the caller’s scope after a cursor, for catching up',
        tags,
        querystring: eventsQuery,
        response: { 200: eventsPage },
      },
    },
    async (request, reply) => {
      const view = found(viewFor(principalOf(request), {}, ports.registry));
      return eventsAfter(ports, view, request.query, reply);
    },
  );
}

function meets(user: Principal, view: View, query: Query, alert: Alert): boolean {
  return (
    mayRead(user, alert) &&
    inView(view, alert) &&
    (query.kind === undefined || alert.kind === query.kind) &&
    (query.grade === undefined || query.grade.includes(alert.grade)) &&
    (query.exercise === undefined || alert.exercise === query.exercise) &&
    (query.state === undefined || query.state.includes(stateFor(alert, user.level)))
  );
}

/** Place of an alert in the worst-first order, comparable with that of an alert that is gone meanwhile. */
const rank = z.tuple([z.boolean(), z.number(), z.number(), z.string()]);
const rankOf = (user: Principal, alert: Alert): z.infer<typeof rank> => [
  owesAcknowledgement(alert, user.level),
  gradeOf(alert.grade),
  alert.worsenedAt,
  alert.id,
];

function follows(a: z.infer<typeof rank>, b: z.infer<typeof rank>): boolean {
  const order = Number(b[0]) - Number(a[0]) || b[1] - a[1] || b[2] - a[2];
  return order > 0 || (order === 0 && a[3] > b[3]);
}

interface Asking {
  readonly user: Principal;
  readonly view: View;
  readonly query: Query;
}

async function openAlerts(
  ports: ServicePorts,
  { user, view, query }: Asking,
  reply: FastifyReply,
): Promise<Page<Alert>> {
  const limit = query.limit ?? DEFAULT_PAGE;
  const last = query.cursor === undefined ? undefined : decodeCursor(query.cursor, rank);
  const rest = ports.live
    .openAlerts()
    .filter((alert) => meets(user, view, query, alert) && (last === undefined || follows(rankOf(user, alert), last)))
    .sort(worstFirst(user.level));
  const { items, texts } = await written(rest.slice(0, limit).map((alert) => asSeenBy(user, alert)));
  const nextCursor = rest.length > items.length ? encodeCursor(rankOf(user, rest[items.length - 1])) : undefined;
  return leavesWritten(reply, { items, nextCursor }, 'items', texts);
}

async function pastAlerts(
  ports: ServicePorts,
  { user, view, query }: Asking,
  reply: FastifyReply,
): Promise<Page<Alert>> {
  const last = query.cursor === undefined ? undefined : decodeCursor(query.cursor, z.tuple([z.number(), z.string()]));
  const rows = await ports.state.findAlerts({
    grades: query.grade,
    kind: query.kind,
    exercise: query.exercise,
    ...view,
    from: query.from,
    to: query.to,
    before: last && { raisedAt: last[0], id: last[1] },
    limit: query.limit ?? DEFAULT_PAGE,
  });
  const shown = rows.items
    // The projection may be a moment behind the book.
    .map((row) => ports.live.alert(row.id) ?? row)
    .filter((alert) => meets(user, view, query, alert))
    .map((alert) => asSeenBy(user, alert));
  const { items, texts, more } = await written(shown);
  const end = more ? items.at(-1) : rows.more ? rows.items.at(-1) : undefined;
  const nextCursor = end && encodeCursor([end.raisedAt, end.id]);
  return leavesWritten(reply, { items, nextCursor }, 'items', texts);
}

async function alertWithTimeline(
  ports: ServicePorts,
  alert: Omit<AlertDetail, 'timeline' | 'nextCursor'>,
  query: z.output<typeof alertDetailQuery>,
  reply: FastifyReply,
): Promise<AlertDetail> {
  const limit = query.limit ?? DEFAULT_PAGE;
  const [before] = query.cursor === undefined ? [] : decodeCursor(query.cursor, z.tuple([z.number()]));
  const stored = await ports.state.timeline(alert.id, { before, limit });
  // What the store does not have yet, however far behind it is, still stands in memory.
  const fresh = ports.live
    .transitionsOf(alert.id, stored.items.at(-1)?.seq ?? 0)
    .filter(({ seq }) => before === undefined || seq < before)
    .map(({ alert: { grade }, ...entry }): TimelineEntry => ({ ...entry, grade }));
  const all = [...stored.items, ...fresh];
  // The newest are what is asked for: they come first as long as there is room.
  const { items, texts } = await written(all.slice(-limit).reverse());
  const more = stored.more || items.length < all.length;
  const oldest = items.at(-1);
  const nextCursor = more && oldest !== undefined ? encodeCursor([oldest.seq]) : undefined;
  const detail = { ...alert, timeline: items.toReversed(), nextCursor };
  return leavesWritten(reply, detail, 'timeline', texts.toReversed());
}

async function eventsAfter(
  ports: ServicePorts,
  view: View,
  query: z.output<typeof eventsQuery>,
  reply: FastifyReply,
): Promise<EventsPage> {
  const { live, state } = ports;
  const limit = query.limit ?? MAX_PAGE;
  const [epoch, newest] = [live.epoch(), live.seq()];
  const position = query.after === undefined ? { epoch, seq: 0 } : positionOf(query.after);
  if (position === undefined) throw new ApiError('invalid-request', 'after: not a cursor of this service');
  if (position.epoch !== epoch) throw new ApiError('out-of-reach', 'The cursor is of another epoch');
  const after = position.seq;
  if (after > newest) throw new ApiError('out-of-reach', 'That number has not been given yet: another epoch');
  const transitions: readonly Transition[] | undefined =
    live.transitionsAfter(after) ?? (await state.transitionsAfter(after, limit));
  // Memory lets go of its oldest at any moment, and the projection may not have it yet: that is a gap, not an end.
  if (transitions === undefined || (transitions.length === 0 && after < newest)) throw new ApiError('out-of-reach');
  const some = transitions.slice(0, limit);
  const { items, texts, more } = await written(
    some.map((one) => toldIn(view, one)).filter((told) => told !== undefined),
  );
  const to = (more ? items : some).at(-1)?.seq ?? after;
  const [from, upTo] = [cursorOf({ epoch, seq: after }), cursorOf({ epoch, seq: to })];
  const page = { from, to: upTo, items, nextCursor: to < newest ? upTo : undefined };
  return leavesWritten(reply, page, 'items', texts);
}
