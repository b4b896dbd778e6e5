/**
 * A disk in memory that can lose power: names and bytes that were not synced are gone after `powerCut`, and the write
 * that was under way stays as far as it had come. It can also be full, fail, hang, or lie about syncing.
 */
import { dirname } from 'node:path';
import type { DiskSpace, LogClock, LogDisk, LogFile } from '../../src/log/local/disk.ts';

interface Inode {
  /** What reads see: the cache. */
  live: Buffer;
  /** What is on the medium. */
  stored: Buffer;
}

export type FaultOperation = 'write' | 'open' | 'rename' | 'syncDir' | 'read';

export interface SimulatedDiskOptions {
  /** False: O_DSYNC is ignored and a write stays in the cache, as in a build with the sync taken out. */
  readonly honoursSync?: boolean;
  readonly capacityBytes?: number;
  /** Power fails once this many bytes were written in all; the write that reaches it is torn there. */
  readonly cutAfterBytes?: number;
  /** How a torn write of several sectors lands: from the front, or the later sectors first. */
  readonly tearFrom?: 'front' | 'back';
  /** Whether renames, creations and removals that were not synced survive a power cut all the same. */
  readonly keepsUnsyncedNames?: boolean;
}

function failure(code: string, what: string): Error {
  return Object.assign(new Error(`${code}: ${what}`), { code });
}

export class SimulatedDisk implements LogDisk {
  readonly #options: SimulatedDiskOptions;
  #names = new Map<string, Inode>();
  #storedNames = new Map<string, Inode>();
  readonly #locks = new Set<string>();
  #writtenBytes = 0;
  #isOff = false;
  #whenOff: (() => void)[] = [];
  /** Every n-th write fails with EIO: half-way through, or (`lands`) after the medium took all of it. */
  failingWrites: { every: number; lands: boolean } | undefined;
  #writes = 0;
  /** Called before each operation; an error it returns is what the operation fails with, a promise makes it hang. */
  fault: ((operation: FaultOperation, path: string) => Error | Promise<void> | undefined) | undefined;
  capacityBytes: number;
  /** Every operation that reached the disk, for stories about order. */
  readonly trace: string[] = [];

  constructor(options: SimulatedDiskOptions = {}) {
    this.#options = options;
    this.capacityBytes = options.capacityBytes ?? Number.POSITIVE_INFINITY;
  }

  get isOff(): boolean {
    return this.#isOff;
  }

