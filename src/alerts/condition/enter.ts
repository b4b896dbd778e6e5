/**
 * Points that come into alarm or go further, one run of them: the alert is raised, raised again, worsens, gains points, or
 * stays as it is. It alarms for what nobody has answered yet, and for nothing twice.
 */
import type { Change } from '../../model/alert.ts';
import type { Grade } from '../../model/grade.ts';
import type { EpochMs } from '../../model/time.ts';
import { setDeadline } from '../deadlines.ts';
import { awaitEasing } from '../grade/ease-in-silence.ts';
import type { Graded } from '../grade/regrade.ts';
import { regrade } from '../grade/regrade.ts';
import type { OpenAlert } from '../open-alert.ts';
import type { OpenAlerts } from '../open-alerts.ts';
import type { Contribution, PointNumbers } from '../record.ts';
import { passed } from '../state/lifecycle.ts';
import type { Before, BookContext } from '../tell.ts';
import { beforeOf, tell } from '../tell.ts';
import { maySound, sealsAt, takeIn } from './contributors.ts';
import type { LevelFact } from './fact.ts';

/** The worst lost sight that chatters for as long as it likes: yellow. What is worse is heard again after its quiet time. */
const CHATTER_GRADE_MAX: Grade = 2;

/** How a lost cause that blinds more or less than before is told. */
type Extent = Extract<Change, 'went-blind' | 'sight-restored' | 'told-elsewhere'>;

export class Entering {
  private readonly alerts: OpenAlerts;
  private readonly alert: OpenAlert;
  private readonly isNew: boolean;
  private readonly ctx: BookContext;
  private readonly before: Before;
  private readonly wasActive: boolean;
  private readonly pointsBefore: number;
  /** Contributors that appeared or went further. */
  private readonly joined: Contribution[] = [];
  private readonly numbers = new Map<number, PointNumbers>();
  private first: Contribution | undefined;
  /** It blinds more than before, or stands for less: what was lost is there again, or is told in another alert. */
  private extent: { readonly change: Extent; readonly toldIn: string | undefined } | undefined;
  /** A forecast that stands has moved. */
  private bulletin: { readonly of: Contribution; readonly number: number | undefined } | undefined;
  /** A point appeared that may be heard. */
  private heard = false;
  /** Something came into alarm, or went further, that is no chatter of what was heard before. */
  private isNews = false;

  constructor(alerts: OpenAlerts, alert: OpenAlert, isNew: boolean, ctx: BookContext) {
    this.alerts = alerts;
    this.alert = alert;
    this.isNew = isNew;
    this.ctx = ctx;
    this.before = beforeOf(alert.record);
    this.wasActive = alert.record.flags.active;
    this.pointsBefore = alert.record.points.length;
  }

  /** A level that falls is another run: what stood before it must have been graded, or its worst would be lost. */
  takes(c: Contribution): boolean {
    return c.level >= (this.alert.active(c.slot)?.level ?? 0);
  }

  take({ group, numbers, cause, toldIn, hasNews }: LevelFact, c: Contribution): void {
    const { alert, ctx } = this;
    alert.record.group = group;
    if (numbers !== undefined) this.numbers.set(c.slot, numbers);
    const appearance = takeIn(alert, c, ctx.at, numbers ?? ctx.describe(c.slot));
    this.alerts.assign(c.slot, alert);
    this.first ??= c;
    if (hasNews === true) this.bulletin = { of: c, number: numbers?.bulletin };
    if (appearance === 'more') this.extent = { change: 'went-blind', toldIn: undefined };
    if (appearance === 'less') this.extent = { change: cause === 'told-elsewhere' ? cause : 'sight-restored', toldIn };
    if (appearance === 'more' || appearance === 'less' || appearance === 'same') return;
    this.joined.push(c);
    if (appearance !== 'chatter' || this.isDueAgain(c.slot)) this.isNews = true;
    if (appearance === 'new-point' && maySound(alert, c, ctx.at)) this.heard = true;
  }

