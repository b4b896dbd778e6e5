/**
 * The input log on a local disk: group commit into segment files, one commit in flight, everything that arrives meanwhile
 * in the next. It numbers, keeps and hands back records; it never looks into one and never reports a record durable
 * that is not on the medium.
 */
import { join } from 'node:path';
import { LogAudience } from '../audience.ts';
import { recordBytesMax, recordHeaderBytes, recordsOf } from '../frame.ts';
import type { InputLog, LogGap, LogHealth, LogRecord, RecordNumber } from '../port.ts';
import type { ArchiveOptions } from './archive.ts';
import { archiveSegment } from './archive.ts';
import type { LogClock, LogDisk } from './disk.ts';
import { asError } from './disk.ts';
import type { Group } from './group.ts';
import { GroupPool } from './group.ts';
import { LogFolder } from './log-folder.ts';
import type { LogEnd } from './log-reader.ts';
import { findEnd, findSegments, RecordIterator, readFrames } from './log-reader.ts';
import { nodeDisk } from './node-disk.ts';
import type { NoticeListener } from './notice.ts';
import type { Commit } from './segment-writer.ts';
import { gapCommit, SegmentWriter } from './segment-writer.ts';

/** A commit that takes longer than this is reported as hanging: well below the 2 s after which unsaved mode begins. */
const hangMs = 500;
/** Rests before the second, third … repetition of a failed commit; the first one follows at once, in a new segment. */
const retryMs = [0, 50, 100, 200, 400, 800, 1000];
/** Attempts that `open` and `close` make before they give up; in between the log tries for ever. */
const lastAttempts = 3;

export interface LocalLogOptions {
  readonly dir: string;
  readonly segmentBytes?: number;
  /** A group is closed at this size; a longer record has a group of its own. */
  readonly groupBytes?: number;
  /** Keep a zero-written segment ready (default). Off, every new segment grows while it is written, which is slower. */
  readonly preallocate?: boolean;
  /** Space given up when the disk is full, so that the log goes on. 0: none. */
  readonly reserveBytes?: number;
  /** Where freed segments go, compressed; without it they are only recycled. */
  readonly archiveDir?: string;
  readonly archiveDays?: number;
  /** Share of the disk (0 … 1) the archive may take. */
  readonly archiveShare?: number;
  readonly disk?: LogDisk;
  readonly clock: LogClock;
  readonly onNotice?: NoticeListener;
}

/**
 * Opens or creates the log in `dir`. Rejects when another process has it open or its last commit cannot be secured. Until the
 * first record comes no byte of the folder is another one: a start that is refused leaves it as it was.
 */
export async function openLocalLog(options: LocalLogOptions): Promise<InputLog> {
  const { dir, disk = nodeDisk, clock, onNotice = () => {} } = options;
  const { segmentBytes = 64 * 1024 * 1024, reserveBytes = 256 * 1024 * 1024, preallocate = true } = options;
  await disk.makeDir(dir);
  const unlock = await disk.lock(dir);
  try {
    const folder = new LogFolder({ dir, segmentBytes, reserveBytes, preallocate, disk, clock, onNotice });
    const { segments, empty, gaps } = await findSegments(disk, dir, await folder.open());
    const newest = segments.at(-1);
    const end = newest === undefined ? undefined : await findEnd(disk, dir, newest);
    const writer = new SegmentWriter(folder, segments, { segmentBytes, onNotice });
    const log = new LocalLog({ ...options, disk, onNotice }, { folder, writer, empty, gaps, unlock });
    if (end !== undefined) await log.resume(end);
    return log;
  } catch (error) {
    await unlock();
    throw error;
  }
}

type Settings = LocalLogOptions & Required<Pick<LocalLogOptions, 'disk' | 'onNotice'>>;

interface Parts {
  readonly folder: LogFolder;
  readonly writer: SegmentWriter;
  readonly empty: number[];
  readonly gaps: LogGap[];
  readonly unlock: () => Promise<void>;
}

class LocalLog implements InputLog {
  next: RecordNumber = 1;
  durable: RecordNumber = 0;
  pendingBytes = 0;
  health: LogHealth = { state: 'ok' };
  readonly gaps: LogGap[];

  readonly #settings: Settings;
  readonly #folder: LogFolder;
  readonly #writer: SegmentWriter;
  readonly #empty: number[];
  readonly #unlock: () => Promise<void>;
  readonly #groupBytes: number;
  readonly #archive: ArchiveOptions | undefined;
  readonly #pool: GroupPool;
  readonly #audience = new LogAudience();
  /** Oldest segment each running reading may still need; nothing from there on is freed. */
  readonly #readingFrom = new Set<{ readonly segment: number }>();
  #groups: Group[] = [];
  #inFlight: Commit | undefined;
  #mode: 'open' | 'unsaved' | 'closing' | 'closed' = 'open';
  /** Raised by `abandon`: a commit that comes back with an older number is no longer ours. */
  #turn = 0;
  #running: Promise<void> | undefined;
  #resuming = false;
  #isInUse = false;
  #attempts = 0;
  #isWatching = false;
  #freeing: Promise<void> = Promise.resolve();

