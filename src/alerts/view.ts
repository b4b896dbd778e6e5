/**
 * The alert object that screens, sites and the history get, built from a record and the live numbers of its contributors.
 * It shows and decides nothing.
 */
import type { Alert, AlertPoint } from '../model/alert.ts';
import { POINTS_SHOWN_MAX } from '../model/alert.ts';
import type { GradeName } from '../model/grade.ts';
import { GRADE_NAMES } from '../model/grade.ts';
import { LEVEL_NAMES } from '../model/level.ts';
import type { OpenAlert } from './open-alert.ts';
import type { PointNumbers, PointRecord } from './record.ts';
import { coveringAcknowledgement } from './record.ts';
import { stateOf } from './state/flags.ts';

/** Live numbers of a contributor by its slot. */
export type Describe = (slot: number) => PointNumbers;

export function viewOf(alert: OpenAlert, describe: Describe, partition: number): Alert {
  const { record } = alert;
  const { group, flags } = record;
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
    blindSince: alert.blindSince,
    // An open alert always has a grade: what is graded 0 never becomes one.
    grade: GRADE_NAMES[record.grade] as GradeName,
    peakGrade: GRADE_NAMES[record.peakGrade] as GradeName,
    handling: record.handling,
    detectedAt: record.detectedAt,
    receivedAt: record.receivedAt,
    raisedAt: record.raisedAt,
    changedAt: record.changedAt,
    worsenedAt: record.worsenedAt,
    activatedAt: record.activatedAt ?? undefined,
    clearedAt: record.clearedAt ?? undefined,
    closedAt: record.closedAt ?? undefined,
    acknowledgements: record.acknowledgements,
    shelf: record.shelf ?? undefined,
    outOfServiceBy: record.outOfServiceBy ?? undefined,
    duties: record.duties,
    deadlines: record.deadlines,
    links: record.links,
    closing: record.closing ?? undefined,
    points: alert.foremost.map((record) => pointView(alert, record, describe)),
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

/** The numbers worth keeping once a contributor is gone. */
export function numbersOf({
  latched: _latched,
  blindSince: _blind,
  unclear: _unclear,
  ...kept
}: PointNumbers): PointNumbers {
  return kept;
}

/** The object shown last time where nothing of it has changed: thousands of transitions of one alert must not copy it. */
function pointView(alert: OpenAlert, record: PointRecord, describe: Describe): AlertPoint {
  const last = alert.shown.get(record.slot);
  const live = record.active ? describe(record.slot) : undefined;
  if (last?.of === record && (live === undefined || isSame(last.point, record, live))) return last.point;
  const point = live === undefined ? leftView(record) : liveView(record, live);
  alert.shown.set(record.slot, { of: record, point });
  return point;
}

function isSame(point: AlertPoint, record: PointRecord, live: PointNumbers): boolean {
  return (
    point.value === live.value &&
    point.sampledAt === live.sampledAt &&
    point.quality === live.quality &&
    point.peak === live.peak &&
    point.excursions === (live.excursions ?? 1) &&
    point.limit === live.limit &&
    point.limitValue === live.limitValue &&
    point.numbers === live.numbers &&
    point.bulletin === live.bulletin &&
    point.unclear === live.unclear &&
    point.latched === isLatched(record, live)
  );
}

/** Field by field: of two hundred points at every transition, copying is what costs most. */
function liveView(record: PointRecord, live: PointNumbers): AlertPoint {
  return {
    excursions: live.excursions ?? 1,
    value: live.value,
    sampledAt: live.sampledAt,
    quality: live.quality,
    peak: live.peak,
    limit: live.limit,
    limitValue: live.limitValue,
    numbers: live.numbers,
    bulletin: live.bulletin,
    unclear: live.unclear,
    id: record.point,
    number: record.number,
    rule: record.rule,
    level: LEVEL_NAMES[record.level],
    active: true,
    held: record.blindSince !== null,
    latched: isLatched(record, live),
    since: record.since,
    blindSince: record.blindSince ?? undefined,
    blinds: record.blinds,
  };
}

/** As it was when it left; it is not looked at any more. */
function leftView(record: PointRecord): AlertPoint {
  return {
    ...record.shown,
    excursions: record.shown?.excursions ?? 1,
    id: record.point,
    number: record.number,
    rule: record.rule,
    level: LEVEL_NAMES[record.level],
    active: false,
    held: record.blindSince !== null,
    latched: record.latched,
    since: record.since,
    blindSince: record.blindSince ?? undefined,
    blinds: record.blinds,
  };
}

const isLatched = (record: PointRecord, live: PointNumbers): boolean => record.latched || live.latched === true;
