/**
 * One HTTP exchange with InfluxDB, through the official client's transport: the only file that knows the client. Its write
 * buffer and its retries are not used (in an outage they lose what does not fit); a batch is sent once, and the outcome
 * is told as data.
 */
import { HttpError, InfluxDB } from '@influxdata/influxdb-client';
import type { WriteOutcome } from './refusal.ts';
import { readRefusal, shownReason, wordsOf } from './refusal.ts';

/** How to reach the server: the v2 API (InfluxDB 2.x, 3 Core, VictoriaMetrics), or the v1 API (InfluxDB 1.x). */
export type InfluxServer =
  | {
      readonly api: 'v2';
      readonly url: string;
      readonly token?: string;
      readonly org: string;
      readonly bucket: string;
    }
  | {
      readonly api: 'v1';
      readonly url: string;
      readonly database: string;
      readonly retentionPolicy?: string;
      readonly user?: string;
      readonly password?: string;
    };

export interface InfluxClient {
  write(lines: readonly string[]): Promise<WriteOutcome>;
  /** Parsed JSON answer to InfluxQL statements. */
  ask(statements: readonly string[]): Promise<{ ok: true; body: unknown } | { ok: false; reason: string }>;
  /** Whether the token may see the bucket (v2 only); undefined when that cannot be said. */
  findsBucket(): Promise<boolean | undefined>;
}

export function connectInflux(server: InfluxServer, timeoutMs: number): InfluxClient {
  const { transport } = new InfluxDB({
    url: server.url,
    timeout: timeoutMs,
    token: server.api === 'v2' ? server.token : undefined,
    headers: basicAuthorization(server),
  });
  const writePath = `${server.api === 'v2' ? '/api/v2/write' : '/write'}?${writeParameters(server)}`;
  return {
    async write(lines) {
      try {
        await transport.request(writePath, lines.join('\n'), {
          method: 'POST',
          headers: { 'content-type': 'text/plain; charset=utf-8' },
          gzipThreshold: 1_000,
        });
        return { kind: 'written' };
      } catch (error) {
        return outcomeOf(error);
      }
    },
    async findsBucket() {
      if (server.api !== 'v2') return undefined;
      const path = `/api/v2/buckets?${new URLSearchParams({ org: server.org, name: server.bucket })}`;
      try {
        const options = { method: 'GET', headers: { accept: 'application/json' } };
        const found = (await transport.request(path, '', options)) as { buckets?: unknown } | null;
        return Array.isArray(found?.buckets) ? found.buckets.length > 0 : undefined;
      } catch (error) {
        // 2.x answers 404 for a bucket that the token may not see.
        return error instanceof HttpError && [401, 403, 404].includes(error.statusCode) ? false : undefined;
      }
    },
    async ask(statements) {
      const path = `/query?${queryParameters(server, statements)}`;
      try {
        const options = { method: 'GET', headers: { accept: 'application/json' } };
        return { ok: true, body: (await transport.request(path, '', options)) as unknown };
      } catch (error) {
        return { ok: false, reason: reasonOf(error) };
      }
    },
  };
}

function basicAuthorization(server: InfluxServer): Record<string, string> {
  if (server.api === 'v2' || server.user === undefined) return {};
  const credentials = Buffer.from(`${server.user}:${server.password ?? ''}`).toString('base64');
  return { authorization: `Basic ${credentials}` };
}

function writeParameters(server: InfluxServer): URLSearchParams {
  if (server.api === 'v2') {
    return new URLSearchParams({ org: server.org, bucket: server.bucket, precision: 'ms' });
  }
  const parameters = new URLSearchParams({ db: server.database, precision: 'ms' });
  if (server.retentionPolicy !== undefined) parameters.set('rp', server.retentionPolicy);
  return parameters;
}

function queryParameters(server: InfluxServer, statements: readonly string[]): URLSearchParams {
  const db = server.api === 'v2' ? server.bucket : server.database;
  const parameters = new URLSearchParams({ db, epoch: 'ms', q: statements.join('; ') });
  if (server.api === 'v1' && server.retentionPolicy !== undefined) parameters.set('rp', server.retentionPolicy);
  return parameters;
}

function outcomeOf(error: unknown): WriteOutcome {
  if (error instanceof HttpError) return readRefusal(error.statusCode, bodyOf(error));
  return { kind: 'failed', reason: reasonOf(error) };
}

function reasonOf(error: unknown): string {
  if (error instanceof HttpError) return shownReason(error.statusCode, wordsOf(bodyOf(error)));
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}

function bodyOf(error: HttpError): string {
  return error.body ?? error.statusMessage ?? '';
}
