/**
 * How the grade of an open alert moves: up at once, down one step at a time and only on good readings. The one place where
 * a grade is written. It tells nobody.
 */
import type { Grade } from '../../model/grade.ts';
import type { DurationMs, EpochMs } from '../../model/time.ts';
import { DAY_MS, MINUTE_MS } from '../../model/time.ts';
import { contributionOf } from '../condition/contributors.ts';
import type { AlertRecord, Contribution, GroupRef } from '../record.ts';
import { gradingInputOf } from '../record.ts';
import { blindSinceOf } from '../view.ts';
import type { GradingInput, GradingResult } from './ladder.ts';
import { gradeLadder } from './ladder.ts';

/** How long good readings must show less before each step down (docs/grading.md, "Up at once, down slowly"). */
const EASING_MS: Readonly<Record<GroupRef['response'], DurationMs>> = { process: 10 * MINUTE_MS, geotechnical: DAY_MS };
/** An alert nobody has verified does not come down further than this by itself. */
const UNVERIFIED_MIN: Grade = 2;

export interface Graded {
  readonly input: GradingInput;
  readonly result: GradingResult;
}

/**
 * Grades the record as it stands. A higher grade counts at once; a lower one starts the hold, dated by the reading at
 * `sampledAt` that showed it, and the standing grade keeps its reasons.
 */
export function regrade(record: AlertRecord, now: EpochMs, sampledAt: EpochMs): Graded {
  const input = gradingInputOf(record, now);
  const result = gradeLadder(input);
  if (result.grade < record.grade) record.easingSince ??= sampledAt;
  else {
    record.easingSince = null;
    grown(record, result, true);
  }
  return { input, result };
}

/** Raises the high-water mark, and, where the result is what the alert is now, its grade and reasons. */
export function grown(record: AlertRecord, result: GradingResult, isNow: boolean): void {
  if (result.grade > record.peakGrade) record.peakGrade = result.grade;
  if (!isNow) return;
  record.grade = result.grade;
  record.reasons = result.reasons;
}

/** The grade a contribution had by itself when it was sampled: what came to light too late is not aged by its lateness. */
export function gradeAsOf(record: AlertRecord, c: Contribution): Graded {
  const { sourceClass } = record.group;
  const input: GradingInput = { sourceClass, now: c.at, contributors: [contributionOf(record.group, c)] };
  return { input, result: gradeLadder(input) };
}

/**
 * An alert that had returned is active again: the grade it left with comes down by one step for every whole hold of good
 * readings in between. So a relapse within minutes is as red as it was, and one after a quiet day is graded by itself.
 */
export function relapse(record: AlertRecord): void {
  const { easingSince, sightedAt, group, handling } = record;
  record.easingSince = null;
  record.sightedAt = null;
  if (easingSince === null || sightedAt === null) return;
  const steps = Math.max(0, Math.floor((sightedAt - easingSince) / EASING_MS[group.response]));
  const lowest = Math.min(record.grade, handling === 'new' ? UNVERIFIED_MIN : 1);
  if (steps === 0 || record.grade <= lowest) return;
  record.grade = Math.max(lowest, record.grade - steps) as Grade;
  record.reasons = [...record.reasons, { step: 'easing', value: record.grade, detail: { steps } }];
}

/** One step down if good readings have shown less for the whole hold; undefined when it stays as it is. */
export function stepDown(record: AlertRecord, sampledAt: EpochMs, now: EpochMs): Graded | undefined {
  if (record.easingSince === null) return undefined;
  if (blindSinceOf(record) !== undefined) {
    // Nobody sees the whole of it: what others show meanwhile is no evidence that it became better.
    record.easingSince = Math.max(record.easingSince, sampledAt);
    return undefined;
  }
  if (sampledAt - record.easingSince < EASING_MS[record.group.response]) return undefined;
  if (record.handling === 'new' && record.grade <= UNVERIFIED_MIN) return undefined;
  const input = gradingInputOf(record, now);
  const result = gradeLadder(input);
  if (result.grade >= record.grade) {
    record.easingSince = null;
    return undefined;
  }
  record.grade = (record.grade - 1) as Grade;
  const further = result.grade < record.grade;
  record.easingSince = further ? sampledAt : null;
  const held = { step: 'easing', value: record.grade, detail: { computed: result.grade } };
  record.reasons = further ? [...result.reasons, held] : result.reasons;
  return { input, result };
}
