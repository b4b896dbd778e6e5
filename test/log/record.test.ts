import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Input } from '../../src/engine/input.ts';
import { decodeRecord, RecordEncoder, RecordError } from '../../src/log/record.ts';
import type { ReadingBatch } from '../../src/model/reading.ts';
import { FLAG, NO_SEQ, newBatch, UNKNOWN_POINT } from '../../src/model/reading.ts';

const instant = fc.double({ min: 0, max: 4e12, noNaN: true });
const row = fc.record({
  point: fc.oneof(fc.nat(100_000), fc.constant(UNKNOWN_POINT)),
  sampledAt: instant,
  value: fc.double({ noNaN: true, noDefaultInfinity: true }),
  quality: fc.nat(4),
  seq: fc.oneof(fc.constant(NO_SEQ), fc.nat()),
  flags: fc.nat(0x7ff),
  verdict: fc.constantFrom(0, 1, 2, 16, 17),
  arrival: instant,
  tag: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
});

function batchOf(
  gateway: number,
  receivedAt: number,
  rows: readonly (typeof row extends fc.Arbitrary<infer R> ? R : never)[],
): ReadingBatch {
  const batch = newBatch(gateway, receivedAt);
  for (const r of rows) {
    batch.count++;
    batch.point.push(r.point);
    batch.sampledAt.push(r.sampledAt);
    batch.value.push(r.value);
    batch.quality.push(r.quality);
    batch.seq.push(r.seq);
    batch.flags.push(r.flags);
    batch.verdict.push(r.verdict);
    // Only a wrong device clock makes the two times differ; that is what the record relies on.
    batch.judgedAt.push((r.flags & FLAG.CLOCK_SKEWED) === 0 ? r.sampledAt : r.arrival);
    if (r.point === UNKNOWN_POINT) batch.unknownTags.push(r.tag);
  }
  return batch;
}

describe('log record', () => {
  it('gives back every batch of readings as it was, whatever the encoder held before', () => {
    const encoder = new RecordEncoder();
    fc.assert(
      fc.property(
        fc.nat(1_000),
        instant,
        instant,
        fc.array(row, { maxLength: 50 }),
        (gateway, at, receivedAt, rows) => {
          const input: Input = { kind: 'readings', at, batch: batchOf(gateway, receivedAt, rows) };
          const bytes = encoder.encode(input).slice();
          expect(decodeRecord(bytes)).toEqual(input);
        },
      ),
    );
  });

  it('gives back every other input as it was', () => {
    const inputs: Input[] = [
      { kind: 'tick', at: 1_763_775_600_000 },
      { kind: 'clock', at: 1, offsetMs: -3_600_000 },
      { kind: 'resumed', at: 2, downFrom: 1, seqFloor: 41 },
      { kind: 'device', at: 3, event: { type: 'gateway', gateway: 4, online: false, cause: 'will' } },
      {
        kind: 'command',
        at: 5,
        command: {
          commandId: 'c1',
          actor: '王',
          role: 'operator',
          level: 'enterprise',
          alertId: 'a1-0',
          seenSeq: 7,
          kind: 'acknowledge',
          note: '现场核实中',
        },
      },
      {
        kind: 'configuration',
        at: 6,
        commandId: 'c2',
        actor: 'admin',
        change: {
          divisions: [{ code: '320921', name: '响水县' }],
          enterprises: [],
          sources: [],
          gateways: [],
          points: [],
        },
      },
    ];
    const encoder = new RecordEncoder();
    for (const input of inputs) expect(decodeRecord(encoder.encode(input).slice())).toEqual(input);
  });

  it('packs one reading into no more than 56 bytes', () => {
    const batch = batchOf(1, 1, [
      { point: 1, sampledAt: 1, value: 1, quality: 0, seq: NO_SEQ, flags: 0, verdict: 0, arrival: 1, tag: '' },
    ]);
    expect(new RecordEncoder().encode({ kind: 'readings', at: 1, batch }).byteLength).toBeLessThanOrEqual(56);
  });

  it('names what it cannot read instead of guessing', () => {
    const bytes = new RecordEncoder().encode({ kind: 'tick', at: 1 }).slice();
    const future = bytes.slice();
    future[1] = 9;
    const alien = bytes.slice();
    alien[0] = 77;
    expect(() => decodeRecord(future)).toThrow(new RecordError('record format 9 is not the known format 1'));
    expect(() => decodeRecord(alien)).toThrow(new RecordError('unknown record kind 77'));
    expect(() => decodeRecord(bytes.slice(0, 4))).toThrow(RecordError);
  });
});
