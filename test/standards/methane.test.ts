// Methane and its neighbours in coal mines: 煤矿安全规程 and AQ 1029, by the table that was seen (2007 edition; that of 2019 is
// still to be compared), by the packs as they ship.
import { describe, expect } from 'vitest';
import { as, flat, MINUTE, SECOND } from '../scenarios/stage/course.ts';
import { clause, climbs, floorsOf, gradeAfter, levelOf, plant } from './clause.ts';

const AQ1029 = '煤矿安全规程、AQ 1029';
const CH4 = 'mine-gas';

describe('甲烷传感器的报警、断电、复电浓度', () => {
  // Where alarm and power cut are one, whatever alarms is the cut.
  for (const [type, where, alarm, cut] of [
    ['ch4_t0', '采煤工作面上隅角 T0', 1, 1.5],
    ['ch4_t1', '采煤工作面 T1', 1, 1.5],
    ['ch4_t2', '采煤工作面回风巷 T2', 1, 1],
    ['ch4_t3', '高瓦斯、突出矿井采煤工作面进风巷 T3', 0.5, 0.5],
    ['ch4_shearer', '采煤机', 1, 1.5],
    ['ch4_heading', '掘进工作面 T1', 1, 1.5],
    ['ch4_heading_return', '掘进工作面回风流 T2', 1, 1],
  ] as const) {
    const says = `${where}：报警 ≥ ${alarm.toFixed(1)} %，断电 ≥ ${cut.toFixed(1)} %`;
    clause({ standard: AQ1029, says, mark: 'V', type }, async () => {
      const head = { kind: 'coal_mine', type, hazard: CH4, forMs: MINUTE };
      // Just below it is near, which the packs make blue.
      const values = [alarm - 0.2, alarm - 0.01, alarm, ...(cut > alarm ? [cut - 0.01, cut] : [])];
      const above = (value: number) => (value >= cut ? 'orange' : 'yellow');
      const expected = ['none', 'blue', ...values.slice(2).map(above)];
      expect(await climbs(head, values)).toEqual(expected);
    });

    const restore = Math.min(alarm, 1);
    const back = `${where}：复电 < ${restore.toFixed(1)} %，降到该值以前断电值不解除`;
    clause({ standard: AQ1029, says: back, mark: 'V', type }, async () => {
      const stage = await plant('coal_mine', { P: { type } });
      gradeAfter(stage, { P: cut + 0.1 }, MINUTE, CH4);
      gradeAfter(stage, { P: restore }, 5 * MINUTE, CH4);
      expect(stage.alert('s', CH4)).toMatchObject({ active: true });
      expect(levelOf(stage, CH4, 'P')).toBe('HH');
      gradeAfter(stage, { P: restore - 0.01 }, 5 * MINUTE, CH4);
      expect(levelOf(stage, CH4, 'P')).not.toBe('HH');
      gradeAfter(stage, { P: restore - 0.2 }, 5 * MINUTE, CH4);
      expect(stage.alert('s', CH4)).toMatchObject({ active: false });
    });
  }

  const floor = { floor: 'ch4-power-cut', type: 'ch4_t1' };
  clause({ standard: '分级约定', says: '达到断电值不低于橙色，数据存疑也一样', mark: 'OURS', ...floor }, async () => {
    const stage = await plant('coal_mine', { P: { type: 'ch4_t1' } });
    expect(gradeAfter(stage, { P: as('uncertain', flat(1.6)) }, MINUTE, CH4)).toBe('orange');
    expect(floorsOf(stage, CH4)).toEqual(['ch4-power-cut']);
  });

  clause(
    { standard: '煤矿安全规程', says: '总回风流瓦斯浓度不超过 0.75 %', mark: 'V', type: 'ch4_total_return' },
    async () => {
      const head = { kind: 'coal_mine', type: 'ch4_total_return', hazard: CH4, forMs: MINUTE };
      expect(await climbs(head, [0.6, 0.74, 0.75])).toEqual(['none', 'blue', 'yellow']);
    },
  );
});

describe('断电与通风', () => {
  clause(
    { standard: 'AQ 6201', says: '馈电异常：断电指令发出后 2 s 仍有馈电为二级', mark: 'M', type: 'cut_without_effect' },
    async () => {
      const stage = await plant('coal_mine', {
        CUT: { type: 'cut_command' },
        FEED: { type: 'feed_on' },
        X: { type: 'cut_without_effect', inputs: { cut: 'CUT', feed: 'FEED' } },
      });
      expect(gradeAfter(stage, { CUT: false, FEED: true }, MINUTE, CH4)).toBe('none');
      // The feed is off within two seconds: no fault.
      gradeAfter(stage, { CUT: true }, SECOND, CH4);
      expect(gradeAfter(stage, { FEED: false }, MINUTE, CH4)).toBe('none');
      gradeAfter(stage, { CUT: false, FEED: true }, MINUTE, CH4);
      expect(['orange', 'red']).toContain(gradeAfter(stage, { CUT: true }, 4 * SECOND, CH4));
      expect(levelOf(stage, CH4, 'X')).toBe('HH');
    },
  );

  clause(
    { standard: '煤矿安全规程', says: '一氧化碳浓度不超过 0.0024 %（24 ppm）', mark: 'V', type: 'co_mine' },
    async () => {
      const head = { kind: 'coal_mine', type: 'co_mine', hazard: 'toxic-gas', forMs: MINUTE };
      expect(await climbs(head, [23, 24])).toEqual(['none', 'yellow']);
    },
  );

  clause({ standard: '煤矿安全规程', says: '进风流中氧气浓度不低于 20 %', mark: 'V', type: 'o2_mine' }, async () => {
    const head = { kind: 'coal_mine', type: 'o2_mine', hazard: 'oxygen', forMs: MINUTE };
    expect(await climbs(head, [20.9, 20.1, 20])).toEqual(['none', 'none', 'yellow']);
  });

  clause(
    { standard: '煤矿安全规程', says: '进风流中二氧化碳浓度不超过 0.5 %', mark: 'V', type: 'co2_mine' },
    async () => {
      const head = { kind: 'coal_mine', type: 'co2_mine', hazard: 'toxic-gas', forMs: MINUTE };
      expect(await climbs(head, [0.49, 0.5])).toEqual(['none', 'yellow']);
    },
  );

  clause(
    {
      standard: '煤矿安全规程',
      says: '停风时停止作业：生产中风机停运为二级',
      mark: 'M',
      type: 'fan_off_while_producing',
    },
    async () => {
      const stage = await plant('coal_mine', {
        RUN: { type: 'producing' },
        FAN: { type: 'fan_on' },
        X: { type: 'fan_off_while_producing', inputs: { producing: 'RUN', fan: 'FAN' } },
      });
      expect(gradeAfter(stage, { RUN: true, FAN: true }, MINUTE, CH4)).toBe('none');
      expect(['orange', 'red']).toContain(gradeAfter(stage, { FAN: false }, 10 * SECOND, CH4));
      expect(levelOf(stage, CH4, 'X')).toBe('HH');
    },
  );
});
