/**
 * The store of readings: chunks in the data folder, in a thread of their own, or InfluxDB. It chooses by configuration alone and sends nothing.
 */
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Registry } from '../../engine/registry.ts';
import { NewerVersionError } from '../../model/version.ts';
import { findChunks } from '../../store/readings/chunks/chunk-file.ts';
import { chunksOver } from '../../store/readings/chunks/over-thread.ts';
import type { ExportLedger } from '../../store/readings/export/ledger.ts';
import { openLedger } from '../../store/readings/export/ledger.ts';
import { readUpExport } from '../../store/readings/export/read-up.ts';
import { openInflux } from '../../store/readings/influx/open-influx.ts';
import type { ReadingsStore } from '../../store/readings/port.ts';
import { StoreFileError } from '../../store/state/sqlite/sqlite.ts';
import { wallNow } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../logger.ts';
import { beginThread } from './thread.ts';

/** Share of the disk that the log may keep for a readings store that is away. */
const EXPORT_SHARE = 0.2;

/** To be opened and settled before the state file is opened: what that kept of exports once is read from it as it is. */
export function openExportLedger({ dataDir, influx }: Config, logger: Logger): ExportLedger {
  const exporter = influx === undefined ? 'chunks' : 'influx';
  const earlier = () => readUpExport(join(dataDir, 'state.db'), exporter);
  return openLedger({ folder: join(dataDir, 'exports'), exporter, earlier, damaged: (reason) => logger.error(reason) });
}

const chunksOf = ({ dataDir }: Config): string => join(dataDir, 'readings.db');

/**
 * How far the log is in them, as they are, and 0 where the file cannot be read: judging does not wait for it. Throws where they are
 * of a newer program, and touches nothing.
 */
export function findReadings(config: Config): number | undefined {
  if (config.influx !== undefined) return undefined;
  try {
    return findChunks(chunksOf(config));
  } catch (error) {
    if (error instanceof StoreFileError) return 0;
    throw error;
  }
}

export interface OpenedReadings {
  readonly store: ReadingsStore;
  /** Why it takes nothing at present, where that is known before it is asked. */
  readonly complaint: () => string | undefined;
}

export interface ReadingsParts {
  readonly ledger: ExportLedger;
  /** What `findReadings` has found. */
  readonly found: number | undefined;
  /** There were inputs before this start. */
  readonly hasPast: boolean;
  readonly registry: () => Registry;
  readonly logger: Logger;
}

/** Throws where the embedded one can never be opened, or cannot be begun at a new installation. */
export async function openReadings(config: Config, parts: ReadingsParts): Promise<OpenedReadings> {
  const { influx } = config;
  if (influx === undefined) return openEmbedded(config, parts);
  return { store: influxOf(influx, parts), complaint: () => undefined };
}

async function openEmbedded(
  config: Config,
  { ledger, found, hasPast, logger }: ReadingsParts,
): Promise<OpenedReadings> {
  const entry = new URL('../../store/readings/chunks/thread.js', import.meta.url);
  const { store, welcomed } = chunksOver({ thread: () => thread, ledger, found: found ?? 0 });
  const thread = beginThread({ name: 'the readings store', entry, file: chunksOf(config), logger, welcomed });
  const failure = await thread.opened();
  if (failure === undefined || ((found !== undefined || hasPast) && !(failure instanceof NewerVersionError)))
    return { store, complaint: () => thread.complaint };
  await store.close();
  throw failure;
}

function influxOf(influx: NonNullable<Config['influx']>, { ledger, registry }: ReadingsParts): ReadingsStore {
  return openInflux({
    server:
      influx.api === 'v1'
        ? { api: 'v1', url: influx.url, database: influx.bucket, ...credentialsOf(influx.token) }
        : { api: 'v2', url: influx.url, token: influx.token, org: influx.org, bucket: influx.bucket },
    ledger,
    name(number) {
      const point = registry().points[number];
      return point === undefined ? undefined : { enterprise: point.enterprise, tag: point.tag };
    },
    now: wallNow,
  });
}

/** As much of the disk as may wait for a readings store that is away. */
export async function exportBudgetBytes({ dataDir }: Config): Promise<number> {
  const { blocks, bsize } = await statfs(dataDir);
  return EXPORT_SHARE * blocks * bsize;
}

/** InfluxDB 1.x has no tokens: a token of the form `user:password` is what it asks for, as 1.8 and 2.x take it too. */
function credentialsOf(token: string): { user?: string; password?: string } {
  const colon = token.indexOf(':');
  return colon < 0 ? {} : { user: token.slice(0, colon), password: token.slice(colon + 1) };
}
