/**
 * Sight: who has not been heard, since when, and who answers for it. A lost point keeps what it had in alarm (held), counts as
 * not observing at once, and raises one device alarm: its gateway's when the gateway is away or silent too, our own link's
 * when that is down, its own otherwise. Whoever goes away or silent takes over what was quiet behind it. It clears nothing of
 * a hazard; only data does.
 *
 * Deadlines are lazy: one timer a point, which looks at the last sign of life when it falls due and re-arms.
 */
import type { PointConfig } from '../model/point.ts';
import { intervalsOf, isEventDriven, STALE_INTERVALS } from '../model/point.ts';
import type { Quality } from '../model/quality.ts';
import { GOOD, UNCERTAIN } from '../model/quality.ts';
import type { DurationMs, EpochMs } from '../model/time.ts';
import { MINUTE_MS } from '../model/time.ts';
import { judgeSight, judgeSilence } from '../rules/evaluate.ts';
import { setSight } from './coverage.ts';
import { inputAnsweredFor } from './derived/inputs.ts';
import { clearDeviceAlarm, raiseDeviceAlarm } from './device-alarms.ts';
import type { Fold } from './fold.ts';
import { isKnownOnline } from './gateways.ts';
import { AWAITED, BY_ITSELF, BY_LINK, FIRST_GATEWAY, RELEASED, SEEN, UNUSABLE } from './observers.ts';
import { publishersAway, publishersLost, publishersQuiet } from './publishers.ts';
import { OFFLINE_INTERVALS } from './registry.ts';
import { stalledSince } from './stalls.ts';
import type { Subject } from './subjects.ts';
import { gatewaySubject, pointSubject, serviceSubject } from './subjects.ts';
import { TIMER } from './timers.ts';

/** A silence at a class-A source turns its device alarm yellow after this long. */
const CLASS_A_YELLOW_MS = 30 * MINUTE_MS;
/** How long an event-driven point may stay unheard, before its first word or after a start, before it counts as blind. */
const FIRST_WORD_MS = 5 * MINUTE_MS;

const HEARD = 0;
const STALE_STAGE = 1;
const OFFLINE_STAGE = 2;

/** Starts a point's deadline afresh: at registration, after a resumption, and when its gateway is back. */
export function listenAfresh(fold: Fold, number: number): void {
  fold.state.points.col.heardAt[number] = fold.at;
  listen(fold, number);
}

/** Makes sure that the point's deadline is looked at, as its configuration is now. */
export function listen(fold: Fold, number: number): void {
  if (speaksOnChangeOnly(fold, number)) return;
  const { registry, points } = fold.state;
  lookAt(fold, number, points.col.heardAt[number] + staleAfter(registry.points[number]));
}

/** Event-driven, and observing: its gateway is all there is to listen to. */
function speaksOnChangeOnly(fold: Fold, number: number): boolean {
  const { registry, points } = fold.state;
  return isEventDriven(registry.points[number]) && points.col.lostBy[number] === SEEN;
}

const staleAfter = (point: PointConfig): DurationMs => intervalsOf(point, STALE_INTERVALS, FIRST_WORD_MS);

/** One pending timer a point, the earliest asked for: whatever comes later is asked for again when it falls due. */
function lookAt(fold: Fold, number: number, due: EpochMs): void {
  // Of a derived point its inputs are listened to.
  if (fold.state.registry.graph.isDerived(number)) return;
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
  col.silent[number] = HEARD;
  fold.out.silences.push({ point: number, silent: false });
  clearDeviceAlarm(fold, pointSubject(fold, number), 'silent');
  lookAt(fold, number, fold.at + staleAfter(fold.state.registry.points[number]));
}

/**
 * What a reading's quality says of the point as an observer. Good gives sight, unusable and `mute` (an instrument known to say
 * nothing of now) take it, uncertain does neither; but others are computed from it, and it is a first word, unless it may be an
 * old message (`doubtful`). A derived point that could be computed is seen.
 */
