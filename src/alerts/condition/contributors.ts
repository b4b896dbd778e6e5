/**
 * The contributors of one alert, found by slot and by point without a search, and how one enters its record. It tells nobody
 * and grades nothing. Contributors only come: who has left stands there as no longer active.
 */
import type { AlertPoint } from '../../model/alert.ts';
import { POINTS_SHOWN_MAX } from '../../model/alert.ts';
import type { Grade } from '../../model/grade.ts';
import type { EpochMs } from '../../model/time.ts';
import type { GradingContributor, Standing } from '../grade/grading.ts';
import { contributorOf } from '../grade/input.ts';
import type { AlertRecord, Contribution, GroupRef, PointNumbers, PointRecord } from '../record.ts';
import { isChatter } from './chatter.ts';

/** Highest grade of a device alarm: a fault of an instrument is never shown as a danger. */
const DEVICE_GRADE_MAX: Grade = 2;

/** An open alert at work: its record, which is all that is stored, and the index of the contributors in it. */
export class OpenAlert {
  readonly record: AlertRecord;
  /** What was last shown of a contributor: what did not change is not made again, so that transitions share it. */
  readonly shown = new Map<number, AlertPoint>();
  private readonly bySlot = new Map<number, number>();
  private readonly byPoint = new Map<string, number[]>();

  constructor(record: AlertRecord) {
    this.record = record;
    record.points.forEach((point, i) => {
      this.index(point, i);
    });
  }

  /** Contributing or not. */
  find(slot: number): PointRecord | undefined {
    const i = this.bySlot.get(slot);
    return i === undefined ? undefined : this.record.points[i];
  }

  active(slot: number): PointRecord | undefined {
    const point = this.find(slot);
    return point?.active ? point : undefined;
  }

  /** All rules of one point. */
  ofPoint(id: string): PointRecord[] {
    return (this.byPoint.get(id) ?? []).map((i) => this.record.points[i]);
  }

  /** True while any rule of the point has lost sight. */
  isBlind(id: string): boolean {
    return this.ofPoint(id).some((p) => p.blindSince !== null);
  }

  put(point: PointRecord): void {
    const { points } = this.record;
    const i = this.bySlot.get(point.slot);
    if (i !== undefined) points[i] = point;
    else this.index(point, points.push(point) - 1);
  }

  private index({ slot, point }: PointRecord, i: number): void {
    this.bySlot.set(slot, i);
    const others = this.byPoint.get(point);
    if (others === undefined) this.byPoint.set(point, [i]);
    else others.push(i);
  }
}

/**
 * `new-point`: no rule of the point was contributing on this side; `worse-level`: a known point goes further or by another
 * rule; `chatter`: what was heard and had just ended is there again, and stands for no more than then; `less`: it stands for
 * less than before, at the same level; `same`: nothing an operator would see.
 */
export type Appearance = 'new-point' | 'worse-level' | 'chatter' | 'less' | 'same';

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
  alert.put({
    ...recorded(alert.record.group, c),
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
  });
  if (!rose) return (c.about?.length ?? 0) < (known?.about?.length ?? 0) ? 'less' : 'same';
  if (chatters) return 'chatter';
  return pointKnown ? 'worse-level' : 'new-point';
}

/** At no worse grade than it had when it ended. */
function comesAgain(alert: OpenAlert, known: PointRecord | undefined, c: Contribution, now: EpochMs): boolean {
  if (known === undefined || known.active || c.chatterMs === undefined) return false;
  const grade = recorded(alert.record.group, c).fixedGrade ?? 0;
  return grade <= (known.fixedGrade ?? 0) && isChatter(known, c.chatterMs, now);
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
    side: c.side,
    level: c.level,
    offDelayMs: c.offDelayMs,
    chatterMs: c.chatterMs,
    transmitter: c.transmitter,
    floors: c.floors,
    // "Never" arrives as infinity, which JSON has not.
    persistenceMs: Math.min(c.persistenceMs, Number.MAX_SAFE_INTEGER),
    responseMs: c.responseMs,
    timeToLimitMs: c.timeToLimitMs,
    r2: c.r2,
    fixedGrade,
    detail: c.detail,
    about: c.about,
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
    const certain = (before?.certain ?? false) || !c.uncertain;
    standings.push({ since: before?.since ?? at, certain });
  }
  return standings;
}

/** The slot contributes no more, and whether it is seen no longer matters. What latches goes on counting until it is reset. */
export function leave(point: PointRecord, shown: PointNumbers, now: EpochMs): void {
  if (point.blindSince !== null || point.chatterMs !== undefined) point.lostUntil = now;
  point.active = false;
  point.blindSince = null;
  point.shown = shown;
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
