// An alert keeps what its contributors amount to while single ones change. Whatever happens to it, it stands as if everybody
// in it had been looked at again: graded by the plain ladder, shown by its rank, and the same after a snapshot in the middle.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leave, takeIn } from '../../src/alerts/condition/contributors.ts';
import { Breadth } from '../../src/alerts/grade/breadth.ts';
import { bestFloor } from '../../src/alerts/grade/floors.ts';
import { gradingInputOf } from '../../src/alerts/grade/input.ts';
import { gradeCounted } from '../../src/alerts/grade/ladder.ts';
import { OpenAlert } from '../../src/alerts/open-alert.ts';
import { OpenAlerts } from '../../src/alerts/open-alerts.ts';
import type { PointRecord } from '../../src/alerts/record.ts';
import type { Grade } from '../../src/model/grade.ts';
import type { Level } from '../../src/model/level.ts';
import type { ExtraStep, Floor } from '../../src/model/point.ts';
import { MINUTE_MS, SECOND_MS } from '../../src/model/time.ts';
import * as plain from './plain-ladder.ts';
import { contribution, Desk, GAS } from './scenario.ts';

const SHOWN_MAX = 200;
/** In alarm from the start, beside the few that everything happens to. */
const CROWD = 230;
const FEW = 24;

const floor = (id: string, level: Level, points: number, grade: Grade, source: string): Floor => {
  return { id, level, points, grade, basis: { source, mark: 'OURS' } };
};
/** One floor stated by two sources, twice by one point, at two levels, and one that is met at once. */
const FLOORS: readonly (readonly Floor[])[] = [
  [],
  [floor('two-detectors', 3, 2, 4, 'one standard')],
  [floor('two-detectors', 3, 2, 4, 'another edition'), floor('many', 2, 5, 3, 'ours')],
  [floor('two-detectors', 2, 4, 3, 'a pack'), floor('two-detectors', 3, 2, 4, 'the same pack')],
  [floor('anything', 1, 1, 1, 'ours')],
];

type Event =
  | {
      readonly kind: 'enters';
      readonly slot: number;
      readonly level: Level;
      readonly uncertain: boolean;
      readonly latched: boolean;
      readonly forecast: readonly [number, number] | undefined;
      readonly floors: number;
      readonly fixedGrade: Grade | undefined;
      readonly step: ExtraStep | undefined;
      readonly restsOn: readonly string[];
      readonly transmitter: string | undefined;
    }
  | { readonly kind: 'leaves' | 'goes-blind' | 'sees' | 'is-let-go'; readonly slot: number }
  | { readonly kind: 'snapshot' };
interface Happening {
  readonly afterMs: number;
  readonly event: Event;
}

/** Sources that may come together in a step. */
const SOURCES = ['transmitter T-1', ...Array.from({ length: FEW / 2 }, (_, i) => `point yt-chem/P-${i}`)];

const slot = fc.oneof(fc.nat(FEW - 1), fc.nat(FEW + CROWD - 1));
const rarely = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 4 });
const happening: fc.Arbitrary<Happening> = fc.record({
  afterMs: fc.constantFrom(0, SECOND_MS, 40 * SECOND_MS, 2 * MINUTE_MS, 5 * MINUTE_MS, 20 * MINUTE_MS),
  event: fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('enters' as const),
        slot,
        level: fc.constantFrom<Level>(1, 2, 3),
        uncertain: fc.boolean(),
        latched: fc.boolean(),
        forecast: rarely(fc.tuple(fc.constantFrom(10 * MINUTE_MS, 20 * MINUTE_MS), fc.constantFrom(0.5, 0.9))),
        floors: fc.nat(FLOORS.length - 1),
        fixedGrade: rarely(fc.constantFrom<Grade>(0, 2, 3)),
        step: rarely(fc.constantFrom<ExtraStep>('coupling', 'neighbours')),
        restsOn: fc.subarray(SOURCES),
        transmitter: rarely(fc.constantFrom('T-1', 'T-2')),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constantFrom('leaves' as const, 'goes-blind' as const, 'sees' as const, 'is-let-go' as const),
        slot,
      }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: 'snapshot' as const }) },
  ),
});
/** Two rules of a point each among the few, and a third of some of them in the crowd. */
const pointOf = (slot: number): string => `yt-chem/P-${slot < FEW || slot % 10 === 0 ? slot % (FEW / 2) : slot}`;

interface Watched {
  readonly desk: Desk;
  readonly alert: OpenAlert;
}

function begin(crowd: number): Watched {
  const desk = new Desk();
  const alert = new OpenAlerts().begin(GAS, 'key', { at: desk.at, retrospective: false }, desk);
  for (let slot = FEW; slot < FEW + crowd; slot++) {
    const level = (1 + (slot % 3)) as Level;
    takeIn(alert, contribution({ slot, level, at: desk.at, point: pointOf(slot) }), desk.at, {});
    if (slot % 50 === 0) desk.at += 3 * MINUTE_MS;
  }
  return { desk, alert };
}

function happen({ desk, alert }: Watched, { afterMs, event: e }: Happening): Watched {
  desk.at += afterMs;
  if (e.kind === 'snapshot') return { desk, alert: new OpenAlert(JSON.parse(JSON.stringify(alert.record))) };
  if (e.kind === 'enters') {
    const { level, uncertain, latched, fixedGrade, transmitter, step } = e;
    const [timeToLimitMs, r2] = e.forecast ?? [];
    const together = step && { step, restsOn: e.restsOn, detail: { 'yt-chem/P-0': e.slot } };
    const own = {
      level,
      uncertain,
      latched,
      fixedGrade,
      transmitter,
      ...together,
      timeToLimitMs,
      r2,
      floors: FLOORS[e.floors],
    };
    takeIn(alert, contribution({ ...own, slot: e.slot, at: desk.at, point: pointOf(e.slot) }), desk.at, {});
    return { desk, alert };
  }
  const point = alert.find(e.slot);
  if (point === undefined) return { desk, alert };
  if (e.kind === 'leaves') leave(alert, point, {}, desk.at);
  else if (e.kind === 'is-let-go') leave(alert, { ...point, latched: false }, {}, desk.at);
  else if (point.active) alert.put({ ...point, blindSince: e.kind === 'sees' ? null : desk.at });
  return { desk, alert };
}

