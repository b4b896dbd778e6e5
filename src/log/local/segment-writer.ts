/**
 * Writes commits into the active segment, one at a time, and changes to a new segment when the active one is full or
 * has failed. A failed write is thrown, never repeated here: when to try again is the log's business.
 */

import { frameBlockBytes, sealRangeFrame } from '../frame.ts';
import type { LogGap, RecordNumber } from '../port.ts';
import { asError, isNoSpace } from './disk.ts';
import type { ClaimedSegment, LogFolder } from './log-folder.ts';
import type { NoticeListener } from './notice.ts';
import type { Segment } from './segment.ts';

/** What one synced write makes durable. It can be sealed again for another segment. */
export interface Commit {
  readonly first: RecordNumber;
  readonly next: RecordNumber;
  /** First number that can be read from it: `first`, or `next` when it only leaves numbers out. */
  readonly firstReadable: RecordNumber;
  readonly spanBytes: number;
  seal(segment: number): Buffer;
}

/** The numbers `from` … `to` are left out; an empty range (`to` = `from` - 1) only proves that the disk takes writes. */
export function gapCommit(gap: LogGap): Commit {
  return {
    first: gap.from,
    next: gap.to + 1,
    firstReadable: gap.to + 1,
    spanBytes: frameBlockBytes,
    seal: (segment) => sealRangeFrame('gap', segment, gap),
  };
}

interface ActiveSegment extends ClaimedSegment {
  endOffset: number;
}

export class SegmentWriter {
  /** Segments that hold durable frames, oldest first; the last one may be the active one. */
  readonly segments: Segment[];
  readonly #folder: LogFolder;
  readonly #segmentBytes: number;
  readonly #onNotice: NoticeListener;
  readonly #failed = new Set<number>();
  #active: ActiveSegment | undefined;
  /** Raised by `giveUp`, so that a write that hangs and comes back later finds itself replaced. */
  #turn = 0;

  constructor(folder: LogFolder, segments: Segment[], options: { segmentBytes: number; onNotice: NoticeListener }) {
    this.#folder = folder;
    this.segments = segments;
    this.#segmentBytes = options.segmentBytes;
    this.#onNotice = options.onNotice;
  }

  /** Goes on in an existing segment: the next commit is written at `endOffset`. */
  resume(segment: ClaimedSegment, endOffset: number): void {
    this.#active = { ...segment, endOffset };
  }

  /** Resolves when the commit is durable. After a rejection the segment it was meant for is closed for good. */
  async write(commit: Commit): Promise<void> {
    const turn = this.#turn;
    const active = await this.#segmentFor(commit, turn);
    try {
      await active.file.write(commit.seal(active.number), active.endOffset);
    } catch (error) {
      if (turn === this.#turn) this.#active = undefined;
      this.#onNotice({ kind: 'segment-closed', segment: active.name, error: asError(error).message });
      await this.#putAway(active);
      // The reserve is for this moment: give it up before anyone tries again.
      if (isNoSpace(error)) await this.#folder.releaseReserve().catch(() => false);
      throw error;
    }
    if (turn !== this.#turn) {
      await this.#putAway(active);
      throw new Error('the commit was given up while it hung');
    }
    if (!this.#isListed(active)) {
      const { number, name } = active;
      this.segments.push({ number, name, base: commit.first, firstReadable: commit.firstReadable, startOffset: 0 });
    }
    active.endOffset += commit.spanBytes;
  }

  /** Drops the active segment; a write still hanging in it counts as failed, whatever becomes of it. */
  giveUp(isWriting: boolean): void {
    const active = this.#active;
    this.#turn += 1;
    this.#active = undefined;
    if (active === undefined) return;
    this.#failed.add(active.number);
    if (!isWriting) void this.#putAway(active);
  }

  async close(): Promise<void> {
    await this.#active?.file.close();
    this.#active = undefined;
  }

  async #segmentFor(commit: Commit, turn: number): Promise<ActiveSegment> {
    const active = this.#active;
    const fits = active !== undefined && active.endOffset + commit.spanBytes <= this.#segmentBytes;
    // A commit longer than a segment gets one of its own.
    if (active !== undefined && (fits || active.endOffset === 0)) return active;
    this.#active = undefined;
    if (active !== undefined) void active.file.close().catch(() => {});
    const claimed = await this.#claim();
    if (turn !== this.#turn) {
      await this.#folder.discard(claimed);
      throw new Error('the commit was given up while it hung');
    }
    this.#active = { ...claimed, endOffset: 0 };
    this.#folder.prepare();
    return this.#active;
  }

  async #claim(): Promise<ClaimedSegment> {
    try {
      return await this.#folder.claim();
    } catch (error) {
      if (isNoSpace(error)) await this.#folder.releaseReserve().catch(() => false);
      throw error;
    }
  }

  /** Whether the file may become a spare: not after a failed write, nor while one may still hang in the kernel. */
  isReusable(segment: number): boolean {
    return !this.#failed.has(segment);
  }

  /** Closes a segment that must not be written again, and removes it when nothing in it ever became durable. */
  async #putAway(active: ActiveSegment): Promise<void> {
    this.#failed.add(active.number);
    if (this.#isListed(active)) await active.file.close().catch(() => {});
    else await this.#folder.discard(active);
  }

  #isListed(active: ActiveSegment): boolean {
    return this.segments.some(({ number }) => number === active.number);
  }
}
