// The rungs of docs/grading.md read plainly: every grading looks at every contributor again. What the service keeps while
// single contributors change is held against it; how rungs become a grade is tested by the vectors of grading.test.ts.
import type { GradingContributor, GradingInput, GradingResult, Standing } from '../../src/alerts/grade/grading.ts';
import type { Rung } from '../../src/alerts/grade/rungs.ts';
import { climb } from '../../src/alerts/grade/rungs.ts';
import type { Reason } from '../../src/model/alert.ts';
import type { Grade } from '../../src/model/grade.ts';
import type { Level } from '../../src/model/level.ts';
import { HIGH, HIGH_HIGH, LEVEL_NAMES, PRE } from '../../src/model/level.ts';
import type { Floor } from '../../src/model/point.ts';
import type { SourceClass } from '../../src/model/source.ts';
import { alarmClassOf } from '../../src/model/source.ts';
import type { DurationMs } from '../../src/model/time.ts';
import { MINUTE_MS } from '../../src/model/time.ts';

/** A single uncorroborated point may not exceed orange before it has stood this long. */
const CAP_MS: DurationMs = MINUTE_MS;
/** Points that reach their level within this time of each other are one spreading event. */
const BREADTH_MS: DurationMs = 5 * MINUTE_MS;
/** Worst fit a forecast may have to count as a step. */
const TREND_MIN_R2 = 0.7;

/** Grades one group. No contributor in alarm and no floor: grade 0, no alert. */
export function plainLadder(input: GradingInput): GradingResult {
  const { contributors } = input;
  const standing = contributors.filter((c) => c.level >= PRE && c.fixedGrade === undefined);
  const climbing = standing.filter(({ step }) => step === undefined);
  const steps = standing.filter(({ step }) => step !== undefined);
  const spread = spreadReasons(climbing, steps);
  // The letter of the ladder takes the worst level as base. Read alone, it would lower the grade when a point that has
  // stood at H for an hour (persistence, no cap) reaches HH and both start anew. So every level reached is a base of its
  // own, with the time and the evidence *at that level or worse*, and the best one counts.
  const rungs: Rung[] = [];
  for (let base: Level = HIGH_HIGH; base >= PRE; base--) {
    const rung = rungAt(base as Level, climbing, input.sourceClass, spread);
    if (rung !== undefined) rungs.push(rung);
  }
  // A step with nothing to lift is blue by itself.
  const alone = rungs.length > 0 ? undefined : rungAt(PRE, steps.slice(0, 1), input.sourceClass, [NO_BREADTH]);
  if (alone !== undefined) rungs.push(alone);
  const floor = bestFloor(contributors, standing);
  return climb(rungs, floor, input.now);
}

function rungAt(
  base: Level,
  climbing: readonly GradingContributor[],
  sourceClass: SourceClass,
  spread: readonly Reason[],
): Rung | undefined {
  const standing = climbing.filter((c) => c.level >= base);
  if (standing.length === 0) return undefined;
  const at = (c: GradingContributor): Standing => c.standings[base - 1];
  const corroborated = isCorroborated(standing, climbing);
  const first = standing[0];
  const fixed: Reason[] = [
    { step: 'base', value: base, detail: { point: first.point, rule: first.rule, level: LEVEL_NAMES[base] } },
    { step: 'class', value: classStep(sourceClass, base), detail: { alarmClass: alarmClassOf(sourceClass) } },
    trendReason(standing, climbing),
    ...spread,
  ];
  // "Any contributing point UNCERTAIN" read to the letter would let a second, uncertain detector lower the grade of the
  // first, good one. The step counts only when nobody at this level has good evidence.
  const doubtful = !corroborated && !standing.some((c) => at(c).certain);
  fixed.push({ step: 'quality', value: doubtful ? -1 : 0, detail: doubtful ? { point: first.point } : {} });

  const persists = standing.reduce((a, b) => (at(b).since + b.persistenceMs < at(a).since + a.persistenceMs ? b : a));
  const worth = (c: GradingContributor): Grade =>
    c.step !== undefined || c.rule === 'novelty' || (c.rule === 'tangent-angle' && base === PRE)
      ? 1
      : c.rule === 'forecast'
        ? 2
        : 4;
  const upTo = Math.max(...standing.map(worth)) as Grade;
  const single = !corroborated && independentSources(standing).size === 1;
  return {
    base,
    fixed,
    sum: fixed.reduce((total, reason) => total + reason.value, 0),
    persists,
    persistsAt: at(persists).since + persists.persistenceMs,
    upTo,
    harmUpTo: Math.max(...standing.map((c) => c.gradeAtMost ?? 4)) as Grade,
    cappedUntil: single ? Math.min(...standing.map((c) => at(c).since)) + CAP_MS : Number.NEGATIVE_INFINITY,
  };
}

function classStep(sourceClass: SourceClass, base: Level): number {
  if (sourceClass === 'A') return 1;
  return sourceClass === 'D' && base <= HIGH ? -1 : 0;
}

/** A forecast counts for a base only on a point that is at that base by something else: one fit does not count twice. */
function trendReason(standing: readonly GradingContributor[], climbing: readonly GradingContributor[]): Reason {
  const points = new Set(standing.filter((c) => !['forecast', 'novelty'].includes(c.rule)).map((c) => c.point));
  for (const c of climbing) {
    const { timeToLimitMs, r2 } = c;
    if (timeToLimitMs === undefined || r2 === undefined || !points.has(c.point) || c.step !== undefined) continue;
    if (timeToLimitMs > c.responseMs || r2 < TREND_MIN_R2) continue;
    return { step: 'trend', value: 1, detail: { point: c.point, timeToLimitMs, r2, responseMs: c.responseMs } };
  }
  return { step: 'trend', value: 0, detail: {} };
}