  get usedBytes(): number {
    let used = 0;
    for (const { live } of new Set(this.#names.values())) used += live.length;
    return used;
  }

  /** Writes to files whose path holds `part` hang, until what is returned is called: it lets them go on, and heals. */
  hold(part = ''): () => void {
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    this.fault = (operation, path) => (operation === 'write' && path.includes(part) ? held : undefined);
    return () => {
      this.fault = undefined;
      go();
    };
  }

  /** Resolves when the power has failed (`cutAfterBytes` was reached). */
  off(): Promise<void> {
    return this.#isOff ? Promise.resolve() : new Promise((resolve) => this.#whenOff.push(resolve));
  }

  /** The power fails: nothing on this disk object answers any more. */
  powerCut(): void {
    this.#isOff = true;
    for (const resolve of this.#whenOff.splice(0)) resolve();
  }

  /** The machine starts again: a disk with what was really stored. */
  restarted(options: SimulatedDiskOptions = {}): SimulatedDisk {
    const next = new SimulatedDisk(options);
    const names = this.#options.keepsUnsyncedNames === true ? this.#names : this.#storedNames;
    for (const [path, inode] of names) {
      const copy = { live: Buffer.from(inode.stored), stored: Buffer.from(inode.stored) };
      next.#names.set(path, copy);
      next.#storedNames.set(path, copy);
    }
    return next;
  }

  /** The process dies and the machine goes on: the cache survives, the locks do not. */
  processKilled(options: SimulatedDiskOptions = {}): SimulatedDisk {
    const next = new SimulatedDisk(options);
    next.#names = this.#names;
    next.#storedNames = this.#storedNames;
    this.#isOff = true;
    return next;
  }

  /** The bytes of a file as stored, to be spoiled in place. */
  bytes(path: string): Buffer {
    const inode = this.#names.get(path);
    if (inode === undefined) throw failure('ENOENT', path);
    return inode.live;
  }

  /** Writes bytes as a decaying medium would: in cache and on the medium at once. */
  spoil(path: string, at: number, bytes: Uint8Array): void {
    const inode = this.#names.get(path);
    if (inode === undefined) throw failure('ENOENT', path);
    inode.live.set(bytes, at);
    inode.stored = Buffer.from(inode.live);
  }

  paths(): string[] {
    return [...this.#names.keys()].sort();
  }

  async makeDir(): Promise<void> {}

  async list(dir: string): Promise<string[]> {
    await this.#turn('read', dir);
    const inDir = [...this.#names.keys()].filter((path) => dirname(path) === dir);
    return inDir.map((path) => path.slice(dir.length + 1)).sort();
  }

  async open(path: string, mode: 'create' | 'update' | 'read'): Promise<LogFile> {
    await this.#turn('open', path);
    let inode = this.#names.get(path);
    if (mode === 'create') {
      inode = { live: Buffer.alloc(0), stored: Buffer.alloc(0) };
      this.#names.set(path, inode);
    }
    if (inode === undefined) throw failure('ENOENT', path);
    const opened = inode;
    return {
      write: (bytes, position) => {
        if (mode === 'read') throw failure('EBADF', path);
        return this.#write(path, opened, bytes, position);
      },
      read: async (into, position) => {
        await this.#turn('read', path);
        return opened.live.copy(into, 0, position, position + into.length);
      },
      sizeBytes: async () => opened.live.length,
      close: async () => {},
    };
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#turn('rename', from);
    const inode = this.#names.get(from);
    if (inode === undefined) throw failure('ENOENT', from);
    this.#names.delete(from);
    this.#names.set(to, inode);
  }

  async remove(path: string): Promise<void> {
    await this.#turn('rename', path);
    this.#names.delete(path);
  }

  async syncDir(dir: string): Promise<void> {
    await this.#turn('syncDir', dir);
    for (const path of new Set([...this.#names.keys(), ...this.#storedNames.keys()])) {
      if (dirname(path) !== dir) continue;
      const inode = this.#names.get(path);
      if (inode === undefined) this.#storedNames.delete(path);
      else this.#storedNames.set(path, inode);
    }
  }

  async space(): Promise<DiskSpace> {
    const totalBytes = Math.min(this.capacityBytes, 2 ** 40);
    return { totalBytes, freeBytes: totalBytes - this.usedBytes };
  }

  async lock(dir: string): Promise<() => Promise<void>> {
    if (this.#locks.has(dir)) throw new Error(`${dir} is in use by another process`);
    this.#locks.add(dir);
    return async () => {
      this.#locks.delete(dir);
    };
  }

  async #write(path: string, inode: Inode, bytes: Uint8Array, position: number): Promise<void> {
    // What is written is fixed when the call is made, as a kernel's copy would be.
    const copy = Buffer.from(bytes);
    await this.#turn('write', path);
    const growth = Math.max(position + copy.length - inode.live.length, 0);
    if (this.usedBytes + growth > this.capacityBytes) throw failure('ENOSPC', path);
    this.#writes += 1;
    const { every, lands } = this.failingWrites ?? { every: Number.POSITIVE_INFINITY, lands: false };
    if (this.#writes % every === 0) {
      const part = lands ? copy : copy.subarray(0, copy.length / 2);
      inode.live = place(inode.live, part, position);
      inode.stored = place(inode.stored, part, position);
      throw failure('EIO', path);
    }
    inode.live = place(inode.live, copy, position);
    const leftBytes = (this.#options.cutAfterBytes ?? Number.POSITIVE_INFINITY) - this.#writtenBytes;
    this.#writtenBytes += copy.length;
    const isTorn = copy.length > leftBytes;
    if (this.#options.honoursSync !== false) {
      if (!isTorn) inode.stored = place(inode.stored, copy, position);
      else if (this.#options.tearFrom === 'back') {
        inode.stored = place(inode.stored, copy.subarray(copy.length - leftBytes), position + copy.length - leftBytes);
      } else inode.stored = place(inode.stored, copy.subarray(0, leftBytes), position);
    }
    if (isTorn) {
      this.powerCut();
      await new Promise(() => {});
    }
    this.trace.push(`${this.#options.honoursSync === false ? 'write' : 'synced-write'} ${path}`);
  }

  async #turn(operation: FaultOperation, path: string): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#isOff) await new Promise(() => {});
    const fault = this.fault?.(operation, path);
    if (fault instanceof Error) throw fault;
    await fault;
    if (this.#isOff) await new Promise(() => {});
    if (operation !== 'write' && operation !== 'read') this.trace.push(`${operation} ${path}`);
  }
}

function place(target: Buffer, bytes: Uint8Array, position: number): Buffer {
  const result = Buffer.alloc(Math.max(target.length, position + bytes.length));
  target.copy(result);
  result.set(bytes, position);
  return result;
}

/** A clock whose pauses end at once and whose watches end when the test says so. */
export class SimulatedClock implements LogClock {
  nowMs = Date.UTC(2026, 0, 1);
  readonly pauses: number[] = [];
  #watches: (() => void)[] = [];

  wallMs(): number {
    return this.nowMs;
  }

  async pause(ms: number): Promise<void> {
    this.pauses.push(ms);
    await new Promise((resolve) => setImmediate(resolve));
  }

  watch(): Promise<void> {
    return new Promise((resolve) => this.#watches.push(resolve));
  }

  /** The time that every running watch waits for has passed. */
  async watchesEnd(): Promise<void> {
    for (const resolve of this.#watches.splice(0)) resolve();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
