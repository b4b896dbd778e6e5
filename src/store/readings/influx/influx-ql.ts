/**
 * The InfluxQL questions asked of a readings database (InfluxDB 1.x, 2.x and 3 Core serve them at /query), and the reading
 * of their answers. Nothing here speaks to a server.
 */
import { GOOD } from '../../../model/quality.ts';
import { sentQualityOf } from '../../../model/reading.ts';
import type { BucketItem, RawItem, ReadingsQuery } from '../port.ts';
import type { PointName } from './lines.ts';
import { MEASUREMENT, storedName } from './lines.ts';

function quoteText(text: string): string {
  return `'${text.replace(/[\\']/g, (character) => `\\${character}`).replace(/\n/g, '\\n')}'`;
}

/** Identifiers are quoted: `tag` is a word of the language. */
function seriesIs(name: PointName): string {
  const enterprise = quoteText(storedName(name.enterprise));
  return `"enterprise" = ${enterprise} AND "tag" = ${quoteText(storedName(name.tag))}`;
}

function within(name: PointName, { from, to }: ReadingsQuery): string {
  return `FROM "${MEASUREMENT}" WHERE ${seriesIs(name)} AND time >= ${from}ms AND time < ${to}ms`;
}

/**
 * The first `limit` readings of these enterprises in order of time, each with its names: rows of `firstRow`. Points are not named, of
 * whom thousands would make a question that no server takes.
 */
export function firstQuery(
  enterprises: readonly string[],
  { from, to }: { readonly from: number; readonly to: number },
  limit: number,
): string {
  const whose = enterprises.map((name) => `"enterprise" = ${quoteText(storedName(name))}`).join(' OR ');
  return (
    `SELECT "value", "quality", "flags", "enterprise", "tag" FROM "${MEASUREMENT}" ` +
    `WHERE (${whose}) AND time >= ${from}ms AND time < ${to}ms ORDER BY time ASC LIMIT ${limit}`
  );
}

/** The reading of a row of `firstQuery`, and `enterprise tag` as they are stored: neither has a space in it. */
export function firstRow(row: readonly unknown[]): { readonly item: RawItem; readonly name: string } {
  const [item] = rawItems([row]);
  return { item, name: `${row[4]} ${row[5]}` };
}

export function countQuery(name: PointName, query: ReadingsQuery): string {
  return `SELECT COUNT("value") ${within(name, query)}`;
}

export function rawQuery(name: PointName, query: ReadingsQuery): string {
  return `SELECT "value", "quality", "flags" ${within(name, query)}`;
}

/** Buckets of `bucketMs` counted from the begin of the range (InfluxDB counts them from the epoch, hence the offset). */
export function bucketQuery(name: PointName, query: ReadingsQuery, bucketMs: number): string {
  const offset = ((query.from % bucketMs) + bucketMs) % bucketMs;
  const columns = 'MIN("value"), MEAN("value"), MAX("value"), COUNT("value")';
  return `SELECT ${columns} ${within(name, query)} GROUP BY time(${bucketMs}ms, ${offset}ms) fill(none)`;
}

/** Whether there is a reading at exactly this instant. */
export function existsQuery(name: PointName, at: number): string {
  return `SELECT "value" FROM "${MEASUREMENT}" WHERE ${seriesIs(name)} AND time = ${at}ms`;
}

/** Rows of each statement of an answer, in order; or the server's words, or that it was no answer to such a question. */
export type QlAnswer =
  | { readonly ok: true; readonly statements: readonly (readonly (readonly unknown[])[])[] }
  | { readonly ok: false; readonly reason: string };

type Result = { readonly error?: unknown; readonly series?: unknown; readonly statement_id?: unknown };
type Series = { readonly name?: unknown; readonly values?: readonly (readonly unknown[])[] };

export function readAnswer(body: unknown, statements: number, measurement = MEASUREMENT): QlAnswer {
  const answer = body as { error?: unknown; results?: unknown } | null;
  if (typeof answer !== 'object' || answer === null) return { ok: false, reason: 'the answer is not JSON' };
  if (typeof answer.error === 'string') return { ok: false, reason: answer.error };
  if (!Array.isArray(answer.results)) return { ok: false, reason: 'the answer has no results' };
  const rows: (readonly (readonly unknown[])[])[] = Array.from({ length: statements }, () => []);
  for (const [index, result] of (answer.results as Result[]).entries()) {
    if (typeof result.error === 'string') return { ok: false, reason: result.error };
    const series = Array.isArray(result.series) ? (result.series as Series[]) : [];
    // VictoriaMetrics answers every question with a list of databases.
    if (series.some(({ name }) => name !== measurement))
      return { ok: false, reason: 'the server does not answer InfluxQL: it takes readings and gives none back' };
    const id = typeof result.statement_id === 'number' ? result.statement_id : index;
    rows[id] = series.flatMap((one) => one.values ?? []);
  }
  return { ok: true, statements: rows };
}

export function rawItems(rows: readonly (readonly unknown[])[]): RawItem[] {
  return rows.map(([at, value, judged, flags]) => {
    const quality = typeof judged === 'number' ? judged : GOOD;
    const sentQuality = typeof flags === 'number' ? sentQualityOf(flags, quality) : quality;
    return { at: at as number, value: value as number, quality, sentQuality };
  });
}

export function bucketItems(rows: readonly (readonly unknown[])[]): BucketItem[] {
  return rows.map(([at, min, mean, max, count]) => ({
    at: at as number,
    min: min as number,
    mean: mean as number,
    max: max as number,
    count: count as number,
  }));
}
