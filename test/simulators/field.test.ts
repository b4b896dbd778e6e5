// Slope and lifelines: what the plants do, and what the engine makes of it with the packs as they are.
import { describe, expect, it } from 'vitest';
import { findScenario } from '../../simulators/scenarios/catalogue.ts';
import { createSite, viewSources } from '../../simulators/site.ts';
import { drivenTypes } from '../../src/app/seeds.ts';
import { fieldRegistry, loaded } from '../seeds/seed-files.ts';
import { judgeSite, lastOf } from '../support/judged-site.ts';

const registry = fieldRegistry();
const { packs } = loaded;
const types = drivenTypes(packs);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Without rain, whose sums are kept by the second: weeks go by quickly. */
const slope = {
  ...registry,
  points: registry.points.filter(({ source, type }) => source.startsWith('hs-') && !/rain/.test(type)),
};
const city = { ...registry, points: registry.points.filter(({ source }) => source.startsWith('th-')) };

/** What an instrument shows in a scenario at plant times, in their order. */
function shows(scenario: string, point: string, times: readonly number[]): (number | boolean | undefined)[] {
  const of = point.startsWith('hs-') ? slope : city;
  const plan = findScenario(scenario)?.plan(viewSources(of)) ?? [];
  const site = createSite(of, plan, 'seed', types);
  return times.map((at) => site.step(at).find((reading) => reading.point === point)?.value);
}
const judge = (scenario: string, seconds: number, everySeconds: number) =>
  judgeSite({ registry: everySeconds > 60 ? slope : city, packs, scenario, seconds, everySeconds, types });
const hazards = (seen: ReturnType<typeof judge>) =>
  lastOf(seen).flatMap(({ key, kind, peakGrade }) => (kind === 'hazard' ? [`${key} ${peakGrade}`] : []));

describe('an ordinary time', () => {
  it('raises nothing in a week on the slope, nor in an hour in street, bridge and square', () => {
    expect(hazards(judge('normal', 7 * 86_400, 600))).toEqual([]);
    expect(hazards(judge('normal', 3_600, 10))).toEqual([]);
  });
});

describe('a slope on its way to failure', () => {
  it('moves by the inverse velocity: twice as fast half-way, ten times at nine tenths', () => {
    // Begins after 3 days and would fail after 10 more.
    const days = [0, 3, 7.5, 8.5, 11.75, 12.25];
    const moved = shows(
      'slope-failure',
      'hs-quarry/DISP-1',
      days.map((day) => day * DAY),
    ).map(Number);
    const rate = (from: number): number => (moved[from + 1] - moved[from]) / (days[from + 1] - days[from]);
    expect(rate(2) / rate(0)).toBeGreaterThan(1.6);
    expect(rate(2) / rate(0)).toBeLessThan(2.4);
    expect(rate(4) / rate(0)).toBeGreaterThan(8);
    expect(rate(4) / rate(0)).toBeLessThan(13);
    expect(shows('slope-failure', 'hs-quarry/TTF-1', [2 * DAY, 12 * DAY])).toEqual([1_000, 24]);
    const [before, near] = shows('slope-failure', 'hs-quarry/ANGLE-1', [2 * DAY, 12.5 * DAY]).map(Number);
    expect(before).toBeLessThan(44);
    expect(near).toBeGreaterThan(85);
  });

  it('is red before it fails, and not in the days before it moves', () => {
    const seen = judge('slope-failure', 12.8 * 86_400, 600);
    const red = seen.find(({ transition }) => transition.alert.hazard === 'slope' && transition.alert.grade === 'red');
    expect(red?.second).toBeGreaterThan(3 * 86_400);
    expect(red?.second).toBeLessThan(12.5 * 86_400);
    expect(new Set(hazards(seen).map((words) => words.split('|')[0]))).toEqual(new Set(['hs-quarry/slope-1']));
  });

  it('calms down again when it was only the rain', () => {
    const [before, during, after] = [
      [1, 1.5],
      [4, 4.5],
      [9, 9.5],
    ].map(([from, to]) => {
      const [a, b] = shows('slope-rain', 'hs-quarry/DISP-1', [from * DAY, to * DAY]).map(Number);
      return b - a;
    });
    expect(during / before).toBeGreaterThan(2.5);
    expect(after / before).toBeLessThan(1.8);
  });

  it('is hidden by fog for forty minutes, and has gone on when it is seen again', () => {
    const times = [5 * DAY - MINUTE, 5 * DAY + 20 * MINUTE, 5 * DAY + HOUR];
    const [before, hidden, after] = shows('slope-fog', 'hs-quarry/DISP-1', times);
    expect(hidden).toBeUndefined();
    expect(Number(after)).toBeGreaterThan(Number(before) - 0.5);
  });
});

describe('under the street', () => {
  it('gas fills a manhole as a box is filled, half as much the next one, and airs out', () => {
    const [calm, later, full, aired] = shows(
      'manhole-gas',
      'th-city/CH4-1',
      [0, 12, 38, 110].map((m) => m * MINUTE),
    );
    expect(calm).toBeLessThan(0.5);
    // One time constant: 63 % of seven.
    expect(Math.abs(Number(later) - 4.5)).toBeLessThan(0.4);
    expect(full).toBeGreaterThan(5.5);
    expect(aired).toBeLessThan(1);
    const [next] = shows('manhole-gas', 'th-city/CH4-2', [38 * MINUTE]);
    expect(Math.abs(Number(next) / Number(full) - 0.5)).toBeLessThan(0.1);
  });

  it('is yellow, orange and red in this order', () => {
    const seen = judge('manhole-gas', 2_400, 10);
    const grades = seen.flatMap(({ transition: { alert } }) => (alert.hazard === 'flammable-gas' ? [alert.grade] : []));
    expect([...new Set(grades)]).toEqual(['yellow', 'orange', 'red']);
  });

  it('an orange is held, and the loss of sight told, when the sensors fall silent in it', () => {
    const seen = judge('manhole-silent', 900, 10);
    const [gas] = lastOf(seen).filter(({ hazard, kind }) => hazard === 'flammable-gas' && kind === 'hazard');
    expect(gas).toMatchObject({ active: true, grade: 'orange', blindSince: expect.any(Number) });
  });

  it('a burst main is orange, by the gauge that loses more than 0.05 MPa a minute', () => {
    const seen = judge('water-burst', 1_200, 10);
    expect(hazards(seen)).toContain('th-city/water-1||flooding|hazard orange');
  });

  it('a low spot fills past 40 cm and runs dry again', () => {
    const depth = shows(
      'ponding',
      'th-city/POND-1',
      [0, 40, 69, 235].map((m) => m * MINUTE),
    ).map(Number);
    expect(depth[0]).toBe(0);
    expect(depth[1]).toBeGreaterThan(15);
    expect(depth[2]).toBeGreaterThan(40);
    expect(depth[3]).toBe(0);
    const seen = judge('ponding', 4_500, 10);
    expect(hazards(seen)).toContain('th-city/spot-1||flooding|hazard red');
  });
});
