/**
 * Finds out at start whether what is written is what history will read: one line is written and asked back through /query.
 * Each way in which that fails is said by the name of the setting. It repairs nothing.
 */
import type { SelfTestOutcome } from '../port.ts';
import type { InfluxClient, InfluxServer } from './client.ts';
import { readAnswer } from './influx-ql.ts';

/** Apart from the readings, one point a start. */
const TEST_MEASUREMENT = 'fenghuo_selftest';

/** `now` (wall clock) tells this test's line from any other. */
export async function selfTest(client: InfluxClient, server: InfluxServer, now: number): Promise<SelfTestOutcome> {
  const written = await client.write([`${TEST_MEASUREMENT} at=${now}i ${now}`]);
  if (written.kind !== 'written') {
    return failing(
      `a test line could not be written to ${placeOf(server)}: ${'reason' in written ? written.reason : ''}`,
    );
  }
  const asked = await client.ask([`SELECT "at" FROM "${TEST_MEASUREMENT}" WHERE time = ${now}ms`]);
  const answer = asked.ok ? readAnswer(asked.body, 1, TEST_MEASUREMENT) : asked;
  if (!answer.ok) return failing(await whyUnreadable(client, server, answer.reason));
  if (answer.statements[0].some((row) => row[1] === now)) return { ok: true };
  return failing(
    server.api === 'v2'
      ? `what is written to ${placeOf(server)} is not what /query reads under that name: ` +
          `a DBRP mapping of database ${quoted(server.bucket)} points to another bucket`
      : `what is written to ${placeOf(server)} is not what /query reads there: look at its retention policies`,
  );
}

/** Written it was: then the right to read, the name, or the mapping is what is missing. */
async function whyUnreadable(client: InfluxClient, server: InfluxServer, reason: string): Promise<string> {
  const start = `${placeOf(server)} can be written and not read by InfluxQL (${reason})`;
  if (server.api === 'v1') return `${start}: history needs the right to read it (influx.token)`;
  if (!/not found|unauthorized|forbidden|permission|HTTP 40[13]/i.test(reason)) return start;
  if (server.bucket.includes('/')) {
    const [database, ...policy] = server.bucket.split('/');
    return (
      `${start}: influx.bucket has a "/" in its name, which InfluxQL reads as database ${quoted(database)}, ` +
      `retention policy ${quoted(policy.join('/'))}; take a bucket without one, or make a DBRP mapping of that name`
    );
  }
  if ((await client.findsBucket()) === false)
    return `${start}: influx.token may write the bucket and not read it; history needs a token that may do both`;
  return `${start}: the bucket has no DBRP mapping of that name; make one (influx v1 dbrp create --db ${server.bucket} …)`;
}

function placeOf(server: InfluxServer): string {
  return server.api === 'v2'
    ? `influx.bucket ${quoted(server.bucket)} of influx.org ${quoted(server.org)}`
    : `influx.bucket ${quoted(server.database)} (database)`;
}

const quoted = (text: string): string => `"${text}"`;
const failing = (reason: string): SelfTestOutcome => ({ ok: false, reason });
