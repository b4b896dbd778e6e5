// What has no plant of its own is driven all the same: whatever type a pack has, an ordinary day stays clear of its limits, and on
// demand it goes through every one of them and comes back.
import { describe, expect, it } from 'vitest';
import { sidesOf } from '../../simulators/limit-sides.ts';
import type { RegistryFile } from '../../simulators/registry-file.ts';
import { readRegistry } from '../../simulators/registry-file.ts';
import { findScenario } from '../../simulators/scenarios/catalogue.ts';
import type { SiteReading } from '../../simulators/site.ts';
import { createSite, signalOf, viewSources } from '../../simulators/site.ts';
import { drivenTypes } from '../../src/app/seeds.ts';
import { loaded } from '../seeds/seed-files.ts';

const MINUTE = 60_000;
const types = drivenTypes(loaded.packs);
const names = [...types.keys()];

/** One point of each type, named by its type. */
const registry: RegistryFile = {
  divisions: [],
  enterprises: [],
  sources: [{ id: 'all/of-them', name: '全部', kind: 'mine' }],
  gateways: [],
  points: names.map((type) => ({ id: `all/${type}`, source: 'all/of-them', gateways: ['gw1'], type, name: type })),
};
const generic = names.filter((type) => signalOf(type) === undefined);
const typeOf = ({ point }: SiteReading): string => point.slice('all/'.length);

function plan(name: string, of = registry) {
  const disturbances = findScenario(name)?.plan(viewSources(of, types));
  if (disturbances === undefined) throw new Error(`${name} finds nothing`);
  return disturbances;
}

describe('points without a plant', () => {
  it('are most of what the packs have, and none is left silent', () => {
    expect(generic.length).toBeGreaterThan(100);
    const site = createSite(registry, [], 'seed', types);
    expect(site.unknown).toEqual([]);
    expect(new Set(site.report(0).map(typeOf))).toEqual(new Set(names));
  });

  it('stay inside their span and clear of every limit on an ordinary day', () => {
    const site = createSite(registry, [], 'day', types);
    for (let at = 0; at <= 24 * 60 * MINUTE; at += 30 * MINUTE) {
      for (const reading of site.step(at).filter((one) => generic.includes(typeOf(one)))) {
        const type = types.get(typeOf(reading))!;
        const { value } = reading;
        if (typeof value === 'boolean') {
          expect([reading.point, value]).not.toEqual([reading.point, type.criticalWhen]);
          continue;
        }
        const { low, high } = sidesOf(type.limits);
        const { min = value, max = value } = type.span ?? {};
        const isCalm = value >= min && value <= max && !(value >= high[0]) && !(value <= low[0]);
        expect([reading.point, value, isCalm]).toEqual([reading.point, value, true]);
      }
    }
  });

  it('are the same at a time however often they were asked before', () => {
    const often = createSite(registry, [], 'seed', types);
    for (let at = 0; at < 10 * MINUTE; at += 7_000) often.step(at);
    const once = createSite(registry, [], 'seed', types);
    const slow = ({ point }: SiteReading): boolean => generic.includes(point.slice('all/'.length));
    expect(often.step(10 * MINUTE).filter(slow)).toEqual(once.step(10 * MINUTE).filter(slow));
  });
});

describe('scenario limits', () => {
  const disturbances = plan('limits');
  const crossings = disturbances.flatMap((one) => (one.kind === 'crossing' ? [one] : []));

  it('has a way for every side that has a limit, and one after the other', () => {
    const sided = names.flatMap((name) => {
      const type = types.get(name)!;
      if (type.value === 'boolean') return type.criticalWhen === undefined ? [] : [`all/${name} high`];
      const { low, high } = sidesOf(type.limits);
      return [high.length > 0 ? [`all/${name} high`] : [], low.length > 0 ? [`all/${name} low`] : []].flat();
    });
    expect(crossings.map(({ point, side }) => `${point} ${side}`).sort()).toEqual(sided.sort());
    for (const [i, { fromMs }] of crossings.slice(1).entries())
      expect(fromMs).toBeGreaterThanOrEqual(crossings[i].untilMs + crossings[i].rampMs);
  });

  it.each(crossings)('$point $side: through every limit, within the span, and back', (crossing) => {
    const { point, side, fromMs, untilMs, rampMs } = crossing;
    const type = types.get(point.slice('all/'.length))!;
    const alone = { ...registry, points: registry.points.filter(({ id }) => id === point) };
    const site = createSite(alone, [crossing], 'seed', types);
    const at = (ms: number): number | boolean => site.step(ms)[0].value;
    const before = at(fromMs);
    const there = at(untilMs - 1_000);
    const after = at(untilMs + rampMs + 1_000);
    if (type.value === 'boolean') {
      expect([before, there, after]).toEqual([!type.criticalWhen, type.criticalWhen, !type.criticalWhen]);
      return;
    }
    const limits = sidesOf(type.limits)[side];
    const isBeyond = (value: number | boolean, limit: number): boolean =>
      side === 'high' ? Number(value) > limit : Number(value) < limit;
    expect(limits.filter((limit) => isBeyond(before, limit))).toEqual([]);
    expect(limits.filter((limit) => !isBeyond(there, limit))).toEqual([]);
    expect(limits.filter((limit) => isBeyond(after, limit))).toEqual([]);
    expect(Number(there)).toBeLessThanOrEqual(type.span?.max ?? Number.POSITIVE_INFINITY);
    expect(Number(there)).toBeGreaterThanOrEqual(type.span?.min ?? Number.NEGATIVE_INFINITY);
  });

  it('takes the limits that a point states, graded ones too', () => {
    const text = `
      sources: [{ id: s/road, name: 路, kind: flood_spot }]
      points:
        - { id: s/P-1, source: s/road, gateways: [gw1], type: ponding_depth, name: 积水, limits: { high: { red: 60 } } }
        - { id: s/X-1, source: s/road, type: gate_mismatch, name: 不符, inputs: { command: A, feedback: B } }`;
    const read = readRegistry(text);
    if (!read.ok) throw new Error(read.reason);
    const [crossing] = plan('limits', read.registry);
    const site = createSite(read.registry, [crossing], 'seed', types);
    // Nobody sends what is computed, and nobody misses it.
    expect(site.unknown).toEqual([]);
    expect(site.step(100_000)).toEqual([{ point: 's/P-1', value: expect.closeTo(63, 0) }]);
  });
});
