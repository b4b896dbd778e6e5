/** The frame codec: what was sealed is decoded, anything else is refused. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blockSpan,
  decodeFrame,
  frameBlockBytes,
  frameHeaderBytes,
  recordsOf,
  sealRangeFrame,
} from '../../src/log/frame.ts';
import { Group } from '../../src/log/local/group.ts';

const anyRecords = fc.array(fc.uint8Array({ maxLength: 3000 }), { minLength: 1, maxLength: 20 });
const anyNumber = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER - 1000 });
const anySegment = fc.integer({ min: 1, max: 2 ** 32 - 1 });

function sealed(records: readonly Uint8Array[], first: number, segment: number): Buffer {
  const group = new Group(first, Buffer.alloc(64, 0xff));
  for (const bytes of records) group.add(bytes);
  const frame = group.seal(segment);
  expect(frame.length).toBe(group.spanBytes);
  return frame;
}

describe('a frame', () => {
  it('decodes to the records it was sealed from, wherever it stands', () => {
    fc.assert(
      fc.property(anyRecords, anyNumber, anySegment, fc.nat(3), (records, first, segment, before) => {
        const frame = sealed(records, first, segment);
        const buffer = Buffer.concat([Buffer.alloc(before * frameBlockBytes, 7), frame, Buffer.alloc(100, 9)]);
        const at = before * frameBlockBytes;
        const decoded = decodeFrame(buffer, at, buffer.length - at, segment);
        if (!decoded.ok) throw new Error(decoded.reason);
        expect(decoded.frame).toMatchObject({ kind: 'records', segment, first, count: records.length });
        expect(decoded.frame.next).toBe(first + records.length);
        expect(decoded.frame.spanBytes).toBe(frame.length);
        const read = [...recordsOf(decoded.frame)];
        expect(read.map(({ number }) => number)).toEqual(records.map((_, index) => first + index));
        expect(read.map(({ bytes }) => Uint8Array.from(bytes))).toEqual(records);
      }),
    );
  });

  it('is refused when any one bit of header or payload is another', () => {
    fc.assert(
      fc.property(anyRecords, fc.nat(), fc.nat(7), (records, place, bit) => {
        const frame = sealed(records, 5, 3);
        const length = frameHeaderBytes + frame.readUInt32LE(24);
        frame[place % length] ^= 1 << bit;
        expect(decodeFrame(frame, 0, frame.length, 3).ok).toBe(false);
      }),
    );
  });

  it('is refused when it is cut anywhere', () => {
    fc.assert(
      fc.property(anyRecords, fc.nat(), (records, place) => {
        const frame = sealed(records, 5, 3);
        const length = frameHeaderBytes + frame.readUInt32LE(24);
        const cut = frame.subarray(0, place % length);
        expect(decodeFrame(cut, 0, cut.length, 3).ok).toBe(false);
        // A window that ends early asks for what it needs.
        const inWindow = decodeFrame(cut, 0, frame.length, 3);
        expect(inWindow).toMatchObject({ ok: false, reason: 'incomplete' });
      }),
    );
  });

  it('of another segment is not there at all', () => {
    const frame = sealed([Buffer.from('stale')], 9, 3);
    expect(decodeFrame(frame, 0, frame.length, 4)).toEqual({ ok: false, reason: 'no-frame' });
    expect(decodeFrame(frame, 0, frame.length).ok).toBe(true);
  });

  it('never decodes from noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 256 }), (noise) => {
        const buffer = Buffer.from(noise);
        buffer.writeUInt32LE(0x314c4846, 0);
        expect(decodeFrame(buffer, 0, buffer.length).ok).toBe(false);
      }),
    );
  });

  it('states numbers left out, up to the largest safe integer', () => {
    fc.assert(
      fc.property(anyNumber, fc.nat(900), (from, more) => {
        const frame = sealRangeFrame('gap', 2, { from, to: from + more });
        const decoded = decodeFrame(frame, 0, frame.length, 2);
        expect(decoded).toMatchObject({
          ok: true,
          frame: { kind: 'gap', first: from, next: from + more + 1, count: 0 },
        });
      }),
    );
  });

  it('fills whole blocks', () => {
    expect([0, 1, 4096, 4097].map(blockSpan)).toEqual([0, 4096, 4096, 8192]);
  });
});
