// Replay anywhere: cut any day anywhere, bring the state back from what a snapshot holds, read the log again as its bytes, and
// the rest of the day comes out the same, byte by byte.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newOut } from '../../src/engine/effect.ts';
import { judgeAgain } from '../../src/engine/evidence.ts';
import type { Input } from '../../src/engine/input.ts';
import { decodeState, encodeState, StateFormatError } from '../../src/engine/snapshot.ts';
import type { EngineState } from '../../src/engine/state.ts';
import { newState } from '../../src/engine/state.ts';
import { step } from '../../src/engine/step.ts';
import { decodeRecord, RecordEncoder } from '../../src/log/record.ts';
import { anyDays } from '../support/day/any-day.ts';
import { asFormat2 } from '../support/day/older-format.ts';
import { bytesAndBack, bytesOf, differenceOf } from '../support/day/plant-day.ts';
import { PATIENCE_MS, tried } from '../support/day/runs.ts';

/** Everything a step gives, as text: what came out, and what it wrote into the readings. */
function folded(state: EngineState, input: Input): string {
  const own = structuredClone(input);
  const out = newOut();
  step(state, state.n + 1, own, out);
  return JSON.stringify([out, own.kind === 'readings' ? own.batch : null]);
}

/** Asked for every input of a day: an `expect` each would cost more than the day. */
function same(is: string, was: string): void {
  if (is !== was) expect(is).toBe(was);
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const where = fc.double({ min: 0, max: 1, noNaN: true });

describe('a day cut anywhere', { timeout: PATIENCE_MS }, () => {
  it('goes on from its snapshot as if nothing had been', () => {
    fc.assert(
      fc.property(anyDays(), where, (any, place) => {
        const { inputs } = any.play();
        const cut = Math.floor(place * inputs.length);
        const live = newState();
        for (const input of inputs.slice(0, cut)) folded(live, input);
        const restored = bytesAndBack(live);
        expect(differenceOf(restored, live)).toBeUndefined();
        for (const input of inputs.slice(cut)) same(folded(restored, input), folded(live, input));
        expect(differenceOf(restored, live)).toBeUndefined();
      }),
      tried(6),
    );
  });

  it('and again, and again: encoding changes nothing, wherever it is done', () => {
    fc.assert(
      fc.property(anyDays(20), fc.integer({ min: 20, max: 80 }), (any, every) => {
        const { inputs, state } = any.play();
        let now = newState();
        for (const [i, input] of inputs.entries()) {
          folded(now, input);
          if (i % every === 0) now = bytesAndBack(now);
        }
        expect(differenceOf(now, state)).toBeUndefined();
      }),
      tried(4),
    );
  });

  it('goes on from what format 2 would have written', () => {
    fc.assert(
      fc.property(anyDays(20), (any) => {
        const { state } = any.play();
        const { header, columns } = asFormat2(state);
        expect(differenceOf(decodeState(JSON.parse(JSON.stringify(header)), columns), state)).toBeUndefined();
      }),
      tried(6),
    );
  });

  it('comes out of the records of the log as it went in', () => {
    fc.assert(
      fc.property(anyDays(20), (any) => {
        const { inputs } = any.play();
        const [live, replayed] = [newState(), newState()];
        const encoder = new RecordEncoder();
        for (const input of inputs) {
          const written = structuredClone(input);
          const out = newOut();
          step(live, live.n + 1, written, out);
          const record = encoder.encode(written).slice();
          const read = decodeRecord(record);
          const again = newOut();
          step(replayed, replayed.n + 1, read, again);
          same(JSON.stringify(again), JSON.stringify(out));
          same(hex(encoder.encode(read)), hex(record));
        }
        expect(bytesOf(replayed)).toBe(bytesOf(live));
      }),
      tried(6),
    );
  });
});

describe('a snapshot', () => {
  it('of a newer format is refused by name', () => {
    const { header, columns } = encodeState(newState());
    expect(() => decodeState({ ...header, format: 99 }, columns)).toThrow(StateFormatError);
    expect(() => decodeState({ ...header, format: 99 }, columns)).toThrow('version 99, written by a newer program');
  });
});

describe('a capsule of any day', { timeout: PATIENCE_MS }, () => {
  it('gives what was recorded when it is judged again, from its own JSON alone', () => {
    let found = 0;
    fc.assert(
      fc.property(anyDays(), (any) => {
        for (const capsule of any.play().capsules) {
          found++;
          expect(judgeAgain(JSON.parse(JSON.stringify(capsule)))).toEqual([]);
        }
      }),
      tried(6),
    );
    expect(found).toBeGreaterThan(20);
  });
});
