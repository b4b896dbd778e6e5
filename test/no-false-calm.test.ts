/**
 * No false calm 不虚假平静. What an inspector may hold the system to: whatever is removed, delayed, repeated or spoiled on the
 * way from a sensor to the engine, no alarm gets weaker or goes away. Each test states one sentence and tries it on many
 * random plants and days; a counterexample is printed as the day that broke it.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gradeOf } from '../src/model/grade.ts';
import { limitsOf } from '../src/model/point.ts';
import { neighbour, point, restated } from './support/build/point.ts';
import { day, gasValue, histories, readingHistories, spoiled } from './support/build/random-day.ts';
import { plants } from './support/build/random-plant.ts';
import { pointsChange, registryNaming } from './support/build/registry.ts';
import { expectNoCalmer, expectNoCalmNews, hazardsOf, told } from './support/calm.ts';
import { Desk } from './support/desk.ts';
import { deskOf, play, spoil } from './support/play.ts';
import { HIGH, LOW, levels, tankDay, toldOf } from './support/two-sides.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
/** Reports once an hour: silence is not what these tests are about. */
const SLOW = { intervalMs: HOUR };

describe('what is lost, late, repeated or spoiled calms nothing 丢失、迟到、重复、失真的数据不得使报警降级或消除', () => {
  it('bad, test, stale, uncertain, repeated and back-filled readings lower and clear nothing that stands', () => {
    fc.assert(
      fc.property(plants(), day, spoiled, (plant, acts, readings) => {
        const before = deskOf(plant, acts);
        const after = before.fork();
        spoil(after, readings);
        expectNoCalmer(after, before);
        expectNoCalmNews(after, before);
      }),
      { numRuns: 200 },
    );
  });

  it('nor do they keep anything calmer than silence would', () => {
    fc.assert(
      fc.property(plants({ slow: true }), day, spoiled, (plant, acts, readings) => {
        const silence = deskOf(plant, acts);
        const noise = silence.fork();
        spoil(noise, readings);
        silence.tickTo(noise.now);
        expectNoCalmer(noise, silence);
      }),
      { numRuns: 200 },
    );
  });

  it('a reading taken away from a day never leaves the last alarm calmer than it was when the data ended', () => {
    fc.assert(
      fc.property(plants(), day, fc.integer({ min: 1, max: 3 * 3_600 }), (plant, acts, seconds) => {
        const before = deskOf(plant, acts);
        const after = before.fork();
        after.tickTo(after.now + seconds * SECOND);
        expectNoCalmer(after, before);
      }),
      { numRuns: 60 },
    );
  });

  it('a message that arrives twice changes nothing', () => {
    fc.assert(
      fc.property(plants(), readingHistories(30), (plant, acts) => {
        const once = new Desk(plant);
        const twice = new Desk(plant);
        play(once, acts);
        play(twice, acts, true);
        expect(told(twice)).toEqual(told(once));
      }),
      { numRuns: 100 },
    );
  });

  it('two days of silence clear nothing', () => {
    const desk = new Desk({
      points: [
        point('GD-1'),
        point('FD-1', { valueKind: 'boolean', hazard: 'fire', limits: {}, criticalWhen: true, intervalMs: null }),
      ],
    });
    desk.reading('GD-1', 0, 60);
    desk.reading('FD-1', SECOND, 1);
    const before = desk.fork();
    desk.tickTo(48 * HOUR);
    expectNoCalmer(desk, before);
    expect(desk.hazards.map(({ active }) => active)).toEqual([true, true]);
  });
});

