/**
 * Random plants and random histories for property tests: every kind of input the engine takes, in words a counterexample
 * can be read in. It asserts nothing.
 */

import fc from 'fast-check';
import type { PointConfig } from '../../src/model/point.ts';
import { limitsOf } from '../../src/model/point.ts';
import type { QualityName } from '../../src/model/quality.ts';
import { FLAG, NO_SEQ } from '../../src/model/reading.ts';
import type { SourceClass } from '../../src/model/source.ts';
import type { Plant } from './plant.ts';
import { Desk, point, pointsChange } from './plant.ts';
import { restated } from './rule-fields.ts';

const HOUR = 3_600_000;

const TAGS = ['GD-1', 'GD-2', 'TK-1', 'FD-1'] as const;
export type Tag = (typeof TAGS)[number];
/** Who publishes what: the tank gauge through both gateways. */
export const GATEWAY_OF: Readonly<Record<Tag, string>> = { 'GD-1': 'gw1', 'GD-2': 'gw2', 'TK-1': 'gw1', 'FD-1': 'gw1' };

export interface PlantOptions {
  /** Every reporting point once an hour: silence plays no part in the first three hours. */
  readonly slow?: boolean;
  /** The fire detector has an off-delay: time alone ends its alarm while its gateway is online. */
  readonly timed?: boolean;
}

const delay = fc.constantFrom(0, 0, 15_000, 40_000);

/** Two gas detectors, a tank gauge with both sides and trends, a fire detector that speaks only when something changes. */
export function plants({ slow = false, timed = false }: PlantOptions = {}): fc.Arbitrary<Plant> {
  return fc
    .record({
      sourceClass: fc.constantFrom<SourceClass>('A', 'B', 'C'),
      observers: fc.constantFrom(1, 2),
      onDelayMs: delay,
      offDelayMs: delay,
      deadband: fc.constantFrom(0, 3),
      latching: fc.boolean(),
      persistenceMs: fc.constantFrom(30_000, 600_000),
      transmitter: fc.boolean(),
    })
    .map((choice) => {
      const { onDelayMs, offDelayMs, deadband, latching, persistenceMs } = choice;
      const intervalMs = slow ? HOUR : 10_000;
      const same = { intervalMs, onDelayMs, offDelayMs, deadband, persistenceMs };
      const gas = { ...same, latching, ...(choice.transmitter ? { transmitter: 't1' } : {}) };
      const points: PointConfig[] = [
        point('GD-1', gas),
        point('GD-2', { ...gas, gateways: ['gw2'] }),
        point('TK-1', {
          ...same,
          hazard: 'overfill',
          type: 'tank_level_pct',
          limits: { LL: 5, L: 10, H: 85, HH: 90 },
          gateways: ['gw1', 'gw2'],
          forecast: { windowMs: 120_000, minR2: 0.6 },
          rateOfChange: { windowMs: 60_000, perMinute: 20, direction: 'both' },
        }),
        point('FD-1', {
          ...same,
          hazard: 'fire',
          type: 'flame_detect',
          valueKind: 'boolean',
          unit: '',
          intervalMs: null,
          limits: {},
          criticalWhen: true,
          ...(timed ? {} : { offDelayMs: 0 }),
        }),
      ];
      const observers = { 'flammable-gas': choice.observers };
      return { points, class: choice.sourceClass, observers, gateways: ['gw1', 'gw2'] };
    });
}

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

export const someTag = fc.constantFrom(...TAGS);
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

/** Lets it happen. `twice`: the transport hands over every message a second time. */
export function play(desk: Desk, acts: readonly Act[], twice = false): void {
  for (const act of acts) {
    const at = desk.now + act.afterMs;
    happen(desk, act.what, at);
    if (!twice || !('tag' in act.what) || act.what.kind === 'limits' || act.what.kind === 'unknown') continue;
    const last = desk.inputs[desk.inputs.length - 1];
    if (last.kind === 'readings') desk.fold(structuredClone(last));
  }
}

function happen(desk: Desk, event: Act['what'], at: number): void {
  switch (event.kind) {
    case 'reading': {
      const { tag, value, quality: sent, seq } = event;
      const taken = at - event.lagMs;
      desk.send(
        [{ tag, at: taken, value, quality: sent, seq: seq ? Math.floor(taken / 100) + 1_000_000 : NO_SEQ }],
        at,
        GATEWAY_OF[tag],
      );
      return;
    }
    case 'batch': {
      const first = at - event.lagMs - 1_000 * event.values.length;
      const rows = event.values.map((value, i) => ({ tag: event.tag, at: first + 1_000 * i, value }));
      desk.send(rows, at, GATEWAY_OF[event.tag]);
      return;
    }
    case 'clock':
      desk.send([{ tag: event.tag, at: at + event.aheadMs, value: event.value }], at, GATEWAY_OF[event.tag]);
      return;
    case 'again':
      sendAgain(desk, event.back, at);
      return;
    case 'unknown':
      desk.send([{ tag: event.tag, at, value: 60 }], at);
      return;
    case 'gateway':
      desk.gateway(event.online, at, event.id);
      return;
    case 'resumed':
      desk.resumed(at, at + event.downMs);
      return;
    case 'limits': {
      const number = desk.state.registry.pointNumbers.get(`yt/${event.tag}`);
      const config = desk.state.registry.points[number ?? 0];
      desk.configure(pointsChange(restated(config, { limits: { ...limitsOf(config), H: event.H } })), at);
      return;
    }
    case 'server-clock':
      desk.tickTo(at);
      desk.fold({ kind: 'clock', at: desk.state.at, offsetMs: event.offsetMs });
      return;
    default: {
      const { open } = desk;
      if (open.length === 0) return;
      const alert = open[event.pick % open.length];
      desk.command(event.kind, alert, at, {
        cause: 'real',
        level: 'province',
        ...(event.staleSeq ? { seenSeq: alert.seq - 1 } : {}),
      });
    }
  }
}

/** An earlier message once more, marked by the transport as one. */
function sendAgain(desk: Desk, back: number, at: number): void {
  const messages = desk.inputs.filter((input) => input.kind === 'readings');
  const before = messages[messages.length - 1 - back];
  if (before === undefined) return;
  const again = structuredClone(before.batch);
  desk.tickTo(at);
  const flags = again.flags.map((bits) => bits | FLAG.REDELIVERED);
  const batchAgain = { ...again, receivedAt: desk.state.at, flags };
  desk.fold({ kind: 'readings', at: desk.state.at, batch: batchAgain });
}

export function deskOf(plant: Plant, acts: readonly Act[] = []): Desk {
  const desk = new Desk(plant);
  play(desk, acts);
  return desk;
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
