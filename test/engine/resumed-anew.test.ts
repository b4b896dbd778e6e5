// Time in which nobody looked is no evidence, also where the points are installed or imported anew after it.
import { describe, expect, it } from 'vitest';
import { INSTALLATION } from '../../src/engine/state.ts';
import { point } from '../support/build/point.ts';
import { pointsChange } from '../support/build/registry.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;

const restarted = (desk: Desk, downFrom: number, at: number) =>
  desk.fold({ kind: 'resumed', at: T0(desk) + at, downFrom: T0(desk) + downFrom, seqFloor: 0, restarted: true });
const T0 = (desk: Desk) => desk.state.at - desk.now;

describe('an off-delay that runs when the service goes down', () => {
  const story = (between: (desk: Desk) => void) => {
    const gd = point('GD-1', { offDelayMs: 5 * MINUTE });
    const desk = new Desk({ points: [gd] });
    desk.reading('GD-1', 0, 30);
    desk.reading('GD-1', 10 * SECOND, 3);
    restarted(desk, 10 * SECOND, HOUR);
    between(desk);
    desk.reading('GD-1', HOUR + SECOND, 3);
    return desk;
  };
  it('begins anew (control)', () => {
    expect(story(() => {}).hazards.find(({ hazard }) => hazard === 'flammable-gas')).toMatchObject({ active: true });
  });
  it('begins anew where another program installs the points', () => {
    const desk = story((d) => d.fold({ kind: 'install', at: d.state.at, installation: INSTALLATION }));
    expect(desk.hazards.find(({ hazard }) => hazard === 'flammable-gas')).toMatchObject({ active: true });
  });
  it('begins anew where the same registry file is imported again', () => {
    const desk = story((d) => d.configure(pointsChange(point('GD-1', { offDelayMs: 5 * MINUTE })), d.now));
    expect(desk.hazards.find(({ hazard }) => hazard === 'flammable-gas')).toMatchObject({ active: true });
  });
});

describe('an on-delay that runs when the service goes down', () => {
  const story = (between: (desk: Desk) => void) => {
    const desk = new Desk({ points: [point('GD-1', { onDelayMs: MINUTE, intervalMs: HOUR })] });
    desk.reading('GD-1', 0, 30);
    restarted(desk, 10 * SECOND, HOUR);
    between(desk);
    desk.tickTo(HOUR + 5 * MINUTE);
    return desk;
  };
  it('needs a reading to finish (control)', () => {
    expect(story(() => {}).story).toEqual([]);
  });
  it('needs a reading to finish where another program installs the points', () => {
    expect(story((d) => d.fold({ kind: 'install', at: d.state.at, installation: INSTALLATION })).story).toEqual([]);
  });
});
