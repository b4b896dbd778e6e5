// A recorded-answers server: a small HTTP server that speaks with the words of InfluxDB 2.7 where no InfluxDB 2.7 can run.
// It is no InfluxDB and proves nothing about one: it holds lines in a list and answers /api/v2/write, /api/v2/buckets and
// /query with the texts that 2.7's source, documentation and users' reports give for each situation a test asks for.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

export interface Influx2Situation {
  org: string;
  bucket: string;
  token: string;
  may: readonly ('read' | 'write')[];
  /** A DBRP mapping of the bucket's name points to another, empty bucket. */
  mappedElsewhere: boolean;
  /** The bucket has neither a mapping nor a virtual one. */
  unmapped: boolean;
  /** Older lines are dropped; undefined keeps all. */
  retentionMs: number | undefined;
  /** The field `value` is an integer there already: floats are refused. */
  valueIsInteger: boolean;
  /** Answers 503 as a proxy before a server that is gone. */
  away: boolean;
}

export interface Influx2Answers {
  readonly url: string;
  readonly situation: Influx2Situation;
  /** Lines of each write, as they came. */
  readonly writes: (readonly string[])[];
  /** Lines that were taken. */
  readonly lines: string[];
  stop(): Promise<void>;
}

type Answer = readonly [status: number, body?: unknown];

