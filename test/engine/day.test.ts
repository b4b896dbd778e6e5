import { describe, expect, it } from 'vitest';
import { judgeAgain } from '../../src/engine/evidence.ts';
import { FLAG, VERDICT } from '../../src/model/reading.ts';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
/** Reports once an hour: silence is not what these stories are about. */
const SLOW = { intervalMs: 60 * MINUTE };

describe('a gas detector at a class-B tank farm', () => {
  it('raises yellow for one H reading, orange at HH, and clears by good readings', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2')] });
    desk.reading('GD-1', 0, 3);
    desk.reading('GD-1', 10 * SECOND, 27);
    desk.reading('GD-1', 20 * SECOND, 55);
    desk.reading('GD-1', 30 * SECOND, 3);
    expect(desk.story).toEqual(['raised yellow', 'worse-grade orange', 'cleared orange']);
    const [alert] = desk.hazards;
    expect(alert.state).toBe('returned-unacknowledged');
    expect(alert.key).toBe('yt/farm||flammable-gas|hazard');
    expect(alert.points[0]).toMatchObject({ id: 'yt/GD-1', peak: 55, excursions: 1, active: false });
  });

  it.each(['bad', 'test'] as const)(
    'raises nothing from HH of a detector that is unusable (%s): a device alarm tells it',
    (quality) => {
      const desk = new Desk({ points: [point('GD-1'), point('GD-2', SLOW)] });
      desk.reading('GD-2', 0, 1);
      for (let at = 0; at < MINUTE; at += 10 * SECOND) desk.reading('GD-1', at, 60, quality);
      expect([desk.story, desk.devices.map(({ key }) => key)]).toEqual([[], ['yt/GD-1|bad-quality|device']]);
    },
  );

  it('catches every one of 20 excursions of one sample', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    for (let i = 0; i < 20; i++) {
      desk.reading('GD-1', i * 400, 30);
      desk.reading('GD-1', i * 400 + 200, 1);
    }
    const changes = desk.story.map((line) => line.split(' ')[0]);
    expect(changes.filter((change) => change === 'raised' || change === 're-raised')).toHaveLength(20);
    expect(changes.filter((change) => change === 'cleared')).toHaveLength(20);
  });

  it('folds them into one alert with an off-delay, counting them and keeping the peak', () => {
    const desk = new Desk({ points: [point('GD-1', { offDelayMs: MINUTE, intervalMs: 10 * MINUTE })] });
    for (let i = 0; i < 20; i++) {
      desk.reading('GD-1', i * 400, i === 7 ? 44 : 30);
      desk.reading('GD-1', i * 400 + 200, 1);
    }
    desk.tickTo(5 * MINUTE);
    expect(desk.story).toEqual(['raised yellow']);
    desk.reading('GD-1', 5 * MINUTE, 1);
    expect(desk.hazards[0].points[0]).toMatchObject({ excursions: 20, peak: 44 });
  });

  it('explains an alert from its capsule alone', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    desk.reading('GD-1', 0, 30);
    desk.reading('GD-1', 10 * SECOND, 31);
    const capsules: Parameters<typeof judgeAgain>[0][] = [];
    const again = new Desk();
    for (const input of desk.inputs) {
      again.fold(input);
      capsules.push(...(again as unknown as { out: { capsules: typeof capsules } }).out.capsules);
    }
    expect(capsules).toHaveLength(1);
    const stored = JSON.parse(JSON.stringify(capsules[0]));
    expect(judgeAgain(stored)).toEqual([]);
    // Somebody edits the sealed evidence: it no longer gives what was recorded.
    for (const reading of stored.evidence.points[0].readings) reading[1] = 3;
    expect(judgeAgain(stored)).toEqual(['yt/GD-1 limits-high: recorded level 2, judged again 0']);
  });
});

