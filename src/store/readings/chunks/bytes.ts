/**
 * A growing byte buffer and its reader, for the chunk codec: bytes, doubles, and whole numbers in as few bytes as they need.
 */

const double = new Float64Array(1);
const doubleBytes = new Uint8Array(double.buffer);

export class ByteWriter {
  private buffer: Uint8Array;
  private length = 0;

  constructor(capacity: number) {
    this.buffer = new Uint8Array(capacity);
  }

  reset(): void {
    this.length = 0;
  }

  /** A view of what was written; valid until the next write. */
  bytes(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  byte(value: number): void {
    if (this.length === this.buffer.length) this.grow();
    this.buffer[this.length++] = value;
  }

  /** 0 … 2³¹−1. */
  varint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.byte((rest & 127) | 128);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  /** A whole number, −2³⁰ … 2³⁰−1; small ones of either sign take one byte. */
  zigzag(value: number): void {
    this.varint(((value << 1) ^ (value >> 31)) >>> 0);
  }

  double(value: number): void {
    double[0] = value;
    for (let i = 0; i < 8; i += 1) this.byte(doubleBytes[i]);
  }

  private grow(): void {
    const larger = new Uint8Array(this.buffer.length * 2);
    larger.set(this.buffer);
    this.buffer = larger;
  }
}

export class ByteReader {
  private readonly buffer: Uint8Array;
  private offset = 0;

  constructor(buffer: Uint8Array) {
    this.buffer = buffer;
  }

  byte(): number {
    if (this.offset >= this.buffer.length) throw new RangeError('chunk ends too early');
    return this.buffer[this.offset++];
  }

  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
    throw new RangeError('number in a chunk is too long');
  }

  zigzag(): number {
    const value = this.varint();
    return (value >>> 1) ^ -(value & 1);
  }

  double(): number {
    for (let i = 0; i < 8; i += 1) doubleBytes[i] = this.byte();
    return double[0];
  }
}
