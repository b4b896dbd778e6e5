import type { StartedTestContainer } from 'testcontainers';
import { GenericContainer, Wait } from 'testcontainers';
import { afterAll, beforeAll, describe } from 'vitest';
import { openInflux } from '../../../src/store/readings/influx/open-influx.ts';
import { memoryLedger } from '../../../src/store/readings/ledger.ts';
import { needs } from '../../support/available.ts';
import { readingsContract } from '../readings-contract.ts';

const need = needs('docker');

describe.skipIf(need.missing)(`InfluxDB 2.7${need.note}`, () => {
  let container: StartedTestContainer;
  beforeAll(async () => {
    container = await new GenericContainer('influxdb:2.7')
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

  let point = 1_000_000;
  readingsContract(() => ({
    async open() {
      return openInflux({
        server: {
          api: 'v2',
          url: `http://${container.getHost()}:${container.getMappedPort(8086)}`,
          token: 'test-token',
          org: 'fenghuo',
          bucket: 'readings',
        },
        ledger: memoryLedger(),
        name: (number) => ({ enterprise: `e${Math.floor(number / 1_000)}`, tag: `P-${number}` }),
        now: () => 0,
      });
    },
    firstPoint: () => (point += 1_000),
    numRuns: 8,
  }));
});
