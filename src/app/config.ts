/**
 * The service's configuration: `fenghuo.yaml` with `FENGHUO_…` overrides, checked whole, every error at once. Defaults
 * need no file. It reads the file and the environment it is given; it opens nothing else.
 */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { whyUnreadable } from './file-words.ts';

const port = z.number().int().min(0).max(65_535);
const maxConnections = z.number().int().min(1).max(1_000_000);

/** A file that is read at start: said here with everything else, not after the first port is open. */
const readableFile = z
  .string()
  .min(1)
  .refine(isReadable, { error: ({ input }) => `"${input}" cannot be read` });

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const CONFIG = z.strictObject({
  dataDir: z
    .string()
    .min(1)
    .default('data')
    .describe('everything the service keeps: log, snapshots, archive, chunks, state'),
  packsDir: z
    .string()
    .min(1)
    .optional()
    .describe('folder with the packs (point types, kinds of sources) of the site, instead of the shipped ones'),
  packs: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('ids of the packs in force, `chemical-tank-farm,coal-mine`. Left out: all of the folder'),
  host: z.string().min(1).default('127.0.0.1').describe('address to bind to, HTTP and MQTT; `0.0.0.0` for all'),
  http: z
    .strictObject({
      port: port.default(8080).describe('HTTP'),
      secure: z
        .boolean()
        .default(false)
        .describe(
          'a TLS proxy stands in front: the session cookie is marked Secure and browsers send it over HTTPS alone',
        ),
      /** Behind a proxy that sets X-Forwarded-For and -Host: without one, anybody could set them. */
      trustProxy: z
        .boolean()
        .default(false)
        .describe("take the caller's address from the end of `X-Forwarded-For`; only behind one proxy that adds to it"),
      maxConnections: maxConnections
        .optional()
        .describe('screens and callers at once; more are refused. Left out: 4 000, fewer where descriptors are few'),
    })
    .prefault({}),
  mqtt: z
    .strictObject({
      port: port.default(1883).describe('embedded broker'),
      maxConnections: maxConnections
        .optional()
        .describe('gateways and sites at once, a listener; more are refused. Left out: 20 000, fewer likewise'),
      url: z
        .string()
        .regex(/^(mqtts?|wss?):\/\//, 'must start with mqtt:// or mqtts://')
        .refine((url) => !/^\w+:\/\/[^/]*@/.test(url), 'a name and password stand in username and password, not here')
        .optional()
        .describe('external broker instead of the embedded one: `mqtt://`, `mqtts://`, `ws://`, `wss://`'),
      tls: z
        .strictObject({
          port: port.default(8883).describe('second, encrypted listener of the embedded broker'),
          certFile: readableFile.describe('PEM'),
          keyFile: readableFile.describe('PEM'),
        })
        .optional(),
      username: z.string().optional().describe('for the external broker'),
      password: z.string().optional().describe('for the external broker'),
      clientId: z
        .string()
        .min(1)
        .default('fenghuo')
        .describe('the external broker keeps the session under it: never change it, never use it twice'),
    })
    .prefault({}),
  influx: z
    .strictObject({
      url: z
        .url({ protocol: /^https?$/, error: 'must be an address that begins with http:// or https://' })
        .describe('InfluxDB instead of the embedded readings store'),
      token: z.string().default('').describe('with `v2` the token of an organisation, with `v1` `user:password`'),
      org: z.string().default('').describe('must be set with `api: v2`'),
      bucket: z.string().min(1).default('fenghuo').describe('with `api: v1` the database'),
      api: z.enum(['v1', 'v2']).default('v2').describe('`v2` for InfluxDB 2.x and compatible stores, `v1` for 1.x'),
    })
    // Without one InfluxDB 2.x refuses every write.
    .refine(({ api, org }) => api === 'v1' || org !== '', {
      path: ['org'],
      error: 'must be set with api v2 (FENGHUO_INFLUX_ORG); InfluxDB 1.x needs api v1 instead',
    })
    .optional(),
  log: z
    .strictObject({
      segmentMiB: z.number().int().min(1).max(1024).default(64).describe('size of a log file'),
      reserveMiB: z
        .number()
        .int()
        .min(0)
        .max(4096)
        .default(256)
        .describe('space given up when the disk is full, so that the log is the last to stop'),
      archiveDays: z
        .number()
        .int()
        .min(0)
        .default(30)
        .describe('freed log files are kept compressed so long, at most 20 % of the disk; 0: no archive'),
    })
    .prefault({}),
  history: z
    .strictObject({
      retainDays: z
        .number()
        .int()
        .min(1)
        .default(1095)
        .describe('closed alerts, with their changes and evidence, are deleted this long after their closing'),
      /** What only came and went in between; how often stays on the alert. */
      fleetingDays: z
        .number()
        .int()
        .min(1)
        .default(90)
        .describe(
          'changes that only came and went (cleared, told elsewhere, raised again, eased, blind and back) and their evidence are deleted after this; raising, worsening, every act of a person and every configuration stay',
        ),
    })
    .prefault({}),
  readings: z
    .strictObject({
      retentionDays: z
        .number()
        .int()
        .min(1)
        .default(1095)
        .describe('embedded store only; InfluxDB keeps by its own retention'),
    })
    .prefault({}),
  snapshotSeconds: z.number().int().min(5).max(3600).default(60).describe('how often the state is written'),
  timezone: z
    .string()
    .refine(isTimezone, 'is no time zone, such as Asia/Shanghai')
    .default('Asia/Shanghai')
    .describe('reserved: this version has no shift or statistics buckets; engine time is UTC'),
  adminPassword: z
    .string()
    .min(8)
    .optional()
    .describe('of the user `admin`, made at the first start only; generated and printed once when it is left out'),
  logLevel: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('of the service log on standard output'),
});
export type Config = z.infer<typeof CONFIG>;

/** Environment name → path in the configuration, and how to read it. */
const OVERRIDES: readonly (readonly [string, readonly string[], keyof typeof EXPECTED])[] = [
  ['FENGHUO_DATA_DIR', ['dataDir'], 'text'],
  ['FENGHUO_PACKS_DIR', ['packsDir'], 'text'],
  ['FENGHUO_PACKS', ['packs'], 'list'],
  ['FENGHUO_HOST', ['host'], 'text'],
  ['FENGHUO_HTTP_PORT', ['http', 'port'], 'number'],
  ['FENGHUO_HTTP_SECURE', ['http', 'secure'], 'yes-no'],
  ['FENGHUO_HTTP_TRUST_PROXY', ['http', 'trustProxy'], 'yes-no'],
  ['FENGHUO_HTTP_MAX_CONNECTIONS', ['http', 'maxConnections'], 'number'],
  ['FENGHUO_MQTT_PORT', ['mqtt', 'port'], 'number'],
  ['FENGHUO_MQTT_MAX_CONNECTIONS', ['mqtt', 'maxConnections'], 'number'],
  ['FENGHUO_MQTT_URL', ['mqtt', 'url'], 'text'],
  ['FENGHUO_MQTT_USERNAME', ['mqtt', 'username'], 'text'],
  ['FENGHUO_MQTT_PASSWORD', ['mqtt', 'password'], 'text'],
  ['FENGHUO_INFLUX_URL', ['influx', 'url'], 'text'],
  ['FENGHUO_INFLUX_TOKEN', ['influx', 'token'], 'text'],
  ['FENGHUO_INFLUX_ORG', ['influx', 'org'], 'text'],
  ['FENGHUO_INFLUX_BUCKET', ['influx', 'bucket'], 'text'],
  ['FENGHUO_INFLUX_API', ['influx', 'api'], 'text'],
  ['FENGHUO_ADMIN_PASSWORD', ['adminPassword'], 'text'],
  ['FENGHUO_LOG_LEVEL', ['logLevel'], 'text'],
  ['FENGHUO_LOG_SEGMENT_MIB', ['log', 'segmentMiB'], 'number'],
  ['FENGHUO_LOG_RESERVE_MIB', ['log', 'reserveMiB'], 'number'],
  ['FENGHUO_SNAPSHOT_SECONDS', ['snapshotSeconds'], 'number'],
];

export interface Setting {
  /** Path in the file, e.g. `http.port`. */
  readonly key: string;
  readonly variable: string | undefined;
  readonly fallback: unknown;
  readonly meaning: string;
}

interface Described {
  readonly properties?: Readonly<Record<string, Described>>;
  readonly default?: unknown;
  readonly description?: string;
}

/** Every setting there is, for who documents them. */
export function settings(): readonly Setting[] {
  const found: Setting[] = [];
  const walk = ({ properties = {} }: Described, before: readonly string[]): void => {
    for (const [name, one] of Object.entries(properties)) {
      const path = [...before, name];
      if (one.properties !== undefined) walk(one, path);
      else {
        const key = path.join('.');
        const variable = OVERRIDES.find(([, to]) => to.join('.') === key)?.[0];
        found.push({ key, variable, fallback: one.default, meaning: one.description ?? '' });
      }
    }
  };
  walk(z.toJSONSchema(CONFIG, { io: 'input' }) as Described, []);
  return found;
}

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly errors: readonly string[] };

