/**
 * What the chunk store keeps in memory of every point it has touched since it was opened: how far it is written, since
 * when it has something unwritten, where its half-full chunk stands. One row of numbers a point, loaded at first touch.
 */
import { Columns } from '../../../model/columns.ts';
import type { ChunkFile, PointHead } from './chunk-file.ts';

const LAYOUT = {
  loaded: 'u8',
  /** Newest `at` in chunks or open rows; −Infinity when there is none. */
  lastAt: 'f64',
  written: 'f64',
  /** NaN when the next row begins a new chunk. */
  tailStart: 'f64',
  tailCount: 'i32',
  /** 1 while something of the point is only in memory. */
  dirty: 'u8',
  /** Log position up to which everything of the point is written, while it is dirty. */
  dirtyAfter: 'f64',
  /** When it became dirty, on the store's clock. */
  dirtySinceMs: 'f64',
} as const;

export class Points {
  private readonly table = new Columns(LAYOUT, 1_024);
  private readonly file: ChunkFile;

  constructor(file: ChunkFile) {
    this.file = file;
  }

  /** Makes sure the point's row is there and gives the columns, which are good until the next `touch`. */
  touch(point: number): Columns<typeof LAYOUT>['col'] {
    if (point >= this.table.rows) this.table.ensure(point + 1);
    const { col } = this.table;
    if (col.loaded[point] === 0) {
      const head = this.file.head(point);
      this.set(point, head ?? { lastAt: Number.NEGATIVE_INFINITY, written: 0, tailStart: undefined, tailCount: 0 });
      col.loaded[point] = 1;
    }
    return col;
  }

  set(point: number, head: PointHead): void {
    const { col } = this.table;
    col.lastAt[point] = head.lastAt;
    col.written[point] = head.written;
    col.tailStart[point] = head.tailStart ?? Number.NaN;
    col.tailCount[point] = head.tailCount;
  }

  markDirty(point: number, after: number, nowMs: number): void {
    const { col } = this.table;
    if (col.dirty[point] === 1) return;
    col.dirty[point] = 1;
    col.dirtyAfter[point] = after;
    col.dirtySinceMs[point] = nowMs;
  }

  markClean(point: number): void {
    this.table.col.dirty[point] = 0;
  }

  /** Dirty points that satisfy both bounds. */
  dirty(afterAtMost: number, sinceAtMostMs: number): number[] {
    const { col, rows } = this.table;
    const found: number[] = [];
    for (let point = 0; point < rows; point += 1) {
      if (col.dirty[point] === 0) continue;
      if (col.dirtyAfter[point] <= afterAtMost && col.dirtySinceMs[point] <= sinceAtMostMs) found.push(point);
    }
    return found;
  }

  /** Everything up to here is written, for every point, when the log was taken up to `appended`. */
  writtenTo(appended: number): number {
    const { col, rows } = this.table;
    let position = appended;
    for (let point = 0; point < rows; point += 1) {
      if (col.dirty[point] === 1 && col.dirtyAfter[point] < position) position = col.dirtyAfter[point];
    }
    return position;
  }
}
