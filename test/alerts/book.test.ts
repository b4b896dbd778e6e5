import { describe, expect, it } from 'vitest';
import { Book } from '../../src/alerts/book.ts';
import { gradeLadder } from '../../src/alerts/grade/ladder.ts';
import { keyOf } from '../../src/alerts/key.ts';
import { HIGH, HIGH_HIGH } from '../../src/model/level.ts';
import { DAY_MS, MINUTE_MS } from '../../src/model/time.ts';
import { commandOf } from '../support/build/command.ts';
import { contribution, Desk, GAS, GATEWAY_OFFLINE, MIDNIGHT } from './scenario.ts';

const raise = (desk: Desk, slot = 1, group = GAS) =>
  desk.contribute(group, contribution({ slot, level: HIGH, at: desk.at }));
const clear = (desk: Desk, slot = 1, group = GAS) => desk.withdraw(group, slot);

/** Raises, answers, clears and closes one yellow alert. */
function wholeLife(desk: Desk): void {
  raise(desk);
  desk.command('acknowledge', 'enterprise');
  clear(desk);
  expect(desk.command('close', 'enterprise', { cause: 'real' }).code).toBe('applied');
}

describe('identity', () => {
  it('is the input number in base 36 and an index within it', () => {
    const desk = new Desk();
    desk.input = 35;
    desk.next(MIDNIGHT + 1000);
    raise(desk, 1);
    raise(desk, 2, { ...GAS, hazard: 'fire' });
    expect(desk.told.map((t) => t.alert.id)).toEqual(['a0.10-0', 'a0.10-1']);
  });

  it('keys by source, unit and hazard; device alarms by subject and fault; exercises apart', () => {
    expect(keyOf(GAS)).toBe('yt-chem/tank-farm-1||flammable-gas|hazard');
    expect(keyOf({ ...GAS, unit: 'T-3', exercise: true })).toBe(
      'yt-chem/tank-farm-1|T-3|flammable-gas|hazard|exercise',
    );
    expect(keyOf(GATEWAY_OFFLINE)).toBe('yt-chem/~gw1|offline|device');
  });

  it('keeps hazards, devices, exercises and units from folding into each other', () => {
    const desk = new Desk();
    const groups = [GAS, { ...GAS, unit: 'T-3' }, { ...GAS, exercise: true }, GATEWAY_OFFLINE];
    for (const [slot, group] of groups.entries()) raise(desk, slot, group);
    expect(desk.told.map((t) => t.change)).toEqual(Array(4).fill('raised'));
    clear(desk, 0);
    expect([...desk.book.open].map((record) => record.flags.active)).toEqual([false, true, true, true]);
  });

  it('opens a new occurrence that names the one it reopens within a day of closing', () => {
    const desk = new Desk();
    wholeLife(desk);
    desk.next(MIDNIGHT + DAY_MS - 1);
    wholeLife(desk);
    desk.next(desk.at + DAY_MS);
    raise(desk);
    const raised = desk.told.filter((t) => t.change === 'raised').map((t) => t.alert);
    expect(raised.map((a) => a.occurrence)).toEqual([1, 2, 3]);
    expect(raised.map((a) => a.reopens)).toEqual([undefined, raised[0].id, undefined]);
    expect(new Set(raised.map((a) => a.id)).size).toBe(3);
  });

  it('counts activations within one occurrence', () => {
    const desk = new Desk();
    for (let i = 0; i < 20; i++) {
      desk.next(desk.at + 200);
      raise(desk);
      desk.next(desk.at + 200);
      clear(desk);
    }
    const raises = desk.told.filter((t) => t.change === 'raised' || t.change === 're-raised');
    expect(raises).toHaveLength(20);
    expect(raises.every((t) => t.annunciate)).toBe(true);
    expect(desk.told.filter((t) => t.change === 'cleared')).toHaveLength(20);
    expect(desk.told.at(-1)?.alert.activations).toBe(20);
  });
});

