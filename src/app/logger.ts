/**
 * The service's log of itself (pino, one JSON line an event). It never carries a reading's journey: that is the input log's. It
 * matters to nothing: where standard output takes no line, lines are missing, and everything else goes on.
 */
import { write, writeSync } from 'node:fs';
import type { Logger } from 'pino';
import { pino } from 'pino';
import { scheduler, wallNow } from './clock.ts';
import { LogOutput } from './log-output.ts';

export type { Logger };

const STANDARD_OUTPUT = 1;

export function createLogger(level: string): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  if (level === 'silent') return pino(options, { write: () => undefined });
  const output = new LogOutput({
    fd: STANDARD_OUTPUT,
    disk: { write, writeSync },
    now: wallNow,
    after: scheduler.after,
  });
  process.on('exit', () => output.end());
  // What commands say goes there too, by streams that end the process when nobody hears their error.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  return pino(options, output);
}