const DEFAULT_FILE = 'fenghuo.yaml';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the process was started with; read here and nowhere else. */
export const environment: Environment = process.env;

/** Reads `file`, else FENGHUO_CONFIG, else `fenghuo.yaml` when it is there, and the environment. Every error names its key. */
export function loadConfig(env: Environment, file: string | undefined = env.FENGHUO_CONFIG || undefined): ConfigResult {
  const errors: string[] = [];
  const path = file ?? DEFAULT_FILE;
  const raw = file === undefined && !existsSync(path) ? {} : readFile(path, errors);
  const known = new Set(OVERRIDES.map(([name]) => name));
  for (const [name, path, kind] of OVERRIDES) {
    const text = env[name];
    if (text === undefined || text === '') continue;
    const value = readOverride(text, kind);
    if (value === undefined) errors.push(`${name}: "${text}" is not ${EXPECTED[kind]}`);
    else setPath(raw, path, value);
  }
  for (const name of Object.keys(env)) {
    if (name.startsWith('FENGHUO_') && !known.has(name) && !FOR_OTHERS.has(name)) {
      errors.push(`${name}: no such setting; known are ${[...known].join(', ')}`);
    }
  }
  const parsed = CONFIG.safeParse(raw);
  if (!parsed.success)
    errors.push(...parsed.error.issues.map((issue) => `${issue.path.join('.') || path}: ${issue.message}`));
  if (!parsed.success || errors.length > 0) return { ok: false, errors };
  // What is said of the folder is read by somebody who is in another one.
  return { ok: true, config: { ...parsed.data, dataDir: resolve(parsed.data.dataDir) } };
}

