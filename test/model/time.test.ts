// Instants as files state them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOf } from '../../src/model/time.ts';

describe('an instant in a file', () => {
  it('is what its text says, whatever the offset', () => {
    expect(instantOf('2026-11-30T21:07:29+08:00')).toBe(Date.UTC(2026, 10, 30, 13, 7, 29));
    expect(instantOf('2026-11-30T21:07:29Z')).toBe(Date.UTC(2026, 10, 30, 21, 7, 29));
    expect(instantOf('2026-11-30T21:07:29-03:30')).toBe(Date.UTC(2026, 10, 31, 0, 37, 29));
    expect(instantOf('yesterday')).toBeNaN();
  });

  it('is that of the calendar on any day', () => {
    const dates = fc.date({ min: new Date('1900-01-01'), max: new Date('2199-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(dates, (date) => {
        const whole = Math.floor(date.getTime() / 1_000) * 1_000;
        expect(instantOf(date.toISOString())).toBe(whole);
      }),
    );
  });
});