describe('admission', () => {
  it('refuses with a reason, and leaves the other readings of the message alone', () => {
    const desk = new Desk({
      points: [point('GD-1', SLOW), point('GD-2', { gateways: ['gw2'] })],
      gateways: ['gw1', 'gw2'],
    });
    const batch = desk.send([
      { tag: 'GD-1', at: 1, value: 30 },
      { tag: 'GD-2', at: 2, value: 30 },
      { tag: 'GD-9', at: 3, value: 30 },
      { tag: 'GD-1', at: 4, value: 1, flags: FLAG.BOOLEAN },
    ]);
    expect(batch.verdict).toEqual([
      VERDICT.LIVE,
      VERDICT.REFUSED_NOT_AUTHORISED,
      VERDICT.REFUSED_UNKNOWN_POINT,
      VERDICT.REFUSED_WRONG_TYPE,
    ]);
    expect(desk.story).toEqual(['raised yellow']);
  });

  it('knows a redelivered reading again, and judges the second of two values for one instant', () => {
    const desk = new Desk({ points: [point('GD-1', SLOW)] });
    expect(desk.send([{ tag: 'GD-1', at: 1_000, value: 3 }]).verdict).toEqual([VERDICT.LIVE]);
    expect(desk.send([{ tag: 'GD-1', at: 1_000, value: 3 }], 2_000).verdict).toEqual([VERDICT.DUPLICATE]);
    const conflict = desk.send([{ tag: 'GD-1', at: 1_000, value: 30 }], 3_000);
    expect(conflict.verdict).toEqual([VERDICT.LIVE]);
    expect(conflict.flags[0] & FLAG.CONFLICT).toBe(FLAG.CONFLICT);
    expect(desk.story).toEqual(['raised yellow']);
  });

  it('judges a reading whose clock is ten minutes fast at its arrival', () => {
    const desk = new Desk({ points: [point('GD-1', SLOW)] });
    const batch = desk.send([{ tag: 'GD-1', at: 10 * MINUTE, value: 30 }], 0);
    expect(batch.flags[0] & FLAG.CLOCK_SKEWED).toBe(FLAG.CLOCK_SKEWED);
    expect(desk.story).toEqual(['raised yellow']);
    desk.tickTo(11 * SECOND);
    expect(desk.devices.map(({ hazard }) => hazard)).toEqual(['clock-skewed']);
  });

  it('judges on when a device clock is set back, and takes back-fill as history', () => {
    const desk = new Desk({ points: [point('GD-1', SLOW)] });
    desk.reading('GD-1', 20 * MINUTE, 3);
    const setBack = desk.send([{ tag: 'GD-1', at: 10 * MINUTE, value: 30 }], 20 * MINUTE + 1_000);
    expect(setBack.verdict).toEqual([VERDICT.LIVE]);
    expect(desk.story).toEqual(['raised yellow']);
    const late = desk.send([{ tag: 'GD-1', at: 5 * MINUTE, value: 2, flags: FLAG.HISTORICAL }], 20 * MINUTE + 2_000);
    expect(late.verdict).toEqual([VERDICT.HISTORY]);
    expect(late.flags[0] & FLAG.LATE).toBe(FLAG.LATE);
  });

  it('puts a late breach on record without a sound', () => {
    const desk = new Desk({ points: [point('GD-1', SLOW)] });
    desk.reading('GD-1', 20 * MINUTE, 3);
    desk.send([{ tag: 'GD-1', at: 5 * MINUTE, value: 60, flags: FLAG.HISTORICAL }], 20 * MINUTE + 1_000);
    const [alert] = desk.hazards;
    expect(alert).toMatchObject({ retrospective: true, state: 'returned-unacknowledged', active: false });
    // It was over before anybody could be told.
    expect(alert.activatedAt).toBeUndefined();
    expect(desk.transitions.some(({ annunciate }) => annunciate)).toBe(false);
  });

  it('raises what is still true at the end of a backlog, and records what was over as retrospective', () => {
    const desk = new Desk({ points: [point('GD-1', SLOW), point('TK-1', { ...SLOW, hazard: 'overfill' })] });
    desk.send(
      [
        { tag: 'GD-1', at: 0, value: 60 },
        { tag: 'GD-1', at: MINUTE, value: 3 },
        { tag: 'TK-1', at: 2 * MINUTE, value: 60 },
      ],
      10 * MINUTE,
    );
    const byHazard = Object.fromEntries(desk.hazards.map((alert) => [alert.hazard, alert]));
    expect(byHazard['flammable-gas']).toMatchObject({ retrospective: true, active: false });
    expect(byHazard.overfill).toMatchObject({ retrospective: false, active: true, state: 'unacknowledged' });
  });
});

