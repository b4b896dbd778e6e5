// Parks: heads that a cloud reaches one behind the other, with the wind and without.
import { describe, expect } from 'vitest';
import type { Alert } from '../../src/model/alert.ts';
import { flat, lively, MINUTE, SECOND, silent } from './stage/course.ts';
import { scenario } from './stage/scenario.ts';
import { Stage } from './stage/stage.ts';

const head = { type: 'gas_nh3', limits: { H: 20 }, reason: '按厂内规定' };
/** The wind blows from the south-west: the head in the north-east of the leak is reached before the one behind it. */
const AMMONIA_IN_THE_WIND = {
  sources: { plant: { kind: 'tank_farm', level: 4 } },
  points: {
    NE: head,
    DOWN: head,
    WIND: { type: 'wind_dir' },
    ORDER: { type: 'toxic_heads_in_order', inputs: { heads: ['NE', 'DOWN'] }, parameters: { above: 20 } },
    PLUME: { type: 'toxic_plume_in_order', inputs: { order: 'ORDER', wind: 'WIND' }, parameters: { from: 225 } },
  },
};
const counted = ({ reasons }: Alert) =>
  reasons.filter(({ value }) => value !== 0).map(({ step, value }) => `${step} ${value}`);
const reason = ({ reasons }: Alert, name: string) => reasons.find(({ step }) => step === name)?.detail;

describe('parks', () => {
  // What one enterprise can see of it: both heads stand in its own plant. An alert across two enterprises is a park's.
  scenario('PARK-1', async () => {
    const stage = await Stage.of(AMMONIA_IN_THE_WIND);
    stage.says({ NE: lively(3, 1), DOWN: lively(2, 1), WIND: flat(225) }).pass(10 * MINUTE);
    expect(stage.open).toEqual([]);
    stage.says({ NE: flat(24) }).pass(80 * SECOND);
    expect(stage.grade('plant', 'toxic-gas')).toBe('yellow');
    stage.says({ DOWN: flat(21) }).pass(20 * SECOND);
    const alert = stage.alert('plant', 'toxic-gas')!;
    expect(alert.grade).toBe('orange');
    expect(counted(alert)).toEqual(['base 2', 'neighbours 1']);
    expect(reason(alert, 'neighbours')).toEqual({
      point: 'plant/PLUME',
      'plant/NE': 24,
      'plant/DOWN': 21,
      'plant/WIND': 225,
    });
    expect(alert.points.map(({ id }) => id)).toEqual(expect.arrayContaining(['plant/NE', 'plant/DOWN']));
  });

  scenario('PARK-2', async () => {
    // The mast falls silent while the alert stands …
    const during = await Stage.of(AMMONIA_IN_THE_WIND);
    during.says({ NE: lively(3, 1), DOWN: lively(2, 1), WIND: flat(225) }).pass(10 * MINUTE);
    during.says({ NE: flat(24) }).pass(80 * SECOND);
    during.says({ DOWN: flat(21) }).pass(20 * SECOND);
    const before = during.alert('plant', 'toxic-gas')!;
    during.says({ WIND: silent }).pass(4 * MINUTE);
    // … or was away before.
    const after = await Stage.of(AMMONIA_IN_THE_WIND);
    after.says({ NE: lively(3, 1), DOWN: lively(2, 1), WIND: flat(225) }).pass(10 * MINUTE);
    after.says({ WIND: silent }).pass(10 * MINUTE);
    after.says({ NE: flat(24) }).pass(80 * SECOND);
    after.says({ DOWN: flat(21) }).pass(20 * SECOND);
    for (const stage of [during, after]) {
      const alert = stage.alert('plant', 'toxic-gas')!;
      expect(alert.grade).toBe('orange');
      expect(counted(alert)).toEqual(['base 2', 'neighbours 1']);
      // 风向缺失
      expect(reason(alert, 'neighbours')).toMatchObject({ 'plant/NE': 24, 'plant/DOWN': 21, missing: 'plant/WIND' });
      expect(reason(alert, 'neighbours')).not.toHaveProperty(['plant/WIND']);
      expect(stage.devices).toEqual(['WIND silent blue']);
    }
    expect(during.alert('plant', 'toxic-gas')!.id).toBe(before.id);
    // That the mast is gone is told with the alert, once and without another sound.
    const told = during.desk.transitions.filter(({ alert, seq }) => alert.id === before.id && seq > before.seq);
    expect(told.map(({ change, annunciate }) => `${change} ${annunciate}`)).toEqual(['went-blind false']);
    // Back with the wind from elsewhere, the step is over, and the grade comes down as any does.
    during.says({ WIND: flat(90) }).pass(5 * MINUTE);
    expect(reason(during.alert('plant', 'toxic-gas')!, 'neighbours')).toBeUndefined();
    expect(during.grade('plant', 'toxic-gas')).toBe('orange');
  });
});
