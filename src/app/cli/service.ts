/**
 * `fenghuo start` and `fenghuo demo`: translate environment and signals, start the service, say where it is, and stop it
 * once. The demo adds its registry, its people and its simulators over real MQTT.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readRegistry } from '../../../simulators/registry-file.ts';
import { runSimulation } from '../../../simulators/simulate.ts';
import type { UserRecord } from '../../api/ports.ts';
import { hashPassword } from '../../api/sign-in/passwords.ts';
import type { StateStore } from '../../store/state/port.ts';
import { wallNow, watch } from '../clock.ts';
import type { Service } from '../compose.ts';
import { startService } from '../compose.ts';
import type { Config } from '../config.ts';
import { environment, loadConfig } from '../config.ts';
import type { Logger } from '../logger.ts';
import { createLogger } from '../logger.ts';
import { storedUser } from '../ports/accounts.ts';
import { demoFolder } from '../seeds.ts';
import { VERSION } from '../version.ts';
import type { CliCommand, ExitCode } from './command.ts';
import { complain, complainAll, say } from './command.ts';

/** Everyone knows it: it works in the demo and is refused anywhere else. */
export const DEMO_PASSWORD = 'fenghuo-demo';

/** How long the simulators of the demo may take to say goodbye. */
const ALSO_STOP_MS = 3_000;

export const start: CliCommand = {
  name: 'start',
  isService: true,
  usage: 'fenghuo start [--config fenghuo.yaml]',
  does: 'the service on the embedded broker and stores',
  options: { config: { type: 'string' } },
  async run({ values }) {
    const loaded = loadConfig(environment, values.config as string | undefined);
    if (!loaded.ok) {
      complainAll('configuration', loaded.errors);
      return 1;
    }
    if (loaded.config.adminPassword === DEMO_PASSWORD) {
      complain('adminPassword: the demo password is refused outside the demo');
      return 1;
    }
    const logger = createLogger(loaded.config.logLevel);
    return untilStopped(logger, async () => {
      const service = await startService(loaded.config, logger, VERSION, (store) => firstAdmin(store, loaded.config));
      say(`烽火 Fenghuo: http://${loaded.config.host}:${service.httpPort}`);
      return { service, also: async () => undefined };
    });
  },
};

export const demo: CliCommand = {
  name: 'demo',
  isService: true,
  usage: 'fenghuo demo',
  does: 'the same with the demo registry, demo users and simulators feeding it over real MQTT',
  async run() {
    const folder = environment.FENGHUO_DATA_DIR || mkdtempSync(join(tmpdir(), 'fenghuo-demo-'));
    const loaded = loadConfig({ FENGHUO_LOG_LEVEL: 'warn', ...environment, FENGHUO_DATA_DIR: folder });
    if (!loaded.ok) {
      complainAll('configuration', loaded.errors);
      return 1;
    }
    const logger = createLogger(loaded.config.logLevel);
    const code = await untilStopped(logger, () => startDemo(loaded.config, logger));
    if (!environment.FENGHUO_DATA_DIR) rmSync(folder, { recursive: true, force: true });
    return code;
  },
};

interface Running {
  readonly service: Service;
  /** Stops what feeds the service, before the service itself. */
  also(): Promise<void>;
}

async function startDemo(config: Config, logger: Logger): Promise<Running> {
  const text = readFileSync(join(demoFolder(), 'registry.yaml'), 'utf8');
  const plant = readRegistry(text);
  if (!plant.ok) throw new Error(`the simulators do not take the demo registry: ${plant.reason}`);
  const { users } = parse(readFileSync(join(demoFolder(), 'users.yaml'), 'utf8')) as {
    users: (Omit<UserRecord, 'passwordHash' | 'disabled'> & { password: string })[];
  };
  const service = await startService(config, logger, VERSION, async (store) => {
    for (const { password, ...user } of users) {
      const record = { ...user, passwordHash: await hashPassword(password) };
      await store.putUser(storedUser(record, wallNow()), { actor: 'demo', at: wallNow() });
    }
  });
  const imported = await service.importRegistry(text, 'demo');
  if (imported !== 'applied') {
    await service.stop();
    throw new Error(`the demo registry was not taken: ${imported}`);
  }
  const stopping = new AbortController();
  const url = config.mqtt.url ?? `mqtt://${config.host}:${service.mqttPort}`;
  const simulation = runSimulation({
    url,
    registry: plant.registry,
    scenario: 'demo',
    signal: stopping.signal,
    now: wallNow,
  });
  say(`烽火 Fenghuo demo: http://${config.host}:${service.httpPort}`);
  say(`  sign in as ${users.map(({ name }) => name).join(', ')}, password ${DEMO_PASSWORD}`);
  say(`  MQTT on ${url}; Ctrl-C stops everything`);
  return {
    service,
    async also() {
      stopping.abort();
      await simulation;
    },
  };
}

/** The first start prints a generated password once; it is stored as a hash only. */
async function firstAdmin(store: StateStore, config: Config): Promise<void> {
  if ((await store.users()).length > 0) return;
  const password = config.adminPassword ?? randomBytes(10).toString('hex');
  const record = {
    name: 'admin',
    displayName: 'admin',
    role: 'admin' as const,
    level: 'province' as const,
    scope: {},
    passwordHash: await hashPassword(password),
  };
  await store.putUser(storedUser(record, wallNow()), { actor: 'first start', at: wallNow() });
  if (config.adminPassword === undefined) {
    say(`首次启动：管理员 admin 的密码是 ${password}，只显示这一次。`);
    say(`First start: the password of user admin is ${password}; it is shown only once.`);
  }
}

/** npm hands Ctrl-C on as well, so two signals arrive for one key press: the second one is no impatience. */
async function untilStopped(logger: Logger, begin: () => Promise<Running>): Promise<ExitCode> {
  let stop: (() => void) | undefined;
  const asked = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const onSignal = (): void => stop?.();
  for (const signal of signals) process.on(signal, onSignal);
  let running: Running;
  try {
    running = await begin();
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    complain(`fenghuo could not start: ${words}`);
    if (words.includes('EADDRINUSE'))
      complain('  another program has this port: set FENGHUO_HTTP_PORT or FENGHUO_MQTT_PORT');
    for (const signal of signals) process.off(signal, onSignal);
    return 1;
  }
  await asked;
  await Promise.race([running.also(), watch(ALSO_STOP_MS)]);
  await running.service.stop();
  logger.info('stopped');
  return 0;
}
