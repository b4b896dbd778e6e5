/** The pure core on its own: what one reading costs the rules, and what it costs the engine, in nanoseconds and bytes. */
import { benchEngine } from './engine.ts';
import type { Row } from './figures.ts';
import { atMost, row } from './figures.ts';
import { benchRules } from './rules.ts';
import { benchSnapshot } from './snapshot.ts';

const NS_A_READING = 400;
const BYTES_A_POINT = 1_024;
const MS_A_CHANGE = 0.5;
const GROWTH = 2;

export async function benchCore(): Promise<Row[]> {
  const figures = await benchRules();
  const rows = figures.map(({ name, unit, value }) => {
    if (unit === 'ns/reading') return row(name, unit, value, undefined, atMost(NS_A_READING));
    return row(name, unit, value, undefined, unit === 'B/point' ? atMost(BYTES_A_POINT) : undefined);
  });
  for (const { name, unit, value } of await benchEngine()) {
    rows.push(row(name, unit, value, undefined, unit === 'ms/change' ? atMost(MS_A_CHANGE) : undefined));
  }
  rows.push(...(await benchSnapshot()));
  const [small, large] = figures.filter(({ unit }) => unit === 'ns/reading').map(({ value }) => value);
  if (small === undefined || large === undefined) return rows;
  return [...rows, row('rules: 100k points against 10k points', 'times', large / small, undefined, atMost(GROWTH))];
}
