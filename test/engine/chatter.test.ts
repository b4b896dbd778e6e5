// What an operator hears in an hour of sight that comes and goes: a plant slower than it is registered, a quality that flaps.
import { describe, expect, it } from 'vitest';
import type { Alert, Transition } from '../../src/model/alert.ts';
import type { SourceClass } from '../../src/model/source.ts';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SLOW = { intervalMs: HOUR };

const sounds = (desk: Desk, from = 0): string[] =>
  desk.transitions
    .slice(from)
    .filter(({ annunciate }) => annunciate)
    .map(({ change, alert }) => `${change} ${alert.key}`);
const rowsOf = (desk: Desk, kind: Alert['kind']): string[] => [
  ...new Set(
    desk.transitions.filter(({ alert }) => alert.kind === kind).map(({ alert }) => `${alert.key} ${alert.id}`),
  ),
];
const changesOf = (transitions: readonly Transition[], key: string): string[] =>
  transitions
    .filter(({ alert }) => alert.key === key)
    .map(({ change, annunciate }) => `${change}${annunciate ? ' ♪' : ''}`);
const openOf = (desk: Desk, key: string): Alert | undefined => desk.open.find((alert) => alert.key === key);

/** Whoever sits at the desk answers whatever asks. */
function answer(desk: Desk, at: number): void {
  for (const alert of desk.open) {
    if (!alert.acked) expect(desk.command('acknowledge', alert, at).code).toBe('applied');
  }
}

/** Registered for ten seconds, speaks every forty to sixty. */
function slowHour(desk: Desk, value: number, answered: boolean): void {
  for (let at = 0, i = 0; at < HOUR; at += (40 + ((7 * i++) % 21)) * SECOND) {
    desk.reading('GD-1', at, value);
    if (answered) answer(desk, at + 5 * SECOND);
  }
}

/** Unusable for fifteen seconds of every ninety. */
function flappingHour(desk: Desk, value: number, answered: boolean, from = 0): void {
  for (let at = from; at < from + HOUR; at += 5 * SECOND) {
    desk.reading('GD-1', at, value, (at - from) % (90 * SECOND) < 15 * SECOND && at > from ? 'bad' : 'good');
    if (answered && at % (20 * SECOND) === 0) answer(desk, at + SECOND);
  }
}

const plants = [
  { name: 'class A', sourceClass: 'A' },
  { name: 'class B', sourceClass: 'B' },
] as const satisfies { readonly name: string; readonly sourceClass: SourceClass }[];

describe.each([
  { how: 'each alarm answered', answered: true },
  { how: 'nobody at the desk', answered: false },
])('an hour of it, $how', ({ answered }) => {
  it.each(plants)('a plant slower than registered keeps an answered gas alarm answered, $name', ({ sourceClass }) => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2', SLOW)], class: sourceClass });
    desk.reading('GD-2', 0, 1);
    slowHour(desk, 30, answered);
    expect(sounds(desk).length).toBeLessThanOrEqual(6);
    expect(rowsOf(desk, 'device')).toHaveLength(1);
    expect(rowsOf(desk, 'hazard')).toHaveLength(1);
    expect(openOf(desk, 'yt/farm||flammable-gas|hazard')?.acked).toBe(answered);
  });

  it.each(plants)('a quality that flaps beside a gas alarm, where it is the only eye, $name', ({ sourceClass }) => {
    const desk = new Desk({ points: [point('GD-1')], class: sourceClass });
    flappingHour(desk, 30, answered);
    expect(sounds(desk).length).toBeLessThanOrEqual(6);
    expect(rowsOf(desk, 'device')).toHaveLength(1);
    expect(rowsOf(desk, 'hazard')).toHaveLength(1);
  });

  it('a quality that flaps where nothing else is wrong: the point’s row, and that of the hazard it alone observes', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    flappingHour(desk, 1, answered);
    expect(sounds(desk)).toEqual(['raised yt/GD-1|bad-quality|device', 'raised yt/farm||flammable-gas|hazard']);
    expect(rowsOf(desk, 'device')).toHaveLength(1);
    expect(rowsOf(desk, 'hazard')).toHaveLength(1);
    for (const { acked, activations } of desk.open) expect([acked, activations > 30]).toEqual([answered, true]);
  });

  it('a point that is silent for two minutes of every four, while its gateway lives', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2')] });
    for (let at = 0; at < HOUR; at += 10 * SECOND) {
      desk.reading('GD-2', at, 1);
      if (at % (4 * MINUTE) < 2 * MINUTE) desk.reading('GD-1', at, 1);
      if (answered) answer(desk, at + SECOND);
    }
    expect(sounds(desk)).toEqual(['raised yt/GD-1|silent|device']);
    expect(rowsOf(desk, 'device')).toHaveLength(1);
  });

  it('a gateway that goes and comes every three minutes', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2', { gateways: ['gw2'] })], gateways: ['gw1', 'gw2'] });
    for (let at = 0; at < HOUR; at += 10 * SECOND) {
      desk.send([{ tag: 'GD-2', at, value: 1 }], at, 'gw2');
      const away = at % (3 * MINUTE) >= 2 * MINUTE;
      if (at % (3 * MINUTE) === 2 * MINUTE) desk.gateway(false, at + SECOND);
      else if (!away) desk.reading('GD-1', at + SECOND, 1);
      if (answered) answer(desk, at + 2 * SECOND);
    }
    expect(sounds(desk)).toEqual(['raised yt/~gw1|offline|device']);
    expect(rowsOf(desk, 'device')).toHaveLength(1);
  });
});

