/**
 * A backtest beside live judging: how late a breach is on a screen with and without one, in turn within one run and at the same load;
 * and which share of a core the backtest takes. It measures the shipped service from outside: the screen, and the processor time that
 * the system counts for the backtest's own thread.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Row } from './figures.ts';
import { atMost, median, quantile, row } from './figures.ts';
import { durableRate, MARKS, marks, openScreen } from './latency.ts';
import { WireConnection } from './mqtt-wire.ts';
import { newFolder, Service } from './processes.ts';
import { monotonicMs, Publisher } from './publishing.ts';
import { alarmPlant, lanesOf, loadPlant } from './registries.ts';
import type { Scale } from './throughput.ts';
import { WINDOW } from './throughput.ts';

const POINTS = 2_000;
const LOOSE = 5_000;
const SETTLE_MS = 1_500;
const LOOK_MS = 100;
const RUNS = 3;
/** Recorded before it: as much as a backtest has to do while it is measured. */
const RECORDED_SECONDS = 15;

interface Took {
  /** Of one core, percent, while one ran. */
  readonly share: number;
  readonly readings: number;
}

/** Backtests one after the other for as long as it is wanted, and what their threads took of a core. */
class Backtesting {
  private readonly service: Service;
  private readonly body: object;
  private isWanted = true;
  private readonly done: Promise<Took>;

  constructor(service: Service, body: object) {
    this.service = service;
    this.body = body;
    this.done = this.run();
    this.done.catch(() => {});
  }

  end(): Promise<Took> {
    this.isWanted = false;
    return this.done;
  }

  private async run(): Promise<Took> {
    let [usedMs, ranMs, readings] = [0, 0, 0];
    while (this.isWanted) {
      const before = this.service.threadTimesMs();
      const startedMs = monotonicMs();
      const { id } = (await this.service.ask('POST', '/backtests', this.body)) as { id: string };
      let own = 0;
      for (;;) {
        const now = this.service.threadTimesMs();
        own = Math.max(own, sumOf([...now].filter(([thread]) => !before.has(thread)).map(([, ms]) => ms)));
        const wall = monotonicMs() - startedMs;
        const { state, result } = (await this.service.get(`/backtests/${id}`)) as Told;
        if (state === 'running' && this.isWanted) {
          await delay(LOOK_MS);
          continue;
        }
        usedMs += own;
        ranMs += wall;
        readings += result?.readings ?? 0;
        if (state === 'running') await this.service.ask('DELETE', `/backtests/${id}`);
        else if (state !== 'done') throw new Error(`the backtest is ${state}`);
        break;
      }
    }
    return { share: (100 * usedMs) / ranMs, readings };
  }
}

interface Told {
  readonly state: string;
  readonly result?: { readonly readings: number };
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

export async function benchBacktest({ quick }: Scale): Promise<Row[]> {
  const service = await Service.start({ folder: newFolder('backtest') });
  const from = Date.now();
  const plant = loadPlant(POINTS);
  await service.register(plant);
  const mark = alarmPlant('mark', MARKS, 1, true);
  await service.register(mark);
  const publisher = await Publisher.open(service.mqttPort, lanesOf(plant));
  const screen = await openScreen(service);
  const [lane] = lanesOf(mark);
  const sender = await WireConnection.open(service.mqttPort, lane.user, lane.secret);
  try {
    const seconds = quick ? 4 : 8;
    const top = { batch: 1, window: WINDOW, warmUpSeconds: 1, seconds: quick ? 5 : RECORDED_SECONDS };
    const highest = await durableRate(publisher, service, top);
    const draft = { points: [{ id: mark.points[0].id, limits: { H: 30 } }], from, to: Date.now() };
    const measure = async (): Promise<number> => {
      const load = publisher.run({ batch: 1, window: LOOSE, seconds: seconds + 2, ratePerSecond: highest / 2 });
      load.catch(() => {});
      await delay(SETTLE_MS);
      const delays = await marks([sender], screen, seconds);
      await load;
      return quantile(delays, 0.99);
    };
    const [without, beside, shares]: [number[], number[], number[]] = [[], [], []];
    for (let run = 0; run < RUNS; run++) {
      without.push(await measure());
      const backtesting = new Backtesting(service, draft);
      beside.push(await measure());
      shares.push((await backtesting.end()).share);
    }
    const name = 'backtest beside live judging at 50 % load';
    return [
      row(`${name}: publish to screen p99, without → with one`, 'ms', median(beside), median(without), atMost(25)),
      row(`${name}: share of a core that it takes`, '%', Math.max(...shares), undefined, atMost(20)),
    ];
  } finally {
    sender.close();
    screen.close();
    await publisher.close();
    await service.stop();
  }
}
