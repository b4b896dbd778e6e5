import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TimerKind } from '../../src/engine/timers.ts';
import { TIMER, Timers } from '../../src/engine/timers.ts';

interface Entry {
  readonly kind: TimerKind;
  readonly ref: number;
  readonly due: number;
}
const entry: fc.Arbitrary<Entry> = fc.record({
  kind: fc.constantFrom<TimerKind>(TIMER.RULE, TIMER.SILENCE, TIMER.GATEWAY, TIMER.ALERT),
  ref: fc.nat(20),
  due: fc.nat(50),
});
const inOrder = (a: Entry, b: Entry) => a.due - b.due || a.kind - b.kind || a.ref - b.ref;

describe('the timer queue', () => {
  it('gives what a sorted list gives, however arming and popping are mixed', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(entry, fc.nat(60))), (acts) => {
        const timers = new Timers();
        let list: Entry[] = [];
        for (const act of acts) {
          if (typeof act !== 'number') {
            timers.arm(act.kind, act.ref, act.due);
            list.push(act);
            continue;
          }
          list.sort(inOrder);
          const expected = list[0] !== undefined && list[0].due <= act ? list[0] : undefined;
          const popped = timers.pop(act);
          expect(popped === undefined ? undefined : { ...popped }).toEqual(expected);
          if (expected !== undefined) list = list.slice(1);
          expect(timers.size).toBe(list.length);
        }
      }),
    );
  });

  it('orders two timers the same whatever others stand between them', () => {
    fc.assert(
      fc.property(fc.array(entry), fc.array(entry), (mine, others) => {
        const drained = (armed: readonly Entry[]) => {
          const timers = new Timers();
          for (const { kind, ref, due } of armed) timers.arm(kind, ref, due);
          const out: Entry[] = [];
          for (let due = timers.pop(50); due !== undefined; due = timers.pop(50)) out.push({ ...due });
          return out;
        };
        const theirs = others.map((other) => ({ ...other, ref: other.ref + 1_000 }));
        const mixed = mine.flatMap((item, i) => (theirs[i] === undefined ? [item] : [theirs[i], item]));
        expect(drained(mixed).filter(({ ref }) => ref < 1_000)).toEqual(drained(mine));
      }),
    );
  });
});
