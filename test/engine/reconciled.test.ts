// An alert as it was recorded and told, against what is believed of it: nothing becomes calmer, and it is told once.
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/model/alert.ts';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;

/** Gas over H for ten seconds, yellow. */
function troubled(): { desk: Desk; alert: Alert } {
  const desk = new Desk({ points: [point('GD-1'), point('GD-2')], class: 'C' });
  for (let s = 0; s <= 10; s++) desk.send([{ tag: 'GD-1', at: s * SECOND, value: 30 }]);
  const [alert] = desk.hazards;
  expect(alert.grade).toBe('yellow');
  return { desk, alert };
}

function reconcile(desk: Desk, ...alerts: { id: string; recorded?: Alert }[]) {
  const told = desk.transitions.length;
  desk.fold({ kind: 'reconciled', at: desk.state.at, upTo: desk.state.seq, alerts });
  return desk.transitions.slice(told);
}

describe('an alert that was recorded', () => {
  it('as worse: it comes down by good readings alone, one step at a time', () => {
    const { desk, alert } = troubled();
    reconcile(desk, { id: alert.id, recorded: { ...alert, grade: 'red', peakGrade: 'red' } });
    expect(desk.hazards).toMatchObject([{ grade: 'red' }]);
    for (let s = 11; s < 10 * 60; s++) desk.send([{ tag: 'GD-1', at: s * SECOND, value: 30 }]);
    expect(desk.hazards).toMatchObject([{ grade: 'red' }]);
    for (let s = 10 * 60; s < 11 * 60; s++) desk.send([{ tag: 'GD-1', at: s * SECOND, value: 30 }]);
    expect(desk.hazards).toMatchObject([{ grade: 'orange' }]);
    expect(desk.transitions.at(-1)).toMatchObject({ change: 'eased', gradeBefore: 'red' });
  });

  it('as it is believed, and one that was told since, are told nobody', () => {
    const { desk, alert } = troubled();
    expect(reconcile(desk, { id: alert.id, recorded: alert })).toEqual([]);
    const upTo = desk.state.seq;
    desk.send([{ tag: 'GD-1', at: MINUTE, value: 60 }]);
    const told = desk.transitions.length;
    const alerts = [{ id: alert.id, recorded: { ...alert, grade: 'blue' as const } }];
    desk.fold({ kind: 'reconciled', at: desk.state.at, upTo, alerts });
    expect(desk.transitions).toHaveLength(told);
  });

  it('as closed, or not at all, while it stands: it is heard as if it were new', () => {
    const { desk, alert } = troubled();
    desk.command('acknowledge', alert, 11 * SECOND);
    const closed = { ...alert, state: 'normal' as const, closedAt: alert.changedAt };
    const news = { change: 'reconciled', from: 'normal', gradeBefore: 'none', to: 'unacknowledged', annunciate: true };
    expect(reconcile(desk, { id: alert.id, recorded: closed })).toMatchObject([news]);
    const [again] = desk.hazards;
    desk.command('acknowledge', again, 12 * SECOND);
    expect(reconcile(desk, { id: alert.id })).toMatchObject([news]);
  });

  it('without the answer that it has here: the answer is owed again, without a sound for what is not worse', () => {
    const { desk, alert } = troubled();
    desk.command('acknowledge', alert, 11 * SECOND);
    expect(reconcile(desk, { id: alert.id, recorded: alert })).toMatchObject([
      { from: 'unacknowledged', to: 'unacknowledged', annunciate: false },
    ]);
  });

  it('and that nobody derives: whoever is in alarm again belongs to it; what is over, or a fault, is nothing to wait for', () => {
    const { desk, alert } = troubled();
    const [gas] = alert.points;
    const elsewhere = { unit: 'U-2', key: 'yt/farm|U-2|flammable-gas|hazard' };
    const forgotten: Alert = { ...alert, ...elsewhere, id: 'a0.zz-0', points: [{ ...gas, id: 'yt/GD-2', number: 1 }] };
    const over: Alert = { ...forgotten, id: 'a0.zz-1', closedAt: alert.changedAt };
    const fault: Alert = {
      ...forgotten,
      id: 'a0.zz-2',
      kind: 'device',
      hazard: 'offline',
      key: 'yt/~gw1|offline|device',
    };
    const told = reconcile(desk, ...[forgotten, over, fault].map((recorded) => ({ id: recorded.id, recorded })));
    expect(told.map(({ to, alert: { id } }) => [id, to])).toEqual([
      ['a0.zz-0', 'returned-unacknowledged'],
      ['a0.zz-2', 'normal'],
    ]);
    expect(desk.command('acknowledge', fault, 12 * SECOND).code).toBe('already-closed');
    const returned = desk.open.find(({ id }) => id === 'a0.zz-0')!;
    expect(returned).toMatchObject({
      active: false,
      grade: 'yellow',
      points: [{ id: 'yt/GD-2', value: 30, active: false }],
    });
    // Its registration has no unit: what it does from now on is the alert of the source.
    desk.send([{ tag: 'GD-2', at: 13 * SECOND, value: 30 }]);
    expect(desk.hazards.find(({ id }) => id === alert.id)?.points.map(({ id }) => id)).toEqual(['yt/GD-1', 'yt/GD-2']);
    expect(desk.command('acknowledge', returned, 14 * SECOND).code).toBe('applied');
  });

  it('and cannot be compared is an alarm of the service; the others are told', () => {
    const { desk, alert } = troubled();
    const broken = { id: 'a0.zz-0', recorded: { id: 'a0.zz-0', kind: 'hazard', key: 'k' } as Alert };
    const told = reconcile(desk, broken, { id: alert.id, recorded: { ...alert, grade: 'blue' } });
    expect(told.map(({ change, alert: { hazard } }) => [change, hazard])).toEqual([
      ['raised', 'set-aside'],
      ['reconciled', 'flammable-gas'],
    ]);
  });
});
