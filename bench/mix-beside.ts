/**
 * One side of a comparison, in a process of its own: what a reading costs the rules of a point with the quick limits and their
 * delays, `alone` or `beside` as many points that have all there is of graded limits. Both sides know as many points and judge
 * as many readings; only those of the plain ones are timed. Prints nanoseconds a reading, the least of many rounds. Run by mix.ts.
 */
import { GOOD } from '../src/model/quality.ts';
import { judge } from '../src/rules/evaluate.ts';
import { RuleMemory } from '../src/rules/memory.ts';
import { fillSample, newSample } from '../src/rules/sample.ts';
import type { RuleSink } from '../src/rules/sink.ts';
import type { StatedPoint } from '../test/support/build/point.ts';
import { buildGauge } from '../test/support/build/point.ts';
import { shuffled } from './shuffled.ts';

/** So few that the other side pushes nobody out of the caches: that would be the price of any points. */
const POINTS = 500;
const INTERVAL_MS = 10_000;
const START = 1_763_775_600_000;
const WARM_ROUNDS = 500;
const ROUNDS = 2_000;

const limit = (value: number) => ({ value, beyond: false, inARow: 1 });
const GRADED: Partial<StatedPoint> = {
  limits: {
    high: {
      blue: limit(80),
      yellow: { ...limit(85), clear: 84, inARow: 3 },
      orange: { ...limit(90), onDelayMs: 10_000 },
      red: { ...limit(95), beyond: true, offDelayMs: 600_000 },
    },
    low: {
      yellow: limit(15),
      orange: limit(10),
    },
  },
};

const isBeside = process.argv[2] === 'beside';
const memory = new RuleMemory();
// Even numbers are the plain ones: neither side lies together.
const point = (n: number, more: Partial<StatedPoint>) => buildGauge(`mix/P-${n}`, { ...more, forecast: undefined });
for (let n = 0; n < 2 * POINTS; n++) memory.install(point(n, isBeside && n % 2 === 1 ? GRADED : {}), n);

const sink: RuleSink = { changed: () => {}, arm: () => {}, held: () => {}, faulty: () => {} };
const sample = newSample();
const order = shuffled(POINTS);
const values = Float64Array.from({ length: 4_096 }, (_, i) => 50 + 10 * Math.sin(i / 100));

/** Nanoseconds of processor time a reading, of all points of one side. */
function round(odd: 0 | 1, n: number): number {
  const begun = process.cpuUsage();
  for (const place of order) {
    const at = START + n * INTERVAL_MS + (place % 1_000) * 10;
    judge(memory, 2 * place + odd, fillSample(sample, at, at, values[(place + n) & 4_095], GOOD), sink);
  }
  const { user, system } = process.cpuUsage(begun);
  return ((user + system) * 1_000) / POINTS;
}

let least = Number.POSITIVE_INFINITY;
for (let n = 0; n < ROUNDS; n++) {
  round(1, n);
  const plain = round(0, n);
  if (n >= WARM_ROUNDS) least = Math.min(least, plain);
}
process.stdout.write(`${least}\n`);
