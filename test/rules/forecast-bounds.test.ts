// What a forecast promises, on courses whose truth is known (test/support/courses.ts): noise that remembers itself, one sample
// in a hundred wild, one in twenty lost. Always the same courses; FENGHUO_FORECAST=20 plays twenty times as many days.
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../simulators/random.ts';
import type { Limits } from '../../src/model/point.ts';
import { explainSlot } from '../../src/rules/view.ts';
import type { StatedPoint } from '../support/build/point.ts';
import type { Course, Disturbance } from '../support/courses.ts';
import { accelerating, flattening, line, periodic, readingsOf } from '../support/courses.ts';
import { Story } from './harness.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const INTERVAL = 10_000;
const WINDOW = 10 * MINUTE;
const forecast = { windowMs: WINDOW, minR2: 0.7 };
const TIMES = Number(process.env.FENGHUO_FORECAST ?? 1);

/** Of 1 000: how often the truth lay within the bounds that were said, and how often it came before or after them. */
interface Held {
  readonly said: number;
  readonly within: number;
  readonly early: number;
}

/** A plant's worth of courses of one shape, each asked once, at any time before its limit. */
function held(shape: 'line' | 'accelerating'): Held {
  let said = 0;
  let within = 0;
  let early = 0;
  for (let seed = 1; seed <= 1_000; seed++) {
    const random = createRandom(`${shape} ${seed}`);
    const noise = { sd: 0.5, kept: random.between(0.5, 0.95), outliers: 0.01, gaps: 0.05 };
    // It moves 5 … 40 standard deviations a window: below that the guard says nothing.
    const moves = noise.sd * Math.exp(random.between(Math.log(5), Math.log(40)));
    const askedAt = 4 * WINDOW + random.between(0, WINDOW / 12);
    const meetsAt = askedAt + random.between(0.2, 2) * WINDOW;
    const doublingMs = random.between(1.5, 4) * WINDOW;
    const growth = moves / (2 ** (askedAt / doublingMs) - 2 ** ((askedAt - WINDOW) / doublingMs));
    const course = shape === 'line' ? line(20, moves / WINDOW) : accelerating(20, growth, doublingMs);
    const story = new Story({ forecast, limits: { H: course(meetsAt) }, responseMs: 2 * WINDOW });
    let last = 0;
    for (const { at, value } of readingsOf(course, noise, { from: 0, to: askedAt, intervalMs: INTERVAL }, random)) {
      story.reading(at, value);
      last = at;
    }
    const { timeToLimitEarliestMs, timeToLimitLatestMs } = explainSlot(story.memory, FORECAST).explanation.numbers;
    if (timeToLimitEarliestMs === undefined) continue;
    said++;
    const leftMs = meetsAt - last;
    if (leftMs < timeToLimitEarliestMs) early++;
    else if (timeToLimitLatestMs === undefined || leftMs <= timeToLimitLatestMs) within++;
  }
  return { said, within: within / said, early: early / said };
}

/** Its slot on a point that has high limits only. */
const FORECAST = 1;

interface Quiet {
  days: number;
  /** How often an alarm began, and how often one went on to H. */
  blue: number;
  yellow: number;
}

/** How often a point alarms that never comes to its limit. */
function alarms(
  course: Course,
  noise: Disturbance,
  days: number,
  seed: string,
  stated: Partial<StatedPoint> & { readonly limits: Limits },
): Quiet {
  const story = new Story({ forecast, offDelayMs: MINUTE, ...stated });
  const intervalMs = stated.intervalMs ?? INTERVAL;
  const wild = { outliers: 0.01, gaps: 0.05, ...noise };
  for (const { at, value } of readingsOf(course, wild, { from: 0, to: days * DAY, intervalMs }, createRandom(seed))) {
    story.reading(at, value);
  }
  const told = story.told.filter((said) => said.includes(' forecast '));
  return {
    days,
    blue: told.filter((said) => said.includes('none→')).length,
    yellow: told.filter((said) => said.endsWith('→H')).length,
  };
}

function together(all: readonly Quiet[]): Quiet {
  const sum = { days: 0, blue: 0, yellow: 0 };
  for (const { days, blue, yellow } of all) {
    sum.days += days;
    sum.blue += blue;
    sum.yellow += yellow;
  }
  return sum;
}