const NO_BREADTH: Reason = { step: 'breadth', value: 0, detail: {} };

/** What is coupled is one for breadth, by whichever coupling leaves the most; neighbours are breadth that is borne out. */
function spreadReasons(climbing: readonly GradingContributor[], steps: readonly GradingContributor[]): Reason[] {
  const given = (step: string): GradingContributor[] => steps.filter((one) => one.step === step);
  const reason = ({ step, point, detail }: GradingContributor): Reason => {
    return { step: step!, value: 1, detail: { point, ...detail } };
  };
  const coupled = given('coupling');
  const [neighbours] = given('neighbours');
  const asOne = (restsOn: readonly string[] = []) =>
    climbing.map((c) => (restsOn.includes(independentSource(c)) ? { ...c, transmitter: 'all of these' } : c));
  const counted = coupled.find(({ restsOn }) => breadthReason(asOne(restsOn)).value > 0);
  const isBroad = coupled.length === 0 ? breadthReason(climbing).value > 0 : counted !== undefined;
  const reasons = [isBroad && neighbours === undefined ? breadthReason(climbing) : NO_BREADTH];
  if (isBroad && counted !== undefined && neighbours === undefined) {
    const level = breadthReason(asOne(counted.restsOn)).detail.level as 'H' | 'HH';
    const points = mostWithin(climbing, LEVEL_NAMES.indexOf(level) as Level);
    reasons[0] = { step: 'breadth', value: 1, detail: { points, level } };
  }
  if (coupled.length > 0) reasons.push(reason(counted ?? coupled[0]));
  if (neighbours !== undefined) reasons.push(reason(neighbours));
  return reasons;
}

function breadthReason(climbing: readonly GradingContributor[]): Reason {
  const atHighHigh = mostWithin(climbing, HIGH_HIGH);
  if (atHighHigh >= 2) return { step: 'breadth', value: 1, detail: { points: atHighHigh, level: 'HH' } };
  const atHigh = mostWithin(climbing, HIGH);
  if (atHigh >= 3) return { step: 'breadth', value: 1, detail: { points: atHigh, level: 'H' } };
  return { step: 'breadth', value: 0, detail: {} };
}

/** Most independent points that reached `level` within BREADTH_MS of each other and are still there. */
export function mostWithin(climbing: readonly GradingContributor[], level: Level): number {
  const reached = climbing
    .filter((c) => c.level >= level)
    .map((c) => ({ source: independentSource(c), since: c.standings[level - 1].since }))
    .sort((a, b) => a.since - b.since);
  const inWindow = new Map<string, number>();
  let most = 0;
  let oldest = 0;
  for (const { source, since } of reached) {
    inWindow.set(source, (inWindow.get(source) ?? 0) + 1);
    for (; since - reached[oldest].since > BREADTH_MS; oldest++) {
      const left = reached[oldest].source;
      const count = (inWindow.get(left) ?? 1) - 1;
      if (count === 0) inWindow.delete(left);
      else inWindow.set(left, count);
    }
    most = Math.max(most, inWindow.size);
  }
  return most;
}

/**
 * A second, independent point of the group at H or worse. One that stands there now is within five minutes of now, whenever
 * it came: a head that goes over range beside a neighbour long at H is believed.
 */
function isCorroborated(standing: readonly GradingContributor[], climbing: readonly GradingContributor[]): boolean {
  const here = independentSources(standing);
  const high = independentSources(climbing.filter((c) => c.level >= HIGH));
  if (high.size === 0) return false;
  return high.size > 1 || here.size > 1 || !here.has([...high][0]);
}

interface BestFloor {
  readonly grade: Grade;
  readonly reason: Reason;
}

export function bestFloor(
  counting: readonly GradingContributor[],
  climbing: readonly GradingContributor[],
): BestFloor | undefined {
  let best: BestFloor | undefined;
  const offer = (grade: Grade, reason: Reason): void => {
    if (best === undefined || grade > best.grade) best = { grade, reason };
  };
  for (const c of counting) {
    if (c.fixedGrade === undefined || c.fixedGrade === 0) continue;
    const step = c.rule === 'coverage' ? 'coverage' : 'device';
    offer(c.fixedGrade, { step, value: c.fixedGrade, detail: { point: c.point, rule: c.rule, ...c.detail } });
  }
  for (const floor of distinctFloors(climbing)) {
    const sharing = climbing.filter((c) => c.level >= floor.level && c.floors.some((f) => f.id === floor.id));
    const points = independentSources(sharing).size;
    if (points < floor.points) continue;
    const detail = { floor: floor.id, points, level: LEVEL_NAMES[floor.level], basis: floor.basis.source };
    offer(floor.grade, { step: 'floor', value: floor.grade, detail });
  }
  return best;
}

function distinctFloors(climbing: readonly GradingContributor[]): Floor[] {
  const byRule = new Map<string, Floor>();
  for (const c of climbing) {
    // Two points may state one floor differently after a configuration change: both are tried.
    for (const f of c.floors) byRule.set(`${f.id} ${f.level} ${f.points} ${f.grade}`, f);
  }
  return [...byRule.values()];
}

function independentSource(c: GradingContributor): string {
  return c.transmitter === undefined ? `point ${c.computedFrom ?? c.point}` : `transmitter ${c.transmitter}`;
}

function independentSources(contributors: readonly GradingContributor[]): ReadonlySet<string> {
  return new Set(contributors.map(independentSource));
}
