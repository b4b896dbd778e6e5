// The plant models: the same seed gives the same plant whatever the caller's rhythm, nothing leaves its instrument's span,
// an ordinary day crosses no limit, and every scenario keeps its promise, judged by the limits of the packs.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Disturbance } from '../../simulators/plant.ts';
import type { RegistryFile } from '../../simulators/registry-file.ts';
import { findScenario, SCENARIOS } from '../../simulators/scenarios/catalogue.ts';
import type { SiteReading } from '../../simulators/site.ts';
import { createSite, signalOf, viewSources } from '../../simulators/site.ts';
import { demoRegistry, levelOf, limitsOf, pointTypes } from '../seeds/seed-files.ts';

const registry = demoRegistry();
const pointById = new Map(registry.points.map((point) => [point.id, point]));

/** Only these sources, so that a property run stays small. */
function part(sources: readonly string[]): RegistryFile {
  return { ...registry, points: registry.points.filter(({ source }) => sources.includes(source)) };
}

function planOf(name: string): readonly Disturbance[] {
  const plan = findScenario(name)?.plan(viewSources(registry));
  if (plan === undefined) throw new Error(`${name} finds nothing in the demo registry`);
  return plan;
}

const one = part(['yt-chem/tank-farm-1', 'wl-coal/face-7301', 'bl-mining/pond-1']);
const troubled = [...planOf('leak'), ...planOf('methane'), ...planOf('rising-phreatic')];

/** Worst level each point reached, and when it last was at any. */
function watch(disturbances: readonly Disturbance[], toMs: number, everyMs: number, seed = 'seed') {
  const site = createSite(registry, disturbances, seed);
  const worst = new Map<string, 'H' | 'HH'>();
  const lastAt = new Map<string, number>();
  for (let at = 0; at <= toMs; at += everyMs) {
    for (const { point, value, quality } of site.step(at)) {
      const config = pointById.get(point);
      if (config === undefined || quality === 'bad') continue;
      const level = levelOf(config, value);
      if (level === 'none') continue;
      lastAt.set(point, at);
      if (worst.get(point) !== 'HH') worst.set(point, level);
    }
  }
  const at = (level: 'H' | 'HH', type?: string) =>
    [...worst]
      .filter(([id, is]) => is === level && (type === undefined || pointById.get(id)?.type === type))
      .map(([id]) => id);
  return { worst, lastAt, at };
}

describe('plant models', () => {
  it('depend on the seed alone, not on how often they are asked', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 12 }),
        (seed, gaps) => {
          const often = createSite(one, troubled, seed);
          const once = createSite(one, troubled, seed);
          let at = 0;
          let last: SiteReading[] = often.step(0);
          for (const gap of gaps) {
            at += gap;
            last = often.step(at);
          }
          expect(once.step(at)).toEqual(last);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('differ from seed to seed', () => {
    expect(createSite(one, [], 'a').step(60_000)).not.toEqual(createSite(one, [], 'b').step(60_000));
  });

  it('give the same plant at a source whatever stands elsewhere', () => {
    const alone = createSite(part(['wl-coal/face-7301']), troubled, 's').step(120_000);
    const among = createSite(registry, troubled, 's').step(120_000);
    expect(among.filter(({ point }) => pointById.get(point)?.source === 'wl-coal/face-7301')).toEqual(alone);
  });

  it('stay inside the span of every instrument, with every trouble on and for a day', () => {
    const everything = SCENARIOS.flatMap((scenario) => scenario.plan(viewSources(registry)) ?? []).filter(
      ({ kind }) => kind !== 'instrument' && kind !== 'gateway-loss',
    );
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 8 }), (seed) => {
        const site = createSite(registry, everything, seed);
        for (let at = 0; at <= 1_500_000; at += 20_000) expectInSpan(site.step(at));
      }),
      { numRuns: 3 },
    );
    const day = createSite(one, troubled, 'day');
    for (let at = 0; at <= 86_400_000; at += 300_000) expectInSpan(day.step(at));
  });

  it('report at least as often as the packs declare', () => {
    for (const [type, { intervalMs }] of pointTypes) {
      const signal = signalOf(type);
      // Nobody sends what is computed; of other domains there is no plant.
      if (signal === undefined) continue;
      if (intervalMs === null) expect([type, signal?.intervalMs]).toEqual([type, null]);
      else expect([type, (signal?.intervalMs ?? Number.POSITIVE_INFINITY) <= intervalMs]).toEqual([type, true]);
    }
  });
});

