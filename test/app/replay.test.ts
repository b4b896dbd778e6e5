// Recorded days through the engine: seconds in which nothing is due are left out and nothing comes out otherwise, decades take
// seconds, and a simulated officer answers.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordedCommand, RecordedReading } from '../../simulators/replay-source.ts';
import type { ReplayOptions } from '../../src/app/replay.ts';
import { Replay, replayLine } from '../../src/app/replay.ts';
import type { Transition } from '../../src/model/alert.ts';
import type { RegistryChange } from '../../src/model/registry.ts';
import { derivedPoint, switchPoint } from '../support/build/derived.ts';
import { point } from '../support/build/point.ts';
import { registryOf } from '../support/build/registry.ts';
import { T0 } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type Line = RecordedReading | RecordedCommand;

function played(change: RegistryChange, lines: readonly Line[], options: ReplayOptions = {}, until = 0): Transition[] {
  const told: Transition[] = [];
  const replay = new Replay((transition) => told.push(structuredClone(transition)), options);
  expect(replay.configure(change, T0)).toEqual([]);
  for (const line of lines) {
    if ('command' in line) replay.command(line);
    else replay.reading(line);
  }
  replay.tickTo(T0 + until);
  return told;
}

const gas = point('GD-1');
const fan = switchPoint('FAN');
const level = point('LT-1', { intervalMs: HOUR, limits: { H: 60 }, onDelayMs: 90 * SECOND, offDelayMs: 10 * MINUTE });
const high = derivedPoint('HIGH', {
  of: { level, fan },
  expression: 'level > 55 && !fan',
  hazard: 'dust',
  onDelayMs: 7 * SECOND,
});
const mean = derivedPoint('MEAN', {
  of: { gas },
  function: 'twa',
  parameters: { windowMs: 2 * HOUR },
  valueKind: 'number',
  unit: '%{LEL}',
  hazard: 'toxic-gas',
  limits: { H: 20 },
});
const plant = registryOf({ points: [gas, fan, level, high, mean] });
const GAS_ALERT = 'yt/farm||flammable-gas|hazard';

/** Gaps from a tick to more than a day, in which alerts are forgotten. */
const gap = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 20 * SECOND }) },
  { weight: 3, arbitrary: fc.integer({ min: MINUTE, max: 40 * MINUTE }) },
  { weight: 1, arbitrary: fc.integer({ min: 22 * HOUR, max: 26 * HOUR }) },
);
const what = fc.oneof(
  { weight: 4, arbitrary: fc.record({ point: fc.constant('yt/GD-1'), value: fc.integer({ min: 0, max: 80 }) }) },
  { weight: 2, arbitrary: fc.record({ point: fc.constant('yt/LT-1'), value: fc.integer({ min: 40, max: 80 }) }) },
  { weight: 2, arbitrary: fc.record({ point: fc.constant('yt/FAN'), value: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ command: fc.constantFrom('acknowledge', 'verify', 'close') }) },
);
const aStory = fc.array(fc.tuple(gap, what), { minLength: 1, maxLength: 40 }).map((steps) => {
  let at = T0;
  return steps.map(([after, one]): Line => {
    at += after;
    if (!('command' in one)) return { at, ...one };
    return {
      at,
      ...one,
      alert: GAS_ALERT,
      by: 'li',
      role: 'province-duty',
      level: 'province',
      cause: 'real',
      note: 'so',
    } as RecordedCommand;
  });
});

describe('time in which nothing is due', () => {
  it('is left out, and the same is told as second by second: states, grades, instants and ids', () => {
    fc.assert(
      fc.property(
        aStory,
        fc.option(fc.integer({ min: SECOND, max: HOUR }), { nil: undefined }),
        (story, answeredAfterMs) => {
          const until = (story.at(-1)?.at ?? T0) - T0 + 2 * HOUR;
          const jumped = played(plant, story, { answeredAfterMs }, until);
          expect(jumped).toEqual(played(plant, story, { answeredAfterMs, everySecond: true }, until));
        },
      ),
      { numRuns: 12, endOnFailure: true },
    );
  });

  it('of 72 years of a value a day costs no more than the values', () => {
    const inflow = point('QF-1', { intervalMs: DAY, limits: { H: 60 }, onDelayMs: 0 });
    const change = registryOf({ points: [inflow] });
    const days = Array.from({ length: 72 * 365 }, (_, day) => ({
      point: 'yt/QF-1',
      at: T0 + day * DAY,
      value: day % 3_650 === 1_000 ? 70 : 20,
    }));
    const told = played(change, days, { answeredAfterMs: HOUR });
    // Every ten years once, and each of them answered and closed.
    expect(told.filter(({ change: what }) => what === 'raised')).toHaveLength(7);
    expect(told.filter(({ change: what }) => what === 'closed')).toHaveLength(7);
  });
});

describe('a simulated officer', () => {
  const readings: Line[] = Array.from({ length: 120 }, (_, i) => ({
    point: 'yt/GD-1',
    at: T0 + i * 10 * SECOND,
    value: i > 0 && i < 41 ? 60 : 3,
  }));
  const of = (told: readonly Transition[]) =>
    told
      .filter(({ alert }) => alert.key === GAS_ALERT)
      .map((transition) => replayLine(transition))
      .map(({ at, reason }) => `${(at - T0) / SECOND} ${reason}`);

  it('answers an alert five minutes after it called, and closes it five minutes after it returned', () => {
    const change = registryOf({ points: [gas] });
    const told = of(played(change, readings, { answeredAfterMs: 5 * MINUTE }, HOUR));
    expect(told).toContain('10 raised');
    expect(told).toContain('310 acknowledged');
    expect(told).toContain('310 verified');
    const cleared = told.find((one) => one.endsWith(' cleared'))!;
    expect(told.at(-1)).toBe(`${Number.parseFloat(cleared) + 300} closed`);
  });

  it('is nobody where none is asked for; what stands in the file is done then', () => {
    const change = registryOf({ points: [gas] });
    expect(of(played(change, readings, {}, HOUR)).join()).not.toMatch(/acknowledged|closed/);
    const act: RecordedCommand = {
      at: T0 + 30 * SECOND,
      command: 'acknowledge',
      alert: GAS_ALERT,
      by: 'li',
      role: 'county-duty',
      level: 'county',
    };
    const told = played(change, [...readings.slice(0, 4), act, ...readings.slice(4)]);
    expect(of(told)).toContain('30 acknowledged');
    expect(told.find(({ change: what }) => what === 'acknowledged')?.by).toBe('li');
  });
});