describe('what is stricter alarms no less 收紧限值不得漏报', () => {
  it('tightening a limit never loses an alert', () => {
    fc.assert(
      fc.property(
        plants({ slow: true }),
        readingHistories(30),
        fc.constantFrom(0, 2, 5, 15),
        fc.constantFrom(0, 1, 20),
        (plant, acts, byH, byHH) => {
          const loose = new Desk(plant);
          const points = plant.points.map((p) => {
            if (!p.tag.startsWith('GD')) return p;
            const { H = 0, HH = 0 } = limitsOf(p);
            return restated(p, { limits: { H: H - byH, HH: HH - byHH } });
          });
          const tight = new Desk({ ...plant, points });
          for (const act of acts) {
            play(loose, [act]);
            play(tight, [act]);
            const now = hazardsOf(tight);
            for (const [key, was] of hazardsOf(loose)) {
              const is = now.get(key);
              expect(is, key).toBeDefined();
              expect(is?.active || !was.active, `${key} active`).toBe(true);
              if (is !== undefined) expect(gradeOf(is.peakGrade)).toBeGreaterThanOrEqual(gradeOf(was.peakGrade));
            }
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('no change of a limit, stricter or looser, from any state ends an alarm by itself', () => {
    fc.assert(
      fc.property(plants(), day, fc.constantFrom(5, 15, 25, 45, 80), (plant, acts, H) => {
        const before = deskOf(plant, acts);
        const after = before.fork();
        const [config] = after.state.registry.points;
        after.configure(pointsChange(restated(config, { limits: { H, HH: 90 } })), after.now);
        expectNoCalmer(after, before);
        const limits = limitsOf(after.state.registry.points[0]);
        expect(limits.H).toBeLessThanOrEqual(25);
        expect(limits.HH).toBe(50);
      }),
      { numRuns: 60 },
    );
  });
});

describe('one side of a point never hides the other 高限与低限互不掩盖', () => {
  it('each side is told as if the point had no other, in one message or in many, answered or not', () => {
    fc.assert(
      fc.property(levels, fc.constantFrom(0, 15_000), (messages, onDelayMs) => {
        const [both, high, low] = [{ ...HIGH, ...LOW }, HIGH, LOW].map((side) => tankDay(messages, side, onDelayMs));
        expect(toldOf(both, 'overfill')).toEqual(toldOf(high, 'overfill'));
        expect(toldOf(both, 'low-level')).toEqual(toldOf(low, 'low-level'));
      }),
      { numRuns: 200 },
    );
  });
});

describe('what happens elsewhere is not heard here 他处数据互不影响', () => {
  it("another enterprise's readings change nothing", () => {
    fc.assert(
      fc.property(
        plants(),
        readingHistories(25),
        fc.array(gasValue, { minLength: 1, maxLength: 8 }),
        (plant, acts, values) => {
          const change = registryNaming([neighbour('GD-1', { onDelayMs: 15_000 }), neighbour('GD-2', SLOW)]);
          const alone = new Desk(plant);
          const beside = new Desk(plant);
          alone.configure(change);
          beside.configure(change);
          acts.forEach((act, i) => {
            const at = alone.now + act.afterMs;
            play(alone, [act]);
            beside.tickTo(at);
            const value = values[i % values.length];
            beside.send(
              [
                { tag: 'xh/GD-1', at: beside.now, value },
                { tag: 'xh/GD-2', at: beside.now, value },
              ],
              beside.now,
              'xh/gw1',
            );
            play(beside, [{ ...act, afterMs: at - beside.now }]);
          });
          expect(told(beside)).toEqual(told(alone));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("a gateway cannot speak for another enterprise's points", () => {
    const desk = new Desk({ points: [point('GD-1', SLOW)] });
    desk.configure(registryNaming([neighbour('GD-9')]));
    desk.reading('GD-1', 0, 60);
    desk.send([{ tag: 'GD-1', at: SECOND, value: 1 }], SECOND, 'xh/gw1');
    expect(desk.hazards[0]).toMatchObject({ active: true });
    expect(desk.refusals.map(({ reason }) => reason)).toEqual(['not-authorised']);
  });
});

describe('what cannot be trusted still alarms 不可全信的数据照样报警', () => {
  it('an over-range gas head alarms, and stays until a named person resets it', () => {
    const desk = new Desk({ points: [point('GD-1', { ...SLOW, latching: true }), point('GD-2', SLOW)] });
    desk.reading('GD-2', 0, 1);
    desk.reading('GD-1', 0, 130);
    expect(desk.hazards[0]).toMatchObject({ active: true, grade: 'yellow' });
    desk.reading('GD-1', 10 * MINUTE, 1);
    desk.reading('GD-1', 20 * MINUTE, 1);
    // The head reads normal again; it may as well be poisoned by what it saw.
    expect(desk.hazards[0]).toMatchObject({ active: true });
    expect(desk.hazards[0].points[0].latched).toBe(true);
    expect(desk.command('reset', desk.hazards[0], 21 * MINUTE).code).toBe('applied');
    expect(desk.hazards[0]).toMatchObject({ active: false, state: 'returned-unacknowledged' });
  });

  it.each([
    ['ten minutes fast', 10 * MINUTE],
    ['a year fast', 365 * 24 * HOUR],
    ['set back by ten minutes', -10 * MINUTE],
    ['set back to 1970', -1_763_510_400_000],
  ])('a device whose clock is %s alarms at once', (_, offset) => {
    const desk = new Desk({ points: [point('GD-1', { ...SLOW, onDelayMs: 20 * SECOND })] });
    desk.reading('GD-1', 0, 1);
    for (let at = 10 * SECOND; at <= 40 * SECOND; at += 10 * SECOND) {
      desk.send([{ tag: 'GD-1', at: at + offset, value: 60 }], at);
    }
    expect(desk.story).toEqual(['raised orange']);
    expect(desk.hazards[0].raisedAt - desk.hazards[0].detectedAt).toBeLessThan(SECOND);
    expect(desk.devices.map(({ key }) => key)).toEqual(['yt/~gw1|clock-skewed|device']);
  });

  it('a clock that was set back ends no alarm early: the off-delay runs on arrival, once the clock is known to be wrong', () => {
    const desk = new Desk({ points: [point('GD-1', { ...SLOW, offDelayMs: MINUTE })] });
    desk.reading('GD-1', 0, 60);
    // Until it has gone on for ten minutes, they may as well be old messages.
    for (let at = 10; at <= 670; at += 10) {
      desk.send([{ tag: 'GD-1', at: at * SECOND - 8 * HOUR, value: 1 }], at * SECOND);
    }
    expect(desk.hazards[0].active).toBe(true);
    desk.send([{ tag: 'GD-1', at: 680 * SECOND - 8 * HOUR, value: 1 }], 680 * SECOND);
    expect(desk.hazards[0].active).toBe(false);
  });

  it('a gateway that starts counting anew with a wrong clock is put aside for three intervals at most', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    desk.send([{ tag: 'GD-1', at: 0, value: 1, seq: 5_000 }]);
    for (let i = 1; i <= 5; i++) {
      desk.send([{ tag: 'GD-1', at: i * 10 * SECOND - HOUR, value: 60, seq: i }], i * 10 * SECOND);
    }
    expect(desk.hazards[0]).toMatchObject({ active: true, state: 'unacknowledged' });
  });

  it('stuck in a bad state, a device alarms by itself', () => {
    const desk = new Desk({ points: [point('GD-1', SLOW)] });
    desk.reading('GD-1', 0, 1);
    desk.reading('GD-1', SECOND, 60, 'bad');
    // Both alarms wait for their on-delay; that nobody observes counts from the first bad reading on.
    desk.tickTo(11 * SECOND);
    expect(desk.hazards.map(({ points }) => points[0].rule)).toEqual(['coverage']);
    expect(desk.devices.map(({ key }) => key)).toEqual(['yt/GD-1|bad-quality|device']);
  });

  it('a detector that fails while in alarm stays in alarm, and is called again as blind', () => {
    const desk = new Desk({ points: [point('GD-1', SLOW), point('GD-2', SLOW)] });
    desk.reading('GD-2', 0, 1);
    desk.reading('GD-1', 0, 60);
    desk.reading('GD-1', SECOND, 60, 'bad');
    expect(desk.story).toEqual(['raised orange', 'went-blind orange']);
    expect(desk.transitions.find(({ change }) => change === 'went-blind')).toMatchObject({ annunciate: true });
  });
});

describe('what was answered is asked again when it gets worse 情况恶化须重新报警', () => {
  it('a second detector at an acknowledged source sounds again', () => {
    const desk = new Desk({ points: [point('GD-1', SLOW), point('GD-2', SLOW)] });
    desk.reading('GD-1', 0, 30);
    desk.command('acknowledge', desk.hazards[0], SECOND);
    desk.reading('GD-2', 2 * SECOND, 30);
    expect(desk.hazards[0]).toMatchObject({ state: 'unacknowledged', acked: false });
    expect(desk.transitions[desk.transitions.length - 1]).toMatchObject({ change: 'new-point', annunciate: true });
  });

  it('an acknowledgement given to an older picture is refused', () => {
    const desk = new Desk({ points: [point('GD-1', SLOW)] });
    desk.reading('GD-1', 0, 30);
    const [seen] = desk.hazards;
    desk.reading('GD-1', SECOND, 60);
    expect(desk.command('acknowledge', seen, 2 * SECOND).code).toBe('alert-changed');
    expect(desk.hazards[0].acked).toBe(false);
  });
});

describe('what nobody looked at is no evidence 无人监视的时间不作为平安的证据', () => {
  it('a backlog after an outage is judged in order, and what is still true raises as if it had just happened', () => {
    const desk = new Desk({ points: [point('GD-1', SLOW)] });
    desk.reading('GD-1', 0, 1);
    const minutes = [1, 2, 3, 4, 5].map((m) => ({ tag: 'GD-1', at: m * MINUTE, value: m >= 3 ? 60 : 1 }));
    desk.send(minutes, 20 * MINUTE);
    expect(desk.hazards[0]).toMatchObject({
      active: true,
      retrospective: false,
      detectedAt: desk.inputs[0].at + 3 * MINUTE,
    });
    expect(desk.transitions[desk.transitions.length - 1].annunciate).toBe(true);
  });

  it('what a backlog shows to be over is on record at the grade it reached', () => {
    const desk = new Desk({ points: [point('GD-1', SLOW)] });
    desk.reading('GD-1', 0, 1);
    const values = [30, 60, 40, 1];
    desk.send(
      values.map((value, i) => ({ tag: 'GD-1', at: (i + 1) * MINUTE, value })),
      20 * MINUTE,
    );
    expect(desk.hazards[0]).toMatchObject({
      active: false,
      retrospective: true,
      peakGrade: 'orange',
      state: 'returned-unacknowledged',
    });
    expect(desk.hazards[0].points[0].peak).toBe(60);
  });

  it('a restart clears, eases and acknowledges nothing, from any state', () => {
    fc.assert(
      fc.property(plants(), histories(30), fc.constantFrom(SECOND, MINUTE, HOUR, 30 * HOUR), (plant, acts, downMs) => {
        const before = deskOf(plant, acts);
        const after = before.fork();
        after.resumed(before.now, before.now + downMs);
        after.tickTo(after.now + 20 * SECOND);
        expectNoCalmer(after, before);
        expectNoCalmNews(after, before);
      }),
      { numRuns: 100 },
    );
  });

  it('a pending delay goes on after a restart from where it was, and needs a reading to finish', () => {
    const desk = new Desk({ points: [point('GD-1', { ...SLOW, onDelayMs: MINUTE })] });
    desk.reading('GD-1', 0, 60);
    desk.tickTo(40 * SECOND);
    desk.resumed(40 * SECOND, 10 * MINUTE);
    // Ten minutes in which nobody looked do not finish it, nor does silence after them.
    desk.tickTo(15 * MINUTE);
    expect(desk.story).toEqual([]);
    desk.reading('GD-1', 15 * MINUTE, 60);
    expect(desk.story).toEqual(['raised orange']);
  });

  it('an alarm that had begun to return must show itself normal anew after a restart', () => {
    const desk = new Desk({ points: [point('GD-1', { ...SLOW, offDelayMs: MINUTE })] });
    desk.reading('GD-1', 0, 60);
    desk.reading('GD-1', 10 * SECOND, 1);
    desk.resumed(20 * SECOND, 30 * MINUTE);
    desk.reading('GD-1', 30 * MINUTE + SECOND, 1);
    expect(desk.hazards[0].active).toBe(true);
    desk.reading('GD-1', 31 * MINUTE + 2 * SECOND, 1);
    expect(desk.hazards[0].active).toBe(false);
  });

  it('a grade does not come down for time in which the service was down', () => {
    const desk = new Desk({ points: [point('GD-1', SLOW)] });
    desk.reading('GD-1', 0, 60);
    desk.reading('GD-1', SECOND, 30);
    desk.resumed(2 * SECOND, 30 * MINUTE);
    desk.reading('GD-1', 30 * MINUTE + SECOND, 30);
    expect(desk.hazards[0]).toMatchObject({ active: true, grade: 'orange' });
  });
});
