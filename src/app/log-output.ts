/**
 * Where the service's log of itself goes: a descriptor that somebody else owns, and that may be a file on a full disk, a closed
 * pipe, or one that nobody reads. Lines that cannot be written are dropped and counted, and the count is said in front of the
 * next line that gets through. It never waits on the thread that judges, never throws and never ends the process.
 */
import type { DurationMs, EpochMs } from '../model/time.ts';

/** The calls of node:fs it makes. */
export interface LineDisk {
  write(fd: number, bytes: Uint8Array, done: (error: NodeJS.ErrnoException | null, written: number) => void): void;
  writeSync(fd: number, bytes: Uint8Array): number;
}

export interface LogOutputParts {
  readonly fd: number;
  readonly disk: LineDisk;
  now(): EpochMs;
  after(ms: DurationMs, run: () => void): void;
}

/** What waits for a reader that is slow; beyond it lines are dropped. */
const WAITING_BYTES_MAX = 1024 * 1024;
/** As much as one call writes, and so what one refusal costs. */
const PIECE_BYTES = 64 * 1024;
/** A pipe that is full at present (EAGAIN) is tried again after this. */
const FULL_PIPE_MS: DurationMs = 100;

export class LogOutput {
  private readonly parts: LogOutputParts;
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  /** A call is under way, or waits for its second try. */
  private isWriting = false;
  private dropped = 0;
  /** The last line there is without its end: the next one would be glued to it. */
  private isBroken = false;
  private isEnding = false;

  constructor(parts: LogOutputParts) {
    this.parts = parts;
  }

  /** Takes one line with its end. */
  write(line: string): void {
    const bytes = Buffer.from(line);
    if (this.waitingBytes + bytes.length > WAITING_BYTES_MAX) {
      this.dropped++;
      return;
    }
    this.waiting.push(bytes);
    this.waitingBytes += bytes.length;
    this.next();
  }

  /**
   * At the end of the process: one try for what waits. Nothing where a call has not come back, because the one after it might not
   * come back either; `next` then takes no more.
   */
  end(): void {
    this.isEnding = true;
    if (this.isWriting) return;
    try {
      while (this.waiting.length > 0) {
        const piece = this.piece();
        if (this.parts.disk.writeSync(this.parts.fd, piece.bytes) < piece.bytes.length) return;
      }
    } catch {
      // The last lines of a process are nobody's duty.
    }
  }

  private next(): void {
    if (this.isWriting || this.isEnding || this.waiting.length === 0) return;
    this.isWriting = true;
    this.hand(this.piece());
  }

  /** As many whole lines as fit, one at least, behind the count of those that were dropped. */
  private piece(): Piece {
    const told = this.dropped;
    const head = `${this.isBroken ? '\n' : ''}${told === 0 ? '' : droppedLine(told, this.parts.now())}`;
    let count = 0;
    let length = 0;
    do length += this.waiting[count++].length;
    while (count < this.waiting.length && length + this.waiting[count].length <= PIECE_BYTES);
    this.waitingBytes -= length;
    return { bytes: Buffer.concat([Buffer.from(head), ...this.waiting.splice(0, count)]), lines: count, told };
  }

  private hand(piece: Piece): void {
    this.parts.disk.write(this.parts.fd, piece.bytes, (error, written) => this.done(piece, error, written));
  }

  private done(piece: Piece, error: NodeJS.ErrnoException | null, written: number): void {
    if (error?.code === 'EAGAIN') {
      this.parts.after(FULL_PIPE_MS, () => this.hand(piece));
      return;
    }
    if (error === null && written < piece.bytes.length) {
      this.isBroken = true;
      this.hand({ ...piece, bytes: piece.bytes.subarray(written) });
      return;
    }
    // Part of a refused piece may stand there all the same: it counts as dropped, since nobody can rely on it.
    if (error === null) {
      this.dropped -= piece.told;
      this.isBroken = false;
    } else this.dropped += piece.lines;
    this.isWriting = false;
    this.next();
  }
}

interface Piece {
  readonly bytes: Uint8Array;
  readonly lines: number;
  /** How many dropped lines it speaks of. */
  readonly told: number;
}

const WARN = 40;

function droppedLine(dropped: number, now: EpochMs): string {
  const msg = `${dropped} ${dropped === 1 ? 'line' : 'lines'} of this log could not be written here`;
  return `${JSON.stringify({ level: WARN, time: new Date(now).toISOString(), dropped, msg })}\n`;
}
