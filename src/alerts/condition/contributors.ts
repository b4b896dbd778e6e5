/**
 * How a contributor enters the record of an alert, goes further in it and leaves, and what of that may be heard. It tells
 * nobody and grades nothing.
 */
import { POINTS_SHOWN_MAX } from '../../model/alert.ts';
import type { Grade } from '../../model/grade.ts';
import type { EpochMs } from '../../model/time.ts';
import type { GradingContributor, Standing } from '../grade/grading.ts';
import { contributorOf } from '../grade/input.ts';
import type { OpenAlert } from '../open-alert.ts';
import type { Contribution, GroupRef, PointNumbers, PointRecord } from '../record.ts';
import { isChatter } from './chatter.ts';

/** Highest grade of a device alarm: a fault of an instrument is never shown as a danger. */
const DEVICE_GRADE_MAX: Grade = 2;

/**
 * `new-point`: no rule of the point was contributing on this side; `worse-level`: a known point goes further or by another
 * rule; `chatter`: what was heard and had just ended is there again, and stands for no more than then; `more`, `less`: it
 * blinds or lacks more than before, or stands for less, at the same level; `same`: nothing an operator would see.
 */
export type Appearance = 'new-point' | 'worse-level' | 'chatter' | 'more' | 'less' | 'same';

/** Takes a contribution into the record: the slot is active afterwards, at that level, with what is known of it. */
export function takeIn(alert: OpenAlert, c: Contribution, now: EpochMs, live: PointNumbers): Appearance {
  // A device clock may run ahead by what admission allows; nothing stands for a time that has not begun.
  const at = Math.min(c.at, now);
  const known = alert.find(c.slot);
  const pointKnown = alert.ofPoint(c.point).some((p) => p.active && p.side === c.side);
  const grew = c.about?.some((name) => known?.about?.includes(name) !== true) === true;
  const rose = known === undefined || !known.active || c.level > known.level || grew;
  const chatters = !grew && comesAgain(alert, known, c, now);
  const previous = known?.active ? known.standings : [];
  const blindSince = (known?.active ? known.blindSince : live.blindSince) ?? null;
  const own: Own = {
    // In our own clock: the times of two gateways are not to be compared, and one of them may be wrong.
    standings: standingsAfter(previous, c, now),
    active: true,
    since: known?.active ? known.since : at,
    blindSince,
    latched: c.latched || (known?.latched ?? false),
    soundedAt: known?.soundedAt ?? Number.MIN_SAFE_INTEGER,
    lostUntil: known?.lostUntil ?? null,
    missedAt: known?.missedAt ?? null,
    shown: null,
  };
  alert.put(recorded(alert.record.group, c, own));
  if (!rose) return extentOf(known, c);
  if (chatters) return 'chatter';
  return pointKnown ? 'worse-level' : 'new-point';
}

/** Against how it was told last; of what was stored without a count nobody knows whether it is another one now. */
function extentOf({ about = [], blinds, lacks }: PointRecord, c: Contribution): Appearance {
  const now = c.blinds ?? c.lacks ?? 0;
  const before = blinds ?? lacks ?? now;
  if ((c.about?.length ?? 0) < about.length || now < before) return 'less';
  return now > before ? 'more' : 'same';
}

/** At no worse grade than it had when it ended. */
function comesAgain(alert: OpenAlert, known: PointRecord | undefined, c: Contribution, now: EpochMs): boolean {
  if (known === undefined || known.active || c.chatterMs === undefined) return false;
  const grade = fixedGradeOf(alert.record.group, c) ?? 0;
  return grade <= (known.fixedGrade ?? 0) && isChatter(known, c.chatterMs, now);
}

function fixedGradeOf(group: GroupRef, c: Contribution): Grade | undefined {
  if (group.kind !== 'device') return c.fixedGrade;
  return Math.min(DEVICE_GRADE_MAX, group.deviceGrade ?? 1) as Grade;
}

/** The half of a contributor that is its own, and not its configuration's. */
type Own = Pick<
  PointRecord,
  'standings' | 'active' | 'since' | 'blindSince' | 'latched' | 'soundedAt' | 'lostUntil' | 'missedAt' | 'shown'
>;

/** A contributor in full, free of values JSON cannot carry. Field by field: copying halves together costs a hundred times that. */
function recorded(group: GroupRef, c: Contribution, own: Own): PointRecord {
  return {
    slot: c.slot,
    point: c.point,
    number: c.number,
    rule: c.rule,
    side: c.side,
    level: c.level,
    offDelayMs: c.offDelayMs,
    chatterMs: c.chatterMs,
    transmitter: c.transmitter,
    computedFrom: c.computedFrom,
    floors: c.floors,
    gradeAtMost: c.gradeAtMost,
    step: c.step,
    restsOn: c.restsOn,
    lacks: c.lacks,
    // "Never" arrives as infinity, which JSON has not.
    persistenceMs: Math.min(c.persistenceMs, Number.MAX_SAFE_INTEGER),
    responseMs: c.responseMs,
    timeToLimitMs: c.timeToLimitMs,
    r2: c.r2,
    fixedGrade: fixedGradeOf(group, c),
    detail: c.detail,
    about: c.about,
    blinds: c.blinds,
    standings: own.standings,
    active: own.active,
    since: own.since,
    blindSince: own.blindSince,
    latched: own.latched,
    soundedAt: own.soundedAt,
    lostUntil: own.lostUntil,
    missedAt: own.missedAt,
    shown: own.shown,
  };
}

/** A contribution by itself, as the grading takes it: seen, and standing since it was sampled. */
export function contributionOf(group: GroupRef, c: Contribution): GradingContributor {
  const own: Own = {
    standings: standingsAfter([], c, c.at),
    active: true,
    since: c.at,
    blindSince: null,
    latched: false,
    soundedAt: c.at,
    missedAt: null,
    shown: null,
  };
  return contributorOf(recorded(group, c, own));
}

/** A level already reached keeps its time and its good evidence; one that is left loses both. */
function standingsAfter(previous: readonly Standing[], c: Contribution, at: EpochMs): Standing[] {
  const standings: Standing[] = [];
  for (let i = 0; i < c.level; i++) {
    const before = previous[i];
    const certain = (before?.certain ?? false) || !c.uncertain;
    standings.push({ since: before?.since ?? at, certain });
  }
  return standings;
}

/** The slot contributes no more, and whether it is seen no longer matters. What latches goes on counting until it is reset. */
export function leave(alert: OpenAlert, point: PointRecord, shown: PointNumbers, now: EpochMs): void {
  const isLoss = point.blindSince !== null || point.chatterMs !== undefined;
  alert.put({ ...point, active: false, blindSince: null, lostUntil: isLoss ? now : point.lostUntil, shown });
}

/**
 * Whether an appearance of this point on this side (too high, too low: what of it an acknowledgement covers) may sound again:
 * at most once per off-delay, its first one always.
 */
export function maySound(alert: OpenAlert, c: Contribution, now: EpochMs): boolean {
  return alert.ofPoint(c.point).every((p) => p.side !== c.side || now - p.soundedAt >= c.offDelayMs);
}

/**
 * Evidence is sealed at every raise and worsening. Where hundreds of points join one alert without changing its grade, it is
 * sealed at every so many of them: each capsule holds all contributors, and all of them squared is no evidence but a flood.
 */
export function sealsAt(pointsBefore: number, points: number): boolean {
  if (points <= POINTS_SHOWN_MAX) return true;
  return Math.floor(pointsBefore / POINTS_SHOWN_MAX) !== Math.floor(points / POINTS_SHOWN_MAX);
}
