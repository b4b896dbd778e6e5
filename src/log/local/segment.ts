/**
 * A segment file: its name, and reading it frame by frame. It reports what it finds and where; whether that is an end,
 * a torn tail or damage is for the reader of the whole log to say.
 */

import { NewerVersionError } from '../../model/version.ts';
import type { Decoded, Frame } from '../frame.ts';
import { decodeFrame, FRAME_FORMAT, frameBlockBytes } from '../frame.ts';
import type { LogFile } from './disk.ts';

const windowBytes = 4 * 1024 * 1024;
const namePattern = /^(\d{10})\.log$/;
const sparePattern = /^spare-(\d{10})(?:-new)?\.seg$/;

export function segmentName(number: number): string {
  return `${String(number).padStart(10, '0')}.log`;
}

/** Name of a spare: a recycled segment keeps its number; a new file bears the newest number in use, and says so. */
export function spareName(number: number, origin: 'recycled' | 'new'): string {
  return `spare-${String(number).padStart(10, '0')}${origin === 'new' ? '-new' : ''}.seg`;
}

/** Segment number of a file name, or undefined for any other file. */
export function segmentNumber(name: string): number | undefined {
  const found = namePattern.exec(name);
  return found === null ? undefined : Number(found[1]);
}

/** Number in the name of a spare file; it keeps numbers from being used twice. */
export function spareNumber(name: string): number | undefined {
  const found = sparePattern.exec(name);
  return found === null ? undefined : Number(found[1]);
}

/** A segment that holds at least one good frame. */
export interface Segment {
  readonly number: number;
  readonly name: string;
  /** Records of this segment count from here on; in older segments they end here, whatever else stands there. */
  readonly base: number;
  /** First number that can be read in it: `base`, or what follows the gap it begins with. */
  readonly firstReadable: number;
  /** Offset of its first good frame; above 0 only when its start is damaged. */
  readonly startOffset: number;
}

interface Found {
  readonly offset: number;
  readonly frame: Frame;
}

/** Reads frames through one moving window, so that small frames cost no system call each. */
export class SegmentReader {
  readonly sizeBytes: number;
  readonly #file: LogFile;
  readonly #segment: number;
  #window = Buffer.alloc(0);
  #windowStart = 0;
  #buffer = Buffer.alloc(0);

  constructor(file: LogFile, segment: number, sizeBytes: number) {
    this.#file = file;
    this.#segment = segment;
    this.sizeBytes = sizeBytes;
  }

  /** The frame at `offset`. Its payload is valid until the next call. Throws NewerVersionError for one of a newer program. */
  async frameAt(offset: number): Promise<Exclude<Decoded, { reason: 'incomplete' | 'newer' }>> {
    const available = this.sizeBytes - offset;
    for (;;) {
      const at = offset - this.#windowStart;
      const inWindow = at >= 0 && at < this.#window.length;
      const decoded: Decoded = inWindow
        ? decodeFrame(this.#window, at, available, this.#segment)
        : { ok: false, reason: available > 0 ? 'incomplete' : 'no-frame', neededBytes: frameBlockBytes };
      if (decoded.ok) return decoded;
      if (decoded.reason === 'newer') {
        const place = `a frame of ${segmentName(this.#segment)} at byte ${offset}`;
        throw new NewerVersionError(place, `kind ${decoded.kind}`, FRAME_FORMAT);
      }
      if (decoded.reason !== 'incomplete') return decoded as { ok: false; reason: typeof decoded.reason };
      const filled = await this.#fill(offset, decoded.neededBytes);
      if (filled < Math.min(decoded.neededBytes, available)) return { ok: false, reason: 'bad-length' };
    }
  }

  /** The first good frame at or after `offset` whose numbers begin at or after `minFirst`. */
  async findFrame(offset: number, minFirst: number): Promise<Found | undefined> {
    for (let at = offset; at < this.sizeBytes; at += frameBlockBytes) {
      const decoded = await this.frameAt(at);
      if (decoded.ok && decoded.frame.first >= minFirst) return { offset: at, frame: decoded.frame };
    }
    return undefined;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #fill(offset: number, neededBytes: number): Promise<number> {
    const wanted = Math.min(Math.max(neededBytes, windowBytes), this.sizeBytes - offset);
    if (this.#buffer.length < wanted) this.#buffer = Buffer.allocUnsafe(wanted);
    const read = await this.#file.read(this.#buffer.subarray(0, wanted), offset);
    this.#window = this.#buffer.subarray(0, read);
    this.#windowStart = offset;
    return read;
  }
}
