/**
 * No false calm 不虚假平静, third part: what nobody can see. Losing sight of a hazard is an alarm by itself, and only good data
 * ends it.
 */
import { describe, expect, it } from 'vitest';
import { FLAG, NO_SEQ } from '../src/model/reading.ts';
import { point } from './support/build/point.ts';
import { pointsChange } from './support/build/registry.ts';
import { Desk } from './support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;

describe('blindness is an alarm of its own 失明即报警', () => {
  it('the loss of the last eye on a hazard is graded, and only good data ends it', () => {
    const desk = new Desk({ points: [point('GD-1')], class: 'A' });
    // By whichever alert: that of the gateway that fell silent, or that of the hazard once the gateway is back.
    const isTold = () => desk.hazards.some(({ active, grade }) => active && grade === 'orange');
    desk.reading('GD-1', 0, 1);
    desk.tickTo(MINUTE);
    expect(isTold()).toBe(true);
    desk.gateway(true, 2 * MINUTE);
    for (const [i, quality] of (['bad', 'test', 'uncertain', 'stale'] as const).entries()) {
      desk.reading('GD-1', (3 + i) * MINUTE, 1, quality);
      expect(isTold(), quality).toBe(true);
    }
    desk.send([{ tag: 'GD-1', at: 0.5 * MINUTE, value: 1, flags: FLAG.HISTORICAL, seq: NO_SEQ }], 8 * MINUTE);
    expect(isTold()).toBe(true);
    // Observed again, and for the whole off-delay; time alone would not do.
    for (let at = 9 * MINUTE; at <= 10 * MINUTE; at += 10 * SECOND) {
      desk.reading('GD-1', at, 1);
      expect(isTold()).toBe(true);
    }
    desk.tickTo(10 * MINUTE + 10 * SECOND);
    expect(isTold()).toBe(false);
  });

  it('registering another detector does not end it', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    desk.reading('GD-1', 0, 1);
    desk.tickTo(MINUTE);
    expect(desk.hazards[0].active).toBe(true);
    desk.configure(pointsChange(point('GD-2')), 2 * MINUTE);
    expect(desk.hazards[0].active).toBe(true);
    desk.reading('GD-1', 3 * MINUTE, 1, 'bad');
    expect(desk.hazards[0].active).toBe(true);
  });
});