export async function startInflux2Answers(over: Partial<Influx2Situation> = {}): Promise<Influx2Answers> {
  const situation: Influx2Situation = {
    org: 'plant',
    bucket: 'readings',
    token: 'test-token',
    may: ['read', 'write'],
    mappedElsewhere: false,
    unmapped: false,
    retentionMs: undefined,
    valueIsInteger: false,
    away: false,
    ...over,
  };
  const writes: string[][] = [];
  const lines: string[] = [];
  const answerTo = async (request: IncomingMessage): Promise<Answer> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const body = await bodyOf(request);
    if (situation.away) return [503, 'upstream connect error'];
    if (request.headers.authorization !== `Token ${situation.token}`) {
      return [401, { code: 'unauthorized', message: 'unauthorized access' }];
    }
    if (pathname === '/query') return query(searchParams, situation, lines);
    const wrong = wrongPlace(searchParams, situation, pathname);
    if (wrong !== undefined) return wrong;
    if (pathname === '/api/v2/buckets') return [200, { buckets: [{ id: BUCKET_ID, name: situation.bucket }] }];
    const sent = body.split('\n');
    writes.push(sent);
    return write(sent, situation, lines);
  };
  const server = createServer((request, response) => {
    void answerTo(request).then((answer) => reply(response, answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    situation,
    writes,
    lines,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const BUCKET_ID = '91040e1bf6671dfd';

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  return (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8');
}

function reply(response: ServerResponse, [status, body]: Answer): void {
  response.statusCode = status;
  if (typeof body === 'object') response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(typeof body === 'object' ? JSON.stringify(body) : body);
}

function wrongPlace(asked: URLSearchParams, { org, bucket, may }: Influx2Situation, path: string): Answer | undefined {
  const [askedOrg, askedBucket] = [asked.get('org'), asked.get('bucket') ?? asked.get('name')];
  if (!askedOrg) return [400, { code: 'invalid', message: 'Please provide either orgID or org' }];
  if (askedOrg !== org) return [404, { code: 'not found', message: `organization name "${askedOrg}" not found` }];
  const hidden = path === '/api/v2/buckets' && !may.includes('read');
  if (askedBucket !== bucket || hidden)
    return [404, { code: 'not found', message: `bucket "${askedBucket}" not found` }];
  if (path === '/api/v2/write' && !may.includes('write'))
    return [403, { code: 'forbidden', message: 'insufficient permissions for write' }];
  return undefined;
}

const LINE = /^(\S+) (\S+) (-?\d+)$/;
/** Nanoseconds of an int64, in milliseconds. */
const TIME_MAX_MS = 9_223_372_036_854;

/** Nothing is stored of a body that does not parse; of the rest, what the bucket takes. */
function write(sent: readonly string[], situation: Influx2Situation, lines: string[]): Answer {
  const unparsed = sent.filter((line) => !LINE.test(line) || Math.abs(timeOf(line)) > TIME_MAX_MS);
  if (unparsed.length > 0) {
    const words = unparsed.map((line) => `unable to parse '${line}': time outside range`);
    return [400, { code: 'invalid', message: words.join('\n') }];
  }
  const oldest = situation.retentionMs === undefined ? Number.NEGATIVE_INFINITY : Date.now() - situation.retentionMs;
  const old = sent.filter((line) => timeOf(line) < oldest);
  const young = sent.filter((line) => timeOf(line) >= oldest);
  const conflicting = situation.valueIsInteger ? young.filter((line) => / value=[^,i]+,/.test(line)) : [];
  lines.push(...young.filter((line) => !conflicting.includes(line)));
  // One shard group speaks for all: what else was dropped is not counted.
  if (conflicting.length > 0) {
    const words = 'input field "value" on measurement "reading" is type float, already exists as type integer';
    return dropped(`field type conflict: ${words} dropped=${conflicting.length}`);
  }
  return old.length === 0 ? [204] : dropped(retentionWords(old, oldest, situation.retentionMs ?? 0));
}

function dropped(words: string): Answer {
  const message = `failure writing points to database: partial write: ${words}`;
  return [422, { code: 'unprocessable entity', message }];
}

/** The text of 2.7.11 and later: it names the oldest and the newest point and ends with the count. */
function retentionWords(old: readonly string[], boundMs: number, retentionMs: number): string {
  const sorted = [...old].sort((a, b) => timeOf(a) - timeOf(b));
  const instant = (ms: number) => new Date(ms).toISOString().replace(/\.?0*Z$/, 'Z');
  const point = (which: string, line: string) =>
    `${which} point ${line.split(' ')[0]} at ${instant(timeOf(line))} dropped because it violates a ` +
    `Retention Policy Lower Bound at ${instant(boundMs).replace('Z', '686336Z')}`;
  return (
    `dropped ${old.length} points outside retention policy of duration ${retentionMs / 3_600_000}h0m0s - ` +
    `${point('oldest', sorted[0])}, ${point('newest', sorted[sorted.length - 1])} ` +
    `dropped=${old.length} for database: ${BUCKET_ID} for retention policy: autogen`
  );
}

const timeOf = (line: string): number => Number(LINE.exec(line)?.[3]);

function query(asked: URLSearchParams, situation: Influx2Situation, lines: readonly string[]): Answer {
  const db = asked.get('db') ?? '';
  const readable =
    situation.may.includes('read') && !situation.unmapped && db === situation.bucket && !db.includes('/');
  if (!readable) return [200, { results: [{ statement_id: 0, error: `database not found: ${db}` }] }];
  const results = (asked.get('q') ?? '').split('; ').map((statement, id) => {
    const series = situation.mappedElsewhere ? [] : select(statement, lines);
    return series.length === 0 ? { statement_id: id } : { statement_id: id, series };
  });
  return [200, { results }];
}

/** `SELECT "a", "b"` or `SELECT COUNT("a")` FROM a measurement WHERE tags are and time lies: no more is asked of it. */
function select(statement: string, lines: readonly string[]): object[] {
  const measurement = /FROM "([^"]+)"/.exec(statement)?.[1];
  const tags = [...statement.matchAll(/"(\w+)" = '([^']*)'/g)].map(([, name, value]) => `${name}=${value}`);
  const times = [...statement.matchAll(/time (>=|<|=) (-?\d+)ms/g)];
  const found = lines.filter((line) => {
    const [key] = line.split(' ');
    const [name, ...has] = key.split(',');
    const within = times.every(([, operator, ms]) =>
      operator === '='
        ? timeOf(line) === Number(ms)
        : operator === '<'
          ? timeOf(line) < Number(ms)
          : timeOf(line) >= Number(ms),
    );
    return name === measurement && tags.every((tag) => has.includes(tag)) && within;
  });
  if (found.length === 0) return [];
  if (/COUNT\(/.test(statement))
    return [{ name: measurement, columns: ['time', 'count'], values: [[0, found.length]] }];
  const columns = [...statement.slice(0, statement.indexOf(' FROM ')).matchAll(/"(\w+)"/g)].map(([, column]) => column);
  const values = found.map((line) => [
    timeOf(line),
    ...columns.map((column) => {
      const text = new RegExp(`(?:^|,)${column}=(-?[\\d.e+-]+)i?(?:,|$)`).exec(line.split(' ')[1])?.[1];
      return text === undefined ? null : Number(text);
    }),
  ]);
  return [{ name: measurement, columns: ['time', ...columns], values }];
}