const EXPECTED = { text: 'a text', list: 'a list', number: 'a whole number', 'yes-no': 'true or false' } as const;

function readOverride(text: string, kind: keyof typeof EXPECTED): string | string[] | number | boolean | undefined {
  if (kind === 'text') return text;
  if (kind === 'list') return text.split(',').map((word) => word.trim());
  if (kind === 'number') return /^-?\d+$/.test(text) ? Number(text) : undefined;
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

/** Names that the commands, tests and the container read themselves. */
const FOR_OTHERS = new Set([
  'FENGHUO_URL',
  'FENGHUO_USER',
  'FENGHUO_PASSWORD',
  'FENGHUO_CAP_XSD',
  'FENGHUO_FAIL_ON_SKIP',
  'FENGHUO_CONFIG',
]);

function readFile(path: string, errors: string[]): Record<string, unknown> {
  try {
    const value: unknown = parse(readFileSync(path, 'utf8')) ?? {};
    if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
    errors.push(`${path}: must hold settings as "key: value"`);
  } catch (error) {
    errors.push(`${path}: ${whyUnreadable(error)}`);
  }
  return {};
}

function setPath(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let node = target;
  for (const key of path.slice(0, -1)) {
    const next = node[key];
    if (typeof next === 'object' && next !== null) node = next as Record<string, unknown>;
    else {
      const created: Record<string, unknown> = {};
      node[key] = created;
      node = created;
    }
  }
  node[path[path.length - 1]] = value;
}
