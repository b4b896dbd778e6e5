/**
 * How the grade of an open alert moves up: at once. What is lower now only starts the hold before it may come down. It tells
 * nobody.
 */
import type { EpochMs } from '../../model/time.ts';
import { contributionOf } from '../condition/contributors.ts';
import type { AlertRecord, Contribution } from '../record.ts';
import type { GradingInput, GradingResult } from './grading.ts';
import { gradingInputOf } from './input.ts';
import { gradeLadder } from './ladder.ts';

export interface Graded {
  readonly input: GradingInput;
  readonly result: GradingResult;
}

/** Grades the record as it stands. A higher grade counts at once; under a lower one the standing grade keeps its reasons. */
export function regrade(record: AlertRecord, now: EpochMs): Graded {
  const input = gradingInputOf(record, now);
  const result = gradeLadder(input);
  if (result.grade < record.grade) {
    record.easingSince ??= now;
    if (isOfLostSight(result)) {
      const held = { step: 'easing', value: record.grade, detail: { computed: result.grade } };
      record.reasons = [...result.reasons, held];
    }
  } else {
    record.easingSince = null;
    grown(record, result, true);
  }
  return { input, result };
}

/** Graded by what it is: it says what that is now, beside the grade that is held. */
const isOfLostSight = ({ reasons }: GradingResult): boolean =>
  reasons.length > 0 && reasons.every(({ step }) => step === 'coverage');

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
