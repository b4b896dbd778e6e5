/**
 * One message through the engine: admit every reading in order, judge the live ones, let late ones add what was missed,
 * then hand the level changes to the alert book. It derives quality and clock faults; it knows no transport.
 */
import { NONE } from '../../model/level.ts';
import type { Quality } from '../../model/quality.ts';
import { GOOD, UNCERTAIN } from '../../model/quality.ts';
import type { ReadingBatch } from '../../model/reading.ts';
import { FLAG, REFUSAL_OF_VERDICT, VERDICT } from '../../model/reading.ts';
import type { DurationMs } from '../../model/time.ts';
import { breachesOf } from '../../rules/evaluate.ts';
import { explainSlot, viewSlot } from '../../rules/view.ts';
import { admit, admitAsRecorded, beginMessage, isRecorded } from '../admit.ts';
import { clockSeen } from '../clock-skew.ts';
import { applyChanges } from '../contribution.ts';
import { inputRead } from '../derived/inputs.ts';
import type { Change, Fold, LevelChange } from '../fold.ts';
import { foldGood, foldHeard } from '../judged.ts';
import { SEEN } from '../observers.ts';
import { remember } from '../points.ts';
import { gatewayHeard, heard } from '../sight.ts';

/** A reading that took longer than this to arrive is back-fill of an outage, not live: what it raised may be over. */
const BACKLOG_MS = 60_000;

export function foldReadings(fold: Fold, batch: ReadingBatch): void {
  const { state, admission } = fold;
  fold.receivedAt = batch.receivedAt;
  if (batch.gateway < state.registry.gateways.length) gatewayHeard(fold, batch.gateway);
  const recorded = isRecorded(state);
  if (state.clockOffsetMs !== 0) timeByArrival(batch, state.clockOffsetMs);
  beginMessage(state, batch, admission);
  let unknown = 0;
  for (let i = 0; i < batch.count; i++) {
    fold.row = i;
    if (recorded) admitAsRecorded(state, batch, i, admission);
    else admit(state, batch, i, admission);
    batch.verdict[i] = admission.verdict;
    batch.judgedAt[i] = admission.judgedAt;
    batch.flags[i] |= admission.flags | (state.unsaved ? FLAG.UNSAVED : 0);
    if (admission.verdict === VERDICT.LIVE) {
      foldLive(fold, batch, i);
    } else if (admission.verdict === VERDICT.HISTORY) foldLate(fold, batch, i);
    else unknown += refuse(fold, batch, i, unknown);
  }
  settleMessage(fold, batch);
}

/** What came without a time was taken when it arrived, by the wall clock that all others speak of. */
function timeByArrival({ flags, sampledAt, receivedAt, count }: ReadingBatch, offsetMs: DurationMs): void {
  for (let i = 0; i < count; i++) if ((flags[i] & FLAG.NO_AT) !== 0) sampledAt[i] = receivedAt + offsetMs;
}

/** Tells what is not taken. Gives 1 where its tag is the next of those that nobody knows. */
function refuse(fold: Fold, batch: ReadingBatch, i: number, unknown: number): number {
  const { points } = fold.state.registry;
  const isKnown = batch.point[i] < points.length;
  fold.out.refusals.push({
    at: fold.at,
    gateway: batch.gateway,
    tag: (isKnown ? points[batch.point[i]].tag : batch.unknownTags[unknown]) ?? '',
    sampledAt: batch.sampledAt[i],
    value: batch.value[i],
    reason: REFUSAL_OF_VERDICT[batch.verdict[i]],
  });
  return isKnown ? 0 : 1;
}

