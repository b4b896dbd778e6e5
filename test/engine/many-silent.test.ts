// Many points of one alert that fall silent in the same second, while their gateway is there: one loss of sight, told once.
import { describe, expect, it } from 'vitest';
import { point } from '../support/build/point.ts';
import { registryNaming } from '../support/build/registry.ts';
import { Desk, T0 } from '../support/desk.ts';

const SECOND = 1_000;

describe('a tick in which many points of one alert fall silent', () => {
  it('tells the alert once, with all of them by name, as one message would', () => {
    const points = Array.from({ length: 50 }, (_, i) => point(`GD-${i}`));
    const desk = new Desk({ points });
    desk.send(points.map(({ tag }) => ({ tag, at: 0, value: 60 })));
    desk.gateway(true, 11 * SECOND);
    desk.tickTo(60 * SECOND);
    const blind = desk.transitions.filter(({ change }) => change === 'went-blind');
    expect(blind.map(({ points: names }) => names?.length)).toEqual([50]);
  });

  it('does so whatever falls due elsewhere between two of them', () => {
    const elsewhere = { source: 'yt/dock', hazard: 'overfill', onDelayMs: 10 * SECOND } as const;
    const desk = new Desk();
    desk.configure(registryNaming([point('GD-1'), point('GD-2'), point('LT-1', elsewhere)]));
    desk.reading('GD-1', 100, 60);
    desk.reading('GD-2', 300, 60);
    // Due at 30.2 s, between the two silences.
    desk.reading('LT-1', 20_200, 60);
    desk.tickTo(31 * SECOND);
    const told = desk.transitions.filter(({ at }) => at === T0 + 31 * SECOND);
    expect(told.map(({ change, points: names }) => [change, names])).toEqual([
      ['went-blind', ['yt/GD-1', 'yt/GD-2']],
      ['raised', undefined],
    ]);
  });

  it('does so where time alone makes the same alert worse between two of them, and says that first', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2'), point('GD-3', { onDelayMs: 10 * SECOND })] });
    desk.reading('GD-1', 100, 60);
    desk.reading('GD-2', 300, 60);
    desk.reading('GD-3', 20_200, 60);
    desk.tickTo(31 * SECOND);
    const told = desk.transitions.filter(({ at }) => at === T0 + 31 * SECOND);
    expect(told.map(({ change, point: one, points: several }) => [change, several ?? one])).toEqual([
      ['went-blind', ['yt/GD-1', 'yt/GD-2']],
      ['new-point', 'yt/GD-3'],
    ]);
  });

  it('says of an alarm whose delay is over in the second in which its point falls silent that it is blind', () => {
    const desk = new Desk({ points: [point('GD-1', { onDelayMs: 29_950 }), point('GD-2')] });
    desk.reading('GD-1', 100, 60);
    desk.reading('GD-2', 12 * SECOND, 1);
    desk.tickTo(31 * SECOND);
    expect(desk.story).toEqual(['raised orange']);
    expect(desk.hazards[0].points[0].blindSince).toBe(T0 + 31 * SECOND);
  });
});
