/**
 * What one reading costs the rules, and what one point costs in memory: limits with delays and one forecast a point, points
 * in random order, so that every reading misses the cache as it does in service. Run: `node dist/bench/rules.js`.
 */
import { pathToFileURL } from 'node:url';
import { GOOD } from '../src/model/quality.ts';
import { judge } from '../src/rules/evaluate.ts';
import { RuleMemory } from '../src/rules/memory.ts';
import { fillSample, newSample } from '../src/rules/sample.ts';
import type { RuleSink } from '../src/rules/sink.ts';
import { buildGauge } from '../test/support/build/point.ts';
import { shuffled } from './shuffled.ts';

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

const START = 1_763_775_600_000;
const INTERVAL_MS = 10_000;
/** Readings a point before the clock starts: the forecast window is full, the code is compiled. */
const WARM_ROUNDS = 75;
const ROUNDS = 12;
const RUNS = 3;

const config = buildGauge('bench/P', { intervalMs: INTERVAL_MS });

export async function benchRules(): Promise<Figure[]> {
  return [10_000, 100_000].flatMap(measure);
}

function measure(points: number): Figure[] {
  const memory = new RuleMemory();
  for (let n = 0; n < points; n++) memory.install({ ...config, id: `bench/P-${n}`, tag: `P-${n}` }, n);
  let changes = 0;
  const sink: RuleSink = { changed: () => changes++, arm: () => {}, held: () => {}, faulty: () => {} };
  const sample = newSample();
  const order = shuffled(points);
  const values = Float64Array.from({ length: 4_096 }, (_, i) => 50 + 10 * Math.sin(i / 100));
  let round = 0;
  const rounds = (count: number): void => {
    for (const end = round + count; round < end; round++) {
      for (let i = 0; i < points; i++) {
        const point = order[i];
        const at = START + round * INTERVAL_MS + (point % 1_000) * 10;
        judge(memory, point, fillSample(sample, at, at, values[(point + round) & 4_095], GOOD), sink);
      }
    }
  };
  rounds(WARM_ROUNDS);
  const times = Array.from({ length: RUNS }, () => {
    // Processor time of this process, not wall time: on a shared machine the neighbours are not part of the price.
    const begun = process.cpuUsage();
    rounds(ROUNDS);
    const { user, system } = process.cpuUsage(begun);
    return ((user + system) * 1_000) / (ROUNDS * points);
  });
  times.sort((a, b) => a - b);
  const bytes = memory.encode().columns.reduce((sum, part) => sum + part.byteLength, 0);
  const size = `${points / 1_000}k points, random order`;
  return [
    { name: `rules: limits + delays + one forecast, ${size}`, value: Math.round(times[RUNS >> 1]), unit: 'ns/reading' },
    { name: `rules: memory, ${size}`, value: Math.round(bytes / points), unit: 'B/point' },
  ];
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const { name, value, unit } of await benchRules()) process.stdout.write(`${name}: ${value} ${unit}\n`);
}
