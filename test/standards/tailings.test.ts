// Tailings ponds: phreatic line, beach and freeboard (GB 51108-2015 §8.3), and how points, items and the pond get their colour
// (GB 39496-2020 5.5.4), by the packs as they ship, from readings to grade. What of the roll-up is no text of the standard
// (carry, doubt, several points on one transmitter) is in test/alerts/roll-up.test.ts.
import { describe, expect } from 'vitest';
import { HOUR, MINUTE } from '../scenarios/stage/course.ts';
import { clause, climbs, floorsOf, gradeAfter, plant } from './clause.ts';

const DAM = 'dam-stability';
/** Nobody lives below: the class adds nothing. */
const POND = { downstreamPopulation: 0 };
const pond = (type: string, forMs: number, values: readonly number[]) =>
  climbs({ kind: 'tailings_pond', type, hazard: DAM, forMs, source: POND }, values);

const ALL_RED = Array.from({ length: 5 }, () => 'red');
const ALL_CALM = Array.from({ length: 5 }, () => 'none');
/** One value for a pond of each grade 等别, from the first to the fifth. */
const ofGrade = (type: string, values: readonly number[]): Promise<string[]> =>
  Promise.all(
    values.map(async (value, i) => {
      const stage = await plant('tailings_pond', { P: { type } }, { ...POND, attributes: { pondGrade: i + 1 } });
      return gradeAfter(stage, { P: value }, 61 * MINUTE, DAM);
    }),
  );

describe('浸润线、干滩与安全超高', () => {
  const GB51108 = { standard: 'GB 51108-2015', number: '§8.3' };

  clause(
    {
      ...GB51108,
      says: '浸润线埋深：红色阈值为控制埋深，橙色阈值为红色的 1.1 倍；1.2 倍黄、1.3 倍蓝为本项目约定',
      mark: 'M',
      type: 'phreatic_depth',
      limit: 'low.orange',
    },
    async () => {
      const grades = await pond('phreatic_depth', 11 * MINUTE, [5.3, 5.2, 4.9, 4.8, 4.5, 4.4, 4.1, 4]);
      expect(grades).toEqual(['none', 'blue', 'blue', 'yellow', 'yellow', 'orange', 'orange', 'red']);
    },
  );

  clause(
    {
      standard: 'GB 50863',
      says: '控制埋深随坝高：30 m 以下 2 m，60 m 4 m，100 m 6 m，150 m 8 m，其间按直线',
      mark: 'M',
      type: 'phreatic_depth',
      limit: 'low.red',
    },
    async () => {
      for (const [damHeightM, least] of [
        [20, 2],
        [45, 3],
        [80, 5],
        [150, 8],
      ]) {
        const points = { P: { type: 'phreatic_depth' } };
        const stage = await plant('tailings_pond', points, { ...POND, attributes: { damHeightM } });
        expect([damHeightM, gradeAfter(stage, { P: least + 0.05 }, 11 * MINUTE, DAM)]).toEqual([damHeightM, 'orange']);
        expect([damHeightM, gradeAfter(stage, { P: least - 0.05 }, 11 * MINUTE, DAM)]).toEqual([damHeightM, 'red']);
      }
    },
  );

  clause(
    {
      standard: '重大事故隐患判定标准',
      says: '浸润线埋深小于控制埋深为红色',
      mark: 'V',
      type: 'phreatic_ratio',
      limit: 'low.red',
    },
    async () => {
      const stage = await plant(
        'tailings_pond',
        {
          D: { type: 'phreatic_depth' },
          Q: { type: 'phreatic_ratio', inputs: { depth: 'D' }, parameters: { control: 6 } },
        },
        // Of a low dam, so that only the ratio to the control depth that the design states alarms.
        { ...POND, attributes: { damHeightM: 20 } },
      );
      const grades = [7.9, 7.5, 7, 6.5, 5.9].map((depth) => gradeAfter(stage, { D: depth }, 11 * MINUTE, DAM));
      expect(grades).toEqual(['none', 'blue', 'yellow', 'orange', 'red']);
      expect(floorsOf(stage, DAM)).toEqual(['limits.low.red']);
    },
  );

  clause(
    {
      standard: '重大事故隐患判定标准',
      says: '干滩长度小于设计值为红色；上游式一等至五等库 150、100、70、50、40 m',
      mark: 'M',
      type: 'dry_beach_len',
      limit: 'low.red',
    },
    async () => {
      expect(await pond('dry_beach_len', 61 * MINUTE, [78, 69])).toEqual(['none', 'red']);
      expect(await ofGrade('dry_beach_len', [148, 98, 68, 48, 38])).toEqual(ALL_RED);
      expect(await ofGrade('dry_beach_len', [166, 111, 78, 56, 45])).toEqual(ALL_CALM);
    },
  );

  clause(
    {
      standard: '重大事故隐患判定标准',
      says: '安全超高小于设计值为红色；上游式一等至五等库 1.5、1.0、0.7、0.5、0.4 m',
      mark: 'M',
      type: 'freeboard',
      limit: 'low.red',
    },
    async () => {
      expect(await pond('freeboard', 61 * MINUTE, [0.9, 0.69])).toEqual(['none', 'red']);
      expect(await ofGrade('freeboard', [1.49, 0.99, 0.69, 0.49, 0.39])).toEqual(ALL_RED);
      expect(await ofGrade('freeboard', [1.8, 1.2, 0.9, 0.6, 0.5])).toEqual(ALL_CALM);
    },
  );

  clause({ ...GB51108, says: '降水量：黄色为气象暴雨量级（50 mm/24 h）', mark: 'M', type: 'rain_24h' }, async () => {
    const rain = { kind: 'tailings_pond', type: 'rain_24h', hazard: 'flooding', forMs: 11 * MINUTE, source: POND };
    expect(await climbs(rain, [49, 50])).toEqual(['none', 'yellow']);
  });
});

