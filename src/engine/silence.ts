/**
 * Silence as an input: who has not been heard, since when, and who answers for it. A silent point keeps what it had in
 * alarm (held), counts as not observing, and raises one device alarm: its gateway's when the gateway is down or silent
 * too, its own otherwise. It clears nothing of a hazard; only data does.
 *
 * Deadlines are lazy: one timer a point, which looks at the last sign of life when it falls due and re-arms.
 */
import type { EpochMs } from '../model/time.ts';
import { MINUTE_MS } from '../model/time.ts';
import { judgeSilence } from '../rules/evaluate.ts';
import { reviewCoverage } from './coverage.ts';
import { clearDeviceAlarm, gatewaySubject, pointSubject, raiseDeviceAlarm } from './device-alarms.ts';
import type { Fold } from './fold.ts';
import { settle } from './settle.ts';
import { TIMER } from './timers.ts';

/** Stale after this many intervals without a reading, offline after that many (domain: Missing data). */
const STALE_INTERVALS = 3;
const OFFLINE_INTERVALS = 10;
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
  const interval = fold.state.registry.points[number].intervalMs;
  fold.state.points.col.heardAt[number] = fold.at;
  const waitMs = interval === null ? NEVER_SEEN_MS : STALE_INTERVALS * interval;
  fold.state.timers.arm(TIMER.SILENCE, number, fold.at + waitMs);
}

/** A reading of the point arrived: silence ends. Called for every admitted reading, so the quiet case is two stores. */
export function heard(fold: Fold, number: number): void {
  const { col } = fold.state.points;
  col.heardAt[number] = fold.at;
  if (col.silent[number] === HEARD) return;
  const blamed = col.blame[number];
  col.silent[number] = HEARD;
  col.blame[number] = 0;
  if (blamed === BLAME_POINT) clearDeviceAlarm(fold, pointSubject(fold, number), 'silent');
  const interval = fold.state.registry.points[number].intervalMs;
  if (interval !== null) fold.state.timers.arm(TIMER.SILENCE, number, fold.at + STALE_INTERVALS * interval);
  reviewCoverage(fold, number);
}

export function silenceDue(fold: Fold, number: number): void {
  const { registry, points, timers } = fold.state;
  const { col } = points;
  const interval = registry.points[number].intervalMs;
  if (interval === null) {
    if (col.seen[number] === 0) goSilent(fold, number, STALE_STAGE);
    return;
  }
  const heardAt = col.heardAt[number];
  const staleAt = heardAt + STALE_INTERVALS * interval;
  const offlineAt = heardAt + OFFLINE_INTERVALS * interval;
  const yellowAt = heardAt + CLASS_A_YELLOW_MS;
  if (fold.at < staleAt) {
    timers.arm(TIMER.SILENCE, number, staleAt);
    return;
  }
  goSilent(fold, number, fold.at >= offlineAt ? OFFLINE_STAGE : STALE_STAGE);
  const classA = registry.sourceOf(registry.points[number]).class === 'A';
  if (fold.at < offlineAt) timers.arm(TIMER.SILENCE, number, offlineAt);
  else if (classA && fold.at < yellowAt) timers.arm(TIMER.SILENCE, number, yellowAt);
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
    if (publishersDown(fold, number, fold.at)) goSilent(fold, number, STALE_STAGE);
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
    if (registry.points[number].intervalMs === null && points.col.seen[number] !== 0) heard(fold, number);
    else listenAfresh(fold, number);
  }
}

/** Half an hour after a gateway went away: yellow when a class-A source depends on it. */
export function gatewayDue(fold: Fold, gateway: number): void {
  const { gateways, registry } = fold.state;
  if (gateways.col.offline[gateway] === 0 || fold.at < gateways.col.offlineAt[gateway] + CLASS_A_YELLOW_MS) return;
  const classA = registry.published[gateway].some((number) => registry.sourceOf(registry.points[number]).class === 'A');
  if (classA) raiseDeviceAlarm(fold, gatewaySubject(fold, gateway), 'offline', 'yellow', { class: 'A' });
}

function goSilent(fold: Fold, number: number, stage: number): void {
  const { col } = fold.state.points;
  const before = col.silent[number];
  col.silent[number] = Math.max(before, stage);
  blame(fold, number, stage);
  if (before !== HEARD) return;
  judgeSilence(fold.state.rules, number, fold.at, fold.sink);
  settle(fold);
  reviewCoverage(fold, number);
}

/** One alarm for one cause: the gateway's when all its publishers are down or silent, else the point's own. */
function blame(fold: Fold, number: number, stage: number): void {
  const { registry, gateways, points } = fold.state;
  const point = registry.points[number];
  if (publishersDown(fold, number, fold.at)) {
    if (points.col.blame[number] === 0) points.col.blame[number] = BLAME_GATEWAY;
    for (const gateway of registry.publishers[number]) {
      if (gateways.col.offline[gateway] !== 0 || gateways.col.silent[gateway] !== 0) continue;
      gateways.col.silent[gateway] = 1;
      raiseDeviceAlarm(fold, gatewaySubject(fold, gateway), 'silent', 'blue', {});
    }
    return;
  }
  points.col.blame[number] = BLAME_POINT;
  const longAtClassA =
    registry.sourceOf(point).class === 'A' && fold.at >= points.col.heardAt[number] + CLASS_A_YELLOW_MS;
  raiseDeviceAlarm(fold, pointSubject(fold, number), 'silent', longAtClassA ? 'yellow' : 'blue', {
    stage: stage === OFFLINE_STAGE ? 'offline' : 'stale',
    neverSeen: points.col.seen[number] === 0,
  });
}

function publishersDown(fold: Fold, number: number, now: EpochMs): boolean {
  const { registry, gateways } = fold.state;
  const interval = registry.points[number].intervalMs ?? Number.POSITIVE_INFINITY;
  return registry.publishers[number].every(
    (gateway) =>
      gateways.col.offline[gateway] !== 0 || now - gateways.col.heardAt[gateway] >= STALE_INTERVALS * interval,
  );
}
