// What the engine itself makes of the simulators: an ordinary hour raises nothing, the tour shows every colour within a
// minute and returns to normal, each scenario raises the alert it is named for. No broker, no clock: reports go straight
// into `step`, a tick a second.

import { describe, expect, it } from 'vitest';
import { isActive } from '../../simulators/plant.ts';
import { enterpriseOf } from '../../simulators/registry-file.ts';
import { findScenario } from '../../simulators/scenarios/catalogue.ts';
import { createSite, viewSources } from '../../simulators/site.ts';
import { clearOut, newOut } from '../../src/engine/effect.ts';
import { tickBefore } from '../../src/engine/grid.ts';
import type { EngineState } from '../../src/engine/state.ts';
import { newState } from '../../src/engine/state.ts';
import { step } from '../../src/engine/step.ts';
import type { Alert, Transition } from '../../src/model/alert.ts';
import { BAD, GOOD } from '../../src/model/quality.ts';
import { FLAG, newBatch } from '../../src/model/reading.ts';
import { resolveRegistry } from '../../src/rules/packs/resolve.ts';
import { demoRegistry, loaded } from '../seeds/seed-files.ts';
import { addRow } from '../support/build/batch.ts';

const registry = demoRegistry();
const START = 1_800_000_000_000;

function startedEngine(): EngineState {
  const resolved = resolveRegistry(registry, { packs: loaded.packs, hashSecret: () => 'salt:hash' });
  if (!resolved.ok) throw new Error(resolved.errors.join('\n'));
  const state = newState();
  const out = newOut();
  step(
    state,
    state.n + 1,
    { kind: 'configuration', at: START, commandId: 'demo', actor: 'test', change: resolved.change },
    out,
  );
  expect(out.configurations).toMatchObject([{ commandId: 'demo', applied: true, errors: [], pending: [] }]);
  return state;
}

/** Runs a scenario for `seconds` of plant time at speed 1 and returns every transition, with the second it came in. */
function judge(name: string, seconds: number): { readonly second: number; readonly transition: Transition }[] {
  const plan = findScenario(name)?.plan(viewSources(registry)) ?? [];
  const site = createSite(registry, plan, 'seed');
  const state = startedEngine();
  const out = newOut();
  const seen: { second: number; transition: Transition }[] = [];
  for (let second = 0; second <= seconds; second++) {
    const at = START + second * 1_000;
    for (let tick = tickBefore(state, at); tick !== undefined; tick = tickBefore(state, at))
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

/** Every alert as it last was. */
function lastOf(seen: ReturnType<typeof judge>): Alert[] {
  return [...new Map(seen.map(({ transition }) => [transition.alert.id, transition.alert])).values()];
}

const brief = (alerts: readonly Alert[]) => alerts.map(({ key, peakGrade }) => `${key} ${peakGrade}`).sort();

describe('simulators judged by the engine', () => {
  it('normal: an hour raises nothing at all', () => {
    expect(brief(lastOf(judge('normal', 3_600)))).toEqual([]);
  });

  it('demo: every colour and a device alarm within a minute, all of it back to normal within its round', () => {
    const seen = judge('demo', 1_790);
    const first = seen.filter(({ second }) => second <= 60);
    const hazards = lastOf(first).filter(({ kind }) => kind === 'hazard');
    expect(new Set(hazards.map(({ peakGrade }) => peakGrade))).toEqual(new Set(['red', 'orange', 'yellow', 'blue']));
    expect(lastOf(first).some(({ kind }) => kind === 'device')).toBe(true);
    expect(new Set(hazards.map(({ enterprise }) => enterprise)).size).toBeGreaterThanOrEqual(5);
    const dams = lastOf(seen).filter(({ hazard }) => hazard === 'dam-stability');
    expect(dams.length).toBeGreaterThan(0);
    // Just before the dam's next round everything is over: cleared, waiting only for somebody's acknowledgement.
    expect(
      lastOf(seen)
        .filter(({ active }) => active)
        .map(({ key }) => key),
    ).toEqual([]);
  });

  it.each([
    ['leak', 120, 'yt-chem/tank-farm-1||flammable-gas|hazard', 'red'],
    ['overfill', 240, 'yt-chem/tank-farm-1||overfill|hazard', 'red'],
    ['rising-phreatic', 10_800, 'bl-mining/pond-1||dam-stability|hazard', 'red'],
    ['methane', 420, 'wl-coal/face-7301||mine-gas|hazard', 'red'],
  ])('%s: raises what it is named for within %i s', (name, seconds, key, grade) => {
    const alerts = lastOf(judge(name, seconds));
    expect(brief(alerts)).toContain(`${key} ${grade}`);
    // The trouble stays where it is: nobody else is alarmed.
    expect(new Set(alerts.map(({ source }) => source)).size).toBe(1);
  });

  it('sensor-dropout: device alarms, and the over-range head is a hazard', () => {
    const alerts = lastOf(judge('sensor-dropout', 300));
    expect(new Set(alerts.filter(({ kind }) => kind === 'device').map(({ hazard }) => hazard))).toEqual(
      new Set(['silent', 'bad-quality']),
    );
    const [hazard] = alerts.filter(({ kind }) => kind === 'hazard');
    expect(hazard.points.some(({ latched }) => latched)).toBe(true);
  });
});
