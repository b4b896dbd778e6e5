/**
 * One process has a data folder: a lock of the file system, taken before anything in the folder is read and held as long as
 * the process lives. It is seen by every process that sees the folder, also from another container, where the name by which
 * the log is taken is not. It knows nothing of what stands in the folder.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { lockFile } from '../../store/state/sqlite/sqlite.ts';

/** Empty and left behind: whoever took it away could take away what the next one has just locked. */
const LOCK = 'lock.db';

/**
 * Gives the function that lets the folder go. `withoutLock` hears why where the file system gives no locks: then two
 * processes in two containers are the operator's care, and a start must not fail for it. Throws where another process has it.
 */
export function lockFolder(dataDir: string, withoutLock: (error: unknown) => void): () => void {
  mkdirSync(dataDir, { recursive: true });
  let release: (() => void) | undefined;
  try {
    release = lockFile(join(dataDir, LOCK));
  } catch (error) {
    withoutLock(error);
    return () => undefined;
  }
  if (release === undefined) throw new Error(`the data folder ${dataDir} is in use by another process`);
  return release;
}