function expectInSpan(readings: readonly SiteReading[]): void {
  for (const { point, value } of readings) {
    const type = pointTypes.get(pointById.get(point)?.type ?? '');
    expect([point, typeof value]).toEqual([point, type?.value]);
    if (typeof value === 'boolean') continue;
    const { min, max } = type?.span ?? {};
    const inside = Number.isFinite(value) && value >= (min ?? value) && value <= (max ?? value);
    if (!inside) expect([point, value]).toEqual([point, `between ${min} and ${max}`]);
  }
}

describe('scenarios', () => {
  it('normal: nothing reaches a limit in eight hours, nor the band below one', () => {
    const { worst } = watch(planOf('normal'), 8 * 3_600_000, 60_000);
    expect([...worst]).toEqual([]);
    const site = createSite(registry, [], 'seed');
    for (let at = 0; at <= 3_600_000; at += 30_000) {
      for (const { point, value } of site.step(at)) {
        const config = pointById.get(point);
        const band = pointTypes.get(config?.type ?? '')?.preBand;
        if (config === undefined || band === undefined || typeof value === 'boolean') continue;
        const { L, H, HH } = limitsOf(config);
        const high = H ?? HH;
        expect([point, high === undefined || value < high - band, L === undefined || value > L + band]).toEqual([
          point,
          true,
          true,
        ]);
      }
    }
  });

  it.each(['a', 'b', 'c', 'd', 'e'])('leak (seed %s): at least two heads of one source at HH, then quiet', (seed) => {
    const { at, lastAt } = watch(planOf('leak'), 720_000, 5_000, seed);
    const heads = at('HH', 'gas_lel');
    expect(heads.length).toBeGreaterThanOrEqual(2);
    expect(new Set(heads.map((id) => pointById.get(id)?.source)).size).toBe(1);
    expect(Math.max(...lastAt.values())).toBeLessThan(480_000);
  });

  it('overfill: one tank passes H, then HH, and is pumped down again', () => {
    const { at, worst, lastAt } = watch(planOf('overfill'), 900_000, 5_000);
    expect(at('HH', 'tank_level_pct')).toHaveLength(1);
    expect(worst.size).toBe(1);
    expect(Math.max(...lastAt.values())).toBeLessThan(900_000);
  });

  it('rising-phreatic: half of the tubes pass the least depth, and the line sinks again', () => {
    const { at, lastAt } = watch(planOf('rising-phreatic'), 12 * 3_600_000, 300_000);
    expect(at('HH', 'phreatic_depth').length).toBeGreaterThanOrEqual(2);
    const lastTube = [...lastAt].filter(([id]) => pointById.get(id)?.type === 'phreatic_depth').map(([, last]) => last);
    expect(Math.max(...lastTube)).toBeLessThan(11 * 3_600_000);
  });

  it('methane: the face heads pass the power-cut value, the intake does not', () => {
    const { at, worst } = watch(planOf('methane'), 1_800_000, 10_000);
    for (const type of ['ch4_t0', 'ch4_t1', 'ch4_t2']) expect([type, at('HH', type).length]).toEqual([type, 1]);
    expect([...worst.keys()].filter((id) => pointById.get(id)?.type === 'ch4_t3')).toEqual([]);
  });

  it('sensor-dropout: four heads fail, each in its own way', () => {
    const plan = planOf('sensor-dropout');
    const [silent, bad, stuck, over] = plan.map((fault) => (fault.kind === 'instrument' ? fault.points[0] : ''));
    const site = createSite(registry, plan, 'seed');
    const at = (ms: number) => new Map(site.step(ms).map((reading) => [reading.point, reading]));
    const before = at(10_000);
    for (const point of [silent, bad, stuck, over]) expect(before.get(point)?.quality).toBeUndefined();
    const during = at(150_000);
    expect(during.has(silent)).toBe(false);
    expect(during.get(bad)?.quality).toBe('bad');
    expect(during.get(over)?.value).toBeGreaterThan(pointTypes.get('gas_lel')?.span?.max ?? 0);
    expect(new Set([160_000, 170_000, 180_000, 190_000].map((ms) => at(ms).get(stuck)?.value)).size).toBe(1);
    const after = at(400_000);
    expect(after.has(silent)).toBe(true);
    expect(after.get(bad)?.quality).toBeUndefined();
  });

  it('gateway-loss: gas leaks behind the gateway that is cut off', () => {
    const plan = planOf('gateway-loss');
    const loss = plan.find(({ kind }) => kind === 'gateway-loss');
    const leak = plan.find(({ kind }) => kind === 'leak');
    if (loss?.kind !== 'gateway-loss' || leak?.kind !== 'leak') throw new Error('no loss or no leak');
    const [point] = registry.points.filter(({ source }) => source === leak.source);
    expect(point.gateways.map((gateway) => `${point.id.split('/')[0]}/${gateway}`)).toEqual([loss.gateway]);
    const { at } = watch(plan, 180_000, 5_000);
    expect(at('HH').length).toBeGreaterThanOrEqual(2);
    expect(leak.fromMs).toBeGreaterThan(loss.fromMs);
    expect(leak.fromMs).toBeLessThan(loss.untilMs);
  });

  it('demo: within a minute HH and H at several enterprises and kinds, and quiet before the next round', () => {
    const minute = watch(planOf('demo'), 60_000, 1_000);
    const enterprises = new Set([...minute.worst.keys()].map((id) => id.split('/')[0]));
    expect(enterprises.size).toBeGreaterThanOrEqual(4);
    expect(minute.at('HH', 'gas_lel').length).toBeGreaterThanOrEqual(2);
    expect(minute.at('HH', 'tank_level_pct').length).toBe(1);
    expect(minute.at('HH', 'phreatic_depth').length).toBeGreaterThanOrEqual(1);
    expect(minute.at('HH', 'ch4_t1').length).toBe(1);
    // The first alarm and nothing worse, at a source of its own.
    const hh = new Set(minute.at('HH').map((id) => pointById.get(id)?.source));
    expect(minute.at('H').some((id) => !hh.has(pointById.get(id)?.source))).toBe(true);
    // One tank that stops in the band below H: nothing but a forewarning.
    const levels = createSite(registry, planOf('demo'), 'seed').step(45_000);
    const band = levels.filter(({ point, value }) => {
      const config = pointById.get(point);
      if (config?.type !== 'tank_level_pct' || typeof value === 'boolean') return false;
      const h = limitsOf(config).H ?? Number.NaN;
      return value >= h - (pointTypes.get('tank_level_pct')?.preBand ?? 0) && value < h;
    });
    expect(band.length).toBe(1);
    const round = watch(planOf('demo'), 600_000, 5_000);
    expect(Math.max(...round.lastAt.values())).toBeLessThan(400_000);
  });

  it('say what they need where a registry has none of it', () => {
    const empty: RegistryFile = { ...registry, sources: [], points: [] };
    for (const scenario of SCENARIOS) {
      const plan = scenario.plan(viewSources(empty));
      if (scenario.name === 'normal') expect(plan).toEqual([]);
      else expect([scenario.name, plan]).toEqual([scenario.name, undefined]);
      expect(scenario.needs).not.toBe('');
    }
  });

  it('drive any registry: other names, other types of gas', () => {
    const other: RegistryFile = {
      divisions: [],
      enterprises: [],
      sources: [{ id: 'x/s', name: 's', kind: 'whatever' }],
      gateways: [],
      points: ['A', 'B', 'C'].map((tag) => ({
        id: `x/${tag}`,
        source: 'x/s',
        gateways: ['g'],
        type: 'gas_nh3',
        name: tag,
      })),
    };
    const plan = findScenario('leak')?.plan(viewSources(other)) ?? [];
    const site = createSite(other, plan, 'seed');
    const high = site
      .step(120_000)
      .filter(({ value }) => Number(value) >= (pointTypes.get('gas_nh3')?.limits?.HH ?? 0));
    expect(high.length).toBeGreaterThanOrEqual(2);
  });
});

