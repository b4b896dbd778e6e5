/**
 * What a process leaves behind when an input ends it: marks in `crashes.json`, and each input that was set aside as a file of
 * its own, bytes and all, in `set-aside/`. Small files of the data folder, because whoever is about to die cannot wait for a
 * database. It judges nothing; who has dealt with an input that was set aside takes its file away.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EpochMs } from '../../model/time.ts';
import { NewerVersionError } from '../../model/version.ts';
import { readOrPutBeside } from '../../store/damaged-file.ts';
import { replaceFileNow } from '../../store/durable-file.ts';
import { namingFile, readSqlite, StoreFileError } from '../../store/state/sqlite/sqlite.ts';

/** Format of the files. */
const VERSION = 1;

export interface CrashMark {
  /** Record number where it happened; the record itself where `content` is absent. */
  readonly number: number;
  /** Of an input that never became a record: what it is known by when it is sent again. */
  readonly content?: { readonly outline: string; readonly digest: string } | undefined;
  readonly count: number;
  readonly reason: string;
  readonly at: EpochMs;
  /** Program that ended: another one may have learnt to take it. */
  readonly program: string;
}

interface SetAside {
  readonly name: string;
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly reason: string;
  readonly at: EpochMs;
  readonly program: string;
}

export interface CrashFile {
  marks(): readonly CrashMark[];
  /** Durable when it returns. */
  keepMarks(marks: readonly CrashMark[]): void;
  /** Names of what was set aside. */
  asides(): readonly string[];
  setAside(input: SetAside): void;
  /** Why the name cannot be read is thrown. */
  aside(name: string): SetAside;
  /**
   * Releases up to 0.1 kept inputs that were set aside in the state file: gives them files of their own. To be called before
   * the state file is brought up. Their marks are of that program and count no more.
   */
  readUp(): void;
}

/**
 * Reads only, but for damaged marks: those are put beside, and `damaged` hears of it. Throws when a file of it was written by a
 * newer program.
 */
export function openCrashFile(dataDir: string, damaged: (reason: string) => void = () => undefined): CrashFile {
  const marksFile = join(dataDir, 'crashes.json');
  const folder = join(dataDir, 'set-aside');
  const fileOf = (name: string): string => join(folder, `${name}.json`);
  let marks = readOrPutBeside(marksFile, marksIn, damaged) ?? [];

  function setAside({ name, bytes, ...rest }: SetAside): void {
    const content = { v: VERSION, ...rest, bytes: Buffer.from(bytes).toString('base64') };
    replaceFileNow(fileOf(name), `${JSON.stringify(content)}\n`);
  }

  return {
    marks: () => marks,
    keepMarks(next) {
      marks = [...next];
      replaceFileNow(marksFile, `${JSON.stringify({ v: VERSION, marks })}\n`);
    },
    asides() {
      if (!existsSync(folder)) return [];
      return readdirSync(folder).flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -'.json'.length)] : []));
    },
    setAside,
    aside(name) {
      const {
        v: _format,
        bytes,
        ...rest
      } = read(fileOf(name)) as Omit<SetAside, 'bytes'> & { v: number; bytes: string };
      return { ...rest, name, bytes: new Uint8Array(Buffer.from(bytes, 'base64')) };
    },
    readUp() {
      if (existsSync(folder)) return;
      const stateFile = join(dataDir, 'state.db');
      try {
        namingFile(stateFile, () => asidesIn(stateFile)).forEach(setAside);
      } catch (error) {
        if (!(error instanceof StoreFileError)) throw error;
      }
    },
  };
}

function marksIn(file: string): CrashMark[] {
  if (!existsSync(file)) return [];
  const { marks } = read(file);
  if (!Array.isArray(marks)) throw new Error('it holds no marks');
  return marks as CrashMark[];
}

function read(file: string): Record<string, unknown> {
  const content = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  if (typeof content.v === 'number' && content.v > VERSION) throw new NewerVersionError(file, content.v, VERSION);
  return content;
}

function asidesIn(stateFile: string): SetAside[] {
  if (!existsSync(stateFile)) return [];
  const sqlite = readSqlite(stateFile);
  try {
    const has = sqlite.get("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'set_aside'") !== undefined;
    if (!has) return [];
    return sqlite.all('SELECT position, bytes, reason, at FROM set_aside ORDER BY position').map((row) => ({
      // What never became a record stood there under the negative of a digest.
      name: asideName(
        row.position as number,
        (row.position as number) < 0 ? `${-(row.position as number)}` : undefined,
      ),
      number: row.position as number,
      bytes: new Uint8Array(row.bytes as ArrayBuffer),
      reason: row.reason as string,
      at: row.at as number,
      program: '0.1',
    }));
  } finally {
    sqlite.close();
  }
}

/** A record of the log by its number, anything else by what it says. */
export function asideName(number: number, digest: string | undefined): string {
  return digest === undefined ? `record-${number}` : `input-${digest}`;
}
