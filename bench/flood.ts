/** 10 000 alerts within one second, and forty screens that must show them all: twenty of everything, twenty of a county each. */
import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ScreenReport, ScreensOrder } from './dashboards.ts';
import type { Row } from './figures.ts';
import { atLeast, atMost, median, row } from './figures.ts';
import { newFolder, Service } from './processes.ts';
import { Publisher } from './publishing.ts';
import { alarmPlant, CALM, IN_ALARM, lanesOf } from './registries.ts';
import type { Scale } from './throughput.ts';

const ALERTS = 10_000;
const COUNTIES = 20;
const SCREENS = 20;
const GIVE_UP_MS = 30_000;

interface FloodRun {
  /** From the first message sent until the last screen has the last alert. */
  readonly shownMs: number;
  readonly sendingMs: number;
  readonly lost: number;
}

async function openScreens(order: ScreensOrder): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('dashboards.js', import.meta.url)), { execArgv: [] });
  child.send(order);
  const [answer] = (await once(child, 'message')) as [{ failed?: string }];
  if (answer.failed !== undefined) throw new Error(`screens: ${answer.failed}`);
  return child;
}

async function ask(child: ChildProcess): Promise<ScreenReport[]> {
  const answered = once(child, 'message');
  child.send('report');
  const [{ reports }] = (await answered) as [{ reports: ScreenReport[] }];
  return reports;
}

async function flood(): Promise<FloodRun> {
  const plant = alarmPlant('flood', ALERTS, COUNTIES, false);
  const service = await Service.start({ folder: newFolder('flood') });
  await service.register(plant);
  const publisher = await Publisher.open(service.mqttPort, lanesOf(plant));
  await publisher.run({ batch: 1, window: 500, rounds: 1, value: CALM });
  const access = { url: service.httpUrl, token: await service.token(), screens: SCREENS };
  const counties = plant.enterprises.map(({ division }) => division);
  const groups = [
    await openScreens({ ...access, divisions: ['99'] }),
    await openScreens({ ...access, divisions: counties }),
  ];
  try {
    const sent = await publisher.run({
      batch: 1,
      window: 500,
      rounds: 1,
      ratePerSecond: ALERTS,
      value: IN_ALARM,
    });
    const expected = (report: ScreenReport): number => (report.division === '99' ? ALERTS : ALERTS / COUNTIES);
    let reports: ScreenReport[] = [];
    for (let waitedMs = 0; waitedMs < GIVE_UP_MS; waitedMs += 100) {
      reports = (await Promise.all(groups.map(ask))).flat();
      if (reports.every((report) => report.raised >= expected(report))) break;
      await delay(100);
    }
    return {
      shownMs: Math.max(...reports.map(({ lastMs }) => lastMs)) - sent.firstSentMs,
      sendingMs: sent.lastSentMs - sent.firstSentMs,
      lost: reports.reduce((sum, report) => sum + Math.max(0, expected(report) - report.raised) + report.gaps, 0),
    };
  } finally {
    for (const group of groups) group.disconnect();
    await publisher.close();
    await service.stop();
  }
}

export async function benchFlood({ quick }: Scale): Promise<Row[]> {
  const runs: FloodRun[] = [];
  for (let run = 0; run < (quick ? 1 : 3); run++) runs.push(await flood());
  const name = `flood: ${ALERTS} alerts sent in ${(median(runs.map(({ sendingMs }) => sendingMs)) / 1_000).toFixed(1)} s, 20 + 20 screens`;
  return [
    row(
      `${name}: all shown after the first was sent`,
      'ms',
      median(runs.map(({ shownMs }) => shownMs)),
      undefined,
      atMost(2_000),
    ),
    row(
      `${name}: shown exactly once, without a gap`,
      'share',
      runs.every(({ lost }) => lost === 0) ? 1 : 0,
      undefined,
      atLeast(1),
    ),
  ];
}
