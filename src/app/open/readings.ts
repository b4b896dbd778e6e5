/**
 * The store of readings: chunks in the data folder, or InfluxDB. It chooses by configuration alone and sends nothing.
 */
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Registry } from '../../engine/registry.ts';
import { checkChunks } from '../../store/readings/chunks/chunk-file.ts';
import { openChunks } from '../../store/readings/chunks/open-chunks.ts';
import type { ExportLedger } from '../../store/readings/export/ledger.ts';
import { openLedger } from '../../store/readings/export/ledger.ts';
import { readUpExport } from '../../store/readings/export/read-up.ts';
import { openInflux } from '../../store/readings/influx/open-influx.ts';
import type { ReadingsStore } from '../../store/readings/port.ts';
import { wallNow } from '../clock.ts';
import type { Config } from '../config.ts';

/** Share of the disk that the log may keep for a readings store that is away. */
const EXPORT_SHARE = 0.2;

/** To be opened and settled before the state file is opened: what that kept of exports once is read from it as it is. */
export function openExportLedger({ dataDir, influx }: Config): ExportLedger {
  const exporter = influx === undefined ? 'chunks' : 'influx';
  const earlier = () => readUpExport(join(dataDir, 'state.db'), exporter);
  return openLedger({ folder: join(dataDir, 'exports'), exporter, earlier });
}

const chunksOf = ({ dataDir }: Config): string => join(dataDir, 'readings.db');

/** Throws where they are of a newer program; touches nothing. */
export function checkReadings(config: Config): void {
  if (config.influx === undefined) checkChunks(chunksOf(config));
}

export function openReadings(config: Config, ledger: ExportLedger, registry: () => Registry): ReadingsStore {
  const { influx } = config;
  if (influx === undefined) return openChunks({ file: chunksOf(config), ledger });
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
