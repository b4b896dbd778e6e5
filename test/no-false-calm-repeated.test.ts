/**
 * No false calm 不虚假平静, second part: what comes again. A transport that delivers at least once, and a gateway that knows
 * of no answer, send what was sent before; nothing of it is news, and nothing of it calms.
 */
import { describe, expect, it } from 'vitest';
import { FLAG } from '../src/model/reading.ts';
import { point } from './support/build/point.ts';
import { expectNoCalmer } from './support/calm.ts';
import { Desk } from './support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
/** Reports once an hour: silence is not what these tests are about. */
const SLOW = { intervalMs: 60 * MINUTE };

describe('what comes again calms nothing 重复到达的数据不得使报警降级或消除', () => {
  it('a long message that is sent once more, without a mark, calms nothing of what came after it', () => {
    const desk = new Desk({ points: [point('GD-1', SLOW)] });
    const rows = Array.from({ length: 30 }, (_, i) => ({ tag: 'GD-1', at: i * SECOND, value: i < 20 ? 1 : 60 }));
    desk.send(rows, 30 * SECOND);
    const before = desk.fork();
    desk.send(rows, 35 * SECOND);
    expectNoCalmer(desk, before);
    expect(desk.story).toEqual(['raised orange']);
  });

  it('an old message that is sent again twice within two seconds, without a mark, clears nothing that stands', () => {
    const desk = new Desk({ points: [point('GD-1', SLOW)] });
    const old = Array.from({ length: 12 }, (_, i) => ({ tag: 'GD-1', at: i * SECOND, value: 1 }));
    desk.send(old, 12 * SECOND);
    desk.reading('GD-1', 10 * MINUTE, 60);
    const before = desk.fork();
    desk.send(old, 11 * MINUTE);
    desk.send(old, 11 * MINUTE + 2 * SECOND);
    // Put together anew by the gateway, so that not even the bytes are the same.
    desk.send(old.slice(0, 3), 12 * MINUTE);
    desk.send(old.slice(0, 3), 12 * MINUTE + SECOND);
    expectNoCalmer(desk, before);
    expect(desk.story).toEqual(['raised orange']);
  });

  it.each([
    ['marked by the transport', FLAG.REDELIVERED],
    ['without a mark', 0],
  ])('a long message that comes again, %s, takes no acknowledgement away', (_, flags) => {
    const desk = new Desk({ points: [point('GD-1', SLOW), point('GD-2', SLOW)] });
    desk.reading('GD-2', 0, 30);
    const over = (i: number) => (i >= 5 && i < 15 ? 60 : 1);
    const rows = Array.from({ length: 30 }, (_row, i) => ({ tag: 'GD-1', at: i * SECOND, value: over(i) }));
    desk.send(rows, 30 * SECOND);
    desk.command('acknowledge', desk.hazards[0], 40 * SECOND);
    const told = desk.transitions.length;
    desk.send(flags === 0 ? rows : rows.map((row) => ({ ...row, flags })), 50 * SECOND);
    expect(desk.hazards[0]).toMatchObject({ acked: true, state: 'acknowledged', active: true });
    expect(desk.transitions).toHaveLength(told);
  });
});
