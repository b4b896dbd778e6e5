// One alert of very many points: what one message does to it is graded once and told once, with all its points by name.
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../src/alerts/condition/fact.ts';
import { keyOf } from '../../src/alerts/key.ts';
import type { GroupRef } from '../../src/alerts/record.ts';
import { judgeAgain } from '../../src/engine/evidence.ts';
import type { Level } from '../../src/model/level.ts';
import { HIGH, HIGH_HIGH } from '../../src/model/level.ts';
import type { Floor } from '../../src/model/point.ts';
import { MINUTE_MS } from '../../src/model/time.ts';
import { point } from '../support/build/point.ts';
import { Desk as Plant } from '../support/desk.ts';
import { contribution, Desk, GAS } from './scenario.ts';

const POINTS = 4_000;

/** A group whose source class is asked for once a grading: that counts them. */
function countingGroup(): { group: GroupRef; gradings: () => number } {
  let asked = 0;
  const group = {
    ...GAS,
    get sourceClass() {
      asked++;
      return 'B' as const;
    },
  };
  return { group, gradings: () => asked };
}

const enters = (desk: Desk, group: GroupRef, slot: number, level: Level = HIGH): Fact => {
  const c = contribution({ slot, level, at: desk.at });
  return { kind: 'level', group, slot, at: c.at, contribution: c, cause: 'cleared' };
};
const leaves = (desk: Desk, group: GroupRef, slot: number): Fact => {
  return { kind: 'level', group, slot, at: desk.at, contribution: undefined, cause: 'cleared' };
};
/** Each with the good reading that comes with it, as the engine hands them over. */
const withSamples = (desk: Desk, group: GroupRef, facts: readonly Fact[]): Fact[] =>
  facts.flatMap((fact): Fact[] => [fact, { kind: 'sampled', key: keyOf(group), point: 'yt-chem/P-0', at: desk.at }]);
const slots = Array.from({ length: POINTS }, (_, slot) => slot);

describe('one message', () => {
  it('that raises thousands of points is graded once, told once, and sealed once', () => {
    const desk = new Desk();
    const { group, gradings } = countingGroup();
    desk.apply(
      ...withSamples(
        desk,
        group,
        slots.map((slot) => enters(desk, group, slot)),
      ),
    );
    expect(gradings()).toBe(1);
    expect(desk.told).toHaveLength(1);
    expect(desk.told[0]).toMatchObject({ change: 'raised', point: 'yt-chem/P-0', annunciate: true });
    expect(desk.told[0].points).toEqual(slots.map((slot) => `yt-chem/P-${slot}`));
    expect(desk.told[0].alert).toMatchObject({ pointsTotal: POINTS, grade: 'orange' });
    expect(desk.sealed).toHaveLength(1);
    expect(desk.sealed[0].grading.contributors).toHaveLength(POINTS);
  });

  it('names the point that counts most, and says which joined later', () => {
    const desk = new Desk();
    desk.contribute(GAS, contribution({ slot: 0, level: HIGH, at: desk.at }));
    desk.next(desk.at + 1_000);
    desk.apply(enters(desk, GAS, 1), enters(desk, GAS, 2, HIGH_HIGH), enters(desk, GAS, 3));
    expect(desk.told).toHaveLength(2);
    expect(desk.told[1]).toMatchObject({
      change: 'worse-grade',
      point: 'yt-chem/P-2',
      points: ['yt-chem/P-1', 'yt-chem/P-2', 'yt-chem/P-3'],
    });
  });

  it('in which all of them return is graded not at all: one return, by name', () => {
    const desk = new Desk();
    const { group, gradings } = countingGroup();
    desk.apply(...slots.map((slot) => enters(desk, group, slot)));
    desk.next(desk.at + MINUTE_MS);
    const before = gradings();
    desk.apply(
      ...withSamples(
        desk,
        group,
        slots.map((slot) => leaves(desk, group, slot)),
      ),
    );
    expect(gradings()).toBe(before);
    expect(desk.told).toHaveLength(2);
    expect(desk.told[1]).toMatchObject({ change: 'cleared', to: 'returned-unacknowledged' });
    expect(desk.told[1].points).toHaveLength(POINTS);
  });

  it('keeps its order: up, down and up again is raised, returned, and raised again', () => {
    const desk = new Desk();
    desk.apply(enters(desk, GAS, 1, HIGH_HIGH), leaves(desk, GAS, 1), enters(desk, GAS, 1));
    expect(desk.told.map((t) => t.change)).toEqual(['raised', 'cleared', 're-raised']);
  });

  it('loses no peak of a point that goes further and comes back within it', () => {
    const desk = new Desk();
    desk.apply(enters(desk, GAS, 1, HIGH_HIGH), enters(desk, GAS, 1), enters(desk, GAS, 2));
    expect(desk.told.map((t) => [t.change, t.alert.grade, t.alert.peakGrade])).toEqual([
      ['raised', 'orange', 'orange'],
      ['new-point', 'orange', 'orange'],
    ]);
  });

  it('that brings what many missed is told once, at the worst that any of them was', () => {
    const desk = new Desk();
    const missed = (slot: number, level: Level): Fact => {
      return { kind: 'missed', group: GAS, contribution: contribution({ slot, level, at: desk.at - 60 * MINUTE_MS }) };
    };
    desk.apply(...slots.map((slot) => missed(slot, slot === 7 ? HIGH_HIGH : HIGH)));
    expect(desk.told).toHaveLength(1);
    expect(desk.told[0]).toMatchObject({ change: 'raised', point: 'yt-chem/P-7', annunciate: false });
    expect(desk.told[0].alert).toMatchObject({
      grade: 'orange',
      retrospective: true,
      state: 'returned-unacknowledged',
    });
    expect(desk.told[0].points).toHaveLength(POINTS);
    expect(desk.sealed).toHaveLength(1);
  });

  it('in which many lose sight sounds once', () => {
    const desk = new Desk();
    desk.apply(...slots.map((slot) => enters(desk, GAS, slot)));
    desk.apply(...slots.map((slot): Fact => ({ kind: 'sight', slot, blind: true, at: desk.at })));
    expect(desk.told.map((t) => [t.change, t.annunciate])).toEqual([
      ['raised', true],
      ['went-blind', true],
    ]);
    expect(desk.told[1].points).toHaveLength(POINTS);
  });
});

