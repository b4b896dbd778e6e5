// Everything that a kind has learned stands still cell by cell, whatever keeps it from learning, and is learned on afterwards:
// noise and season of forecasts like any reference. What is counted, and the single kinds: learning.test.ts.
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../simulators/random.ts';
import type { QualityName } from '../../src/model/quality.ts';
import { explainSlot } from '../../src/rules/view.ts';
import type { StatedPoint } from '../support/build/point.ts';
import { Story } from './harness.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface Learner {
  readonly stated: Partial<StatedPoint>;
  /** Where it keeps what it has learned. */
  readonly table: string;
  readonly column: string;
  /** Readings until it has learned something, in which it must not learn, and after which it goes on for certain. */
  readonly before: number;
  readonly apart: number;
  readonly after: number;
}

/** What each kind learns. A season and a window's noise are baselines like any other. */
const LEARNERS: Readonly<Record<string, Learner>> = {
  band: {
    stated: { intervalMs: MINUTE, band: {} },
    table: 'band',
    column: 'reference',
    before: 100,
    apart: 30,
    after: 10,
  },
  novelty: {
    stated: { intervalMs: MINUTE, novelty: {} },
    table: 'novelty',
    column: 'state',
    before: 900,
    apart: 50,
    after: 10,
  },
  'novelty (prototypes)': {
    stated: { intervalMs: MINUTE, novelty: {} },
    table: 'novelty',
    column: 'place',
    before: 900,
    apart: 50,
    after: 10,
  },
  drift: {
    stated: { intervalMs: MINUTE, drift: { everyMs: 10 * MINUTE, sdAtLeast: 0.1 } },
    table: 'drift',
    column: 'reference',
    before: 60,
    apart: 40,
    after: 30,
  },
  'run-away': {
    stated: { intervalMs: HOUR, runAway: { everyMs: 3 * HOUR } },
    table: 'run-away',
    column: 'said',
    before: 250,
    apart: 60,
    after: 250,
  },
  'inverse-velocity': {
    stated: { intervalMs: HOUR, inverseVelocity: { everyMs: 6 * HOUR, noisePerDay: 0.001 } },
    table: 'inverse-velocity',
    column: 'background',
    before: 120,
    apart: 60,
    after: 400,
  },
  forecast: {
    stated: { intervalMs: MINUTE, forecast: { windowMs: 2 * HOUR, minR2: 0.7 } },
    table: 'forecast-noise',
    column: 'noise',
    before: 600,
    apart: 300,
    after: 300,
  },
  'periodic-forecast': {
    stated: { intervalMs: 10 * MINUTE, forecast: { windowMs: 2 * HOUR, minR2: 0.7, periodMs: DAY } },
    table: 'periodic-forecast-season',
    column: 'wave',
    before: 6 * 24 * 4,
    apart: 100,
    after: 300,
  },
};

/** A plant in order: level, slow creep, a daily swing, noise. */
class Plant {
  readonly story: Story;
  private i = 0;
  private readonly random = createRandom('learning');
  private readonly intervalMs: number;

  private readonly stated: Partial<StatedPoint>;

  private readonly learner: Learner;

  constructor(learner: Learner) {
    this.learner = learner;
    const { stated, apart } = learner;
    this.intervalMs = stated.intervalMs ?? MINUTE;
    const spike = { atLeast: 5, times: 1, withinMs: (apart + 2) * this.intervalMs };
    this.stated = { limits: { H: 1_000 }, spike, ...stated };
    this.story = new Story(this.stated);
  }

  /** So many that were not sent. */
  pass(count: number): this {
    for (let k = 0; k < count; k++) this.next();
    return this;
  }

  run(count: number, off = 0, quality: QualityName = 'good'): this {
    for (let k = 0; k < count; k++) this.story.reading(this.i * this.intervalMs, this.next() + off, quality);
    return this;
  }

  limit(H: number): this {
    this.story.change({ ...this.stated, limits: { H } }, this.i * this.intervalMs);
    return this;
  }

