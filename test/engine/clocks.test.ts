// Clocks that go wrong, the gateways' and our own: what is judged is judged when it was true, as loud as it was, and the
// one whose clock is wrong is named.
import { describe, expect, it } from 'vitest';
import { FLAG, VERDICT } from '../../src/model/reading.ts';
import { point } from '../support/build/point.ts';
import { Desk, T0 } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;

const keys = (desk: Desk): string[] => desk.devices.filter(({ active }) => active).map(({ key }) => key);
const sounds = (desk: Desk): string[] =>
  desk.transitions
    .filter(({ alert, annunciate }) => alert.kind === 'hazard' && annunciate)
    .map(({ change, alert }) => `${change} ${alert.grade}`);

describe('a clock that is steadily slow', () => {
  it('by eight hours: a peak of 60 %LEL inside a message sounds', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    const slow = (at: number, values: readonly number[]) =>
      desk.send(
        values.map((value, i) => ({ tag: 'GD-1', at: at - 8 * HOUR - (values.length - 1 - i) * 3 * SECOND, value })),
        at,
      );
    slow(10 * SECOND, [3, 3, 3]);
    const batch = slow(20 * SECOND, [3, 60, 3]);
    expect(sounds(desk)).toEqual(['raised orange']);
    expect(desk.hazards[0]).toMatchObject({ retrospective: false, active: false });
    expect(batch.flags.map((flags) => (flags & FLAG.CLOCK_SKEWED) !== 0)).toEqual([true, true, true]);
    desk.tickTo(31 * SECOND);
    expect(keys(desk)).toContain('yt/~gw1|clock-skewed|device');
  });

  it('is judged at arrival from the second reading on, with both times kept', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    const first = desk.send([{ tag: 'GD-1', at: 10 * SECOND - HOUR, value: 3 }], 10 * SECOND);
    const second = desk.send([{ tag: 'GD-1', at: 20 * SECOND - HOUR, value: 3 }], 20 * SECOND);
    expect(first.judgedAt).toEqual(first.sampledAt);
    expect(second.judgedAt[0] - second.sampledAt[0]).toBe(HOUR);
  });

  it('starts no delay anew and ends none: an on-delay lasts what it lasted', () => {
    const desk = new Desk({ points: [point('GD-1', { onDelayMs: 30 * SECOND })] });
    for (const at of [10, 20, 30]) desk.send([{ tag: 'GD-1', at: at * SECOND - HOUR, value: 60 }], at * SECOND);
    expect(desk.hazards).toEqual([]);
    desk.send([{ tag: 'GD-1', at: 40 * SECOND - HOUR, value: 60 }], 40 * SECOND);
    expect(desk.story).toEqual(['raised orange']);
  });

  it('found out while an on-delay runs, by a clock that loses a second in ten: it raises when the delay is over', () => {
    const desk = new Desk({ points: [point('GD-1', { onDelayMs: 40 * SECOND })] });
    const show = (at: number, value: number) =>
      desk.send([{ tag: 'GD-1', at: Math.floor(at * 0.9), value }], at).flags[0] & FLAG.CLOCK_SKEWED;
    // A minute late after ten, and found out by the fourth reading in alarm.
    const [from, found] = [9 * MINUTE + 50 * SECOND, 10 * MINUTE + 20 * SECOND];
    for (let at = 0; at < from; at += 10 * SECOND) show(at, 1);
    for (let at = from; at < found; at += 10 * SECOND) expect(show(at, 60)).toBe(0);
    expect(show(found, 60)).toBe(FLAG.CLOCK_SKEWED);
    desk.tickTo(from + 39 * SECOND);
    expect(desk.story).toEqual([]);
    desk.tickTo(from + 40 * SECOND);
    expect(desk.story).toEqual(['raised orange']);
  });

  it('ends no alarm early when it is found out: the off-delay goes on from where it was', () => {
    const desk = new Desk({ points: [point('GD-1', { offDelayMs: MINUTE })] });
    desk.send([{ tag: 'GD-1', at: 10 * SECOND - HOUR, value: 60 }], 10 * SECOND);
    for (const at of [20, 30, 40, 50, 60, 70]) {
      desk.send([{ tag: 'GD-1', at: at * SECOND - HOUR, value: 3 }], at * SECOND);
      expect(desk.hazards[0].active).toBe(true);
    }
    desk.send([{ tag: 'GD-1', at: 80 * SECOND - HOUR, value: 3 }], 80 * SECOND);
    expect(desk.hazards[0].active).toBe(false);
  });

  it('is no backlog: what is sent faster than it was taken is judged by its own times', () => {
    const desk = new Desk({ points: [point('GD-1', { intervalMs: SECOND })] });
    desk.reading('GD-1', 0, 3);
    for (let i = 1; i <= 20; i++) {
      const batch = desk.send([{ tag: 'GD-1', at: i * SECOND, value: i === 10 ? 60 : 3 }], 10 * MINUTE + 10 * i);
      expect(batch.judgedAt).toEqual(batch.sampledAt);
    }
    expect(keys(desk)).not.toContain('yt/~gw1|clock-skewed|device');
  });

  it('is right again when it is set: nothing is put aside, and its alarm ends a minute later', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    for (const at of [10, 20, 30]) desk.send([{ tag: 'GD-1', at: at * SECOND - HOUR, value: 3 }], at * SECOND);
    for (let at = 40; at <= 100; at += 10) {
      const batch = desk.reading('GD-1', at * SECOND, 3);
      expect(batch.verdict).toEqual([VERDICT.LIVE]);
      expect(batch.flags[0] & FLAG.CLOCK_SKEWED).toBe(0);
    }
    expect(keys(desk)).not.toContain('yt/~gw1|clock-skewed|device');
  });
});

