// Slopes by the improved tangent angle 改进切线角, by multiples of the constant creep and by the time that is left, as points
// that somebody computes. The angle computed here from displacements (T = S/B) is in test/rules/creep.test.ts and SLOPE-1.
import { describe, expect } from 'vitest';
import { HOUR, MINUTE } from '../scenarios/stage/course.ts';
import { clause, climbs, floorsOf, gradeAfter, plant } from './clause.ts';

const SLOPE = 'slope';
/** Read every ten minutes, as a radar gives it: within two hours time alone raises nothing. */
const angle = {
  kind: 'slope',
  type: 'tangent_angle',
  hazard: SLOPE,
  forMs: 11 * MINUTE,
  point: { intervalMs: 10 * MINUTE },
};
const XU = { standard: '改进切线角（许强）', mark: 'V', type: 'tangent_angle' } as const;

describe('改进切线角', () => {
  clause({ ...XU, says: '约 45° 为蓝色（匀速变形）' }, async () => {
    expect(await climbs(angle, [40, 41.9, 45])).toEqual(['none', 'none', 'blue']);
  });

  clause({ ...XU, says: '45–80° 为黄色（≈45° 取 45 ± 3° 为本项目约定）' }, async () => {
    expect(await climbs(angle, [48, 60, 79.9])).toEqual(['yellow', 'yellow', 'yellow']);
  });

  clause({ ...XU, says: '80–85° 为橙色' }, async () => {
    expect(await climbs(angle, [79.9, 80, 84.9])).toEqual(['yellow', 'orange', 'orange']);
  });

  clause({ ...XU, says: '≥ 85° 连续三个窗口为红色', floor: undefined }, async () => {
    const stage = await plant('slope', { P: { type: 'tangent_angle', intervalMs: 10 * MINUTE } });
    const says = (value: number) => gradeAfter(stage, { P: value }, 10 * MINUTE, SLOPE);
    expect([86, 86].map(says)).toEqual(['orange', 'orange']);
    // One below begins it anew.
    expect([84, 86, 86].map(says)).toEqual(['orange', 'orange', 'orange']);
    expect(says(86)).toBe('red');
  });

  clause({ ...XU, says: '80° 及以上不低于橙色，数据存疑也一样', floor: 'tangent-80' }, async () => {
    const stage = await plant('slope', { P: { type: 'tangent_angle', intervalMs: 10 * MINUTE } });
    expect(gradeAfter(stage, { P: () => ({ value: 82, quality: 'uncertain' }) }, 11 * MINUTE, SLOPE)).toBe('orange');
    expect(floorsOf(stage, SLOPE)).toEqual(['tangent-80']);
  });
});

describe('变形速率与剩余时间', () => {
  clause(
    { standard: '起始值', says: '匀速蠕变速率 B 的 2 倍黄、5 倍橙、10 倍红', mark: 'OURS', type: 'slope_vel_ratio' },
    async () => {
      for (const [mmPerDay, grade] of [
        [1.9, 'none'],
        [2.1, 'yellow'],
        [5.1, 'orange'],
        [10.1, 'red'],
      ] as const) {
        const stage = await plant('slope', {
          V: { type: 'slope_vel', source: 's', inputs: { rate: 'R' } },
          R: { type: 'slope_disp_rate', inputs: { displacement: 'S' } },
          S: { type: 'slope_disp' },
          Q: { type: 'slope_vel_ratio', inputs: { velocity: 'V' }, parameters: { creep: 1 } },
        });
        const moves = (t: number) => 100 + (mmPerDay * t) / (24 * HOUR);
        expect([mmPerDay, gradeAfter(stage, { S: moves }, 25 * HOUR, SLOPE)]).toEqual([mmPerDay, grade]);
      }
    },
  );

  const left = {
    kind: 'slope',
    type: 'inv_velocity_ttf',
    hazard: SLOPE,
    forMs: 11 * MINUTE,
    point: { intervalMs: 10 * MINUTE },
  };
  const TTF = { standard: '速度倒数法（Fukuzono）', mark: 'OURS', type: 'inv_velocity_ttf' } as const;
  clause({ ...TTF, says: '剩余时间 > 7 d 蓝、3–7 d 黄、1–3 d 橙、< 24 h 红' }, async () => {
    const hours = [900, 169, 167, 73, 71, 25, 23];
    const grades = ['none', 'blue', 'yellow', 'yellow', 'orange', 'orange', 'red'];
    expect(await climbs(left, hours)).toEqual(grades);
  });
});
