// A detector that is taken away while in alarm: nothing but a named person lets go of it.

import { describe, expect, it } from 'vitest';
import { pointState } from '../../src/engine/describe.ts';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const NAMED = { points: ['yt/GD-1'], reason: '探头已拆除' };
const OFFICER = { level: 'county', actor: '王' } as const;

/** GD-1 stands at HH and is silent since; GD-2 keeps the gateway alive. */
function heldBlind(): Desk {
  const desk = new Desk({ points: [point('GD-1'), point('GD-2')] });
  desk.reading('GD-1', 0, 60);
  for (let at = 0; at <= 2 * MINUTE; at += 10 * SECOND) desk.reading('GD-2', at, 1);
  expect(desk.hazards[0]).toMatchObject({ active: true, points: [{ id: 'yt/GD-1', held: true }] });
  return desk;
}

const gd1 = (desk: Desk) => desk.hazards[0]?.points.find(({ id, rule }) => id === 'yt/GD-1' && rule !== 'coverage');

describe('a contributor held without sight', () => {
  it('is let go by a named person of the alert’s level, with a reason, and that is told', () => {
    const desk = heldBlind();
    expect(desk.command('release', desk.hazards[0], 2 * MINUTE, NAMED).code).toBe('level-too-low');
    expect(desk.command('release', desk.hazards[0], 2 * MINUTE, { ...OFFICER, points: NAMED.points }).code).toBe(
      'note-required',
    );
    const told = desk.transitions.length;
    expect(desk.command('release', desk.hazards[0], 2 * MINUTE, { ...OFFICER, ...NAMED }).code).toBe('applied');
    expect(desk.transitions[told]).toMatchObject({
      change: 'released',
      point: 'yt/GD-1',
      by: '王',
      note: '探头已拆除',
    });
    expect(gd1(desk)).toMatchObject({ active: false, held: false });
  });

  it('lost with our own link, and told from then on in the alert of its hazard: the alert of the link does not say it is seen', () => {
    const gauge = point('TK-1', { hazard: 'overfill', hazardLow: 'low-level', limits: { L: 15, H: 85 } });
    const desk = new Desk({ points: [gauge, point('GD-1')] });
    desk.reading('TK-1', 0, 7);
    desk.reading('GD-1', 0, 1);
    desk.link(false, SECOND);
    desk.tickTo(30 * SECOND);
    const low = desk.hazards.find(({ hazard }) => hazard === 'low-level')!;
    const named = { points: ['yt/TK-1'], reason: '液位计已拆除' };
    expect(desk.command('release', low, MINUTE, { level: 'province', actor: '王', ...named }).code).toBe('applied');
    desk.tickTo(2 * MINUTE);
    const ofLink = desk.transitions.filter(({ alert }) => alert.hazard === 'coverage').map(({ change }) => change);
    expect(ofLink).toEqual(['raised', 'told-elsewhere']);
  });

  it('goes on counting as not observing until it is seen again', () => {
    const desk = heldBlind();
    desk.command('release', desk.hazards[0], 2 * MINUTE, { ...OFFICER, ...NAMED });
    const number = desk.state.registry.pointNumbers.get('yt/GD-1')!;
    expect(pointState(desk.state, number)).toBe('released');
    desk.reading('GD-1', 3 * MINUTE, 1);
    expect(pointState(desk.state, number)).toBe('observing');
  });

  it('that was unusable has no alarm of bad quality left once it is good again', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2')] });
    desk.reading('GD-1', 0, 60);
    for (let at = 10 * SECOND; at <= MINUTE; at += 10 * SECOND) {
      desk.reading('GD-1', at, 60, 'bad');
      desk.reading('GD-2', at, 1);
    }
    expect(desk.devices.map(({ key, active }) => [key, active])).toEqual([['yt/GD-1|bad-quality|device', true]]);
    desk.command('release', desk.hazards[0], MINUTE, { ...OFFICER, ...NAMED });
    for (let at = 2 * MINUTE; at <= 5 * MINUTE; at += 10 * SECOND) {
      for (const tag of ['GD-1', 'GD-2']) desk.reading(tag, at, 1);
    }
    expect(desk.devices.filter(({ active }) => active)).toEqual([]);
  });

  it('raises the alert again when it turns out to be there and still in alarm', () => {
    const desk = heldBlind();
    desk.command('release', desk.hazards[0], 2 * MINUTE, { ...OFFICER, ...NAMED });
    desk.reading('GD-1', 3 * MINUTE, 60);
    expect(gd1(desk)).toMatchObject({ active: true, level: 'HH' });
    expect(desk.transitions.some(({ change, at }) => change !== 'raised' && at === desk.state.at)).toBe(true);
  });

  it('that is still seen, or is none of the alert’s, is not let go', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2')] });
    desk.reading('GD-1', 0, 60);
    const release = (points: readonly string[]) =>
      desk.command('release', desk.hazards[0], SECOND, { ...OFFICER, points, reason: 'x' }).code;
    expect(release(['yt/GD-1'])).toBe('not-held');
    expect(release(['yt/GD-9'])).toBe('not-held');
    expect(release([])).toBe('not-held');
  });

  it('has no hysteresis left of what stood: the first value inside a deadband is not in alarm', () => {
    const desk = new Desk({ points: [point('GD-1', { deadband: 2 }), point('GD-2')] });
    desk.reading('GD-1', 0, 60);
    for (let at = 0; at <= 2 * MINUTE; at += 10 * SECOND) desk.reading('GD-2', at, 1);
    desk.command('release', desk.hazards[0], 2 * MINUTE, { ...OFFICER, ...NAMED });
    desk.reading('GD-1', 3 * MINUTE, 49);
    expect(gd1(desk)).toMatchObject({ level: 'H' });
  });
});

describe('a latched over-range alarm', () => {
  it('gets no worse by a good reading far below its limits', () => {
    const desk = new Desk({ points: [point('GD-1', { latching: true })] });
    desk.reading('GD-1', 0, 130);
    desk.reading('GD-1', 10 * SECOND, 1);
    expect(desk.story).toEqual(['raised yellow']);
  });
});

describe('a detector that was let go as taken away, and turns out to be there and in alarm', () => {
  it.each([0, 10 * MINUTE])('is heard, whatever others keep the alert active (off-delay %i)', (offDelayMs) => {
    const desk = new Desk({ points: [point('GD-1', { offDelayMs }), point('GD-2', { offDelayMs })] });
    desk.send([
      { tag: 'GD-1', at: 0, value: 60 },
      { tag: 'GD-2', at: 0, value: 60 },
    ]);
    for (let at = 10 * SECOND; at <= 60 * SECOND; at += 10 * SECOND) desk.reading('GD-2', at, 60);
    const gas = () => desk.hazards.find(({ hazard }) => hazard === 'flammable-gas')!;
    const done = desk.command('release', gas(), 61 * SECOND, {
      level: 'province',
      actor: 'w',
      points: ['yt/GD-1'],
      reason: 'gone',
    });
    expect(done.code).toBe('applied');
    desk.reading('GD-2', 62 * SECOND, 60);
    expect(desk.command('acknowledge', gas(), 63 * SECOND).code).toBe('applied');
    expect(gas().acked).toBe(true);
    const told = desk.transitions.length;
    desk.reading('GD-1', 70 * SECOND, 60);
    expect(
      desk.transitions
        .slice(told)
        .filter(({ alert }) => alert.kind === 'hazard')
        .map(({ change, annunciate }) => [change, annunciate]),
    ).toContainEqual(['new-point', true]);
    expect(gas().acked).toBe(false);
  });
});
