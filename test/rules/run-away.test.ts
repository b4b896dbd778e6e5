// Creep that runs away, told from what is harmless.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { creepFound } from '../../bench/detectors.ts';
import { failingCurve, harmlessCurve } from '../../simulators/creep.ts';
import { explainSlot } from '../../src/rules/view.ts';
import { START, Story } from './harness.ts';

const HOUR = 3_600_000;
const STATED = { limits: {}, intervalMs: HOUR, runAway: {} } as const;
/** Stories begin at twenty to three by buckets of three hours: their first bucket is a short one. */
const FIRST = 3 - Math.floor((START % (3 * HOUR)) / HOUR);

function run(story: Story, mm: readonly number[], from = 0): Story {
  for (const [hour, value] of mm.entries()) {
    if (hour >= from && !Number.isNaN(value)) story.reading(hour * HOUR, value);
  }
  return story;
}
const numbersOf = (story: Story) => explainSlot(story.memory, 0).explanation.numbers;
/** Creep of half a millimetre a day, and from its eighth day before the failure on 1/v falling evenly. */
const failing = (hour: number, failsAt: number): number => {
  const left = failsAt - hour;
  return hour * 0.02 + (left < 192 ? 20 * (Math.log(192) - Math.log(Math.max(0.5, left)) - (192 - left) / 192) : 0);
};
const FAILS_AT = 600;
const curve = Array.from({ length: FAILS_AT - 1 }, (_, hour) => failing(hour, FAILS_AT) + 0.1 * Math.sin(hour * 1.7));

describe('creep that runs away', () => {
  it('is orange within days, red within a day of the failure, which it foretells', () => {
    const story = run(new Story(STATED), curve);
    const told = story.told.map(
      (line) => [FAILS_AT - Number(line.split(' ')[0]) / HOUR, line.split(' ').slice(1).join(' ')] as const,
    );
    const [orange] = told.filter(([, what]) => what === 'run-away none→HH');
    const [red] = told.filter(([, what]) => what === 'run-away-red none→HH');
    expect(orange[0]).toBeGreaterThan(24);
    expect(orange[0]).toBeLessThan(150);
    expect(red[0]).toBeGreaterThan(6);
    expect(red[0]).toBeLessThan(30);
    const { timeToFailureMs, velocityPerDay, backgroundPerDay } = numbersOf(story);
    expect(timeToFailureMs).toBeLessThan(12 * HOUR);
    expect(velocityPerDay).toBeGreaterThan(2 * backgroundPerDay);
  });

  it('says nothing of a week and a half, of a hole of four days, and of a single wild reading', () => {
    const short = run(new Story(STATED), curve.slice(-175));
    expect([short.told, numbersOf(short)]).toEqual([[], {}]);
    const holed = curve.map((mm, hour) => (hour > FAILS_AT - 110 && hour < FAILS_AT - 20 ? Number.NaN : mm));
    const since = (FAILS_AT - 110) * HOUR;
    expect(run(new Story(STATED), holed).told.filter((line) => Number(line.split(' ')[0]) > since)).toEqual([]);
    const wild = Array.from(
      { length: 400 },
      (_, hour) => 0.02 * hour + 0.1 * Math.sin(hour * 1.7) + (hour === 390 ? 80 : 0),
    );
    expect(run(new Story(STATED), wild).told).toEqual([]);
  });

  it('learns neither its noise nor its background while in alarm', () => {
    const story = run(new Story(STATED), curve.slice(0, FAILS_AT - 40));
    expect(story.level('run-away')).toBe('HH');
    const { noise, backgroundPerDay } = numbersOf(story);
    run(story, curve, FAILS_AT - 40);
    expect(numbersOf(story)).toMatchObject({ noise, backgroundPerDay });
  });

  it('prints no hour of a failure further off than a day', () => {
    const { timeToFailureMs, daysToFailure } = numbersOf(run(new Story(STATED), curve.slice(0, FAILS_AT - 50)));
    expect([timeToFailureMs, daysToFailure]).toEqual([undefined, expect.any(Number)]);
  });

  it('agrees with least squares over every shape by itself, and with a restart on the way', () => {
    fc.assert(
      fc.property(fc.string(), fc.boolean(), fc.nat(4), fc.nat(700), (seed, fails, kind, cut) => {
        const { mm } = fails ? failingCurve(seed) : harmlessCurve(seed, kind);
        const story = run(new Story(STATED), mm.slice(0, cut));
        run(story.restart(), mm, cut);
        const expected = oracle(mm);
        const { f, ratio, amplitude, velocityPerDay } = numbersOf(story);
        if (expected === undefined) expect(f).toBeUndefined();
        else {
          for (const [ours, theirs] of [
            [f, expected.f],
            [ratio, expected.ratio],
            [amplitude, expected.amplitude],
            [velocityPerDay, expected.velocity * 24],
          ]) {
            expect(Math.abs(ours - theirs)).toBeLessThan(1e-6 * Math.max(1, Math.abs(theirs)));
          }
        }
      }),
      // The first is a curve on which the red stands longer than the orange.
      { numRuns: 6, examples: [['~', true, 0, 0]] },
    );
  });

  it('is found in time, and nothing harmless is taken for it (twenty curves each; 400 in the benchmark)', () => {
    const { inTime, wrong } = creepFound('short', 20);
    expect(inTime).toBeGreaterThanOrEqual(16);
    expect(wrong).toBeLessThanOrEqual(2);
  });
});

