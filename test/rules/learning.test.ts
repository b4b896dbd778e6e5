// What a baseline is learned from: never from what came in alarm, in maintenance, calibration or out of service (`test`), or was
// not good; and it goes on learning afterwards, and says what it has left out.
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../simulators/random.ts';
import type { QualityName } from '../../src/model/quality.ts';
import { explainSlot } from '../../src/rules/view.ts';
import { numbersOfFault } from '../../src/rules/watch.ts';
import type { StatedPoint } from '../support/build/point.ts';
import { Story } from './harness.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Stories begin at twenty to. */
const FULL_HOUR = 20 * MINUTE;

/** What keeps readings from being learned, by the word that is told of them; the value is far from where the point belongs. */
const CAUSES: readonly (readonly [string, number, QualityName, string])[] = [
  ['while a limit of the point stands', 90, 'good', 'leftOutInAlarm'],
  ['in calibration, maintenance, out of service', 70, 'test', 'leftOutTest'],
  ['that are uncertain', 70, 'uncertain', 'leftOutNotGood'],
  ['that are bad', 70, 'bad', 'leftOutNotGood'],
  ['that are stale', 70, 'stale', 'leftOutNotGood'],
];

interface Learning {
  readonly stated: Partial<StatedPoint>;
  readonly everyMs: number;
  /** Readings well before, of the cause, and well behind it. */
  readonly before: number;
  readonly between: number;
  readonly behind: number;
  readonly rule: string;
  /** Figures that must be as if the readings of the cause had never been. */
  readonly figures: readonly string[];
  readonly sd: number;
}

const KINDS: readonly Learning[] = [
  {
    rule: 'band',
    stated: { band: {} },
    everyMs: MINUTE,
    before: 100,
    between: 60,
    behind: 260,
    figures: ['referenceMean', 'referenceSd'],
    sd: 1,
  },
  {
    rule: 'novelty',
    stated: { novelty: {} },
    everyMs: MINUTE,
    before: 400,
    between: 60,
    behind: 600,
    figures: ['location', 'scale', 'readings'],
    sd: 1,
  },
  {
    rule: 'drift',
    stated: { drift: { everyMs: HOUR, sdAtLeast: 0.1 } },
    everyMs: 5 * MINUTE,
    before: 120,
    between: 60,
    behind: 240,
    figures: ['referenceMean', 'referenceSd'],
    sd: 1,
  },
  {
    rule: 'inverse-velocity',
    stated: { inverseVelocity: { everyMs: 6 * HOUR, noisePerDay: 0.01 } },
    everyMs: HOUR,
    before: 300,
    between: 48,
    behind: 120,
    figures: ['backgroundPerDay'],
    sd: 0.5,
  },
];

/** Numbers of the rule after so many good readings, readings of the cause, and good ones again. */
function learned(kind: Learning, cause: readonly [number, QualityName] | undefined) {
  const story = new Story({ limits: { H: 85 }, intervalMs: kind.everyMs, onDelayMs: 0, offDelayMs: 0, ...kind.stated });
  const random = createRandom(kind.rule);
  let at = FULL_HOUR;
  const send = (value: number, quality: QualityName = 'good') => {
    story.reading(at, value, quality);
    at += kind.everyMs;
  };
  const well = () => 50 + kind.sd * random.normal();
  for (let i = 0; i < kind.before; i++) send(well());
  if (cause !== undefined) {
    for (let i = 0; i < kind.between; i++) send(cause[0] + 0.1 * i, cause[1]);
  }
  for (let i = 0; i < kind.behind; i++) send(well());
  return numbersOf(story, kind.rule);
}
function numbersOf(story: Story, rule: string): Readonly<Record<string, number>> {
  if (rule === 'drift') return numbersOfFault(story.memory, 0, 'drift') ?? {};
  const slot = story.memory.slotsOf(0).find((one) => story.memory.ruleOf(one) === rule);
  return explainSlot(story.memory, slot!).explanation.numbers;
}

describe.each(KINDS)('$rule', (kind) => {
  it.each(CAUSES)(
    'learns nothing from readings %s, counts them, and learns on behind them',
    (_, value, quality, word) => {
      const found = learned(kind, [value, quality]);
      const undisturbed = learned(kind, undefined);
      const isHourly = kind.everyMs === HOUR;
      // A mean or a bucket that was cut in two is another one: as near as its scatter. Nothing of 70 or 90 is in it.
      for (const figure of kind.figures) {
        if (isHourly || kind.rule === 'drift') expect(Math.abs(found[figure] - undisturbed[figure])).toBeLessThan(0.6);
        else expect(found[figure]).toBeCloseTo(undisturbed[figure], 1);
      }
      // The reading that goes over the limit is known to do so before a detector is asked; for `drift` it is the next.
      const counted =
        kind.rule === 'drift' && word === 'leftOutInAlarm' ? [kind.between - 1, kind.between] : [kind.between];
      expect(counted).toContain(found[word]);
      expect(undisturbed[word]).toBeUndefined();
    },
  );
});

