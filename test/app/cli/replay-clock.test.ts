// Recordings whose times are wrong: another unit, two time zones in one file, a day that is yet to come.
import { describe, expect, it } from 'vitest';
import { RecordedClocks, wrongUnit } from '../../../src/app/cli/replay-clock.ts';
import { HOUR_MS, MINUTE_MS } from '../../../src/model/time.ts';

const T0 = 1_763_510_400_000;

const oddOf = (...lines: readonly (readonly [point: string, at: number])[]): string[] => {
  const clocks = new RecordedClocks(T0 + 24 * HOUR_MS);
  for (const [point, at] of lines) clocks.note({ point, at, value: 1 });
  return clocks.words();
};

describe('a time that cannot be in ms', () => {
  it.each([
    ['seconds', T0 / 1_000, `seconds since 1970: ms are expected, ${T0}`],
    ['microseconds', T0 * 1_000, 'microseconds since 1970'],
    ['unset', 0, '1970-01-01T00:00:00.000Z: a clock that was never set'],
    ['unset', 600_000, '1970-01-01T00:10:00.000Z'],
  ])('is named: %s, %d', (slip, at, words) => {
    expect(wrongUnit(at)).toEqual({ slip, words: expect.stringContaining(words) });
  });

  it('is no time of this century', () => {
    for (const at of [978_307_200_000, T0, 4_102_444_800_000]) expect(wrongUnit(at)).toBeUndefined();
  });
});

describe('times that are odd only beside others', () => {
  it('a gateway that sends local time among others that send UTC', () => {
    const minutes = Array.from({ length: 10 }, (_, i) => T0 + i * MINUTE_MS);
    const lines = minutes.flatMap((at) => [['yt/A', at] as const, ['yt/B', at + 8 * HOUR_MS] as const]);
    expect(oddOf(...lines)).toEqual([
      'wrong clock? yt/A: 8 h behind the lines before, as if part of the file were local time',
    ]);
  });

  it('back-fill that passes eight hours on its way is no such thing, nor is a gap of a night', () => {
    const filled = Array.from({ length: 100 }, (_, i) => ['yt/A', T0 + i * 6 * MINUTE_MS] as const);
    expect(oddOf(['yt/A', T0 - HOUR_MS], ['yt/B', T0 + 10 * HOUR_MS], ...filled)).toEqual([]);
    expect(oddOf(['yt/A', T0], ['yt/A', T0 + 8 * HOUR_MS])).toEqual([]);
  });

  it('a recording of tomorrow', () => {
    expect(oddOf(['yt/A', T0], ['yt/A', T0 + 25 * HOUR_MS])).toEqual([
      `wrong clock? 1 readings are of a time to come, up to ${new Date(T0 + 25 * HOUR_MS).toISOString()}: local time sent as UTC?`,
    ]);
  });
});
