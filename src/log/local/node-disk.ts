/**
 * The real disk behind the log: the only file here that touches node:fs. Every write goes through an O_DSYNC descriptor,
 * so a resolved write is on the medium. It decides nothing and retries nothing.
 */
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import type { LogDisk, LogFile } from './disk.ts';

const openFlags = {
  create: constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC | constants.O_DSYNC,
  update: constants.O_RDWR | constants.O_DSYNC,
  read: constants.O_RDONLY,
} as const;

class NodeFile implements LogFile {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    let done = 0;
    // A write may be short (a signal, a nearly full disk); only all of the bytes make a frame.
    while (done < bytes.length) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, position + done);
      if (bytesWritten === 0) throw Object.assign(new Error('write took no bytes'), { code: 'EIO' });
      done += bytesWritten;
    }
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    let done = 0;
    while (done < into.length) {
      const { bytesRead } = await this.#handle.read(into, done, into.length - done, position + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return done;
  }

  async sizeBytes(): Promise<number> {
    return (await this.#handle.stat()).size;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

async function syncDir(dir: string): Promise<void> {
  // Windows has no directory sync; its file system journals names by itself.
  if (process.platform === 'win32') return;
  const handle = await open(dir, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Linux abstract sockets vanish with their process, so a lock can neither outlive a crash nor be mistaken for one after a
 * container restart (as a pid file can). They are of one network namespace: a process in another container is kept out by the
 * lock of the data folder, which the service takes before it opens the log. Elsewhere than on Linux there is no such name.
 */
async function lock(dir: string): Promise<() => Promise<void>> {
  if (process.platform !== 'linux') return async () => {};
  const { dev, ino } = await stat(dir);
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new Error(`${dir} is in use by another process`) : error);
    });
    server.listen(`\0fenghuo-log-${dev}-${ino}`, resolve);
  });
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
}

export const nodeDisk: LogDisk = {
  async makeDir(dir) {
    const firstCreated = await mkdir(dir, { recursive: true });
    if (firstCreated === undefined) return;
    for (let path = dir; ; path = dirname(path)) {
      await syncDir(dirname(path));
      if (path === firstCreated || dirname(path) === path) return;
    }
  },

  async list(dir) {
    try {
      return (await readdir(dir)).sort();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  },

  async open(path, mode) {
    return new NodeFile(await open(path, openFlags[mode]));
  },

  rename,

  async remove(path) {
    await rm(path, { force: true });
  },

  syncDir,

  async space(dir) {
    const { blocks, bavail, bsize } = await statfs(dir);
    return { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
  },

  lock,
};
