/**
 * The alert book: every open alert of the engine, changed only through contributions, silence, time and commands, each
 * change told as one numbered transition. It judges no reading; silence, bad quality and time never calm anything in it.
 */
import type { Alert, AlertState } from '../model/alert.ts';
import { ALERT_STATES } from '../model/alert.ts';
import type { Command, Outcome } from '../model/command.ts';
import type { GradeName } from '../model/grade.ts';
import { GRADE_NAMES } from '../model/grade.ts';
import { NONE } from '../model/level.ts';
import type { DurationMs, EpochMs } from '../model/time.ts';
import { DAY_MS, MINUTE_MS } from '../model/time.ts';
import { applyCommand, endsByItself, refusalOf } from './commands/commands.ts';
import { activePoint, isOldNews, isPointBlind, leave, maySound, sealEvery, takeIn } from './condition/contributors.ts';
import { deadlineOf, setDeadline } from './deadlines.ts';
import { gradeAsOf, grown, regrade, relapse, stepDown } from './grade/easing.ts';
import type { AlertRecord, Contribution, GroupRef, PointRecord } from './record.ts';
import { keyOf } from './record.ts';
import { NORMAL, stateOf } from './state/lifecycle.ts';
import type { Before, BookContext, News } from './tell.ts';
import { beforeOf, passed, tell } from './tell.ts';
import type { Describe } from './view.ts';
import { numbersOf, viewOf } from './view.ts';

/** A new activation within this time of closing names the alert it reopens; as long is a closed id remembered. */
const REOPEN_MS: DurationMs = DAY_MS;
/** Late readings closer together than this are one missed excursion. */
const MISSED_GAP_MS: DurationMs = MINUTE_MS;
/** The newest closed occurrence of a key. Kept for good: there are as many keys as the registry has, not as alerts come. */
interface Past {
  readonly id: string;
  readonly closedAt: EpochMs;
  readonly occurrence: number;
}

/** JSON data. Shares memory with the live book: serialise it before the next step. */
export interface BookImage {
  readonly alerts: readonly AlertRecord[];
  readonly past: readonly (readonly [string, Past])[];
  readonly closed: readonly (readonly [string, EpochMs])[];
}

export interface BookCounts {
  readonly open: number;
  readonly byGrade: Readonly<Record<GradeName, number>>;
  readonly byState: Readonly<Record<AlertState, number>>;
}

export class Book {
  private readonly byId = new Map<string, AlertRecord>();
  private readonly byKey = new Map<string, AlertRecord>();
  /** The open alert a contributor belongs to, contributing or not. */
  private readonly slots = new Map<number, AlertRecord>();
  private readonly past = new Map<string, Past>();
  /** Ids closed less than a day ago, oldest first. */
  private readonly closed = new Map<string, EpochMs>();
  /** Open records that may have changed since somebody cleared it, for whoever keeps copies; not part of the book. */
  readonly touched = new Set<AlertRecord>();

  /**
   * A contributor is in alarm at this level: raises, raises again, worsens, adds a point, or changes nothing. May be
   * repeated. A lower level than before lets the grade come down in time, by good readings (`sampled`). Call it again
   * when a level first known from an uncertain reading is confirmed by a good one.
   */
  contribute(group: GroupRef, c: Contribution, ctx: BookContext): void {
    if (c.level === NONE) return;
    const key = keyOf(group);
    const elsewhere = this.slots.get(c.slot);
    // The point was moved to another source: the alert it leaves must say so, and must not look calmer than it is.
    if (elsewhere !== undefined && elsewhere.key !== key)
      this.leaveAlert(elsewhere, c.slot, c.at, ctx, 'limit-changed');
    if (c.excluded !== undefined && !this.contributes(c.slot)) return;

    const open = this.byKey.get(key);
    const record = open ?? this.begin(group, key, c.at, ctx, false);
    this.touched.add(record);
    const before = beforeOf(record);
    const wasActive = record.flags.active;
    record.group = group;
    const appearance = takeIn(record, c, ctx.at, ctx.describe(c.slot));
    this.slots.set(c.slot, record);
    record.flags = passed(record.flags, 'condition');
    record.clearedAt = null;
    if (!wasActive) relapse(record);
    const graded = regrade(record, ctx.at, ctx.at);
    const point = activePoint(record, c.slot)!;
    const cause = { point: c.point, rule: c.rule };

    if (open === undefined) this.alarm(record, ctx, before, { change: 'raised', ...cause }, point);
    else if (!wasActive) {
      record.activations++;
      // Whatever was verified was the last activation, not this one.
      record.handling = 'new';
      this.alarm(record, ctx, before, { change: 're-raised', ...cause }, point);
    } else if (record.grade > before.grade) {
      this.alarm(record, ctx, before, { change: 'worse-grade', ...cause }, point);
    } else if (appearance === 'new-point' && maySound(record, point, ctx.at)) {
      this.alarm(record, ctx, before, { change: 'new-point', ...cause }, point);
    } else if (appearance !== 'same') {
      // A point that comes back within its off-delay, or a known point that goes further without changing the grade: on
      // record, and shown, but covered by what was acknowledged and heard.
      tell(record, ctx, before, { change: 'new-point', ...cause });
    } else {
      setDeadline(record, 'regrade', graded.result.dueAt, ctx);
      return;
    }
    const sealed = record.grade > before.grade || record.points.length % sealEvery(record.points.length) === 0;
    if (record.worsenedSeq === record.seq && sealed) {
      ctx.worsened?.(record.id, record.seq, graded.input, graded.result);
    }
    setDeadline(record, 'regrade', graded.result.dueAt, ctx);
  }

