// a wrong clock never makes a live reading unusable. Here it stands still; the sequence number rises.
import { describe, expect, it } from 'vitest';
import { VERDICT } from '../../src/model/reading.ts';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
describe('a device whose clock stands still and whose sequence number rises', () => {
  it('is heard: what it says again is no duplicate', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    const values = [1, 60, 1, 60, 60, 60];
    const verdicts = values.map(
      (value, i) => desk.send([{ tag: 'GD-1', at: 0, value, seq: i + 1 }], i * 10 * SECOND).verdict[0],
    );
    expect(desk.hazards[0]).toMatchObject({ active: true });
    expect(verdicts).not.toContain(VERDICT.DUPLICATE);
  });
  it('ends its off-delay by readings', () => {
    const desk = new Desk({ points: [point('GD-1', { offDelayMs: 30 * SECOND })] });
    const values = [60, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
    for (const [i, value] of values.entries()) desk.send([{ tag: 'GD-1', at: 0, value, seq: i + 1 }], i * 10 * SECOND);
    expect(desk.hazards[0]).toMatchObject({ active: false });
  });
  it('is alarmed for a second time', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    const values = [1, 60, 2, 60, 60];
    for (const [i, value] of values.entries()) desk.send([{ tag: 'GD-1', at: 0, value, seq: i + 1 }], i * 5 * SECOND);
    expect(desk.hazards[0]).toMatchObject({ active: true });
  });
  it('is none where stamps are in whole seconds and two readings come within one: nobody is blamed', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    for (let i = 0; i < 60; i++) {
      const sent = { tag: 'GD-1', at: Math.floor(i / 2) * SECOND, value: i % 2 === 0 ? 1 : 2, seq: i + 1 };
      desk.send([sent], i * 500);
    }
    desk.tickTo(60 * SECOND);
    expect(desk.devices.map(({ hazard }) => hazard)).not.toContain('clock-skewed');
  });

  it('is told as what it is', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    for (let i = 0; i < 5; i++) desk.send([{ tag: 'GD-1', at: 0, value: 1, seq: i + 1 }], i * 10 * SECOND);
    desk.tickTo(60 * SECOND);
    expect(desk.devices.map(({ hazard }) => hazard)).toContain('clock-skewed');
  });
});
