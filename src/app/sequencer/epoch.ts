/**
 * The epoch of the transition numbers: kept with the data, and new when numbers of two lives cannot be compared (numbers
 * left in unsaved mode that the log does not know, or data put back from a backup). In unsaved mode it lies there under another
 * name, which takes no room on a full disk: by that the next start knows how this run ended.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EpochMs } from '../../model/time.ts';
import { replaceFile, replaceFileNow } from '../../store/durable-file.ts';

/**
 * `broken`: the history knows newer numbers than the restored state. `notKept` hears why a new one could not be written: then the
 * next start has another one.
 */
export function openEpoch(dataDir: string, broken: boolean, notKept: (error: unknown) => void): string {
  const file = fileOf(dataDir);
  const kept = broken ? '' : epochIn(file, notKept);
  // A crash while it was written may leave it empty, and two lives that both have none look like one.
  if (kept !== '') return kept;
  const epoch = randomUUID();
  try {
    replaceFileNow(file, `${epoch}\n`);
  } catch (error) {
    notKept(error);
  }
  return epoch;
}

/** Unreadable, it is lost: a new one is what that asks for. */
function epochIn(file: string, notRead: (error: unknown) => void): string {
  try {
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  } catch (error) {
    notRead(new Error(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`));
    return '';
  }
}

/** Unsaved mode begins: a process that dies in it leaves no epoch behind, so the next one begins another. */
export async function forsakeEpoch(dataDir: string): Promise<void> {
  try {
    await rename(fileOf(dataDir), markOf(dataDir));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await (await open(markOf(dataDir), 'a')).close();
  }
}

/** Saved again: what was numbered meanwhile is kept, and the epoch with it. */
export async function keepEpoch(dataDir: string, epoch: string): Promise<void> {
  await replaceFile(fileOf(dataDir), `${epoch}\n`);
  await forgetUnsavedEnd(dataDir);
}

/** When the unsaved mode began in which the last run ended; undefined where it ended in none, or could not even rename a file. */
export function unsavedEnd(dataDir: string): EpochMs | undefined {
  return statSync(markOf(dataDir), { throwIfNoEntry: false })?.ctimeMs;
}

/** It was told, and what tells it is durable. */
export function forgetUnsavedEnd(dataDir: string): Promise<void> {
  return rm(markOf(dataDir), { force: true });
}

const markOf = (dataDir: string): string => join(dataDir, 'epoch.unsaved');
const fileOf = (dataDir: string): string => join(dataDir, 'epoch');
