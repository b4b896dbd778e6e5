/**
 * No false calm 不虚假平静, second part: what comes again. A transport that delivers at least once, and a gateway that knows
 * of no answer, send what was sent before; nothing of it is news, and nothing of it calms.
 */
import { describe, expect, it } from 'vitest';
import { FLAG } from '../src/model/reading.ts';
import { point } from './support/build/point.ts';
import { pointsChange } from './support/build/registry.ts';
import { expectNoCalmer, expectNoCalmNews } from './support/calm.ts';
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

/**
 * A point that reported every ten seconds: ten minutes of 1, then 60 up to now. What is sent next may be some of the ten
 * minutes, put together anew and without a mark.
 */
function alarmed(over: { readonly clockMs?: number; readonly counted?: true } = {}): Desk {
  const { clockMs = 0, counted } = over;
  const desk = new Desk({ points: [point('GD-1', SLOW)] });
  for (let at = 0; at <= 11 * MINUTE; at += 10 * SECOND) {
    const seq = counted ? { seq: at / SECOND } : {};
    desk.send([{ tag: 'GD-1', at: at + clockMs, value: at > 10 * MINUTE ? 60 : 1, ...seq }], at);
  }
  expect(desk.hazards[0]).toMatchObject({ active: true, grade: 'orange' });
  return desk;
}

interface Resent {
  /** Device time of the first, and arrival of it. */
  readonly from: number;
  readonly at: number;
  readonly forMs: number;
  readonly everyMs?: number;
  readonly seqFrom?: number;
}

/** Every reading of 1, as late as the one before it. */
function sendAtPace(desk: Desk, { from, at, forMs, everyMs = 10 * SECOND, seqFrom }: Resent): void {
  for (let k = 0; k * everyMs <= forMs; k++) {
    const seq = seqFrom === undefined ? {} : { seq: seqFrom + k * 10 };
    desk.send([{ tag: 'GD-1', at: from + k * everyMs + 1, value: 1, ...seq }], at + k * everyMs);
  }
}

describe('what was old when it came calms nothing, however evenly it comes 以原有节奏补发的旧数据不得使报警消除', () => {
  it.each([
    ['of a right clock', {}, 0],
    ['of a clock that was an hour fast', { clockMs: 60 * MINUTE }, 60 * MINUTE],
    ['of a clock that was always an hour slow', { clockMs: -60 * MINUTE }, -60 * MINUTE],
  ])('old readings %s, sent again at the pace they were taken, clear nothing', (_, clock, clockMs) => {
    const desk = alarmed(clock);
    const before = desk.fork();
    sendAtPace(desk, { from: clockMs, at: 11 * MINUTE + 5 * SECOND, forMs: 9 * MINUTE + 50 * SECOND });
    expectNoCalmer(desk, before);
    expectNoCalmNews(desk, before);
  });

  it('nor do those that come between live ones, for however long', () => {
    const desk = alarmed();
    const before = desk.fork();
    for (let at = 11 * MINUTE + 5 * SECOND; at < 40 * MINUTE; at += 10 * SECOND) {
      desk.send([{ tag: 'GD-1', at: at - 11 * MINUTE, value: 1 }], at);
      desk.reading('GD-1', at + 5 * SECOND, 60);
    }
    expectNoCalmer(desk, before);
    expectNoCalmNews(desk, before);
  });

  it('nor do numbered ones that come after a pause: they count on among themselves, not on what was judged', () => {
    const desk = alarmed({ counted: true });
    const before = desk.fork();
    desk.configure(pointsChange(point('GD-1', { intervalMs: 10 * SECOND })), 11 * MINUTE + SECOND);
    sendAtPace(desk, { from: 0, at: 12 * MINUTE, forMs: 9 * MINUTE, seqFrom: 0 });
    expectNoCalmer(desk, before);
    expectNoCalmNews(desk, before);
  });

  it('nor does the second of two that were taken and sent a quarter of an hour apart', () => {
    const desk = alarmed();
    const before = desk.fork();
    sendAtPace(desk, { from: -15 * MINUTE, at: 12 * MINUTE, forMs: 15 * MINUTE, everyMs: 15 * MINUTE });
    expectNoCalmer(desk, before);
    expectNoCalmNews(desk, before);
  });

  it('nor do those that are sent a little faster than they were taken, for however long', () => {
    const desk = alarmed();
    const before = desk.fork();
    for (let k = 0; k < 80; k++) {
      desk.send([{ tag: 'GD-1', at: k * 8 * SECOND + 1, value: 1 }], 12 * MINUTE + k * 9 * SECOND);
    }
    expectNoCalmer(desk, before);
    expectNoCalmNews(desk, before);
  });

  it('nor do they bring a grade down that good readings would', () => {
    const desk = new Desk({ points: [point('GD-1', SLOW), point('GD-2', SLOW)] });
    for (let at = 0; at < MINUTE; at += 10 * SECOND) desk.reading('GD-1', at, 60);
    desk.reading('GD-2', MINUTE, 60);
    expect(desk.hazards[0].grade).toBe('red');
    desk.reading('GD-1', MINUTE + 2 * SECOND, 30);
    desk.reading('GD-2', MINUTE + 3 * SECOND, 3);
    const before = desk.fork();
    for (let k = 0; k < 30; k++) {
      desk.send([{ tag: 'GD-1', at: k * SECOND + 1, value: 30 }], 12 * MINUTE + k * SECOND);
    }
    expectNoCalmer(desk, before);
    expectNoCalmNews(desk, before);
  });

  it.each([
    ['right', 0],
    ['an hour slow', -60 * MINUTE],
    ['an hour fast', 60 * MINUTE],
  ])('nor does what a message repeats before it goes on to what is new, by a clock that is %s', (_, clockMs) => {
    const desk = new Desk({ points: [point('GD-1', SLOW)] });
    for (let now = 30; now <= 80; now++) {
      const taken = Array.from({ length: 30 }, (_row, k) => now - 29 + k);
      const rows = taken.map((s) => ({ tag: 'GD-1', at: s * SECOND + clockMs, value: s > 55 ? 60 : 1 }));
      desk.send(rows, now * SECOND);
    }
    expect(desk.story).toEqual(['raised orange']);
  });

  it('but they raise what nobody saw', () => {
    const desk = new Desk({ points: [point('GD-1', SLOW)] });
    desk.reading('GD-1', 10 * MINUTE, 1);
    for (let k = 0; k < 3; k++) desk.send([{ tag: 'GD-1', at: k * SECOND, value: 60 }], 11 * MINUTE + k * SECOND);
    expect(desk.story).toEqual(['raised orange']);
  });
});