function foldLive(fold: Fold, batch: ReadingBatch, i: number): void {
  const { state, value } = fold;
  const { at, doubtful } = fold.admission;
  const number = batch.point[i];
  remember(state.points, batch, i, true, fold.admission.arrival);
  heard(fold, number);
  const sent = isRecorded(state) ? batch.quality[i] : sentQualityOf(batch, i);
  const given = doubtful && wouldCalm(fold, number, batch.value[i]) ? Math.max(UNCERTAIN, sent) : sent;
  value.at = at;
  value.value = batch.value[i];
  value.quality = given as Quality;
  value.certain = sent === GOOD;
  value.flags = batch.flags[i];
  value.doubtful = doubtful;
  const quality = foldHeard(fold, number, value);
  // What span and plausibility made of it is what is shown; what was sent is kept beside it, to be judged again.
  if (quality !== sent && batch.sentQuality.length === 0) batch.sentQuality = [...batch.quality];
  batch.quality[i] = quality;
  batch.flags[i] = value.flags;
  clockSeen(fold, number, batch.gateway, (batch.flags[i] & FLAG.CLOCK_SKEWED) !== 0);
  if (quality === GOOD) foldGood(fold, number, value);
  if (state.registry.graph.isLookedAt(number)) inputRead(fold, number);
}

const sentQualityOf = ({ quality, sentQuality }: ReadingBatch, i: number): number =>
  sentQuality.length === 0 ? quality[i] : sentQuality[i];

/**
 * Whether a good reading of this value would end or lower anything that stands or waits for its on-delay. What is computed from
 * it may: which values calm that, is not known here.
 */
function wouldCalm({ state: { registry, rules, points } }: Fold, number: number, value: number): boolean {
  if (points.col.lostBy[number] !== SEEN || registry.graph.isLookedAt(number)) return true;
  const breaches = breachesOf(rules, number, value);
  return rules.slotsOf(number).some((slot) => {
    // Each rule by itself: one side of the point says nothing of the other.
    const level = breaches.find((breach) => breach.slot === slot)?.level ?? NONE;
    return Math.max(viewSlot(rules, slot).level, explainSlot(rules, slot).raw) > level;
  });
}

/**
 * Older than what was already judged: no windows, no delays, and no sign that anybody looks now; but a breach nobody saw is
 * put on record.
 */
function foldLate(fold: Fold, batch: ReadingBatch, i: number): void {
  const { state } = fold;
  const number = batch.point[i];
  remember(state.points, batch, i, false, fold.admission.arrival);
  // What a gateway sends again because it knows of no answer, it had sent before all that came since: it was judged then.
  if ((batch.flags[i] & FLAG.REDELIVERED) !== 0 && state.points.col.speaker[number] === batch.gateway) return;
  const quality = batch.quality[i] as Quality;
  for (const { slot, level } of breachesOf(state.rules, number, batch.value[i], quality)) {
    batch.flags[i] |= FLAG.RETROSPECTIVE;
    const contribution = fold.missedContribution(slot, level, fold.admission.at, batch.value[i]);
    fold.changes.push({ kind: 'missed', group: fold.missedGroup(slot), contribution });
  }
}

/**
 * Applies what the message changed. In a message that comes out of an outage, what began and ended within it is raised
 * as already over (retrospective, no sound); what is still true at its end raises as if it had just happened.
 */
function settleMessage(fold: Fold, batch: ReadingBatch): void {
  const { changes } = fold;
  for (let i = 0; i < changes.length; i++) {
    const change = changes[i];
    if (change.kind !== 'level' || change.to === NONE || change.row < 0) continue;
    if (batch.receivedAt - change.at <= BACKLOG_MS) continue;
    if (fold.state.book.contributes(change.slot)) continue;
    const end = changes.findIndex((other, k) => k > i && isLevelOf(other, change.slot) && other.to === NONE);
    if (end < 0) continue;
    batch.flags[change.row] |= FLAG.RETROSPECTIVE;
    const worst = worstWithin(changes, i, end);
    const contribution = fold.missedContribution(change.slot, worst.to, change.at, batch.value[worst.row]);
    const rest = changes.slice(i + 1, end).filter((other) => !isLevelOf(other, change.slot));
    changes.splice(i, end - i + 1, { kind: 'missed', group: change.group, contribution }, ...rest);
  }
  applyChanges(fold);
}

const isLevelOf = (change: Change, slot: number): change is LevelChange =>
  change.kind === 'level' && change.slot === slot;

/** How far the excursion from `start` to `end` went. */
function worstWithin(changes: readonly Change[], start: number, end: number): LevelChange {
  let worst = changes[start] as LevelChange;
  for (const change of changes.slice(start, end)) {
    if (isLevelOf(change, worst.slot) && change.to > worst.to) worst = change;
  }
  return worst;
}
