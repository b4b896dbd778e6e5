/** The service's log of itself (pino, one JSON line an event). It never carries a reading's journey: that is the input log's. */
import type { Logger } from 'pino';
import { pino } from 'pino';

export type { Logger };

export function createLogger(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
}