describe('a clock that was set back is no old message for ever 时钟回拨不使现场数据长期失效', () => {
  const EIGHT_HOURS = 480 * MINUTE;
  const setBack = { from: 11 * MINUTE - EIGHT_HOURS, at: 11 * MINUTE + 10 * SECOND };

  it('by eight hours: once it has kept its lateness for ten minutes, its readings end an alarm again', () => {
    const desk = alarmed();
    sendAtPace(desk, { ...setBack, forMs: 10 * MINUTE });
    expect(desk.hazards[0]).toMatchObject({ active: true });
    sendAtPace(desk, { ...later(setBack, 10 * MINUTE + 10 * SECOND), forMs: 0 });
    expect(desk.hazards[0]).toMatchObject({ active: false });
    expect(desk.devices.map(({ key }) => key)).toEqual(['yt/~gw1|clock-skewed|device']);
  });

  it('with numbers that rise: at once, the second message is as late as the first', () => {
    const desk = alarmed({ counted: true });
    sendAtPace(desk, { ...setBack, forMs: 10 * SECOND, seqFrom: 670 });
    expect(desk.story).toEqual(['raised orange', 'cleared orange']);
  });

  it('by two minutes: as soon as it has passed the newest reading that was judged', () => {
    const desk = alarmed();
    const by = 2 * MINUTE;
    sendAtPace(desk, { from: 11 * MINUTE + 10 * SECOND - by, at: 11 * MINUTE + 10 * SECOND, forMs: 100 * SECOND });
    expect(desk.hazards[0]).toMatchObject({ active: true });
    sendAtPace(desk, { from: 13 * MINUTE - by, at: 13 * MINUTE, forMs: 10 * SECOND });
    expect(desk.hazards[0]).toMatchObject({ active: false });
  });

  it('and is believed from then on: a message that the line held up costs that message alone', () => {
    const desk = alarmed();
    sendAtPace(desk, { ...setBack, forMs: 10 * MINUTE + 10 * SECOND });
    expect(desk.hazards[0]).toMatchObject({ active: false });
    const after = later(setBack, 11 * MINUTE);
    desk.send([{ tag: 'GD-1', at: after.from, value: 60 }], after.at);
    expect(desk.hazards[0]).toMatchObject({ active: true });
    desk.send([{ tag: 'GD-1', at: after.from + 10 * SECOND, value: 1 }], after.at + 15 * SECOND);
    expect(desk.hazards[0]).toMatchObject({ active: true });
    desk.send([{ tag: 'GD-1', at: after.from + 20 * SECOND, value: 1 }], after.at + 20 * SECOND);
    expect(desk.hazards[0]).toMatchObject({ active: false });
  });

  it('for all points of its gateway: what speaks on change only is believed with them', () => {
    const fire = { valueKind: 'boolean', limits: {}, criticalWhen: true, hazard: 'fire', intervalMs: null } as const;
    const desk = new Desk({ points: [point('GD-1', SLOW), point('FD-1', fire)] });
    desk.reading('GD-1', 0, 1);
    desk.reading('FD-1', SECOND, 1);
    expect(desk.story).toEqual(['raised orange']);
    for (let at = 10 * SECOND; at <= 11 * MINUTE; at += 10 * SECOND) {
      desk.send([{ tag: 'GD-1', at: at - EIGHT_HOURS, value: 1 }], at);
    }
    desk.send([{ tag: 'FD-1', at: 11 * MINUTE + SECOND - EIGHT_HOURS, value: 0 }], 11 * MINUTE + SECOND);
    expect(desk.hazards[0]).toMatchObject({ active: false });
  });

  it('but time in which nobody looked counts for nothing', () => {
    const desk = alarmed();
    sendAtPace(desk, { ...setBack, forMs: 5 * MINUTE });
    const stop = desk.now;
    desk.resumed(stop, stop + 10 * MINUTE);
    sendAtPace(desk, { ...later(setBack, 15 * MINUTE + 10 * SECOND), forMs: MINUTE });
    expect(desk.hazards[0]).toMatchObject({ active: true });
  });
});

/** The same sender, so much later: with the same lateness. */
function later({ from, at }: Pick<Resent, 'from' | 'at'>, byMs: number): Pick<Resent, 'from' | 'at'> {
  return { from: from + byMs, at: at + byMs };
}
