// Instruments that go wrong: by the seed alone, in order until the fault begins, and each as its name says.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InstrumentFaultName } from '../../simulators/instrument-faults.ts';
import { faultyReadings, INSTRUMENT_FAULTS } from '../../simulators/instrument-faults.ts';

const NAMES = Object.keys(INSTRUMENT_FAULTS) as InstrumentFaultName[];
/** A healthy instrument: a quarter of a unit up and down. */
const healthy = Array.from({ length: 200 }, (_, i) => 50 + 0.25 * Math.round(Math.sin(i)));
const played = (fault: InstrumentFaultName, from: number, seed: string, growsOver = 0) => [
  ...faultyReadings(healthy, { fault, size: 10, from, growsOver, seed }),
];
const valuesOf = (fault: InstrumentFaultName, from: number, seed = 's', growsOver = 0) =>
  played(fault, from, seed, growsOver).map((shown) => Number(shown?.value));

describe('a recording of an instrument that goes wrong', () => {
  it('is the same for the same seed, and in order until the fault begins', () => {
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), fc.nat(200), fc.string(), (fault, from, seed) => {
        const once = played(fault, from, seed);
        expect(played(fault, from, seed)).toEqual(once);
        expect(once).toHaveLength(healthy.length);
        expect(once.slice(0, from).map((shown) => shown?.value)).toEqual(healthy.slice(0, from));
      }),
      { numRuns: 60 },
    );
    expect(valuesOf('noise', 0, 'a')).not.toEqual(valuesOf('noise', 0, 'b'));
    expect(valuesOf('spike', 0, 'a')).not.toEqual(valuesOf('spike', 0, 'b'));
  });

  it('sends nothing, no number, `bad`, beyond every span, or what it showed last', () => {
    expect(new Set(played('silent', 100, 's').slice(100))).toEqual(new Set([undefined]));
    expect(new Set(valuesOf('not-a-number', 100).slice(100))).toEqual(new Set([Number.NaN]));
    expect(played('bad', 100, 's').slice(100)).toEqual(healthy.slice(100).map((value) => ({ value, quality: 'bad' })));
    expect(Math.min(...valuesOf('over-range', 100).slice(100))).toBe(1_000_000);
    expect(new Set(valuesOf('stuck', 100).slice(100))).toEqual(new Set([healthy[99]]));
  });

  it('drifts as it grows, and stays there', () => {
    const off = valuesOf('drift', 100, 's', 50).map((value, i) => value - healthy[i]);
    for (const [i, by] of off.entries()) expect(by).toBeCloseTo(10 * Math.min(1, Math.max(0, i - 100) / 50), 3);
  });

  it('spikes once in twenty looks, to either side, never twice in a row', () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        const off = valuesOf('spike', 0, seed).map((value, i) => value - healthy[i]);
        const wild = [...off.keys()].filter((i) => off[i] !== 0);
        expect(wild).toHaveLength(10);
        expect(wild.filter((i) => wild.includes(i + 1))).toEqual([]);
        for (const i of wild) expect(Math.abs(Math.abs(off[i]) - 10)).toBeLessThanOrEqual(2.001);
      }),
    );
    const sides = valuesOf('spike', 0).map((value, i) => Math.sign(value - healthy[i]));
    expect(new Set(sides)).toEqual(new Set([0, 1, -1]));
  });

  it('scatters by what is stated, about what it would show', () => {
    const off = valuesOf('noise', 0).map((value, i) => value - healthy[i]);
    const mean = off.reduce((sum, one) => sum + one, 0) / off.length;
    const sd = Math.sqrt(off.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (off.length - 1));
    expect(Math.abs(mean)).toBeLessThan(2.5);
    expect(Math.abs(sd - 10)).toBeLessThan(2);
  });

  it('leaves a switch as it is, which has no figure', () => {
    for (const fault of ['drift', 'spike', 'noise', 'over-range', 'not-a-number'] as const)
      expect(
        INSTRUMENT_FAULTS[fault]({ value: true, before: false, number: 5, extent: 1, size: 9, seed: 's' }),
      ).toEqual({
        value: true,
      });
  });
});
