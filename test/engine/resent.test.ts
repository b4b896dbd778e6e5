// What comes again changes nothing, whatever stands before it in its message, and however much came between.
import { describe, expect, it } from 'vitest';
import { FLAG, VERDICT } from '../../src/model/reading.ts';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const SLOW = { intervalMs: 60 * MINUTE };

describe('a long message that comes again, without a mark', () => {
  const rows = (first: string) => [
    { tag: first, at: 0, value: 1 },
    ...Array.from({ length: 30 }, (_row, i) => ({
      tag: 'GD-1',
      at: (i + 1) * SECOND,
      value: i >= 5 && i < 15 ? 60 : 1,
    })),
  ];
  it.each([
    ['of known points', 'GD-2'],
    ['whose first reading is refused: the point is another gateway’s', 'GD-3'],
    ['whose first reading is refused: nobody knows its point', 'GD-9'],
  ])('%s changes nothing', (_, first) => {
    const desk = new Desk({
      points: [point('GD-1', SLOW), point('GD-2', SLOW), point('GD-3', { ...SLOW, gateways: ['gw2'] })],
      gateways: ['gw1', 'gw2'],
    });
    desk.send(rows(first), 31 * SECOND);
    desk.command('acknowledge', desk.hazards[0], 40 * SECOND);
    const told = desk.transitions.length;
    desk.send(rows(first), 50 * SECOND);
    expect(desk.transitions.slice(told).map(({ change, alert }) => `${change} ${alert.state}`)).toEqual([]);
  });
});
describe('the newest reading once more', () => {
  it.each([7, 8])('is a duplicate behind a back-fill of %i rows', (n) => {
    const desk = new Desk({ points: [point('GD-1', { intervalMs: MINUTE })] });
    desk.reading('GD-1', 60 * MINUTE, 1);
    const rows = Array.from({ length: n }, (_, i) => ({
      tag: 'GD-1',
      at: i * MINUTE,
      value: 2,
      flags: FLAG.HISTORICAL,
    }));
    desk.send(rows, 60 * MINUTE + SECOND);
    const again = desk.send([{ tag: 'GD-1', at: 60 * MINUTE, value: 1, seq: 5 }], 62 * MINUTE);
    expect(again.verdict).toEqual([VERDICT.DUPLICATE]);
  });
});

describe('a contact that bounces within one time stamp', () => {
  const door = {
    valueKind: 'boolean',
    unit: '',
    hazard: 'equipment',
    limits: {},
    criticalWhen: true,
    intervalMs: null,
  } as const;
  it.each(['in three messages', 'in one'])('is judged by its last word, %s', (how) => {
    const desk = new Desk({ points: [point('AD-1', { ...door, onDelayMs: 5 * SECOND })] });
    desk.gateway(true, 0);
    const rows = [1, 0, 1].map((value) => ({ tag: 'AD-1', at: SECOND, value }));
    if (how === 'in one') desk.send(rows, SECOND);
    else for (const row of rows) desk.send([row], SECOND);
    desk.tickTo(MINUTE);
    expect(desk.story).toEqual(['raised orange']);
  });

  it('known again where its last word comes again, and only that', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    desk.reading('GD-1', SECOND, 30);
    desk.reading('GD-1', SECOND, 3);
    const again = desk.send([{ tag: 'GD-1', at: SECOND, value: 3 }], 2 * SECOND);
    expect(again.verdict).toEqual([VERDICT.DUPLICATE]);
  });
});
