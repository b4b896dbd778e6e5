// A plant that hands over so much at once that a backtest of it takes its time, and that the log does not keep it all.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { MqttClient } from 'mqtt';
import { publish } from './gateway.ts';
import type { RunningService } from './service.ts';
import { eventually } from './service.ts';

/** Gas heads, of the type that tests know. */
export const BUSY_TAGS = Array.from({ length: 100 }, (_, i) => `GD-${100 + i}`);

const ROUNDS = 20;
const BUSY_MS = 20_000;
/** Messages in which the first head has a whiff. */
const WHIFF = 10;

/** Twenty busy seconds that come late; the first head has a whiff at their begin. Gives when they began. */
export async function busySeconds(gateway: MqttClient, name: string, messages = 80): Promise<number> {
  const from = Date.now() - BUSY_MS;
  const step = BUSY_MS / (messages * ROUNDS);
  for (let n = 0; n < messages; n++) {
    const readings = Array.from({ length: ROUNDS }, (_, round) => {
      const at = Math.floor(from + (n * ROUNDS + round) * step);
      const value = (tag: string) => (tag === BUSY_TAGS[0] && n < WHIFF ? 30 : 3 + ((n + round) % 7) / 10);
      return BUSY_TAGS.map((point) => ({ point, at, value: value(point) }));
    });
    await publish(gateway, name, { readings: readings.flat() });
  }
  return from;
}

/** Small files and early snapshots, so that the log is freed behind them. */
export const BUSY_SETTINGS = { FENGHUO_LOG_SEGMENT_MIB: '1', FENGHUO_SNAPSHOT_SECONDS: '5' };

/**
 * The archive of the service is lost, as thirty days lose it. It has to be started anew before, so that what waited to be sealed is
 * and the log before the second snapshot goes; it is stopped when this returns.
 */
export async function loseArchive(service: Pick<RunningService, 'directory' | 'stop'>): Promise<void> {
  const archive = join(service.directory, 'archive');
  await eventually('the log is freed', () => existsSync(archive) && readdirSync(archive).length > 0);
  await service.stop();
  for (const name of readdirSync(archive)) rmSync(join(archive, name));
}