const N = 60;
const AGES = Array.from({ length: N }, (_, i) => (N - 1 - i) * 3);
const TURN = (2 * Math.PI) / 8;
const BASE = [
  () => 1,
  (i: number) => i - 29.5,
  (i: number) => Math.sin(TURN * i),
  (i: number) => Math.cos(TURN * i),
].map((one) => AGES.map((_, i) => one(i)));

const product = (a: readonly number[], b: readonly number[]) => a.reduce((sum, one, i) => sum + one * b[i], 0);
const less = (a: readonly number[], b: readonly number[], times: number) => a.map((one, i) => one - times * b[i]);

/** Column after column made orthogonal to those before, twice, for rounding. */
function orthonormal(columns: readonly (readonly number[])[]): number[][] {
  const done: number[][] = [];
  for (const column of columns) {
    let rest = [...column];
    for (const one of [...done, ...done]) rest = less(rest, one, product(rest, one));
    const length = Math.sqrt(product(rest, rest));
    done.push(rest.map((value) => value / length));
  }
  return done;
}
const FLAT = orthonormal(BASE);

/** The part of each shape that no line with a daily swing has, worked out once. */
const owns = new Map<readonly number[], number[]>();
function ownOf(shape: readonly number[]): number[] {
  const known = owns.get(shape) ?? orthonormal([...BASE, shape])[BASE.length];
  owns.set(shape, known);
  return known;
}

/** What a line with its daily swing, and a shape beside it, leaves; how much of the shape, and the slope a bucket. */
function squares(y: readonly number[], shape?: readonly number[]): { left: number; much: number; slope: number } {
  const own = shape === undefined ? undefined : ownOf(shape);
  const much = own === undefined || shape === undefined ? 0 : product(own, y) / product(own, shape);
  let rest = shape === undefined ? [...y] : less(y, shape, much);
  const slope = product(rest, FLAT[1]) * (FLAT[1][1] - FLAT[1][0]);
  for (const one of FLAT) rest = less(rest, one, product(rest, one));
  return { left: product(rest, rest), much, slope };
}

const since = (began: number) => AGES.map((age) => Math.max(0, began - age));
const HARMLESS: readonly (readonly number[])[] = [
  ...AGES.slice(1).map((at) => AGES.map((age) => (age <= at ? 1 : 0))),
  ...AGES.slice(1).map((at) => AGES.map((age) => Math.max(0, at + 3 - age))),
  ...[3, 6, 9, 13, 18, 24, 32, 42, 54, 68, 84, 100, 125, 150].flatMap((began) => [
    ...[18, 36, 72].map((tau) => since(began).map((s) => 1 - Math.exp(-s / tau))),
    ...[8, 14, 22].flatMap((r) =>
      [20, 60].map((d) =>
        since(began).map((s) => (s <= r ? s ** 2 / (2 * r) : r / 2 + d * (1 - Math.exp(-(s - r) / d)))),
      ),
    ),
  ]),
];
const FAILING = [3, 5, 8, 12, 18, 27, 40, 60, 90].flatMap((r) =>
  [0.75, 1, 1.5].map((p) => ({
    r,
    p,
    shape: AGES.map((age) => (p === 1 ? -Math.log(r + age) : (r + age) ** (1 - p) / (p - 1))),
  })),
);

