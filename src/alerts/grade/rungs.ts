/**
 * From the rungs of a ladder to a grade: which one is highest now, what caps or lifts it, and when it next rises by time alone.
 * How the contributors make rungs is the ladder's.
 */
import type { Reason } from '../../model/alert.ts';
import type { Grade } from '../../model/grade.ts';
import type { Level } from '../../model/level.ts';
import type { DurationMs, EpochMs } from '../../model/time.ts';
import type { BestFloor } from './floors.ts';
import type { GradingResult } from './grading.ts';

/** Highest grade of a single point while nobody bears it out. */
const CAP_GRADE: Grade = 3;

/** One base level with the steps that hold for it. Persistence and cap are kept as instants: only they depend on time. */
export interface Rung {
  readonly base: Level;
  /** Reasons that do not depend on time: base, class, trend, breadth, quality. */
  readonly fixed: readonly Reason[];
  readonly sum: number;
  /** Contributor that persists first, and from when on. */
  readonly persists: { readonly point: string; readonly persistenceMs: DurationMs };
  readonly persistsAt: EpochMs;
  /** What those who stand here are worth by themselves. */
  readonly upTo: Grade;
  /** How bad their harm may be called at all. */
  readonly harmUpTo: Grade;
  readonly cappedUntil: EpochMs;
}

/** The grade at `now` with its reasons, and when time alone makes it worse. No rung and no floor: grade 0. */
export function climb(rungs: readonly Rung[], floor: BestFloor | undefined, now: EpochMs): GradingResult {
  const { grade, reasons } = judge(rungs, floor, now);
  return { grade, reasons, dueAt: nextRise(rungs, floor, now, grade) };
}

/** Height of a rung at an instant, before floors and clamp. */
function heightOf(rung: Rung, at: EpochMs): number {
  const steps = rung.sum + (at >= rung.persistsAt ? 1 : 0);
  const most = Math.min(rung.upTo, rung.harmUpTo);
  // The ladder may go beyond red: how far is told as the height that was clamped.
  const climbed = most < 4 ? Math.min(most, steps) : steps;
  return at < rung.cappedUntil ? Math.min(CAP_GRADE, climbed) : climbed;
}

function highestRung(rungs: readonly Rung[], at: EpochMs): Rung | undefined {
  let best: Rung | undefined;
  for (const rung of rungs) {
    if (best === undefined || heightOf(rung, at) > heightOf(best, at)) best = rung;
  }
  return best;
}

const clamp = (height: number): Grade => Math.max(1, Math.min(4, height)) as Grade;

function gradeAt(rungs: readonly Rung[], floor: BestFloor | undefined, at: EpochMs): Grade {
  const rung = highestRung(rungs, at);
  if (rung === undefined) return floor?.grade ?? 0;
  return clamp(Math.max(floor?.grade ?? 0, heightOf(rung, at)));
}

function judge(
  rungs: readonly Rung[],
  floor: BestFloor | undefined,
  now: EpochMs,
): { grade: Grade; reasons: Reason[] } {
  const grade = gradeAt(rungs, floor, now);
  const rung = highestRung(rungs, now);
  if (rung === undefined) return { grade, reasons: floor === undefined ? [] : [floor.reason] };
  const [base, ofClass, ...others] = rung.fixed;
  const persistent = now >= rung.persistsAt;
  const { point, persistenceMs } = rung.persists;
  const reasons: Reason[] = [
    base,
    ofClass,
    { step: 'persistence', value: persistent ? 1 : 0, detail: persistent ? { point, persistenceMs } : {} },
    ...others,
  ];
  const height = heightOf(rung, now);
  const steps = rung.sum + (persistent ? 1 : 0);
  const most = Math.min(rung.upTo, rung.harmUpTo);
  if (steps > most && most < 4) {
    const { point, rule } = base.detail;
    reasons.push({ step: rung.harmUpTo < rung.upTo ? 'harm' : 'sign', value: most, detail: { point, rule } });
  } else if (height < steps) {
    reasons.push({
      step: 'cap',
      value: CAP_GRADE,
      detail: { point: String(base.detail.point), untilMs: rung.cappedUntil },
    });
  }
  const lifted = floor !== undefined && floor.grade > height;
  if (lifted) reasons.push(floor.reason);
  if (!lifted && grade !== height) reasons.push({ step: 'clamp', value: grade, detail: { height } });
  return { grade, reasons };
}

function nextRise(
  rungs: readonly Rung[],
  floor: BestFloor | undefined,
  now: EpochMs,
  grade: Grade,
): EpochMs | undefined {
  const instants = rungs.flatMap((rung) => [rung.persistsAt, rung.cappedUntil]).filter((at) => at > now);
  return instants.sort((a, b) => a - b).find((at) => gradeAt(rungs, floor, at) > grade);
}
