/**
 * The processes a benchmark needs: the shipped service, Mosquitto sized as it ships, the bare references. Each lives on
 * free ports of 127.0.0.1 with its data in a folder of the run, on the real disk, and is ended by its own handle.
 */
import type { ChildProcess } from 'node:child_process';
import { fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { writePacks } from './registries.ts';

const ADMIN_PASSWORD = 'bench-password';
const READY_MS = 60_000;
const POLL_MS = 10;

const cleanUps: (() => void)[] = [];
process.on('exit', () => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

/** An empty folder that is gone when the run ends, however it ends. */
export function newFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `fenghuo-bench-${name}-`));
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function endWithRun(child: ChildProcess): ChildProcess {
  cleanUps.push(() => child.kill('SIGKILL'));
  return child;
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function until(what: string, ready: () => Promise<boolean>, pollMs = POLL_MS): Promise<void> {
  const giveUpAt = Date.now() + READY_MS;
  while (!(await ready())) {
    if (Date.now() > giveUpAt) throw new Error(`${what} was not there within ${READY_MS} ms`);
    await delay(pollMs);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (yes: boolean): void => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}

export interface ServiceOptions {
  readonly folder: string;
  /** External broker instead of the embedded one. */
  readonly mqttUrl?: string;
  /** So that no snapshot falls into a short measurement, or that one does. */
  readonly snapshotSeconds?: number;
}

/** The service as it ships, `fenghuo start` in a process of its own. */
export class Service {
  readonly mqttPort: number;
  private readonly child: ChildProcess;
  private readonly url: string;
  private readonly loopFile: string;
  private bearer: string | undefined;

  private constructor(child: ChildProcess, httpPort: number, mqttPort: number, loopFile: string) {
    this.child = child;
    this.mqttPort = mqttPort;
    this.url = `http://127.0.0.1:${httpPort}`;
    this.loopFile = loopFile;
  }

  /** Starts it and does not wait. */
  static async launch({ folder, mqttUrl, snapshotSeconds = 3_600 }: ServiceOptions): Promise<Service> {
    const [httpPort, mqttPort] = [await freePort(), await freePort()];
    const main = fileURLToPath(new URL('../src/app/main.cjs', import.meta.url));
    const loopFile = join(folder, 'longest-held');
    const packs = newFolder('packs');
    writePacks(packs);
    const watched = ['--import', new URL('loop-watch.js', import.meta.url).href];
    const child = spawn(process.execPath, [...profiling(), ...watched, '--max-semi-space-size=64', main, 'start'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        PATH: process.env.PATH,
        FENGHUO_DATA_DIR: folder,
        FENGHUO_PACKS_DIR: packs,
        FENGHUO_HTTP_PORT: String(httpPort),
        FENGHUO_MQTT_PORT: String(mqttPort),
        FENGHUO_ADMIN_PASSWORD: ADMIN_PASSWORD,
        FENGHUO_LOG_LEVEL: 'error',
        FENGHUO_SNAPSHOT_SECONDS: String(snapshotSeconds),
        FENGHUO_MQTT_URL: mqttUrl,
        BENCH_LOOP_FILE: loopFile,
      },
    });
    return new Service(endWithRun(child), httpPort, mqttPort, loopFile);
  }

  static async start(options: ServiceOptions): Promise<Service> {
    const service = await Service.launch(options);
    await service.ready();
    return service;
  }

  async ready(): Promise<void> {
    await until('the service', async () => {
      if (this.child.exitCode !== null) throw new Error('the service ended while it was starting');
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
      await answer?.arrayBuffer();
      return answer?.ok === true;
    });
  }

  get httpUrl(): string {
    return this.url;
  }

  async token(): Promise<string> {
    this.bearer ??= await this.signIn();
    return this.bearer;
  }

  private async signIn(): Promise<string> {
    const answer = await fetch(`${this.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: 'admin', password: ADMIN_PASSWORD }),
    });
    const body = (await answer.json()) as { token?: string };
    if (body.token === undefined) throw new Error(`sign-in: ${JSON.stringify(body)}`);
    return body.token;
  }

  get(path: string): Promise<unknown> {
    return this.ask('GET', path);
  }

  async ask(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> {
    const type = body && { 'content-type': 'application/json' };
    const headers = { ...type, authorization: `Bearer ${await this.token()}` };
    const answer = await fetch(`${this.url}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** Processor time of each of its threads, by thread; where the system tells it (Linux). */
  threadTimesMs(): Map<string, number> {
    const folder = `/proc/${this.child.pid}/task`;
    const times = new Map<string, number>();
    for (const thread of readdirSync(folder)) {
      try {
        // After the name in brackets, which may hold anything: 12th and 13th are user and system time, in hundredths of a second.
        const fields = readFileSync(`${folder}/${thread}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
        times.set(thread, (Number(fields[11]) + Number(fields[12])) * 10);
      } catch {
        // It has just ended.
      }
    }
    return times;
  }

  /** Imports a plant and waits until its points are known. */
  async register(registry: { readonly points: readonly unknown[] }): Promise<void> {
    await this.importWhole(Buffer.from(JSON.stringify(registry)), registry.points.length);
  }

  /** The same with the text of a registry file, and how many new points are in it. */
  async importWhole(text: Uint8Array<ArrayBuffer>, points: number): Promise<void> {
    const before = await this.metric('fenghuo_points');
    const answer = await fetch(`${this.url}/api/v1/registry/import`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await this.token()}` },
      body: text,
    });
    const said = await answer.text();
    // It may take longer than a request waits, and is applied all the same.
    if (!answer.ok && answer.status !== 503) throw new Error(`import: ${answer.status} ${said.slice(0, 2_000)}`);
    const wanted = before + points;
    await until('the registry', async () => (await this.metric('fenghuo_points')) >= wanted, 100);
  }

  /** Sum over the labels of one Prometheus figure; 0 when it is not there. */
  async metric(name: string): Promise<number> {
    return (await this.metrics(name))[0];
  }

  async metrics(...names: readonly string[]): Promise<number[]> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    return names.map((name) =>
      [...text.matchAll(new RegExp(`^${name}(?:{[^}]*})? (\\S+)$`, 'gm'))].reduce((sum, [, n]) => sum + Number(n), 0),
    );
  }

  /** How long its event loop was held at the longest since this was last asked: by the clock, and of its own processor time. */
  async longestHeld(): Promise<{ readonly wallMs: number; readonly ownMs: number }> {
    rmSync(this.loopFile, { force: true });
    this.child.kill('SIGUSR2');
    await until('the service to say how long it was held', async () => existsSync(this.loopFile));
    return JSON.parse(readFileSync(this.loopFile, 'utf8'));
  }

  stop(): Promise<void> {
    return ended(this.child, 'SIGTERM');
  }

  kill(): Promise<void> {
    return ended(this.child, 'SIGKILL');
  }
}

/** Set by `--profile DIR`: the service writes a processor profile there when it stops. */
let profileFolder: string | undefined;
export function profileInto(folder: string): void {
  profileFolder = folder;
}
function profiling(): string[] {
  return profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
}

/** False where Mosquitto is not installed: the comparison is then left out by name. */
export function hasMosquitto(): boolean {
  return spawnSync('mosquitto', ['-h']).error === undefined;
}

export interface Broker {
  readonly port: number;
  stop(): Promise<void>;
}

/** Mosquitto with the limits of the project's own mosquitto.conf, without its accounts. */
export async function startMosquitto(): Promise<Broker> {
  const folder = newFolder('mosquitto');
  const port = await freePort();
  const shipped = readFileSync(new URL('../../mosquitto.conf', import.meta.url), 'utf8');
  const sized = shipped.split('\n').filter((line) => /^(max_|persistence |autosave|message_size|set_tcp)/.test(line));
  const lines = [`listener ${port} 127.0.0.1`, 'allow_anonymous true', `persistence_location ${folder}/`, ...sized];
  // Started as root it would change to its own user, who cannot write into a temporary folder.
  if (process.getuid?.() === 0) lines.push('user root');
  const config = join(folder, 'mosquitto.conf');
  writeFileSync(config, `${lines.join('\n')}\n`);
  const child = endWithRun(spawn('mosquitto', ['-c', config], { stdio: 'ignore' }));
  await until('Mosquitto', () => accepts(port));
  return { port, stop: () => ended(child, 'SIGTERM') };
}

/** One of the bare programs of bench/reference. */
export class Reference {
  readonly port: number;
  private readonly child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.child = child;
    this.port = port;
  }

  static async start(name: 'mqtt-counter' | 'aedes-counter', ...args: readonly string[]): Promise<Reference> {
    const file = fileURLToPath(new URL(`reference/${name}.js`, import.meta.url));
    const child = endWithRun(fork(file, args, { execArgv: [] }));
    const [answer] = (await once(child, 'message')) as [{ port?: number; error?: string }];
    if (answer.error !== undefined) throw new Error(`${name}: ${answer.error}`);
    return new Reference(child, answer.port ?? 0);
  }

  async count(): Promise<number> {
    const answered = once(this.child, 'message');
    this.child.send({});
    const [{ count }] = (await answered) as [{ count: number }];
    return count;
  }

  stop(): Promise<void> {
    return ended(this.child, 'SIGTERM');
  }
}