describe('the alert object', () => {
  it('keeps the instants apart and shows live numbers while a point contributes, its last ones after', () => {
    const desk = new Desk();
    desk.next(MIDNIGHT + 5000);
    desk.receivedAt = MIDNIGHT + 4000;
    desk.numbers.set(1, { value: 31, peak: 33, limit: 'H', limitValue: 25, excursions: 2 });
    desk.contribute(GAS, contribution({ slot: 1, level: HIGH, at: MIDNIGHT + 1000 }));
    const { alert } = desk.told[0];
    expect(alert).toMatchObject({
      detectedAt: MIDNIGHT + 1000,
      receivedAt: MIDNIGHT + 4000,
      raisedAt: MIDNIGHT + 5000,
    });
    expect(alert.points).toEqual([
      {
        id: 'yt-chem/P-1',
        number: 1,
        rule: 'limits-high',
        level: 'H',
        active: true,
        held: false,
        latched: false,
        since: MIDNIGHT + 1000,
        value: 31,
        peak: 33,
        limit: 'H',
        limitValue: 25,
        excursions: 2,
      },
    ]);
    clear(desk);
    desk.numbers.set(1, { value: 3 });
    expect(desk.book.view(alert.id, (slot) => desk.describe(slot), 0)?.points[0]).toMatchObject({
      active: false,
      value: 31,
    });
  });

  it('says since when its first contributor has been blind', () => {
    const desk = new Desk();
    raise(desk, 1);
    raise(desk, 2);
    desk.next(desk.at + 1000);
    desk.blind(2, true, desk.at);
    desk.next(desk.at + 1000);
    desk.blind(1, true, desk.at);
    expect(desk.told.at(-1)?.alert).toMatchObject({
      blindSince: MIDNIGHT + 1000,
      points: [{ held: true }, { held: true }],
    });
    clear(desk, 2);
    expect(desk.told.at(-1)?.alert.blindSince).toBe(MIDNIGHT + 2000);
  });

  it('records whose acknowledgement covers it, at the number that was seen', () => {
    const desk = new Desk();
    raise(desk);
    desk.command('comment', 'enterprise', { note: 'on our way' });
    desk.command('acknowledge', 'county', { seenSeq: 1, note: 'seen' });
    const { alert } = desk.told.at(-1)!;
    expect(alert.acknowledgements).toEqual([
      { level: 'county', by: 'county-duty', at: MIDNIGHT, note: 'seen', seq: 1 },
    ]);
    expect(alert).toMatchObject({ ackedLevel: 'county', acked: true, worsenedSeq: 1, seq: 3 });
    raise(desk, 2);
    expect(desk.told.at(-1)?.alert).toMatchObject({ ackedLevel: null, acked: false, worsenedSeq: 4 });
  });

  it('tells what closed it', () => {
    const desk = new Desk();
    raise(desk);
    desk.command('acknowledge', 'enterprise');
    clear(desk);
    desk.command('close', 'enterprise', { cause: 'calibration', note: 'span gas' });
    expect(desk.told.at(-1)).toMatchObject({
      change: 'closed',
      by: 'enterprise-duty',
      note: 'calibration: span gas',
      alert: { handling: 'closed', closedAt: MIDNIGHT },
    });
  });

  it('carries the worst 200 of hundreds of points, counts all, and stays affordable', () => {
    const desk = new Desk();
    for (let slot = 0; slot < 500; slot++) {
      const level = slot === 499 ? HIGH_HIGH : HIGH;
      desk.contribute(GAS, contribution({ slot, point: `yt-chem/GD-${slot}`, level, at: desk.at }));
    }
    const { alert } = desk.told[desk.told.length - 1];
    expect(alert.points).toHaveLength(200);
    expect(alert.pointsTotal).toBe(500);
    expect(alert.points[0].id).toBe('yt-chem/GD-499');
    expect(desk.told).toHaveLength(500);
  });

  it('explains a grade that is on its way down', () => {
    const desk = new Desk();
    const head = { slot: 1, persistenceMs: DAY_MS };
    desk.contribute(GAS, contribution({ ...head, level: HIGH_HIGH, at: desk.at }));
    desk.contribute(GAS, contribution({ slot: 2, persistenceMs: DAY_MS, level: HIGH_HIGH, at: desk.at }));
    clear(desk, 2);
    desk.contribute(GAS, contribution({ ...head, level: HIGH, at: desk.at }));
    desk.next(desk.at + 10 * MINUTE_MS);
    desk.sampled(keyOf(GAS), desk.at);
    const { change, alert } = desk.told.at(-1)!;
    expect([change, alert.grade, alert.peakGrade]).toEqual(['eased', 'orange', 'red']);
    expect(alert.reasons.at(-1)).toEqual({ step: 'easing', value: 3, detail: { computed: 2 } });
  });
});