describe('a clock that is a little ahead', () => {
  it('is believed, and what stands by it stands since we heard of it, not since a time to come', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    const batch = desk.send([{ tag: 'GD-1', at: 50 * SECOND, value: 60 }], 10 * SECOND);
    expect(batch.flags[0] & FLAG.CLOCK_SKEWED).toBe(0);
    const [alert] = desk.hazards;
    expect(alert).toMatchObject({ raisedAt: T0 + 10 * SECOND, detectedAt: T0 + 50 * SECOND });
    expect(alert?.points[0].since).toBe(T0 + 10 * SECOND);
  });
});

describe('clocks of two gateways that differ', () => {
  const two = { gateways: ['gw1', 'gw2'] };

  it('by six minutes: two heads at HH are red', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2', { gateways: ['gw2'] })], ...two });
    desk.reading('GD-1', 10 * SECOND, 60);
    desk.send([{ tag: 'GD-2', at: 11 * SECOND - 6 * MINUTE, value: 60 }], 11 * SECOND, 'gw2');
    expect(desk.hazards[0].grade).toBe('red');
  });

  it('by an hour: red does not ease after a second', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2', { gateways: ['gw2'] })], ...two });
    desk.reading('GD-1', 10 * SECOND, 60);
    desk.send([{ tag: 'GD-2', at: 10 * SECOND - HOUR, value: 60 }], 10 * SECOND, 'gw2');
    expect(desk.hazards[0].grade).toBe('red');
    desk.command('verify', desk.hazards[0], 12 * SECOND);
    desk.send([{ tag: 'GD-2', at: 20 * SECOND - HOUR, value: 3 }], 20 * SECOND, 'gw2');
    for (let s = 21; s <= 500; s += 10) {
      desk.reading('GD-1', s * SECOND, 30);
      desk.send([{ tag: 'GD-2', at: s * SECOND - HOUR, value: 3 }], s * SECOND, 'gw2');
      expect(desk.hazards[0].grade).toBe('red');
    }
  });
});

/** `at` in seconds, as a desk takes it: ms after T0. */
const inSeconds = (now: number): number => Math.floor((T0 + now) / SECOND) - T0;

