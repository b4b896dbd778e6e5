// Whole histories: whatever readings come, the engine tells what the reference judge says must be told, in that order, and nothing
// else. FENGHUO_DAYS tries as many times more, FENGHUO_SEED repeats a run.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PointConfig } from '../../src/model/point.ts';
import type { Entry, Quality } from '../oracle/judge.ts';
import { judge } from '../oracle/judge.ts';
import type { SourceClass } from '../oracle/ladder.ts';
import type { StatedLimit } from '../oracle/limit.ts';
import { point } from '../support/build/point.ts';
import { PATIENCE_MS, tried } from '../support/day/runs.ts';
import { Desk, T0 } from '../support/desk.ts';

const SECOND = 1_000;
const INTERVAL_MS = 10 * SECOND;
const TAGS = ['A', 'B', 'C'];
const HIGH = 'overfill';
const LOW = 'low-level';

interface Setting {
  readonly form: 'high' | 'low' | 'both' | 'graded' | 'beside';
  readonly deadband: number;
  readonly onDelayMs: number;
  readonly offDelayMs: number;
  readonly persistenceMs: number;
  readonly inARow: number;
  readonly beyond: boolean;
}
const setting: fc.Arbitrary<Setting> = fc.record({
  form: fc.constantFrom('high', 'low', 'both', 'graded', 'beside'),
  deadband: fc.constantFrom(0, 5),
  onDelayMs: fc.constantFrom(0, 15_000, 40_000),
  offDelayMs: fc.constantFrom(0, 20_000, 60_000),
  persistenceMs: fc.constantFrom(600_000, 45_000),
  inARow: fc.constantFrom(1, 3),
  beyond: fc.boolean(),
});

/** As it is registered, and as it is told to the judge. */
function registered(tag: string, { form, ...s }: Setting): PointConfig {
  const graded = {
    blue: { value: 60, beyond: s.beyond, inARow: s.inARow },
    orange: { value: 75, clear: 70 },
    red: { value: 90, offDelayMs: 5_000, onDelayMs: 15_000, inARow: s.inARow },
  };
  const high = { H: 65, HH: 80 };
  const low = { L: 30, LL: 20 };
  const beside = { high: { red: graded.red }, low: { blue: { value: 30, beyond: s.beyond } } };
  const forms = { high, low, both: { ...high, ...low }, graded: { high: graded }, beside: { ...high, ...beside } };
  const { deadband, onDelayMs, offDelayMs, persistenceMs } = s;
  const own = { limits: forms[form], deadband, onDelayMs, offDelayMs, persistenceMs, intervalMs: INTERVAL_MS };
  return point(tag, { ...own, hazard: HIGH, hazardLow: LOW, span: undefined, plausible: undefined });
}

function stated(tag: string, { form, ...s }: Setting) {
  const { deadband, onDelayMs, offDelayMs } = s;
  const limit = (side: 1 | -1, steps: StatedLimit['steps'], over: Partial<StatedLimit> = {}): StatedLimit => {
    const hazard = side > 0 ? HIGH : LOW;
    return { hazard, side, steps, inARow: 1, onDelayMs, offDelayMs, red: false, ...over };
  };
  const step = (side: 1 | -1, level: number, at: number, over: { clear?: number; beyond?: boolean } = {}) => {
    // Strictly beyond, and without a deadband, it does not stand at its own value either.
    const clear = deadband === 0 && over.beyond ? at + side * 0.5 : at - side * deadband;
    return { level, at, clear, ...over };
  };
  const quickHigh = limit(1, [step(1, 2, 65), step(1, 3, 80)]);
  const quickLow = limit(-1, [step(-1, 2, 30), step(-1, 3, 20)]);
  const red = limit(1, [step(1, 3, 90)], { onDelayMs: 15_000, offDelayMs: 5_000, inARow: s.inARow, red: true });
  const blue = limit(1, [step(1, 1, 60, { beyond: s.beyond })], { inARow: s.inARow });
  const lowBlue = limit(-1, [step(-1, 1, 30, { beyond: s.beyond })]);
  const orange = limit(1, [step(1, 3, 75, { clear: 70 })]);
  const limits = { high: [quickHigh], low: [quickLow], both: [quickHigh, quickLow], graded: [blue, orange, red] };
  const own = form === 'beside' ? [quickHigh, red, lowBlue] : limits[form];
  return {
    id: `yt/${tag}`,
    hazards: [HIGH, LOW],
    intervalMs: INTERVAL_MS,
    persistenceMs: s.persistenceMs,
    limits: own,
  };
}