  /** A contributor's level is back to none by good readings, or because its limit or rule was changed. */
  withdraw(group: GroupRef, slot: number, at: EpochMs, ctx: BookContext, cause: 'cleared' | 'limit-changed'): void {
    const record = this.slots.get(slot);
    if (record === undefined) return;
    if (record.key === keyOf(group)) record.group = group;
    this.leaveAlert(record, slot, at, ctx, cause);
  }

  /** A contributor lost or regained good sight. Losing it re-annunciates: nobody can see any more whether it gets worse. */
  blind(slot: number, blind: boolean, at: EpochMs, ctx: BookContext): void {
    const record = this.slots.get(slot);
    const point = record === undefined ? undefined : activePoint(record, slot);
    if (record === undefined || point === undefined || record.group.kind === 'device') return;
    if (blind === (point.blindSince !== null)) return;
    this.touched.add(record);
    const before = beforeOf(record);
    const cause = { point: point.point, rule: point.rule };
    // The rules of one point lose sight together; that is told once.
    const alreadyBlind = isPointBlind(record, point.point);
    point.blindSince = blind ? Math.min(at, ctx.at) : null;
    if (blind && !alreadyBlind)
      tell(record, ctx, before, { change: 'went-blind', ...cause, sound: true, worsens: true });
    else if (!blind && !isPointBlind(record, point.point))
      tell(record, ctx, before, { change: 'sight-restored', ...cause });
  }

  /**
   * A reading that came too late for the delays breached a limit in force, or an alarm was already over when its readings
   * arrived: on record as not yet answered, without sound.
   */
  missed(group: GroupRef, c: Contribution, ctx: BookContext): void {
    if (c.level === NONE || c.excluded !== undefined) return;
    const key = keyOf(group);
    const open = this.byKey.get(key);
    if (open !== undefined) this.touched.add(open);
    const known = open?.points.find((p) => p.slot === c.slot);
    if (known !== undefined && isOldNews(known, c, MISSED_GAP_MS)) {
      known.missedAt = Math.max(known.missedAt ?? c.at, c.at);
      return;
    }
    const record = open ?? this.begin(group, key, c.at, ctx, true);
    const before = beforeOf(record);
    const graded = gradeAsOf(record, c);
    if (known === undefined || !known.active) {
      const wasActive = record.flags.active;
      takeIn(record, { ...c, latched: false }, ctx.at, {});
      leave(activePoint(record, c.slot)!, c.shown ?? {});
      if (!wasActive) {
        record.clearedAt = ctx.at;
        record.easingSince = Math.max(record.easingSince ?? ctx.at, ctx.at);
      }
      if (!this.slots.has(c.slot)) this.slots.set(c.slot, record);
    }
    record.points.find((p) => p.slot === c.slot)!.missedAt = c.at;
    grown(record, graded.result, open === undefined);
    const change = open === undefined ? 'raised' : 'missed-excursion';
    tell(record, ctx, before, { change, point: c.point, rule: c.rule, worsens: true });
    ctx.worsened?.(record.id, record.seq, graded.input, graded.result);
  }

  /** The instant asked for by `arm` has come: time in state may raise the grade, and never lowers it. */
  due(alertId: string, ctx: BookContext): void {
    const record = this.byId.get(alertId);
    if (
      record === undefined ||
      !record.flags.active ||
      ctx.at < (deadlineOf(record, 'regrade') ?? Number.POSITIVE_INFINITY)
    )
      return;
    this.touched.add(record);
    this.reconsider(record, ctx, ctx.at);
  }

