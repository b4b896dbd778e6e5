// A sensor that freezes, drifts, spikes, goes silent or sends no number: it never clears, never falsely grades, alone or
// through a derived point, and its device alarm says what is wrong with it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pointState } from '../../src/engine/describe.ts';
import { judgeAgain } from '../../src/engine/evidence.ts';
import { GRADE_NAMES } from '../../src/model/grade.ts';
import { GOOD } from '../../src/model/quality.ts';
import { derivedPoint } from '../support/build/derived.ts';
import type { StatedPoint } from '../support/build/point.ts';
import { point } from '../support/build/point.ts';
import { pointsChange } from '../support/build/registry.ts';
import { copied, Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A level gauge once a minute, which shows hundredths: less than 0.05 is no movement. */
const GAUGE = { intervalMs: MINUTE, hazard: 'overfill', limits: { L: 10, H: 85, HH: 90 }, stuck: {} } as const;
const gauge = (tag: string, over: Partial<StatedPoint> = {}) => point(tag, { ...GAUGE, ...over });

/** One reading a minute from the next minute on, for so long. */
function run(desk: Desk, tag: string, forMs: number, value: (minute: number) => number): Desk {
  const from = (Math.floor(desk.now / MINUTE) + 1) * MINUTE;
  for (let i = 0; i * MINUTE < forMs; i++) desk.reading(tag, from + i * MINUTE, value(i));
  return desk;
}
const moving = (at: number) => (i: number) => at + Math.sin(i);
const devices = (desk: Desk) => desk.devices.filter(({ active }) => active).map(({ key }) => key);
const hazards = (desk: Desk) => desk.hazards.filter(({ active }) => active).map(({ key, grade }) => `${key} ${grade}`);
const STUCK = 'yt/TK-1|stuck|device';
const OVERFILL = 'yt/farm||overfill|hazard';

describe('a sensor that freezes', () => {
  it('is a device alarm after an hour, and vouches for nothing: its hazard is no longer observed', () => {
    const desk = run(new Desk({ points: [gauge('TK-1')] }), 'TK-1', HOUR, moving(50));
    expect(devices(desk)).toEqual([]);
    run(desk, 'TK-1', HOUR, () => 50);
    expect(devices(desk)).toEqual([]);
    run(desk, 'TK-1', 3 * MINUTE, () => 50);
    expect(devices(desk)).toEqual([STUCK]);
    expect(hazards(desk)).toEqual([`${OVERFILL} yellow`]);
    expect(desk.devices[0].reasons[0].detail).toMatchObject({ rule: 'stuck', value: 50, range: 0 });
    expect(pointState(desk.state, 0)).toBe('unusable');
    run(desk, 'TK-1', 3 * MINUTE, moving(52));
    expect([devices(desk), hazards(desk)]).toEqual([[], []]);
  });

  it('that was frozen before it creeps over HH starts no alert; the first that moves does', () => {
    const desk = run(new Desk({ points: [gauge('TK-1')] }), 'TK-1', 70 * MINUTE, () => 89.98);
    expect(devices(desk)).toEqual([STUCK]);
    const before = desk.story.filter((line) => line.includes('orange') || line.includes('red'));
    run(desk, 'TK-1', 30 * MINUTE, () => 90.01);
    expect(desk.story.filter((line) => line.includes('orange') || line.includes('red'))).toEqual(before);
    run(desk, 'TK-1', MINUTE, () => 90.1);
    expect(hazards(desk)).toEqual([`${OVERFILL} orange`]);
    expect(desk.capsules.flatMap(judgeAgain)).toEqual([]);
  });

  it('while it stands at HH stays there, blind, with its device alarm, and ends by good readings only', () => {
    const desk = run(new Desk({ points: [gauge('TK-1')] }), 'TK-1', 5 * MINUTE, moving(50));
    run(desk, 'TK-1', 70 * MINUTE, () => 95);
    expect(devices(desk)).toEqual([STUCK]);
    const [alert] = desk.hazards;
    expect([alert.active, alert.grade, alert.points[0].held]).toEqual([true, 'red', true]);
    expect(alert.blindSince).toBeDefined();
    run(desk, 'TK-1', 6 * HOUR, () => 95);
    expect(desk.hazards[0]).toMatchObject({ active: true, grade: 'red' });
    run(desk, 'TK-1', 3 * MINUTE, moving(50));
    expect([devices(desk), hazards(desk)]).toEqual([[], []]);
  });

  it('let go of by a person while it stands at HH begins nothing until it moves: then it is there again', () => {
    const desk = run(new Desk({ points: [gauge('TK-1')] }), 'TK-1', 5 * MINUTE, moving(50));
    run(desk, 'TK-1', 70 * MINUTE, () => 95);
    const letGo = { level: 'city', role: 'city-duty', points: ['yt/TK-1'], reason: '浮子卡住' } as const;
    expect(desk.command('release', desk.hazards[0], desk.now, letGo).code).toBe('applied');
    const atLimit = () =>
      desk.hazards.flatMap(({ points }) => points.filter((p) => p.active && p.rule === 'limits-high'));
    run(desk, 'TK-1', 10 * MINUTE, () => 95);
    expect(atLimit()).toEqual([]);
    expect(hazards(desk)).toEqual([`${OVERFILL} red`]);
    run(desk, 'TK-1', MINUTE, () => 95.2);
    expect(atLimit()).toHaveLength(1);
  });

  it('is not one that creeps slower than it shows: a rise of half a hundredth an hour meets its limit', () => {
    const desk = run(new Desk({ points: [gauge('TK-1')] }), 'TK-1', 40 * HOUR, (i) => 84.9 + (0.005 * i) / 60);
    expect(desk.hazards.some(({ points }) => points.some(({ rule }) => rule === 'limits-high'))).toBe(true);
  });

  it('where others must move is frozen only while a neighbour watched likewise moves', () => {
    const head = { intervalMs: MINUTE, stuck: { range: 0.5, whileOthersMove: true } };
    const desk = new Desk({ points: [point('GD-1', head), point('GD-2', head)] });
    for (let i = 1; i <= 180; i++) for (const tag of ['GD-1', 'GD-2']) desk.reading(tag, i * MINUTE, 0);
    expect(devices(desk)).toEqual([]);
    for (let i = 181; i <= 240; i++) {
      desk.reading('GD-1', i * MINUTE, 0);
      desk.reading('GD-2', i * MINUTE, 2 + (i % 4));
    }
    expect(devices(desk)).toEqual(['yt/GD-1|stuck|device']);
  });

  it('makes what is computed from it blind, and a vote no harder to raise', () => {
    const heads = [gauge('TK-1', { limits: {} }), gauge('TK-2', { limits: {} })];
    const vote = derivedPoint('VT-1', {
      hazard: 'toxic-gas',
      intervalMs: null,
      of: { heads },
      function: 'kOfN',
      parameters: { k: 2, above: 80 },
    });
    const desk = new Desk({ points: [...heads, vote] });
    for (let i = 1; i <= 65; i++) {
      desk.reading('TK-1', i * MINUTE, 95);
      desk.reading('TK-2', i * MINUTE + SECOND, 50 + Math.sin(i));
    }
    expect(devices(desk)).toEqual([STUCK]);
    desk.reading('TK-2', 66 * MINUTE, 90);
    expect(hazards(desk).filter((line) => line.includes('toxic-gas'))).toEqual([
      expect.stringMatching(/^yt\/farm\|\|toxic-gas\|hazard (orange|red)$/),
    ]);
  });

  it('is known to be frozen after a restart, and an outage is no evidence', () => {
    const desk = run(new Desk({ points: [gauge('TK-1')] }), 'TK-1', 70 * MINUTE, () => 50);
    desk.state = copied(desk.state);
    run(desk, 'TK-1', MINUTE, () => 50);
    expect(devices(desk)).toEqual([STUCK]);
    const other = run(new Desk({ points: [gauge('TK-1')] }), 'TK-1', 35 * MINUTE, () => 50);
    other.tickTo(20 * HOUR);
    run(other, 'TK-1', 35 * MINUTE, () => 50);
    expect(devices(other)).not.toContain(STUCK);
  });

  it('stays frozen while other figures wait for a second person', () => {
    const desk = run(new Desk({ points: [gauge('TK-1')] }), 'TK-1', 70 * MINUTE, () => 50);
    const changed = desk.configure(pointsChange(gauge('TK-1', { stuck: { range: 0.001, forMs: 3 * HOUR } })), desk.now);
    expect([changed, desk.pending]).toEqual([
      [],
      ['yt/TK-1 stuck.forMs: 3600000 → 10800000', 'yt/TK-1 stuck.range: null → 0.001'],
    ]);
    expect(devices(desk)).toEqual([STUCK]);
  });
});

describe('a sensor that spikes', () => {
  const spiky = gauge('TK-1', { stuck: undefined, spike: {} });
  const noisy = (i: number) => 50 + 0.2 * Math.sin(7 * i);

  it('raises at once by what may be true, doubtful, and ends by good readings; three of them are a device alarm', () => {
    const desk = run(new Desk({ points: [spiky] }), 'TK-1', 20 * MINUTE, noisy);
    run(desk, 'TK-1', MINUTE, () => 95);
    expect(hazards(desk)).toHaveLength(1);
    expect(desk.hazards[0].points[0].quality).toBe('uncertain');
    expect(desk.capsules.flatMap(judgeAgain)).toEqual([]);
    run(desk, 'TK-1', 5 * MINUTE, noisy);
    expect([hazards(desk), devices(desk)]).toEqual([[], []]);
    run(desk, 'TK-1', 12 * MINUTE, (i) => (i % 6 === 0 ? 20 : noisy(i)));
    desk.tickTo(desk.now + 20 * SECOND);
    expect(devices(desk)).toEqual(['yt/TK-1|spike|device']);
    run(desk, 'TK-1', 65 * MINUTE, noisy);
    expect(devices(desk)).toEqual([]);
  });

  it('never ends an alarm by one reading that looks well', () => {
    const desk = run(new Desk({ points: [spiky] }), 'TK-1', 20 * MINUTE, (i) => 95 + 0.2 * Math.sin(7 * i));
    expect(hazards(desk)).toHaveLength(1);
    run(desk, 'TK-1', MINUTE, () => 50);
    expect(hazards(desk)).toHaveLength(1);
    run(desk, 'TK-1', 3 * MINUTE, noisy);
    expect(hazards(desk)).toEqual([]);
  });

  it('judges the readings of one message again as they came: a step is believed by its second, and what is less behind it is less', () => {
    const desk = run(new Desk({ points: [spiky] }), 'TK-1', 20 * MINUTE, (i) => 70 + 0.2 * Math.sin(7 * i));
    const [at, sealed] = [desk.now, desk.capsules.length];
    desk.send([
      { tag: 'TK-1', at: at + 20 * SECOND, value: 95 },
      { tag: 'TK-1', at: at + 40 * SECOND, value: 95.1 },
      { tag: 'TK-1', at: at + MINUTE, value: 86 },
    ]);
    expect(desk.capsules.length).toBeGreaterThan(sealed);
    expect(desk.capsules.flatMap(judgeAgain)).toEqual([]);
    desk.tickTo(desk.now + 5 * SECOND);
    expect(devices(desk)).toEqual([]);
  });
});

describe('a release that is real', () => {
  const head = (watched: Partial<StatedPoint>) =>
    new Desk({ points: [point('GD-1', { intervalMs: 10 * SECOND, ...watched })] });
  const calm = (i: number) => 2 + 0.5 * (i % 3);
  const swinging = [30, 55, 80, 58, 90, 62, 95, 70, 88, 55, 92, 60, 97, 66, 85, 53, 90];
  /** The grade reached behind the first readings of the release, and where it stands at its end. */
  function grades(desk: Desk, before: number, release: readonly number[], watched: (i: number) => number = calm) {
    for (let i = 0; i < before; i++) desk.reading('GD-1', (i + 1) * 10 * SECOND, watched(i));
    return release.map((value, i) => {
      desk.reading('GD-1', (before + i + 1) * 10 * SECOND, value);
      return desk.hazards[0]?.grade ?? 'none';
    });
  }

  it('as a plume that swings is graded as without the watch, from its first reading on, and is no fault of the head', () => {
    const watched = head({ spike: {} });
    expect(grades(watched, 60, swinging)).toEqual(grades(head({}), 60, swinging));
    expect(watched.state.points.col.quality[0]).toBe(GOOD);
    expect(watched.hazards[0].reasons.find(({ step }) => step === 'quality')?.value).toBe(0);
    watched.tickTo(watched.now + 20 * SECOND);
    expect(devices(watched)).toEqual([]);
    expect(watched.capsules.flatMap(judgeAgain)).toEqual([]);
  });

  it('is graded in full by what is computed from the head, too', () => {
    const by = (
      watched: Partial<StatedPoint>,
      made: { readonly expression: string } | { readonly function: 'median' | 'kOfN' },
    ) => {
      const heads = ['GD-1', 'GD-2'].map((tag) =>
        point(tag, { intervalMs: 10 * SECOND, limits: {}, hazard: 'equipment', ...watched }),
      );
      const isVote = 'function' in made && made.function === 'kOfN';
      const kind = isVote
        ? { parameters: { k: 2, above: 50 } }
        : ({ valueKind: 'number', unit: '%{LEL}', limits: { H: 25, HH: 50 } } as const);
      const desk = new Desk({
        points: [...heads, derivedPoint('X-1', { ...made, ...kind, of: { heads }, hazard: 'toxic-gas' })],
      });
      return [...Array.from({ length: 30 }, (_, i) => calm(i)), ...swinging].map((value, i) => {
        for (const tag of ['GD-1', 'GD-2']) desk.reading(tag, (i + 1) * 10 * SECOND, value);
        return desk.hazards.find(({ hazard }) => hazard === 'toxic-gas')?.grade ?? 'none';
      });
    };
    for (const made of [{ expression: 'max(heads)' }, { function: 'median' }, { function: 'kOfN' }] as const) {
      const grades = by({ spike: {} }, made);
      expect(grades).toContain('orange');
      expect(grades).toEqual(by({}, made));
    }
  });

  it('of whatever course is graded no lower than without the watch', () => {
    const course = fc.array(fc.constantFrom(2, 2, 3, 24, 26, 49, 52, 60, 75, 99, 101, -2), {
      minLength: 5,
      maxLength: 40,
    });
    const worst = (desk: Desk) =>
      Math.max(0, ...desk.hazards.filter((one) => one.active).map((one) => GRADE_NAMES.indexOf(one.grade)));
    fc.assert(
      fc.property(course, (values) => {
        const desks = [head({ spike: {} }), head({})];
        for (const [i, value] of [...Array.from({ length: 12 }, (_, i) => calm(i)), ...values].entries()) {
          for (const desk of desks) desk.reading('GD-1', (i + 1) * 10 * SECOND, value);
          const [watched, alone] = desks.map(worst);
          expect(watched).toBeGreaterThanOrEqual(alone);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('that comes in gusts is a device alarm at most: each is graded as without the watch', () => {
    const gusts = Array.from({ length: 24 }, (_, i) => (i % 4 === 0 ? 60 + i : calm(i)));
    const watched = head({ spike: {} });
    expect(grades(watched, 60, gusts)).toEqual(grades(head({}), 60, gusts));
    expect(devices(watched)).toEqual(['yt/GD-1|spike|device']);
  });

  it('on a head whose zero has drifted is graded as without the watch', () => {
    const creeping = (i: number) => 2 + (i % 3) * 0.1 + (i < 25 * 60 ? 0 : 2);
    const drifting = head({ drift: { everyMs: 10 * MINUTE } });
    const release = Array<number>(30).fill(60);
    expect(grades(drifting, 35 * 60, release, creeping)).toEqual(grades(head({}), 35 * 60, release, creeping));
    expect(devices(drifting)).toEqual(['yt/GD-1|drift|device']);
    expect(drifting.hazards[0].points[0].quality).toBe('uncertain');
  });

  it('first sent as uncertain is graded in full by what is sent as good, though its zero has drifted', () => {
    const creeping = (i: number) => 2 + (i % 3) * 0.1 + (i < 25 * 60 ? 0 : 2);
    const desk = head({ drift: { everyMs: 10 * MINUTE } });
    grades(desk, 35 * 60, [], creeping);
    desk.reading('GD-1', desk.now + 10 * SECOND, 60, 'uncertain');
    desk.reading('GD-1', desk.now + 10 * SECOND, 60, 'uncertain');
    expect(desk.hazards[0].grade).toBe('yellow');
    desk.reading('GD-1', desk.now + 10 * SECOND, 60);
    expect(desk.hazards[0].grade).toBe('orange');
  });
});

describe('a sensor that drifts', () => {
  /** Once in five minutes; what is a day elsewhere is an hour here. */
  const drift = { everyMs: HOUR, sdAtLeast: 0.1 };
  const zero = gauge('TK-1', { intervalMs: 5 * MINUTE, limits: { H: 20 }, stuck: undefined, drift });
  function hours(desk: Desk, count: number, value: (i: number) => number): Desk {
    const from = (Math.floor(desk.now / HOUR) + 1) * HOUR;
    for (let i = 0; i < 12 * count; i++) desk.reading('TK-1', from + i * 5 * MINUTE, value(i));
    return desk;
  }
  const well = (i: number) => 1 + 0.3 * Math.sin(5 * i) + 0.2 * Math.sin(i / 3);

  it('is a device alarm when its means have left where they belong; until mended it may raise, and calms nothing', () => {
    const desk = hours(new Desk({ points: [zero] }), 40, well);
    expect(devices(desk)).toEqual([]);
    hours(desk, 20, (i) => well(i) + i / 50);
    expect(devices(desk)).toEqual(['yt/TK-1|drift|device']);
    expect(desk.devices[0].reasons[0].detail).toMatchObject({ rule: 'drift' });
    hours(desk, 1, () => 25);
    expect(hazards(desk)).toHaveLength(1);
    hours(desk, 1, () => 15);
    expect(hazards(desk)).toHaveLength(1);
    hours(desk, 5, well);
    expect([devices(desk), hazards(desk)]).toEqual([[], []]);
  });
});

describe('a sensor that goes silent, or sends no number', () => {
  it('stays where it was, blind, whatever watches it', () => {
    const all = gauge('TK-1', { spike: {}, drift: {}, band: {} });
    const desk = run(new Desk({ points: [all] }), 'TK-1', 10 * MINUTE, moving(95));
    run(desk, 'TK-1', 2 * MINUTE, () => Number.NaN);
    expect(devices(desk)).toEqual(['yt/TK-1|bad-quality|device']);
    desk.tickTo(HOUR);
    expect(devices(desk)).toContain('yt/~gw1|silent|device');
    expect(desk.hazards[0].active).toBe(true);
    run(desk, 'TK-1', 3 * MINUTE, moving(50));
    expect([devices(desk), hazards(desk)]).toEqual([[], []]);
  });
});
