// What comes again, late or renumbered on the way from a gateway to us.
import fc from 'fast-check';
import { FLAG } from '../../../src/model/reading.ts';
import type { Happenings } from './happening.ts';
import { happening } from './happening.ts';
import { GATEWAYS } from './site.ts';

const back = fc.nat(12);

const again: Happenings = fc.tuple(back, fc.boolean()).map(([n, marked]) =>
  happening(`message ${n} before the last comes again${marked ? ', marked' : ''}`, (day) => {
    day.again(n, marked ? FLAG.REDELIVERED : 0);
  }),
);

/** In other bytes: what a gateway makes of its buffer that knows of no answer. */
const resent: Happenings = fc.tuple(back, fc.integer({ min: 2, max: 4 }), fc.boolean()).map(([n, several, marked]) =>
  happening(`${several} messages from ${n} before the last on come in one${marked ? ', as historical' : ''}`, (day) => {
    const from = Math.max(0, day.messages.length - 1 - n);
    const [first, ...rest] = day.messages.slice(from, from + several);
    if (first === undefined) return;
    const same = [first, ...rest.filter(({ gateway }) => gateway === first.gateway)];
    const flags = marked ? FLAG.HISTORICAL : 0;
    const readings = same.flatMap((message) => message.readings.map((one) => ({ ...one, flags })));
    day.send(readings, day.now, first.gateway);
  }),
);

/** A reading that nobody has seen, of some time ago. */
const backfill: Happenings = fc
  .tuple(fc.constantFrom(30, 60, 1), fc.constantFrom(5_000, 90_000, 1_800_000), fc.boolean(), fc.boolean())
  .map(([value, agoMs, marked, numbered]) =>
    happening(
      `GD-1 showed ${value} ${agoMs / 1_000} s ago${marked ? ', marked' : ''}${numbered ? '' : ', unnumbered'}`,
      (day) => {
        const at = day.now - agoMs - 500;
        const flags = marked ? FLAG.HISTORICAL : 0;
        day.send([{ tag: 'GD-1', at, value, seq: numbered ? 500 : undefined, flags }], day.now);
      },
    ),
  );

const numbers: Happenings = fc.tuple(fc.constantFrom(...GATEWAYS), fc.boolean()).map(([id, numbered]) =>
  happening(`${id} ${numbered ? 'counts anew from 1' : 'sends no numbers'}`, (day) => {
    const gateway = day.gatewayOf(id);
    gateway.numbered = numbered;
    gateway.seq = 1;
  }),
);

export const transport: Happenings = fc.oneof(
  { withCrossShrink: true },
  { weight: 3, arbitrary: again },
  { weight: 3, arbitrary: resent },
  { weight: 3, arbitrary: backfill },
  { weight: 1, arbitrary: numbers },
);
