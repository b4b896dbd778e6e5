import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Input } from '../../src/engine/input.ts';
import { decodeRecord, RecordEncoder, RecordError, readHeader, readRecord } from '../../src/log/record.ts';
import type { ReadingBatch } from '../../src/model/reading.ts';
import { FLAG, NO_SEQ, newBatch, UNKNOWN_POINT } from '../../src/model/reading.ts';
import { NewerVersionError } from '../../src/model/version.ts';
import { buildAlert } from '../support/build/alert.ts';
import { addRow } from '../support/build/batch.ts';

const instant = fc.double({ min: 0, max: 4e12, noNaN: true });
const row = fc.record({
  point: fc.oneof(fc.nat(100_000), fc.constant(UNKNOWN_POINT)),
  sampledAt: instant,
  value: fc.double({ noNaN: true, noDefaultInfinity: true }),
  quality: fc.nat(4),
  sentQuality: fc.nat(4),
  seq: fc.oneof(fc.constant(NO_SEQ), fc.nat()),
  flags: fc.nat(0x7ff),
  verdict: fc.nat(255),
  arrival: instant,
  tag: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
});

const derivedRow = fc.record({
  point: fc.nat(100_000),
  at: instant,
  value: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  quality: fc.nat(4),
  flags: fc.nat(0x7ff),
});

function batchOf(
  gateway: number,
  receivedAt: number,
  rows: readonly (typeof row extends fc.Arbitrary<infer R> ? R : never)[],
): ReadingBatch {
  const batch = newBatch(gateway, receivedAt);
  for (const r of rows) {
    // Only a wrong device clock makes the two times differ; that is what the record relies on.
    addRow(batch, { ...r, judgedAt: (r.flags & FLAG.CLOCK_SKEWED) === 0 ? r.sampledAt : r.arrival });
    batch.sentQuality.push(r.sentQuality);
    if (r.point === UNKNOWN_POINT) batch.unknownTags.push(r.tag);
  }
  return batch;
}

/** Bytes as 0.1.0 wrote them. */
const OLD = {
  readings: Buffer.from(
    '01010050777d93aa7942030000000040777d93aa7942030000000307000000000000000000587d93aa79420000000000c04e' +
      '400800000020000101000040ec96aa794200000000000002c0ffffffff0000001000405e7d93aa7942000000000000f03f00' +
      '00000000804440000000000000f0bf00000000008045400000587d93aa79420040777d93aa794200405e7d93aa7942010008' +
      '00e6b8a9e5baa62d39',
    'hex',
  ),
  tick: Buffer.from('03010080967d93aa79427b7d', 'hex'),
  command: Buffer.from(
    '06010000d57d93aa79427b22636f6d6d616e64223a7b22636f6d6d616e644964223a226331222c226163746f72223a22e78e' +
      '8b222c22726f6c65223a226f70657261746f72222c226c6576656c223a22656e7465727072697365222c22616c6572744964' +
      '223a2261312d30222c227365656e536571223a372c226b696e64223a2261636b6e6f776c65646765222c226e6f7465223a22' +
      'e78eb0e59cbae6a0b8e5ae9ee4b8ad227d7d',
    'hex',
  ),
};

