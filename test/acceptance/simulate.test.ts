// `fenghuo simulate` as a newcomer meets it: against a service that has imported nothing it says which command is missing, and
// after that command it plays.
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunningService } from '../support/service.ts';
import { ADMIN_PASSWORD, fenghuo, signIn, startService } from '../support/service.ts';

let service: RunningService;

beforeAll(async () => {
  service = await startService({ settings: { FENGHUO_PACKS_DIR: resolve('seeds', 'packs') } });
}, 180_000);

afterAll(() => service?.stop());

it.each([
  ['simulate', ['simulate', '--scenario', 'leak'], 'fenghuo import registry'],
  ['load', ['load', '--points', '300', '--rate', '10', '--seconds', '20'], '--register'],
])('%s says in one line that nothing is imported, and by which command it is', async (_name, args, command) => {
  const { code, stdout, stderr } = await fenghuo([...args, '--url', service.mqttUrl]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  const words = stderr.trimEnd().split('\n').at(-1);
  expect(words).toContain('未接受任何网关');
  expect(words).toContain(`lets no gateway in`);
  expect(words).toContain(command);
  expect(stderr).not.toMatch(/[{}]|Connection refused|disconnected/);
});

it('what answers and is no broker is named once, not once a gateway', async () => {
  const http = service.url.replace('http:', 'mqtt:');
  const { code, stdout, stderr } = await fenghuo(['simulate', '--scenario', 'leak', '--url', http]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr.trimEnd().split('\n').at(-1)).toBe(
    `${http} 不是 MQTT 服务 · what answers at ${http} is no MQTT broker`,
  );
  expect(stderr).not.toContain('header flag');
});

it('after the import the scenario is played, and told in words', async () => {
  const settings = { FENGHUO_PASSWORD: ADMIN_PASSWORD };
  const registry = join('seeds', 'demo', 'registry.yaml');
  const imported = await fenghuo(['import', 'registry', registry, '--url', service.url], '', settings);
  expect(imported).toMatchObject({ code: 0 });
  const { code, stdout, stderr } = await fenghuo([
    ...['simulate', '--scenario', 'overfill', '--speed', '400', '--url', service.mqttUrl],
  ]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stdout).toMatch(/^\d+ readings in \d+ messages, \d+ acknowledged\n$/);
  expect(stderr).toContain('overfill at ');
  expect(stderr).toMatch(/^(\d+) of \1 gateways connected to mqtt:/m);
  expect(stderr).not.toMatch(/[{}]/);
});

it('instruments go wrong: what is no number is refused by itself, and nothing else of its message', async () => {
  const registry = join('seeds', 'demo', 'detectors.yaml');
  const imported = await fenghuo(['import', 'registry', registry, '--url', service.url], '', {
    FENGHUO_PASSWORD: ADMIN_PASSWORD,
  });
  expect(imported).toMatchObject({ code: 0 });
  const { code, stderr } = await fenghuo([
    ...'simulate --scenario instrument-faults --speed 300'.split(' '),
    ...['--registry', registry, '--url', service.mqttUrl],
  ]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stderr).toContain('not-a-number instruments at sy-fine/TT-6');
  const admin = await signIn(service.url);
  const refusals = await admin.get<{ items: { reason: string; point: string }[] }>('/ingest/refusals');
  const told = refusals.body.items.map(({ reason, point }) => `${point} ${reason}`);
  expect(new Set(told)).toEqual(new Set(['TT-6 wrong-type']));
});
