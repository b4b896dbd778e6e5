// How good what a point sends is: for good, and flickering.
import fc from 'fast-check';
import type { QualityName } from '../../../src/model/quality.ts';
import type { Happenings } from './happening.ts';
import { happening } from './happening.ts';
import { TAGS } from './site.ts';

const someTag = fc.constantFrom(...TAGS);
const some = fc.constantFrom<QualityName>('good', 'good', 'bad', 'uncertain', 'test', 'stale');

const becomes: Happenings = fc.tuple(someTag, some).map(([tag, quality]) =>
  happening(`${tag} is ${quality} from now on`, (day) => {
    day.qualities.set(tag, quality);
    if (tag === 'FD-1') day.publish('gw1', ['FD-1']);
  }),
);

const flickers: Happenings = fc
  .tuple(someTag, fc.constantFrom<QualityName>('bad', 'uncertain', 'test'), fc.integer({ min: 1, max: 4 }))
  .map(([tag, quality, times]) =>
    happening(`${tag} flickers between ${quality} and good, ${times} times`, (day) => {
      for (let i = 0; i < times; i++) {
        for (const one of [quality, 'good'] as const) {
          day.qualities.set(tag, one);
          day.pass(1, 0);
        }
      }
    }),
  );

export const qualities: Happenings = fc.oneof(
  { withCrossShrink: true },
  { weight: 3, arbitrary: becomes },
  { weight: 1, arbitrary: flickers },
);
