// Starts the real servers that tests speak to (Mosquitto, InfluxDB 1, VictoriaMetrics), each on a free port of
// 127.0.0.1 with its data in a temporary folder, and waits for an answer, never for a while. It fakes nothing.
import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { findBinary } from './available.ts';
import { claimPort, forgetProcess, rememberProcess, temporaryDirectory } from './temporary.ts';

export { temporaryDirectory } from './temporary.ts';

/** One running server and the ways in which a test may hurt it. */
export type RunningServer = {
  readonly port: number;
  /** `mqtt://127.0.0.1:port` or `http://127.0.0.1:port`. */
  readonly url: string;
  readonly pid: number;
  /** Its data and configuration; give it back as `directory` to start the same server again. */
  readonly directory: string;
  /** Asks the server to end (SIGTERM) and gives its exit code when it has, null after a signal. Safe to call twice or after `kill`. */
  stop(): Promise<number | null>;
  /** kill -9; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers, as with a hung machine. */
  pause(): void;
  resume(): void;
  /** Everything the server has written to stdout and stderr so far. */
  output(): string;
};

/** Where a server is to live; both left out means a free port and a new folder. */
export type Place = { readonly port?: number; readonly directory?: string };

/** How long a server may take to answer, in milliseconds; only a broken one ever needs it. */
const readyWithinMs = 90_000;

/** A port of 127.0.0.1 that is free, and that no other test of this run is given. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await probePort();
    if (claimPort(port)) return port;
  }
}

function probePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

/** `password` by user name, `acl` and `config` as the text of a Mosquitto ACL file and of further configuration. */
export type MosquittoOptions = Place & {
  readonly passwords?: Readonly<Record<string, string>>;
  readonly acl?: string;
  /** Keeps sessions and queued messages over a restart in the same `directory`; written at the latest at `stop`. */
  readonly persistence?: boolean;
  readonly config?: string;
};

/** Mosquitto on one listener; anonymous clients are let in unless `passwords` are given. */
export function startMosquitto(options: MosquittoOptions = {}): Promise<RunningServer> {
  const directory = options.directory ?? temporaryDirectory('mosquitto');
  return startOnPort(options.port, async (port) => {
    const lines = [`listener ${port} 127.0.0.1`, `allow_anonymous ${options.passwords === undefined}`];
    // Started as root it would change to its own user, who cannot read a temporary folder.
    if (process.getuid?.() === 0) lines.push('user root');
    if (options.persistence) lines.push('persistence true', `persistence_location ${directory}/`);
    if (options.passwords !== undefined) lines.push(`password_file ${writePasswords(directory, options.passwords)}`);
    if (options.acl !== undefined) {
      const aclFile = join(directory, 'acl');
      writeFileSync(aclFile, options.acl, { mode: 0o600 });
      lines.push(`acl_file ${aclFile}`);
    }
    if (options.config !== undefined) lines.push(options.config);
    const configFile = join(directory, 'mosquitto.conf');
    writeFileSync(configFile, `${lines.join('\n')}\n`);
    const server = launch('mosquitto', ['-c', configFile], { port, scheme: 'mqtt', directory });
    return until(server, () => acceptsConnections(port));
  });
}

/** `database` is created before the promise resolves. */
export type Influx1Options = Place & { readonly database?: string };

/** InfluxDB 1.6, HTTP only, without usage reports and without its own statistics. */
export function startInflux1(options: Influx1Options = {}): Promise<RunningServer> {
  const directory = options.directory ?? temporaryDirectory('influxd');
  return startOnPort(options.port, async (port) => {
    const configFile = join(directory, 'influxdb.conf');
    writeFileSync(configFile, influx1Config(directory, port));
    const server = launch('influxd', ['-config', configFile], { port, scheme: 'http', directory });
    const started = await until(server, () => answers(`${server.url}/ping`));
    if (started && options.database !== undefined)
      await tellInflux1(started.url, `CREATE DATABASE "${options.database}"`);
    return started;
  });
}

/**
 * Has InfluxDB 1 execute a statement. It is done when the answer has ended: its head with 200 is sent before the statement is
 * looked at.
 */
export async function tellInflux1(url: string, statement: string): Promise<void> {
  const answer = await fetch(`${url}/query`, { method: 'POST', body: new URLSearchParams({ q: statement }) });
  const text = await answer.text();
  if (!answer.ok || text.includes('"error"')) throw new Error(`influxd: ${statement}: ${answer.status} ${text}`);
}

/** VictoriaMetrics, single node; what was written is found after `GET /internal/force_flush`. */
export function startVictoriaMetrics(options: Place = {}): Promise<RunningServer> {
  const directory = options.directory ?? temporaryDirectory('victoria');
  return startOnPort(options.port, async (port) => {
    const flags = [
      `-httpListenAddr=127.0.0.1:${port}`,
      `-storageDataPath=${directory}`,
      // Tests write times of their own choosing; the default keeps one month.
      '-retentionPeriod=100y',
      // By default the newest 30 s are held back from queries.
      '-search.latencyOffset=0s',
      '-search.disableCache',
      '-loggerLevel=WARN',
    ];
    const server = launch('victoria-metrics', flags, { port, scheme: 'http', directory });
    return until(server, () => answers(`${server.url}/health`));
  });
}

