/**
 * The alert object that screens, sites and the history get, built from a record and the live numbers of its contributors.
 * It shows and decides nothing.
 */
import type { Alert, AlertPoint } from '../model/alert.ts';
import { POINTS_SHOWN_MAX } from '../model/alert.ts';
import type { GradeName } from '../model/grade.ts';
import { GRADE_NAMES } from '../model/grade.ts';
import { LEVEL_NAMES } from '../model/level.ts';
import type { OpenAlert } from './condition/contributors.ts';
import type { AlertRecord, PointNumbers, PointRecord } from './record.ts';
import { coveringAcknowledgement } from './record.ts';
import { stateOf } from './state/flags.ts';

/** Live numbers of a contributor by its slot. */
export type Describe = (slot: number) => PointNumbers;

export function viewOf(alert: OpenAlert, describe: Describe, partition: number): Alert {
  const { record } = alert;
  const { group, flags } = record;
  const blindSince = blindSinceOf(record);
  return {
    id: record.id,
    key: record.key,
    partition,
    kind: group.kind,
    enterprise: group.enterprise,
    source: group.source,
    unit: group.unit,
    hazard: group.hazard,
    division: group.division,
    state: stateOf(flags),
    active: flags.active,
    acked: flags.acked,
    ackedLevel: coveringAcknowledgement(record, 'enterprise')?.level ?? null,
    shelved: flags.shelved,
    suppressed: flags.suppressed,
    outOfService: flags.outOfService,
    latched: flags.latched,
    blindSince,
    // An open alert always has a grade: what is graded 0 never becomes one.
    grade: GRADE_NAMES[record.grade] as GradeName,
    peakGrade: GRADE_NAMES[record.peakGrade] as GradeName,
    handling: record.handling,
    detectedAt: record.detectedAt,
    receivedAt: record.receivedAt,
    raisedAt: record.raisedAt,
    changedAt: record.changedAt,
    worsenedAt: record.worsenedAt,
    clearedAt: record.clearedAt ?? undefined,
    closedAt: record.closedAt ?? undefined,
    acknowledgements: record.acknowledgements,
    shelf: record.shelf ?? undefined,
    outOfServiceBy: record.outOfServiceBy ?? undefined,
    duties: record.duties,
    deadlines: record.deadlines,
    links: record.links,
    closing: record.closing ?? undefined,
    points: shownPoints(record.points).map((point) => shared(alert, pointView(point, describe), point.slot)),
    pointsTotal: record.points.length <= POINTS_SHOWN_MAX ? undefined : record.points.length,
    reasons: record.reasons,
    occurrence: record.occurrence,
    activations: record.activations,
    reopens: record.reopens,
    exercise: group.exercise,
    retrospective: record.retrospective,
    unsaved: record.unsaved,
    seq: record.seq,
    worsenedSeq: record.worsenedSeq,
  };
}

/** All in order of appearance; of very many the ones still in alarm and furthest gone, of these the ones that came first. */
function shownPoints(points: readonly PointRecord[]): readonly PointRecord[] {
  if (points.length <= POINTS_SHOWN_MAX) return points;
  const ranks: PointRecord[][] = [];
  // Counted into ranks, not sorted: this is asked for at every change of an alert of thousands.
  for (const point of points) {
    const rank = Number(point.active) * LEVEL_NAMES.length + point.level;
    ranks[rank] ??= [];
    if (ranks[rank].length < POINTS_SHOWN_MAX) ranks[rank].push(point);
  }
  return ranks.reverse().flat().slice(0, POINTS_SHOWN_MAX);
}

/** Since when the first of the contributors now without sight has been so. */
export function blindSinceOf(record: AlertRecord): number | undefined {
  let earliest: number | undefined;
  for (const { blindSince } of record.points) {
    if (blindSince === null) continue;
    if (earliest === undefined || blindSince < earliest) earliest = blindSince;
  }
  return earliest;
}

/** The numbers worth keeping once a contributor is gone. */
export function numbersOf({ latched: _latched, blindSince: _blind, ...kept }: PointNumbers): PointNumbers {
  return kept;
}

/** The object shown last time where nothing of it has changed: thousands of transitions of one alert must not copy it. */
function shared(alert: OpenAlert, point: AlertPoint, slot: number): AlertPoint {
  const last = alert.shown.get(slot);
  if (last !== undefined && isSame(last, point)) return last;
  alert.shown.set(slot, point);
  return point;
}

function isSame(a: AlertPoint, b: AlertPoint): boolean {
  const keys = Object.keys(b) as (keyof AlertPoint)[];
  return Object.keys(a).length === keys.length && keys.every((key) => a[key] === b[key]);
}

function pointView(point: PointRecord, describe: Describe): AlertPoint {
  const live = point.active ? describe(point.slot) : {};
  const shown = point.active ? numbersOf(live) : point.shown;
  return {
    ...shown,
    excursions: shown?.excursions ?? 1,
    id: point.point,
    number: point.number,
    rule: point.rule,
    level: LEVEL_NAMES[point.level],
    active: point.active,
    held: point.blindSince !== null,
    latched: point.latched || live.latched === true,
    since: point.since,
    blindSince: point.blindSince ?? undefined,
  };
}
