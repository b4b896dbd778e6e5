// Starts the service as it ships, on free ports of 127.0.0.1 with its data in a temporary folder, and speaks to it as its
// users do: HTTP with a session, the command line. It looks into nothing of the service; what a test wants it must ask for.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { EventsPage, Transition } from '../../src/api/schemas/alerts.ts';
import type { PlantPoint } from './build/registry-file.ts';
import { registryFile } from './build/registry-file.ts';
import { packsOfTests } from './packs.ts';
import type { RunningServer } from './servers.ts';
import { answers, freePort, launch, temporaryDirectory, until } from './servers.ts';
import { shippedMain } from './shipped.ts';

export const ADMIN_PASSWORD = 'a password of tests';

export interface ServiceOptions {
  /** The data of an earlier run, to restart on it. */
  readonly directory?: string;
  /** An earlier run's ports, so that its clients find it again. */
  readonly ports?: { readonly http: number; readonly mqtt: number };
  /** Further FENGHUO_… settings. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly command?: 'start' | 'demo';
  /** Another build than the one of the checkout. */
  readonly main?: string;
  /** Program and arguments put before `node main.js …`, such as a tracer. */
  readonly under?: readonly string[];
}

export interface RunningService extends RunningServer {
  readonly ports: { readonly http: number; readonly mqtt: number };
  readonly mqttUrl: string;
}

/** What every test run sets: small files, so that a hundred starts do not fill a disk. */
const SETTINGS = { FENGHUO_LOG_LEVEL: 'warn', FENGHUO_LOG_SEGMENT_MIB: '8', FENGHUO_LOG_RESERVE_MIB: '0' };

/** Resolves when the service answers that it is ready. */
export async function startService(options: ServiceOptions = {}): Promise<RunningService> {
  const main = options.main ?? (await shippedMain());
  const directory = options.directory ?? temporaryDirectory('service');
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const ports = options.ports ?? { http: await freePort(), mqtt: await freePort() };
    const settings: Record<string, string> = {
      ...SETTINGS,
      FENGHUO_HTTP_PORT: String(ports.http),
      FENGHUO_MQTT_PORT: String(ports.mqtt),
      FENGHUO_DATA_DIR: directory,
      FENGHUO_ADMIN_PASSWORD: ADMIN_PASSWORD,
      FENGHUO_PACKS_DIR: packsOfTests(),
      ...options.settings,
    };
    const [program, ...args] = [...(options.under ?? []), process.execPath, main, options.command ?? 'start'];
    const address = { port: ports.http, scheme: 'http', directory } as const;
    const server = launch(program, args, address, { ...plainEnvironment(), ...settings });
    const started = await until(server, () => answers(`${server.url}/readyz`));
    if (started !== undefined) return { ...started, ports, mqttUrl: `mqtt://127.0.0.1:${ports.mqtt}` };
    if (options.ports !== undefined) break;
  }
  throw new Error('no free ports for the service');
}

/** Without the settings of whoever runs the tests. */
function plainEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name]) => !name.startsWith('FENGHUO_'));
  return Object.fromEntries(entries) as Record<string, string>;
}

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

/** Someone signed in; the token outlives a restart of the service. */
export class Caller {
  readonly token: string;
  private readonly url: string;

  constructor(url: string, token: string) {
    this.url = url;
    this.token = token;
  }

  get<T>(path: string): Promise<Answer<T>> {
    return this.send('GET', path, {});
  }

  post<T>(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer<T>> {
    return this.send('POST', path, { 'content-type': 'application/json', ...headers }, JSON.stringify(body));
  }

  delete<T>(path: string): Promise<Answer<T>> {
    return this.send('DELETE', path, {});
  }

  /** Every transition there is, page after page. */
  async events(): Promise<Transition[]> {
    const items: Transition[] = [];
    for (let after = ''; ; ) {
      const answer: Answer<EventsPage> = await this.get(`/events?limit=2000${after}`);
      if (answer.status !== 200) throw new Error(`/events answered ${answer.status}`);
      items.push(...answer.body.items);
      if (answer.body.nextCursor === undefined) return items;
      after = `&after=${encodeURIComponent(answer.body.nextCursor)}`;
    }
  }

  private async send<T>(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<Answer<T>> {
    const init = { method, headers: { ...headers, authorization: `Bearer ${this.token}` } };
    const response = await fetch(`${this.url}/api/v1${path}`, body === undefined ? init : { ...init, body });
    return { status: response.status, body: (await response.json()) as T };
  }
}

/** Signs in over HTTP; throws what the service says when it does not let the person in. */
export async function signIn(url: string, user = 'admin', password = ADMIN_PASSWORD): Promise<Caller> {
  const response = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, password }),
  });
  const body = (await response.json()) as { token?: string };
  if (body.token === undefined) throw new Error(`${user} is not let in: ${JSON.stringify(body)}`);
  return new Caller(url, body.token);
}

/** Registers over the API; throws what the service says against it. */
export async function register(admin: Caller, points: readonly PlantPoint[]): Promise<void> {
  const { status, body } = await admin.post('/registry/import', registryFile(points));
  if (status !== 200) throw new Error(`the registry is not taken: ${JSON.stringify(body)}`);
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs any program to its end; `input` is its standard input. */
export async function run(program: string, args: readonly string[], input = '', settings = {}): Promise<Finished> {
  const child = spawn(program, args, { env: { ...plainEnvironment(), ...settings } });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  // A program that does not read its input may be gone before it is written.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8') };
}

/** Runs a command of the shipped program, such as `fenghuo(['import', 'registry', file])`. */
export async function fenghuo(args: readonly string[], input = '', settings = {}): Promise<Finished> {
  return run(process.execPath, [await shippedMain(), ...args], input, settings);
}

/**
 * Asks again until there is an answer.
 *
 * @throws naming `what` when there was none in time; only a broken service ever needs so long.
 */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = 90_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
