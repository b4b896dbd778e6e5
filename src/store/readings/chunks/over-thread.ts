/**
 * The chunks as their users see them while they live in a thread of their own: cursor and gaps are known here, so that health and
 * the freeing of the log never wait for a disk. A thread that begins anew has forgotten the rows that were not sealed: it says
 * from where it wants them again.
 */
import type { Manners, StoreThread } from '../../thread/store-thread.ts';
import { gapsWithin } from '../export/gaps.ts';
import type { ExportLedger } from '../export/ledger.ts';
import type {
  AppendOutcome,
  ExportGap,
  ForgetOutcome,
  PointsOutcome,
  PointsQuery,
  QueryOutcome,
  ReadingRows,
  ReadingsQuery,
  ReadingsStore,
  SelfTestOutcome,
} from '../port.ts';
import { newRows } from '../rows.ts';
import type { At, ChunkCalls } from './calls.ts';
import { blockOf } from './columns.ts';

const CALLS: Manners<Omit<ChunkCalls, 'append'>> = {
  flush: 'prompt',
  query: 'prompt',
  queryPoints: 'prompt',
  forget: 'prompt',
};
const APPEND = { part: 'chunks', method: 'append', waits: 'prompt' } as const;

export interface ChunksOverThread {
  readonly store: ReadingsStore;
  /** To be told what the thread says of itself whenever it has opened the file. */
  welcomed(welcome: unknown): void;
}

export interface ChunksOverParts {
  thread(): StoreThread;
  readonly ledger: ExportLedger;
  /** As far as the file is, before the thread has opened it. */
  readonly found: number;
}

export function chunksOver({ thread, ledger, found }: ChunksOverParts): ChunksOverThread {
  let durable = found;
  /** Handed over so far; more than `durable` is in the memory of the thread. */
  let appended = found;
  /** The thread has begun anew, and the exporter does not know yet. */
  let isAnew = false;
  const anew = (): AppendOutcome => ({ ok: false, reason: 'the store has begun anew', resumeFrom: durable });
  const calls = () => thread().part('chunks', CALLS);

  async function taken(call: () => Promise<At<AppendOutcome>>): Promise<AppendOutcome> {
    try {
      const { outcome, position } = await call();
      durable = Math.max(durable, position);
      return outcome;
    } catch (error) {
      return { ok: false, reason: wordsOf(error) };
    }
  }

  async function append(rows: ReadingRows, position: number): Promise<AppendOutcome> {
    if (isAnew) {
      isAnew = false;
      appended = durable;
      return anew();
    }
    const block = blockOf(rows);
    const outcome = await taken(() => thread().call(APPEND, [block, position], [block.numbers.buffer]));
    if (outcome.ok) appended = Math.max(appended, position);
    return outcome;
  }

  const flush = (olderThanMs?: number): Promise<AppendOutcome> => taken(() => calls().flush(olderThanMs));

  const store: ReadingsStore = {
    position: () => durable,
    append,
    flush,
    async giveUp(gap: ExportGap) {
      // What is given up is passed at once, or not noted.
      const away = thread().complaint;
      if (away !== undefined) return { ok: false, reason: away };
      // Only who appends is believed to have heard it.
      if (isAnew) return anew();
      try {
        await ledger.advance({ position: gap.to }, gap);
      } catch (error) {
        return { ok: false, reason: wordsOf(error) };
      }
      const passed = await append(newRows(), gap.to);
      return passed.ok ? flush() : passed;
    },
    gaps: () => ledger.gaps(),
    async query(query: ReadingsQuery): Promise<QueryOutcome> {
      try {
        const outcome = await calls().query(query);
        if (!outcome.ok) return outcome;
        return { ok: true, answer: { ...outcome.answer, gaps: gapsWithin(ledger.gaps(), query.from, query.to) } };
      } catch (error) {
        return { ok: false, reason: wordsOf(error) };
      }
    },
    async queryPoints(query: PointsQuery): Promise<PointsOutcome> {
      try {
        const outcome = await calls().queryPoints(query);
        return outcome.ok ? { ...outcome, gaps: gapsWithin(ledger.gaps(), query.from, outcome.upTo) } : outcome;
      } catch (error) {
        return { ok: false, reason: wordsOf(error) };
      }
    },
    /** The file is its own. */
    async selfTest(): Promise<SelfTestOutcome> {
      return { ok: true };
    },
    async forget(before: number): Promise<ForgetOutcome> {
      try {
        return await calls().forget(before);
      } catch (error) {
        return { ok: false, reason: wordsOf(error) };
      }
    },
    close: () => thread().close(),
  };

  return {
    store,
    welcomed(welcome) {
      durable = Math.max(durable, welcome as number);
      isAnew = appended > (welcome as number);
    },
  };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
