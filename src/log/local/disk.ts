/**
 * What the log needs from a disk and from time, as two small interfaces. They are injected so that a simulated disk can
 * lose every unsynced write; nothing here touches a real file.
 */

/** An open file. A rejected `write` leaves the bytes in an unknown state: the caller must not trust that place again. */
export interface LogFile {
  /** Resolves only when all bytes are on the medium (O_DSYNC), not merely in a cache. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Fills `into` from `position`; returns the bytes read, fewer only at the end of the file. */
  read(into: Uint8Array, position: number): Promise<number>;
  sizeBytes(): Promise<number>;
  close(): Promise<void>;
}

export interface DiskSpace {
  readonly totalBytes: number;
  readonly freeBytes: number;
}

export interface LogDisk {
  /** Creates the folder and its parents and makes their names durable. */
  makeDir(dir: string): Promise<void>;
  /** File names in the folder, sorted; an absent folder is empty. */
  list(dir: string): Promise<string[]>;
  /** `create` truncates, `update` needs an existing file; both give synced writes. A new name is durable after `syncDir`. */
  open(path: string, mode: 'create' | 'update' | 'read'): Promise<LogFile>;
  /** Renames or replaces; durable after `syncDir` of both folders. */
  rename(from: string, to: string): Promise<void>;
  /** Removes the file; an absent file is no error. Durable after `syncDir`. */
  remove(path: string): Promise<void>;
  syncDir(dir: string): Promise<void>;
  space(dir: string): Promise<DiskSpace>;
  /** Keeps a second process from opening the folder. Rejects while it is held; released by the returned function. */
  lock(dir: string): Promise<() => Promise<void>>;
}

/** Time as the log uses it, given by the owner of the clock: for pacing, retrying and archive retention, never for what is recorded. */
export interface LogClock {
  wallMs(): number;
  pause(ms: number): Promise<void>;
  /** As `pause`, for watching only: it does not keep the process alive. */
  watch(ms: number): Promise<void>;
}

/** Whether an error says that the disk is full (or the quota is used up). */
export function isNoSpace(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** The error as an `Error`, so that callers can pass on what a callback or a promise threw. */
export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
