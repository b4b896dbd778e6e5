// A gas head whose gateway sends ppm where % of the LEL is registered: it alarms as the highest limit, and whoever looks for the
// reason at night finds the slip named, in the service's log, a line a gateway and minute.
import { describe, expect, it } from 'vitest';
import type { UnitNote } from '../../src/app/followers/unit-notes.ts';
import { oddUnitsIn, UnitNotes } from '../../src/app/followers/unit-notes.ts';
import { openAlerts } from '../../src/engine/describe.ts';
import { spansOf, whyUnit } from '../../src/model/unit-mistake.ts';
import { point } from '../support/build/point.ts';
import { register, startRig } from './rig.ts';

const WIND = { hazard: 'health', unit: 'm/s', limits: {}, span: { min: 0, max: 60 }, plausible: undefined } as const;

async function noted() {
  const rig = await startRig();
  const told: UnitNote[] = [];
  const notes = new UnitNotes(rig.state, (note) => told.push(note));
  rig.followers.push(notes);
  await register(rig, { points: [point('GD-1'), point('GD-2'), point('WS-1', WIND)] });
  return { rig, notes, told };
}

describe('a value in another unit', () => {
  it('raises the highest alarm at once, and is named with the unit it may be', async () => {
    const { rig, told } = await noted();
    const batch = rig.reading('GD-1', 27_500);
    await rig.log.flush();
    expect(openAlerts(rig.state).map(({ points }) => points[0])).toMatchObject([{ limit: 'HH', value: 27_500 }]);
    const detail = '27500 %{LEL} is 275 times the span 0 … 100: ppm?';
    expect(told).toEqual([{ gateway: 'yt/gw1', readings: 1, point: 'GD-1', detail }]);
    // The same for who waits for an answer.
    expect(oddUnitsIn(batch, rig.state.registry)).toEqual({ readings: 1, point: 'GD-1', detail });
  });

  it('is told once a minute, whatever comes', async () => {
    const { rig, notes, told } = await noted();
    for (let s = 0; s < 90; s++) {
      rig.reading(s % 2 === 0 ? 'GD-1' : 'GD-2', 27_500 + s);
      rig.clock.pass(1_000);
    }
    await rig.log.flush();
    expect(told.map(({ readings }) => readings)).toEqual([1, 60]);
    notes.flush(rig.clock.now() + 60_000);
    expect(told[2].readings).toBe(29);
  });

  it('is told on a point without limits too, where it is bad and nothing else says so', async () => {
    const { rig, told } = await noted();
    rig.reading('WS-1', -5_000);
    await rig.log.flush();
    expect(told).toMatchObject([{ point: 'WS-1', detail: '-5000 m/s is 83 times the span 0 … 60: another unit?' }]);
  });

  it('is another thing than a transmitter at its stop, or a leak that is off the scale', async () => {
    const { rig, told } = await noted();
    for (const value of [3, 30, 105, 110, 999]) {
      rig.reading('GD-1', value);
      rig.clock.pass(1_000);
    }
    await rig.log.flush();
    expect(told).toEqual([]);
    expect(openAlerts(rig.state)).toHaveLength(1);
  });
});

describe('how far it is', () => {
  it.each([
    [1_100, { min: 0, max: 100 }, undefined],
    [1_101, { min: 0, max: 100 }, 11.01],
    [-1_001, { min: 0, max: 100 }, 10.01],
    [5, { min: 0, max: 100 }, undefined],
    [1e9, { min: 0 }, undefined],
    [1e9, undefined, undefined],
  ])('%d beside %o is %s spans', (value, span, expected) => {
    expect(spansOf(value, span)).toBe(expected);
  });

  it('asks for the unit that is sent instead', () => {
    expect(whyUnit(1_200_000, { unit: 'MPa', span: { min: 0, max: 2 } })).toContain(
      '600000 times the span 0 … 2: kPa or Pa?',
    );
  });
});
