/**
 * Durable memory of one exporter, in two small files: how far it is, and what it had to leave out. A gap is written
 * together with the cursor that passes it, so that a crash can neither lose it nor count it twice. It reads no log.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EpochMs } from '../../../model/time.ts';
import { NewerVersionError } from '../../../model/version.ts';
import { readOrPutBeside } from '../../damaged-file.ts';
import { replaceFile } from '../../durable-file.ts';
import type { ExportGap } from '../port.ts';
import { addGap } from './gaps.ts';

export interface ExportProgress {
  /** Everything of the log up to this record was delivered or left out. */
  readonly position: number;
  /** Arrival of the newest reading delivered; absent before the first. */
  readonly completeTo?: EpochMs;
}

export interface ExportMemory extends ExportProgress {
  readonly gaps: readonly ExportGap[];
}

export interface ExportLedger {
  /** What is durable. */
  progress(): ExportProgress;
  /** Oldest first. */
  gaps(): readonly ExportGap[];
  /** Moves the cursor, never back, and records what is left out on the way. Durable when it resolves. */
  advance(to: ExportProgress, gap?: ExportGap): Promise<void>;
  /** What was known from before there were such files stands in them when it resolves. Until then nothing was written. */
  settle(): Promise<void>;
}

/** Format of both files. */
const VERSION = 1;

interface LedgerPlace {
  readonly folder: string;
  readonly exporter: string;
  /** What is known from before there were such files; asked only when there is none yet. */
  earlier?(): ExportMemory | undefined;
  /** A file of it cannot be read and was put beside. */
  damaged?(reason: string): void;
}

/**
 * Opens, or begins, the ledger of an exporter; it reads only, but puts a damaged file beside.
 *
 * @throws when a file of it was written by a newer version; nothing is touched then.
 */
export function openLedger({ folder, exporter, earlier, damaged = () => undefined }: LedgerPlace): ExportLedger {
  const cursorFile = join(folder, `${exporter}.json`);
  const gapsFile = join(folder, `${exporter}-gaps.json`);
  const cursor = readOrPutBeside(cursorFile, readMemory, damaged);
  const withGaps = readOrPutBeside(gapsFile, readMemory, damaged);
  const files = {
    cursor: (progress: ExportProgress) => replaceFile(cursorFile, textOf(progress)),
    gaps: (memory: ExportMemory) => replaceFile(gapsFile, textOf(memory)),
  };
  if (cursor !== undefined || withGaps !== undefined) return new Ledger(furthest(cursor, withGaps), files);
  const known = earlier?.();
  return new Ledger(known ?? NOTHING, files, known !== undefined);
}

const NOTHING: ExportMemory = { position: 0, gaps: [] };

/** A ledger that is forgotten with the process. */
export function memoryLedger(): ExportLedger {
  const nowhere = async (): Promise<void> => undefined;
  return new Ledger(NOTHING, { cursor: nowhere, gaps: nowhere });
}

interface Files {
  cursor(progress: ExportProgress): Promise<void>;
  gaps(memory: ExportMemory): Promise<void>;
}

class Ledger implements ExportLedger {
  private memory: ExportMemory;
  private readonly files: Files;
  private turn: Promise<void> = Promise.resolve();
  /** Known from elsewhere, and in no file of its own yet. */
  private isElsewhere: boolean;

  constructor(memory: ExportMemory, files: Files, isElsewhere = false) {
    this.memory = memory;
    this.files = files;
    this.isElsewhere = isElsewhere;
  }

  progress(): ExportProgress {
    const { position, completeTo } = this.memory;
    return { position, completeTo };
  }

  gaps(): readonly ExportGap[] {
    return this.memory.gaps;
  }

  advance(to: ExportProgress, gap?: ExportGap): Promise<void> {
    const done = this.turn.then(async () => {
      const before = this.memory;
      const { position, completeTo } = furthest(before, { ...to, gaps: [] });
      this.memory = { position, completeTo, gaps: gap === undefined ? before.gaps : addGap(before.gaps, gap) };
      try {
        await this.write(gap !== undefined);
      } catch (error) {
        this.memory = before;
        throw error;
      }
    });
    this.turn = done.catch(() => undefined);
    return done;
  }

  async settle(): Promise<void> {
    if (this.isElsewhere) await this.write(true);
    this.isElsewhere = false;
  }

  /** The longer file is written only when there is something new in it; each carries the cursor. */
  private write(withGaps: boolean): Promise<void> {
    return withGaps ? this.files.gaps(this.memory) : this.files.cursor(this.progress());
  }
}

/** Of two memories the newer cursor; gaps stand in one of them only. */
function furthest(a: ExportMemory | undefined, b: ExportMemory | undefined): ExportMemory {
  const newest = (x: number | undefined, y: number | undefined) =>
    x === undefined ? y : y === undefined ? x : Math.max(x, y);
  return {
    position: Math.max(a?.position ?? 0, b?.position ?? 0),
    completeTo: newest(a?.completeTo, b?.completeTo),
    gaps: [...(a?.gaps ?? []), ...(b?.gaps ?? [])],
  };
}

function textOf(memory: ExportProgress): string {
  return `${JSON.stringify({ v: VERSION, ...memory })}\n`;
}

function readMemory(file: string): ExportMemory | undefined {
  if (!existsSync(file)) return undefined;
  let content: { v?: number } & Partial<ExportMemory>;
  try {
    content = JSON.parse(readFileSync(file, 'utf8')) as typeof content;
  } catch (error) {
    throw new Error(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { v, position, completeTo, gaps = [] } = content;
  if (typeof v === 'number' && v > VERSION) throw new NewerVersionError(file, v, VERSION);
  if (v !== VERSION || typeof position !== 'number') throw new Error(`${file} is no ledger of an export`);
  return { position, completeTo, gaps };
}
