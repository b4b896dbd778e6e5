// A registry of plants judged by the engine itself: reports go straight into `step`, with the ticks of the live grid, however far
// apart they are. What is no number does not come as far: the codec refuses it.
import type { DrivenTypes } from '../../simulators/generic.ts';
import { isActive } from '../../simulators/plant.ts';
import type { RegistryFile } from '../../simulators/registry-file.ts';
import { enterpriseOf } from '../../simulators/registry-file.ts';
import { findScenario } from '../../simulators/scenarios/catalogue.ts';
import type { SiteReading } from '../../simulators/site.ts';
import { createSite, viewSources } from '../../simulators/site.ts';
import { clearOut, newOut } from '../../src/engine/effect.ts';
import { dueTickBefore } from '../../src/engine/grid.ts';
import type { EngineState } from '../../src/engine/state.ts';
import { newState } from '../../src/engine/state.ts';
import { step } from '../../src/engine/step.ts';
import type { Alert, Transition } from '../../src/model/alert.ts';
import { BAD, GOOD } from '../../src/model/quality.ts';
import type { ReadingBatch } from '../../src/model/reading.ts';
import { FLAG, newBatch } from '../../src/model/reading.ts';
import type { Pack } from '../../src/rules/packs/definition.ts';
import { resolveRegistry } from '../../src/rules/packs/resolve.ts';
import { addRow } from './build/batch.ts';

const START = 1_800_000_000_000;

interface Engine {
  readonly registry: RegistryFile;
  readonly packs: readonly Pack[];
  /** In all, and from one look at the instruments to the next; a second when absent. */
  readonly seconds: number;
  readonly everySeconds?: number;
}

interface Judged extends Engine {
  readonly scenario: string;
  readonly types?: DrivenTypes;
  readonly seed?: string;
  /** So many times as fast as the engine the plant goes; 1 when absent. */
  readonly speed?: number;
}

export interface Seen {
  readonly second: number;
  readonly transition: Transition;
}

/** Every transition of a scenario, with the second it came in. */
export function judgeSite({ scenario, types, seed = 'seed', speed = 1, ...engine }: Judged): Seen[] {
  const { registry } = engine;
  const plan = findScenario(scenario)?.plan(viewSources(registry, types)) ?? [];
  const site = createSite(registry, plan, seed, types);
  const gatewaysOf = new Map(registry.points.map(({ id, gateways }) => [id, `${enterpriseOf(id)}/${gateways[0]}`]));
  return judgeReadings(engine, (second) => {
    const plantMs = second * 1_000 * speed;
    const lost = plan.flatMap((one) => (one.kind === 'gateway-loss' && isActive(one, plantMs) ? [one.gateway] : []));
    return site.report(plantMs).filter(({ point }) => !lost.includes(gatewaysOf.get(point) ?? ''));
  });
}

/** Every transition, with the second it came in; `sentAt`: what the instruments send at a second, times rise. */
export function judgeReadings(
  { registry, packs, seconds, everySeconds = 1 }: Engine,
  sentAt: (second: number) => readonly SiteReading[],
): Seen[] {
  const state = startedEngine(registry, packs);
  const out = newOut();
  const seen: Seen[] = [];
  for (let second = 0; second <= seconds; second += everySeconds) {
    const at = START + second * 1_000;
    for (let tick = dueTickBefore(state, at); tick !== undefined; tick = dueTickBefore(state, at))
      step(state, state.n + 1, tick, out);
    for (const batch of batchesOf(state, sentAt(second), at))
      step(state, state.n + 1, { kind: 'readings', at, batch }, out);
    for (const transition of out.transitions) seen.push({ second, transition });
    clearOut(out);
  }
  return seen;
}

/** One message of each gateway. */
function batchesOf(state: EngineState, readings: readonly SiteReading[], at: number): Iterable<ReadingBatch> {
  const batches = new Map<number, ReadingBatch>();
  for (const { point, value, quality } of readings) {
    if (Number.isNaN(value)) continue;
    const number = state.registry.pointNumbers.get(point)!;
    const gateway = state.registry.publishers[number][0];
    const batch = batches.get(gateway) ?? newBatch(gateway, at);
    batches.set(gateway, batch);
    addRow(batch, {
      point: number,
      sampledAt: at,
      value: Number(value),
      quality: quality === 'bad' ? BAD : GOOD,
      flags: typeof value === 'boolean' ? FLAG.BOOLEAN : 0,
    });
  }
  return batches.values();
}

function startedEngine(registry: RegistryFile, packs: readonly Pack[]): EngineState {
  const resolved = resolveRegistry(registry, { packs, hashSecret: () => 'salt:hash' });
  if (!resolved.ok) throw new Error(resolved.errors.join('\n'));
  const state = newState();
  const out = newOut();
  const { change } = resolved;
  step(state, state.n + 1, { kind: 'configuration', at: START, commandId: 'demo', actor: 'test', change }, out);
  const [{ applied, errors, pending }] = out.configurations;
  if (!applied || errors.length > 0 || pending.length > 0)
    throw new Error(`not in force as it is: ${JSON.stringify({ errors, pending })}`);
  return state;
}

/** Every alert as it last was. */
export function lastOf(seen: readonly Seen[]): Alert[] {
  return [...new Map(seen.map(({ transition }) => [transition.alert.id, transition.alert])).values()];
}