describe('what stays heard beside it', () => {
  const GAS = 'yt/farm||flammable-gas|hazard';
  const flapping = () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2', SLOW), point('GD-3', SLOW)] });
    for (const tag of ['GD-2', 'GD-3']) desk.reading(tag, 0, 1);
    flappingHour(desk, 30, true);
    return desk;
  };

  it('that the point is blind: the alert says so each time, and since when', () => {
    const desk = flapping();
    const told = changesOf(desk.transitions, GAS);
    expect(told.filter((change) => change === 'went-blind').length).toBeGreaterThan(30);
    desk.reading('GD-1', HOUR, 30, 'bad');
    const gas = openOf(desk, GAS);
    expect(gas).toMatchObject({ acked: true, blindSince: desk.state.at });
    expect(gas?.points[0]).toMatchObject({ held: true, blindSince: desk.state.at });
  });

  it('another point, its level and its blindness, and a worse grade', () => {
    const desk = flapping();
    const from = desk.transitions.length;
    desk.reading('GD-2', HOUR, 30);
    answer(desk, HOUR + SECOND);
    desk.reading('GD-2', HOUR + 2 * SECOND, 30, 'bad');
    answer(desk, HOUR + 3 * SECOND);
    desk.reading('GD-3', HOUR + 4 * SECOND, 60);
    expect(sounds(desk, from)).toEqual([`new-point ${GAS}`, `went-blind ${GAS}`, `new-point ${GAS}`]);
  });

  it('the point itself, once it was seen for ten minutes without a break', () => {
    const desk = flapping();
    let at = HOUR;
    for (; at < HOUR + 11 * MINUTE; at += 5 * SECOND) desk.reading('GD-1', at, 30);
    const from = desk.transitions.length;
    desk.reading('GD-1', at, 30, 'bad');
    expect(sounds(desk, from)).toEqual([`went-blind ${GAS}`]);
    expect(openOf(desk, GAS)?.acked).toBe(false);
    // And its row, that was over by then, is a new one.
    desk.tickTo(at + 11 * SECOND);
    expect(sounds(desk, from)).toEqual([`went-blind ${GAS}`, 'raised yt/GD-1|bad-quality|device']);
    const row = openOf(desk, 'yt/GD-1|bad-quality|device');
    expect(row).toMatchObject({ occurrence: 2, activations: 1, acked: false, reopens: expect.any(String) });
  });

  it('the last observer of a hazard at a class-A source, which is orange: again after ten minutes, answered or not', () => {
    for (const answered of [true, false]) {
      const desk = new Desk({ points: [point('GD-1')], class: 'A' });
      flappingHour(desk, 1, answered);
      const heard = desk.transitions.filter(({ annunciate, alert }) => annunciate && alert.key === GAS);
      expect(heard).toHaveLength(6);
      const apart = heard.slice(1).map(({ at }, i) => at - heard[i].at);
      expect(Math.min(...apart)).toBeGreaterThanOrEqual(10 * MINUTE);
      expect(openOf(desk, GAS)).toMatchObject({ grade: 'orange', acked: answered });
    }
  });

  it('faults of the service itself, each time', () => {
    const desk = new Desk({ points: [point('GD-1', SLOW)] });
    const storage = (active: boolean, at: number) =>
      desk.device({ type: 'fault', fault: 'storage', subject: 'service', active, detail: 'EIO' }, at);
    storage(true, 0);
    answer(desk, SECOND);
    storage(false, 2 * SECOND);
    storage(true, 3 * SECOND);
    expect(sounds(desk)).toEqual(['raised service/0|storage|device', 'raised service/0|storage|device']);
  });
});

