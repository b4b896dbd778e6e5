// Clocks that go wrong: a gateway's in every way one may, and our own that is stepped.
import fc from 'fast-check';
import { T0 } from '../desk.ts';
import type { Happenings } from './happening.ts';
import { happening } from './happening.ts';
import type { Clock } from './plant-day.ts';
import { RIGHT } from './plant-day.ts';
import { GATEWAYS } from './site.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const by =
  (offMs: number): Clock =>
  (now) =>
    now + offMs;

/** Each from the moment it is set. */
const CLOCKS: Readonly<Record<string, (since: number) => Clock>> = {
  right: () => RIGHT,
  'a little slow': () => by(-3_000),
  'two minutes slow': () => by(-2 * MINUTE),
  'eight hours slow': () => by(-8 * HOUR),
  'ten minutes fast': () => by(10 * MINUTE),
  'a year fast': () => by(365 * 24 * HOUR),
  'in whole seconds': () => (now) => Math.floor(now / 1_000) * 1_000,
  'in whole minutes': () => (now) => Math.floor(now / MINUTE) * MINUTE,
  stopped: (since) => () => since,
  'losing a second in ten': (since) => (now) => since + Math.floor((now - since) * 0.9),
  'in seconds, not ms': () => (now) => (T0 + now) / 1_000 - T0,
  'back in 1970': (since) => (now) => now - since - T0,
};

const gatewayClock: Happenings = fc
  .tuple(fc.constantFrom(...Object.keys(CLOCKS)), fc.constantFrom(...GATEWAYS))
  .map(([name, id]) =>
    happening(`the clock of ${id} is ${name}`, (day) => {
      day.gatewayOf(id).clock = CLOCKS[name](day.now);
    }),
  );

const ours: Happenings = fc.constantFrom(0, HOUR, -5 * MINUTE).map((offsetMs) =>
  happening(`our own clock is off by ${offsetMs / MINUTE} min`, (day) => {
    day.fold({ kind: 'clock', at: day.state.at, offsetMs });
  }),
);

export const clocks: Happenings = fc.oneof(
  { withCrossShrink: true },
  { weight: 4, arbitrary: gatewayClock },
  { weight: 1, arbitrary: ours },
);
