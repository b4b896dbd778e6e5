import type { StartedTestContainer } from 'testcontainers';
import { GenericContainer, Wait } from 'testcontainers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryLedger } from '../../../../src/store/readings/export/ledger.ts';
import type { InfluxServer } from '../../../../src/store/readings/influx/client.ts';
import { openInflux } from '../../../../src/store/readings/influx/open-influx.ts';
import type { ReadingsStore } from '../../../../src/store/readings/port.ts';
import { needs } from '../../../support/available.ts';
import { readingsContract, rowsFrom } from '../../readings-contract.ts';

const need = needs('docker');

describe.skipIf(need.missing)(`InfluxDB 2.7${need.note}`, () => {
  let container: StartedTestContainer;
  beforeAll(async () => {
    container = await new GenericContainer('influxdb:2.7.12')
      .withEnvironment({
        DOCKER_INFLUXDB_INIT_MODE: 'setup',
        DOCKER_INFLUXDB_INIT_USERNAME: 'admin',
        DOCKER_INFLUXDB_INIT_PASSWORD: 'fenghuo-test',
        DOCKER_INFLUXDB_INIT_ORG: 'fenghuo',
        DOCKER_INFLUXDB_INIT_BUCKET: 'readings',
        DOCKER_INFLUXDB_INIT_ADMIN_TOKEN: 'test-token',
      })
      .withExposedPorts(8086)
      .withWaitStrategy(Wait.forHttp('/health', 8086))
      .start();
  }, 180_000);
  afterAll(async () => {
    await container?.stop();
  });

  const url = () => `http://${container.getHost()}:${container.getMappedPort(8086)}`;

  function openStore(over: Partial<Extract<InfluxServer, { api: 'v2' }>> = {}, now = Date.now()): ReadingsStore {
    return openInflux({
      server: { api: 'v2', url: url(), token: 'test-token', org: 'fenghuo', bucket: 'readings', ...over },
      ledger: memoryLedger(),
      name: (number) => ({ enterprise: `e${Math.floor(number / 1_000)}`, tag: `P-${number}` }),
      now: () => now,
    });
  }

  async function call<T>(path: string, body?: unknown): Promise<T> {
    const headers = { authorization: 'Token test-token', 'content-type': 'application/json' };
    const init = body === undefined ? { headers } : { headers, method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(`${url()}/api/v2${path}`, init);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  let point = 1_000_000;
  readingsContract(() => ({
    open: async () => openStore(),
    firstPoint: () => (point += 1_000),
    numRuns: 8,
  }));

  // The recorded-answers server speaks these words; here they are the real ones.
  it.each<[string, Partial<Extract<InfluxServer, { api: 'v2' }>>, RegExp]>([
    ['no organisation', { org: '' }, /^HTTP 400: Please provide either orgID or org$/],
    ['another organisation', { org: 'plnat' }, /^HTTP 404: organization name "plnat" not found$/],
    ['another bucket', { bucket: 'nowhere' }, /^HTTP 404: bucket "nowhere" not found$/],
    ['another token', { token: 'old' }, /^HTTP 401: unauthorized access$/],
  ])('%s is a failed write, and the self-test names it', async (_what, over, reason) => {
    const store = openStore(over);
    const rows = rowsFrom([{ point: 1, at: Date.now(), value: 1 }]);
    expect(await store.append(rows, 1)).toEqual({ ok: false, reason: expect.stringMatching(reason) });
    expect(store.gaps()).toEqual([]);
    expect(await store.selfTest()).toEqual({ ok: false, reason: expect.stringContaining('could not be written') });
  });

  it('a token that may only write is found by the self-test', async () => {
    const { orgs } = await call<{ orgs: { id: string }[] }>('/orgs?org=fenghuo');
    const { buckets } = await call<{ buckets: { id: string }[] }>('/buckets?name=readings');
    const resource = { type: 'buckets', id: buckets[0].id, orgID: orgs[0].id };
    const permissions = [{ action: 'write', resource }];
    const { token } = await call<{ token: string }>('/authorizations', { orgID: orgs[0].id, permissions });
    expect(await openStore({ token }).selfTest()).toEqual({
      ok: false,
      reason: expect.stringMatching(/influx\.token may write the bucket and not read it/),
    });
  });

  it('2 000 readings beyond retention are one gap, counted as the server counts them', async () => {
    const { orgs } = await call<{ orgs: { id: string }[] }>('/orgs?org=fenghuo');
    const retentionRules = [{ type: 'expire', everySeconds: 3_600 }];
    await call('/buckets', { orgID: orgs[0].id, name: 'short', retentionRules });
    const store = openStore({ bucket: 'short' });
    const old = Date.now() - 50 * 3_600_000;
    const rows = rowsFrom(Array.from({ length: 2_000 }, (_, i) => ({ point: 1, at: old + i, value: i })));
    const reason = expect.stringMatching(/^HTTP 422: .*partial write: dropped 2000 points outside retention policy/);
    expect(await store.append(rows, 1)).toEqual({ ok: true, refused: { count: 2_000, reason } });
    expect(store.gaps()).toMatchObject([{ count: 2_000, fromAt: old, toAt: old + 1_999 }]);
  });
});
