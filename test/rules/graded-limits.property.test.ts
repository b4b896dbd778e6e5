// Graded limits against a judge that keeps the whole history and reads it anew after every event: slow and plain. Each limit has
// its own value, clear value, readings in a row and delays, and no limit changes what another one says.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QualityName } from '../../src/model/quality.ts';
import { QUALITY_NAMES } from '../../src/model/quality.ts';
import { Story } from './harness.ts';

type Event =
  | { readonly kind: 'reading'; readonly at: number; readonly value: number; readonly quality: QualityName }
  | { readonly kind: 'tick'; readonly at: number }
  | { readonly kind: 'silence'; readonly at: number };

interface Limit {
  readonly value: number;
  readonly clear?: number | undefined;
  readonly beyond: boolean;
  readonly inARow: number;
  readonly onDelayMs: number;
  readonly offDelayMs: number;
}

const quality = fc.oneof({ weight: 6, arbitrary: fc.constant<QualityName>('good') }, fc.constantFrom(...QUALITY_NAMES));
const value = fc.constantFrom(50, 78, 80, 82, 86, 90, 95);
const event = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('reading' as const), value, quality }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('tick' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('silence' as const) }) },
);
const events = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 4 }), event), { maxLength: 60, size: 'max' })
  .map((steps): Event[] => {
    let at = 0;
    return steps.map(([seconds, one]) => {
      at += seconds * 1_000;
      return { ...one, at };
    });
  });
const delay = fc.constantFrom(0, 1_000, 3_000, 5_000);
const limit = (at: number, clears: readonly number[]): fc.Arbitrary<Limit> =>
  fc.record({
    value: fc.constant(at),
    clear: fc.constantFrom(undefined, ...clears),
    beyond: fc.boolean(),
    inARow: fc.constantFrom(1, 1, 2, 3),
    onDelayMs: delay,
    offDelayMs: delay,
  });
const side = fc.record({ yellow: limit(80, [80, 78]), orange: limit(86, [84, 80]), red: limit(90, [90, 86]) });
type Side = typeof side extends fc.Arbitrary<infer T> ? T : never;

/** Whether the limit is reached as the history stands, delays apart. Only good readings take it back. */
function isReached(
  history: readonly Event[],
  { value: at, clear = Number.POSITIVE_INFINITY, beyond, inARow }: Limit,
): boolean {
  let reached = false;
  let row = 0;
  for (const one of history) {
    if (one.kind !== 'reading' || (one.quality !== 'good' && one.quality !== 'uncertain')) continue;
    const isMet = beyond ? one.value > at : one.value >= at;
    if (isMet) row++;
    else if (one.quality === 'good' && !(reached && one.value >= clear)) [row, reached] = [0, false];
    if (row >= inARow) reached = true;
  }
  return reached;
}

/** The event since which something has been so at the end of every event up to the last; undefined where it is not so now. */
function since(history: readonly Event[], isSo: (i: number) => boolean | undefined): number | undefined {
  let from: number | undefined;
  history.forEach(({ at }, i) => {
    const so = isSo(i);
    if (so !== undefined) from = so ? (from ?? at) : undefined;
  });
  return from;
}

/** Whether the limit stands after each event: read from the history alone. */
function reference(history: readonly Event[], of: Limit): boolean[] {
  const reached = history.map((_, i) => isReached(history.slice(0, i + 1), of));
  const run = (end: number) => since(history.slice(0, end), (i) => reached[i]);
  const calm = (end: number) =>
    since(history.slice(0, end), (i) => {
      const one = history[i];
      return one.kind === 'tick' ? undefined : one.kind === 'reading' && one.quality === 'good' && !reached[i];
    });
  let stands = false;
  return history.map(({ kind, at }, i) => {
    const before = run(i);
    if (kind !== 'silence' && before !== undefined && at - before >= of.onDelayMs) stands = true;
    if (kind !== 'reading') return stands;
    const after = run(i + 1);
    if (after !== undefined && at - after >= of.onDelayMs) stands = true;
    const calmFrom = calm(i + 1);
    if (calmFrom !== undefined && at - calmFrom >= of.offDelayMs) stands = false;
    return stands;
  });
}

const mirrored = (value: number): number => 100 - value;
const lowOf = (limit: Limit): Limit => ({
  ...limit,
  value: mirrored(limit.value),
  clear: limit.clear === undefined ? undefined : mirrored(limit.clear),
});

function play(story: Story, one: Event, isLow: boolean): void {
  if (one.kind === 'reading') story.reading(one.at, isLow ? mirrored(one.value) : one.value, one.quality);
  else if (one.kind === 'tick') story.tick(one.at);
  else story.silence(one.at);
}

/** Whether each limit stands after each event, by the rules as they are. */
function judged(history: readonly Event[], limits: Partial<Side>, isLow: boolean): Record<string, boolean[]> {
  const stated = Object.entries(limits).map(([grade, one]) => [grade, isLow ? lowOf(one) : one]);
  const story = new Story({ limits: { [isLow ? 'low' : 'high']: Object.fromEntries(stated) } as never });
  const found: Record<string, boolean[]> = Object.fromEntries(stated.map(([grade]) => [grade, []]));
  for (const one of history) {
    play(story, one, isLow);
    for (const grade of Object.keys(found))
      found[grade].push(story.level(`limit-${isLow ? 'low' : 'high'}-${grade}`) !== 'none');
  }
  return found;
}

describe('graded limits', () => {
  it('stand as the whole history says, each by itself, on either side', () => {
    fc.assert(
      fc.property(events, side, fc.boolean(), (history, limits, isLow) => {
        const expected = Object.fromEntries(
          Object.entries(limits).map(([grade, one]) => [grade, reference(history, one)]),
        );
        expect(judged(history, limits, isLow)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('say what they say whether or not there are others beside them', () => {
    fc.assert(
      fc.property(events, side, (history, limits) => {
        const { red, orange } = judged(history, limits, false);
        expect(judged(history, { red: limits.red }, false)).toEqual({ red });
        expect(judged(history, { orange: limits.orange }, false)).toEqual({ orange });
      }),
      { numRuns: 100 },
    );
  });

  it('are lowered by nothing but a good reading', () => {
    fc.assert(
      fc.property(events, side, (history, limits) => {
        for (const stands of Object.values(judged(history, limits, false)))
          history.forEach((one, i) => {
            if (one.kind !== 'reading' || one.quality !== 'good')
              expect(stands[i]).toBe(stands[i] || stands[i - 1] === true);
          });
      }),
      { numRuns: 100 },
    );
  });
});
