// The data folders that earlier releases left, each killed in the middle of its work: this program opens them, says the
// same of every alert and point as the release that wrote them, and judges on.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/api/schemas/alerts.ts';
import type { HistoryAnswer } from '../../src/api/schemas/readings.ts';
import { GRADES_WORST_FIRST } from '../../src/api/shapes/alert.ts';
import { VERSION } from '../../src/app/version.ts';
import { openLocalLog } from '../../src/log/local/local-log.ts';
import { LEVEL_NAMES } from '../../src/model/level.ts';
import { openSqlite } from '../../src/store/state/sqlite/sqlite.ts';
import { USER_PASSWORD } from '../fixtures/folders/plant.ts';
import type { Seen } from '../support/folder-fixture.ts';
import { folderFixtures, lookAt, unpacked } from '../support/folder-fixture.ts';
import { connectGateway, publish } from '../support/gateway.ts';
import type { Caller } from '../support/service.ts';
import { eventually, fenghuo, signIn, startService } from '../support/service.ts';
import { SimulatedClock } from '../support/simulated-disk.ts';

/** What stands whatever time has passed since the kill. */
const lasting = ({ id, key, kind, enterprise, source, hazard, raisedAt, occurrence, acknowledgements }: Alert) => ({
  ...{ id, key, kind, enterprise, source, hazard, raisedAt, occurrence },
  acknowledged: acknowledgements.map(({ level, by, at }) => ({ level, by, at })),
});

/** What time alone may change, and then counts a new transition. */
const momentary = ({ id, seq, state, grade, peakGrade, active, latched, handling, points, blindSince }: Alert) => ({
  ...{ id, seq, state, grade, peakGrade, active, latched, handling, blind: blindSince !== undefined },
  points: points.map(({ id, level, active, held, latched }) => ({ id, level, active, held, latched })),
});

const severity = (grade: Alert['grade']) => -GRADES_WORST_FIRST.indexOf(grade);

function alertsAgree(now: readonly Alert[], before: readonly Alert[]): void {
  for (const old of before) {
    const alert = now.find(({ id }) => id === old.id);
    if (alert === undefined) throw new Error(`${old.id} (${old.key}) is no longer open`);
    expect(lasting(alert)).toEqual(lasting(old));
    if (alert.seq === old.seq) expect(momentary(alert)).toEqual(momentary(old));
    else expect([alert.latched, severity(alert.grade) >= severity(old.grade)]).toEqual([old.latched, true]);
  }
}

function pointsAgree(now: Seen, before: Seen): void {
  for (const old of before.points) {
    const point = now.points.find(({ point }) => point === old.point);
    expect(point).toMatchObject({ number: old.number, limits: old.limits, neverSeen: old.neverSeen });
    // When it arrived is not kept by every release; what it said, and when it was measured, is.
    expect([point?.last?.value, point?.last?.sampledAt]).toEqual([old.last?.value, old.last?.sampledAt]);
    const level = point === undefined ? -1 : LEVEL_NAMES.indexOf(point.level);
    expect(level, old.point).toBeGreaterThanOrEqual(LEVEL_NAMES.indexOf(old.level));
  }
}

/** The hazard alert this point contributes to, once it is as wanted. */
const alertOf = (admin: Caller, point: string, wanted: (alert: Alert) => boolean = () => true) =>
  eventually(`alert of ${point}`, async () => {
    const { body } = await admin.get<{ items: Alert[] }>('/alerts?kind=hazard&limit=2000');
    return body.items.find((alert) => alert.points.some(({ id }) => id === point) && wanted(alert));
  });

/** More of them can only be answered from a sealed chunk and what came after it. */
const ROWS_OF_A_CHUNK = 600;

async function storedOf(admin: Caller, point: string): Promise<number> {
  const path = `/points/${encodeURIComponent(point)}/readings?from=0&to=${Date.now()}&max=10000`;
  const { body } = await admin.get<HistoryAnswer>(path);
  return body.items.length;
}

