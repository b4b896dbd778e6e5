// The packs are whole: every limit says where it comes from and what to do about it, in the words the engine knows.
import { describe, expect, it } from 'vitest';
import { HAZARDS } from '../../src/model/hazard.ts';
import { loaded, packs, pointTypes } from './seed-files.ts';

const all = [...pointTypes.values()];
/** Numbers that come with something that happens: a blast, an earthquake, a vehicle over the scales. */
const AT_AN_EVENT: readonly string[] = ['blast_ppv', 'seismic_pga', 'axle_weight'];

describe('seed packs', () => {
  it('are read by the service without an error, no type in two of them', () => {
    expect(loaded.errors).toEqual([]);
  });

  it('name every point type once over all packs', () => {
    const names = [...packs.values()].flatMap((pack) => pack.pointTypes.map(({ type }) => type));
    expect(names.length).toBeGreaterThan(60);
    expect(names.filter((name, k) => names.indexOf(name) !== k)).toEqual([]);
    expect(names.filter((name) => !/^[a-z][a-z0-9_]*$/.test(name))).toEqual([]);
  });

  it.each(all)('$type is complete and says where it comes from', (type) => {
    expect(HAZARDS).toContain(type.hazard);
    expect(type.name).toMatch(/\p{Script=Han}/u);
    expect(type.nameEn).toBeTruthy();
    expect(['number', 'boolean']).toContain(type.value);
    expect(['process', 'geotechnical']).toContain(type.response);
    expect(['V', 'M', 'OURS']).toContain(type.basis.mark);
    expect(type.basis.source).toBeTruthy();
    expect(type.intervalMs === null || type.intervalMs > 0).toBe(true);
    expect(Number.isFinite(type.onDelayMs) && Number.isFinite(type.offDelayMs)).toBe(true);
    expect(type.value === 'boolean' ? type.unit === '' : type.unit !== '').toBe(true);
    // Switches and what is computed have no rhythm of their own.
    const hasNone = type.value === 'boolean' || type.derive !== undefined || AT_AN_EVENT.includes(type.type);
    expect(hasNone).toBe(type.intervalMs === null);
  });

  it.each(all.filter(({ limits, criticalWhen }) => limits !== undefined || criticalWhen !== undefined))(
    '$type alarms with a consequence, an action, a time, an owner and a review date',
    (type) => {
      expect(type.consequence).toBeTruthy();
      expect(type.action).toBeTruthy();
      expect(type.respondMs).toBeGreaterThan(0);
      expect(type.owner).toBeTruthy();
      expect(type.reviewBy).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    },
  );

  it.each(all.filter(({ limits }) => limits !== undefined))('$type has limits in order, inside its span', (type) => {
    const { LL, L, H, HH } = type.limits ?? {};
    const given = [LL, L, H, HH].filter((limit) => limit !== undefined);
    expect(given).toEqual([...new Set(given)].sort((a, b) => a - b));
    for (const limit of given) {
      expect(limit).toBeGreaterThan(type.span?.min ?? Number.NEGATIVE_INFINITY);
      expect(limit).toBeLessThan(type.span?.max ?? Number.POSITIVE_INFINITY);
    }
    // A deadband that reaches from one limit to the next would hold the higher one for ever.
    const gaps = given.slice(1).map((limit, k) => limit - given[k]);
    for (const gap of gaps) expect(type.deadband).toBeLessThan(gap);
  });

  it('hold geotechnical points to the slow clocks and others to the quick ones', () => {
    const hour = 3_600_000;
    for (const type of all) {
      if (type.response === 'geotechnical') {
        expect([type.type, type.persistenceMs >= Math.max(hour, 2 * (type.intervalMs ?? 0))]).toEqual([
          type.type,
          true,
        ]);
        expect([type.type, type.responseMs]).toEqual([type.type, 24 * hour]);
      } else {
        // Exposure limits are a matter of averages already: standing above one makes it no worse.
        const isSlow = type.hazard === 'health' && type.persistenceMs === 3_650 * 24 * hour;
        expect([type.type, isSlow || [600_000, 1_800_000].includes(type.persistenceMs)]).toEqual([type.type, true]);
        expect([type.type, type.responseMs]).toEqual([type.type, 900_000]);
      }
    }
  });

  it('carry the floors that one hazard group can express', () => {
    const floor = (type: string) =>
      pointTypes.get(type)?.floors?.map(({ level, points, grade }) => [level, points, grade]);
    expect(floor('gas_lel')).toEqual([['HH', 2, 'red']]);
    expect(floor('gas_h2s')).toEqual([['HH', 2, 'red']]);
    expect(floor('flame_detect')).toEqual([['HH', 2, 'red']]);
    expect(floor('ch4_t1')).toEqual([['HH', 1, 'orange']]);
  });

  it('give toxic gases H at 100 % and HH at 200 % of the exposure limit', () => {
    const toxic = all.filter(
      ({ type, hazard, unit }) => hazard === 'toxic-gas' && unit === 'mg/m3' && type.startsWith('gas_'),
    );
    expect(toxic.length).toBe(21);
    for (const { type, limits } of toxic) expect([type, limits?.HH]).toEqual([type, 2 * (limits?.H ?? Number.NaN)]);
    // Benzene follows the exposure limit in force (3 mg/m³), not the printed table (6 mg/m³).
    expect(pointTypes.get('gas_benzene')?.limits).toEqual({ H: 3, HH: 6 });
    // As the table attached to GB/T 50493 has the others.
    const printed = Object.fromEntries(toxic.map(({ type, limits }) => [type.slice(4), limits?.H]));
    expect(printed).toEqual({
      ...{ h2s: 10, co: 20, no: 5, no2: 5, cl2: 1, br2: 0.3, so2: 5, o3: 0.3, nh3: 20, hf: 2, hcn: 1, hcl: 7.5 },
      ...{ phosgene: 0.5, ethylene_oxide: 0.6, vinyl_chloride: 10, acrylonitrile: 1, phenol: 10, methanol: 25 },
      ...{ benzene: 3, toluene: 50, xylene: 50 },
    });
  });
});