describe('监测预警等级', () => {
  const GB39496 = { standard: 'GB 39496-2020', number: '5.5.4', mark: 'V', type: 'dam_disp_h' } as const;
  const limits = { high: { blue: 8, yellow: 12, orange: 16 } };
  const VALUE = { blue: 9, yellow: 13, orange: 17 } as const;
  const TAGS = ['D1', 'D2', 'D3', 'D4'];

  /** So many points of one item at this colour, the others quiet: what the pond is then. */
  const item = async (count: number, colour: keyof typeof VALUE): Promise<string> => {
    const points = Object.fromEntries(TAGS.map((tag) => [tag, { type: 'dam_disp_h', limits, reason: '设计单位给定' }]));
    const stage = await plant('tailings_pond', points, POND);
    const values = TAGS.map((tag, i) => [tag, i < count ? VALUE[colour] : 1]);
    return gradeAfter(stage, Object.fromEntries(values), 11 * MINUTE, DAM);
  };

  clause({ ...GB39496, says: '同一监测项目 4 个监测点蓝色预警，该项目为黄色' }, async () => {
    expect([await item(3, 'blue'), await item(4, 'blue')]).toEqual(['blue', 'yellow']);
  });

  clause({ ...GB39496, says: '同一监测项目 3 个监测点黄色预警，该项目为橙色' }, async () => {
    expect([await item(2, 'yellow'), await item(3, 'yellow')]).toEqual(['yellow', 'orange']);
  });

  clause({ ...GB39496, says: '同一监测项目 2 个监测点橙色预警，该项目为红色' }, async () => {
    expect([await item(1, 'orange'), await item(2, 'orange')]).toEqual(['orange', 'red']);
  });

  clause(
    {
      ...GB39496,
      says: '同一监测项目 2 个监测点橙色预警，该项目为红色：浸润线在控制埋深的 1.1 倍以内即为橙色',
      mark: 'M',
      type: 'phreatic_depth',
      limit: 'low.orange',
    },
    async () => {
      const points = { P1: { type: 'phreatic_depth' }, P2: { type: 'phreatic_depth' }, P3: { type: 'phreatic_depth' } };
      const stage = await plant('tailings_pond', points, POND);
      expect(gradeAfter(stage, { P1: 4.3, P2: 8, P3: 8 }, 11 * MINUTE, DAM)).toBe('orange');
      expect(gradeAfter(stage, { P2: 4.3 }, 11 * MINUTE, DAM)).toBe('red');
      expect(floorsOf(stage, DAM)).toEqual(['roll-up phreatic-line']);
      // Said and proven by the colour: both are orange, none is red.
      const alert = stage.alert('s', DAM)!;
      expect(alert.reasons.find(({ step }) => step === 'floor')?.detail).toMatchObject({ level: 'orange', points: 2 });
      const floor = stage.proof(alert).because.find(({ what }) => what === 'floor')!;
      expect(floor.because.map(({ name }) => name)).toEqual(['plant/P1', 'plant/P2']);
    },
  );

  clause(
    { ...GB39496, says: '不同监测项目 4 个蓝色计为 1 个黄色；尾矿库等级取各项目中最高者（M 原文在此截断）' },
    async () => {
      const blue = { reason: '设计单位给定' };
      const stage = await plant(
        'tailings_pond',
        {
          SURFACE: { type: 'dam_disp_h', limits: { high: { blue: 8 } }, ...blue },
          INNER: { type: 'dam_disp_inner', limits: { high: { blue: 8 } }, ...blue },
          SEEP: { type: 'seep_flow', limits: { high: { blue: 8 } }, ...blue },
          LINE: { type: 'phreatic_depth' },
        },
        POND,
      );
      const quiet = { SURFACE: 1, INNER: 1, SEEP: 1, LINE: 9 };
      expect(gradeAfter(stage, quiet, 61 * MINUTE, DAM)).toBe('none');
      // Hourly items first, so that all four stand before time alone adds anything.
      expect(gradeAfter(stage, { INNER: 9, SEEP: 9 }, 30 * MINUTE, DAM)).toBe('blue');
      expect(gradeAfter(stage, { SURFACE: 9 }, 11 * MINUTE, DAM)).toBe('blue');
      expect(gradeAfter(stage, { LINE: 5 }, 11 * MINUTE, DAM)).toBe('yellow');
      const reason = stage.alert('s', DAM)!.reasons.find(({ step }) => step === 'roll-up');
      expect(reason?.detail).toMatchObject({
        'surface-displacement': 'blue',
        'inner-displacement': 'blue',
        seepage: 'blue',
        'phreatic-line': 'blue',
      });
      expect(stage.now).toBeLessThan(2 * HOUR);
    },
  );
});
