/**
 * Seals what one point has in memory: its half-full chunk is taken up again, and rows are cut at 600 samples or 24 h. It runs inside the caller's transaction.
 */
import type { ChunkFile, PointHead } from './chunk-file.ts';
import type { ChunkColumns } from './codec.ts';
import { newColumns } from './codec.ts';
import type { OpenRows } from './open-rows.ts';

export const CHUNK_ROWS = 600;
export const CHUNK_SPAN_MS = 86_400_000;

/** Gives the head as it stands in the file afterwards. */
export function writePoint(file: ChunkFile, point: number, head: PointHead, open: OpenRows): PointHead {
  let after = head;
  if (open.count(point) > 0) {
    const columns = gather(file, point, head, open);
    let last = 0;
    for (let first = 0; first < columns.count; first = last) {
      last = endOfChunk(columns, first);
      file.writeChunk(point, part(columns, first, last));
      const count = last - first;
      const isFull = count === CHUNK_ROWS;
      after = { ...head, tailStart: isFull ? undefined : columns.at[first], tailCount: isFull ? 0 : count };
    }
  }
  file.setHead(point, after);
  return after;
}

/** Rows of the half-full chunk, then the open ones. */
function gather(file: ChunkFile, point: number, head: PointHead, open: OpenRows): ChunkColumns {
  // Retention may have removed it meanwhile.
  const header = head.tailStart === undefined ? undefined : file.header(point, head.tailStart);
  const tail = header === undefined ? undefined : file.rows(header.blob);
  const columns = newColumns((tail?.count ?? 0) + open.count(point));
  if (tail !== undefined) {
    columns.at.set(tail.at);
    columns.value.set(tail.value);
    columns.receivedAt.set(tail.receivedAt);
    columns.deviceAt.set(tail.deviceAt);
    columns.quality.set(tail.quality);
    columns.flags.set(tail.flags);
    columns.count = tail.count;
  }
  open.copy(point, columns);
  return columns;
}

function endOfChunk(columns: ChunkColumns, first: number): number {
  const limit = Math.min(first + CHUNK_ROWS, columns.count);
  let last = first + 1;
  while (last < limit && columns.at[last] - columns.at[first] < CHUNK_SPAN_MS) last += 1;
  return last;
}

function part(columns: ChunkColumns, first: number, last: number): ChunkColumns {
  return {
    count: last - first,
    at: columns.at.subarray(first, last),
    value: columns.value.subarray(first, last),
    receivedAt: columns.receivedAt.subarray(first, last),
    deviceAt: columns.deviceAt.subarray(first, last),
    quality: columns.quality.subarray(first, last),
    flags: columns.flags.subarray(first, last),
  };
}
