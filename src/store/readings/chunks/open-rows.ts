/**
 * Readings that wait in memory to be sealed: per point a list of small blocks out of one common slab, so that 100 000
 * points with a handful of rows each cost neither objects nor half-empty arrays. It writes nothing.
 */
import type { ChunkColumns } from './codec.ts';

/** Rows a block. Small, because most points hold few rows when they are flushed by age. */
const BLOCK = 16;

export interface OpenRow {
  readonly at: number;
  readonly value: number;
  readonly quality: number;
  readonly receivedAt: number;
  readonly flags: number;
  readonly deviceAt: number;
}

const NO_BLOCK = -1;

export class OpenRows {
  /** Rows of all points. */
  total = 0;
  private blocks = 0;
  private free = NO_BLOCK;
  private next = new Int32Array(64);
  private at = new Float64Array(64 * BLOCK);
  private value = new Float64Array(64 * BLOCK);
  private receivedAt = new Float64Array(64 * BLOCK);
  private quality = new Uint8Array(64 * BLOCK);
  private flags = new Uint16Array(64 * BLOCK);
  /** Only where it differs from `at`: devices with an unusable clock. */
  private readonly deviceAt = new Map<number, number>();
  private head = new Int32Array(64).fill(NO_BLOCK);
  private tail = new Int32Array(64).fill(NO_BLOCK);
  private counts = new Int32Array(64);

  count(point: number): number {
    return point < this.counts.length ? this.counts[point] : 0;
  }

  /** Rows must come with rising `at` per point. */
  add(point: number, row: OpenRow): void {
    if (point >= this.counts.length) this.growPoints(point + 1);
    const used = this.counts[point] % BLOCK;
    if (used === 0) this.link(point, this.takeBlock());
    const slot = this.tail[point] * BLOCK + used;
    this.at[slot] = row.at;
    this.value[slot] = row.value;
    this.receivedAt[slot] = row.receivedAt;
    this.quality[slot] = row.quality;
    this.flags[slot] = row.flags;
    if (row.deviceAt !== row.at) this.deviceAt.set(slot, row.deviceAt);
    this.counts[point] += 1;
    this.total += 1;
  }

  /** Copies the point's rows behind the rows `into` has; `into` must have room for them. */
  copy(point: number, into: ChunkColumns): void {
    let rest = this.count(point);
    for (let block = rest === 0 ? NO_BLOCK : this.head[point]; rest > 0; block = this.next[block]) {
      const rows = Math.min(rest, BLOCK);
      const start = block * BLOCK;
      into.at.set(this.at.subarray(start, start + rows), into.count);
      into.value.set(this.value.subarray(start, start + rows), into.count);
      into.receivedAt.set(this.receivedAt.subarray(start, start + rows), into.count);
      into.quality.set(this.quality.subarray(start, start + rows), into.count);
      into.flags.set(this.flags.subarray(start, start + rows), into.count);
      into.deviceAt.set(this.at.subarray(start, start + rows), into.count);
      if (this.deviceAt.size > 0) this.copyDeviceAt(start, rows, into);
      into.count += rows;
      rest -= rows;
    }
  }

  /** Forgets the point's rows. */
  release(point: number): void {
    const count = this.count(point);
    if (count === 0) return;
    for (let block = this.head[point]; block !== NO_BLOCK; ) {
      const after = this.next[block];
      if (this.deviceAt.size > 0) {
        for (let slot = block * BLOCK; slot < (block + 1) * BLOCK; slot += 1) this.deviceAt.delete(slot);
      }
      this.next[block] = this.free;
      this.free = block;
      block = after;
    }
    this.head[point] = NO_BLOCK;
    this.tail[point] = NO_BLOCK;
    this.counts[point] = 0;
    this.total -= count;
  }

  private copyDeviceAt(start: number, rows: number, into: ChunkColumns): void {
    for (let row = 0; row < rows; row += 1) {
      const deviceAt = this.deviceAt.get(start + row);
      if (deviceAt !== undefined) into.deviceAt[into.count + row] = deviceAt;
    }
  }

  private link(point: number, block: number): void {
    this.next[block] = NO_BLOCK;
    if (this.tail[point] === NO_BLOCK) this.head[point] = block;
    else this.next[this.tail[point]] = block;
    this.tail[point] = block;
  }

  private takeBlock(): number {
    if (this.free !== NO_BLOCK) {
      const block = this.free;
      this.free = this.next[block];
      return block;
    }
    if (this.blocks === this.next.length) this.growBlocks();
    return this.blocks++;
  }

  private growBlocks(): void {
    const blocks = this.next.length * 2;
    const rows = blocks * BLOCK;
    this.next = grown(this.next, new Int32Array(blocks));
    this.at = grown(this.at, new Float64Array(rows));
    this.value = grown(this.value, new Float64Array(rows));
    this.receivedAt = grown(this.receivedAt, new Float64Array(rows));
    this.quality = grown(this.quality, new Uint8Array(rows));
    this.flags = grown(this.flags, new Uint16Array(rows));
  }

  private growPoints(least: number): void {
    const points = Math.max(least, this.counts.length * 2);
    this.head = grown(this.head, new Int32Array(points).fill(NO_BLOCK));
    this.tail = grown(this.tail, new Int32Array(points).fill(NO_BLOCK));
    this.counts = grown(this.counts, new Int32Array(points));
  }
}

function grown<T extends { set(from: ArrayLike<number>): void }>(from: ArrayLike<number>, to: T): T {
  to.set(from);
  return to;
}