describe('seconds instead of milliseconds', () => {
  it('are never taken for a backlog: from the first reading on each is judged at its arrival', () => {
    const desk = new Desk({ points: [point('GD-1', { onDelayMs: 20 * SECOND })] });
    for (const now of [10, 20, 30]) {
      const batch = desk.send([{ tag: 'GD-1', at: inSeconds(now * SECOND), value: 60 }], now * SECOND);
      expect(batch.judgedAt[0] - T0).toBe(now * SECOND);
    }
    expect(desk.story).toEqual(['raised orange']);
    desk.send([{ tag: 'GD-1', at: inSeconds(40 * SECOND), value: 1 }], 40 * SECOND);
    expect(desk.story).toEqual(['raised orange', 'cleared orange']);
  });

  it('of readings inside a message keep their spacing', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    const rows = [8, 9, 10].map((s) => ({ tag: 'GD-1', at: inSeconds(s * SECOND), value: s }));
    expect(desk.send(rows, 10 * SECOND).judgedAt.map((at) => at - T0)).toEqual([8 * SECOND, 9 * SECOND, 10 * SECOND]);
  });

  it('after a right clock are as live as before: what they end is ended', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    desk.reading('GD-1', 0, 60);
    desk.send([{ tag: 'GD-1', at: inSeconds(10 * SECOND), value: 1 }], 10 * SECOND);
    expect(desk.story).toEqual(['raised orange', 'cleared orange']);
  });

  it.each([
    ['minutes', 11 * MINUTE, false],
    ['half a minute', 30 * SECOND, false],
    ['half a minute, of a clock that was right before', 30 * SECOND, true],
  ])('that are sent again after %s are old readings all the same: they end nothing', (_, lateMs, wasRight) => {
    const desk = new Desk({ points: [point('GD-1', { intervalMs: HOUR })] });
    const until = 10 * MINUTE;
    for (let now = 0; now <= until; now += 10 * SECOND) {
      const at = wasRight && now < 5 * MINUTE ? now : inSeconds(now);
      desk.send([{ tag: 'GD-1', at, value: now > 9 * MINUTE ? 60 : 1 }], now);
    }
    // Between those of that time, so that none is known by its own time.
    const first = until - lateMs;
    for (let taken = first; taken < Math.min(until, first + 9 * MINUTE); taken += 10 * SECOND) {
      desk.send([{ tag: 'GD-1', at: inSeconds(taken + 5 * SECOND), value: 1 }], taken + lateMs + 5 * SECOND);
      expect(desk.hazards[0].active).toBe(true);
    }
  });
});

describe('a wrong clock is told with the slip it looks like', () => {
  it.each<[string, number, string, (now: number) => number]>([
    ['seconds instead of milliseconds', 0, 'seconds', inSeconds],
    ['microseconds', 0, 'microseconds', (now) => (T0 + now) * 1_000 - T0],
    ['the local time of China', 0, 'local-time', (now) => now + 8 * HOUR + 3 * SECOND],
    ['the eight hours taken off twice', 0, 'zone-twice', (now) => now - 8 * HOUR],
    ['a clock without a battery, since 1970', 0, 'unset', (now) => now - T0],
    ['a clock without a battery, since 2000', 0, 'unset', (now) => 946_684_800_000 + now - T0],
    ['five minutes fast', -5 * MINUTE, 'fast', (now) => now + 5 * MINUTE],
    ['an hour slow', HOUR, 'slow', (now) => now - HOUR],
  ])('%s', (_, behindMs, mistake, at) => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2')] });
    for (let now = 0; now <= 40 * SECOND; now += 10 * SECOND) {
      desk.send([{ tag: 'GD-1', at: at(now), value: 3 }], now);
      desk.reading('GD-2', now + SECOND, 3);
    }
    const [alarm] = desk.devices;
    expect(alarm.key).toBe('yt/~gw1|clock-skewed|device');
    expect(alarm.reasons[0].detail).toMatchObject({ points: 1, worst: 'yt/GD-1', mistake });
    if (behindMs !== 0) expect(alarm.reasons[0].detail.behindMs).toBe(behindMs);
  });

  it('and one that went back is late as yet: it may be what was sent again', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    desk.reading('GD-1', 0, 3);
    for (let now = 10 * SECOND; now <= 40 * SECOND; now += 10 * SECOND) {
      desk.send([{ tag: 'GD-1', at: now - HOUR, value: 3 }], now);
    }
    expect(desk.devices[0].reasons[0].detail).toMatchObject({ mistake: 'late', behindMs: HOUR });
  });
});

describe('one wrong clock behind a shared gateway', () => {
  it('is one alarm, however often the others are right', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2')] });
    for (let s = 1; s <= 300; s++) {
      desk.reading('GD-1', s * SECOND, 3);
      desk.send([{ tag: 'GD-2', at: s * SECOND + HOUR, value: 3 }], s * SECOND + 500);
    }
    const told = desk.transitions.filter(({ alert }) => alert.hazard === 'clock-skewed');
    expect(told.map(({ change }) => change)).toEqual(['raised']);
  });
});

