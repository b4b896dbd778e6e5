// The first start on a machine where something else runs already: every port that is not to be had is named at once, and the
// password of the administrator is shown when there is a service to sign in to, never lost and never twice.
import type { AddressInfo, Server } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { verifyPassword } from '../../src/api/sign-in/passwords.ts';
import { FirstAdmin } from '../../src/app/cli/first-admin.ts';
import type { Config } from '../../src/app/config.ts';
import { loadConfig } from '../../src/app/config.ts';
import { portsNotFree } from '../../src/app/open/ports.ts';
import type { StateStore } from '../../src/store/state/port.ts';
import { openState } from '../../src/store/state/sqlite/open-state.ts';
import { fenghuo } from '../support/service.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const others: Server[] = [];
let said = '';
beforeEach(() => {
  said = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const other of others.splice(0)) await new Promise((resolve) => other.close(resolve));
});

/** Another program's port. */
async function taken(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  others.push(server);
  return (server.address() as AddressInfo).port;
}

function configOf(env: Record<string, string>): Config {
  const loaded = loadConfig({ FENGHUO_DATA_DIR: temporaryDirectory(), ...env });
  if (!loaded.ok) throw new Error(loaded.errors.join('\n'));
  return loaded.config;
}

describe('ports that others have', () => {
  it('are all named before anything is opened, each with its setting, and no password is shown', async () => {
    const [http, mqtt] = [await taken(), await taken()];
    const folder = temporaryDirectory();
    const settings = { FENGHUO_HTTP_PORT: String(http), FENGHUO_MQTT_PORT: String(mqtt), FENGHUO_DATA_DIR: folder };
    const { code, stdout, stderr } = await fenghuo(['start'], '', settings);
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'fenghuo could not start: 2 ports are not to be had\n' +
        `  127.0.0.1:${http} is taken by another program: choose another one by http.port or FENGHUO_HTTP_PORT\n` +
        `  127.0.0.1:${mqtt} is taken by another program: choose another one by mqtt.port or FENGHUO_MQTT_PORT\n`,
    });
  });

  it('are those of the service alone: an external broker needs none, and a free one is let go again', async () => {
    const mqtt = { FENGHUO_MQTT_PORT: String(await taken()) };
    const free = await taken();
    await new Promise((resolve) => others.pop()?.close(resolve));
    const http = { FENGHUO_HTTP_PORT: String(free) };
    expect(await portsNotFree(configOf({ ...http, ...mqtt, FENGHUO_MQTT_URL: 'mqtt://broker' }))).toEqual([]);
    expect(await portsNotFree(configOf({ ...http, FENGHUO_MQTT_PORT: '0' }))).toEqual([]);
    const same = await portsNotFree(configOf({ ...http, FENGHUO_MQTT_PORT: String(free) }));
    expect(same).toEqual([
      `127.0.0.1:${free} is what http.port or FENGHUO_HTTP_PORT says too: choose another one by mqtt.port or FENGHUO_MQTT_PORT`,
    ]);
  });
});

describe('the password of the first administrator', () => {
  const passwordSaid = () => /password of user admin is (\w+)/.exec(said)?.[1] ?? '';

  async function opened(config: Config, during: (store: StateStore) => Promise<void>): Promise<void> {
    const store = openState({ file: `${config.dataDir}/state.db` });
    await during(store);
    await store.close();
  }
  const isGood = async (store: StateStore, password: string) => {
    const [{ passwordHash }] = await store.people.users();
    return verifyPassword(password, passwordHash);
  };

  it('is shown once there is a service, and not at the next start', async () => {
    const config = configOf({});
    await opened(config, async (store) => {
      const admin = new FirstAdmin(config);
      await admin.prepare(store);
      expect(said).toBe('');
      admin.show();
      expect(await isGood(store, passwordSaid())).toBe(true);
      said = '';
      const next = new FirstAdmin(config);
      await next.prepare(store);
      next.show();
      expect(said).toBe('');
    });
  });

  it('that nobody saw, because the start failed behind it, is another one at the next start', async () => {
    const config = configOf({});
    await opened(config, (store) => new FirstAdmin(config).prepare(store));
    await opened(config, async (store) => {
      const next = new FirstAdmin(config);
      await next.prepare(store);
      next.show();
      expect(await isGood(store, passwordSaid())).toBe(true);
      expect(await store.people.users()).toHaveLength(1);
    });
  });

  it('is the configured one, also where the one before was never seen', async () => {
    const config = configOf({});
    await opened(config, (store) => new FirstAdmin(config).prepare(store));
    const stated = { ...config, adminPassword: 'a stated password' };
    await opened(config, async (store) => {
      const admin = new FirstAdmin(stated);
      await admin.prepare(store);
      admin.show();
      expect([said, await isGood(store, 'a stated password')]).toEqual(['', true]);
      // Seen by whoever stated it: from here on it is the person's own.
      await new FirstAdmin({ ...config, adminPassword: 'another password' }).prepare(store);
      expect(await isGood(store, 'a stated password')).toBe(true);
    });
  });
});
