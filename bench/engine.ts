/**
 * What one reading costs `step`, from the parsed message to the alert book: limits with delays and one forecast a point, in
 * messages of one reading and of fifty, points in random order. The codec and the log are not in it.
 * Run: `node dist/bench/engine.js`.
 */
import { pathToFileURL } from 'node:url';
import type { Out } from '../src/engine/effect.ts';
import { clearOut, newOut } from '../src/engine/effect.ts';
import { tickBefore } from '../src/engine/grid.ts';
import type { EngineState } from '../src/engine/state.ts';
import { newState } from '../src/engine/state.ts';
import { step } from '../src/engine/step.ts';
import type { PointConfig } from '../src/model/point.ts';
import { GOOD } from '../src/model/quality.ts';
import type { ReadingBatch } from '../src/model/reading.ts';
import { buildGauge } from '../test/support/build/point.ts';
import { registryNaming } from '../test/support/build/registry.ts';
import { messagesOf } from './messages.ts';
import type { Figure } from './rules.ts';
import { shuffled } from './shuffled.ts';

const START = 1_763_775_600_000;
const INTERVAL_MS = 10_000;
const POINTS = 10_000;
const POINTS_A_SOURCE = 50;
/** Readings a point before the clock starts: the forecast window is full, the code is compiled. */
const WARM_ROUNDS = 75;
const ROUNDS = 10;
/** So many messages are made ready before the clock runs, as warm as what a codec hands over: whole rounds of points. */
const BLOCK = 20;
const RUNS = 3;

const config = buildGauge('bench/P', { intervalMs: INTERVAL_MS });

export async function benchEngine(): Promise<Figure[]> {
  return [measure(1), measure(50), ...crowd()];
}

/** Points of one source that go into alarm, and back, within one message each. */
const CROWD = 4_000;
/** Points that leave such an alert, and come back, by a message of their own each; the first ones compile the code. */
const SINGLES = 1_000;
const WARM_SINGLES = 200;
const SINGLE_MS = 1;

/** One alert of very many points: raised by one message, ended by another, and changed by one point in between. */
function crowd(): Figure[] {
  const state = newState();
  const out = newOut();
  const sides = config.rules.filter(({ kind }) => kind !== 'forecast');
  const points = Array.from({ length: CROWD }, (_, n) => {
    const own = { ...config, rules: sides, onDelayMs: 0, offDelayMs: 0 };
    return { ...own, tag: `LT-${n}`, id: `bench/LT-${n}`, source: 'bench/s0' };
  });
  register(state, out, points);
  const [message] = messagesOf(shuffled(CROWD), CROWD);
  const singles = messagesOf(shuffled(CROWD).slice(0, WARM_SINGLES + SINGLES), 1);
  let at = START;
  const send = (value: number, batch = message, afterMs = INTERVAL_MS): number => {
    at += afterMs;
    for (let tick = tickBefore(state, at); tick !== undefined; tick = tickBefore(state, at)) {
      step(state, state.n + 1, tick, out);
    }
    retime(batch, at, value);
    clearOut(out);
    const begun = process.cpuUsage();
    step(state, state.n + 1, { kind: 'readings', at, batch }, out);
    const { user, system } = process.cpuUsage(begun);
    return (user + system) / 1_000;
  };
  const swings: number[][] = [];
  for (let i = 0; i <= RUNS; i++) {
    send(50);
    swings.push([send(95), send(50)]);
  }
  // The first swing compiles the code.
  const median = (which: number) =>
    swings
      .slice(1)
      .map((swing) => swing[which])
      .sort((a, b) => a - b)[RUNS >> 1];
  send(95);
  const changes = singles.map((batch) => send(50, batch, SINGLE_MS) + send(95, batch, SINGLE_MS));
  const spentMs = changes.slice(WARM_SINGLES).reduce((sum, both) => sum + both, 0);
  const size = `one alert of ${CROWD / 1_000}k points`;
  return [
    { name: `engine: step, ${size}, raised by one message`, value: Math.round(median(0)), unit: 'ms' },
    { name: `engine: step, ${size}, returned by one message`, value: Math.round(median(1)), unit: 'ms' },
    { name: `engine: step, ${size}, changed by one of them`, value: spentMs / (2 * SINGLES), unit: 'ms/change' },
  ];
}

function measure(perMessage: number): Figure {
  const state = newState();
  const out = newOut();
  const points = Array.from({ length: POINTS }, (_, n) => ({
    ...config,
    id: `bench/P-${n}`,
    tag: `P-${n}`,
    source: `bench/S-${Math.floor(n / POINTS_A_SOURCE)}`,
  }));
  register(state, out, points);
  const order = shuffled(POINTS);
  const block = messagesOf(order.slice(0, BLOCK * perMessage), perMessage);
  let round = 1;
  const run = (rounds: number): number => {
    // Processor time of this process, not wall time: on a shared machine the neighbours are not part of the price.
    let spentUs = 0;
    for (let last = round + rounds; round < last; round++) {
      const at = START + round * INTERVAL_MS;
      for (let tick = tickBefore(state, at); tick !== undefined; tick = tickBefore(state, at))
        step(state, state.n + 1, tick, out);
      for (let from = 0; from < POINTS; from += BLOCK * perMessage) {
        for (const [k, batch] of block.entries()) {
          for (let i = 0; i < perMessage; i++) batch.point[i] = order[from + k * perMessage + i];
          retime(batch, at, 50 + Math.sin(round / 10 + batch.point[0]));
        }
        const begun = process.cpuUsage();
        for (const batch of block) {
          clearOut(out);
          step(state, state.n + 1, { kind: 'readings', at, batch }, out);
        }
        const { user, system } = process.cpuUsage(begun);
        spentUs += user + system;
      }
    }
    return (spentUs * 1_000) / (rounds * POINTS);
  };
  run(WARM_ROUNDS);
  const times = Array.from({ length: RUNS }, () => run(ROUNDS)).sort((a, b) => a - b);
  const size = perMessage === 1 ? 'one reading a message' : `${perMessage} readings a message`;
  return {
    name: `engine: step, ${size}, ${POINTS / 1_000}k points`,
    value: Math.round(times[RUNS >> 1]),
    unit: 'ns/reading',
  };
}

function register(state: EngineState, out: Out, points: readonly PointConfig[]): void {
  const change = registryNaming(points);
  step(state, state.n + 1, { kind: 'configuration', at: START, commandId: 'c', actor: 'bench', change }, out);
}

function retime(batch: ReadingBatch, at: number, value: number): void {
  batch.receivedAt = at;
  for (let i = 0; i < batch.count; i++) {
    batch.sampledAt[i] = at - 200;
    batch.value[i] = value;
    batch.quality[i] = GOOD;
    batch.flags[i] = 0;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const { name, value, unit } of await benchEngine()) process.stdout.write(`${name}: ${value} ${unit}\n`);
}
