/** Where engine time begins: at the wall time, never before what is logged, and at the distance that a wrong date left. */
import { describe, expect, it } from 'vitest';
import { startClock } from '../../src/app/clock.ts';

const YEAR = 365 * 24 * 3_600_000;

describe('engine time', () => {
  it('begins at the wall time', () => {
    const clock = startClock(0);
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1_000);
    expect(Math.abs(clock.wallOffsetMs())).toBeLessThan(1_000);
  });

  it('never goes back: after a date in the future it goes on, and the wall time is right beside it', () => {
    const logged = Date.now() + 5 * YEAR;
    const clock = startClock(logged);
    expect(clock.now()).toBeGreaterThanOrEqual(logged);
    expect(Math.abs(clock.now() + clock.wallOffsetMs() - Date.now())).toBeLessThan(1_000);
  });

  it('counts the time in which the service was down, at that distance too', () => {
    const downMs = 600_000;
    const logged = Date.now() + 5 * YEAR - downMs;
    const clock = startClock(logged, -5 * YEAR);
    expect(Math.abs(clock.now() - logged - downMs)).toBeLessThan(1_000);
    expect(Math.abs(clock.wallOffsetMs() + 5 * YEAR)).toBeLessThan(1_000);
  });

  it('begins at the wall time again after a step forward', () => {
    const clock = startClock(Date.now() - 3_600_000, 300_000);
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1_000);
  });
});
