/**
 * Opens the way of readings into their history: what it may have on disk for an InfluxDB that is away, and since when an embedded
 * store that is empty may have lost something. It writes nothing yet.
 */
import type { InputLog } from '../../log/port.ts';
import { DAY_MS } from '../../model/time.ts';
import type { ReadingsStore } from '../../store/readings/port.ts';
import { wallNow } from '../clock.ts';
import type { Config } from '../config.ts';
import { ReadingsFeed } from '../followers/readings-feed.ts';
import type { Logger } from '../logger.ts';
import { exportBudgetBytes } from './readings.ts';

interface Parts {
  readonly readings: ReadingsStore;
  readonly log: InputLog;
  readonly storesAway: { readonly readings: () => string | undefined };
}

export async function openFeed(
  { readings: store, log, storesAway }: Parts,
  config: Config,
  logger: Logger,
): Promise<ReadingsFeed> {
  // It holds nothing although there may have been inputs: since when there may have been values.
  const isAnew = config.influx === undefined && storesAway.readings() === undefined && store.position() === 0;
  const anewSince = isAnew ? wallNow() - config.readings.retentionDays * DAY_MS : undefined;
  const budgetBytes = await exportBudgetBytes(config);
  return new ReadingsFeed({ store, log, logger, now: wallNow, budgetBytes, anewSince });
}