  /**
   * A good reading of a point of this key was judged (for event-driven points: a tick with their gateway online). The only
   * way a grade comes down while the alert is active: one step each time good readings have shown less for the whole hold.
   */
  sampled(key: string, at: EpochMs, ctx: BookContext): void {
    const record = this.byKey.get(key);
    if (record === undefined || record.easingSince === null) return;
    this.touched.add(record);
    if (!record.flags.active) {
      record.sightedAt = Math.max(record.sightedAt ?? at, at);
      return;
    }
    const before = beforeOf(record);
    const graded = stepDown(record, at, ctx.at);
    if (graded === undefined) return;
    tell(record, ctx, before, { change: 'eased' });
    setDeadline(record, 'regrade', graded.result.dueAt, ctx);
  }

  /** Whether a good reading of this key may have something to say to `sampled`. */
  mayEase(key: string): boolean {
    const easingSince = this.byKey.get(key)?.easingSince;
    return easingSince !== undefined && easingSince !== null;
  }

  /** The service looks again: time in which nobody looked is no evidence that anything became better. */
  resumed(downFrom: EpochMs, ctx: BookContext): void {
    if (downFrom >= ctx.at) return;
    for (const record of this.byId.values()) {
      if (record.easingSince === null) continue;
      record.easingSince = Math.max(record.easingSince, ctx.at);
      this.touched.add(record);
    }
  }

  /** One operator command, answered at once; idempotency by command id is the caller's. */
  command(command: Command, ctx: BookContext): Outcome {
    const answer = { commandId: command.commandId, at: ctx.at };
    const record = this.byId.get(command.alertId);
    if (record === undefined) {
      return { ...answer, code: this.closed.has(command.alertId) ? 'already-closed' : 'no-such-alert', seq: 0 };
    }
    const latched = record.points.some((p) => p.latched || (p.active && ctx.describe(p.slot).latched === true));
    const refusal = refusalOf(record, command, ctx.unsaved, latched);
    if (refusal !== undefined) return { ...answer, ...refusal, seq: record.seq };
    this.touched.add(record);
    const before = beforeOf(record);
    const news = applyCommand(record, command, ctx.at);
    if (command.body.kind === 'close') this.close(record, ctx, before, news);
    else {
      tell(record, ctx, before, news);
      if (command.body.kind === 'reset' && record.flags.active) this.reconsider(record, ctx, ctx.at);
      this.endIfOver(record, ctx);
    }
    return { ...answer, code: 'applied', seq: record.seq };
  }

  /** Rule slots whose latch a reset of this alert releases. */
  latchedSlots(alertId: string): number[] {
    const points = this.byId.get(alertId)?.points ?? [];
    return points.filter((p) => p.slot >= 0 && (p.active || p.latched)).map((p) => p.slot);
  }

  /** True while the slot counts as in alarm. */
  contributes(slot: number): boolean {
    const record = this.slots.get(slot);
    return record !== undefined && activePoint(record, slot) !== undefined;
  }

  /** Forgets the ids closed a day ago or more. Cost is that of what is forgotten. */
  prune(at: EpochMs): void {
    for (const [id, closedAt] of this.closed) {
      if (at - closedAt < REOPEN_MS) return;
      this.closed.delete(id);
    }
  }

  /** Open alerts in the order they were raised. */
  get open(): Iterable<Readonly<AlertRecord>> {
    return this.byId.values();
  }

  find(alertId: string): Readonly<AlertRecord> | undefined {
    return this.byId.get(alertId);
  }

  /** The alert object of an open alert with live numbers. */
  view(alertId: string, describe: Describe, partition: number): Alert | undefined {
    const record = this.byId.get(alertId);
    return record === undefined ? undefined : viewOf(record, describe, partition);
  }

  /** Open alerts by grade and by state. Cost grows with the number of open alerts. */
  counts(): BookCounts {
    const byGrade: Record<GradeName, number> = { red: 0, orange: 0, yellow: 0, blue: 0 };
    const byState = Object.fromEntries(ALERT_STATES.map((state) => [state, 0])) as Record<AlertState, number>;
    for (const { grade, flags } of this.byId.values()) {
      byGrade[GRADE_NAMES[grade] as GradeName]++;
      byState[stateOf(flags)]++;
    }
    return { open: this.byId.size, byGrade, byState };
  }

  encode(): BookImage {
    return { alerts: [...this.byId.values()], past: [...this.past], closed: [...this.closed] };
  }

