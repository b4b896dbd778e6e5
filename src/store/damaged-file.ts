/**
 * Small files whose loss costs next to nothing: one that is damaged is put beside under another name, told, and passed, so that
 * it keeps nobody from being warned. A newer program's is no damage.
 */
import { renameSync, statSync } from 'node:fs';
import { NewerVersionError } from '../model/version.ts';

/**
 * What `read` gives; undefined where the file is damaged: then it lies under `….damaged-<time>`, and `damaged` has heard why. Throws,
 * with the file named, where it cannot even be renamed.
 */
export function readOrPutBeside<T>(
  file: string,
  read: (file: string) => T,
  damaged: (reason: string) => void,
): T | undefined {
  try {
    return read(file);
  } catch (error) {
    if (error instanceof NewerVersionError) throw error;
    const words = error instanceof Error ? error.message : String(error);
    let beside = '';
    try {
      // When it was written last: that is when it was damaged.
      beside = `${file}.damaged-${statSync(file).mtime.toISOString().replaceAll(':', '')}`;
      renameSync(file, beside);
    } catch {
      throw new Error(`${file} cannot be read (${words}), nor put beside`);
    }
    damaged(`${file} cannot be read (${words}): it lies at ${beside} now, and the start goes on without it`);
    return undefined;
  }
}
