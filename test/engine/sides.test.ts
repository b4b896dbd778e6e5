// Too high and too low are two things: the end of one is never the news of the other, in one message or in two, and whoever
// answered the one has answered nothing of the other.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FLAG } from '../../src/model/reading.ts';
import { readPack } from '../../src/rules/packs/definition.ts';
import { resolvePoint } from '../../src/rules/packs/resolve.ts';
import { packs } from '../seeds/seed-files.ts';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;

/** A point of a shipped type, as a registry that states nothing of its own makes it. */
function shipped(type: string, tag: string) {
  const pack = [...packs.values()].find(({ pointTypes }) => pointTypes.some((one) => one.type === type));
  const found = readPack(pack).value.pointTypes.find((one) => one.type === type);
  if (found === undefined) throw new Error(`no type ${type}`);
  const resolved = resolvePoint({ id: `yt/${tag}`, source: 'yt/farm', gateways: ['gw1'], type, name: tag }, found);
  if (!resolved.ok) throw new Error(resolved.errors.join());
  return resolved.point;
}

/** `raised overfill !` where it sounds, of hazard alerts, in order. */
function told(desk: Desk): string[] {
  return desk.transitions
    .filter(({ alert }) => alert.kind === 'hazard')
    .map(({ change, alert, annunciate }) => `${change} ${alert.hazard}${annunciate ? ' !' : ''}`);
}

const activeRules = (desk: Desk): string[] =>
  desk.hazards.flatMap(({ hazard, points }) => points.filter((p) => p.active).map(({ rule }) => `${hazard} ${rule}`));

