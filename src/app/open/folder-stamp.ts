/**
 * The stamp of a data folder, `format.json`: which formats stand in it, read before anything in it is opened. A folder of a
 * newer program is refused by name and left as it is, every byte and every time of it; an older one is brought up and stamped.
 */
import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SNAPSHOT_FORMAT } from '../../engine/upgrade/bring-up.ts';
import { FRAME_FORMAT } from '../../log/frame.ts';
import { RECORD_FORMAT } from '../../log/record.ts';
import { versionOf } from '../../model/upcast.ts';
import { NewerVersionError } from '../../model/version.ts';
import { replaceFile } from '../../store/durable-file.ts';
import { VERSION } from '../version.ts';

const STAMP = 'format.json';

interface FolderFormat {
  readonly record: number;
  readonly frame: number;
  readonly snapshot: number;
  readonly capsule: number;
  readonly alert: number;
  /** Version of the program that last brought the folder up. What only it knows may stand there from its minor version on. */
  readonly program: string;
}

/** What this program writes. */
export const FORMAT: FolderFormat = {
  record: RECORD_FORMAT,
  frame: FRAME_FORMAT,
  snapshot: SNAPSHOT_FORMAT,
  capsule: versionOf('evidence'),
  alert: versionOf('alert'),
  program: VERSION,
};

/** A folder that holds something and no stamp: 0.1.0 wrote none. */
const UNSTAMPED: FolderFormat = { record: 1, frame: 1, snapshot: 1, capsule: 1, alert: 1, program: '0.1.0' };

/** The formats in a folder, which need not exist; undefined while nothing stands in it. Opens nothing else, writes nothing. */
export async function readStamp(dataDir: string): Promise<FolderFormat | undefined> {
  if (!existsSync(dataDir)) return undefined;
  const file = join(dataDir, STAMP);
  if (existsSync(file)) return parsed(file, readFileSync(file, 'utf8'));
  return (await readdir(dataDir)).length === 0 ? undefined : UNSTAMPED;
}

/** Throws NewerVersionError, with nothing touched, for a folder that a newer program has brought up. */
export async function refuseNewer(dataDir: string, own: FolderFormat = FORMAT): Promise<void> {
  const found = await readStamp(dataDir);
  if (found === undefined) return;
  const what = `the data folder ${dataDir}`;
  for (const part of ['record', 'frame', 'snapshot', 'capsule', 'alert'] as const) {
    if (found[part] <= own[part]) continue;
    throw new NewerVersionError(`${what}: its ${part} format`, `${found[part]} (program ${found.program})`, own[part]);
  }
  if (isLaterMinor(found.program, own.program)) throw new NewerVersionError(what, found.program, own.program);
}

/** Whether what stands in the folder is as this program writes it: an older one is brought up by a start of the service alone. */
export async function isBroughtUp(dataDir: string): Promise<boolean> {
  const found = await readStamp(dataDir);
  const asFound = (format: FolderFormat) => JSON.stringify({ ...format, program: '' });
  return found !== undefined && asFound(found) === asFound(FORMAT) && !isLaterMinor(FORMAT.program, found.program);
}

/** Says that the folder is this program's from here on: to be called when all of it was read, before anything is written. */
export async function stamp(dataDir: string): Promise<void> {
  const found = existsSync(join(dataDir, STAMP)) ? await readStamp(dataDir) : undefined;
  if (JSON.stringify(found) === JSON.stringify(FORMAT)) return;
  await replaceFile(join(dataDir, STAMP), `${JSON.stringify(FORMAT)}\n`);
}

function parsed(file: string, text: string): FolderFormat {
  try {
    const { record, frame, snapshot, capsule, alert, program } = JSON.parse(text) as FolderFormat;
    const isWhole =
      [record, frame, snapshot, capsule, alert].every(Number.isSafeInteger) && typeof program === 'string';
    if (isWhole) return { record, frame, snapshot, capsule, alert, program };
  } catch {
    // Said below.
  }
  throw new Error(`${file} does not say which formats stand in the folder: restore it from a backup of the folder`);
}

/** Patch versions read each other's folders; a later minor or major version may have written what only it knows. */
function isLaterMinor(found: string, own: string): boolean {
  const [foundMajor, foundMinor] = found.split('.').map(Number);
  const [ownMajor, ownMinor] = own.split('.').map(Number);
  return foundMajor > ownMajor || (foundMajor === ownMajor && foundMinor > ownMinor);
}
