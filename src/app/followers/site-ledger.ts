/**
 * Up to which transition an external broker has everything that sites should see, in a small file of the data folder. It
 * knows no broker.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../../store/durable-file.ts';

export interface SiteLedger {
  readonly seq: number;
  advance(seq: number): Promise<void>;
}

/**
 * `newest`: number of the newest transition there is. A first start begins there: what an earlier version has told is told. After
 * a backup was put back the file may be ahead of it.
 */
export async function openSiteLedger(dataDir: string, newest: number): Promise<SiteLedger> {
  const file = join(dataDir, 'sites.json');
  const kept = readSeq(file);
  let known = Math.min(kept ?? newest, newest);
  const advance = async (seq: number): Promise<void> => {
    await replaceFile(file, `${JSON.stringify({ v: 1, seq })}\n`);
    known = seq;
  };
  if (kept === undefined) await advance(known);
  return {
    get seq() {
      return known;
    },
    advance,
  };
}

/** Undefined where there is no file yet; where it cannot be read everything is told again, which costs little. */
function readSeq(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const { seq } = JSON.parse(readFileSync(file, 'utf8')) as { seq?: unknown };
    return Number.isSafeInteger(seq) ? Math.max(0, seq as number) : 0;
  } catch {
    return 0;
  }
}
