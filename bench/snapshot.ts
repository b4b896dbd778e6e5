/**
 * How long a snapshot holds the event loop with 100 000 points and 10 000 open alerts: the copy of the columns and the JSON
 * beside them. The first one after a configuration change is told apart. It writes to no disk.
 */
import { Snapshotter } from '../src/app/sequencer/snapshotter.ts';
import { newOut } from '../src/engine/effect.ts';
import type { EngineState } from '../src/engine/state.ts';
import { newState } from '../src/engine/state.ts';
import { step } from '../src/engine/step.ts';
import type { SnapshotStore } from '../src/log/port.ts';
import type { PointConfig } from '../src/model/point.ts';
import { newBatch } from '../src/model/reading.ts';
import { addRow } from '../test/support/build/batch.ts';
import { buildPoint } from '../test/support/build/point.ts';
import { registryNaming } from '../test/support/build/registry.ts';
import type { Row } from './figures.ts';
import { atMost, quantile, row } from './figures.ts';

const POINTS = 100_000;
const ALERTS = 10_000;
/** Every source has one point in alarm. */
const SOURCES = ALERTS;
const ROUNDS = 15;
const START = 1_763_775_600_000;

/** Ten points a source, one of them in alarm; a thousand alerts change between two snapshots. */
export async function benchSnapshot(points = POINTS, alerts = ALERTS): Promise<Row[]> {
  const state = flooded(points, alerts);
  const sizes: number[] = [];
  const store: SnapshotStore = {
    freeable: 0,
    before: () => 0,
    disown: () => undefined,
    newest: async () => undefined,
    async write(_position, parts) {
      sizes.push(parts.reduce((sum, part) => sum + part.byteLength, 0));
    },
  };
  const snapshotter = new Snapshotter(store);
  const held: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    await snapshotter.take(state, () => undefined);
    held.push(snapshotter.blockedMs);
    change(state, round);
  }
  const [first, ...steady] = held;
  return [
    row(
      `snapshot of ${points} points and ${alerts} open alerts: loop held`,
      'ms',
      quantile(steady, 0.5),
      undefined,
      atMost(10),
    ),
    row('snapshot: loop held, worst', 'ms', Math.max(...steady)),
    row('snapshot: loop held, first after start or configuration', 'ms', first),
    row('snapshot: size', 'MB', sizes[sizes.length - 1] / 1e6),
  ];
}

/** One alert a source, each with one point at H. */
export function flooded(points: number, alerts: number): EngineState {
  const state = newState();
  const configs = Array.from({ length: points }, (_, n) => pointOf(n));
  const at = START;
  const change = registryNaming(configs);
  step(state, state.n + 1, { kind: 'configuration', at, commandId: 'bench', actor: 'bench', change }, newOut());
  for (let first = 0; first < points; first += 1_000) send(state, first, Math.min(first + 1_000, points), at, alerts);
  return state;
}

/** A thousand alarms get worse or come back between two snapshots. */
function change(state: EngineState, round: number): void {
  const at = state.at + 60_000;
  send(state, 0, 1_000, at, round % 2 === 0 ? 0 : 1_000);
}

function send(state: EngineState, from: number, to: number, at: number, alarming: number): void {
  const batch = newBatch(0, at);
  for (let point = from; point < to; point++) {
    addRow(batch, { point, sampledAt: at, value: point < alarming ? 30 : 3 });
  }
  step(state, state.n + 1, { kind: 'readings', at, batch }, newOut());
}

function pointOf(n: number): PointConfig {
  return buildPoint(`bench/GD-${n}`, {
    source: `bench/s${n % SOURCES}`,
    name: `${n}#可燃气体`,
    intervalMs: null,
    span: { min: 0, max: 100 },
    plausible: { min: -5, max: 100 },
    limits: { H: 25, HH: 50 },
    deadband: 1,
    offDelayMs: 60_000,
  });
}
