// The moving window against least squares computed the long way, over every length and offset that real series have.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUCKETS, TrendWindow } from '../../src/rules/window.ts';
import { START } from './harness.ts';

interface Sample {
  readonly at: number;
  readonly value: number;
}

interface Line {
  readonly count: number;
  readonly slope: number;
  readonly r2: number;
  readonly level: number;
  /** How far samples lie apart in time and value, and the greatest value: what an error is small against. */
  readonly spreadMs: number;
  readonly spread: number;
  readonly size: number;
}

/** Two passes over all samples of the closed buckets, with the offsets taken out first: slow, and nothing to get wrong. */
function longWay(samples: readonly Sample[], windowMs: number): Line {
  const bucketMs = Math.max(1, Math.ceil(windowMs / BUCKETS));
  const end = Math.floor(samples[samples.length - 1].at / bucketMs) * bucketMs;
  const inside = samples.filter(({ at }) => at < end && at >= end - BUCKETS * bucketMs);
  const origin = inside[0]?.value ?? 0;
  const t = inside.map(({ at }) => at - end);
  const x = inside.map(({ value }) => value - origin);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanT, meanX] = [mean(t), mean(x)];
  const tt = t.reduce((sum, value) => sum + (value - meanT) ** 2, 0);
  const xx = x.reduce((sum, value) => sum + (value - meanX) ** 2, 0);
  const tx = t.reduce((sum, value, i) => sum + (value - meanT) * (x[i] - meanX), 0);
  const slope = tt > 0 ? tx / tt : 0;
  const r2 = tt > 0 && xx > 0 ? (tx * tx) / (tt * xx) : 0;
  return {
    count: inside.length,
    slope,
    r2,
    level: origin + meanX - slope * meanT,
    spreadMs: Math.sqrt(tt / inside.length),
    spread: Math.sqrt(xx / inside.length),
    size: Math.max(...inside.map(({ value }) => Math.abs(value))),
  };
}

function filled(samples: readonly Sample[], windowMs: number): TrendWindow {
  const window = new TrendWindow();
  window.table.add();
  window.table.add();
  window.reset(1, windowMs);
  for (const { at, value } of samples) window.add(1, at, value);
  return window;
}

function expectEqualFit(samples: readonly Sample[], windowMs: number): void {
  const expected = longWay(samples, windowMs);
  const fit = filled(samples, windowMs).fit(1, 1);
  expect(fit.count).toBe(expected.count);
  // Closed buckets are rounded to 32 bits; an offset of the value costs what 64 bits have left below it.
  const error = expected.spread * 1e-5 + expected.size * 1e-12;
  if (expected.count < 3 || expected.spreadMs < 1) return;
  expect(Math.abs(fit.slope - expected.slope)).toBeLessThanOrEqual(error / expected.spreadMs);
  expect(Math.abs(fit.level - expected.level)).toBeLessThanOrEqual(error * (1 + windowMs / expected.spreadMs));
  if (expected.spread > expected.size * 1e-9) expect(Math.abs(fit.r2 - expected.r2)).toBeLessThan(1e-4);
}

describe('the moving window', () => {
  it('is exact on a ramp', () => {
    const samples = Array.from({ length: 100 }, (_, i) => ({ at: START + i * 10_000, value: 20 + i * 0.5 }));
    const fit = filled(samples, 600_000).fit(1, 5);
    expect(fit.slope * 60_000).toBeCloseTo(3, 6);
    expect(fit.r2).toBeCloseTo(1, 6);
    expect(fit).toMatchObject({ filled: BUCKETS, count: 60, useful: 60 });
  });

  it.each([0, 1e6, -1e6, 1e12])('keeps its digits at an offset of %d', (offset) => {
    const samples = Array.from({ length: 300 }, (_, i) => ({
      at: START + i * 7_000,
      value: offset + i * 0.01 + ((i * 7919) % 13) * 0.1,
    }));
    expectEqualFit(samples, 600_000);
  });

  it('does not drift over a long run that went through a wild stretch', () => {
    const samples = Array.from({ length: 60_000 }, (_, i) => ({
      at: START + i * 1_000,
      value: i > 20_000 && i < 30_000 ? 1e9 * Math.sin(i) : 5 + Math.sin(i / 50) + i * 1e-4,
    }));
    expectEqualFit(samples, 120_000);
  });

  it('agrees with the long way for any series', () => {
    const step = fc.record({
      waitMs: fc.oneof(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 2_000_000 })),
      value: fc.oneof(
        fc.integer({ min: -10_000, max: 10_000 }).map((n) => n / 1_000),
        fc.constantFrom(1e6, -1e6, 0),
      ),
    });
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 200, size: 'max' }),
        fc.integer({ min: 1, max: 3_600_000 }),
        fc.constantFrom(0, 1e6, 1e9),
        (steps, windowMs, offset) => {
          let at = START;
          const samples = steps.map(({ waitMs, value }) => {
            at += waitMs;
            return { at, value: value + offset };
          });
          expectEqualFit(samples, windowMs);
        },
      ),
    );
  });

  it('says when the window moved, and leaves a sample out that lies before it', () => {
    const window = new TrendWindow();
    window.table.add();
    window.reset(0, 12_000);
    expect([0, 500, 999, 1_000, 5_000].map((at) => window.add(0, START + at, 1))).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
    expect(window.add(0, START + 4_000, 99)).toBe(false);
    expect(window.fit(0, 1)).toMatchObject({ count: 4, filled: 2, useful: 2, level: 1 });
  });

  it('counts no bucket for more than its share of completeness', () => {
    const samples = Array.from({ length: 50 }, (_, i) => ({ at: START + i, value: i }));
    expect(filled([...samples, { at: START + 1_000, value: 0 }], 12_000).fit(1, 5).useful).toBe(5);
  });
});
