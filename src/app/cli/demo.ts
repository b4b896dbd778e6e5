/** `fenghuo demo`: the service with the demo registry, demo people and simulators feeding it over real MQTT. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { readRegistry } from '../../../simulators/registry-file.ts';
import { runSimulation } from '../../../simulators/simulate.ts';
import { wallNow } from '../clock.ts';
import type { Config } from '../config.ts';
import { environment, loadConfig } from '../config.ts';
import type { Logger } from '../logger.ts';
import { createLogger } from '../logger.ts';
import { demoFolder } from '../seeds.ts';
import { VERSION } from '../version.ts';
import type { ExitCode } from './command.ts';
import { act, complainAll, say } from './command.ts';
import { addDemoPeople, DEMO_PASSWORD } from './demo-people.ts';
import type { Running } from './until-stopped.ts';
import { untilStopped } from './until-stopped.ts';

export function demoCommand(): Command {
  const command = new Command('demo').description(
    'the service with the demo registry, demo users and simulators feeding it over real MQTT, until Ctrl-C; ' +
      'its data is removed at the end, unless FENGHUO_DATA_DIR names a folder',
  );
  return act(command, demo);
}

async function demo(): Promise<ExitCode> {
  const given = environment.FENGHUO_DATA_DIR;
  const folder = given || mkdtempSync(join(tmpdir(), 'fenghuo-demo-'));
  let stopping = false;
  try {
    const loaded = loadConfig({ FENGHUO_LOG_LEVEL: 'warn', ...environment, FENGHUO_DATA_DIR: folder });
    if (!loaded.ok) {
      complainAll('configuration', loaded.errors);
      return 1;
    }
    const { config } = loaded;
    const logger = createLogger(config.logLevel);
    return await untilStopped(config, logger, () =>
      startDemo(config, logger, () => {
        stopping = true;
        say('正在停止… · stopping: the simulators, then the service');
      }),
    );
  } finally {
    if (!given) rmSync(folder, { recursive: true, force: true });
    if (stopping) say(whatStays(folder, Boolean(given)));
  }
}

function whatStays(folder: string, given: boolean): string {
  return given
    ? `已停止，数据保留在 ${folder} · stopped; its data, with the demo users, stays in ${folder}`
    : `已停止，演示数据已删除（${folder}） · stopped; what the demo wrote is removed (${folder})`;
}

/** `onStop`: it was asked to stop. */
async function startDemo(config: Config, logger: Logger, onStop: () => void): Promise<Running> {
  const text = readFileSync(join(demoFolder(), 'registry.yaml'), 'utf8');
  const plant = readRegistry(text);
  if (!plant.ok) throw new Error(`the simulators do not take the demo registry: ${plant.reason}`);
  let people: readonly string[] = [];
  const { startService } = await import('../compose.ts');
  const service = await startService(config, logger, VERSION, async (store) => {
    people = await addDemoPeople(store);
  });
  const imported = await service.importRegistry(text, 'demo');
  if (imported !== 'applied') {
    await service.stop();
    throw new Error(`the demo registry was not taken: ${imported}`);
  }
  const stopping = new AbortController();
  const url = config.mqtt.url ?? `mqtt://${config.host}:${service.mqttPort}`;
  const { signal } = stopping;
  const simulation = runSimulation({ url, registry: plant.registry, scenario: 'demo', signal, now: wallNow });
  say(`烽火 Fenghuo demo: http://${config.host}:${service.httpPort}`);
  say(`  sign in as ${people.join(', ')}, password ${DEMO_PASSWORD}`);
  const data = environment.FENGHUO_DATA_DIR ? 'keeps its data' : 'removes what the demo wrote';
  say(`  MQTT on ${url}; Ctrl-C stops everything and ${data}`);
  return {
    service,
    async also() {
      onStop();
      stopping.abort();
      await simulation;
    },
  };
}
