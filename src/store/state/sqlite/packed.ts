/**
 * A text kept against another one that is nearly the same: what a chattering alert repeats is stored once. Exact to the byte
 * in both directions; it knows no table and no shape.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** As much of a text as the window of deflate looks back on. */
const WINDOW_BYTES = 32_768;

/** Undefined where packing does not pay: then the text is kept whole. */
export function pack(text: string, base: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'utf8');
  const packed = deflateRawSync(bytes, { dictionary: dictionaryOf(base), windowBits: 15 });
  return packed.byteLength < bytes.byteLength / 2 ? packed : undefined;
}

export function unpack(packed: Uint8Array, base: string): string {
  return inflateRawSync(packed, { dictionary: dictionaryOf(base), windowBits: 15 }).toString('utf8');
}

/** The head of the text: what is alike stands at the same distance there. */
function dictionaryOf(base: string): Buffer {
  return Buffer.from(base, 'utf8').subarray(0, WINDOW_BYTES);
}
