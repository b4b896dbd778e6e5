// What the process does: values that go up and down, within one message or over many, and what no registry knows.
import fc from 'fast-check';
import type { Happenings } from './happening.ts';
import { happening } from './happening.ts';
import { PUBLISHED, showable, TAGS } from './site.ts';

const gatewayFor = (tag: string): string =>
  Object.keys(PUBLISHED).find((id) => PUBLISHED[id].some((one) => one === tag)) ?? 'gw1';

const shows: Happenings = fc.constantFrom(...TAGS, 'FD-1' as const, 'GD-1' as const).chain((tag) =>
  fc.record({ value: showable(tag), atOnce: fc.boolean() }).map(({ value, atOnce }) =>
    happening(`${tag} shows ${value}${atOnce ? ' at once' : ''}`, (day) => {
      day.show(tag, value);
      if (atOnce && tag !== 'FD-1') day.publish(gatewayFor(tag), [tag]);
    }),
  ),
);

/** Several readings of one point in one message, a second apart, the last one now: what a gateway that batches sends. */
const batch: Happenings = fc.constantFrom(...TAGS).chain((tag) =>
  fc.array(showable(tag), { minLength: 1, maxLength: 6 }).map((values) =>
    happening(`${tag} showed ${values.join(', ')} in one message`, (day) => {
      const id = gatewayFor(tag);
      const gateway = day.gatewayOf(id);
      if (gateway.mode !== 'sending') return;
      const readings = values.map((value, i) => {
        const at = gateway.clock(day.now - 1_000 * (values.length - 1 - i));
        return { tag, at, value, seq: gateway.numbered ? gateway.seq++ : undefined };
      });
      day.values.set(tag, values[values.length - 1]);
      day.deliver({ gateway: id, readings });
    }),
  ),
);

const swings: Happenings = fc.constantFrom(...TAGS).chain((tag) =>
  fc.tuple(showable(tag), showable(tag), fc.integer({ min: 1, max: 4 })).map(([one, other, times]) =>
    happening(`${tag} swings between ${one} and ${other}, ${times} times`, (day) => {
      for (let i = 0; i < times; i++) {
        for (const value of [one, other]) {
          day.show(tag, value);
          day.pass(1, 0);
        }
      }
    }),
  ),
);

/** Long enough for a grade to come down. */
const falls: Happenings = fc.constantFrom('GD-1' as const, 'GD-2' as const).map((tag) =>
  happening(`${tag} is at 60, falls to 30 and stays there for eleven minutes`, (day) => {
    day.show(tag, 60);
    day.pass(5, 0);
    day.show(tag, 30);
    day.pass(66, 0);
  }),
);

const counts: Happenings = fc.constantFrom(1, 5, 15, 200).map((gain) =>
  happening(`CT-1 gains ${gain} a round`, (day) => {
    day.counting = gain;
  }),
);

const stranger: Happenings = fc.constantFrom('unknown tag', 'foreign gateway', 'wrong type', 'no time').map((how) =>
  happening(`a reading of ${how}`, (day) => {
    if (how === 'unknown tag') day.send([{ tag: 'XX-9', at: day.now, value: 60 }], day.now);
    else if (how === 'foreign gateway') day.send([{ tag: 'GD-2', at: day.now, value: 0 }], day.now, 'gw1');
    else if (how === 'wrong type') day.send([{ tag: 'FD-1', at: day.now, value: 7 }], day.now);
    else day.send([{ tag: 'GD-1', value: day.values.get('GD-1') ?? 0 }], day.now);
  }),
);

export const readings: Happenings = fc.oneof(
  { withCrossShrink: true },
  { weight: 16, arbitrary: shows },
  { weight: 6, arbitrary: batch },
  { weight: 4, arbitrary: swings },
  { weight: 2, arbitrary: counts },
  { weight: 2, arbitrary: stranger },
  { weight: 1, arbitrary: falls },
);