  /** A book that goes on exactly as the encoded one. The image is copied. */
  static load(image: BookImage): Book {
    const copy: BookImage = JSON.parse(JSON.stringify(image));
    const book = new Book();
    for (const record of copy.alerts) {
      book.byId.set(record.id, record);
      book.byKey.set(record.key, record);
      // A contributor that was moved to another source stands in two alerts; it belongs to the one it contributes to.
      for (const p of record.points) if (p.active || !book.slots.has(p.slot)) book.slots.set(p.slot, record);
    }
    for (const [key, past] of copy.past) book.past.set(key, past);
    for (const [id, closedAt] of copy.closed) book.closed.set(id, closedAt);
    return book;
  }

  private begin(group: GroupRef, key: string, at: EpochMs, ctx: BookContext, retrospective: boolean): AlertRecord {
    const past = this.past.get(key);
    const reopens = past !== undefined && ctx.at - past.closedAt < REOPEN_MS ? past.id : undefined;
    const record: AlertRecord = {
      id: `a${ctx.partition.toString(36)}.${ctx.input.toString(36)}-${ctx.nextIndex()}`,
      key,
      group,
      flags: NORMAL,
      grade: 0,
      peakGrade: 0,
      handling: 'new',
      detectedAt: at,
      receivedAt: ctx.receivedAt,
      raisedAt: ctx.at,
      changedAt: ctx.at,
      clearedAt: null,
      closedAt: null,
      acknowledgements: [],
      points: [],
      reasons: [],
      occurrence: (past?.occurrence ?? 0) + 1,
      activations: 1,
      ...(reopens === undefined ? {} : { reopens }),
      retrospective,
      unsaved: ctx.unsaved,
      seq: 0,
      worsenedSeq: 0,
      worsenedAt: ctx.at,
      shelf: null,
      outOfServiceBy: null,
      duties: [],
      deadlines: [],
      links: [],
      closing: null,
      easingSince: null,
      sightedAt: null,
    };
    this.byId.set(record.id, record);
    this.byKey.set(key, record);
    return record;
  }

  private alarm(record: AlertRecord, ctx: BookContext, before: Before, news: News, point: PointRecord): void {
    point.soundedAt = ctx.at;
    tell(record, ctx, before, { ...news, sound: true, worsens: true });
  }

  /** Grades again what stays active. Time may have made it worse meanwhile, whatever the occasion: that sounds. */
  private reconsider(record: AlertRecord, ctx: BookContext, sampledAt: EpochMs): void {
    const before = beforeOf(record);
    const graded = regrade(record, ctx.at, sampledAt);
    if (record.grade > before.grade) {
      tell(record, ctx, before, { change: 'worse-grade', sound: true, worsens: true });
      ctx.worsened?.(record.id, record.seq, graded.input, graded.result);
    }
    setDeadline(record, 'regrade', graded.result.dueAt, ctx);
  }

  private leaveAlert(
    record: AlertRecord,
    slot: number,
    at: EpochMs,
    ctx: BookContext,
    cause: 'cleared' | 'limit-changed',
  ): void {
    this.touched.add(record);
    const point = activePoint(record, slot);
    if (point === undefined) return;
    const before = beforeOf(record);
    const news = { point: point.point, rule: point.rule };
    leave(point, numbersOf(ctx.describe(slot)));
    if (record.points.some((p) => p.active)) {
      tell(record, ctx, before, { change: cause === 'cleared' ? 'point-cleared' : cause, ...news });
      this.reconsider(record, ctx, at);
      return;
    }
    const latched = record.points.some((p) => p.latched);
    record.flags = passed(record.flags, latched ? 'clear-latched' : 'clear');
    record.clearedAt = ctx.at;
    setDeadline(record, 'regrade', undefined, ctx);
    record.easingSince = at;
    if (cause === 'limit-changed') {
      // The process has not changed, only what is asked of it: somebody has to look at that.
      tell(record, ctx, before, { change: cause, ...news, worsens: true });
    } else tell(record, ctx, before, { change: latched ? 'latched' : 'cleared', ...news });
    this.endIfOver(record, ctx);
  }

  private endIfOver(record: AlertRecord, ctx: BookContext): void {
    if (endsByItself(record)) this.close(record, ctx, beforeOf(record), { change: 'closed' });
  }

  private close(record: AlertRecord, ctx: BookContext, before: Before, news: News): void {
    record.handling = 'closed';
    record.closedAt = ctx.at;
    tell(record, ctx, before, news);
    this.touched.delete(record);
    this.byId.delete(record.id);
    this.byKey.delete(record.key);
    for (const { slot } of record.points) if (this.slots.get(slot) === record) this.slots.delete(slot);
    this.past.set(record.key, { id: record.id, closedAt: ctx.at, occurrence: record.occurrence });
    this.closed.set(record.id, ctx.at);
  }
}
