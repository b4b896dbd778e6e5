// What a lost gateway has taken the sight of, in all: also of points whose hazard tells it in an alert of its own.
import { describe, expect, it } from 'vitest';
import { openAlerts } from '../../src/engine/describe.ts';
import type { Alert } from '../../src/model/alert.ts';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const SLOW = { intervalMs: 60 * MINUTE };
const GATEWAY = 'yt/~gw1';

/** The row of the gateway, or of our own link, as the list has it. */
const rowOf = (desk: Desk, subject = GATEWAY): Alert | undefined =>
  openAlerts(desk.state).find(({ source, active }) => source === subject && active);
const blinds = (desk: Desk, subject = GATEWAY): number | undefined => rowOf(desk, subject)?.points[0].blinds;
/** What was told of it, each with the number that stood in it. */
const told = (desk: Desk, subject = GATEWAY): string[] =>
  desk.transitions
    .filter(({ alert }) => alert.source === subject)
    .map(({ change, annunciate, alert }) => `${change} ${alert.points[0].blinds}${annunciate ? ' aloud' : ''}`);

/** Gas in alarm by one of two detectors, and a tank: all behind one gateway. */
const GAS_AND_TANK = [point('GD-1', SLOW), point('GD-2', SLOW), point('LT-1', { ...SLOW, hazard: 'overfill' })];

function gasInAlarm(points = GAS_AND_TANK): Desk {
  const desk = new Desk({ points });
  desk.gateway(true, 0);
  for (const { tag } of points) desk.reading(tag, SECOND, tag === 'GD-1' ? 30 : 1);
  return desk;
}

describe('a gateway that is lost while gas is in alarm behind it', () => {
  it('says how many points are blind by it, also those that the gas alarm tells', () => {
    const desk = gasInAlarm();
    desk.gateway(false, 2 * SECOND);
    desk.tickTo(MINUTE);
    const row = rowOf(desk);
    // One hazard is told here; of three points nobody hears.
    expect(row?.reasons[0].detail).toMatchObject({ hazards: 1, live: 0, declared: 1 });
    expect(blinds(desk)).toBe(3);
    expect(told(desk)).toEqual(['raised 3 aloud']);
  });

  it('says so again as they come back, once a second at most and without a sound', () => {
    const desk = gasInAlarm();
    desk.gateway(false, 2 * SECOND);
    desk.tickTo(MINUTE);
    desk.gateway(true, MINUTE);
    // Both gas detectors within one second; the tank stays away.
    desk.reading('GD-1', MINUTE + 100, 30);
    desk.reading('GD-2', MINUTE + 200, 1);
    desk.tickTo(MINUTE + 5 * SECOND);
    expect(blinds(desk)).toBe(1);
    expect(told(desk)).toEqual(['raised 3 aloud', 'sight-restored 1']);
    // It goes again, and takes them along: the same row tells it, and an answer that was given covers it.
    desk.command('acknowledge', rowOf(desk)!, MINUTE + 6 * SECOND);
    desk.gateway(false, MINUTE + 7 * SECOND);
    desk.tickTo(MINUTE + 10 * SECOND);
    expect(told(desk)).toEqual(['raised 3 aloud', 'sight-restored 1', 'acknowledged 1', 'went-blind 3']);
    expect(rowOf(desk)).toMatchObject({ state: 'acknowledged', activations: 1 });
  });

  it('where its own fault is all there is to tell, says so there', () => {
    const desk = gasInAlarm(GAS_AND_TANK.slice(0, 2));
    desk.gateway(false, 2 * SECOND);
    desk.tickTo(MINUTE);
    expect(rowOf(desk)).toMatchObject({ kind: 'device', hazard: 'offline' });
    expect(blinds(desk)).toBe(2);
  });

  it('goes on counting after a restart as if there had been none', () => {
    const desk = gasInAlarm();
    desk.gateway(false, 2 * SECOND);
    desk.tickTo(MINUTE);
    desk.gateway(true, MINUTE);
    desk.reading('GD-2', MINUTE + 100, 1);
    // Of the one that came back nobody was told yet.
    const restored = desk.fork();
    for (const one of [desk, restored]) {
      one.tickTo(MINUTE + 2 * SECOND);
      expect(blinds(one)).toBe(2);
      one.reading('GD-1', MINUTE + 3 * SECOND, 30);
      one.tickTo(2 * MINUTE);
      expect(blinds(one)).toBe(1);
    }
    expect(restored.transitions).toEqual(desk.transitions);
  });

  it('counts nothing of a drill, and a drill nothing that is real', () => {
    const drilled = point('GD-9', { ...SLOW, exercise: true, hazard: 'toxic-gas' });
    const desk = gasInAlarm([...GAS_AND_TANK, drilled]);
    desk.gateway(false, 2 * SECOND);
    desk.tickTo(MINUTE);
    const rows = openAlerts(desk.state).filter(({ source }) => source === GATEWAY);
    expect(rows.map(({ exercise, points }) => [exercise, points[0].blinds]).sort()).toEqual([
      [false, 3],
      [true, 1],
    ]);
  });

  it('is one of many behind our own link, which counts them all', () => {
    const points = [...GAS_AND_TANK, point('GD-3', { ...SLOW, gateways: ['gw2'] })];
    const desk = new Desk({ points, gateways: ['gw1', 'gw2'] });
    for (const { tag, gateways } of points) desk.send([{ tag, at: SECOND, value: 1 }], SECOND, gateways[0]);
    desk.link(false, 2 * SECOND);
    desk.tickTo(MINUTE);
    expect(blinds(desk, 'service/0')).toBe(4);
    desk.link(true, MINUTE);
    desk.send([{ tag: 'GD-3', at: MINUTE, value: 1 }], MINUTE, 'gw2');
    desk.tickTo(MINUTE + 2 * SECOND);
    expect(blinds(desk, 'service/0')).toBe(3);
  });
});

describe('a plant of a thousand points behind one gateway', () => {
  it('that comes back a point at a time is told once a second, not a thousand times', () => {
    const points = Array.from({ length: 1_000 }, (_, i) => point(`GD-${i}`, SLOW));
    const desk = new Desk({ points });
    desk.send(points.map(({ tag }) => ({ tag, at: 0, value: 1 })));
    desk.gateway(false, SECOND);
    desk.tickTo(MINUTE);
    desk.gateway(true, MINUTE);
    points.forEach(({ tag }, i) => {
      desk.reading(tag, MINUTE + i, 1);
    });
    desk.tickTo(MINUTE + 5 * SECOND);
    expect(told(desk)).toEqual(['raised 1000 aloud', 'sight-restored 0']);
  });
});
