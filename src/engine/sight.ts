/**
 * Silence as an input: who has not been heard, since when, and who answers for it. A silent point keeps what it had in
 * alarm (held), counts as not observing, and raises one device alarm: its gateway's when the gateway is down or silent
 * too, its own otherwise. It clears nothing of a hazard; only data does.
 *
 * Deadlines are lazy: one timer a point, which looks at the last sign of life when it falls due and re-arms.
 */
import type { DurationMs, EpochMs } from '../model/time.ts';
import { MINUTE_MS } from '../model/time.ts';
import { judgeSilence } from '../rules/evaluate.ts';
import { applyChanges } from './contribution.ts';
import { reviewCoverage } from './coverage.ts';
import { clearDeviceAlarm, gatewaySubject, pointSubject, raiseDeviceAlarm } from './device-alarms.ts';
import type { Fold } from './fold.ts';
import { OFFLINE_INTERVALS, STALE_INTERVALS } from './registry.ts';
import { stalledSince } from './stalls.ts';
import { TIMER } from './timers.ts';

/** A silence at a class-A source turns its device alarm yellow after this long. */
const CLASS_A_YELLOW_MS = 30 * MINUTE_MS;
/** How long an event-driven point may stay never-seen before it counts as not observing. */
const NEVER_SEEN_MS = 5 * MINUTE_MS;

const HEARD = 0;
const STALE_STAGE = 1;
const OFFLINE_STAGE = 2;
const BLAME_GATEWAY = 1;
const BLAME_POINT = 2;

/** Starts a point's deadline afresh: at registration, after a resumption, and when its gateway is back. */
export function listenAfresh(fold: Fold, number: number): void {
  fold.state.points.col.heardAt[number] = fold.at;
  listen(fold, number);
}

/** Makes sure that the point's deadline is looked at, as its configuration is now. */
export function listen(fold: Fold, number: number): void {
  const { registry, points } = fold.state;
  const { intervalMs } = registry.points[number];
  if (intervalMs === null && points.col.seen[number] !== 0) return;
  lookAt(fold, number, points.col.heardAt[number] + staleAfter(intervalMs));
}

const staleAfter = (intervalMs: DurationMs | null): DurationMs =>
  intervalMs === null ? NEVER_SEEN_MS : STALE_INTERVALS * intervalMs;

/** One pending timer a point, the earliest asked for: whatever comes later is asked for again when it falls due. */
function lookAt(fold: Fold, number: number, due: EpochMs): void {
  const { col } = fold.state.points;
  const pending = col.lookAt[number];
  if (pending !== 0 && pending <= due) return;
  col.lookAt[number] = due;
  fold.state.timers.arm(TIMER.SILENCE, number, due);
}

/**
 * A live reading of the point arrived: silence ends. Called for every one, so the quiet case is one store. Whether that ends
 * blindness too is a matter of its quality.
 */
export function heard(fold: Fold, number: number): void {
  const { col } = fold.state.points;
  col.heardAt[number] = fold.at;
  if (col.silent[number] === HEARD) return;
  const blamed = col.blame[number];
  col.silent[number] = HEARD;
  col.blame[number] = 0;
  if (blamed === BLAME_POINT) clearDeviceAlarm(fold, pointSubject(fold, number), 'silent');
  listen(fold, number);
}

/** A silence timer fell due at `due`: looks at the last sign of life, and asks for the next deadline. */
export function silenceDue(fold: Fold, number: number, due: EpochMs): void {
  const { registry, points } = fold.state;
  const { col } = points;
  // An earlier one was asked for since: that one counts.
  if (due !== col.lookAt[number]) return;
  col.lookAt[number] = 0;
  const { intervalMs } = registry.points[number];
  if (intervalMs === null && col.seen[number] !== 0) return;
  const heardAt = col.heardAt[number] + stalledSince(fold.state, col.heardAt[number]);
  const staleAt = heardAt + staleAfter(intervalMs);
  if (fold.at < staleAt) {
    lookAt(fold, number, staleAt);
    return;
  }
  const offlineAt = intervalMs === null ? staleAt : heardAt + OFFLINE_INTERVALS * intervalMs;
  goSilent(fold, number, intervalMs !== null && fold.at >= offlineAt ? OFFLINE_STAGE : STALE_STAGE);
  const yellowAt = atClassA(fold, number) ? heardAt + CLASS_A_YELLOW_MS : staleAt;
  const later = [offlineAt, yellowAt].filter((at) => at > fold.at);
  if (later.length > 0) lookAt(fold, number, Math.min(...later));
}

/** A message of the gateway arrived, whatever it holds: newer than any status, so the gateway is online. */
export function gatewayHeard(fold: Fold, gateway: number): void {
  const { col } = fold.state.gateways;
  col.heardAt[gateway] = fold.at;
  if (col.offline[gateway] !== 0 || col.silent[gateway] !== 0) gatewayBack(fold, gateway);
}

