/** What both ends of the websocket agree on besides the form of its messages: its name, its limits, and the one check of a client. */

export const LIVE_NAMESPACE = '/live';
/** Alerts in one part of a snapshot at most. */
export const SNAPSHOT_PART = 500;
/** Points one subscription may ask the values of. */
export const MAX_SUBSCRIBED_POINTS = 5_000;
export const HEARTBEAT_MS = 5_000;
/** Above this lag a screen shows its data as it shows stale data: 数据滞后. */
export const LAG_WARN_MS = 10_000;

/** A point by the two numbers of a value row, as one key. */
export function pointKey(partition: number, number: number): number {
  return partition * 2 ** 32 + number;
}

/** Why the server closes a connection by itself. */
export const CUT_REASONS = ['too-slow', 'signed-out', 'stopping'] as const;
export type CutReason = (typeof CUT_REASONS)[number];

/**
 * The one check of a client: does this message follow what it has? Not a follower: ask `GET /events?after=`, or
 * subscribe again.
 */
export function follows(lastTo: string | undefined, message: { readonly from: string }): boolean {
  return message.from === lastTo;
}
