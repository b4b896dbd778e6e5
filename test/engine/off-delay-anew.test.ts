// The off-delay of a detector that speaks on change only, begun anew while it runs: what was asked for before is too early.
import { expect, it } from 'vitest';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;

it('a fire that was over when the service stood still is over a whole off-delay after that', () => {
  const fire = { valueKind: 'boolean', hazard: 'fire', limits: {}, criticalWhen: true, intervalMs: null } as const;
  const desk = new Desk({ points: [point('FD-1', { ...fire, offDelayMs: 60 * SECOND })] });
  desk.reading('FD-1', 0, 1);
  desk.reading('FD-1', 10 * SECOND, 0);
  desk.tickTo(40 * SECOND);
  desk.stoodStill(40 * SECOND, 50 * SECOND);
  const burns = () => desk.hazards.some(({ hazard, active }) => hazard === 'fire' && active);
  // A minute after its last word: ten seconds of it nobody looked.
  desk.tickTo(109 * SECOND);
  expect(burns()).toBe(true);
  desk.tickTo(110 * SECOND);
  expect(burns()).toBe(false);
});