/** How a server is reached and where it keeps its data; `port` 0 where it has none. */
export type Address = { readonly port: number; readonly scheme: 'mqtt' | 'http'; readonly directory: string };

/**
 * Starts any program as a server of the run, such as the service's own binary. It is not waited for; use `until`.
 *
 * @throws when the program is not installed; a suite that may lack it says so with `needs`.
 */
export function launch(program: string, args: string[], address: Address, env = process.env): RunningServer {
  const path = program.includes('/') ? program : findBinary(program);
  if (path === undefined) throw new Error(`${program} is not installed; guard the suite with needs('${program}')`);
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: address.directory, env });
  if (child.pid === undefined) throw new Error(`${path} could not be started`);
  const { pid } = child;
  rememberProcess(pid);
  const written: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => written.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => written.push(chunk));
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      forgetProcess(pid);
      resolve(code);
    });
  });
  const signal = (name: NodeJS.Signals): void => {
    if (!hasEnded(child)) child.kill(name);
  };
  return {
    port: address.port,
    url: `${address.scheme}://127.0.0.1:${address.port}`,
    pid,
    directory: address.directory,
    async stop() {
      // A stopped process keeps SIGTERM waiting until it goes on.
      signal('SIGCONT');
      signal('SIGTERM');
      return ended;
    },
    async kill() {
      signal('SIGKILL');
      await ended;
    },
    pause() {
      signal('SIGSTOP');
      waitUntilStopped(pid);
    },
    resume: () => signal('SIGCONT'),
    output: () => Buffer.concat(written).toString('utf8'),
  };
}

/**
 * Asks again and again whether a server is ready.
 *
 * @returns the server, or undefined when it ended because its port had been taken meanwhile.
 * @throws with its output when it ended for any other reason or did not get ready in time.
 */
export async function until(server: RunningServer, ready: () => Promise<boolean>): Promise<RunningServer | undefined> {
  // A machine that slept, or was set right, moves its wall clock by minutes; nobody has waited then.
  const deadline = performance.now() + readyWithinMs;
  while (isAlive(server.pid)) {
    if (await ready()) return server;
    if (performance.now() > deadline) {
      await server.kill();
      throw new Error(`not ready within ${readyWithinMs} ms:\n${server.output()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await server.stop();
  if (/address already in use/i.test(server.output())) return undefined;
  throw new Error(`ended before it was ready:\n${server.output()}`);
}

/** True when something takes TCP connections on this port. */
export function acceptsConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (accepted: boolean): void => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}

/** True when an HTTP address answers with success. */
export async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

// Between freePort and the server's own bind any program of the machine may take the port: then the next port is
// tried. A port that the test asked for is tried once, because it wants that one, and only if nobody answers there:
// otherwise that other server would pass for ours.
async function startOnPort(
  wanted: number | undefined,
  start: (port: number) => Promise<RunningServer | undefined>,
): Promise<RunningServer> {
  if (wanted !== undefined && (await acceptsConnections(wanted))) throw new Error(`port ${wanted} is taken`);
  const attempts = wanted === undefined ? 5 : 1;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const server = await start(wanted ?? (await freePort()));
    if (server !== undefined) return server;
  }
  throw new Error(wanted === undefined ? 'no free port in five attempts' : `port ${wanted} is taken`);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

// The signal stops one thread after the other, and until the last has stopped an answer may still come.
function waitUntilStopped(pid: number): void {
  const tasks = `/proc/${pid}/task`;
  if (!existsSync(tasks)) return;
  const stopped = (task: string): boolean => {
    try {
      return /\) [TtZX]/.test(readFileSync(join(tasks, task, 'stat'), 'utf8'));
    } catch {
      // The thread has ended meanwhile.
      return true;
    }
  };
  while (!readdirSync(tasks).every(stopped));
}

function writePasswords(directory: string, passwords: Readonly<Record<string, string>>): string {
  const file = join(directory, 'passwords');
  const lines = Object.entries(passwords).map(([user, password]) => `${user}:${password}\n`);
  writeFileSync(file, lines.join(''), { mode: 0o600 });
  const hashing = spawnSync(findBinary('mosquitto_passwd') ?? 'mosquitto_passwd', ['-U', file], { encoding: 'utf8' });
  if (hashing.status !== 0) throw new Error(`mosquitto_passwd could not hash ${file}: ${hashing.stderr}`);
  return file;
}

function influx1Config(directory: string, port: number): string {
  return [
    'reporting-disabled = true',
    // The back-up service; port 0 keeps two servers of one run apart.
    'bind-address = "127.0.0.1:0"',
    '[meta]',
    `dir = "${directory}/meta"`,
    '[data]',
    `dir = "${directory}/data"`,
    `wal-dir = "${directory}/wal"`,
    'query-log-enabled = false',
    '[monitor]',
    'store-enabled = false',
    '[http]',
    `bind-address = "127.0.0.1:${port}"`,
    'log-enabled = false',
    '',
  ].join('\n');
}
