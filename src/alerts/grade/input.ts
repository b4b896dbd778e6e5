/** What the grading is given of a record: whoever is in alarm, seen or held, and whoever is latched. It grades nothing. */
import type { EpochMs } from '../../model/time.ts';
import type { AlertRecord, PointRecord } from '../record.ts';
import type { GradedSource, GradingContributor, GradingInput } from './grading.ts';
import { EDITION } from './grading.ts';

export function gradingInputOf(record: AlertRecord, source: GradedSource, now: EpochMs): GradingInput {
  const contributors = record.points.filter((p) => p.active || p.latched).map(contributorOf);
  const { sourceClass, sourceLevel } = source;
  return { edition: EDITION, sourceClass, sourceLevel, now, contributors };
}

export function contributorOf(p: PointRecord): GradingContributor {
  return {
    point: p.point,
    number: p.number,
    rule: p.rule,
    level: p.level,
    standings: [...p.standings],
    transmitter: p.transmitter,
    computedFrom: p.computedFrom,
    timeToLimitMs: p.timeToLimitMs,
    r2: p.r2,
    held: p.blindSince !== null,
    floors: p.floors,
    gradeAtMost: p.gradeAtMost,
    step: p.step,
    restsOn: p.restsOn,
    persistenceMs: p.persistenceMs,
    responseMs: p.responseMs,
    fixedGrade: p.fixedGrade,
    detail: p.detail,
  };
}
