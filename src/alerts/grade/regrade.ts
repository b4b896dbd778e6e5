/**
 * How the grade of an open alert moves up: at once. What is lower now only starts the hold before it may come down. It tells
 * nobody.
 */
import type { EpochMs } from '../../model/time.ts';
import { contributionOf } from '../condition/contributors.ts';
import type { OpenAlert } from '../open-alert.ts';
import type { AlertRecord, Contribution } from '../record.ts';
import { heldReasons } from './easing.ts';
import type { GradingInput, GradingResult } from './grading.ts';
import { EDITION } from './grading.ts';
import { gradingInputOf } from './input.ts';
import { gradeCounted, gradeLadder } from './ladder.ts';

export interface Graded {
  readonly result: GradingResult;
  /** What it was made from, written out: for evidence, before anything else happens to the alert. */
  readonly input: () => GradingInput;
}

/** The grade of the record as it stands; nothing is changed. */
export function gradeNow({ record, counted }: OpenAlert, now: EpochMs): Graded {
  const { sourceClass, sourceLevel } = record.group;
  const source = { sourceClass, sourceLevel };
  return { result: gradeCounted(counted, source, now), input: () => gradingInputOf(record, source, now) };
}

/** A higher grade counts at once; under a lower one the standing grade is held. The reasons are those of what stands. */
export function takeGrade(record: AlertRecord, result: GradingResult, now: EpochMs): void {
  if (result.grade < record.grade) {
    record.easingSince ??= now;
    record.reasons = heldReasons(result, record.grade);
  } else {
    record.easingSince = null;
    grown(record, result, true);
  }
}

/** Grades the record as it stands, and takes it. */
export function regrade(alert: OpenAlert, now: EpochMs): Graded {
  const graded = gradeNow(alert, now);
  takeGrade(alert.record, graded.result, now);
  return graded;
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
  const { sourceClass, sourceLevel } = record.group;
  const contributors = [contributionOf(record.group, c)];
  const input: GradingInput = { edition: EDITION, sourceClass, sourceLevel, now: c.at, contributors };
  return { result: gradeLadder(input), input: () => input };
}
