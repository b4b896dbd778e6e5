// A small disk of its own that can be made to hang: ext4 in a file, frozen by the kernel. Whoever writes to it then waits, in the
// kernel, until it is thawed; reading goes on. Only root can have one.
import { spawnSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBinary } from './available.ts';
import { temporaryDirectory } from './temporary.ts';

export interface FreezingDisk {
  /** Where it is mounted, empty. */
  readonly directory: string;
  freeze(): void;
  /** Does nothing where it is not frozen. */
  thaw(): void;
  unmount(): void;
}

/** Undefined where this machine gives none. */
export function freezingDisk(megabytes: number): FreezingDisk | undefined {
  if (process.getuid?.() !== 0 || findBinary('mkfs.ext4') === undefined || findBinary('fsfreeze') === undefined)
    return undefined;
  const folder = temporaryDirectory('freezing-disk');
  const image = join(folder, 'image');
  const directory = join(folder, 'disk');
  writeFileSync(image, '');
  truncateSync(image, megabytes * 1024 * 1024);
  mkdirSync(directory);
  const done = (program: string, ...args: string[]): boolean =>
    spawnSync(findBinary(program) ?? program, args, { stdio: 'ignore' }).status === 0;
  if (!done('mkfs.ext4', '-q', '-m', '0', image) || !done('mount', '-o', 'loop', image, directory)) return undefined;
  // A container may mount and still not freeze.
  const canFreeze = done('fsfreeze', '-f', directory) && done('fsfreeze', '-u', directory);
  if (!canFreeze) {
    done('umount', '-l', directory);
    return undefined;
  }
  return {
    directory,
    freeze() {
      if (!done('fsfreeze', '-f', directory)) throw new Error(`${directory} cannot be frozen`);
    },
    thaw: () => void done('fsfreeze', '-u', directory),
    unmount: () => void done('umount', '-l', directory),
  };
}
