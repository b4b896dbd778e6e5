/**
 * Up to which transition an external broker has everything that sites should see, in a small file of the data folder. It
 * knows no broker; without the file everything since the first transition is told again.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../../store/durable-file.ts';

export interface SiteLedger {
  readonly seq: number;
  advance(seq: number): Promise<void>;
}

/** `newest`: number of the newest transition there is; after a backup was put back, the file may be ahead of it. */
export function openSiteLedger(dataDir: string, newest: number): SiteLedger {
  const file = join(dataDir, 'sites.json');
  let known = Math.min(readSeq(file), newest);
  return {
    get seq() {
      return known;
    },
    async advance(seq) {
      await replaceFile(file, `${JSON.stringify({ v: 1, seq })}\n`);
      known = seq;
    },
  };
}

function readSeq(file: string): number {
  try {
    const { seq } = JSON.parse(readFileSync(file, 'utf8')) as { seq?: unknown };
    return Number.isSafeInteger(seq) ? Math.max(0, seq as number) : 0;
  } catch {
    // Not there yet, or not readable: telling a site again what it knows costs little.
    return 0;
  }
}
