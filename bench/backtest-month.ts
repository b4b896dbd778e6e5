/**
 * A backtest of a large plant over a long time: 10 000 points by the minute, of which some come and go in alarm. It tells how fast the
 * past is judged, how long a month of it takes at the share of a core that a service allows it, and whether memory grows with the
 * time that is judged. It is the judging itself, on a log that is written for it; nothing is live beside it.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { BacktestPlaces } from '../src/app/backtest/run.ts';
import { runBacktest } from '../src/app/backtest/run.ts';
import { pause, wallNow, watch } from '../src/app/clock.ts';
import type { Input } from '../src/engine/input.ts';
import { openLocalLog } from '../src/log/local/local-log.ts';
import { nodeDisk } from '../src/log/local/node-disk.ts';
import { RecordEncoder } from '../src/log/record.ts';
import { newBatch } from '../src/model/reading.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../src/model/time.ts';
import { addRow } from '../test/support/build/batch.ts';
import { buildPoint } from '../test/support/build/point.ts';
import { registryNaming } from '../test/support/build/registry.ts';
import type { Row } from './figures.ts';
import { atMost, row } from './figures.ts';
import { newFolder } from './processes.ts';
import type { Scale } from './throughput.ts';

const POINTS = 10_000;
/** Points of a gateway: one message a minute. */
const TOGETHER = 250;
const START = 1_763_775_600_000;
const CALM = 5;
const HIGH = 30;
/** Of so many points one is high for five minutes of each hour. */
const RARE = 100;
/** A service lets a backtest have so much of a core. */
const SHARE = 1 / 6;

interface Ran {
  readonly readings: number;
  /** Of a core, whatever else the machine does. */
  readonly seconds: number;
  readonly peakMiB: number;
}

export async function benchBacktestMonth({ quick }: Scale): Promise<Row[]> {
  const [short, long] = quick ? [0.5, 2] : [1, 4];
  const [first, second] = [await judged(short), await judged(long)];
  const aSecond = second.readings / second.seconds;
  const monthOfReadings = (POINTS * 30 * DAY_MS) / MINUTE_MS;
  const name = `backtest of ${POINTS} points by the minute`;
  return [
    row(`${name}, ${long} h: readings judged by both sides`, '1/s of a core', aSecond),
    row(
      `${name}: a month of it, reckoned from that, at a sixth of a core`,
      'h',
      monthOfReadings / aSecond / SHARE / 3_600,
    ),
    row(`${name}: memory at its most, ${long} h against ${short} h`, 'MiB RSS', second.peakMiB, first.peakMiB, {
      compares: 'ratio',
      is: '<=',
      limit: 1.5,
    }),
    row(`${name}, ${long} h: memory at its most`, 'MiB RSS', second.peakMiB, undefined, atMost(1_000)),
  ];
}

async function judged(hours: number): Promise<Ran> {
  const dir = newFolder('backtest-month');
  const past = { logDir: `${dir}/log`, archiveDir: `${dir}/archive`, disk: nodeDisk };
  const upTo = await write(past, hours);
  globalThis.gc?.();
  let peak = 0;
  const places: BacktestPlaces = {
    past,
    snapshots: { newest: async () => undefined },
    readings: { queryPoints: async () => ({ ok: false, reason: 'everything is in the log' }) },
    pace: { now: () => performance.now(), pause: async () => void (await turn()) },
    progress: () => {
      peak = Math.max(peak, process.memoryUsage.rss());
    },
    isCancelled: () => false,
  };
  const points = Array.from({ length: POINTS }, (_, i) => point(i));
  const drafted = new Map(points.map(({ id }, i) => [id, { rules: stricter(i).rules }]));
  const range = { from: START, to: START + hours * HOUR_MS, upTo, drafted, enterprises: new Set(['yt']) };
  const before = process.cpuUsage();
  const result = await runBacktest(range, places);
  if (result === undefined || result.gained.total + result.regraded.total + result.same === 0)
    throw new Error('nothing was told');
  return { readings: result.readings, seconds: cpuSeconds(before), peakMiB: peak / 2 ** 20 };
}

function cpuSeconds(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const head = (i: number, limits: { readonly H: number; readonly HH: number }) =>
  buildPoint(`yt/GD-${i}`, { source: `yt/s${i % (POINTS / 10)}`, gateways: [`gw${Math.floor(i / TOGETHER)}`], limits });
const point = (i: number) => head(i, { H: 25, HH: 50 });
const stricter = (i: number) => head(i, { H: 20, HH: 28 });

/** As a service would have written it: every second a tick, every minute a message of each gateway. Gives the last record. */
async function write(past: { readonly logDir: string; readonly archiveDir: string }, hours: number): Promise<number> {
  const clock = { wallMs: wallNow, pause, watch };
  const settings = { dir: past.logDir, archiveDir: past.archiveDir, reserveBytes: 0, preallocate: false, clock };
  const log = await openLocalLog(settings);
  const encoder = new RecordEncoder();
  let records = 0;
  const append = (input: Input): void => {
    log.append(encoder.encode(input));
    records++;
  };
  const change = registryNaming(Array.from({ length: POINTS }, (_, i) => point(i)));
  append({ kind: 'configuration', at: START, commandId: 'bench', actor: 'bench', change });
  for (let at = START + SECOND_MS; at <= START + hours * HOUR_MS; at += SECOND_MS) {
    append({ kind: 'tick', at });
    if (at % MINUTE_MS !== 0) continue;
    for (let gateway = 0; gateway < POINTS / TOGETHER; gateway++) append(messageOf(gateway, at));
    await log.flush();
  }
  await log.flush();
  await log.close();
  return records;
}

function messageOf(gateway: number, at: number): Input {
  const batch = newBatch(gateway, at);
  const minute = Math.floor((at - START) / MINUTE_MS);
  for (let i = 0; i < TOGETHER; i++) {
    const number = gateway * TOGETHER + i;
    const isHigh = number % RARE === 0 && (minute + number / RARE) % 60 < 5;
    addRow(batch, { point: number, sampledAt: at, value: isHigh ? HIGH : CALM + ((minute + number) % 7) / 10 });
  }
  return { kind: 'readings', at, batch };
}
