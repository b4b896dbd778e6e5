// Combustible and toxic gas: GB/T 50493-2019 and what belongs to it, in the words of the standard, by the packs as they ship.
import { describe, expect } from 'vitest';
import { MINUTE, SECOND } from '../scenarios/stage/course.ts';
import { clause, climbs, floorsOf, gradeAfter, plant } from './clause.ts';

const GBT50493 = 'GB/T 50493-2019';
const climb = (type: string, hazard: string, values: readonly number[], point: object = {}) =>
  climbs({ kind: 'tank_farm', type, hazard, forMs: MINUTE, point, source: { level: 4 } }, values);

describe('报警值设定', () => {
  clause(
    {
      standard: GBT50493,
      number: '5.5.2-1',
      says: '可燃气体的一级报警设定值应小于或等于 25 %LEL',
      mark: 'V',
      type: 'gas_lel',
    },
    async () => {
      expect(await climb('gas_lel', 'flammable-gas', [24.9, 25, 49.9])).toEqual(['none', 'yellow', 'yellow']);
    },
  );

  clause(
    {
      standard: GBT50493,
      number: '5.5.2-2',
      says: '可燃气体的二级报警设定值应小于或等于 50 %LEL',
      mark: 'V',
      type: 'gas_lel',
    },
    async () => {
      expect(await climb('gas_lel', 'flammable-gas', [49.9, 50])).toEqual(['yellow', 'orange']);
    },
  );

  // By the table attached to the standard; benzene by amendment 1 of GBZ 2.1-2019, which cut it to PC-TWA 3.
  for (const [type, oel, name] of [
    ['gas_h2s', 10, '硫化氢'],
    ['gas_co', 20, '一氧化碳'],
    ['gas_no2', 5, '二氧化氮'],
    ['gas_cl2', 1, '氯'],
    ['gas_so2', 5, '二氧化硫'],
    ['gas_nh3', 20, '氨'],
    ['gas_hf', 2, '氟化氢'],
    ['gas_hcn', 1, '氰化氢'],
    ['gas_hcl', 7.5, '氯化氢'],
    ['gas_phosgene', 0.5, '光气'],
    ['gas_vinyl_chloride', 10, '氯乙烯'],
    ['gas_benzene', 3, '苯（GBZ 2.1-2019 第 1 号修改单）'],
  ] as const) {
    const says = `有毒气体 ${name}：一级报警 ≤ 100 %OEL（${oel} mg/m³），二级 ≤ 200 %OEL（${2 * oel} mg/m³）`;
    clause({ standard: GBT50493, number: '5.5.2-3', says, mark: 'V', type }, async () => {
      const values = [0.99 * oel, oel, 1.99 * oel, 2 * oel];
      expect(await climb(type, 'toxic-gas', values)).toEqual(['none', 'yellow', 'yellow', 'orange']);
    });
  }

  clause(
    { standard: GBT50493, number: '5.5.2-4', says: '环境欠氧报警设定值宜为 19.5 %VOL', mark: 'M', type: 'o2_vol' },
    async () => {
      expect(await climb('o2_vol', 'oxygen', [20.9, 19.6, 19.5])).toEqual(['none', 'none', 'yellow']);
    },
  );

  clause(
    { standard: GBT50493, number: '5.5.2-4', says: '环境过氧报警设定值宜为 23.5 %VOL', mark: 'M', type: 'o2_vol' },
    async () => {
      expect(await climb('o2_vol', 'oxygen', [20.9, 23.4, 23.5])).toEqual(['none', 'none', 'yellow']);
    },
  );

  clause(
    {
      standard: GBT50493,
      number: '5.5.2-5',
      says: '线型可燃气体一级报警 1 LEL·m，二级报警 2 LEL·m',
      mark: 'M',
      type: 'gas_lel_path',
    },
    async () => {
      const values = [0.9, 1, 1.9, 2];
      expect(await climb('gas_lel_path', 'flammable-gas', values)).toEqual(['none', 'yellow', 'yellow', 'orange']);
    },
  );

  clause(
    { standard: 'GB 50838', says: '综合管廊甲烷：一级 20 %LEL，二级 40 %LEL', mark: 'M', type: 'gallery_ch4' },
    async () => {
      const gallery = { kind: 'utility_gallery', type: 'gallery_ch4', hazard: 'flammable-gas', forMs: 2 * MINUTE };
      expect(await climbs(gallery, [19.9, 20, 39.9, 40])).toEqual(['none', 'yellow', 'yellow', 'orange']);
    },
  );

  clause(
    {
      standard: 'GB 50072',
      says: '氨制冷机房：空气中氨浓度达到 100 ppm 或 150 ppm 时自动报警',
      mark: 'V',
      type: 'nh3_ppm',
    },
    async () => {
      const room = { kind: 'ammonia_refrigeration', type: 'nh3_ppm', hazard: 'toxic-gas', forMs: MINUTE };
      expect(await climbs(room, [99, 100, 149, 150])).toEqual(['none', 'yellow', 'yellow', 'orange']);
    },
  );
});

// Longer apart than what is one spreading event by LADDER itself.
describe('两只探测器', () => {
  const both = { type: 'gas_lel' };
  const two = { says: '≥ 2 只可燃气体探测器达到二级报警为红色', floor: 'combustible-two-detectors' };
  clause({ standard: '分级约定', ...two, mark: 'OURS', type: 'gas_lel' }, async () => {
    const stage = await plant('tank_farm', { A: both, B: both }, { level: 4 });
    expect(gradeAfter(stage, { A: 55, B: 5 }, 6 * MINUTE, 'flammable-gas')).toBe('orange');
    expect(gradeAfter(stage, { B: 49 }, MINUTE, 'flammable-gas')).toBe('orange');
    expect(gradeAfter(stage, { B: 55 }, 30 * SECOND, 'flammable-gas')).toBe('red');
    expect(floorsOf(stage, 'flammable-gas')).toEqual(['combustible-two-detectors']);
  });

  const toxic = { says: '≥ 2 只有毒气体探测器达到 200 %OEL 为红色', floor: 'toxic-two-detectors' };
  clause({ standard: '分级约定', ...toxic, mark: 'OURS', type: 'gas_h2s' }, async () => {
    const stage = await plant('tank_farm', { A: { type: 'gas_h2s' }, B: { type: 'gas_h2s' } }, { level: 4 });
    expect(gradeAfter(stage, { A: 21, B: 1 }, 6 * MINUTE, 'toxic-gas')).toBe('orange');
    expect(gradeAfter(stage, { B: 20 }, 30 * SECOND, 'toxic-gas')).toBe('red');
    expect(floorsOf(stage, 'toxic-gas')).toEqual(['toxic-two-detectors']);
  });

  clause(
    { standard: '分级约定', ...two, says: '共用一台变送器的两只探头是一只，不为红色', mark: 'OURS', type: 'gas_lel' },
    async () => {
      const shared = { ...both, transmitter: 'AT-1' };
      const stage = await plant('tank_farm', { A: shared, B: shared }, { level: 4 });
      expect(gradeAfter(stage, { A: 55, B: 55 }, 2 * MINUTE, 'flammable-gas')).toBe('orange');
    },
  );
});
