// A delay that is changed while it runs still ends.
import { describe, expect, it } from 'vitest';
import { point } from '../support/build/point.ts';
import { pointsChange } from '../support/build/registry.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const fire = (offDelayMs: number) =>
  point('FD-1', {
    valueKind: 'boolean',
    unit: '',
    hazard: 'fire',
    limits: {},
    criticalWhen: true,
    intervalMs: null,
    offDelayMs,
  });

describe('an off-delay that is made longer while it runs, at a point that speaks on change only', () => {
  const story = (change: boolean) => {
    const desk = new Desk({ points: [fire(30 * SECOND)] });
    desk.gateway(true, 0);
    desk.reading('FD-1', SECOND, 1);
    desk.reading('FD-1', 10 * SECOND, 0);
    if (change) desk.configure(pointsChange(fire(60 * SECOND)), 20 * SECOND);
    desk.tickTo(60 * MINUTE);
    return desk;
  };
  it('ends (control)', () => expect(story(false).story).toContain('cleared orange'));
  it('ends in its new time', () => expect(story(true).story).toContain('cleared orange'));
});
