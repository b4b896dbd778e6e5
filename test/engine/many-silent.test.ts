// Many points of one alert that fall silent in the same second, while their gateway is there: one loss of sight, told once.
import { describe, expect, it } from 'vitest';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

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
});