export function sighted(fold: Fold, number: number, quality: Quality, doubtful: boolean, mute: boolean): void {
  const { points } = fold.state;
  const { lostBy, faulty } = points.col;
  // The way of nearly every reading.
  if (quality === GOOD && lostBy[number] === SEEN && faulty[number] === 0) return;
  if (quality > UNCERTAIN) {
    if (faulty[number] !== UNUSABLE) raiseDeviceAlarm(fold, pointSubject(fold, number), 'bad-quality', 'blue');
    faulty[number] = UNUSABLE;
    setSight(fold, number, BY_ITSELF);
    return;
  }
  // Also where a named person let go of it meanwhile: its alarm stands until it is usable again.
  if (faulty[number] !== 0) clearDeviceAlarm(fold, pointSubject(fold, number), 'bad-quality');
  const isDerived = fold.state.registry.graph.isDerived(number);
  const sees = !mute && (quality === GOOD || (isDerived && !doubtful));
  if (sees || faulty[number] === UNUSABLE) faulty[number] = 0;
  if (mute) setSight(fold, number, BY_ITSELF);
  else if (sees || (lostBy[number] === AWAITED && !doubtful)) setSight(fold, number, SEEN);
  else if (!isDerived && lostBy[number] !== SEEN && faulty[number] === 0) points.col.vague[number] = 1;
}

/** A silence timer fell due at `due`: looks at the last sign of life, and asks for the next deadline. */
export function silenceDue(fold: Fold, number: number, due: EpochMs): void {
  const { registry, points } = fold.state;
  const { col } = points;
  // An earlier one was asked for since: that one counts.
  if (due !== col.lookAt[number]) return;
  col.lookAt[number] = 0;
  if (speaksOnChangeOnly(fold, number)) return;
  const point = registry.points[number];
  const heardAt = col.heardAt[number] + stalledSince(fold.state, col.heardAt[number]);
  const staleAt = heardAt + staleAfter(point);
  if (fold.at < staleAt) {
    lookAt(fold, number, staleAt);
    return;
  }
  const offlineAt = heardAt + intervalsOf(point, OFFLINE_INTERVALS, FIRST_WORD_MS);
  const stage = !isEventDriven(point) && fold.at >= offlineAt ? OFFLINE_STAGE : STALE_STAGE;
  goSilent(fold, number, stage, blame(fold, number));
  const yellowAt = weighs(fold, number, pointSubject(fold, number)) ? heardAt + CLASS_A_YELLOW_MS : staleAt;
  const later = [offlineAt, yellowAt].filter((at) => at > fold.at);
  if (later.length > 0) lookAt(fold, number, Math.min(...later));
}

/** A message of the gateway arrived, whatever it holds: newer than any status, so the gateway is online. */
export function gatewayHeard(fold: Fold, gateway: number): void {
  const { col } = fold.state.gateways;
  col.heardAt[gateway] = fold.at;
  if (col.offline[gateway] !== 0 || col.silent[gateway] !== 0 || col.known[gateway] === 0) gatewayBack(fold, gateway);
}

/**
 * Its connection, status or will says that it is away: its points are stale at once, under one device alarm. Of one that
 * connects, sends and leaves that says nothing: silence on its points is what counts.
 */
export function gatewayAway(fold: Fold, gateway: number): void {
  const { gateways, registry, timers } = fold.state;
  gateways.col.known[gateway] = 0;
  if (gateways.col.offline[gateway] !== 0 || reportsOnly(fold, gateway)) return;
  gateways.col.offline[gateway] = 1;
  gateways.col.offlineAt[gateway] = fold.at;
  raiseDeviceAlarm(fold, gatewaySubject(fold, gateway), 'offline', 'blue');
  timers.arm(TIMER.GATEWAY, gateway, fold.at + CLASS_A_YELLOW_MS);
  takeOver(fold, gateway, 'offline');
  for (const number of registry.published[gateway]) {
    if (publishersAway(fold.state, number)) loseWith(fold, number, FIRST_GATEWAY + gateway);
  }
}

const reportsOnly = (fold: Fold, gateway: number): boolean =>
  fold.state.registry.gateways[gateway].presence === 'reports';

/** The gateway is back: its alarms end, its points get a fresh deadline; their silence ends with their data only. */
export function gatewayBack(fold: Fold, gateway: number): void {
  const { gateways, registry, points } = fold.state;
  const { offline, silent, known, heardAt } = gateways.col;
  if (offline[gateway] !== 0) clearDeviceAlarm(fold, gatewaySubject(fold, gateway), 'offline');
  if (silent[gateway] !== 0) clearDeviceAlarm(fold, gatewaySubject(fold, gateway), 'silent');
  offline[gateway] = 0;
  silent[gateway] = 0;
  known[gateway] = 1;
  heardAt[gateway] = fold.at;
  for (const number of registry.published[gateway]) {
    const { seen, lostBy } = points.col;
    if (lostBy[number] === SEEN) continue;
    // An event-driven point speaks only when something changes: a live gateway is all the sight there is of it.
    if (isEventDriven(registry.points[number]) && seen[number] !== 0) {
      if (points.col.silent[number] !== HEARD) heard(fold, number);
      // What it lost by itself only its own word gives back.
      if (lostBy[number] === BY_ITSELF) continue;
      setSight(fold, number, SEEN);
      judgeSight(fold.state.rules, number, fold.at, fold.sink);
      inputAnsweredFor(fold, number);
    } else if (points.col.silent[number] !== HEARD) listenAfresh(fold, number);
  }
}

