// What the safety properties compare: an earlier and a later picture of one plant. It plays no part in judging.
import { expect } from 'vitest';
import { meaningOf, rowOf } from '../../src/engine/engine-slots.ts';
import type { EngineState } from '../../src/engine/state.ts';
import type { Alert } from '../../src/model/alert.ts';
import type { Grade } from '../../src/model/grade.ts';
import { gradeOf } from '../../src/model/grade.ts';
import { LOST_SIGHT } from '../../src/model/hazard.ts';
import { isEventDriven } from '../../src/model/point.ts';
import type { Desk } from './desk.ts';

/** Changes that take something back. */
const CALMING = new Set(['cleared', 'point-cleared', 'eased', 'closed', 'acknowledged', 'limit-changed', 'reset']);

/** Alerts of hazards. Which alert tells that a hazard is not observed depends on what took its sight: see `toldBlind`. */
export const hazardsOf = (desk: Desk): Map<string, Alert> =>
  new Map(desk.hazards.filter(({ hazard }) => hazard !== LOST_SIGHT).map((alert) => [alert.key, alert]));

/** The hazard, by the key of its observers, that a slot of the engine's own stands for. */
function groupOf({ engineSlots }: EngineState, slot: number): string {
  const meaning = meaningOf(engineSlots.names[rowOf(slot)]);
  return meaning.kind === 'hazard' ? meaning.group : '';
}

/** Hazards that are told as not observed, by whatever alert, each with the grade of the worst alert that says so. */
function toldBlind({ state }: Desk): Map<string, Grade> {
  const found = new Map<string, Grade>();
  for (const { flags, grade, points } of state.book.open) {
    if (!flags.active) continue;
    for (const { active, rule, slot, about } of points) {
      if (!active || rule !== 'coverage') continue;
      for (const key of about ?? [groupOf(state, slot)]) found.set(key, Math.max(grade, found.get(key) ?? 0) as Grade);
    }
  }
  return found;
}

/** Hazards that nobody, or too few, observe now and whose alarm stands, each with its grade; and those observed again. */
function blindness({ state }: Desk): { readonly blind: Map<string, Grade>; readonly returning: Set<string> } {
  const { present, stands, grade } = state.faults.col;
  const blind = new Map<string, Grade>();
  const returning = new Set<string>();
  state.engineSlots.names.forEach((name, row) => {
    const meaning = meaningOf(name);
    if (meaning.kind !== 'hazard' || stands[row] === 0) return;
    if (present[row] === 0) returning.add(meaning.group);
    else blind.set(meaning.group, grade[row] as Grade);
  });
  return { blind, returning };
}

/** True where nothing but lost sight keeps the alert active, and that has come back: what ends it has come already. */
function isReturning(desk: Desk, { source, hazard, points }: Alert): boolean {
  const active = points.filter((point) => point.active);
  return active.every(({ rule }) => rule === 'coverage') && blindness(desk).returning.has(`${source}|${hazard}`);
}

/** True where the alert never was about anything but lost sight: which alert tells that may change. */
const isOfSightAlone = ({ points }: Alert): boolean => points.every(({ rule }) => rule === 'coverage');

/** Every hazard told as not observed is still told so, at its grade or worse. */
function expectNoMoreSight(after: Desk, before: Desk): void {
  const now = toldBlind(after);
  for (const [key, was] of blindness(before).blind)
    expect(now.get(key) ?? 0, `${key} was blind`).toBeGreaterThanOrEqual(was);
}

/** Every alert of `before` still stands in `after`: as active, at its grade or worse. */
export function expectNoCalmer(after: Desk, before: Desk): void {
  expectNoMoreSight(after, before);
  const now = hazardsOf(after);
  for (const [key, was] of hazardsOf(before)) {
    const is = now.get(key);
    expect(is, `${key} is gone`).toBeDefined();
    if (is === undefined || isReturning(before, was) || isOfSightAlone(was)) continue;
    expect(is.active || !was.active, `${key} was active`).toBe(true);
    // What had returned and is active again may have been eased by good readings in between; its worst grade stays.
    if (was.active) expect(gradeOf(is.grade), `grade of ${key}`).toBeGreaterThanOrEqual(gradeOf(was.grade));
    expect(gradeOf(is.peakGrade), `worst grade of ${key}`).toBeGreaterThanOrEqual(gradeOf(was.peakGrade));
    expect(is.blindSince !== undefined || was.blindSince === undefined, `${key} was blind`).toBe(true);
  }
}

/** Nothing that was told of hazards since `before` takes anything back. */
export function expectNoCalmNews(after: Desk, before: Desk): void {
  const news = after.transitions
    .slice(before.transitions.length)
    // What took the sight of a hazard may change; that it is not observed stays told (expectNoMoreSight).
    .filter(({ alert, rule }) => alert.kind === 'hazard' && alert.hazard !== LOST_SIGHT && rule !== 'coverage');
  const calming = news.filter(
    ({ change, alert }) => CALMING.has(change) && !(change === 'eased' && isQuiet(after, alert)),
  );
  expect(calming.map(({ change, alert }) => `${change} ${alert.key}`)).toEqual([]);
}

/** It has returned, and all who were in it speak on change: the time that they say nothing counts. */
function isQuiet({ state }: Desk, { active, points }: Alert): boolean {
  return !active && points.every(({ number }) => number < 0 || isEventDriven(state.registry.points[number]));
}

/** What was told, without the numbers that count inputs. */
export function told(desk: Desk, enterprise = 'yt'): unknown[] {
  return desk.transitions
    .filter(({ alert }) => alert.enterprise === enterprise)
    .map(({ at, change, from, to, gradeBefore, point: by, rule, annunciate, alert }) => ({
      at,
      change,
      from,
      to,
      gradeBefore,
      by,
      rule,
      annunciate,
      key: alert.key,
      grade: alert.grade,
      points: alert.points,
      reasons: alert.reasons,
    }));
}