describe('what is remembered of it', () => {
  it('goes through a snapshot', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    flappingHour(desk, 30, true);
    const other = desk.fork();
    for (const one of [desk, other]) flappingHour(one, 30, true, HOUR);
    expect(JSON.stringify(other.transitions)).toBe(JSON.stringify(desk.transitions));
    expect(sounds(other).length).toBeLessThanOrEqual(6);
  });

  it('is when it last came back, heard or not, beside when it got its grade', () => {
    const points = [point('GD-1', SLOW), point('GD-2', { ...SLOW, gateways: ['gw2'] })];
    const desk = new Desk({ points, gateways: ['gw1', 'gw2'] });
    const row = () => openOf(desk, 'yt/~gw1|offline|device');
    desk.reading('GD-1', 0, 1);
    desk.send([{ tag: 'GD-2', at: 0, value: 1 }], 0, 'gw2');
    desk.gateway(false, MINUTE);
    desk.tickTo(2 * MINUTE);
    const first = row();
    expect(first).toMatchObject({ activations: 1, activatedAt: first?.raisedAt });
    // Away for a minute: over, and in the list for as long as it may come again.
    desk.gateway(true, 2 * MINUTE);
    desk.tickTo(4 * MINUTE);
    expect(row()).toMatchObject({ active: false, activatedAt: first?.raisedAt });
    desk.gateway(false, 5 * MINUTE);
    desk.tickTo(6 * MINUTE);
    const back = desk.transitions.find(({ change }) => change === 're-raised');
    expect(back?.annunciate).toBe(false);
    expect(row()).toMatchObject({ activations: 2, activatedAt: back?.at, worsenedAt: first?.raisedAt });
    // What joins a standing alert makes it no younger, and a restart forgets nothing.
    const other = desk.fork();
    for (const one of [desk, other]) {
      one.gateway(true, 7 * MINUTE);
      one.gateway(false, 7 * MINUTE + SECOND);
      one.tickTo(8 * MINUTE);
      expect(openOf(one, 'yt/~gw1|offline|device')).toMatchObject({ active: true, activatedAt: back?.at });
    }
  });

  it('counts no time in which the service was down as time in which the point was seen', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2', SLOW)] });
    desk.reading('GD-2', 0, 1);
    flappingHour(desk, 30, true);
    const from = desk.transitions.length;
    desk.resumed(HOUR, 9 * HOUR);
    for (let at = 9 * HOUR; at < 9 * HOUR + MINUTE; at += 5 * SECOND) desk.reading('GD-1', at, 30);
    for (let at = 9 * HOUR + MINUTE; at < 9 * HOUR + 2 * MINUTE; at += 5 * SECOND) desk.reading('GD-1', at, 30, 'bad');
    expect(sounds(desk, from)).toEqual([]);
    expect(changesOf(desk.transitions.slice(from), 'yt/GD-1|bad-quality|device')).toEqual(['re-raised']);
  });
});