describe('silence', () => {
  it('turns a point stale after three intervals and holds what it had in alarm', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2')] });
    desk.reading('GD-2', 0, 1);
    desk.reading('GD-1', 0, 30);
    for (let at = 10; at <= 40; at += 10) desk.reading('GD-2', at * SECOND, 1);
    expect(desk.devices.map(({ key, grade }) => `${key} ${grade}`)).toEqual(['yt/GD-1|silent|device blue']);
    const [alert] = desk.hazards;
    expect(alert).toMatchObject({ active: true, grade: 'yellow', blindSince: expect.any(Number) });
    expect(desk.story).toEqual(['raised yellow', 'went-blind yellow']);
    desk.tickTo(3 * 3_600_000);
    expect(desk.hazards.find(({ id }) => id === alert.id)).toMatchObject({ active: true });
  });

  it('raises one alarm for a gateway and none for its twenty points', () => {
    const tags = Array.from({ length: 20 }, (_, i) => `GD-${i}`);
    const desk = new Desk({ points: tags.map((tag) => point(tag)), observers: { 'flammable-gas': 1 } });
    desk.send(tags.map((tag) => ({ tag, at: 0, value: 1 })));
    desk.gateway(false, 5 * SECOND);
    desk.tickTo(10 * MINUTE);
    // Nobody watches the hazard any more: that is graded, and it is the gateway's one row.
    expect(desk.open.map(({ key, grade }) => `${key} ${grade}`)).toEqual(['yt/~gw1||coverage|hazard yellow']);
    desk.gateway(true, 11 * MINUTE);
    for (let at = 11 * MINUTE; at <= 12 * MINUTE + 10 * SECOND; at += 10 * SECOND) {
      expect(desk.hazards[0].active).toBe(true);
      desk.send(tags.map((tag) => ({ tag, at: at + SECOND, value: 1 })));
    }
    desk.tickTo(12 * MINUTE + 20 * SECOND);
    expect(desk.hazards[0].active).toBe(false);
  });

  it('blames the gateway when everything behind it is silent without a word', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2'), point('GD-3')] });
    desk.send(['GD-1', 'GD-2', 'GD-3'].map((tag) => ({ tag, at: 0, value: 1 })));
    desk.tickTo(5 * MINUTE);
    expect(desk.open.map(({ key }) => key)).toEqual(['yt/~gw1||coverage|hazard']);
  });

  it('grades blindness orange at a class-A source, and only data ends it', () => {
    const desk = new Desk({ points: [point('GD-1')], class: 'A' });
    desk.reading('GD-1', 0, 1);
    desk.tickTo(MINUTE);
    expect(desk.hazards[0]).toMatchObject({ grade: 'orange', active: true });
    for (let at = 2 * MINUTE; at <= 3 * MINUTE; at += 10 * SECOND) desk.reading('GD-1', at, 1);
    desk.tickTo(3 * MINUTE + 10 * SECOND);
    expect(desk.hazards[0].active).toBe(false);
  });
});

describe('a second detector at an acknowledged source', () => {
  it('sounds again, and the acknowledgement no longer covers', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2')] });
    desk.reading('GD-1', 0, 30);
    expect(desk.command('acknowledge', desk.hazards[0], 5 * SECOND).code).toBe('applied');
    expect(desk.hazards[0].state).toBe('acknowledged');
    desk.reading('GD-2', 10 * SECOND, 30);
    expect(desk.hazards[0].state).toBe('unacknowledged');
    expect(desk.transitions.at(-1)).toMatchObject({ change: 'new-point', annunciate: true });
  });

  it('answers a repeated command the same and acts once', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    desk.reading('GD-1', 0, 30);
    const [alert] = desk.hazards;
    const first = desk.command('acknowledge', alert, 1_000, { commandId: 'same' });
    const before = desk.transitions.length;
    const second = desk.command('acknowledge', alert, 2_000, { commandId: 'same' });
    expect(second).toEqual(first);
    expect(desk.transitions).toHaveLength(before);
    expect(desk.command('acknowledge', alert, 3_000).code).toBe('already-acknowledged');
  });
});

describe('a tank whose low level is another hazard than its high one', () => {
  const tank = point('LT-1', {
    hazard: 'overfill',
    hazardLow: 'low-level',
    unit: '%',
    limits: { LL: 10, L: 15, H: 85, HH: 90 },
  });

  it('keeps overfill and low level apart, each with its own life', () => {
    const desk = new Desk({ points: [tank] });
    desk.reading('LT-1', 0, 86);
    desk.reading('LT-1', 10 * SECOND, 50);
    desk.reading('LT-1', 20 * SECOND, 12);
    expect(desk.hazards.map(({ hazard, active }) => `${hazard} ${active}`)).toEqual([
      'overfill false',
      'low-level true',
    ]);
    desk.reading('LT-1', 30 * SECOND, 50);
    expect(desk.hazards.map(({ hazard, active }) => `${hazard} ${active}`)).toEqual([
      'overfill false',
      'low-level false',
    ]);
  });

  it('puts a late low value on record as low level', () => {
    const desk = new Desk({ points: [tank] });
    desk.reading('LT-1', 10 * SECOND, 50);
    desk.send([{ tag: 'LT-1', at: 0, value: 5, flags: FLAG.HISTORICAL }], 11 * SECOND);
    expect(desk.hazards.map(({ hazard }) => hazard)).toEqual(['low-level']);
  });
});
