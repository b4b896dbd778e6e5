/** What crosses to the thread of the chunks and back: rows as one block, and with every answer how far the file is. */
import type {
  AppendOutcome,
  ForgetOutcome,
  PointsOutcome,
  PointsQuery,
  QueryOutcome,
  ReadingsQuery,
  ReadingsStore,
} from '../port.ts';
import type { RowBlock } from './columns.ts';
import { rowsOf } from './columns.ts';

/** An outcome with the position that is durable behind it. */
export interface At<T> {
  readonly outcome: T;
  readonly position: number;
}

export interface ChunkCalls {
  append(rows: RowBlock, position: number): Promise<At<AppendOutcome>>;
  flush(olderThanMs?: number): Promise<At<AppendOutcome>>;
  query(query: ReadingsQuery): Promise<QueryOutcome>;
  queryPoints(query: PointsQuery): Promise<PointsOutcome>;
  forget(before: number): Promise<ForgetOutcome>;
}

export function chunkCalls(store: ReadingsStore): ChunkCalls {
  const at = async <T>(outcome: Promise<T>): Promise<At<T>> => ({ outcome: await outcome, position: store.position() });
  return {
    append: (rows, position) => at(store.append(rowsOf(rows), position)),
    flush: (olderThanMs) => at(store.flush(olderThanMs)),
    query: (query) => store.query(query),
    queryPoints: (query) => store.queryPoints(query),
    forget: (before) => store.forget(before),
  };
}
