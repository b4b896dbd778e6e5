/**
 * The first readings of many points out of InfluxDB by one question: whatever their enterprises have, of which the others are left out.
 * Who asks for many points of an enterprise asks for most of them.
 */
import { FirstRows } from '../first-rows.ts';
import type { PointRows, PointsQuery } from '../port.ts';
import type { QlAnswer } from './influx-ql.ts';
import { firstQuery, firstRow } from './influx-ql.ts';
import type { PointName } from './lines.ts';
import { storedName } from './lines.ts';

/** The answer is read on the thread that judges: some milliseconds of it, and no more. */
const ROWS_AT_ONCE = 5_000;

type First =
  | { readonly ok: true; readonly rows: PointRows; readonly upTo: number }
  | { readonly ok: false; readonly reason: string };

export async function firstReadings(
  { points, from, to, max }: PointsQuery,
  name: (point: number) => PointName | undefined,
  ask: (statement: string) => Promise<QlAnswer>,
): Promise<First> {
  const numbers = new Map<string, number>();
  const enterprises = new Set<string>();
  for (const point of points) {
    const named = name(point);
    if (named === undefined) continue;
    enterprises.add(named.enterprise);
    numbers.set(`${storedName(named.enterprise)} ${storedName(named.tag)}`, point);
  }
  const wanted = Math.min(max, ROWS_AT_ONCE);
  if (enterprises.size === 0) return { ok: true, rows: new FirstRows({ to, max: 0 }).rows(), upTo: to };
  for (let limit = wanted + 1; ; limit *= 2) {
    const answer = await ask(firstQuery([...enterprises], { from, to }, limit));
    if (!answer.ok) return answer;
    const [found] = answer.statements;
    // Of the last instant there may be more: it is left to the next question, unless it is all there is.
    const upTo = found.length < limit ? to : (found[found.length - 1][0] as number);
    if (found.length >= limit && found[0][0] === upTo) continue;
    const first = new FirstRows({ to: upTo, max: found.length });
    for (const row of found) {
      const { item, name: stored } = firstRow(row);
      const point = numbers.get(stored);
      if (point !== undefined) first.add(point, item.at, item.value, item.sentQuality);
    }
    return { ok: true, rows: first.rows(), upTo };
  }
}
