/**
 * The websocket: socket.io namespace `/live`, its messages, and the one check a client makes. Alerts are numbered and
 * never folded or dropped; values may be folded to the newest of each point.
 */
import { z } from 'zod';
import { QUALITY_NAMES } from '../../model/quality.ts';
import { CUT_REASONS, MAX_SUBSCRIBED_POINTS } from '../shapes/live.ts';
import { alertSchema, transitionSchema } from './alerts.ts';
import { cursor, divisionCode, instant, listOf, objectId } from './scalars.ts';
import { healthSchema } from './service.ts';

/**
 * Sent by the client (again, to change it): what it wants to see within its scope. `points` are the ids whose values
 * it wants. With the `to` of its last message as `after` it gets only what it missed, when that is in reach.
 */
export const subscribeBody = z.strictObject({
  division: divisionCode.optional(),
  enterprise: objectId.optional(),
  source: objectId.optional(),
  points: z.array(objectId).max(MAX_SUBSCRIBED_POINTS).optional(),
  after: cursor.optional(),
});
export type SubscribeBody = z.infer<typeof subscribeBody>;

/**
 * `snapshot` true: forget everything and take what follows. False: the next `alerts` has `from` = the `after` that was
 * sent, and holds all that was missed. Points that are not in the registry or not in scope are named, not refused: one
 * retired point must not blank a desk.
 */
const subscribeAnswer = z.union([
  z.object({ to: cursor, snapshot: z.boolean(), unknownPoints: listOf(z.string()) }),
  z.object({
    error: z.object({ code: z.enum(['invalid-request', 'not-found']), detail: z.string() }),
  }),
]);
export type SubscribeAnswer = z.infer<typeof subscribeAnswer>;

const perGrade = z.object({ red: z.number(), orange: z.number(), yellow: z.number(), blue: z.number() });

/** Complete, worst first, in parts of at most 500; `counts` and `checksum` are over all parts (`checksumByGrade`). */
export const snapshotMessage = z.object({
  to: cursor,
  part: z.number(),
  last: z.boolean(),
  alerts: listOf(alertSchema),
  counts: perGrade,
  checksum: perGrade,
});
export type SnapshotMessage = z.infer<typeof snapshotMessage>;

/** `from` is the `to` of the previous message of this subscription, whatever was filtered between. */
export const alertsMessage = z.object({ from: cursor, to: cursor, transitions: listOf(transitionSchema) });
export type AlertsMessage = z.infer<typeof alertsMessage>;

/**
 * [partition, point number in it, sampledAt, value, quality]; the quality is `stale` while the point is silent, and
 * `no-data-since-start` where the value is of before the start and nothing is known of the point since.
 */
const valueRow = z
  .tuple([z.number(), z.number(), instant, z.number(), z.enum([...QUALITY_NAMES, 'no-data-since-start'])])
  .readonly();
export type ValueRow = z.infer<typeof valueRow>;
/** `folded`: values of this client that were replaced by a newer one because it reads too slowly. */
export const valuesMessage = z.object({ at: instant, values: listOf(valueRow), folded: z.number() });
export type ValuesMessage = z.infer<typeof valuesMessage>;

/**
 * How old the data in view is: `live` with the arrival of the newest judged reading (engine time), or nothing at all since
 * the service started, which is neither new nor old.
 */
const dataAge = z.union([
  z.object({ state: z.literal('live'), newestAt: instant }),
  z.object({ state: z.literal('no-data-since-start') }),
]);
export type DataAge = z.infer<typeof dataAge>;

/** `to` is what this subscription has been sent up to; a client that is elsewhere has a gap. */
export const heartbeatMessage = z.object({
  at: instant,
  /** Wall time minus engine time: add it to what is shown as a clock. */
  wallOffsetMs: z.number(),
  to: cursor,
  health: healthSchema,
  /** How long what has come waits to be judged and let out; a plant that says nothing is not late. */
  lagMs: z.number(),
  data: dataAge,
  /** The lag is above 10 s. */
  behind: z.boolean().optional(),
  /** The session has expired: this screen may still show, not act. */
  readOnly: z.boolean().optional(),
});
export type HeartbeatMessage = z.infer<typeof heartbeatMessage>;

/** Last message before the server closes the connection for a reason of its own. */
const cutMessage = z.object({ reason: z.enum(CUT_REASONS) });
export type CutMessage = z.infer<typeof cutMessage>;

export interface ServerToClient {
  snapshot: (message: SnapshotMessage) => void;
  alerts: (message: AlertsMessage) => void;
  values: (message: ValuesMessage) => void;
  heartbeat: (message: HeartbeatMessage) => void;
  cut: (message: CutMessage) => void;
}
export interface ClientToServer {
  subscribe: (body: SubscribeBody, answer: (reply: SubscribeAnswer) => void) => void;
}