describe.each(folderFixtures())('the folder that $name left', (fixture) => {
  const { beforeKill, pendingOnDelay } = fixture.expected;

  it('opens, agrees with what was said of it, and is judged on', async () => {
    const directory = unpacked(fixture);
    const service = await startService({ directory, settings: { FENGHUO_LOG_SEGMENT_MIB: '64' } });
    const admin = await signIn(service.url);

    // An alarm inside its on-delay is not lost to the kill.
    await alertOf(admin, pendingOnDelay);
    const now = await lookAt(service.url, admin);
    expect(now.counts).toEqual(beforeKill.counts);
    // Another engine version may derive the last transitions otherwise: then what was recorded stands, and health says so.
    const other = fixture.expected.version === VERSION ? [] : [expect.stringContaining('state: replay-divergence: ')];
    expect([[], other]).toContainEqual((await complaints(service.url)).filter((words) => words !== NO_DATA_YET));
    expect(now.n).toBeGreaterThan(beforeKill.n);
    expect(now.seq).toBeGreaterThan(beforeKill.seq);
    alertsAgree(now.alerts, beforeKill.alerts);
    pointsAgree(now, beforeKill);
    expect(await storedOf(admin, 'yt-chem/GD-202')).toBeGreaterThan(ROWS_OF_A_CHUNK);
    await signIn(service.url, 'county', USER_PASSWORD);

    // What was closed comes again as a new alert. Not that it names the old one: that lasts a day, and the folder ages.
    const gateway = await connectGateway(service.mqttUrl, 'yt-chem/gw1');
    await publish(gateway, 'yt-chem/gw1', { point: 'GD-203', value: 55 });
    const raised = await alertOf(admin, 'yt-chem/GD-203', ({ active }) => active);
    expect(raised).toMatchObject({ state: 'unacknowledged', grade: 'orange', activations: 1 });
    // Every page of every list that reads what an older release stored, to its end.
    for (const list of ['/alerts?limit=3', '/alerts?from=0&limit=3']) {
      const pages = await pagesOf(admin, list);
      expect([list, ...pages.map(({ status }) => status)]).toEqual([list, ...pages.map(() => 200)]);
      expect(pages.flatMap(({ body }) => body.items).length).toBeGreaterThanOrEqual(beforeKill.alerts.length);
    }
    for (const { id } of beforeKill.alerts) {
      const { status, body } = await admin.get<{ equal: boolean; differences: string[] }>(`/alerts/${id}/explanation`);
      expect([id, status, body.differences]).toEqual([id, 200, []]);
      expect(await admin.get<{ timeline: object[] }>(`/alerts/${id}`)).toMatchObject({ status: 200, body: { id } });
    }
    await gateway.endAsync(true);
    await service.stop();
  }, 240_000);
});

const NO_DATA_YET = 'data: no reading has come since the start';

/** What is not well, part by part. */
async function complaints(url: string): Promise<string[]> {
  const { parts } = (await (await fetch(`${url}/readyz`)).json()) as {
    parts: Record<string, { state: string; detail?: string }>;
  };
  return Object.entries(parts).flatMap(([name, { state, detail }]) => (state === 'ok' ? [] : [`${name}: ${detail}`]));
}

interface Page {
  readonly status: number;
  readonly body: { readonly items: readonly object[]; readonly nextCursor?: string };
}

/** The pages of a list, one after the other, to the last. */
async function pagesOf(admin: Caller, list: string): Promise<Page[]> {
  const pages = [await admin.get<Page['body']>(list)];
  for (let next = pages[0].body.nextCursor; next !== undefined; next = pages.at(-1)?.body.nextCursor) {
    pages.push(await admin.get<Page['body']>(`${list}&cursor=${encodeURIComponent(next)}`));
  }
  return pages;
}

