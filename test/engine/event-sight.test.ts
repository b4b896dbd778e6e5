// A fire detector speaks when something changes. While its gateway is away nobody sees it; when the gateway is back, it is seen.
import { describe, expect, it } from 'vitest';
import { pointState } from '../../src/engine/describe.ts';
import type { Alert } from '../../src/model/alert.ts';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const EVENT = {
  valueKind: 'boolean',
  unit: '',
  limits: {},
  criticalWhen: true,
  hazard: 'fire',
  intervalMs: null,
} as const;

const burning = (): Desk => {
  const desk = new Desk({ points: [point('FD-1', EVENT)] });
  desk.gateway(true, 0);
  desk.reading('FD-1', SECOND, 1);
  return desk;
};
const fire = (desk: Desk): Alert => desk.hazards.find(({ hazard }) => hazard === 'fire')!;
const detector = (desk: Desk) => fire(desk).points.find(({ id, rule }) => id === 'yt/FD-1' && rule !== 'coverage');
const NAMED = { level: 'county', actor: '王', points: ['yt/FD-1'], reason: '探头已拆除' } as const;

describe('a fire detector in alarm whose gateway goes and comes back', () => {
  it('is seen by the alert as it is by those who count observers, and is not let go of', () => {
    const desk = burning();
    desk.gateway(false, MINUTE);
    expect(pointState(desk.state, 0)).toBe('stale');
    expect(detector(desk)).toMatchObject({ active: true, held: true });
    desk.gateway(true, 2 * MINUTE);
    expect(pointState(desk.state, 0)).toBe('observing');
    expect(detector(desk)).toMatchObject({ active: true, held: false });
    expect(desk.command('release', fire(desk), 3 * MINUTE, NAMED).code).toBe('not-held');
  });

  it('is heard as blind when the gateway goes once more, long after', () => {
    const desk = burning();
    desk.gateway(false, MINUTE);
    desk.gateway(true, 2 * MINUTE);
    desk.tickTo(20 * MINUTE);
    desk.command('acknowledge', fire(desk), 20 * MINUTE);
    expect(fire(desk).acked).toBe(true);
    desk.gateway(false, 30 * MINUTE);
    desk.tickTo(31 * MINUTE);
    expect(fire(desk).acked).toBe(false);
  });

  it('goes on burning: that it is seen ends nothing', () => {
    const desk = burning();
    desk.gateway(false, MINUTE);
    desk.gateway(true, 2 * MINUTE);
    desk.tickTo(60 * MINUTE);
    expect(fire(desk)).toMatchObject({ active: true });
    expect(detector(desk)).toMatchObject({ active: true, level: 'HH' });
  });

  it('is not seen by that where it had said itself that it cannot see', () => {
    const desk = burning();
    desk.reading('FD-1', 30 * SECOND, 1, 'test');
    desk.gateway(false, MINUTE);
    desk.gateway(true, 2 * MINUTE);
    expect(pointState(desk.state, 0)).toBe('unusable');
    expect(detector(desk)).toMatchObject({ active: true, held: true });
  });

  it('is seen again after an interruption of our own link, once its gateway is heard', () => {
    const desk = burning();
    desk.link(false, MINUTE);
    desk.link(true, 2 * MINUTE);
    expect(detector(desk)).toMatchObject({ held: true });
    desk.gateway(true, 2 * MINUTE + SECOND);
    expect(detector(desk)).toMatchObject({ held: false });
  });
});