describe('one change among thousands', () => {
  it('looks at a few of them only, whatever it is: who comes, goes further, loses sight or leaves, and who comments', () => {
    const desk = new Desk();
    let asked = 0;
    // Who is graded again has its floors looked at.
    const floors = new Proxy<Floor[]>([], {
      get(target, key) {
        asked++;
        return Reflect.get(target, key);
      },
    });
    const enters = (slot: number, level: Level): Fact => {
      const c = contribution({ slot, level, at: desk.at, floors });
      return { kind: 'level', group: GAS, slot, at: c.at, contribution: c, cause: 'cleared' };
    };
    desk.apply(...slots.map((slot) => enters(slot, HIGH)));
    desk.apply(enters(POINTS - 1, HIGH_HIGH), enters(POINTS, HIGH));
    for (const change of [
      () => desk.apply(enters(POINTS + 1, HIGH)),
      () => desk.apply(enters(3_000, HIGH_HIGH)),
      () => desk.apply({ kind: 'sight', slot: 2_000, blind: true, at: desk.at }),
      () => desk.apply(leaves(desk, GAS, 1_000)),
      () => desk.command('comment', 'enterprise'),
    ]) {
      const told = desk.told.length;
      asked = 0;
      change();
      expect(desk.told.length).toBe(told + 1);
      expect(asked).toBeLessThan(200);
    }
  });
});

it('transitions of one alert share what did not change', () => {
  const desk = new Desk();
  for (let slot = 0; slot < 200; slot++) desk.numbers.set(slot, { value: 30 });
  desk.apply(...slots.slice(0, 200).map((slot) => enters(desk, GAS, slot)));
  desk.apply(leaves(desk, GAS, 7));
  const [raised, left] = desk.told.map((t) => t.alert.points);
  expect(left.filter((point, i) => point === raised[i])).toHaveLength(199);
  expect(left[7]).toMatchObject({ active: false });
  expect(raised[7]).toMatchObject({ active: true });
});

it('is as old as its grade: what joins at no worse grade has to be answered, and makes it no younger', () => {
  const desk = new Desk();
  desk.contribute(GAS, contribution({ slot: 0, level: HIGH, at: desk.at }));
  const raisedAt = desk.at;
  desk.command('acknowledge', 'enterprise');
  desk.next(desk.at + 1_000);
  for (const slot of [1, 2]) desk.contribute(GAS, contribution({ slot, level: HIGH_HIGH, at: desk.at }));
  const worse = desk.told.at(-1);
  expect(worse).toMatchObject({ change: 'worse-grade', alert: { raisedAt, worsenedAt: desk.at } });
  desk.next(desk.at + 1_000);
  desk.command('acknowledge', 'enterprise');
  desk.next(desk.at + 1_000);
  desk.contribute(GAS, contribution({ slot: 3, level: HIGH, at: desk.at }));
  const joined = desk.told.at(-1);
  expect(joined).toMatchObject({ change: 'new-point', annunciate: true, alert: { acked: false, changedAt: desk.at } });
  expect(joined?.alert).toMatchObject({ worsenedAt: worse?.alert.worsenedAt, worsenedSeq: joined?.seq });
  desk.next(desk.at + 1_000);
  desk.apply({ kind: 'sight', slot: 1, blind: true, at: desk.at });
  const blind = desk.told.at(-1);
  expect(blind).toMatchObject({ change: 'went-blind', alert: { worsenedAt: worse?.alert.worsenedAt } });
});

it('through the engine, a message of hundreds of points is one transition and one sealed capsule', () => {
  const points = Array.from({ length: 300 }, (_, i) => point(`GD-${i}`));
  const plant = new Plant({ points });
  const send = (at: number, value: number) => plant.send(points.map(({ tag }) => ({ tag, at, value })));
  send(0, 3);
  send(10_000, 60);
  const hazards = plant.transitions.filter(({ alert }) => alert.kind === 'hazard');
  expect(hazards.map(({ change, points: joined }) => [change, joined?.length])).toEqual([['raised', 300]]);
  expect(plant.capsules).toHaveLength(1);
  expect(judgeAgain(plant.capsules[0])).toEqual([]);
});
