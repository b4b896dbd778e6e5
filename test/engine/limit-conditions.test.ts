// Limits that hold only while a machine runs, and limits that the calendar tightens: they come into force and go out of it as if
// somebody had changed them, and nothing is cleared by it.
import { describe, expect, it } from 'vitest';
import { judgeAgain } from '../../src/engine/evidence.ts';
import { inForce } from '../../src/engine/in-force.ts';
import { monthDayOf, nextTurn } from '../../src/model/calendar.ts';
import { namedLimits } from '../../src/model/graded-limit.ts';
import type { QualityName } from '../../src/model/quality.ts';
import { buildPoint } from '../support/build/point.ts';
import { pointsChange } from '../support/build/registry.ts';
import { copied, Desk, T0 } from '../support/desk.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;

/** A pump that runs or not, and the flow that it should make. */
const pump = buildPoint('yt/RUN-1', {
  valueKind: 'boolean',
  unit: '',
  limits: undefined,
  deadband: undefined,
  intervalMs: 10_000,
});
const flow = (limit: object = {}, over: object = {}) =>
  buildPoint('yt/FT-1', {
    hazard: 'equipment',
    limits: { low: { orange: { value: 5, while: 'yt/RUN-1', ...limit } } } as never,
    ...over,
  });
const works = (limit?: object): Desk => new Desk({ points: [pump, flow(limit)] });
/** What limits did, and what stands by them: who watches is another story. */
const story = ({ transitions }: Desk): string[] =>
  transitions.filter(({ rule }) => rule?.startsWith('limit-')).map(({ change }) => change);
const standing = ({ open }: Desk): string[] =>
  open.flatMap(({ points }) =>
    points.filter(({ rule, active }) => active && rule.startsWith('limit-')).map(({ id, limit }) => `${id} ${limit}`),
  );
const limits = ({ state }: Desk, tag = 'yt/FT-1') => namedLimits(inForce(state, state.registry.pointNumbers.get(tag)!));

describe('a limit that holds while a machine runs', () => {
  it('says nothing while it is known not to', () => {
    const desk = works();
    desk.reading('RUN-1', 0, 0);
    desk.reading('FT-1', 1_000, 0);
    expect(standing(desk)).toEqual([]);
    expect(limits(desk)).toEqual({});
  });

  it('is in force from the moment it runs, for the value that stands already', () => {
    const desk = works();
    desk.reading('RUN-1', 0, 0);
    desk.reading('FT-1', 1_000, 0);
    desk.reading('RUN-1', 2_000, 1);
    expect(story(desk)).toEqual(['raised']);
    expect(desk.capsules.flatMap(judgeAgain)).toEqual([]);
  });

  it('gives its on-delay to what runs up', () => {
    const desk = works({ onDelayMs: 30_000 });
    desk.reading('RUN-1', 0, 0);
    desk.reading('FT-1', 1_000, 0);
    desk.reading('RUN-1', 2_000, 1);
    desk.reading('FT-1', 12_000, 0);
    desk.reading('FT-1', 20_000, 8);
    desk.tickTo(60_000);
    expect(story(desk)).toEqual([]);
  });

  it.each<[string, readonly QualityName[], number]>([
    ['was never heard', [], 2_000],
    ['is doubtful', ['good', 'uncertain'], 2_000],
    ['is void', ['good', 'bad'], 2_000],
    ['fell silent', ['good'], 2 * MINUTE],
  ])('is in force where the machine %s', (_, sent, at) => {
    const desk = works();
    for (const [i, quality] of sent.entries()) desk.reading('RUN-1', i * 1_000, 0, quality);
    desk.reading('FT-1', at, 0);
    expect(standing(desk)).toEqual(['yt/FT-1 low.orange']);
  });

  it('comes into force with the silence of the machine, not with the next value', () => {
    const desk = works();
    desk.reading('RUN-1', 0, 0);
    desk.reading('FT-1', 29_000, 0);
    expect(standing(desk)).toEqual([]);
    desk.tickTo(35_000);
    expect(standing(desk)).toEqual(['yt/FT-1 low.orange']);
  });

  it('lets go of its alarm when the machine stops, as a changed limit does: somebody has to look', () => {
    const desk = works();
    desk.reading('RUN-1', 0, 1);
    desk.reading('FT-1', 1_000, 0);
    desk.reading('RUN-1', 2_000, 0);
    expect(story(desk)).toEqual(['raised', 'limit-changed']);
    expect(desk.hazards).toMatchObject([{ state: 'returned-unacknowledged' }]);
  });

  it('stands through a start as it was until one knows', () => {
    const desk = works();
    desk.reading('RUN-1', 0, 0);
    desk.reading('FT-1', 1_000, 0);
    desk.state = copied(desk.state);
    desk.resumed(2_000, 10_000);
    desk.reading('FT-1', 12_000, 0);
    expect(standing(desk)).toEqual([]);
    desk.reading('RUN-1', 13_000, 1);
    expect(standing(desk)).toEqual(['yt/FT-1 low.orange']);
  });

  it('names a boolean point that is there', () => {
    const alone = new Desk({ points: [pump] });
    expect(alone.configure(pointsChange(flow({ while: 'yt/NONE' })))).toEqual([
      'point yt/FT-1: limits hold while yt/NONE, which is not registered',
    ]);
    expect(alone.configure(pointsChange(flow({ while: 'yt/FT-2' }), flow({}, { id: 'yt/FT-2', tag: 'FT-2' })))).toEqual(
      ['point yt/FT-1: limits hold while yt/FT-2, which is no boolean point'],
    );
  });

  it('is looser than one that always holds', () => {
    const desk = new Desk({ points: [pump, flow({ while: undefined })] });
    desk.configure(pointsChange(flow()), 1_000);
    expect(desk.pending).toEqual(['yt/FT-1 limit-low-orange.while: null → "yt/RUN-1"']);
    expect(limits(desk)).toEqual({ low: { orange: 5 } });
  });
});

