// The native payload: what is taken, what is refused and why, and that no bytes at all make the decoder throw.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decoded } from '../../../src/ingest/codecs/codec.ts';
import { MESSAGE_BYTES_MAX, MESSAGE_READINGS_MAX } from '../../../src/ingest/codecs/codec.ts';
import { decodeNative } from '../../../src/ingest/codecs/native.ts';
import { QUALITY_NAMES } from '../../../src/model/quality.ts';
import type { ReadingBatch } from '../../../src/model/reading.ts';
import { FLAG, NO_SEQ, REFUSAL_REASONS, UNKNOWN_POINT } from '../../../src/model/reading.ts';
import { gw1, NOW } from '../fixtures.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (payload: string | Uint8Array, flags = 0): Decoded =>
  decodeNative(typeof payload === 'string' ? bytes(payload) : payload, gw1, NOW, flags);

function taken(payload: string, flags = 0): ReadingBatch {
  const decoded = decode(payload, flags);
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.refused));
  expect(decoded.refused).toEqual([]);
  return decoded.batch;
}

const one = (fields: Record<string, unknown>): string =>
  JSON.stringify({ point: 'GD-101', at: NOW, value: 1, ...fields });

describe('a reading', () => {
  it('is taken as it was sent', () => {
    const payload = one({ value: -12.3, quality: 'uncertain', seq: 7, historical: true, unit: '%LEL' });
    expect(taken(payload, FLAG.QOS0)).toEqual({
      gateway: 1,
      receivedAt: NOW,
      digest: 0,
      count: 1,
      point: [10],
      sampledAt: [NOW],
      value: [-12.3],
      quality: [1],
      sentQuality: [],
      seq: [7],
      flags: [FLAG.QOS0 | FLAG.HISTORICAL],
      verdict: [0],
      judgedAt: [NOW],
      unknownTags: [],
    });
  });

  it('without `at` gets the arrival time and says so', () => {
    const batch = taken('{"point":"GD-101","value":1}');
    expect(batch).toMatchObject({ sampledAt: [NOW], flags: [FLAG.NO_AT], seq: [NO_SEQ], quality: [0] });
  });

  it.each([
    [true, 1],
    [false, 0],
  ])('of a boolean %s is %s and says so', (value, amount) => {
    expect(taken(one({ value }))).toMatchObject({ value: [amount], flags: [FLAG.BOOLEAN] });
  });

  it('of a clock that is wrong by decades is taken: there is no refusal for a clock', () => {
    expect(taken(one({ at: 0 })).sampledAt).toEqual([0]);
    expect(taken(one({ at: -5 })).sampledAt).toEqual([-5]);
    expect(taken(one({ at: 4_102_444_800_000.5 })).sampledAt).toEqual([4_102_444_800_000.5]);
  });

  it('of a tag that nobody registered goes on, for the engine to refuse in log order', () => {
    expect(taken(one({ point: 'XX-1' }))).toMatchObject({ point: [UNKNOWN_POINT], unknownTags: ['XX-1'] });
    expect(taken(one({ point: '__proto__' }))).toMatchObject({ point: [UNKNOWN_POINT], unknownTags: ['__proto__'] });
    expect(taken(one({ point: 'constructor' }))).toMatchObject({ point: [UNKNOWN_POINT] });
  });

  it.each([
    ['wrong-type', one({ value: '12.3' })],
    ['wrong-type', one({ value: null })],
    ['wrong-type', one({ value: [1] })],
    ['wrong-type', one({ value: { of: 1 } })],
    ['wrong-type', '{"point":"GD-101"}'],
    ['not-finite', '{"point":"GD-101","value":1e999}'],
    ['not-finite', '{"point":"GD-101","value":-1e999}'],
    ['malformed', '{"value":1}'],
    ['malformed', one({ point: 5 })],
    ['malformed', one({ point: '' })],
    ['malformed', one({ point: 'a/b' })],
    ['malformed', one({ point: 'x'.repeat(100_000) })],
    ['malformed', one({ point: '\ud800' })],
    ['malformed', one({ at: null })],
    ['malformed', one({ at: '2025-11-22' })],
    ['malformed', '{"point":"GD-101","at":1e999,"value":1}'],
    ['malformed', one({ at: 1e17 })],
    ['malformed', one({ quality: 'splendid' })],
    ['malformed', one({ quality: null })],
    ['malformed', one({ quality: 0 })],
    ['malformed', one({ seq: -1 })],
    ['malformed', one({ seq: 1.5 })],
    ['malformed', one({ seq: '7' })],
    ['malformed', one({ historical: 'yes' })],
    ['malformed', '{"__proto__":{"point":"GD-101","value":1}}'],
  ])('is refused %s: %j', (reason, payload) => {
    const decoded = decode(payload);
    expect(decoded).toMatchObject({ ok: true, batch: { count: 0 }, refused: [{ reason }] });
    if (decoded.ok) expect(decoded.refused[0].tag?.length ?? 0).toBeLessThanOrEqual(64);
  });

  it('that pollutes nothing: a prototype in the payload stays in the payload', () => {
    decode('{"__proto__":{"polluted":1},"point":"GD-101","value":1,"constructor":{"prototype":{"polluted":1}}}');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('a message', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  it.each([
    ['malformed', 'empty', ''],
    ['malformed', 'no JSON', '{"point":"GD-101"'],
    ['malformed', 'NaN', '{"point":"GD-101","value":NaN}'],
    ['malformed', 'a byte order mark', `\ufeff${one({})}`],
    ['malformed', 'a number', '12'],
    ['malformed', 'null', 'null'],
    ['malformed', 'an array', '[]'],
    ['malformed', 'readings that are none', '{"readings":{"point":"GD-101","value":1}}'],
    ['malformed', 'no readings', '{"readings":[]}'],
    ['malformed', 'an abyss of arrays', nested(130_000)],
    ['malformed', 'an abyss in readings', `{"readings":${nested(1000)}}`],
    ['malformed', 'an abyss beside a reading', `{"point":"GD-101","value":1,"x":${nested(1000)}}`],
    ['malformed', 'an abyss of objects', `{"point":"GD-101","value":1,"x":${'{"x":'.repeat(100)}1${'}'.repeat(100)}}`],
    ['too-large', 'too many readings', JSON.stringify({ readings: Array(MESSAGE_READINGS_MAX + 1).fill(0) })],
    ['too-large', 'too many bytes', ' '.repeat(MESSAGE_BYTES_MAX + 1)],
  ])('is refused whole as %s: %s', (reason, _, payload) => {
    expect(decode(payload)).toMatchObject({ ok: false, refused: { reason } });
  });

  it('is refused whole when it is no UTF-8, not repaired', () => {
    const payload = bytes(one({ point: 'GD-1?1' }));
    payload[payload.indexOf(0x3f)] = 0xc3;
    expect(decode(payload)).toMatchObject({
      ok: false,
      refused: { reason: 'malformed', detail: expect.stringMatching(/^not UTF-8/) },
    });
  });

  it('of the largest size allowed is taken', () => {
    const readings = Array.from({ length: MESSAGE_READINGS_MAX }, (_, i) => ({
      point: 'GD-101',
      at: i,
      value: i % 10,
    }));
    const text = JSON.stringify({ readings });
    const batch = taken(text.padEnd(MESSAGE_BYTES_MAX, ' '));
    expect(batch.count).toBe(MESSAGE_READINGS_MAX);
  });

  it('with braces inside its texts or a little nesting is no abyss', () => {
    expect(taken(one({ note: '[[[[[[[[[[[[[[[[[[[[{{{{{{{{{{{{{{{{{{{{ \\" [[' })).count).toBe(1);
    expect(taken(one({ meta: { of: [[1], [2, { a: [] }]] } })).count).toBe(1);
  });

  it('with bad readings keeps the good ones, and names the bad by their place', () => {
    const decoded = decode(`{"readings":[${one({})},${one({ value: 'x' })},7,${one({ point: 'LT-201' })}]}`);
    expect(decoded).toMatchObject({
      ok: true,
      batch: { count: 2, point: [10, 12] },
      refused: [
        { reason: 'wrong-type', tag: 'GD-101', index: 1, detail: expect.stringContaining('`value` is the text') },
        { reason: 'malformed', index: 2, detail: expect.stringContaining('is no reading') },
      ],
    });
  });

  it('is sorted by device time; what has the same time keeps its order', () => {
    const rows = [
      { point: 'GD-102', at: 30, value: 1 },
      { point: 'NEW-2', at: 20, value: 2 },
      { point: 'GD-101', at: 10, value: 3 },
      { point: 'NEW-1', at: 10, value: 4, quality: 'bad', seq: 9, historical: true },
      { point: 'GD-101', at: 20, value: 5 },
    ];
    expect(taken(JSON.stringify({ readings: rows }))).toMatchObject({
      sampledAt: [10, 10, 20, 20, 30],
      judgedAt: [10, 10, 20, 20, 30],
      value: [3, 4, 2, 5, 1],
      point: [10, UNKNOWN_POINT, UNKNOWN_POINT, 10, 11],
      quality: [0, 2, 0, 0, 0],
      seq: [-1, 9, -1, -1, -1],
      flags: [0, FLAG.HISTORICAL, 0, 0, 0],
      unknownTags: ['NEW-1', 'NEW-2'],
    });
  });
});

describe('for anything at all', () => {
  // Bytes near to a real message find more than bytes from nowhere.
  const damaged = fc
    .tuple(
      fc.constantFrom(one({}), `{"readings":[${one({})},${one({ value: true })}]}`),
      fc.array(fc.tuple(fc.nat(), fc.nat(255))),
    )
    .map(([text, changes]) => {
      const payload = bytes(text);
      for (const [where, byte] of changes) payload[where % payload.length] = byte;
      return payload;
    });
  const field = fc.oneof(fc.jsonValue(), fc.constantFrom('GD-101', 'good', 0, 1, true, NOW, '__proto__'));
  const nearReading = fc.dictionary(
    fc.constantFrom('point', 'at', 'value', 'quality', 'seq', 'historical', 'readings', '__proto__'),
    field,
  );
  const nearMessage = fc
    .oneof(nearReading, fc.record({ readings: fc.array(fc.oneof(nearReading, fc.jsonValue())) }), fc.jsonValue())
    .map((value) => bytes(JSON.stringify(value)));

  it('never throws, and what it gives fits together', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), damaged, nearMessage), (payload) => {
        const decoded = decode(payload);
        if (!decoded.ok) {
          expect(REFUSAL_REASONS).toContain(decoded.refused.reason);
          return;
        }
        const { batch, refused } = decoded;
        for (const { reason } of refused) expect(['malformed', 'not-finite', 'wrong-type']).toContain(reason);
        const columns = [
          batch.point,
          batch.sampledAt,
          batch.value,
          batch.quality,
          batch.seq,
          batch.flags,
          batch.verdict,
        ];
        for (const column of [...columns, batch.judgedAt]) {
          expect(column).toHaveLength(batch.count);
          expect(column.every(Number.isFinite)).toBe(true);
        }
        expect(batch.sampledAt).toEqual([...batch.sampledAt].sort((a, b) => a - b));
        expect(batch.unknownTags).toHaveLength(batch.point.filter((point) => point === UNKNOWN_POINT).length);
        expect(batch.unknownTags.every((tag) => typeof tag === 'string')).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives back every reading that was sent', () => {
    const reading = fc.record(
      {
        point: fc.constantFrom(...gw1.tags.keys(), 'NEW-1', '新-2'),
        at: fc.integer({ min: 0, max: 5 }),
        value: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean()),
        quality: fc.constantFrom(...QUALITY_NAMES),
        seq: fc.nat(),
        historical: fc.boolean(),
      },
      { requiredKeys: ['point', 'at', 'value'] },
    );
    fc.assert(
      fc.property(fc.array(reading, { minLength: 1, maxLength: 30 }), (sent) => {
        const batch = taken(JSON.stringify({ readings: sent }));
        const unknown = [...batch.unknownTags];
        const back = Array.from({ length: batch.count }, (_, i) => [
          batch.point[i] === UNKNOWN_POINT ? unknown.shift() : [...gw1.tags].find(([, n]) => n === batch.point[i])?.[0],
          batch.sampledAt[i],
          batch.flags[i] & FLAG.BOOLEAN ? batch.value[i] === 1 : batch.value[i],
          QUALITY_NAMES[batch.quality[i]],
          batch.seq[i],
          (batch.flags[i] & FLAG.HISTORICAL) !== 0,
        ]);
        const expected = sent
          .map((one) => ({ ...one, value: JSON.parse(JSON.stringify(one.value)) }))
          .sort((a, b) => a.at - b.at)
          .map((one) => [
            one.point,
            one.at,
            one.value,
            one.quality ?? 'good',
            one.seq ?? NO_SEQ,
            one.historical ?? false,
          ]);
        expect(back).toEqual(expected);
      }),
    );
  });
});
