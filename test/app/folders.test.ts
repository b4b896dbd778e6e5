// The data folders that earlier releases left, each killed in the middle of its work: this program opens them, says the
// same of every alert and point as the release that wrote them, and judges on.
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/api/schemas/alerts.ts';
import type { HistoryAnswer } from '../../src/api/schemas/readings.ts';
import { GRADES_WORST_FIRST } from '../../src/api/shapes/alert.ts';
import { LEVEL_NAMES } from '../../src/model/level.ts';
import { USER_PASSWORD } from '../fixtures/folders/plant.ts';
import type { Seen } from '../support/folder-fixture.ts';
import { folderFixtures, lookAt, unpacked } from '../support/folder-fixture.ts';
import type { Caller } from '../support/service.ts';
import { eventually, signIn, startService } from '../support/service.ts';
import { connectGateway, publish } from '../support/small-plant.ts';

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
    expect(now).toMatchObject({ counts: beforeKill.counts, health: 'ok' });
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
    await gateway.endAsync(true);
    await service.stop();
  }, 60_000);
});