interface Looked {
  f: number;
  ratio: number;
  amplitude: number;
  velocity: number;
}

/** Every bucket from all readings: detectors §2 in its own words. What the last look found. */
function oracle(mm: readonly number[]): Looked | undefined {
  const taken = dropWild(mm);
  const medians: number[] = [];
  let [noise, background, looked] = [0, 0, undefined as Looked | undefined];
  const buckets = Math.floor((mm.length - 1 - FIRST) / 3);
  for (let k = -1; k < buckets; k++) {
    const hours = taken.slice(Math.max(0, FIRST + 3 * k), FIRST + 3 * k + 3).filter((value) => !Number.isNaN(value));
    hours.sort((a, b) => a - b);
    const half = hours.length >> 1;
    medians.push(
      hours.length === 0 ? Number.NaN : hours.length % 2 === 1 ? hours[half] : (hours[half - 1] + hours[half]) / 2,
    );
    const window = medians.slice(-N);
    const known = window.filter((value) => !Number.isNaN(value)).length;
    // A bucket is closed by the first reading behind it: what came later than the next one closes no look.
    const next = mm.slice(FIRST + 3 * k + 3, FIRST + 3 * k + 6).some((value) => !Number.isNaN(value));
    if (window.length < N || hours.length === 0 || !next) continue;
    if (N - known > 0.4 * N) {
      looked = undefined;
      continue;
    }
    const y = window.map((value, i) => (Number.isNaN(value) ? filled(window, i) : value));
    const line = squares(y);
    const rms = Math.sqrt(line.left / N);
    if (noise === 0) [noise, background] = [Math.max(rms, 0.1), line.slope / 3];
    const allowed = N * (0.25 * noise) ** 2;
    const fits = FAILING.map(({ r, p, shape }) => ({
      r,
      p,
      ...squares(y, shape),
    }));
    const best = fits.filter(({ much }) => much > 0).sort((a, b) => a.left - b.left)[0];
    const harmless = Math.min(line.left, ...HARMLESS.map((shape) => squares(y, shape).left));
    const left = (best?.left ?? line.left) + allowed;
    looked = {
      f: (line.left - (best?.left ?? line.left)) / (left / (N - 5)),
      ratio: (harmless + allowed) / left,
      amplitude: Math.sqrt(line.left - (best?.left ?? line.left)) / noise,
      velocity: best === undefined ? line.slope / 3 : best.slope / 3 + best.much * best.r ** -best.p,
    };
    const { f, ratio, amplitude, velocity } = looked;
    const orange =
      f > 10 && ratio > 1 && amplitude > 10 && (best?.r ?? 99) <= 60 && velocity > 2 * Math.max(0, background);
    if (orange) continue;
    const weight = rms < 2 * noise ? 0.02 : 0.001;
    const slope = line.slope / 3;
    noise += weight * (Math.min(rms, 3 * noise) - noise);
    background += weight * (slope - background);
  }
  return looked;
}

function filled(window: readonly number[], i: number): number {
  let [a, b] = [i, i];
  while (a >= 0 && Number.isNaN(window[a])) a--;
  while (Number.isNaN(window[b])) b++;
  return a < 0 ? window[b] : window[a] + ((window[b] - window[a]) * (i - a)) / (b - a);
}

/** NaN where nothing was sent, and where it was too far from the median of the seven before. */
function dropWild(mm: readonly number[]): number[] {
  const seen: number[] = [];
  let scatter = 0;
  return mm.map((value) => {
    if (Number.isNaN(value)) return value;
    const seven = seen.slice(-7).sort((a, b) => a - b);
    seen.push(value);
    if (seven.length < 7) return value;
    const distance = Math.abs(value - seven[3]);
    const isWild = distance > 6 * scatter + 0.2;
    scatter += 0.02 * (1.2533 * Math.min(distance, 3 * scatter + 0.1) - scatter);
    return isWild ? Number.NaN : value;
  });
}
