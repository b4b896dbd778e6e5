// Rule kind coverage: who counts as observing, how blindness is graded, and what ends it.
import { describe, expect, it } from 'vitest';
import { neighbour, point } from '../support/build/point.ts';
import { pointsChange, registryNaming, registryOf } from '../support/build/registry.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const SLOW = { intervalMs: 3_600_000 };
/** Once what flaps has had its time: alarms of lost sight wait ten seconds, and end a minute after the data is back. */
function blindness(desk: Desk): string[] {
  desk.tickTo(desk.now + 11 * SECOND);
  return desk.hazards.filter(({ active }) => active).map(({ key, grade }) => `${key} ${grade}`);
}
/** Good readings for the whole off-delay. */
function watched(desk: Desk, ...tags: string[]): void {
  const from = desk.now;
  for (let at = from; at <= from + 61 * SECOND; at += 10 * SECOND) for (const tag of tags) desk.reading(tag, at, 1);
  for (const tag of tags) desk.reading(tag, from + 62 * SECOND, 1);
}

describe('coverage', () => {
  it.each([
    ['A', 'orange'],
    ['B', 'yellow'],
    ['C', 'yellow'],
  ] as const)('grades the loss of the last observer at class %s %s', (sourceClass, grade) => {
    const desk = new Desk({ points: [point('GD-1', SLOW), point('GD-2', SLOW)], class: sourceClass });
    desk.reading('GD-1', 0, 1);
    desk.reading('GD-2', 0, 1, 'bad');
    expect(blindness(desk)).toEqual([]);
    desk.reading('GD-1', 20 * SECOND, 1, 'bad');
    expect(desk.hazards).toEqual([]);
    expect(blindness(desk)).toEqual([`yt/farm||flammable-gas|hazard ${grade}`]);
  });

  it('grades fewer than declared yellow, worse when the last one goes, and does not fall back with the first that returns', () => {
    const points = [point('GD-1', SLOW), point('GD-2', SLOW)];
    const desk = new Desk({ points, class: 'A', observers: { 'flammable-gas': 2 } });
    desk.reading('GD-1', 0, 1);
    desk.reading('GD-2', 0, 1);
    desk.reading('GD-1', SECOND, 1, 'bad');
    expect(blindness(desk)).toEqual(['yt/farm||flammable-gas|hazard yellow']);
    desk.reading('GD-2', 20 * SECOND, 1, 'test');
    expect(blindness(desk)).toEqual(['yt/farm||flammable-gas|hazard orange']);
    watched(desk, 'GD-1');
    expect(blindness(desk)).toEqual(['yt/farm||flammable-gas|hazard orange']);
    watched(desk, 'GD-1', 'GD-2');
    expect(blindness(desk)).toEqual([]);
  });

  it('ends with good readings only: what is uncertain shows that somebody is there, not that he sees', () => {
    const desk = new Desk({ points: [point('GD-1')], class: 'A' });
    desk.reading('GD-1', 0, 1);
    desk.reading('GD-1', 10 * SECOND, 1, 'bad');
    expect(blindness(desk)).toEqual(['yt/farm||flammable-gas|hazard orange']);
    desk.reading('GD-1', 30 * SECOND, 1);
    for (let at = 40 * SECOND; at <= 5 * MINUTE; at += 10 * SECOND) desk.reading('GD-1', at, 1, 'uncertain');
    expect(blindness(desk)).toEqual(['yt/farm||flammable-gas|hazard orange']);
    watched(desk, 'GD-1');
    expect(blindness(desk)).toEqual([]);
  });

  it('counts hazards of one source apart, and units of one source together', () => {
    const points = [
      point('GD-1', { ...SLOW, unitGroup: 'pump-1' }),
      point('GD-2', { ...SLOW, unitGroup: 'pump-2' }),
      point('TK-1', { ...SLOW, hazard: 'overfill' }),
    ];
    const desk = new Desk({ points });
    for (const tag of ['GD-1', 'GD-2', 'TK-1']) desk.reading(tag, 0, 1);
    desk.reading('GD-1', SECOND, 1, 'bad');
    desk.reading('GD-2', 2 * SECOND, 1, 'bad');
    expect(blindness(desk)).toEqual(['yt/farm||flammable-gas|hazard yellow']);
    // Whichever of the two is seen again ends it: no alert wanders from unit to unit.
    watched(desk, 'GD-1');
    expect(blindness(desk)).toEqual([]);
    expect(new Set(desk.hazards.map(({ key }) => key)).size).toBe(1);
  });

  it('asks for no more observers than are registered', () => {
    const desk = new Desk({ points: [point('GD-1', SLOW)], observers: { 'flammable-gas': 4 } });
    desk.reading('GD-1', 0, 1);
    expect(blindness(desk)).toEqual([]);
  });

  it('is not ended, nor flashed, by a silent point that comes back with unusable readings', () => {
    // The tank gauge keeps their gateway alive: the silence is the gas head's own.
    const desk = new Desk({ points: [point('GD-1'), point('TK-1', { hazard: 'overfill' })] });
    desk.reading('GD-1', 0, 1);
    for (let at = 0; at <= 2 * MINUTE; at += 10 * SECOND) desk.reading('TK-1', at, 1);
    const told = desk.story.length;
    desk.reading('GD-1', 2 * MINUTE, 1, 'bad');
    desk.reading('GD-1', 2 * MINUTE + SECOND, 1, 'uncertain');
    expect(desk.story.slice(told)).toEqual([]);
    expect(blindness(desk)).toEqual(['yt/farm||flammable-gas|hazard yellow']);
  });

  it('an over-range head goes on observing', () => {
    const desk = new Desk({ points: [point('GD-1', SLOW)] });
    desk.reading('GD-1', 0, 130);
    expect(desk.hazards[0].points.map(({ rule }) => rule)).toEqual(['limits-high']);
  });

  it('of a source does not move with a point that one person wants elsewhere', () => {
    const desk = new Desk({ points: [point('GD-1', SLOW)] });
    const [farm] = registryOf({ points: [] }).sources;
    desk.configure({ ...pointsChange(), sources: [{ ...farm, id: 'yt/dock', name: '码头' }] });
    desk.reading('GD-1', 0, 1, 'bad');
    expect(blindness(desk)).toEqual(['yt/farm||flammable-gas|hazard yellow']);
    desk.configure(pointsChange(point('GD-1', { ...SLOW, source: 'yt/dock' })), SECOND);
    expect(blindness(desk)).toEqual(['yt/farm||flammable-gas|hazard yellow']);
    expect(desk.pending).toEqual(['yt/GD-1 source: "yt/farm" → "yt/dock"']);
  });

  it('more declared observers are asked for at once; fewer wait for a second person', () => {
    const points = [point('GD-1', SLOW), point('GD-2', SLOW)];
    const desk = new Desk({ points });
    desk.reading('GD-1', 0, 1);
    desk.reading('GD-2', 0, 1, 'bad');
    const declare = (observers: number) => ({
      ...registryOf({ points: [], observers: { 'flammable-gas': observers } }),
      points: [],
    });
    desk.configure(declare(2), SECOND);
    expect(blindness(desk)).toEqual(['yt/farm||flammable-gas|hazard yellow']);
    desk.configure(declare(1), 2 * SECOND);
    expect(blindness(desk)).toEqual(['yt/farm||flammable-gas|hazard yellow']);
    expect(desk.pending).toEqual(['yt/farm observers: {"flammable-gas":2} → {"flammable-gas":1}']);
  });

  it('is of one enterprise', () => {
    const desk = new Desk({ points: [point('GD-1', SLOW)] });
    desk.configure(registryNaming([neighbour('GD-1')]));
    desk.reading('GD-1', 0, 1);
    desk.tickTo(MINUTE);
    expect(blindness(desk)).toEqual(['xh/~gw1||coverage|hazard yellow']);
  });
});
