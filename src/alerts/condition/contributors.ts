/**
 * How one contributor enters, changes, loses sight and leaves an alert's record. It tells nobody and grades nothing; the
 * book does both.
 */
import { POINTS_SHOWN_MAX } from '../../model/alert.ts';
import type { Grade } from '../../model/grade.ts';
import type { EpochMs } from '../../model/time.ts';
import type { GradingContributor, Standing } from '../grade/ladder.ts';
import type { AlertRecord, Contribution, GroupRef, PointNumbers, PointRecord } from '../record.ts';
import { contributorOf } from '../record.ts';

/** Highest grade of a device alarm: a fault of an instrument is never shown as a danger. */
const DEVICE_GRADE_MAX: Grade = 2;

/**
 * `new-point`: no rule of the point was contributing on this side; `worse-level`: a known point goes further or by another rule;
 * `same`: nothing an operator would see.
 */
export type Appearance = 'new-point' | 'worse-level' | 'same';

/** Takes a contribution into the record: the slot is active afterwards, at that level, with what is known of it. */
export function takeIn(record: AlertRecord, c: Contribution, now: EpochMs, live: PointNumbers): Appearance {
  // A device clock may run ahead by what admission allows; nothing stands for a time that has not begun.
  const at = Math.min(c.at, now);
  const known = record.points.find((p) => p.slot === c.slot);
  const pointKnown = record.points.some((p) => p.active && isSameSide(p, c));
  const rose = known === undefined || !known.active || c.level > known.level;
  const previous = known?.active ? known.standings : [];
  const blindSince = (known?.active ? known.blindSince : live.blindSince) ?? null;
  const fresh: PointRecord = {
    ...recorded(record.group, c),
    // In our own clock: the times of two gateways are not to be compared, and one of them may be wrong.
    standings: standingsAfter(previous, c, now),
    active: true,
    since: known?.active ? known.since : at,
    blindSince,
    latched: c.latched || (known?.latched ?? false),
    soundedAt: known?.soundedAt ?? Number.MIN_SAFE_INTEGER,
    missedAt: known?.missedAt ?? null,
    shown: null,
  };
  if (known === undefined) record.points.push(fresh);
  else record.points[record.points.indexOf(known)] = fresh;
  if (!rose) return 'same';
  return pointKnown ? 'worse-level' : 'new-point';
}

/** The configuration half of a contributor, free of values JSON cannot carry. */
function recorded(group: GroupRef, c: Contribution) {
  const fixedGrade =
    group.kind === 'device' ? (Math.min(DEVICE_GRADE_MAX, group.deviceGrade ?? 1) as Grade) : c.fixedGrade;
  return {
    slot: c.slot,
    point: c.point,
    number: c.number,
    rule: c.rule,
    ...(c.side === undefined ? {} : { side: c.side }),
    level: c.level,
    offDelayMs: c.offDelayMs,
    ...(c.transmitter === undefined ? {} : { transmitter: c.transmitter }),
    floors: c.floors,
    // "Never" arrives as infinity, which JSON has not.
    persistenceMs: Math.min(c.persistenceMs, Number.MAX_SAFE_INTEGER),
    responseMs: c.responseMs,
    ...(c.timeToLimitMs === undefined ? {} : { timeToLimitMs: c.timeToLimitMs }),
    ...(c.r2 === undefined ? {} : { r2: c.r2 }),
    ...(fixedGrade === undefined ? {} : { fixedGrade }),
    ...(c.detail === undefined ? {} : { detail: c.detail }),
  };
}

/** A contribution by itself, as the grading takes it: seen, and standing since it was sampled. */
export function contributionOf(group: GroupRef, c: Contribution): GradingContributor {
  const standings = standingsAfter([], c, c.at);
  const rest = {
    active: true,
    latched: false,
    since: c.at,
    soundedAt: c.at,
    blindSince: null,
    missedAt: null,
    shown: null,
  };
  return contributorOf({ ...recorded(group, c), standings, ...rest });
}

/** A level already reached keeps its time and its good evidence; one that is left loses both. */
function standingsAfter(previous: readonly Standing[], c: Contribution, at: EpochMs): Standing[] {
  const standings: Standing[] = [];
  for (let i = 0; i < c.level; i++) {
    const before = previous[i];
    standings.push({ since: before?.since ?? at, certain: (before?.certain ?? false) || !c.uncertain });
  }
  return standings;
}

/** The slot contributes no more, and whether it is seen no longer matters. What latches goes on counting until it is reset. */
export function leave(point: PointRecord, shown: PointNumbers): void {
  point.active = false;
  point.blindSince = null;
  point.shown = shown;
}

/** Whether an appearance of this point on this side may sound again: at most once per off-delay, its first one always. */
export function maySound(record: AlertRecord, point: PointRecord, now: EpochMs): boolean {
  return record.points.every((p) => !isSameSide(p, point) || now - p.soundedAt >= point.offDelayMs);
}

/** The same point, too high or too low: what of it an acknowledgement covers. */
function isSameSide(a: Pick<PointRecord, 'point' | 'side'>, b: Pick<PointRecord, 'point' | 'side'>): boolean {
  return a.point === b.point && a.side === b.side;
}

/** True while any rule of the point has lost sight. */
export function isPointBlind(record: AlertRecord, point: string): boolean {
  return record.points.some((p) => p.point === point && p.blindSince !== null);
}

export function activePoint(record: AlertRecord, slot: number): PointRecord | undefined {
  return record.points.find((p) => p.active && p.slot === slot);
}

/** True when the reading tells nothing that the alert's story does not have yet. */
export function isOldNews(point: PointRecord, c: Contribution, gapMs: number): boolean {
  if (c.level > point.level) return false;
  if (point.active && c.at >= point.since) return true;
  return point.missedAt !== null && Math.abs(c.at - point.missedAt) <= Math.max(gapMs, point.offDelayMs);
}

/**
 * Evidence is sealed at every raise and worsening. Where hundreds of points join one alert without changing its grade, it is
 * sealed at every so many of them: each capsule holds all contributors, and all of them squared is no evidence but a flood.
 */
export function sealEvery(points: number): number {
  return points <= POINTS_SHOWN_MAX ? 1 : POINTS_SHOWN_MAX;
}