describe('a rule that learns', () => {
  const band = { limits: { H: 85 }, intervalMs: MINUTE, offDelayMs: 0, band: {} } as const;

  it('learns nothing while a limit waits for its on-delay, or is held blind', () => {
    const story = new Story({ ...band, onDelayMs: HOUR });
    for (let i = 0; i < 30; i++) story.reading(i * MINUTE, 90);
    expect([story.told, numbersOf(story, 'band')]).toEqual([[], { leftOutInAlarm: 30 }]);
    const held = new Story({ ...band, onDelayMs: 0 });
    held.reading(0, 90);
    held.silence(MINUTE);
    // Uncertain readings end nothing, and the good one behind them ends it before it is learned from.
    for (let i = 2; i < 10; i++) held.reading(i * MINUTE, 50, 'uncertain');
    expect(numbersOf(held, 'band')).toEqual({ leftOutInAlarm: 1, leftOutNotGood: 8 });
  });

  it('is kept from it by no alarm of another point, nor by constant creep, which may stand for years', () => {
    const other = new Story({ limits: { H: 85 } }, band);
    other.reading(0, 99);
    for (let i = 0; i < 300; i++) other.reading(i * MINUTE, 50 + (i % 7), 'good', 1);
    const slot = other.memory.slotsOf(1).find((one) => other.memory.ruleOf(one) === 'band');
    expect(explainSlot(other.memory, slot!).explanation.numbers.referenceVersion).toBe(1);
    const creep = new Story({
      limits: {},
      intervalMs: HOUR,
      tangentAngle: { constantPerDay: 1, version: 'a' },
      inverseVelocity: { everyMs: 6 * HOUR, noisePerDay: 0.01 },
    });
    for (let hour = 0; hour < 15 * 24; hour++) creep.reading(hour * HOUR, hour / 24);
    expect(creep.level('tangent-angle')).toBe('PRE');
    expect(numbersOf(creep, 'inverse-velocity').backgroundPerDay).toBeCloseTo(1, 6);
    expect(numbersOf(creep, 'inverse-velocity').leftOutInAlarm).toBeUndefined();
  });

  it('begins to count anew with another reference, and goes on after a restart as it was', () => {
    const at = (minute: number) => new Date(1_763_775_600_000 + minute * MINUTE).toISOString();
    const story = new Story({ ...band, onDelayMs: 0 });
    for (let i = 0; i < 20; i++) story.reading(i * MINUTE, 90);
    expect(numbersOf(story.restart(), 'band')).toEqual({ leftOutInAlarm: 20 });
    story.change({ ...band, onDelayMs: 0, band: { from: at(60), to: at(600) } }, 30 * MINUTE);
    expect(numbersOf(story, 'band')).toEqual({});
  });

  it('run-away begins its noise anew where it had to begin with a window in alarm', () => {
    const stated = { limits: { H: 60 }, intervalMs: HOUR, onDelayMs: 0, offDelayMs: 0, runAway: {} };
    const random = createRandom('run-away');
    const story = new Story(stated);
    // 7.5 days over its limit and loud, then below it and quiet until no bucket of that is looked at any more.
    for (let hour = 0; hour < 186; hour++) story.reading(hour * HOUR, 80 + 3 * random.normal());
    const loud = numbersOf(story, 'run-away').noise;
    for (let hour = 186; hour < 186 + 240; hour++) story.reading(hour * HOUR, 50 + 0.2 * random.normal());
    const { noise, leftOutInAlarm } = numbersOf(story, 'run-away');
    expect(loud).toBeGreaterThan(1);
    expect(noise).toBeLessThan(0.5);
    expect(leftOutInAlarm).toBe(186);
  });

  it('spike does not widen its scatter by what a rule stands for', () => {
    const stated = { limits: { H: 60 }, intervalMs: MINUTE, onDelayMs: 0, spike: { atLeast: 0.5 } };
    const scatter = (level: number) => {
      const random = createRandom('spike');
      const story = new Story(stated);
      for (let i = 0; i < 60; i++) story.reading(i * MINUTE, 50 + 0.1 * random.normal());
      for (let i = 60; i < 360; i++) story.reading(i * MINUTE, level + 3 * random.normal());
      return numbersOfFault(story.memory, 0, 'spike')?.leftOutInAlarm;
    };
    expect(scatter(45)).toBeUndefined();
    expect(scatter(90)).toBeGreaterThan(200);
  });
});