describe('the folder of a newer program', () => {
  it('is refused by name at every start and by every command, and not a byte or a time of it changes', async () => {
    const [fixture] = folderFixtures();
    const directory = unpacked(fixture);
    writeFileSync(
      join(directory, 'format.json'),
      JSON.stringify({ record: 99, frame: 1, snapshot: 99, capsule: 1, alert: 1, program: '9.1.0' }),
    );
    const before = listing(directory);
    const settings = { FENGHUO_DATA_DIR: directory, FENGHUO_HTTP_PORT: '0', FENGHUO_MQTT_PORT: '0' };
    const commands = [['start'], ['start'], ['start'], ['log', 'skip', '1'], ['user', 'passwd', 'county']];
    for (const args of commands) {
      const { code, stderr } = await fenghuo(args, 'a new password\n', settings);
      expect([args[0], code !== 0]).toEqual([args[0], true]);
      expect(stderr).toContain('its record format is of version 99 (program 9.1.0), written by a newer program');
      if (args[0] === 'start') expect(code).toBe(78);
    }
    expect(listing(directory)).toEqual(before);
  }, 240_000);
});

describe('an older folder that holds something of a newer program', () => {
  /** As a migration that is still to come would leave it. */
  const migrated = (file: string): void => {
    const sqlite = openSqlite({ file });
    sqlite.run("INSERT INTO migrations VALUES (99, 'future', '')");
    // More of them than any program of today knows.
    for (let number = 50; number < 60; number++)
      sqlite.run('INSERT INTO migrations VALUES (?, ?, ?)', [number, '', '']);
    // libsql closes by and by: nothing may be left to do then.
    sqlite.exec('PRAGMA journal_mode = DELETE');
    sqlite.close();
  };

  async function withRecord(directory: string): Promise<void> {
    const dir = join(directory, 'log');
    const log = await openLocalLog({ dir, clock: new SimulatedClock(), reserveBytes: 0, preallocate: false });
    log.append(Buffer.from([0x80 | 9, 1, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]));
    await log.flush();
    await log.close();
  }

  it.each<[string, (directory: string) => Promise<void> | void, string]>([
    ['a record at the end of the log', withRecord, 'a log record is of version 9'],
    ['the file of alerts and people', (directory) => migrated(join(directory, 'state.db')), 'state.db: its schema'],
    ['the file of readings', (directory) => migrated(join(directory, 'readings.db')), 'readings.db: its schema'],
    [
      'the marks of crashes',
      (directory) => writeFileSync(join(directory, 'crashes.json'), '{"v":9,"marks":[]}'),
      'crashes.json is of version 9',
    ],
  ])(
    '%s: every start is refused, and not a byte of it changes',
    async (_what, spoil, words) => {
      const [fixture] = folderFixtures();
      const directory = unpacked(fixture);
      await spoil(directory);
      const before = contents(directory);
      const settings = { FENGHUO_DATA_DIR: directory, FENGHUO_HTTP_PORT: '0', FENGHUO_MQTT_PORT: '0' };
      for (let start = 0; start < 2; start++) {
        const { code, stderr } = await fenghuo(['start'], '', settings);
        expect(stderr).toContain(words);
        expect(code).toBe(78);
        expect(contents(directory)).toEqual(before);
      }
    },
    240_000,
  );
});

describe('a folder that no service of this version was started on yet', () => {
  it('takes nobody in: opening the file of people alone would bring up a part of the folder', async () => {
    const oldest = folderFixtures().find(({ name }) => name === '0.1.0')!;
    const directory = unpacked(oldest);
    const before = contents(directory);
    const args = ['user', 'passwd', 'county'];
    const { code, stderr } = await fenghuo(args, 'a new password\n', { FENGHUO_DATA_DIR: directory });
    expect([code, stderr]).toEqual([1, expect.stringContaining('start this version of the service on it first')]);
    expect(contents(directory)).toEqual(before);
  }, 240_000);
});

/** Names and bytes; but for what says nothing: the index that SQLite makes anew of a write-ahead log, and the lock. */
function contents(directory: string): unknown[] {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
  return names
    .filter((name) => !name.endsWith('-shm') && name !== 'lock.db')
    .map((name) => {
      const path = join(directory, name);
      return [name, statSync(path).isFile() ? hashOf(readFileSync(path)) : ''];
    });
}

function listing(directory: string): unknown[] {
  const names = ['.', ...readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort()];
  return names.map((name) => {
    const path = join(directory, name);
    const { mtimeMs, ctimeMs, size } = statSync(path);
    return [name, mtimeMs, ctimeMs, size, statSync(path).isFile() ? hashOf(readFileSync(path)) : ''];
  });
}

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
