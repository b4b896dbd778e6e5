/** `fenghuo simulate` and `fenghuo load`: the simulators against any broker, with gateway credentials. */
import { join } from 'node:path';
import { loadRegistry, runLoad } from '../../../simulators/load.ts';
import { readRegistry } from '../../../simulators/registry-file.ts';
import { SCENARIOS } from '../../../simulators/scenarios/catalogue.ts';
import { runSimulation } from '../../../simulators/simulate.ts';
import { wallNow } from '../clock.ts';
import { demoFolder } from '../seeds.ts';
import { ACCESS_OPTIONS, accessOf, postText } from './api-client.ts';
import type { CliCommand, ExitCode } from './command.ts';
import { complain, complainAll, numberOf, readText, say } from './command.ts';

const DEFAULT_BROKER = 'mqtt://127.0.0.1:1883';
/** Load gateways exist for a test on this machine only; who may register them is an administrator anyway. */
const LOAD_SECRET = 'load-secret';

/** Ctrl-C ends a run; the gateways then say goodbye. */
function interrupted(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => controller.abort());
  return controller.signal;
}

export const simulate: CliCommand = {
  name: 'simulate',
  usage: 'fenghuo simulate --scenario NAME [--registry F] [--speed N] [--seed S] [--url mqtt://…]',
  does: `one scenario over MQTT: ${SCENARIOS.map(({ name }) => name).join(', ')}`,
  options: {
    scenario: { type: 'string' },
    registry: { type: 'string' },
    speed: { type: 'string' },
    seed: { type: 'string' },
    url: { type: 'string' },
  },
  async run({ values }): Promise<ExitCode> {
    const speed = numberOf(values.speed) ?? 1;
    if (typeof values.scenario !== 'string' || Number.isNaN(speed)) {
      complain(`usage: ${this.usage}`);
      return 2;
    }
    const file = typeof values.registry === 'string' ? values.registry : join(demoFolder(), 'registry.yaml');
    const text = readText(file);
    if (text === undefined) return 1;
    const read = readRegistry(text);
    if (!read.ok) {
      complain(`${file}: ${read.reason}`);
      return 1;
    }
    const result = await runSimulation({
      url: typeof values.url === 'string' ? values.url : DEFAULT_BROKER,
      registry: read.registry,
      scenario: values.scenario,
      speed,
      ...(typeof values.seed === 'string' ? { seed: values.seed } : {}),
      signal: interrupted(),
      now: wallNow,
      onNote: (note) => complain(JSON.stringify(note)),
    });
    if (!result.ok) {
      complain(result.reason);
      return 1;
    }
    say(`${result.readings} readings in ${result.messages} messages, ${result.acknowledged} acknowledged`);
    return 0;
  },
};

export const load: CliCommand = {
  name: 'load',
  usage: 'fenghuo load --points N --rate R [--batch B] --seconds S [--register] [--url mqtt://…] [--http http://…]',
  does: 'load generator on enterprises load-*; --register first makes them known through the API',
  options: {
    points: { type: 'string' },
    rate: { type: 'string' },
    batch: { type: 'string' },
    seconds: { type: 'string' },
    register: { type: 'boolean' },
    broker: { type: 'string' },
    ...ACCESS_OPTIONS,
    http: { type: 'string' },
  },
  async run({ values }): Promise<ExitCode> {
    const points = numberOf(values.points);
    const rate = numberOf(values.rate);
    const seconds = numberOf(values.seconds);
    const batch = numberOf(values.batch) ?? 1;
    if (
      points === undefined ||
      rate === undefined ||
      seconds === undefined ||
      [points, rate, seconds, batch].some(Number.isNaN)
    ) {
      complain(`usage: ${this.usage}`);
      return 2;
    }
    if (values.register === true && (await register(points, { ...values, url: values.http })) !== 0) return 1;
    const result = await runLoad({
      url: typeof values.url === 'string' ? values.url : DEFAULT_BROKER,
      points,
      secret: LOAD_SECRET,
      ratePerSecond: rate,
      batch,
      seconds,
      signal: interrupted(),
      now: wallNow,
    });
    const perSecond = Math.round(result.acknowledged / Math.max(result.seconds, 0.001));
    say(
      `sent ${result.sent}, acknowledged ${result.acknowledged} in ${result.seconds.toFixed(1)} s: ${perSecond} messages/s`,
    );
    return result.acknowledged === result.sent ? 0 : 1;
  },
};

async function register(
  points: number,
  values: Readonly<Record<string, string | boolean | undefined>>,
): Promise<ExitCode> {
  const access = accessOf(values);
  if (typeof access === 'string') {
    complain(access);
    return 1;
  }
  const text = JSON.stringify(loadRegistry(points, LOAD_SECRET));
  const answer = await postText(access, '/api/v1/registry/import', text, 'application/json');
  if (answer.ok) return 0;
  complain(answer.detail);
  if (answer.errors.length > 0) complainAll('registry', answer.errors);
  return 1;
}
