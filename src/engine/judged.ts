/**
 * One live value of a point, measured or derived, through its rules: judged, remembered as the newest, and what it says of the
 * point's sight. Where it came from, and whether it was admitted, is settled before.
 */
import { NONE } from '../model/level.ts';
import type { Quality } from '../model/quality.ts';
import { FLAG } from '../model/reading.ts';
import type { EpochMs } from '../model/time.ts';
import { judge } from '../rules/evaluate.ts';
import { mayChange } from '../rules/image.ts';
import { fillSample } from '../rules/sample.ts';
import { explainSlot, isRising, viewSlot } from '../rules/view.ts';
import type { Fold } from './fold.ts';
import type { Heard } from './heard.ts';
import { sighted } from './sight.ts';

/** Gives the quality that span and plausibility made of it; where it lies beyond the span, `flags` say so afterwards. */
export function foldHeard(fold: Fold, number: number, heard: Heard): Quality {
  const { state } = fold;
  const { at, value } = heard;
  if (mayChange(state.rules, number, at, value)) fold.aboutToJudge(number);
  const sample = fillSample(fold.sample, at, fold.at, value, heard.quality);
  sample.certain = heard.certain;
  judge(state.rules, number, sample, fold.sink);
  const { quality } = sample;
  if (fold.before.size > 0) fold.before.get(number)?.readings.push([at, value, heard.quality]);
  if (sample.over !== 0) heard.flags |= FLAG.OVER_RANGE;
  const { col } = state.points;
  col.seen[number] = 1;
  col.judgedAt[number] = at;
  col.value[number] = value;
  col.quality[number] = quality;
  col.flags[number] = heard.flags;
  col.certain[number] = sample.certain ? 1 : 0;
  sighted(fold, number, quality, heard.doubtful, sample.mute);
  if (sample.certain && col.doubtful[number] !== 0) confirmDoubtful(fold, number, at);
  return quality;
}

/** A good value, once its sight is settled: it may let a grade ease. */
export function foldGood(fold: Fold, number: number, { at, doubtful }: Heard): void {
  const { state } = fold;
  // What may have been judged before is no sign that it has become less.
  if (doubtful) return;
  for (const key of state.groups.keysOf(number)) {
    if (fold.changes.length === 0 && !state.book.mayEase(key)) continue;
    // What shows more, and waits for its delay, is no evidence of less.
    if (isRising(state.rules, number)) return;
    // In its turn: what the message changed before this reading comes first.
    fold.changes.push({ kind: 'sampled', key, point: state.registry.points[number].id, at });
  }
}

/** What only an uncertain reading had shown is now shown by a certain one: the grading may count it in full. */
function confirmDoubtful(fold: Fold, number: number, at: EpochMs): void {
  const { rules, points } = fold.state;
  let doubtful = 0;
  for (const slot of rules.slotsOf(number)) {
    const { level } = viewSlot(rules, slot);
    if (level === NONE) continue;
    if (explainSlot(rules, slot).goodSupport) fold.confirmed(slot, level, at);
    else doubtful = 1;
  }
  points.col.doubtful[number] = doubtful;
}