describe('several wrong clocks behind one gateway', () => {
  it('are one alarm that counts them, and ends when the last of them is right', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2'), point('GD-3')] });
    const wrong = new Set(['GD-1', 'GD-2']);
    const round = (at: number) => {
      for (const tag of ['GD-1', 'GD-2', 'GD-3'])
        desk.send([{ tag, at: at + (wrong.has(tag) ? HOUR : 0), value: 3 }], at);
    };
    const alarm = () => desk.devices.find(({ hazard }) => hazard === 'clock-skewed');
    let at = 0;
    const rounds = (count: number) => {
      for (let i = 0; i < count; i++) {
        at += 10 * SECOND;
        round(at);
      }
    };
    rounds(3);
    expect(alarm()).toMatchObject({ active: true, reasons: [{ detail: { points: 2 } }] });
    wrong.delete('GD-1');
    rounds(12);
    expect(alarm()).toMatchObject({ active: true });
    wrong.delete('GD-2');
    rounds(12);
    expect(alarm()?.active ?? false).toBe(false);
  });

  it('that are one and the same, known to be slow, are so for who speaks for the first time too', () => {
    const fire = { valueKind: 'boolean', limits: {}, criticalWhen: true, hazard: 'fire', intervalMs: null } as const;
    const desk = new Desk({ points: [point('GD-1'), point('FD-1', fire)] });
    const SLOW = 2 * MINUTE;
    for (let at = 10 * SECOND; at <= 5 * MINUTE; at += 10 * SECOND)
      desk.send([{ tag: 'GD-1', at: at - SLOW, value: 3 }], at);
    const { judgedAt, sampledAt, flags } = desk.send(
      [{ tag: 'FD-1', at: 3 * MINUTE + SECOND, value: 1 }],
      5 * MINUTE + SECOND,
    );
    expect([judgedAt[0] - sampledAt[0], flags[0] & FLAG.CLOCK_SKEWED]).toEqual([SLOW, FLAG.CLOCK_SKEWED]);
    expect(desk.story).toEqual(['raised orange']);
  });
});

describe('our own clock', () => {
  const stepped = (desk: Desk, offsetMs: number, at: number) => {
    desk.tickTo(at);
    desk.fold({ kind: 'clock', at: Math.max(desk.state.at, desk.state.at), offsetMs });
  };

  it.each([
    ['set forward by five minutes', 5 * MINUTE],
    ['set back by five minutes', -5 * MINUTE],
    ['corrected from a date five years ahead', -5 * YEAR],
  ])('%s: gateways that are right are right, and a peak keeps its siren', (_, offset) => {
    const desk = new Desk({ points: [point('GD-1')] });
    desk.reading('GD-1', 10 * SECOND, 3);
    stepped(desk, offset, 15 * SECOND);
    for (let s = 20; s <= 60; s += 10) desk.send([{ tag: 'GD-1', at: s * SECOND + offset, value: 3 }], s * SECOND);
    const peak = [3, 60, 3].map((value, i) => ({ tag: 'GD-1', at: (68 + i) * SECOND + offset, value }));
    const batch = desk.send(peak, 70 * SECOND);
    expect(batch.flags.map((flags) => flags & FLAG.CLOCK_SKEWED)).toEqual([0, 0, 0]);
    expect(sounds(desk)).toEqual(['raised orange']);
    expect(keys(desk)).toEqual(['service/0|server-clock|device']);
  });

  it('stepped away from the right time blames no gateway for it', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    stepped(desk, 5 * MINUTE, 15 * SECOND);
    for (let s = 20; s <= 60; s += 10) desk.reading('GD-1', s * SECOND, s === 40 ? 60 : 3);
    expect(sounds(desk)).toEqual(['raised orange']);
    expect(keys(desk)).toEqual(['service/0|server-clock|device']);
  });

  it('stepped under a running delay changes nothing of it', () => {
    const desk = new Desk({ points: [point('GD-1', { onDelayMs: 30 * SECOND })] });
    desk.reading('GD-1', 10 * SECOND, 60);
    stepped(desk, HOUR, 15 * SECOND);
    desk.send([{ tag: 'GD-1', at: 20 * SECOND + HOUR, value: 60 }], 20 * SECOND);
    expect(desk.story).toEqual([]);
    desk.send([{ tag: 'GD-1', at: 41 * SECOND + HOUR, value: 60 }], 41 * SECOND);
    expect(desk.story).toEqual(['raised orange']);
  });

  it('gives what comes without a time its arrival, in the wall time that the history is in', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    stepped(desk, HOUR, SECOND);
    const batch = desk.send([{ tag: 'GD-1', value: 60 }], 10 * SECOND);
    expect(batch.sampledAt[0] - batch.receivedAt).toBe(HOUR);
    expect(desk.hazards[0].raisedAt - desk.hazards[0].detectedAt).toBe(0);
  });
});