describe('a limit that the calendar tightens', () => {
  // T0 is 2025-11-19.
  const from = monthDayOf(T0 + DAY);
  const to = monthDayOf(T0 + 2 * DAY);
  const level = (seasons: object[]) =>
    buildPoint('yt/LT-1', {
      hazard: 'flooding',
      intervalMs: null,
      limits: { high: { orange: { value: 130, clear: 129, seasons } } } as never,
    });
  const flood = { from, to, value: 125, clear: 124 };
  /** Midnight in China is 16:00 UTC. */
  const midnight = (days: number): number =>
    Math.ceil((T0 - 16 * 3_600_000) / DAY) * DAY + 16 * 3_600_000 - T0 + (days - 1) * DAY;

  it('judges what stands already from the first minute of the season', () => {
    const desk = new Desk({ points: [level([flood])] });
    desk.reading('LT-1', 0, 127);
    desk.tickTo(midnight(1) - 1_000);
    expect(story(desk)).toEqual([]);
    desk.tickTo(midnight(1) + 1_000);
    expect(story(desk)).toEqual(['raised']);
    expect(limits(desk, 'yt/LT-1')).toEqual({ high: { orange: 125 } });
  });

  it('lets go of nothing by itself when the season ends: it is a changed limit', () => {
    const desk = new Desk({ points: [level([flood])] });
    desk.reading('LT-1', midnight(1) + MINUTE, 127);
    expect(story(desk)).toEqual(['raised']);
    desk.tickTo(midnight(3) + 1_000);
    expect(story(desk)).toEqual(['raised', 'limit-changed']);
    expect(standing(desk)).toEqual([]);
    expect(limits(desk, 'yt/LT-1')).toEqual({ high: { orange: 130 } });
  });

  it('turns after a start as before it, and once, however often the registry was imported', () => {
    const desk = new Desk({ points: [level([flood])] });
    for (const at of [1_000, 2_000, 3_000]) desk.configure(pointsChange(level([flood])), at);
    desk.state = copied(desk.state);
    desk.resumed(4_000, midnight(1) + MINUTE);
    desk.tickTo(midnight(1) + MINUTE + 2_000);
    expect(limits(desk, 'yt/LT-1')).toEqual({ high: { orange: 125 } });
    expect(desk.state.timers.size).toBeLessThan(8);
  });

  it('goes by the wall clock: one that is set right turns the season at once', () => {
    const desk = new Desk({ points: [level([flood])] });
    desk.reading('LT-1', 0, 127);
    desk.fold({ kind: 'clock', at: desk.state.at, offsetMs: DAY });
    expect(story(desk)).toEqual(['raised']);
  });
});

describe('a day of the year', () => {
  it.each([
    ['2026-01-01T00:00:00+08:00', '01-01'],
    ['2025-12-31T23:59:59+08:00', '12-31'],
    ['2028-02-29T12:00:00+08:00', '02-29'],
    ['2026-03-01T00:00:00+08:00', '03-01'],
    ['2000-02-29T00:00:00+08:00', '02-29'],
    ['2026-06-01T00:00:00+08:00', '06-01'],
  ])('of %s is %s', (text, day) => {
    expect(monthDayOf(Date.parse(text))).toBe(day);
  });

  it('turns at midnight in China, over the turn of the year too', () => {
    const winter = [{ from: '11-15', to: '03-15' }];
    const turn = (text: string): string => new Date(nextTurn(winter, Date.parse(text)) ?? 0).toISOString();
    expect(turn('2026-12-31T23:00:00+08:00')).toBe('2027-03-15T16:00:00.000Z');
    expect(turn('2026-06-01T00:00:00+08:00')).toBe('2026-11-14T16:00:00.000Z');
    expect(nextTurn([{ from: '01-01', to: '12-31' }], 0)).toBeUndefined();
  });
});