  settle(): void {
    const { alert, ctx, before, first } = this;
    const { record } = alert;
    if (first === undefined) return;
    this.alerts.touched.add(record);
    record.clearedAt = null;
    setDeadline(record, 'end', undefined, ctx);
    if (!this.wasActive) {
      record.activatedAt = ctx.at;
      // The hold that its quiet time had begun is over; what it came down by meanwhile stands.
      record.easingSince = null;
    }
    const graded = regrade(alert, ctx.at);
    record.flags = passed(record.flags, this.isChatter(before.grade) ? 'chatter' : 'condition');
    const change = this.changeOf(record.grade, before.grade);
    if (change !== undefined) this.tell(change, worstOf(this.joined) ?? this.bulletin?.of ?? first, graded);
    setDeadline(record, 'regrade', graded.result.dueAt, ctx);
    awaitEasing(record, ctx);
  }

  /** The alert is active again by nothing but what was heard and had just ended: whatever answered it covers it. */
  private isChatter(before: Grade): boolean {
    return !this.wasActive && !this.isNews && this.alert.record.grade <= before;
  }

  /**
   * No observer left at a class-A source: what of it was heard, or answered, is quiet for as long as chatter is, counted from
   * then, and not for as long as it comes and goes.
   */
  private isDueAgain(slot: number): boolean {
    const { alert, ctx } = this;
    const point = alert.active(slot);
    if (point?.chatterMs === undefined || (point.fixedGrade ?? 0) <= CHATTER_GRADE_MAX) return false;
    const answeredAt = alert.record.acknowledgements.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
    return ctx.at - Math.max(point.soundedAt, answeredAt) >= point.chatterMs;
  }

  private changeOf(grade: Grade, before: Grade): Change | undefined {
    if (this.isNew) return 'raised';
    if (!this.wasActive) return 're-raised';
    if (grade > before) return 'worse-grade';
    if (this.joined.length > 0) return 'new-point';
    return this.bulletin === undefined ? this.extent?.change : 'bulletin';
  }

  private tell(change: Change, cause: Contribution, { input, result }: Graded): void {
    const { alert, ctx, before } = this;
    const { record } = alert;
    if (change === 're-raised') {
      record.activations++;
      // Whatever was verified was the last activation, not this one.
      record.handling = 'new';
    }
    // A point that comes back within its off-delay, or a known point that goes further without changing the grade, is on
    // record, and shown, but covered by what was acknowledged and heard.
    const alarms = this.alarmsAs(change);
    if (alarms) this.markSounded(ctx.at);
    const ids = [...new Set(this.joined.map(({ point }) => point))];
    tell(
      alert,
      ctx,
      before,
      {
        change,
        point: cause.point,
        rule: cause.rule,
        points: ids.length > 1 ? ids : undefined,
        bulletin: this.bulletin?.number,
        note:
          change === this.extent?.change && this.extent.toldIn !== undefined ? `→ ${this.extent.toldIn}` : undefined,
        sound: alarms,
        worsens: alarms,
      },
      this.numbers,
    );
    if (!alarms || !(record.grade > before.grade || sealsAt(this.pointsBefore, record.points.length))) return;
    ctx.worsened?.(record.id, record.seq, input(), result);
  }

  private alarmsAs(change: Change): boolean {
    if (change === 'new-point') return this.heard;
    if (change === 're-raised') return !this.isChatter(this.before.grade);
    return change !== 'bulletin' && change !== this.extent?.change;
  }

  private markSounded(at: EpochMs): void {
    for (const { slot } of this.joined) {
      const point = this.alert.active(slot);
      if (point !== undefined) point.soundedAt = at;
    }
  }
}

/** The furthest gone, of several the first. */
function worstOf(contributions: readonly Contribution[]): Contribution | undefined {
  let worst: Contribution | undefined;
  for (const c of contributions) if (worst === undefined || c.level > worst.level) worst = c;
  return worst;
}
