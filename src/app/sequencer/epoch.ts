/**
 * The epoch of the transition numbers: kept with the data, and new when numbers of two lives cannot be compared (numbers
 * left in unsaved mode that the log does not know, or data put back from a backup).
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile, replaceFileNow } from '../../store/durable-file.ts';

/** `broken`: the history knows newer numbers than the restored state. */
export function openEpoch(dataDir: string, broken: boolean): string {
  const file = fileOf(dataDir);
  const kept = !broken && existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  // A crash while it was written may leave it empty, and two lives that both have none look like one.
  if (kept !== '') return kept;
  const epoch = randomUUID();
  replaceFileNow(file, `${epoch}\n`);
  return epoch;
}

/** Unsaved mode begins: a process that dies in it leaves no epoch behind, so the next one begins another. */
export function forsakeEpoch(dataDir: string): Promise<void> {
  return rm(fileOf(dataDir), { force: true });
}

/** Saved again: what was numbered meanwhile is kept, and the epoch with it. */
export function keepEpoch(dataDir: string, epoch: string): Promise<void> {
  return replaceFile(fileOf(dataDir), `${epoch}\n`);
}

const fileOf = (dataDir: string): string => join(dataDir, 'epoch');