  learned(): number[] {
    const { table, column } = this.learner;
    if (column === 'background') return [this.numbers().backgroundPerDay];
    for (const { tables } of this.story.memory.kinds) {
      const found = tables.find(({ name }) => name === table);
      if (found === undefined) continue;
      const cells = (found.columns.col as Record<string, ArrayLike<number>>)[column];
      // Of novelty and run-away only what is slow: the first cells are the present.
      const [from, to] = SLOW[`${table} ${column}`] ?? [0, cells.length];
      return Array.from(cells).slice(from, to);
    }
    throw new Error(`no table ${table}`);
  }

  numbers(): Readonly<Record<string, number>> {
    const { memory } = this.story;
    const slot = memory
      .slotsOf(0)
      .find((one) => memory.kindOf(one).learner !== undefined && memory.kindOf(one).watch === undefined)!;
    return explainSlot(memory, slot).explanation.numbers;
  }

  private next(): number {
    const at = this.i++ * this.intervalMs;
    const swing = 0.2 * Math.sin((2 * Math.PI * at) / DAY);
    return 50 + at / (10 * DAY) + swing + 0.1 * this.random.normal();
  }
}
/** Cells that are learned, where others beside them are not: location, scale, usual step; noise and background. */
const SLOW: Readonly<Record<string, readonly [number, number]>> = {
  'novelty state': [0, 4],
  'run-away said': [0, 2],
};

/** What keeps a point from being learned: how it begins, what comes while it lasts, how it ends. */
interface Cause {
  readonly begin?: (plant: Plant) => Plant;
  readonly during: (plant: Plant, count: number) => Plant;
  readonly end?: (plant: Plant) => Plant;
  readonly told: string;
}
const CAUSES: Readonly<Record<string, Cause>> = {
  'another rule of the point is in alarm': {
    begin: (plant) => plant.limit(40),
    during: (plant, count) => plant.run(count),
    end: (plant) => plant.limit(1_000),
    told: 'leftOutInAlarm',
  },
  'the instrument is at fault': {
    // That one was a spike is shown by the next; the fault then lasts for its time.
    begin: (plant) => plant.run(1, 60).run(1),
    during: (plant, count) => plant.run(count),
    told: 'leftOutInAlarm',
  },
  'it is calibrated or maintained (quality test)': {
    during: (plant, count) => plant.run(count, 3, 'test'),
    told: 'leftOutTest',
  },
  'its quality is doubtful': { during: (plant, count) => plant.run(count, 3, 'uncertain'), told: 'leftOutNotGood' },
  'its quality is bad': { during: (plant, count) => plant.run(count, 3, 'bad'), told: 'leftOutNotGood' },
};

describe.each(Object.entries(LEARNERS))('what %s has learned', (_, learner) => {
  it.each(Object.entries(CAUSES))('stands still while %s, and is learned on after it', (_, { begin, during, end }) => {
    const plant = new Plant(learner).run(learner.before);
    begin?.(plant);
    const learned = plant.learned();
    expect(learned.some((cell) => cell !== 0)).toBe(true);
    during(plant, learner.apart);
    expect(plant.learned()).toEqual(learned);
    plant.story.restart();
    end?.(plant);
    plant.run(learner.after);
    expect(plant.learned()).not.toEqual(learned);
  });
});

describe('a reference says how many readings it has left out, and why', () => {
  it.each(Object.entries(CAUSES))('where %s', (_, { begin, during, end, told }) => {
    const plant = new Plant(LEARNERS.band).run(100);
    begin?.(plant);
    during(plant, 30);
    end?.(plant);
    plant.run(400);
    expect(plant.numbers()[told]).toBeGreaterThanOrEqual(30);
    expect(plant.numbers()[told]).toBeLessThan(34);
    expect(plant.numbers().referenceMean).toBeCloseTo(50, 0);
  });

  it('is what it would be had they not come', () => {
    const band = { ...LEARNERS.band, stated: { ...LEARNERS.band.stated, spike: undefined } };
    const [disturbed, calm] = [new Plant(band), new Plant(band)];
    disturbed.run(100).run(40, 970).run(300);
    calm.run(100).pass(40).run(300);
    const { leftOutInAlarm, ...numbers } = disturbed.numbers();
    expect([leftOutInAlarm, numbers]).toEqual([40, calm.numbers()]);
  });
});
