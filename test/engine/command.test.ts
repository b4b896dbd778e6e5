// Operator commands inside the fold: answered once, refused when the picture was older, remembered for a day.
import { describe, expect, it } from 'vitest';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const HOUR = 3_600_000;
const SLOW = { intervalMs: 100 * HOUR };

function alarmed(): Desk {
  const desk = new Desk({ points: [point('GD-1', SLOW), point('GD-2', SLOW)] });
  desk.reading('GD-1', 0, 30);
  return desk;
}

describe('a command', () => {
  it('given to a picture older than the last worsening is refused, given to a later harmless change it is not', () => {
    const desk = alarmed();
    const [seen] = desk.hazards;
    desk.command('comment', seen, SECOND, { note: '正在查看' });
    expect(desk.command('acknowledge', seen, 2 * SECOND).code).toBe('applied');
    desk.reading('GD-2', 3 * SECOND, 30);
    expect(desk.command('acknowledge', seen, 4 * SECOND).code).toBe('alert-changed');
    expect(desk.command('acknowledge', desk.hazards[0], 5 * SECOND).code).toBe('applied');
  });

  it('that comes second learns who was first', () => {
    const desk = alarmed();
    desk.command('acknowledge', desk.hazards[0], SECOND, { actor: '李' });
    expect(desk.command('acknowledge', desk.hazards[0], 2 * SECOND)).toMatchObject({
      code: 'already-acknowledged',
      by: '李',
    });
    // A higher level owes its own.
    expect(desk.command('acknowledge', desk.hazards[0], 3 * SECOND, { level: 'county' }).code).toBe('applied');
  });

  it('with a known key is answered the same for a day, refused or applied, and acts once', () => {
    const desk = alarmed();
    const [alert] = desk.hazards;
    const applied = desk.command('acknowledge', alert, SECOND, { commandId: 'k-1' });
    const refused = desk.command('reset', alert, 2 * SECOND, { commandId: 'k-2' });
    expect([applied.code, refused.code]).toEqual(['applied', 'not-latched']);
    const told = desk.transitions.length;
    const n = desk.state.n;
    expect(desk.command('acknowledge', alert, 23 * HOUR, { commandId: 'k-1' })).toEqual(applied);
    expect(desk.command('reset', alert, 23 * HOUR, { commandId: 'k-2' })).toEqual(refused);
    expect(desk.transitions.slice(told).filter(({ by }) => by !== undefined)).toEqual([]);
    expect(desk.state.n).toBeGreaterThan(n);
    desk.tickTo(24 * HOUR + 2 * SECOND);
    expect(desk.state.outcomes.size).toBe(0);
    // A day later the key is a new one, and the picture it was given to an old one.
    expect(desk.command('acknowledge', alert, 25 * HOUR, { commandId: 'k-1' }).code).toBe('alert-changed');
  });

  it('about nothing known is answered by name', () => {
    const desk = alarmed();
    expect(desk.command('acknowledge', { ...desk.hazards[0], id: 'a0-0' }, SECOND).code).toBe('no-such-alert');
  });

  it('in unsaved mode may only acknowledge', () => {
    const desk = alarmed();
    desk.state.unsaved = true;
    expect(desk.command('comment', desk.hazards[0], SECOND).code).toBe('unsaved-mode');
    expect(desk.command('acknowledge', desk.hazards[0], 2 * SECOND).code).toBe('applied');
    expect(desk.transitions.at(-1)?.alert.unsaved).toBe(true);
  });

  it('resets a latch of what reads normal again, and keeps what still stands', () => {
    const desk = new Desk({ points: [point('GD-1', { ...SLOW, latching: true })] });
    desk.reading('GD-1', 0, 130);
    desk.reading('GD-1', SECOND, 30);
    expect(desk.hazards[0].points[0].latched).toBe(true);
    expect(desk.command('reset', desk.hazards[0], 2 * SECOND).code).toBe('applied');
    expect(desk.hazards[0]).toMatchObject({ active: true });
    expect(desk.hazards[0].points[0]).toMatchObject({ latched: false, level: 'H' });
  });
});

describe('a command that claims to have seen what has not happened', () => {
  it('is refused: it would cover every worsening to come', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    desk.reading('GD-1', 0, 30);
    const [alert] = desk.hazards;
    expect(desk.command('acknowledge', alert, 1_000, { seenSeq: 1e9 }).code).toBe('alert-changed');
    expect(desk.hazards[0].acked).toBe(false);
  });
});
