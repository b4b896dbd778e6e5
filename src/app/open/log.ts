/**
 * The input log and its snapshots: today files in the data folder. It chooses by configuration alone and reads nothing.
 */
import { join } from 'node:path';
import { openLocalLog } from '../../log/local/local-log.ts';
import { openSnapshots } from '../../log/local/snapshots.ts';
import type { InputLog, SnapshotStore } from '../../log/port.ts';
import { pause, wallNow, watch } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../logger.ts';

const MIB = 1024 * 1024;
const DISK_CLOCK = { wallMs: wallNow, pause, watch };

export function openLog({ dataDir, log }: Config, logger: Logger): Promise<InputLog> {
  return openLocalLog({
    dir: join(dataDir, 'log'),
    clock: DISK_CLOCK,
    segmentBytes: log.segmentMiB * MIB,
    reserveBytes: log.reserveMiB * MIB,
    archiveDir: log.archiveDays === 0 ? undefined : join(dataDir, 'archive'),
    archiveDays: log.archiveDays,
    // That the reserve is there (again) is as it should be; everything else is something to look at.
    onNotice: (notice) => logger[notice.kind === 'reserve-restored' ? 'info' : 'warn'](notice, `log: ${notice.kind}`),
  });
}

export function openSnapshotStore({ dataDir }: Config): Promise<SnapshotStore> {
  return openSnapshots({ dir: join(dataDir, 'snapshots'), clock: DISK_CLOCK });
}