  constructor(settings: Settings, parts: Parts) {
    this.#settings = settings;
    this.#folder = parts.folder;
    this.#writer = parts.writer;
    this.#empty = parts.empty;
    this.gaps = parts.gaps;
    this.#unlock = parts.unlock;
    this.#groupBytes = settings.groupBytes ?? 2 * 1024 * 1024;
    this.#pool = new GroupPool(this.#groupBytes);
    const { archiveDir, archiveDays = 30, archiveShare = 0.2, disk, clock, onNotice } = settings;
    if (archiveDir !== undefined) {
      this.#archive = { dir: archiveDir, days: archiveDays, share: archiveShare, disk, clock, onNotice };
    }
  }

  get oldest(): RecordNumber {
    return Math.min(this.#writer.segments[0]?.firstReadable ?? this.next, this.next);
  }

  append(bytes: Uint8Array): RecordNumber {
    if (this.#mode !== 'open') throw new Error(`the log takes no records: it is ${this.#mode}`);
    if (bytes.length > recordBytesMax) throw new RangeError(`a record of ${bytes.length} bytes is too long`);
    const addedBytes = recordHeaderBytes + bytes.length;
    let group = this.#groups.at(-1);
    if (group === undefined || group === this.#inFlight || group.payloadBytes + addedBytes > this.#groupBytes) {
      group = this.#pool.start(this.next);
      this.#groups.push(group);
    }
    group.add(bytes);
    this.pendingBytes += addedBytes;
    this.#running ??= this.#run();
    return this.next++;
  }

  onDurable(listener: (durable: RecordNumber) => void): void {
    this.#audience.durableListeners.push(listener);
  }

  onHealth(listener: (health: LogHealth) => void): void {
    this.#audience.healthListeners.push(listener);
  }

  flush(): Promise<void> {
    const number = this.next - 1;
    if (this.durable >= number) return Promise.resolve();
    if (this.#mode === 'unsaved') return Promise.reject(new Error('the log is in unsaved mode'));
    return this.#audience.waitFor(number);
  }

  read(from: RecordNumber): AsyncIterable<LogRecord> {
    const { dir, disk } = this.#settings;
    const segments = [...this.#writer.segments];
    const range = { from, upTo: this.durable };
    const first = segments.findLast(({ base }) => base <= from) ?? segments[0];
    const pinned = this.#readingFrom;
    async function* frames() {
      const pin = { segment: first?.number ?? 0 };
      pinned.add(pin);
      try {
        yield* readFrames(disk, dir, segments, range);
      } finally {
        pinned.delete(pin);
      }
    }
    return new RecordIterator(frames());
  }

  free(before: RecordNumber): Promise<void> {
    this.#freeing = this.#freeing.then(() => this.#free(before));
    return this.#freeing;
  }

  abandon(): LogGap | undefined {
    if (this.#mode !== 'open') return undefined;
    this.#mode = 'unsaved';
    this.#turn += 1;
    this.#writer.giveUp(this.#inFlight !== undefined);
    const gap = { from: this.durable + 1, to: this.next - 1 };
    this.#dropPending(new Error('the records were given up: the log is in unsaved mode'));
    return gap.to >= gap.from ? gap : undefined;
  }

  async resumeAt(number: RecordNumber): Promise<void> {
    if (this.#mode !== 'unsaved' || this.#resuming)
      throw new Error('resumeAt: not in unsaved mode, or already resuming');
    const gap = { from: this.durable + 1, to: number - 1 };
    if (number < gap.from) throw new RangeError(`resumeAt(${number}): record ${number} is durable already`);
    this.#resuming = true;
    try {
      await this.#writer.write(gapCommit(gap));
    } finally {
      this.#resuming = false;
    }
    if (gap.to >= gap.from) this.gaps.push(gap);
    this.next = number;
    this.durable = number - 1;
    this.#mode = 'open';
    this.#setHealth({ state: 'ok' });
  }

  async close(): Promise<void> {
    if (this.#mode === 'closing' || this.#mode === 'closed') return;
    this.#mode = 'closing';
    // What hangs in the kernel cannot be waited for: a stop must end.
    await Promise.race([this.#running, this.#settings.clock.watch(2 * hangMs * lastAttempts)]);
    this.#mode = 'closed';
    this.#turn += 1;
    const hangs = this.#inFlight !== undefined;
    this.#dropPending(new Error('the log was closed'));
    await this.#folder.stop();
    await this.#freeing;
    if (!hangs) await this.#writer.close();
    await this.#unlock();
  }

  /**
   * Goes on after the last run. Its last commit may stand in the cache and not on the medium (a process that was killed
   * in the middle of it), so it is written once more, in its own place, before anything in it counts as durable.
   */
  async resume(end: LogEnd): Promise<void> {
    const { dir, disk, onNotice } = this.#settings;
    const { segment, last, damage } = end;
    if (damage !== undefined) onNotice({ kind: 'damage', ...damage });
    if (end.isTorn) onNotice({ kind: 'torn-tail', segment: segment.name, offset: end.endOffset });
    const file = await disk.open(join(dir, segment.name), 'update');
    const isSettled = last.frame.kind === 'set-aside';
    this.#writer.resume({ ...segment, file }, isSettled ? end.endOffset : last.offset);
    this.next = end.next;
    this.durable = isSettled ? end.next - 1 : last.frame.first - 1;
    if (isSettled) return;
    const { first, next } = last.frame;
    const commit = last.frame.kind === 'gap' ? gapCommit({ from: first, to: next - 1 }) : this.#groupOf(last.frame);
    const error = await this.#commit(commit, lastAttempts);
    if (error !== undefined) throw error;
  }

  #groupOf(frame: LogEnd['last']['frame']): Group {
    const group = this.#pool.start(frame.first);
    for (const { bytes } of recordsOf(frame)) group.add(bytes);
    return group;
  }

  /** Commits group after group until nothing is pending. */
  async #run(): Promise<void> {
    // One turn of the event loop: what the other sockets delivered in it belongs to the same group.
    await new Promise((resolve) => setImmediate(resolve));
    if (!this.#isInUse) this.#folder.prepare();
    this.#isInUse = true;
    const turn = this.#turn;
    while (turn === this.#turn && this.#groups.length > 0) {
      const [group] = this.#groups;
      const error = await this.#commit(group, this.#mode === 'open' ? Number.POSITIVE_INFINITY : lastAttempts);
      if (turn !== this.#turn || error !== undefined) break;
      this.#groups.shift();
      this.pendingBytes -= group.payloadBytes;
      this.#pool.done(group);
      this.#audience.durable(this.durable);
    }
    if (turn === this.#turn) this.#running = undefined;
  }

  /** Repeats a commit until it is durable or given up; the last error is returned when `attemptsMax` are used up. */
  async #commit(commit: Commit, attemptsMax: number): Promise<Error | undefined> {
    const turn = this.#turn;
    this.#inFlight = commit;
    void this.#watch();
    for (let attempt = 0; ; attempt++) {
      let error: Error | undefined;
      try {
        this.#attempts += 1;
        await this.#writer.write(commit);
      } catch (thrown) {
        error = asError(thrown);
      }
      this.#attempts += 1;
      if (turn !== this.#turn) return error;
      if (error === undefined) {
        this.#inFlight = undefined;
        this.durable = commit.next - 1;
        if (this.health.state !== 'ok') this.#setHealth({ state: 'ok' });
        return undefined;
      }
      this.#setHealth({ state: 'failing', error: error.message });
      const isLast = attempt + 1 >= (this.#mode === 'open' ? attemptsMax : lastAttempts);
      if (!isLast) await this.#settings.clock.pause(retryMs[Math.min(attempt, retryMs.length - 1)]);
      if (turn !== this.#turn) return error;
      if (isLast || this.#mode === 'closed') {
        this.#inFlight = undefined;
        return error;
      }
    }
  }

  /** A hanging write gives no error; time without progress is the only sign of it. */
  async #watch(): Promise<void> {
    if (this.#isWatching) return;
    this.#isWatching = true;
    while (this.#inFlight !== undefined) {
      const seen = this.#attempts;
      await this.#settings.clock.watch(hangMs);
      if (this.#inFlight === undefined || seen !== this.#attempts || this.health.state !== 'ok') continue;
      this.#setHealth({ state: 'failing', error: `a commit has hung for more than ${hangMs} ms` });
    }
    this.#isWatching = false;
  }

  #setHealth(health: LogHealth): void {
    this.health = health;
    this.#audience.health(health);
  }

  #dropPending(reason: Error): void {
    this.#groups = [];
    this.pendingBytes = 0;
    this.#inFlight = undefined;
    this.#running = undefined;
    this.#audience.giveUp(reason);
  }

  async #free(before: RecordNumber): Promise<void> {
    const { segments } = this.#writer;
    try {
      while (segments.length > 1 && segments[1].base <= before && this.#mode !== 'closed') {
        const [oldest, following] = segments;
        if ([...this.#readingFrom].some(({ segment }) => segment <= oldest.number)) return;
        // Out of the list first: a reading that begins now must not meet a file that is about to be used again.
        segments.shift();
        if (
          !(await this.#archived(oldest.number, oldest.name, { from: oldest.firstReadable, to: following.base - 1 }))
        ) {
          segments.unshift(oldest);
          return;
        }
        await this.#folder.recycle(oldest.number, this.#writer.isReusable(oldest.number));
      }
      while (this.#empty.length > 0 && Math.min(...this.#empty) < (segments[0]?.number ?? 0)) {
        const number = Math.min(...this.#empty);
        this.#empty.splice(this.#empty.indexOf(number), 1);
        await this.#folder.recycle(number, false);
      }
    } catch (error) {
      this.#settings.onNotice({ kind: 'freeing-failed', error: asError(error).message });
    }
    this.#folder.prepare();
  }

  async #archived(number: number, name: string, range: { from: RecordNumber; to: RecordNumber }): Promise<boolean> {
    if (this.#archive === undefined || range.to < range.from) return true;
    return archiveSegment(this.#archive, { number, name, sourcePath: join(this.#settings.dir, name), ...range });
  }
}
