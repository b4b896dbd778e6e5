// Fire alarms and what watches the watchers: fire IoT (GB/T 26875.3, GB 50440, GB 14287), by the packs as they ship.
import { describe, expect } from 'vitest';
import { HOUR, MINUTE } from '../scenarios/stage/course.ts';
import { clause, climbs, floorsOf, gradeAfter, plant } from './clause.ts';

const FIRE = 'fire';

// The second one longer after the first than what is one spreading event by LADDER itself.
describe('火灾报警', () => {
  const two = { type: 'fire_alarm', floor: 'fire-two-signals', mark: 'OURS' } as const;
  const detector = { type: 'fire_alarm' };

  clause({ standard: '分级约定', says: '一只探测器报警为橙色，两只为红色', ...two }, async () => {
    const stage = await plant('fire_system', { A: detector, B: detector });
    expect(gradeAfter(stage, { A: true, B: false }, 6 * MINUTE, FIRE)).toBe('orange');
    expect(gradeAfter(stage, { B: true }, MINUTE, FIRE)).toBe('red');
    expect(floorsOf(stage, FIRE)).toEqual(['fire-two-signals']);
  });

  clause({ standard: '分级约定', says: '一只探测器加一只手动报警按钮为红色', ...two }, async () => {
    const stage = await plant('fire_system', { A: detector, M: { type: 'manual_call' } });
    expect(gradeAfter(stage, { A: true, M: false }, 6 * MINUTE, FIRE)).toBe('orange');
    expect(gradeAfter(stage, { M: true }, MINUTE, FIRE)).toBe('red');
    expect(floorsOf(stage, FIRE)).toEqual(['fire-two-signals']);
  });
});

describe('电气火灾监控与消防水', () => {
  clause({ standard: 'GB 14287', says: '剩余电流达到 300 mA 报警', mark: 'M', type: 'residual_current' }, async () => {
    const current = { kind: 'fire_system', type: 'residual_current', hazard: FIRE, forMs: 3 * MINUTE };
    expect(await climbs(current, [299, 300])).toEqual(['none', 'yellow']);
  });

  clause({ standard: 'GB 14287', says: '线缆温度达到 70 ℃ 报警', mark: 'M', type: 'cable_temp' }, async () => {
    const cable = { kind: 'fire_system', type: 'cable_temp', hazard: FIRE, forMs: 4 * MINUTE };
    expect(await climbs(cable, [69, 70])).toEqual(['none', 'yellow']);
  });

  clause(
    { standard: 'GB 50440', says: '消火栓末端水压不低于 0.15 MPa', mark: 'M', type: 'hydrant_pressure' },
    async () => {
      const hydrant = { kind: 'hydrant_network', type: 'hydrant_pressure', hazard: 'equipment', forMs: 6 * MINUTE };
      expect(await climbs(hydrant, [0.2, 0.16, 0.15])).toEqual(['none', 'none', 'yellow']);
    },
  );
});

describe('消防设施状态', () => {
  for (const [type, input, from, what] of [
    ['device_fault_long', 'fault', 'device_fault', '故障'],
    ['shielded_long', 'shielded', 'shielded', '屏蔽'],
    ['manual_mode_long', 'manual', 'manual_mode', '手动状态'],
  ] as const) {
    clause({ standard: 'GB/T 26875.3-2011', says: `${what}超过 24 h 为黄色`, mark: 'OURS', type }, async () => {
      const stage = await plant('fire_system', { IN: { type: from }, X: { type, inputs: { [input]: 'IN' } } });
      expect(gradeAfter(stage, { IN: true }, 23 * HOUR, 'equipment')).toBe('none');
      expect(gradeAfter(stage, {}, 61 * MINUTE, 'equipment')).toBe('yellow');
    });
  }

  clause(
    { standard: 'GB/T 26875.3-2011', says: '主电、备电同时故障为二级', mark: 'OURS', type: 'fire_power_lost' },
    async () => {
      const stage = await plant('fire_system', {
        MAIN: { type: 'main_power_fault' },
        BACK: { type: 'backup_power_fault' },
        X: { type: 'fire_power_lost', inputs: { main: 'MAIN', backup: 'BACK' } },
      });
      expect(gradeAfter(stage, { MAIN: true, BACK: false }, MINUTE, 'equipment')).toBe('none');
      expect(gradeAfter(stage, { BACK: true }, MINUTE, 'equipment')).toBe('orange');
    },
  );

  clause(
    { standard: 'GB/T 26875.3-2011', says: '查岗未按时应答为黄色', mark: 'OURS', type: 'duty_absent' },
    async () => {
      const stage = await plant('fire_system', {
        D: { type: 'duty_check' },
        X: { type: 'duty_absent', inputs: { answered: 'D' } },
      });
      expect(gradeAfter(stage, { D: true }, MINUTE, 'equipment')).toBe('none');
      expect(gradeAfter(stage, { D: false }, MINUTE, 'equipment')).toBe('yellow');
    },
  );
});