describe('what the engine relies on', () => {
  it('changes nothing and tells nothing when a contribution is repeated', () => {
    const desk = new Desk();
    raise(desk);
    const before = JSON.stringify(desk.book.encode());
    desk.next(desk.at + 1000);
    raise(desk);
    expect(desk.told).toHaveLength(1);
    expect(JSON.stringify(desk.book.encode())).toBe(before);
  });

  it('raises the grade when a doubtful level is confirmed by a good reading', () => {
    const desk = new Desk();
    desk.contribute(GAS, contribution({ slot: 1, level: HIGH_HIGH, at: desk.at, uncertain: true }));
    desk.contribute(GAS, contribution({ slot: 1, level: HIGH_HIGH, at: desk.at, uncertain: false }));
    desk.contribute(GAS, contribution({ slot: 1, level: HIGH_HIGH, at: desk.at, uncertain: true }));
    expect(desk.told.map((t) => [t.change, t.alert.grade])).toEqual([
      ['raised', 'yellow'],
      ['worse-grade', 'orange'],
    ]);
    // Blindness takes nothing back: nothing is waiting for the grade to come down.
    expect([...desk.book.open][0].easingSince).toBeNull();
  });

  it('counts no time before it has begun: a device clock ahead of ours does not delay persistence', () => {
    const desk = new Desk();
    desk.contribute(GAS, contribution({ slot: 1, level: HIGH, at: desk.at + MINUTE_MS }));
    expect(desk.timers[0].dueAt).toBe(MIDNIGHT + 10 * MINUTE_MS);
  });

  it('tells once that a point has lost sight, and once that all of its rules see again', () => {
    const desk = new Desk();
    for (const slot of [1, 2]) {
      const rule = contribution({ slot, level: HIGH, at: desk.at, point: 'yt-chem/GD-101', rule: `rule-${slot}` });
      desk.contribute(GAS, rule);
    }
    for (const blind of [true, false]) for (const slot of [1, 2]) desk.blind(slot, blind, desk.at);
    expect(desk.told.map((t) => [t.change, t.annunciate])).toEqual([
      ['raised', true],
      ['new-point', false],
      ['went-blind', true],
      ['sight-restored', false],
    ]);
  });

  it('takes a new activation for unverified', () => {
    const desk = new Desk();
    raise(desk);
    desk.command('verify', 'enterprise');
    clear(desk);
    expect(desk.told.at(-1)?.alert.handling).toBe('verified');
    raise(desk);
    expect(desk.told.at(-1)?.alert.handling).toBe('new');
  });

  it('takes no acknowledgement of what has not happened yet', () => {
    const desk = new Desk();
    raise(desk);
    desk.command('acknowledge', 'enterprise', { seenSeq: 1_000 });
    raise(desk, 2);
    expect(desk.told.at(-1)).toMatchObject({ change: 'new-point', alert: { ackedLevel: null } });
  });

  it('seals with every raise and worsening exactly what was graded, also after a journey through JSON', () => {
    const desk = new Desk();
    raise(desk, 1);
    raise(desk, 2);
    desk.next(desk.at + 10 * MINUTE_MS);
    desk.contribute(GAS, contribution({ slot: 3, level: HIGH, at: desk.at, persistenceMs: Number.POSITIVE_INFINITY }));
    expect(desk.sealed.map((s) => s.seq)).toEqual(desk.told.map((t) => t.seq));
    for (const { grading, result } of desk.sealed) {
      expect(gradeLadder(JSON.parse(JSON.stringify(grading)))).toEqual(result);
    }
  });

  it('moves a point to its new source without calming the old one quietly', () => {
    const desk = new Desk();
    raise(desk);
    desk.command('acknowledge', 'enterprise');
    raise(desk, 1, { ...GAS, source: 'yt-chem/tank-farm-2' });
    expect(desk.told.slice(2).map((t) => [t.change, t.alert.source, t.alert.state])).toEqual([
      ['limit-changed', 'yt-chem/tank-farm-1', 'returned-unacknowledged'],
      ['raised', 'yt-chem/tank-farm-2', 'unacknowledged'],
    ]);
    // Back to the alert that was opened first: after a restart it still belongs to the one it contributes to.
    raise(desk, 1);
    expect(Book.load(desk.book.encode()).contributes(1)).toBe(true);
    expect(desk.book.contributes(1)).toBe(true);
  });

  it('names the rule slots that a reset releases, and accepts a latch the rules keep', () => {
    const desk = new Desk();
    raise(desk, 4);
    raise(desk, -1);
    const reset = commandOf('reset', { commandId: 'c', alertId: desk.openId, seenSeq: desk.seq });
    expect(desk.book.letGoOf(reset)).toEqual({ of: 'latch', slots: [4] });
    expect(desk.command('reset', 'enterprise').code).toBe('not-latched');
    desk.numbers.set(4, { latched: true });
    expect(desk.command('reset', 'enterprise').code).toBe('applied');
    expect(desk.told.at(-1)).toMatchObject({ change: 'reset', to: 'unacknowledged' });
  });

  it('does not count the time in which nobody looked towards easing', () => {
    const desk = new Desk();
    const head = { slot: 1, persistenceMs: DAY_MS };
    desk.contribute(GAS, contribution({ ...head, level: HIGH_HIGH, at: desk.at }));
    desk.contribute(GAS, contribution({ ...head, level: HIGH, at: desk.at }));
    desk.next(desk.at + 60 * MINUTE_MS);
    desk.book.resumed(MIDNIGHT, desk);
    desk.sampled(keyOf(GAS), desk.at);
    expect(desk.told.at(-1)?.change).toBe('raised');
    desk.next(desk.at + 10 * MINUTE_MS);
    desk.sampled(keyOf(GAS), desk.at);
    expect(desk.told.at(-1)?.change).toBe('eased');
  });

  it('eases on no reading of long ago that arrives only now', () => {
    const desk = new Desk();
    const head = { slot: 1, persistenceMs: DAY_MS };
    desk.contribute(GAS, contribution({ ...head, level: HIGH_HIGH, at: desk.at }));
    desk.contribute(GAS, contribution({ ...head, level: HIGH, at: desk.at }));
    desk.next(desk.at + 10 * MINUTE_MS);
    desk.sampled(keyOf(GAS), desk.at - 5 * MINUTE_MS);
    expect(desk.told.at(-1)?.change).toBe('raised');
    desk.sampled(keyOf(GAS), desk.at);
    expect(desk.told.at(-1)?.change).toBe('eased');
  });

  it('grades a missed excursion as it was then, not aged by its lateness', () => {
    const desk = new Desk();
    desk.missed(GAS, contribution({ slot: 1, level: HIGH, at: desk.at - 8 * 60 * MINUTE_MS, shown: { value: 27 } }));
    expect(desk.told[0].alert).toMatchObject({
      grade: 'yellow',
      retrospective: true,
      state: 'returned-unacknowledged',
      points: [{ active: false, value: 27 }],
    });
    expect(desk.told[0].annunciate).toBe(false);
  });

  it('asks for one timer per due time', () => {
    const desk = new Desk();
    raise(desk, 1);
    raise(desk, 1);
    raise(desk, 2);
    expect(desk.timers).toEqual([{ alertId: desk.openId, dueAt: MIDNIGHT + 10 * MINUTE_MS }]);
  });

  it('forgets a closed id after a day and its occurrences never', () => {
    const desk = new Desk();
    wholeLife(desk);
    const id = desk.told[0].alert.id;
    const comment = () => desk.command('comment', 'enterprise', { alertId: id }).code;
    desk.book.prune(MIDNIGHT + DAY_MS - 1);
    expect(comment()).toBe('already-closed');
    desk.book.prune(MIDNIGHT + DAY_MS);
    expect(comment()).toBe('no-such-alert');
    expect(desk.book.encode()).toMatchObject({ alerts: [], closed: [], past: [[keyOf(GAS), { occurrence: 1 }]] });
  });

  it('counts what is open, by grade and state', () => {
    const desk = new Desk();
    raise(desk, 1);
    raise(desk, 2, { ...GAS, hazard: 'fire' });
    raise(desk, 3, GATEWAY_OFFLINE);
    clear(desk, 2, { ...GAS, hazard: 'fire' });
    expect(desk.book.counts()).toMatchObject({
      open: 3,
      byGrade: { red: 0, orange: 0, yellow: 2, blue: 1 },
      byState: { unacknowledged: 2, 'returned-unacknowledged': 1 },
    });
  });
});
