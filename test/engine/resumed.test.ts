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

describe('a fault of a device', () => {
  const down = 6 * SECOND;
  const alarms = (desk: Desk) =>
    desk.devices.filter(({ hazard, active }) => hazard === 'bad-quality' && active).map(({ key }) => key);
  const withDetector = () => {
    const desk = new Desk({ points: [point('GD-1', { intervalMs: HOUR })] });
    desk.reading('GD-1', 0, 1);
    return desk;
  };

  it.each<['a restart' | 'a standstill', 'resumed' | 'stoodStill']>([
    ['a restart', 'resumed'],
    ['a standstill', 'stoodStill'],
  ])('that had been there for half its delay is told after the other half, and not at once, over %s', (_, resumes) => {
    const desk = withDetector();
    desk.reading('GD-1', SECOND, 1, 'bad');
    desk.tickTo(down);
    desk[resumes](down, HOUR);
    desk.tickTo(HOUR + 4 * SECOND);
    expect(alarms(desk)).toEqual([]);
    desk.tickTo(HOUR + 6 * SECOND);
    expect(alarms(desk)).toEqual(['yt/GD-1|bad-quality|device']);
  });

  it('that was over for a moment before nobody looked has to stay away for its whole minute after that', () => {
    const desk = withDetector();
    desk.reading('GD-1', SECOND, 1, 'bad');
    desk.tickTo(20 * SECOND);
    desk.reading('GD-1', 21 * SECOND, 1);
    desk.stoodStill(30 * SECOND, HOUR);
    desk.tickTo(HOUR + 59 * SECOND);
    expect(alarms(desk)).toEqual(['yt/GD-1|bad-quality|device']);
    desk.tickTo(HOUR + 61 * SECOND);
    expect(alarms(desk)).toEqual([]);
  });
});
