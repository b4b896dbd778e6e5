// Delays and holds against a reference that keeps the whole history and reads it anew for every level: slow and plain.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QualityName } from '../../src/model/quality.ts';
import { QUALITY_NAMES } from '../../src/model/quality.ts';
import { Story } from './harness.ts';

type Event =
  | { readonly kind: 'reading'; readonly at: number; readonly value: number; readonly quality: QualityName }
  | { readonly kind: 'tick'; readonly at: number }
  | { readonly kind: 'silence'; readonly at: number };

const LIMITS = { PRE: 80, H: 85, HH: 90 };
const THRESHOLDS = [LIMITS.PRE, LIMITS.H, LIMITS.HH];
const config = (onDelayMs: number, offDelayMs: number) => ({
  limits: { H: LIMITS.H, HH: LIMITS.HH },
  preBand: LIMITS.H - LIMITS.PRE,
  onDelayMs,
  offDelayMs,
});

const quality = fc.oneof({ weight: 6, arbitrary: fc.constant<QualityName>('good') }, fc.constantFrom(...QUALITY_NAMES));
const value = fc.constantFrom(50, 82, 86, 95);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('reading' as const), value, quality }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('tick' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('silence' as const) }) },
);
const events = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 4 }), step), { maxLength: 60, size: 'max' })
  .map((steps): Event[] => {
    let at = 0;
    return steps.map(([seconds, one]) => {
      at += seconds * 1_000;
      return { ...one, at };
    });
  });
const delay = fc.constantFrom(0, 1_000, 3_000, 5_000);

/** Level after every event, found by reading the history for each level on its own. */
function reference(history: readonly Event[], onDelayMs: number, offDelayMs: number): number[] {
  const standing = THRESHOLDS.map((threshold) => judgeOne(history, threshold, onDelayMs, offDelayMs));
  return history.map((_, i) => standing.filter((confirmed) => confirmed[i]).length);
}

function judgeOne(history: readonly Event[], threshold: number, onDelayMs: number, offDelayMs: number): boolean[] {
  let confirmed = false;
  return history.map((event, i) => {
    const run = runBefore(history.slice(0, i), threshold);
    if (event.kind !== 'silence' && run !== undefined && event.at - run >= onDelayMs) confirmed = true;
    if (event.kind !== 'reading') return confirmed;
    const after = runBefore(history.slice(0, i + 1), threshold);
    if (after !== undefined && event.at - after >= onDelayMs) confirmed = true;
    const calm = calmSince(history.slice(0, i + 1), threshold);
    if (calm !== undefined && event.at - calm >= offDelayMs) confirmed = false;
    return confirmed;
  });
}

/** When the run of "at or above" that lasts to the end of the history began. Only a good reading below ends a run. */
function runBefore(history: readonly Event[], threshold: number): number | undefined {
  let began: number | undefined;
  for (const event of history) {
    if (event.kind !== 'reading') continue;
    if (event.value >= threshold && (event.quality === 'good' || event.quality === 'uncertain')) began ??= event.at;
    else if (event.quality === 'good') began = undefined;
  }
  return began;
}

/** When the unbroken run of good readings below that ends the history began. */
function calmSince(history: readonly Event[], threshold: number): number | undefined {
  let since: number | undefined;
  for (const event of history) {
    if (event.kind === 'tick') continue;
    const calm = event.kind === 'reading' && event.quality === 'good' && event.value < threshold;
    since = calm ? (since ?? event.at) : undefined;
  }
  return since;
}

function play(story: Story, event: Event): void {
  if (event.kind === 'reading') story.reading(event.at, event.value, event.quality);
  else if (event.kind === 'tick') story.tick(event.at);
  else story.silence(event.at);
}

function levels(history: readonly Event[], onDelayMs: number, offDelayMs: number): number[] {
  const story = new Story(config(onDelayMs, offDelayMs));
  return history.map((event) => {
    play(story, event);
    return story.levels()[0];
  });
}

describe('delays and holds', () => {
  it('are what the whole history says', () => {
    fc.assert(
      fc.property(events, delay, delay, (history, onDelayMs, offDelayMs) => {
        expect(levels(history, onDelayMs, offDelayMs)).toEqual(reference(history, onDelayMs, offDelayMs));
      }),
      { numRuns: 500 },
    );
  });

  it('lower nothing but by a good reading below', () => {
    fc.assert(
      fc.property(events, delay, delay, (history, onDelayMs, offDelayMs) => {
        const found = levels(history, onDelayMs, offDelayMs);
        history.forEach((event, i) => {
          const calm = event.kind === 'reading' && event.quality === 'good';
          if (!calm) expect(found[i]).toBeGreaterThanOrEqual(found[i - 1] ?? 0);
        });
      }),
    );
  });

  it('never stand lower for readings within the limits that were spoiled or lost', () => {
    const fate = fc.array(fc.constantFrom('kept', 'lost', 'uncertain', 'bad', 'test', 'stale'), {
      minLength: 60,
      maxLength: 60,
    });
    fc.assert(
      fc.property(events, fate, delay, delay, (history, fates, onDelayMs, offDelayMs) => {
        const before = levels(history, onDelayMs, offDelayMs);
        const story = new Story(config(onDelayMs, offDelayMs));
        history.forEach((event, i) => {
          const mine = fates[i];
          const within = event.kind === 'reading' && event.quality === 'good' && event.value < LIMITS.PRE;
          if (!within || mine === 'kept') play(story, event);
          // A reading that never came leaves engine time to go on.
          else if (mine === 'lost') play(story, { kind: 'tick', at: event.at });
          else play(story, { ...event, quality: mine });
          expect(story.levels()[0]).toBeGreaterThanOrEqual(before[i]);
        });
      }),
      { numRuns: 300 },
    );
  });
});
