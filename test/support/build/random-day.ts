// Random histories for property tests: every kind of input the engine takes, in words a counterexample can be read in.
import fc from 'fast-check';
import type { QualityName } from '../../../src/model/quality.ts';
import type { Tag } from './random-plant.ts';
import { TAGS } from './random-plant.ts';

const HOUR = 3_600_000;

/** One thing that happens `afterMs` after the one before. */
export interface Act {
  readonly afterMs: number;
  readonly what:
    | {
        readonly kind: 'reading';
        readonly tag: Tag;
        readonly value: number;
        readonly quality: QualityName;
        readonly lagMs: number;
        readonly seq: boolean;
      }
    | { readonly kind: 'batch'; readonly tag: Tag; readonly values: readonly number[]; readonly lagMs: number }
    | { readonly kind: 'clock'; readonly tag: Tag; readonly value: number; readonly aheadMs: number }
    | { readonly kind: 'again'; readonly back: number }
    | { readonly kind: 'unknown'; readonly tag: string }
    | { readonly kind: 'gateway'; readonly id: string; readonly online: boolean }
    | { readonly kind: 'acknowledge' | 'reset' | 'verify' | 'close'; readonly pick: number; readonly staleSeq: boolean }
    | { readonly kind: 'resumed'; readonly downMs: number }
    | { readonly kind: 'limits'; readonly tag: 'GD-1' | 'GD-2'; readonly H: number }
    | { readonly kind: 'server-clock'; readonly offsetMs: number };
}

export const gasValue = fc.constantFrom(-20, 0, 3, 20, 24, 26, 30, 49, 51, 60, 99, 130);
const tankValue = fc.constantFrom(-1, 2, 7, 12, 30, 50, 70, 84, 86, 88, 91, 104);

function valueFor(tag: Tag): fc.Arbitrary<number> {
  if (tag === 'FD-1') return fc.constantFrom(0, 1);
  return tag === 'TK-1' ? tankValue : gasValue;
}

const someTag = fc.constantFrom(...TAGS);
const quality = fc.oneof(
  { weight: 8, arbitrary: fc.constant<QualityName>('good') },
  { weight: 2, arbitrary: fc.constantFrom<QualityName>('uncertain', 'bad', 'test', 'stale') },
);
const lagMs = fc.constantFrom(0, 0, 0, 500, 5_000, 90_000);

const reading = someTag.chain((tag) =>
  fc.record({
    kind: fc.constant('reading' as const),
    tag: fc.constant(tag),
    value: valueFor(tag),
    quality,
    lagMs,
    seq: fc.boolean(),
  }),
);
const batch = someTag.chain((tag) =>
  fc.record({
    kind: fc.constant('batch' as const),
    tag: fc.constant(tag),
    values: fc.array(valueFor(tag), { minLength: 1, maxLength: 6 }),
    lagMs,
  }),
);
const wrongClock = someTag.chain((tag) =>
  fc.record({
    kind: fc.constant('clock' as const),
    tag: fc.constant(tag),
    value: valueFor(tag),
    aheadMs: fc.constantFrom(600_000, -600_000, 86_400_000),
  }),
);
const rare: fc.Arbitrary<Act['what']> = fc.oneof(
  fc.record({ kind: fc.constant('again' as const), back: fc.nat(12) }),
  fc.record({ kind: fc.constant('unknown' as const), tag: fc.constantFrom('GD-9', 'x') }),
  fc.record({ kind: fc.constant('gateway' as const), id: fc.constantFrom('gw1', 'gw2'), online: fc.boolean() }),
  fc.record({
    kind: fc.constantFrom(
      'acknowledge' as const,
      'acknowledge' as const,
      'reset' as const,
      'verify' as const,
      'close' as const,
    ),
    pick: fc.nat(5),
    staleSeq: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('resumed' as const), downMs: fc.constantFrom(1_000, 45_000, 2 * HOUR) }),
  fc.record({
    kind: fc.constant('limits' as const),
    tag: fc.constantFrom('GD-1' as const, 'GD-2' as const),
    H: fc.constantFrom(10, 20, 25, 40),
  }),
  fc.record({ kind: fc.constant('server-clock' as const), offsetMs: fc.constantFrom(0, 3_600_000) }),
);

const what: fc.Arbitrary<Act['what']> = fc.oneof(
  { weight: 10, arbitrary: reading },
  { weight: 4, arbitrary: batch },
  { weight: 1, arbitrary: wrongClock },
  { weight: 5, arbitrary: rare },
);
const afterMs = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(0, 200, 1_000, 5_000, 10_000) },
  { weight: 2, arbitrary: fc.constantFrom(30_000, 61_000) },
  { weight: 1, arbitrary: fc.constantFrom(700_000) },
);

export function histories(maxLength = 40): fc.Arbitrary<Act[]> {
  return fc.array(fc.record({ afterMs, what }), { minLength: 1, maxLength });
}

/** Readings only: no commands, no restarts, no changes of configuration. */
export function readingHistories(maxLength = 40): fc.Arbitrary<Act[]> {
  const only: fc.Arbitrary<Act['what']> = fc.oneof(
    { weight: 10, arbitrary: reading },
    { weight: 4, arbitrary: batch },
    { weight: 1, arbitrary: wrongClock },
  );
  return fc.array(fc.record({ afterMs, what: only }), { minLength: 1, maxLength });
}

/** Every kind of point has been seen, so that an old reading is an old reading. */
const SEEN: Act[] = (['GD-1', 'GD-2', 'TK-1'] as const).map((tag) => ({
  afterMs: 0,
  what: { kind: 'reading', tag, value: 20, quality: 'good', lagMs: 0, seq: true },
}));
const seenFire: Act = {
  afterMs: 0,
  what: { kind: 'reading', tag: 'FD-1', value: 0, quality: 'good', lagMs: 0, seq: true },
};
/** A day on which all of them have been seen. */
export const day = readingHistories(25).map((acts) => [...SEEN, seenFire, ...acts]);

/** One reading that tells nothing good: spoiled, repeated by the transport, or older than what is known. */
export interface Spoiled {
  readonly afterMs: number;
  readonly tag: Tag;
  readonly value: number;
  readonly how: QualityName | 'again' | 'back-filled' | 'old number';
  readonly back: number;
}
export const spoiled: fc.Arbitrary<Spoiled[]> = fc.array(
  fc.record({
    afterMs: fc.constantFrom(0, 1_000, 10_000, 61_000, 400_000),
    tag: someTag,
    value: gasValue,
    how: fc.constantFrom<Spoiled['how']>('bad', 'test', 'stale', 'uncertain', 'again', 'back-filled', 'old number'),
    back: fc.nat(6),
  }),
  { maxLength: 15 },
);
