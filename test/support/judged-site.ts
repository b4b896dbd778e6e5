// A registry of plants judged by the engine itself: reports go straight into `step`, with the ticks of the live grid, however far
// apart they are.
import type { DrivenTypes } from '../../simulators/generic.ts';
import { isActive } from '../../simulators/plant.ts';
import type { RegistryFile } from '../../simulators/registry-file.ts';
import { enterpriseOf } from '../../simulators/registry-file.ts';
import { findScenario } from '../../simulators/scenarios/catalogue.ts';
import { createSite, viewSources } from '../../simulators/site.ts';
import { clearOut, newOut } from '../../src/engine/effect.ts';
import { dueTickBefore } from '../../src/engine/grid.ts';
import type { EngineState } from '../../src/engine/state.ts';
import { newState } from '../../src/engine/state.ts';
import { step } from '../../src/engine/step.ts';
import type { Alert, Transition } from '../../src/model/alert.ts';
import { BAD, GOOD } from '../../src/model/quality.ts';
import { FLAG, newBatch } from '../../src/model/reading.ts';
import type { Pack } from '../../src/rules/packs/definition.ts';
import { resolveRegistry } from '../../src/rules/packs/resolve.ts';
import { addRow } from './build/batch.ts';

const START = 1_800_000_000_000;

interface Judged {
  readonly registry: RegistryFile;
  readonly packs: readonly Pack[];
  readonly scenario: string;
  /** Plant time in all, and from one look at the instruments to the next; a second when absent. */
  readonly seconds: number;
  readonly everySeconds?: number;
  readonly types?: DrivenTypes;
}

export interface Seen {
  readonly second: number;
  readonly transition: Transition;
}

/** Every transition at speed 1, with the second it came in. */
export function judgeSite({ registry, packs, scenario, seconds, everySeconds = 1, types }: Judged): Seen[] {
  const plan = findScenario(scenario)?.plan(viewSources(registry, types)) ?? [];
  const site = createSite(registry, plan, 'seed', types);
  const state = startedEngine(registry, packs);
  const out = newOut();
  const seen: Seen[] = [];
  for (let second = 0; second <= seconds; second += everySeconds) {
    const at = START + second * 1_000;
    for (let tick = dueTickBefore(state, at); tick !== undefined; tick = dueTickBefore(state, at))
      step(state, state.n + 1, tick, out);
    const batches = new Map<number, ReturnType<typeof newBatch>>();
    for (const { point, value, quality } of site.report(second * 1_000)) {
      const number = state.registry.pointNumbers.get(point)!;
      const gateway = state.registry.publishers[number][0];
      const own = `${enterpriseOf(point)}/${state.registry.gateways[gateway].id}`;
      const lost = plan.some(
        (one) => one.kind === 'gateway-loss' && one.gateway === own && isActive(one, second * 1_000),
      );
      if (lost) continue;
      const batch = batches.get(gateway) ?? newBatch(gateway, at);
      batches.set(gateway, batch);
      const flags = typeof value === 'boolean' ? FLAG.BOOLEAN : 0;
      addRow(batch, {
        point: number,
        sampledAt: at,
        value: Number(value),
        quality: quality === 'bad' ? BAD : GOOD,
        flags,
      });
    }
    for (const batch of batches.values()) step(state, state.n + 1, { kind: 'readings', at, batch }, out);
    for (const transition of out.transitions) seen.push({ second, transition });
    clearOut(out);
  }
  return seen;
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