/** Its connection, status or will says that it is away: its points are stale at once, under one device alarm. */
export function gatewayAway(fold: Fold, gateway: number): void {
  const { gateways, registry, timers } = fold.state;
  if (gateways.col.offline[gateway] !== 0) return;
  gateways.col.offline[gateway] = 1;
  gateways.col.offlineAt[gateway] = fold.at;
  raiseDeviceAlarm(fold, gatewaySubject(fold, gateway), 'offline', 'blue', {});
  timers.arm(TIMER.GATEWAY, gateway, fold.at + CLASS_A_YELLOW_MS);
  for (const number of registry.published[gateway]) {
    if (publishersAway(fold, number)) goSilent(fold, number, STALE_STAGE);
  }
}

/** The gateway is back: its alarms end, its points get a fresh deadline; their silence ends with their data only. */
export function gatewayBack(fold: Fold, gateway: number): void {
  const { gateways, registry, points } = fold.state;
  if (gateways.col.offline[gateway] !== 0) clearDeviceAlarm(fold, gatewaySubject(fold, gateway), 'offline');
  if (gateways.col.silent[gateway] !== 0) clearDeviceAlarm(fold, gatewaySubject(fold, gateway), 'silent');
  gateways.col.offline[gateway] = 0;
  gateways.col.silent[gateway] = 0;
  gateways.col.heardAt[gateway] = fold.at;
  for (const number of registry.published[gateway]) {
    if (points.col.silent[number] === HEARD) continue;
    // An event-driven point speaks only when something changes: a live gateway is all the sight there is of it.
    if (registry.points[number].intervalMs === null && points.col.seen[number] !== 0) {
      heard(fold, number);
      points.col.lost[number] = points.col.faulty[number];
      reviewCoverage(fold, number);
    } else listenAfresh(fold, number);
  }
}

/** Half an hour after a gateway went away: yellow when a class-A source depends on it. */
export function gatewayDue(fold: Fold, gateway: number): void {
  const { gateways, registry } = fold.state;
  if (gateways.col.offline[gateway] === 0 || fold.at < gateways.col.offlineAt[gateway] + CLASS_A_YELLOW_MS) return;
  const classA = registry.published[gateway].some((number) => atClassA(fold, number));
  if (classA) raiseDeviceAlarm(fold, gatewaySubject(fold, gateway), 'offline', 'yellow', { class: 'A' });
}

function goSilent(fold: Fold, number: number, stage: number): void {
  const { col } = fold.state.points;
  const before = col.silent[number];
  col.silent[number] = Math.max(before, stage);
  blame(fold, number, stage);
  if (before !== HEARD) return;
  col.lost[number] = 1;
  judgeSilence(fold.state.rules, number, fold.at, fold.sink);
  applyChanges(fold);
  reviewCoverage(fold, number);
}

/** One alarm for one cause: the gateway's when all its publishers are down or silent, else the point's own. */
function blame(fold: Fold, number: number, stage: number): void {
  const { registry, gateways, points } = fold.state;
  const longAtClassA = atClassA(fold, number) && fold.at >= points.col.heardAt[number] + CLASS_A_YELLOW_MS;
  if (publishersQuiet(fold, number)) {
    if (points.col.blame[number] === 0) points.col.blame[number] = BLAME_GATEWAY;
    for (const gateway of registry.publishers[number]) {
      if (gateways.col.offline[gateway] !== 0 || (gateways.col.silent[gateway] !== 0 && !longAtClassA)) continue;
      gateways.col.silent[gateway] = 1;
      raiseDeviceAlarm(fold, gatewaySubject(fold, gateway), 'silent', longAtClassA ? 'yellow' : 'blue', {});
    }
    return;
  }
  points.col.blame[number] = BLAME_POINT;
  raiseDeviceAlarm(fold, pointSubject(fold, number), 'silent', longAtClassA ? 'yellow' : 'blue', {
    stage: stage === OFFLINE_STAGE ? 'offline' : 'stale',
    neverSeen: points.col.seen[number] === 0,
  });
}

function atClassA(fold: Fold, number: number): boolean {
  const { registry } = fold.state;
  return registry.sourceOf(registry.points[number]).class === 'A';
}

/** Everyone who may publish the point is known to be away. */
function publishersAway(fold: Fold, number: number): boolean {
  const { registry, gateways } = fold.state;
  return registry.publishers[number].every((gateway) => gateways.col.offline[gateway] !== 0);
}

/**
 * Nobody who may publish the point has shown a sign of life since its next reading was due. Whoever has been heard later is
 * alive without it, and then the silence is the point's own.
 */
function publishersQuiet(fold: Fold, number: number): boolean {
  const { registry, gateways, points } = fold.state;
  const { intervalMs } = registry.points[number];
  const nextAt = points.col.heardAt[number] + (intervalMs ?? 0);
  return registry.publishers[number].every(
    (gateway) => gateways.col.offline[gateway] !== 0 || (intervalMs !== null && gateways.col.heardAt[gateway] < nextAt),
  );
}