/** Half an hour after a gateway went away: yellow when a class-A source depends on it. */
export function gatewayDue(fold: Fold, gateway: number): void {
  const { gateways, registry } = fold.state;
  if (gateways.col.offline[gateway] === 0 || fold.at < gateways.col.offlineAt[gateway] + CLASS_A_YELLOW_MS) return;
  const subject = gatewaySubject(fold, gateway);
  const isGrave = registry.published[gateway].some((number) => weighs(fold, number, subject));
  if (isGrave) raiseDeviceAlarm(fold, subject, 'offline', 'yellow', { alarmClass: 'highest' });
}

/**
 * Our own link to the broker is down: one cause for everything behind it, gateways that were found silent among it. Nobody is
 * known to be online any more; who said that he is away, is.
 */
export function linkLost(fold: Fold): void {
  const { state } = fold;
  if (state.linkDown) return;
  state.linkDown = true;
  raiseDeviceAlarm(fold, serviceSubject(state), 'link', 'yellow');
  const { known, silent, offline } = state.gateways.col;
  known.fill(0);
  for (let gateway = 0; gateway < state.registry.gateways.length; gateway++) {
    if (silent[gateway] === 0 || offline[gateway] !== 0) continue;
    silent[gateway] = 0;
    clearDeviceAlarm(fold, gatewaySubject(fold, gateway), 'silent');
  }
  for (let number = 0; number < state.registry.points.length; number++) {
    if (!state.registry.graph.isDerived(number) && !isAwayWith(fold, number)) loseWith(fold, number, BY_LINK);
  }
}

/** A gateway that is away answers for the point already. */
function isAwayWith(fold: Fold, number: number): boolean {
  const { points, gateways } = fold.state;
  const gateway = points.col.lostBy[number] - FIRST_GATEWAY;
  return gateway >= 0 && gateways.col.offline[gateway] !== 0;
}

/** Our own link is up again: everybody gets a fresh deadline. What the link took comes back with data only. */
export function linkBack(fold: Fold): void {
  const { state } = fold;
  if (!state.linkDown) return;
  state.linkDown = false;
  clearDeviceAlarm(fold, serviceSubject(state), 'link');
  freshDeadlines(fold);
}

/** The service looks again after a time in which nobody looked. After a restart nothing is known of anybody yet. */
export function sightResumed(fold: Fold, restarted: boolean): void {
  const { gateways, points, registry } = fold.state;
  if (restarted) {
    gateways.col.known.fill(0);
    const { lostBy } = points.col;
    for (let number = 0; number < registry.points.length; number++)
      setSight(fold, number, lostBy[number] === SEEN ? AWAITED : lostBy[number]);
  }
  freshDeadlines(fold);
}

/** Of whoever is not lost yet; and of those whom the link took, who are asked for anew. */
function freshDeadlines(fold: Fold): void {
  const { gateways, points, registry } = fold.state;
  for (let gateway = 0; gateway < registry.gateways.length; gateway++) {
    if (gateways.col.offline[gateway] === 0) gateways.col.heardAt[gateway] = fold.at;
  }
  for (let number = 0; number < registry.points.length; number++) {
    if (points.col.silent[number] === HEARD || points.col.lostBy[number] === BY_LINK) listenAfresh(fold, number);
  }
}

/** What a derived point is computed from is lost, for this reason: it is blind with it. */
export function inputsLost(fold: Fold, number: number, by: number): void {
  goSilent(fold, number, STALE_STAGE, by);
}

/** A named person lets go of a detector that was taken away: it observes nothing until it is seen again. */
export function release(fold: Fold, number: number): void {
  fold.state.points.col.faulty[number] = RELEASED;
  setSight(fold, number, BY_ITSELF);
}

/** It is lost at once, and for a reason that is not its own: its own alarm of silence, if any, is told there. */
function loseWith(fold: Fold, number: number, by: number): void {
  if (fold.state.points.col.silent[number] !== HEARD) clearDeviceAlarm(fold, pointSubject(fold, number), 'silent');
  goSilent(fold, number, STALE_STAGE, by);
}

