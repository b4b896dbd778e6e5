/**
 * One HTTP exchange with InfluxDB, through the official client's transport: the only file that knows the client. Its write
 * buffer and its retries are not used (in an outage they lose what does not fit); a batch is sent once, and the outcome
 * is told as data.
 */
import { HttpError, InfluxDB } from '@influxdata/influxdb-client';

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

export type WriteOutcome =
  | { readonly kind: 'written' }
  /** The rest was stored; the server will never take `count` of the lines. */
  | { readonly kind: 'partly'; readonly count: number; readonly reason: string }
  /** The server will not take this body as it is. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Nothing is known of the lines: to be sent again. */
  | { readonly kind: 'failed'; readonly reason: string };

export interface InfluxClient {
  write(lines: readonly string[]): Promise<WriteOutcome>;
  /** Parsed JSON answer to InfluxQL statements. */
  ask(statements: readonly string[]): Promise<{ ok: true; body: unknown } | { ok: false; reason: string }>;
}

export function connectInflux(server: InfluxServer, timeoutMs: number): InfluxClient {
  const { transport } = new InfluxDB({
    url: server.url,
    timeout: timeoutMs,
    ...(server.api === 'v2' && server.token !== undefined ? { token: server.token } : {}),
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
  const reason = reasonOf(error);
  if (!(error instanceof HttpError) || ![400, 413, 422].includes(error.statusCode)) return { kind: 'failed', reason };
  // `partial write: points beyond retention policy dropped=12`: everything else of the batch is stored.
  const dropped = /partial write:.*dropped=(\d+)/s.exec(reason);
  if (dropped !== null && Number(dropped[1]) > 0) return { kind: 'partly', count: Number(dropped[1]), reason };
  return { kind: 'refused', reason };
}

function reasonOf(error: unknown): string {
  if (error instanceof HttpError) {
    const json = error.json as { error?: unknown; message?: unknown } | undefined;
    const words = json?.error ?? json?.message ?? error.body ?? error.statusMessage;
    return `HTTP ${error.statusCode}: ${String(words).trim().slice(0, 300)}`;
  }
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