/** Something a point shows from now on, or somebody answers; then so many rounds in which everybody reports. */
interface Act {
  readonly who: number;
  readonly what: 'shows' | 'mute' | 'answer';
  readonly value: number;
  readonly quality: Quality;
  readonly rounds: number;
}
const act: fc.Arbitrary<Act> = fc.record({
  who: fc.nat(2),
  what: fc.oneof(
    { weight: 10, arbitrary: fc.constant('shows' as const) },
    { weight: 1, arbitrary: fc.constant('mute' as const) },
    { weight: 2, arbitrary: fc.constant('answer' as const) },
  ),
  value: fc.constantFrom(50, 61, 60, 63, 66, 65, 72, 76, 82, 80, 78, 91, 88, 29, 30, 33, 15, 22),
  quality: fc.oneof(
    { weight: 8, arbitrary: fc.constant('good' as const) },
    { weight: 2, arbitrary: fc.constant('uncertain' as const) },
    { weight: 1, arbitrary: fc.constantFrom('bad' as const, 'test' as const, 'stale' as const) },
  ),
  rounds: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 7 }) },
    { weight: 1, arbitrary: fc.constantFrom(20, 65) },
  ),
});

/** Each reports in a tenth of a second of its own: what falls due at one instant has no order that the documents state. */
const offsetOf = (who: number): number => 100 + 230 * who;

function entriesOf(acts: readonly Act[], count: number): Entry[] {
  const entries: Entry[] = [];
  const shown = TAGS.slice(0, count).map(() => ({ value: 50, quality: 'good' as Quality, mute: false }));
  let at = INTERVAL_MS;
  const round = () => {
    for (const [who, { value, quality, mute }] of shown.entries())
      if (!mute) entries.push({ at: at + offsetOf(who), point: `yt/${TAGS[who]}`, value, quality });
    at += INTERVAL_MS;
  };
  round();
  for (const { who, what, value, quality, rounds } of acts) {
    const one = shown[who % count];
    if (what === 'shows') Object.assign(one, { value, quality, mute: false });
    if (what === 'mute') one.mute = true;
    if (what === 'answer') entries.push({ at: at - SECOND, acknowledge: value % 2 === 0 ? HIGH : LOW });
    for (let i = 0; i < rounds; i++) round();
  }
  return entries;
}

function played(points: readonly PointConfig[], sourceClass: SourceClass, entries: readonly Entry[], until: number) {
  const desk = new Desk({ points, class: sourceClass, observers: { [HIGH]: 0, [LOW]: 0 } });
  for (const entry of entries) {
    if (!('acknowledge' in entry)) desk.reading(entry.point, entry.at, entry.value, entry.quality);
    else {
      desk.tickTo(entry.at);
      const alert = desk.hazards.find(({ hazard }) => hazard === entry.acknowledge);
      if (alert !== undefined && !alert.acked) desk.command('acknowledge', alert, entry.at);
    }
  }
  desk.tickTo(until);
  return desk.transitions
    .filter(({ alert }) => alert.kind === 'hazard')
    .map(({ at, change, alert, to, points: several, point: one }) =>
      `${at - T0} ${alert.hazard}: ${change} ${alert.grade} ${to} ${(several ?? (one === undefined ? [] : [one])).join(' ')}`.trim(),
    );
}

/** Of each alert by itself: between two of them the documents state no order. */
const byHazard = (history: readonly string[]) =>
  [HIGH, LOW].map((hazard) => history.filter((line) => line.includes(`${hazard}:`)));

const story = fc.record({
  sourceClass: fc.constantFrom<SourceClass>('C', 'B', 'A'),
  settings: fc.array(setting, { minLength: 1, maxLength: 3 }),
  acts: fc.array(act, { minLength: 1, maxLength: 30, size: 'max' }),
});

it('every history is the one that the documents give', { timeout: PATIENCE_MS }, () => {
  fc.assert(
    fc.property(story, ({ sourceClass, settings, acts }) => {
      const entries = entriesOf(acts, settings.length);
      const until = (entries.at(-1)?.at ?? 0) + 120 * SECOND;
      const points = settings.map((one, i) => stated(TAGS[i], one));
      const expected = judge({ sourceClass, points }, entries, until);
      const found = played(
        settings.map((one, i) => registered(TAGS[i], one)),
        sourceClass,
        entries,
        until,
      );
      expect(byHazard(found)).toEqual(byHazard(expected));
    }),
    tried(150),
  );
});
