// The memory as a whole: a restart at any moment changes nothing, and no point knows of another.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QUALITY_NAMES } from '../../src/model/quality.ts';
import { storedTables } from '../../src/model/stored-table.ts';
import { POINT_WIDTH, QUIET_BELOW, RuleMemory } from '../../src/rules/memory.ts';
import type { StatedPoint } from '../support/build/point.ts';
import { pointOf, Story } from './harness.ts';

const MINUTE = 60_000;
const trends: Partial<StatedPoint> = {
  preBand: 2,
  deadband: 1,
  onDelayMs: 5_000,
  offDelayMs: 60_000,
  intervalMs: MINUTE,
  forecast: { windowMs: 10 * MINUTE, minR2: 0.3 },
  rateOfChange: { windowMs: 3 * MINUTE, perMinute: 1, direction: 'both' },
};
const points: Partial<StatedPoint>[] = [
  trends,
  { limits: { H: 25, HH: 50 }, span: { min: -5, max: 100 }, latching: true },
  { valueKind: 'boolean', unit: '', limits: {}, criticalWhen: true, intervalMs: null, offDelayMs: 20_000 },
  { ...trends, limits: { H: 70 }, intervalMs: null },
];

const step = fc.record({
  waitMs: fc.constantFrom(0, 1_000, 10_000, 10_000, 10_000, 50_000),
  point: fc.constantFrom(0, 0, 0, 1, 2, 3),
  act: fc.constantFrom('reading', 'reading', 'reading', 'reading', 'tick', 'silence', 'resume', 'change', 'reset'),
  drift: fc.integer({ min: -6, max: 8 }),
  jump: fc.constantFrom(0, 0, 0, 0, 0, 40, -40, 70),
  quality: fc.oneof({ weight: 8, arbitrary: fc.constant('good' as const) }, fc.constantFrom(...QUALITY_NAMES)),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
type Timed = Omit<Step, 'point'> & { readonly point: number; readonly at: number; readonly value: number };

/** Wandering values, so that trends have something to see. */
const steps = fc.array(step, { maxLength: 150, size: 'max' });
const script = fc.tuple(steps, fc.constantFrom(0, 0, 1, -1)).map(([steps, lean]): Timed[] => {
  const values = points.map(() => 40);
  let at = 0;
  return steps.map((one) => {
    at += one.waitMs;
    values[one.point] = Math.max(0, Math.min(100, values[one.point] + one.drift));
    const steady = 40 + (lean * 2 * at) / MINUTE + one.drift / 40;
    const boolean = points[one.point].valueKind === 'boolean';
    return {
      ...one,
      at,
      value: boolean ? Math.abs(one.drift) % 2 : lean === 0 ? values[one.point] + one.jump : steady,
    };
  });
});

function play(story: Story, one: Timed, point = one.point): void {
  if (one.act === 'reading') story.reading(one.at, one.value, one.quality, point);
  else if (one.act === 'tick') story.tick(one.at, one.drift > 0);
  else if (one.act === 'silence') story.silence(one.at, point);
  else if (one.act === 'resume') story.resume(one.at - one.waitMs, one.at);
  else if (one.act === 'reset') story.reset(story.memory.slotsOf(point)[0], one.at);
  else if (points[one.point].valueKind === 'number') {
    story.change({ ...points[one.point], limits: { H: 60 + one.drift, HH: 80 } }, one.at, point);
  }
}

function image(story: Story): string {
  const { header, columns } = story.memory.encode();
  return JSON.stringify([header, columns.map((part) => Buffer.from(part).toString('base64'))]);
}

describe('the memory of the rules', () => {
  it('judges on identically from its own image, taken at any moment', () => {
    fc.assert(
      fc.property(script, fc.nat(150), (steps, cut) => {
        const straight = new Story(...points);
        const stopped = new Story(...points);
        steps.forEach((one, i) => {
          if (i === cut) stopped.restart();
          play(straight, one);
          play(stopped, one);
        });
        expect(stopped.told).toEqual(straight.told);
        expect(image(stopped)).toBe(image(straight));
      }),
      { numRuns: 200 },
    );
  });

  it('knows each point apart from every other', () => {
    const alone = fc.array(script, { minLength: points.length, maxLength: points.length });
    fc.assert(
      fc.property(alone, (scripts) => {
        // A resume is of the whole service, a tick has its own due times: both are left to the other property.
        const own = scripts.map((steps, point) =>
          steps.filter(({ act }) => act !== 'resume' && act !== 'tick').map((one) => ({ ...one, point })),
        );
        const values = own.map((steps, point) =>
          steps.map((one) => (points[point].valueKind === 'boolean' ? { ...one, value: one.value % 2 } : one)),
        );
        const together = new Story(...points);
        const merged = values.flat().sort((a, b) => a.at - b.at || a.point - b.point);
        for (const one of merged) play(together, one);
        const apart = values.map((steps, point) => {
          const story = new Story(...points);
          for (const one of steps) play(story, one);
          return story.memory.slotsOf(point).map((slot) => story.levels()[slot]);
        });
        expect(points.map((_, point) => together.memory.slotsOf(point).map((slot) => together.levels()[slot]))).toEqual(
          apart,
        );
      }),
      { numRuns: 50 },
    );
  });

  it('judges the same with the short way for values at rest closed', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const short = new Story(...points);
        const long = new Story(...points);
        for (const one of steps) {
          play(short, one);
          for (let point = 0; point < points.length; point++) {
            long.memory.points.col.cells[point * POINT_WIDTH + QUIET_BELOW] = Number.NEGATIVE_INFINITY;
          }
          play(long, one);
        }
        expect(long.told).toEqual(short.told);
      }),
      { numRuns: 200 },
    );
  });

  it('goes through something in these scripts', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(script, (steps) => {
        const story = new Story(...points);
        for (const one of steps) play(story, one);
        for (const line of story.told) seen.add(line.replace(/^\d+ (\d:)?/, ''));
      }),
      { numRuns: 600 },
    );
    for (const line of [
      'limits-high none→HH',
      'limits-low H→none',
      'limits-high blind',
      'limits-high sees',
      'boolean HH→none',
    ]) {
      expect([...seen]).toContain(line);
    }
    expect([...seen].some((line) => line.startsWith('forecast none→'))).toBe(true);
    expect([...seen].some((line) => line.startsWith('rate-of-change none→'))).toBe(true);
  });

  it('refuses an image of tables it does not know, and starts a kind empty that the image does not', () => {
    const psychic = new Map([['psychic', { name: 'psychic', rows: 0, columns: [] }]]);
    expect(() => RuleMemory.load({ rules: [], kinds: [], gone: [] }, psychic)).toThrow(
      'table psychic: this version does not know',
    );
    expect(() => RuleMemory.load({ rules: [], kinds: ['psychic'], gone: [] }, new Map())).toThrow('rule kind psychic');
    const { header, columns } = new Story({}).memory.encode();
    const known = new Map(
      [...storedTables(header.tables, columns)].filter(
        ([name]) => name.startsWith('rule-') || name.startsWith('limits'),
      ),
    );
    const loaded = RuleMemory.load({ rules: header.rules, kinds: ['limits-high', 'limits-low'], gone: [] }, known);
    expect(loaded.slotsOf(0)).toEqual([0, 1]);
    loaded.install(pointOf({ forecast: { windowMs: 10 * MINUTE, minR2: 0.5 } }), 0);
    expect(loaded.slotsOf(0)).toEqual([0, 1, 2]);
  });

  it('gives a point without rules no slot, and never gives a slot twice', () => {
    const memory = new RuleMemory();
    memory.install(pointOf({ limits: {} }), 3);
    expect(memory.slotsOf(3)).toEqual([]);
    expect(memory.slotsOf(99)).toEqual([]);
    memory.install(pointOf({}), 3);
    memory.install(pointOf({ limits: {} }), 3);
    memory.install(pointOf({ forecast: { windowMs: MINUTE, minR2: 0.5 } }), 3);
    expect(memory.slotsOf(3)).toEqual([0, 1, 2]);
  });
});
