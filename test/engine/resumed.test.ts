// What a restart or a stall may not take away: an alarm that had begun and was not yet told.
import { describe, expect, it } from 'vitest';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const HOUR = 3_600_000;

describe('an alarm inside its on-delay', () => {
  it('is not lost where a device speaks only of changes: the rest of the delay passes while somebody looks', () => {
    const fan = {
      valueKind: 'boolean',
      hazard: 'equipment',
      limits: {},
      criticalWhen: false,
      intervalMs: null,
    } as const;
    const desk = new Desk({ points: [point('FAN', { ...fan, onDelayMs: 30 * SECOND })] });
    desk.reading('FAN', 10 * SECOND, 0);
    desk.resumed(25 * SECOND, HOUR);
    desk.tickTo(HOUR + 14 * SECOND);
    expect(desk.story).toEqual([]);
    desk.tickTo(HOUR + 15 * SECOND);
    expect(desk.story).toEqual(['raised orange']);
  });
});