describe('log record', () => {
  it('gives back every batch of readings as it was, whatever the encoder held before', () => {
    const encoder = new RecordEncoder();
    fc.assert(
      fc.property(
        fc.nat(1_000),
        instant,
        fc.oneof(fc.constant(0), fc.maxSafeNat()),
        fc.array(row, { maxLength: 50 }),
        fc.array(derivedRow, { maxLength: 5 }),
        (gateway, at, digest, rows, derived) => {
          const input: Input = { kind: 'readings', at, batch: { ...batchOf(gateway, at + 1, rows), digest } };
          const bytes = encoder.encode(input, derived).slice();
          expect(readRecord(bytes)).toEqual({ input, derived });
          const tick: Input = { kind: 'tick', at };
          expect(readRecord(encoder.encode(tick, derived).slice())).toEqual({ input: tick, derived });
        },
      ),
    );
  });

  it('gives back every other input as it was', () => {
    const inputs: Input[] = [
      { kind: 'tick', at: 1_763_775_600_000 },
      { kind: 'clock', at: 1, offsetMs: -3_600_000 },
      { kind: 'resumed', at: 2, downFrom: 1, seqFloor: 41 },
      { kind: 'reconciled', at: 3, upTo: 7, alerts: [{ id: 'a0.1-0', recorded: buildAlert() }, { id: 'a0.2-0' }] },
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
          body: { kind: 'acknowledge', note: '现场核实中' },
          policy: { act: 'acknowledge', role: 'operator', rule: 'operator may acknowledge', scope: {} },
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
      {
        point: 1,
        sampledAt: 1,
        value: 1,
        quality: 0,
        sentQuality: 0,
        seq: NO_SEQ,
        flags: 0,
        verdict: 0,
        arrival: 1,
        tag: '',
      },
    ]);
    expect(new RecordEncoder().encode({ kind: 'readings', at: 1, batch }).byteLength).toBeLessThanOrEqual(56);
  });

  it('says its format, kind, partition and time without being decoded', () => {
    const bytes = new RecordEncoder(513).encode({ kind: 'tick', at: 1_763_775_600_000 });
    expect(readHeader(bytes)).toEqual({ format: 2, kind: 'tick', partition: 513, at: 1_763_775_600_000 });
    expect(readHeader(OLD.tick)).toEqual({ format: 1, kind: 'tick', partition: 0, at: 1_763_775_601_000 });
  });

  it('of 0.1.0 is read for good', () => {
    expect(decodeRecord(OLD.tick)).toEqual({ kind: 'tick', at: 1_763_775_601_000 });
    const note = { body: { kind: 'acknowledge', note: '现场核实中' }, seenSeq: 7 };
    expect(decodeRecord(OLD.command)).toMatchObject({ kind: 'command', at: 1_763_775_602_000, command: note });
    const arrival = 1_763_775_600_500;
    const rows = [
      { point: 7, value: 61.5, quality: 0, seq: 41, flags: 0, verdict: 0, sampledAt: arrival - 500 },
      {
        point: 8,
        value: -2.25,
        quality: 1,
        seq: NO_SEQ,
        flags: FLAG.CLOCK_SKEWED,
        verdict: 1,
        sampledAt: 1_763_779_200_000,
      },
      { point: UNKNOWN_POINT, value: 1, quality: 0, seq: 43, flags: 0, verdict: 16, sampledAt: arrival - 400 },
    ].map((r) => ({ ...r, sentQuality: r.quality, arrival, tag: '温度-9' }));
    expect(decodeRecord(OLD.readings)).toEqual({
      kind: 'readings',
      at: 1_763_775_600_501,
      batch: batchOf(3, arrival, rows),
    });
  });

  it('of a newer program is refused as such, and what is no record is named', () => {
    const bytes = new RecordEncoder().encode({ kind: 'tick', at: 1 }).slice();
    const changed = (at: number, to: number, from = bytes) => from.slice().fill(to, at, at + 1);
    for (const newer of [changed(0, 0x89), changed(1, 77), changed(1, 9, OLD.tick), changed(0, 77, OLD.tick)]) {
      expect(() => decodeRecord(newer)).toThrow(NewerVersionError);
    }
    // A part of a message that nobody here knows.
    const message = new RecordEncoder().encode({ kind: 'readings', at: 1, batch: newBatch(0, 1) }).slice();
    expect(() => decodeRecord(changed(28, 0x80, message))).toThrow(NewerVersionError);
    expect(() => decodeRecord(changed(0, 0x89))).toThrow('a log record is of version 9, written by a newer program');
    expect(() => decodeRecord(bytes.slice(0, 4))).toThrow(RecordError);
    expect(() => decodeRecord(bytes.slice(0, 11))).toThrow(RecordError);
  });
});
