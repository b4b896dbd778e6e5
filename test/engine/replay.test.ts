import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvidenceCapsule } from '../../src/engine/effect.ts';
import { newOut } from '../../src/engine/effect.ts';
import { judgeAgain } from '../../src/engine/evidence.ts';
import type { Input } from '../../src/engine/input.ts';
import { decodeState, encodeState, StateFormatError } from '../../src/engine/snapshot.ts';
import type { EngineState } from '../../src/engine/state.ts';
import { newState } from '../../src/engine/state.ts';
import { step } from '../../src/engine/step.ts';
import { decodeRecord, RecordEncoder } from '../../src/log/record.ts';
import { histories } from '../support/build/random-day.ts';
import { plants } from '../support/build/random-plant.ts';
import { copied } from '../support/desk.ts';
import { deskOf } from '../support/play.ts';

/** Everything a step gives, as bytes: what came out and what it wrote into the readings. */
function folded(state: EngineState, input: Input): string {
  const out = newOut();
  step(state, state.n + 1, input, out);
  return JSON.stringify([out, input.kind === 'readings' ? input.batch : null]);
}

function bytesOf(state: EngineState): string {
  const { header, columns } = encodeState(state);
  return JSON.stringify(header) + columns.map((bytes) => Buffer.from(bytes).toString('base64')).join(' ');
}

/** The inputs of a random day, as they arrived, before the engine wrote anything into them. */
const days = fc.tuple(plants({ timed: true }), histories()).map(([plant, acts]) => deskOf(plant, acts).inputs);

describe('the same inputs again', () => {
  it('give byte-identical transitions, capsules, outcomes and state', () => {
    fc.assert(
      fc.property(days, (inputs) => {
        const first = newState();
        const second = newState();
        for (const input of inputs) {
          expect(folded(second, structuredClone(input))).toBe(folded(first, structuredClone(input)));
        }
        expect(bytesOf(second)).toBe(bytesOf(first));
      }),
      { numRuns: 60 },
    );
  });

  it('give the same through the records of the log: what step wrote into a record it writes again', () => {
    fc.assert(
      fc.property(days, (inputs) => {
        const live = newState();
        const replayed = newState();
        const encoder = new RecordEncoder();
        for (const input of inputs) {
          const written = structuredClone(input);
          const came = folded(live, written);
          const record = encoder.encode(written).slice();
          const read = decodeRecord(record);
          const again = folded(replayed, read);
          expect(JSON.parse(again)[0]).toEqual(JSON.parse(came)[0]);
          if (read.kind === 'readings' && written.kind === 'readings') {
            expect(read.batch.verdict).toEqual(written.batch.verdict);
            expect(read.batch.flags).toEqual(written.batch.flags);
            expect(read.batch.quality).toEqual(written.batch.quality);
            expect(read.batch.unknownTags).toEqual(written.batch.unknownTags);
          }
          expect(encoder.encode(read)).toEqual(record);
        }
        expect(bytesOf(replayed)).toBe(bytesOf(live));
      }),
      { numRuns: 60 },
    );
  });
});

describe('a snapshot', () => {
  it('taken at any point of any history changes nothing of what follows', () => {
    fc.assert(
      fc.property(days, fc.double({ min: 0, max: 1, noNaN: true }), (inputs, where) => {
        const cut = Math.floor(where * inputs.length);
        const live = newState();
        for (const input of inputs.slice(0, cut)) folded(live, structuredClone(input));
        const restored = copied(live);
        expect(bytesOf(restored)).toBe(bytesOf(live));
        for (const input of inputs.slice(cut)) {
          expect(folded(restored, structuredClone(input))).toBe(folded(live, structuredClone(input)));
        }
        expect(bytesOf(restored)).toBe(bytesOf(live));
      }),
      { numRuns: 150 },
    );
  });

  it('of a newer format is refused by name', () => {
    const { header, columns } = encodeState(newState());
    expect(() => decodeState({ ...header, format: 99 }, columns)).toThrow(StateFormatError);
    expect(() => decodeState({ ...header, format: 99 }, columns)).toThrow('version 99, written by a newer program');
  });
});

describe('a capsule', () => {
  it('gives what was recorded when it is judged again, from its own JSON alone', () => {
    const found: EvidenceCapsule[] = [];
    fc.assert(
      fc.property(plants({ timed: true }), histories(), (plant, acts) => {
        for (const capsule of deskOf(plant, acts).capsules) {
          found.push(capsule);
          expect(judgeAgain(JSON.parse(JSON.stringify(capsule)))).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
    expect(found.length).toBeGreaterThan(100);
  });
});
