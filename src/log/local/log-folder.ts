/**
 * The folder of a local log: hands out files for new segments, keeps one ready, takes old ones back, and holds the
 * reserve that is given up when the disk is full. It knows names and space; it never looks into a frame.
 */
import { randomFillSync } from 'node:crypto';
import { join } from 'node:path';
import type { LogClock, LogDisk, LogFile } from './disk.ts';
import { asError, isNoSpace } from './disk.ts';
import type { NoticeListener } from './notice.ts';
import { segmentName, segmentNumber, spareName, spareNumber } from './segment.ts';

/** Size of one filling write: small enough that a commit queued behind it on the device stays short. */
const fillChunkBytes = 256 * 1024;
/** Rest between two filling writes, so that filling takes a part of the device and never all of it. */
const fillPauseMs = 4;
const sparesKept = 2;
const reserveName = 'reserve';
const temporaryPattern = /\.tmp$/;

interface FolderOptions {
  readonly dir: string;
  readonly segmentBytes: number;
  readonly reserveBytes: number;
  readonly preallocate: boolean;
  readonly disk: LogDisk;
  readonly clock: LogClock;
  readonly onNotice: NoticeListener;
}

export interface ClaimedSegment {
  readonly number: number;
  readonly name: string;
  readonly file: LogFile;
}

export class LogFolder {
  readonly #options: FolderOptions;
  #spares: string[] = [];
  /** Half-made by an earlier life. */
  #halfMade: string[] = [];
  #lastNumber = 0;
  #hasReserve = false;
  #stopped = false;
  #preparing: Promise<void> | undefined;

  constructor(options: FolderOptions) {
    this.#options = options;
  }

  /** Reads the folder and returns the numbers of the segment files, oldest first. */
  async open(): Promise<number[]> {
    const { dir, disk, reserveBytes } = this.#options;
    await disk.makeDir(dir);
    const segments: number[] = [];
    for (const name of await disk.list(dir)) {
      const segment = segmentNumber(name);
      if (segment !== undefined) segments.push(segment);
      const spare = spareNumber(name);
      if (spare !== undefined) this.#spares.push(name);
      if (temporaryPattern.test(name)) this.#halfMade.push(name);
      this.#lastNumber = Math.max(this.#lastNumber, segment ?? 0, spare ?? 0);
      if (name === reserveName) this.#hasReserve = (await this.#sizeOf(name)) >= reserveBytes;
    }
    return segments.sort((a, b) => a - b);
  }

  /** A file for a new segment, its name already durable. A spare is taken when one is ready; nothing waits for one. */
  async claim(): Promise<ClaimedSegment> {
    const { dir, disk } = this.#options;
    const number = ++this.#lastNumber;
    const name = segmentName(number);
    const spare = this.#spares.shift();
    if (spare !== undefined) await disk.rename(join(dir, spare), join(dir, name));
    const file = await disk.open(join(dir, name), spare === undefined ? 'create' : 'update');
    try {
      await disk.syncDir(dir);
    } catch (error) {
      await this.discard({ number, name, file });
      throw error;
    }
    return { number, name, file };
  }

  /** Removes a segment in which nothing became durable. Failing to is harmless: a later segment overrules it. */
  async discard(segment: ClaimedSegment): Promise<void> {
    const { dir, disk } = this.#options;
    await segment.file.close().catch(() => {});
    await disk.remove(join(dir, segment.name)).catch(() => {});
  }

  /** Takes a freed segment back as a spare, or removes it when there are enough, its size differs or it is not `reusable`. */
  async recycle(number: number, reusable: boolean): Promise<void> {
    const { dir, disk, segmentBytes } = this.#options;
    const name = segmentName(number);
    const keep = reusable && this.#spares.length < sparesKept && (await this.#sizeOf(name)) === segmentBytes;
    if (keep) await disk.rename(join(dir, name), join(dir, spareName(number, 'recycled')));
    else await disk.remove(join(dir, name));
    await disk.syncDir(dir);
    if (keep) this.#spares.push(spareName(number, 'recycled'));
  }

  /** Gives up the reserve; false when there is none left. */
  async releaseReserve(): Promise<boolean> {
    if (!this.#hasReserve) return false;
    const { dir, disk, reserveBytes, onNotice } = this.#options;
    this.#hasReserve = false;
    await disk.remove(join(dir, reserveName));
    onNotice({ kind: 'reserve-freed', bytes: reserveBytes });
    return true;
  }

  /** Starts making what is missing, a spare and the reserve, in the background, and drops what was half-made; one such job runs at a time. */
  prepare(): void {
    if (this.#preparing !== undefined || this.#stopped) return;
    this.#preparing = this.#prepareMissing()
      .catch((error) => this.#options.onNotice({ kind: 'preparing-failed', error: asError(error).message }))
      .finally(() => {
        this.#preparing = undefined;
      });
  }

  /** Resolves when nothing is being prepared. */
  async prepared(): Promise<void> {
    await this.#preparing;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#preparing;
  }

  async #prepareMissing(): Promise<void> {
    const { dir, disk, segmentBytes, reserveBytes, preallocate, onNotice } = this.#options;
    for (const name of this.#halfMade.splice(0)) await disk.remove(join(dir, name));
    // On a nearly full disk a segment grows with its records: preparing one would only bring the end nearer.
    const { freeBytes } = await disk.space(dir);
    if (preallocate && this.#spares.length === 0 && freeBytes >= 2 * segmentBytes) {
      const name = spareName(this.#lastNumber, 'new');
      if (await this.#fill(name, segmentBytes, Buffer.alloc(fillChunkBytes))) this.#spares.push(name);
    }
    if (reserveBytes === 0 || this.#hasReserve) return;
    // Right after a full disk the reserve would only take the space back that the log lives on.
    if (freeBytes < 2 * (reserveBytes + segmentBytes)) return;
    // Random bytes: a compressing file system would store zeros in no space and give none back.
    if (!(await this.#fill(reserveName, reserveBytes, randomFillSync(Buffer.alloc(fillChunkBytes))))) return;
    this.#hasReserve = true;
    onNotice({ kind: 'reserve-restored', bytes: reserveBytes });
  }

  async #fill(name: string, bytes: number, chunk: Buffer): Promise<boolean> {
    const { dir, disk, clock } = this.#options;
    const temporary = join(dir, `${name}.tmp`);
    const file = await disk.open(temporary, 'create');
    try {
      for (let at = 0; at < bytes && !this.#stopped; at += chunk.length) {
        await file.write(chunk.subarray(0, Math.min(chunk.length, bytes - at)), at);
        await clock.pause(fillPauseMs);
      }
    } catch (error) {
      await disk.remove(temporary).catch(() => {});
      throw isNoSpace(error) ? new Error(`no space to prepare ${name}`) : error;
    } finally {
      await file.close();
    }
    if (this.#stopped) {
      await disk.remove(temporary);
      return false;
    }
    await disk.rename(temporary, join(dir, name));
    await disk.syncDir(dir);
    return true;
  }

  async #sizeOf(name: string): Promise<number> {
    const { dir, disk } = this.#options;
    const file = await disk.open(join(dir, name), 'read');
    try {
      return await file.sizeBytes();
    } finally {
      await file.close();
    }
  }
}