/** Once in a hundred days at most; of few days, never. More than yellow no forecast alone is (alerts/grading.test.ts). */
function expectQuiet({ days, blue, yellow }: Quiet): void {
  expect(yellow).toBeLessThanOrEqual(days / 100);
  expect(blue).toBeLessThanOrEqual(days / 100);
}

describe('a forecast says 90 % and means it', () => {
  it.each(['line', 'accelerating'] as const)('on what is %s: 85 … 97 of 100 lie within the bounds', (shape) => {
    const { said, within, early } = held(shape);
    expect(said).toBeGreaterThan(800);
    expect(within).toBeGreaterThanOrEqual(0.85);
    expect(within).toBeLessThanOrEqual(0.97);
    // The danger side: what comes before the earliest bound.
    expect(early).toBeLessThan(0.05);
  });
});

describe('a forecast is quiet', () => {
  it.each([0.5, 0.8, 0.95])('where the level stands, and its noise keeps %s of itself', (kept) => {
    const runs = Array.from({ length: 5 * TIMES }, (_, i) => {
      // Six standard deviations, and twelve.
      const reach = i % 2 === 0 ? 6 : 12;
      return alarms(line(60, 0), { sd: 1, kept }, 2, `flat ${i}`, { limits: { H: 60 + reach, L: 60 - reach } });
    });
    expectQuiet(together(runs));
  });

  it('where the level rises fast and flattens below the limit', () => {
    // The limit is twelve standard deviations or more above where it comes to rest.
    const random = createRandom('flattening');
    const runs = Array.from({ length: 12 * TIMES }, (_, i) => {
      const begins = i % 2 === 0 ? 0 : 6 * HOUR;
      const course = flattening(20, 80, random.between(0.5, 4) * WINDOW);
      const noise = { sd: random.between(0.05, 0.4), kept: random.between(0.5, 0.95) };
      return alarms((at) => course(Math.max(0, at - begins)), noise, 1, `flattening ${i}`, { limits: { H: 85 } });
    });
    expectQuiet(together(runs));
  });
});

describe('a forecast of what has a period', () => {
  const TIDE = 12.42 * HOUR;
  const tidal = {
    forecast: { windowMs: 2 * HOUR, minR2: 0.7, periodMs: TIDE },
    intervalMs: 10 * MINUTE,
    responseMs: 3 * HOUR,
    limits: { H: 85 },
  };

  it('is quiet where a tide, or a day, comes again below the limit', () => {
    const random = createRandom('periodic');
    const runs = Array.from({ length: 4 * TIMES }, (_, i) => {
      const noise = { sd: 0.3, kept: random.between(0.5, 0.95) };
      const isTide = i % 2 === 0;
      // Springs and neaps: a second tide of 12 h beside it.
      const neap = periodic(0, isTide ? 4 : 0, 12 * HOUR);
      const swing = periodic(60, 15, isTide ? TIDE : DAY, 0.2);
      const stated = { ...tidal, forecast: { ...tidal.forecast, periodMs: isTide ? TIDE : DAY } };
      return alarms((at) => swing(at) + neap(at), noise, 25, `periodic ${i}`, stated);
    });
    expectQuiet(together(runs));
  });

  it('knows by the surge on the tide which crest meets the limit', () => {
    const swing = periodic(60, 15, TIDE, 0.2);
    const surges = 5 * DAY;
    const course = (at: number): number => swing(at) + Math.max(0, ((at - surges) / HOUR) * 1.2);
    const story = new Story(tidal);
    const stopped = new Story(tidal);
    const noise = { sd: 0.3, kept: 0.8 };
    let meetsAt = 0;
    const span = { from: 0, to: surges + DAY, intervalMs: 10 * MINUTE };
    for (const { at, value } of readingsOf(course, noise, span, createRandom('surge'))) {
      if (meetsAt === 0 && value >= 85) meetsAt = at;
      if (at === 4 * DAY) stopped.restart();
      story.reading(at, value);
      stopped.reading(at, value);
    }
    expect(stopped.told).toEqual(story.told);
    const raisedAt = Number(story.told.find((said) => said.includes('forecast none→'))?.split(' ')[0]);
    expect(raisedAt).toBeGreaterThan(surges);
    expect(raisedAt).toBeLessThan(meetsAt);
  });
});