/**
 * What it sends is unusable, or a person let go of it; or it speaks on change only and was blind already: a gateway that comes
 * back would give it sight that only its own word can give.
 */
function losesByItself(fold: Fold, number: number): boolean {
  const { points, registry } = fold.state;
  const { faulty, lostBy } = points.col;
  return faulty[number] !== 0 || (isEventDriven(registry.points[number]) && lostBy[number] === BY_ITSELF);
}

function goSilent(fold: Fold, number: number, stage: number, by: number): void {
  const { points, rules } = fold.state;
  const { silent } = points.col;
  const before = silent[number];
  silent[number] = Math.max(before, stage);
  if (before === HEARD) fold.out.silences.push({ point: number, silent: true });
  // What was lost for a reason of its own stays told there.
  setSight(fold, number, losesByItself(fold, number) ? BY_ITSELF : by);
  if (before === HEARD) judgeSilence(rules, number, fold.at, fold.sink);
}

/** One alarm for one cause: our link's, the gateway's when all its publishers are away or silent, else the point's own. */
function blame(fold: Fold, number: number): number {
  const { registry, gateways, points, linkDown } = fold.state;
  if (linkDown) return isAwayWith(fold, number) ? points.col.lostBy[number] : BY_LINK;
  if (!publishersQuiet(fold.state, number)) {
    tellSilent(fold, number, pointSubject(fold, number));
    return BY_ITSELF;
  }
  const publishers = registry.publishers[number];
  const { offline, silent } = gateways.col;
  const fallen = publishers.filter((gateway) => offline[gateway] === 0 && silent[gateway] === 0);
  for (const gateway of fallen) silent[gateway] = 1;
  for (const gateway of publishers) {
    if (offline[gateway] === 0) tellSilent(fold, number, gatewaySubject(fold, gateway));
  }
  for (const gateway of fallen) {
    takeOver(fold, gateway, 'silent');
    if (reportsOnly(fold, gateway)) silenceEvents(fold, gateway);
  }
  const known = points.col.lostBy[number] - FIRST_GATEWAY;
  return FIRST_GATEWAY + (publishers.includes(known) ? known : publishers[0]);
}

/**
 * The gateway is lost from now on: the silences of single points behind it were its own dying, and are told there. Whoever is
 * not due yet keeps its deadline. Costs what its points cost, once a loss.
 */
function takeOver(fold: Fold, gateway: number, fault: 'silent' | 'offline'): void {
  const { registry, points } = fold.state;
  const { silent, lostBy } = points.col;
  const subject = gatewaySubject(fold, gateway);
  let isLong = false;
  for (const number of registry.published[gateway]) {
    if (silent[number] === HEARD || lostBy[number] !== BY_ITSELF || !publishersLost(fold.state, number)) continue;
    isLong ||= isLongAtClassA(fold, number, subject);
    loseWith(fold, number, FIRST_GATEWAY + gateway);
  }
  // What was told as grave there is no less so here.
  if (isLong) raiseDeviceAlarm(fold, subject, fault, 'yellow');
}

/** A gateway that only reports has failed to: whatever speaks on change alone can no longer be counted on. */
function silenceEvents(fold: Fold, gateway: number): void {
  const { registry, gateways } = fold.state;
  gateways.col.known[gateway] = 0;
  for (const number of registry.published[gateway]) {
    if (!speaksOnChangeOnly(fold, number) || isKnownOnline(fold.state, number)) continue;
    goSilent(fold, number, STALE_STAGE, FIRST_GATEWAY + gateway);
  }
}

function tellSilent(fold: Fold, number: number, subject: Subject): void {
  raiseDeviceAlarm(fold, subject, 'silent', isLongAtClassA(fold, number, subject) ? 'yellow' : 'blue');
}

/** The point is of a class-A source, and as real as who answers for it: a drill makes nothing real graver. */
function weighs(fold: Fold, number: number, { exercise }: Subject): boolean {
  const { registry } = fold.state;
  const point = registry.points[number];
  return (point.exercise === true) === exercise && registry.sourceOf(point).class === 'A';
}

function isLongAtClassA(fold: Fold, number: number, subject: Subject): boolean {
  return weighs(fold, number, subject) && fold.at >= fold.state.points.col.heardAt[number] + CLASS_A_YELLOW_MS;
}
