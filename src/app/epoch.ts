/**
 * The epoch of the transition numbers: kept with the data, and new when numbers of two lives cannot be compared (numbers
 * left in unsaved mode that the log does not know, or data put back from a backup).
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** `broken`: the history knows newer numbers than the restored state. */
export function openEpoch(dataDir: string, broken: boolean): string {
  const file = join(dataDir, 'epoch');
  if (!broken && existsSync(file)) return readFileSync(file, 'utf8').trim();
  const epoch = randomUUID();
  writeFileSync(file, `${epoch}\n`, { flush: true });
  return epoch;
}
