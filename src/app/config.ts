/**
 * The service's configuration: `fenghuo.yaml` with `FENGHUO_…` overrides, checked whole, every error at once. Defaults
 * need no file. It reads the file and the environment it is given; it opens nothing else.
 */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const port = z.number().int().min(0).max(65_535);

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
  /** Everything the service keeps: log, snapshots, archive, chunks, state. */
  dataDir: z.string().min(1).default('data'),
  /** Address to bind to: loopback until told otherwise. */
  host: z.string().min(1).default('127.0.0.1'),
  http: z
    .strictObject({
      port: port.default(8080),
      /** The service is reached over TLS (a proxy before it): cookies go over nothing else, browsers stay there. */
      secure: z.boolean().default(false),
      /** Behind a proxy that sets X-Forwarded-For and -Host: without one, anybody could set them. */
      trustProxy: z.boolean().default(false),
    })
    .prefault({}),
  mqtt: z
    .strictObject({
      port: port.default(1883),
      /** External broker instead of the embedded one. */
      url: z
        .string()
        .regex(/^(mqtts?|wss?):\/\//, 'must start with mqtt:// or mqtts://')
        .optional(),
      tls: z.strictObject({ port: port.default(8883), certFile: readableFile, keyFile: readableFile }).optional(),
      username: z.string().optional(),
      password: z.string().optional(),
      clientId: z.string().min(1).default('fenghuo'),
    })
    .prefault({}),
  influx: z
    .strictObject({
      url: z.url({ protocol: /^https?$/, error: 'must be an address that begins with http:// or https://' }),
      /** For `v1` with authentication: `user:password`. */
      token: z.string().default(''),
      org: z.string().default(''),
      bucket: z.string().min(1).default('fenghuo'),
      /** `v2` for InfluxDB 2.x and compatible stores, `v1` for InfluxDB 1.x. */
      api: z.enum(['v1', 'v2']).default('v2'),
    })
    // Without one InfluxDB 2.x refuses every write.
    .refine(({ api, org }) => api === 'v1' || org !== '', {
      path: ['org'],
      error: 'must be set with api v2 (FENGHUO_INFLUX_ORG); InfluxDB 1.x needs api v1 instead',
    })
    .optional(),
  log: z
    .strictObject({
      segmentMiB: z.number().int().min(1).max(1024).default(64),
      /** Freed when the disk is full, so that the log is the last to stop. */
      reserveMiB: z.number().int().min(0).max(4096).default(256),
      archiveDays: z.number().int().min(0).default(30),
    })
    .prefault({}),
  history: z
    .strictObject({
      /** Closed alerts with everything that happened to them. */
      retainDays: z.number().int().min(1).default(1095),
      /** What only came and went in between; how often stays on the alert. */
      fleetingDays: z.number().int().min(1).default(90),
    })
    .prefault({}),
  readings: z.strictObject({ retentionDays: z.number().int().min(1).default(1095) }).prefault({}),
  snapshotSeconds: z.number().int().min(5).max(3600).default(60),
  /** For shift and statistics buckets; engine time is UTC. */
  timezone: z.string().refine(isTimezone, 'is no time zone, such as Asia/Shanghai').default('Asia/Shanghai'),
  adminPassword: z.string().min(8).optional(),
  logLevel: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});
export type Config = z.infer<typeof CONFIG>;

/** Environment name → path in the configuration, and how to read it. */
const OVERRIDES: readonly (readonly [string, readonly string[], 'text' | 'number' | 'yes-no'])[] = [
  ['FENGHUO_DATA_DIR', ['dataDir'], 'text'],
  ['FENGHUO_HOST', ['host'], 'text'],
  ['FENGHUO_HTTP_PORT', ['http', 'port'], 'number'],
  ['FENGHUO_HTTP_SECURE', ['http', 'secure'], 'yes-no'],
  ['FENGHUO_HTTP_TRUST_PROXY', ['http', 'trustProxy'], 'yes-no'],
  ['FENGHUO_MQTT_PORT', ['mqtt', 'port'], 'number'],
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
  return parsed.success && errors.length === 0 ? { ok: true, config: parsed.data } : { ok: false, errors };
}

const EXPECTED = { text: 'a text', number: 'a whole number', 'yes-no': 'true or false' } as const;

function readOverride(text: string, kind: keyof typeof EXPECTED): string | number | boolean | undefined {
  if (kind === 'text') return text;
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
    errors.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
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