describe('reports', () => {
  it('send everything once at first, then each point at its interval or when it moves', () => {
    const site = createSite(one, [], 'seed');
    expect(site.report(0)).toHaveLength(one.points.length);
    const counts = new Map<string, number>();
    for (let at = 1_000; at <= 600_000; at += 1_000) {
      for (const { point } of site.report(at)) counts.set(point, (counts.get(point) ?? 0) + 1);
    }
    for (const { id, type } of one.points) {
      const interval = signalOf(type)?.intervalMs ?? null;
      const least = interval === null ? 0 : Math.floor(600_000 / interval);
      expect([id, (counts.get(id) ?? 0) >= least]).toEqual([id, true]);
      if (interval === null) expect([id, counts.get(id) ?? 0]).toEqual([id, 0]);
    }
  });

  it('send a point that moves at once, without waiting for its interval', () => {
    const site = createSite(registry, planOf('demo'), 'seed');
    const tubes: number[] = [];
    for (let at = 0; at <= 60_000; at += 1_000) {
      for (const { point, value } of site.report(at)) {
        if (pointById.get(point)?.type === 'phreatic_depth' && levelOf(pointById.get(point)!, value) === 'HH')
          tubes.push(at);
      }
    }
    expect(Math.min(...tubes)).toBeLessThan(60_000);
  });
});