describe('a point with limits on both sides', () => {
  it('of the shipped oxygen type: 24 % acknowledged, then 16 %, sounds', () => {
    const desk = new Desk({ points: [shipped('o2_vol', 'O2-1')] });
    desk.reading('O2-1', 0, 24);
    expect(told(desk)).toEqual(['raised oxygen !']);
    desk.command('acknowledge', desk.hazards[0], 5 * SECOND);
    desk.reading('O2-1', 10 * SECOND, 16);
    expect(told(desk).slice(2)).toEqual(['new-point oxygen !']);
    expect(desk.hazards[0]).toMatchObject({ state: 'unacknowledged', acked: false });
    // The high side is on its way back, and what stands is told with its own numbers.
    expect(desk.hazards[0].points).toMatchObject([
      { rule: 'limits-high', active: true, limit: 'H', limitValue: 23.5, peak: 24 },
      { rule: 'limits-low', active: true, limit: 'L', limitValue: 19.5, peak: 16 },
    ]);
    desk.command('acknowledge', desk.hazards[0], 15 * SECOND);
    for (let at = 20; at <= 90; at += 10) desk.reading('O2-1', at * SECOND, 16);
    expect(activeRules(desk)).toEqual(['oxygen limits-low']);
    expect(desk.hazards[0].state).toBe('acknowledged');
  });

  it('of the shipped tank level: from 95 % to 3 %, the low level is raised', () => {
    const desk = new Desk({ points: [shipped('tank_level_pct', 'LT-1')] });
    for (let at = 0; at <= 20; at += 10) desk.reading('LT-1', at * SECOND, 95);
    expect(activeRules(desk)).toContain('overfill limits-high');
    desk.command('acknowledge', desk.hazards[0], 21 * SECOND);
    for (let at = 30; at <= 50; at += 10) desk.reading('LT-1', at * SECOND, 3);
    expect(told(desk)).toContain('raised low-level !');
    const low = desk.hazards.find(({ hazard }) => hazard === 'low-level');
    expect(low?.points.find(({ rule }) => rule === 'limits-low')).toMatchObject({ level: 'HH', limit: 'LL', value: 3 });
    for (let at = 60; at <= 120; at += 10) desk.reading('LT-1', at * SECOND, 3);
    const over = desk.hazards.find(({ hazard }) => hazard === 'overfill');
    expect([over?.active ?? false, activeRules(desk).includes('low-level limits-low')]).toEqual([false, true]);
  });

  const both = {
    intervalMs: 3_600_000,
    limits: { L: 2, H: 9, HH: 15 },
    hazard: 'overfill',
    hazardLow: 'low-level',
  } as const;
  /** One message of readings a second apart, all of it live. */
  function message(...values: number[]): Desk {
    const desk = new Desk({ points: [point('LT-1', both)] });
    desk.send(values.map((value, i) => ({ tag: 'LT-1', at: i * SECOND, value })));
    return desk;
  }

  it('10 → 1.5 → 10 in one message is too high, too low, and too high again', () => {
    const desk = message(10, 1.5, 10);
    expect(told(desk)).toEqual([
      'raised overfill !',
      'cleared overfill',
      'raised low-level !',
      're-raised overfill !',
      'cleared low-level',
    ]);
    expect(activeRules(desk)).toEqual(['overfill limits-high']);
    const low = desk.hazards.find(({ hazard }) => hazard === 'low-level');
    expect(low).toMatchObject({ state: 'returned-unacknowledged' });
    expect(low?.points).toMatchObject([{ limit: 'L', limitValue: 2, peak: 1.5 }]);
  });

  it('16 → 10 → 1.5 in one message is one alert of each, with its own worst', () => {
    const desk = message(16, 10, 1.5);
    expect(told(desk).filter((line) => line.startsWith('raised'))).toEqual(['raised overfill !', 'raised low-level !']);
    expect(told(desk).filter((line) => line.includes('low-level'))).toEqual(['raised low-level !']);
    const over = desk.hazards.find(({ hazard }) => hazard === 'overfill');
    expect(over).toMatchObject({ state: 'returned-unacknowledged', points: [{ rule: 'limits-high', peak: 16 }] });
    expect(activeRules(desk)).toEqual(['low-level limits-low']);
  });

  it('in a backlog, what began and ended on both sides is on record twice, without a sound', () => {
    const desk = new Desk({ points: [point('LT-1', both)] });
    const values = [10, 1.5, 5];
    desk.send(
      values.map((value, i) => ({ tag: 'LT-1', at: i * SECOND, value })),
      600 * SECOND,
    );
    expect(told(desk)).toEqual(['raised overfill', 'raised low-level']);
    expect(desk.hazards.map(({ hazard, retrospective }) => [hazard, retrospective])).toEqual([
      ['overfill', true],
      ['low-level', true],
    ]);
  });

  it('a late breach is of the side it breaches, whatever rule the point has first', () => {
    const desk = new Desk({ points: [point('LT-1', { ...both, span: { min: 0, max: 20 } })] });
    desk.reading('LT-1', 30 * SECOND, 5);
    desk.send([{ tag: 'LT-1', at: 10 * SECOND, value: 1, flags: FLAG.HISTORICAL }], 31 * SECOND);
    expect(told(desk)).toEqual(['raised low-level']);
    expect(desk.hazards[0].points).toMatchObject([{ rule: 'limits-low', value: 1 }]);
  });

  it('over-range on one side latches nothing on the other', () => {
    const desk = new Desk({ points: [point('LT-1', { ...both, span: { min: 0, max: 20 }, latching: true })] });
    desk.reading('LT-1', 0, 21);
    desk.reading('LT-1', 10 * SECOND, 1);
    desk.reading('LT-1', 20 * SECOND, 5);
    const state = ({ hazard, state: now }: { hazard: string; state: string }) => `${hazard} ${now}`;
    expect(desk.hazards.map(state)).toEqual(['overfill unacknowledged', 'low-level returned-unacknowledged']);
  });

  it('an alarm on one side that was answered leaves the first alarm on the other unanswered, in the same alert too', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.constantFrom(0, 60_000),
        fc.constantFrom(0, 2),
        (highFirst, offDelayMs, deadband) => {
          const oxygen = { intervalMs: 3_600_000, hazard: 'oxygen', offDelayMs, deadband } as const;
          const desk = new Desk({ points: [point('O2-1', { ...oxygen, limits: { LL: 5, L: 10, H: 85, HH: 90 } })] });
          const [first, second] = highFirst ? [91, 4] : [4, 91];
          desk.reading('O2-1', 0, first);
          desk.command('acknowledge', desk.hazards[0], SECOND);
          const told = desk.transitions.length;
          desk.reading('O2-1', 10 * SECOND, second);
          expect(desk.hazards[0].state).toBe('unacknowledged');
          expect(desk.transitions.slice(told).some(({ annunciate }) => annunciate)).toBe(true);
        },
      ),
    );
  });
});