/** All in order of appearance; of too many the worst first. */
function worstFirst(points: readonly PointRecord[]): readonly PointRecord[] {
  if (points.length <= SHOWN_MAX) return points;
  const rank = ({ active, level }: PointRecord): number => (active ? 10 : 0) + level;
  return [...points].sort((a, b) => rank(b) - rank(a)).slice(0, SHOWN_MAX);
}

function expectAsLookedAtAgain({ desk, alert }: Watched): void {
  const { points } = alert.record;
  const input = gradingInputOf(alert.record, { sourceClass: 'B' }, desk.at);
  const graded = gradeCounted(alert.counted, { sourceClass: 'B' }, desk.at);
  expect(JSON.stringify(graded)).toBe(JSON.stringify(plain.plainLadder(input)));
  const standing = input.contributors.filter(({ fixedGrade }) => fixedGrade === undefined);
  expect(bestFloor(alert.counted)).toEqual(plain.bestFloor(input.contributors, standing));
  const climbing = standing.filter(({ step }) => step === undefined);
  for (const level of [2, 3] as const) expect(alert.counted.breadthAt(level)).toBe(plain.mostWithin(climbing, level));
  expect(alert.foremost.map((point) => point.slot)).toEqual(worstFirst(points).map((point) => point.slot));
  expect(alert.isActive).toBe(points.some(({ active }) => active));
  expect(alert.isLatched).toBe(points.some(({ latched }) => latched));
  const blind = points.flatMap(({ blindSince }) => (blindSince === null ? [] : [blindSince]));
  expect(alert.blindSince).toBe(blind.length === 0 ? undefined : Math.min(...blind));
}

describe('whoever comes, goes further, leaves, loses sight or is let go', () => {
  it('a few: the alert is at every step what all of them amount to', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
        let watched = begin(0);
        for (const one of happenings) {
          watched = happen(watched, one);
          expectAsLookedAtAgain(watched);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('beside hundreds: the same, and the worst two hundred are shown', () => {
    fc.assert(
      fc.property(fc.array(happening, { minLength: 20, maxLength: 60 }), (happenings) => {
        let watched = begin(CROWD);
        for (const [i, one] of happenings.entries()) {
          watched = happen(watched, one);
          if (i % 7 === 0 || i === happenings.length - 1) expectAsLookedAtAgain(watched);
        }
      }),
      { numRuns: 50 },
    );
  });
});

it('a forecast counts at the level to which another rule of its point goes, however many came in between', () => {
  const { desk, alert } = begin(0);
  const enters = (slot: number, level: Level, point: string, forecast = {}): void => {
    takeIn(alert, contribution({ slot, level, at: desk.at, point, ...forecast }), desk.at, {});
  };
  const trends = (level: 1 | 2) => alert.counted.trendAt(level)?.point;
  enters(0, 1, 'yt-chem/LT-1', { timeToLimitMs: MINUTE_MS, r2: 0.9 });
  for (let slot = 1; slot < 40; slot++) enters(slot, 1, `yt-chem/LT-${slot + 1}`);
  expect([trends(1), trends(2)]).toEqual(['yt-chem/LT-1', undefined]);
  enters(40, 2, 'yt-chem/LT-1');
  expect([trends(1), trends(2)]).toEqual(['yt-chem/LT-1', 'yt-chem/LT-1']);
  leave(alert, alert.find(40)!, {}, desk.at);
  expect([trends(1), trends(2)]).toEqual(['yt-chem/LT-1', undefined]);
});

describe('breadth over a long time', () => {
  it('counts who stands there within five minutes of each other, and remembers nobody who has left', () => {
    const breadth = new Breadth();
    breadth.reached('neighbour', 0);
    for (let minute = 0; minute < 2_000; minute++) {
      breadth.reached('flapping', minute * MINUTE_MS);
      expect(breadth.most).toBe(minute <= 5 ? 2 : 1);
      breadth.left('flapping', minute * MINUTE_MS);
      expect(breadth.most).toBe(1);
    }
    expect(JSON.stringify(breadth).length).toBeLessThan(5_000);
  });

  it('in whatever order they came, as an old record may say, and left', () => {
    const minute = fc.nat(14);
    const standing = fc.record({ source: fc.constantFrom('a', 'b', 'c', 'd'), minute, leaves: fc.boolean() });
    fc.assert(
      fc.property(fc.array(standing, { maxLength: 30 }), (all) => {
        const breadth = new Breadth();
        for (const { source, minute } of all) breadth.reached(source, minute * MINUTE_MS);
        for (const { source, minute, leaves } of all) if (leaves) breadth.left(source, minute * MINUTE_MS);
        const rest = all.filter(({ leaves }) => !leaves);
        const within = rest.map(({ minute: opens }) => {
          const inside = rest.filter(({ minute }) => minute >= opens && minute <= opens + 5);
          return new Set(inside.map(({ source }) => source)).size;
        });
        expect(breadth.most).toBe(Math.max(0, ...within));
      }),
      { numRuns: 500 },
    );
  });
});
