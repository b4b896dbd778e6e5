/**
 * Everything that is kept of a log, archive first, as one sequence: for whoever looks at the past beside the service that writes
 * it. It opens files to read, takes no lock and changes nothing; a segment that is freed meanwhile is found in the archive.
 */
import type { LogRecord, RecordNumber } from '../port.ts';
import { LogDamageError } from '../port.ts';
import { readArchive } from './archive.ts';
import type { LogDisk } from './disk.ts';
import { findSegments, RecordIterator, readFrames } from './log-reader.ts';
import { segmentNumber } from './segment.ts';

export interface PastPlaces {
  readonly logDir: string;
  readonly archiveDir: string;
  readonly disk: LogDisk;
}

/** So often a segment may vanish under the reader before it is a fault. */
const TRIES = 5;

/**
 * Records from `from` (or the oldest that is kept) up to `upTo`, in order. What was never kept is passed over: the numbers tell.
 * Throws LogDamageError where the log is damaged.
 */
export async function* readPast(
  { logDir, archiveDir, disk }: PastPlaces,
  range: { readonly from: RecordNumber; readonly upTo: RecordNumber },
): AsyncGenerator<LogRecord, void> {
  let { from } = range;
  const { upTo } = range;
  for (let tries = 0; from <= upTo; tries++) {
    for await (const record of readArchive(disk, archiveDir, from)) {
      if (record.number > upTo) return;
      yield record;
      from = record.number + 1;
    }
    try {
      const { segments } = await findSegments(disk, logDir, await segmentsIn(disk, logDir));
      if (segments.length === 0) return;
      const start = Math.max(from, segments[0].firstReadable);
      for await (const record of new RecordIterator(readFrames(disk, logDir, segments, { from: start, upTo }))) {
        yield record;
        from = record.number + 1;
      }
      return;
    } catch (error) {
      if (tries >= TRIES || !isGone(error)) throw error;
    }
  }
}

/** The file was freed, and perhaps written anew, while it was read. */
const isGone = (error: unknown): boolean =>
  error instanceof LogDamageError || (error as NodeJS.ErrnoException).code === 'ENOENT';

async function segmentsIn(disk: LogDisk, dir: string): Promise<number[]> {
  const numbers = (await disk.list(dir)).map(segmentNumber).filter((number) => number !== undefined);
  return numbers.sort((a, b) => a - b);
}
