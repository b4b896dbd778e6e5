// The inverse velocity against the same found from all means at once: no ring, no running sums, least squares by the textbook.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { failingCurve, harmlessCurve } from '../../simulators/creep.ts';
import { START, Story } from './harness.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const EVERY = 6 * HOUR;
const NOISE = 0.5;
const STATED = {
  limits: {},
  intervalMs: HOUR,
  onDelayMs: 0,
  offDelayMs: 0,
  inverseVelocity: { everyMs: EVERY, noisePerDay: NOISE },
} as const;

it('says what least squares over all means say, until it ends for the first time, with a restart on the way', () => {
  let [raised, foretold] = [0, 0];
  fc.assert(
    fc.property(fc.string(), fc.boolean(), fc.nat(4), fc.nat(600), (seed, fails, kind, cut) => {
      const { mm } = fails ? failingCurve(seed) : harmlessCurve(seed, kind);
      const story = new Story(STATED);
      for (const [hour, value] of mm.entries()) {
        if (hour === cut) story.restart();
        if (!Number.isNaN(value)) story.reading(hour * HOUR, value);
      }
      const { told: wanted, failsAt } = oracle(mm);
      if (wanted.length > 0) raised++;
      const end = story.told.findIndex((line) => line.includes('inverse-velocity ') && line.endsWith('→none'));
      const told = end < 0 ? story.told : story.told.slice(0, end + 1);
      expect(told.filter((line) => line.includes('inverse-velocity '))).toEqual(wanted);
      if (end >= 0) return;
      const { timeToFailureMs, daysToFailure } = story.view('inverse-velocity')?.explanation.numbers ?? {};
      const leftMs = failsAt - mm.findLastIndex((value) => !Number.isNaN(value)) * HOUR;
      if (Number.isNaN(leftMs)) expect([timeToFailureMs, daysToFailure]).toEqual([undefined, undefined]);
      else if (leftMs > DAY) expect(daysToFailure).toBe(Math.ceil(leftMs / DAY));
      else {
        foretold++;
        expect(timeToFailureMs).toBeCloseTo(Math.max(0, leftMs), -2);
      }
    }),
    { numRuns: 60 },
  );
  expect(raised).toBeGreaterThan(10);
  expect(foretold).toBeGreaterThan(0);
});

interface Mean {
  readonly end: number;
  /** When the first reading behind it came. */
  readonly closedAt: number;
  readonly mean: number;
}

/** Means of six hours, NaN where there are none; the last is not closed. */
function meansOf(mm: readonly number[]): Mean[] {
  const bucketOf = (hour: number) => Math.floor((START + hour * HOUR) / EVERY);
  const heard = mm.flatMap((value, hour) => (Number.isNaN(value) ? [] : [{ hour, value, bucket: bucketOf(hour) }]));
  const [first, last] = [heard[0].bucket, heard[heard.length - 1].bucket];
  return Array.from({ length: last - first }, (_, i) => {
    const bucket = first + i;
    const inside = heard.filter((one) => one.bucket === bucket);
    return {
      end: (bucket + 1) * EVERY - START,
      closedAt: heard.find((one) => one.bucket > bucket)!.hour * HOUR,
      mean: inside.reduce((sum, { value }) => sum + value, 0) / inside.length,
    };
  });
}

const LEVELS = ['none', 'PRE', 'H', 'HH'] as const;

function oracle(mm: readonly number[]): { told: string[]; failsAt: number } {
  const means = meansOf(mm);
  const velocities = means.map(({ mean }, i) =>
    i < 3 ? Number.NaN : ((mean - means[i - 3].mean) / (3 * EVERY)) * DAY,
  );
  const told: string[] = [];
  let [level, fast, slow, onsetAt, usual, failsAt] = [0, 0, 0, -1, 0, Number.NaN];
  for (const [i, { end, closedAt }] of means.entries()) {
    const velocity = velocities[i];
    if (!Number.isFinite(velocity) || velocities.slice(0, i + 1).filter(Number.isFinite).length < 8) continue;
    if (onsetAt < 0) {
      const before = velocities.slice(Math.max(0, i - 47), i - 2).filter(Number.isFinite);
      usual = Math.max(NOISE, before.sort((a, b) => a - b)[before.length >> 1] ?? 0);
      fast = velocity >= 2 * usual ? fast + 1 : 0;
      // The three that show it are the first of the line.
      if (fast === 3) onsetAt = i - 2;
    } else slow = velocity >= 2 * usual ? 0 : slow + 1;
    if (onsetAt < 0) continue;
    const before = level;
    if (slow === 3) level = 0;
    else {
      failsAt = meets(velocities.slice(Math.max(onsetAt, i - 47), i + 1), end);
      const leftMs = failsAt - end;
      level = Number.isNaN(leftMs) ? Math.max(level, 2) : leftMs < 3 * DAY ? 3 : 2;
    }
    if (level !== before) told.push(`${closedAt} inverse-velocity ${LEVELS[before]}→${LEVELS[level]}`);
    if (level === 0) break;
  }
  return { told, failsAt };
}

/** When 1/v meets nothing, by a line through these velocities of which the newest is of the mean that ends then; NaN: no such line. */
function meets(velocities: readonly number[], end: number): number {
  const days = EVERY / DAY;
  const points = velocities
    .map((velocity, k) => ({ x: (k - velocities.length + 1) * days, y: 1 / velocity }))
    .filter(({ y }) => y > 0 && Number.isFinite(y));
  const n = points.length;
  if (n < 5) return Number.NaN;
  const sum = (of: (one: { x: number; y: number }) => number) => points.reduce((total, one) => total + of(one), 0);
  const [mx, my] = [sum(({ x }) => x) / n, sum(({ y }) => y) / n];
  const xx = sum(({ x }) => (x - mx) ** 2);
  const xy = sum(({ x, y }) => (x - mx) * (y - my));
  const yy = sum(({ y }) => (y - my) ** 2);
  if (!(xy < 0) || xy ** 2 / (xx * yy) < 0.8) return Number.NaN;
  // A velocity over three means stands for the instant two means before the end of the newest.
  return end + Math.max(0, mx - my / (xy / xx) - 2 * days) * DAY;
}
