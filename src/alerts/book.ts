/**
 * The alert book: the door by which the engine changes and reads its open alerts. Facts, time and commands go in, numbered
 * transitions come out. What follows from a fact stands in condition/ and grade/, what a person may do in commands/.
 */
import type { Alert } from '../model/alert.ts';
import type { Command, Outcome } from '../model/command.ts';
import type { EpochMs } from '../model/time.ts';
import type { LetGo } from './commands/command.ts';
import { letGoOf, perform, refusalOf } from './commands/commands.ts';
import { applyFacts } from './condition/apply.ts';
import { resumeChatter } from './condition/chatter.ts';
import type { Fact } from './condition/fact.ts';
import { deadlineOf } from './deadlines.ts';
import { endIfOver } from './ending.ts';
import { awaitEasing, easeInSilence } from './grade/ease-in-silence.ts';
import { reconsider } from './grade/reconsider.ts';
import type { BookCounts, BookImage } from './open-alerts.ts';
import { OpenAlerts } from './open-alerts.ts';
import type { RecordedAlert, Standing } from './reconcile.ts';
import { reconcile } from './reconcile.ts';
import type { AlertRecord, PointRecord } from './record.ts';
import type { BookContext } from './tell.ts';
import { beforeOf, tell } from './tell.ts';
import type { Describe } from './view.ts';
import { viewOf } from './view.ts';

export class Book {
  private readonly alerts: OpenAlerts;

  constructor(alerts = new OpenAlerts()) {
    this.alerts = alerts;
  }

  /** Everything one input says of alarm conditions, in the order in which it happened. */
  apply(facts: Iterable<Fact>, ctx: BookContext): void {
    applyFacts(this.alerts, facts, ctx);
  }

  /**
   * The instant asked for by `arm` has come: time in state may raise the grade, and lowers it only where silence is as good as
   * data; what has returned is over once it can no longer chatter.
   */
  due(alertId: string, ctx: BookContext): void {
    const alert = this.alerts.ofId(alertId);
    if (alert === undefined) return;
    const { record } = alert;
    easeInSilence(this.alerts, alert, ctx);
    const purpose = record.flags.active ? 'regrade' : 'end';
    if (ctx.at < (deadlineOf(record, purpose) ?? Number.POSITIVE_INFINITY)) return;
    this.alerts.touched.add(record);
    if (purpose === 'regrade') reconsider(alert, ctx);
    else endIfOver(this.alerts, alert, ctx);
  }

  /** The service looks again: time in which nobody looked is no evidence that anything became better. */
  resumed(downFrom: EpochMs, ctx: BookContext): void {
    if (downFrom >= ctx.at) return;
    for (const { record } of this.alerts.all()) {
      const mayChatter = resumeChatter(record, downFrom, ctx.at);
      if (record.easingSince === null && !mayChatter) continue;
      if (record.easingSince !== null) record.easingSince = Math.max(record.easingSince, ctx.at);
      awaitEasing(record, ctx);
      this.alerts.touched.add(record);
    }
  }

  /** Why the command cannot be done as things are; undefined when it can. Idempotency by command id is the caller's. */
  refusal(command: Command, ctx: BookContext): Outcome | undefined {
    const answer = { commandId: command.commandId, at: ctx.at };
    const alert = this.alerts.ofId(command.alertId);
    if (alert === undefined) {
      return { ...answer, code: this.alerts.isClosed(command.alertId) ? 'already-closed' : 'no-such-alert', seq: 0 };
    }
    const refusal = refusalOf(alert, command, ctx);
    return refusal === undefined ? undefined : { ...answer, ...refusal, seq: alert.record.seq };
  }

  /** Does what was not refused, once the rules have let go of `letGoOf(command)`, and tells it. */
  perform(command: Command, ctx: BookContext): Outcome {
    const alert = this.alerts.ofId(command.alertId);
    if (alert === undefined) throw new Error(`alert ${command.alertId} is not open: ask for the refusal first`);
    this.alerts.touched.add(alert.record);
    perform(this.alerts, alert, command, ctx);
    return { commandId: command.commandId, at: ctx.at, code: 'applied', seq: alert.record.seq };
  }

  /** What the rules let go of before the command is performed; undefined: nothing. */
  letGoOf(command: Command): LetGo | undefined {
    const alert = this.alerts.ofId(command.alertId);
    return alert === undefined ? undefined : letGoOf(alert, command);
  }

  /** Whether anything but this slot has contributed to the open alert of this key. */
  hasOthers(key: string, slot: number): boolean {
    return this.alerts.ofKey(key)?.record.points.some((point) => point.slot !== slot) === true;
  }

  /** True while the slot counts as in alarm. */
  contributes(slot: number): boolean {
    return this.alerts.contributes(slot);
  }

  /** What the book has of a slot that counts as in alarm; undefined where it does not. */
  contributor(slot: number): Readonly<PointRecord> | undefined {
    return this.alerts.ofSlot(slot)?.active(slot);
  }

  /** Whether an alert of this key is open and its condition stands. */
  isActive(key: string): boolean {
    return this.alerts.ofKey(key)?.record.flags.active === true;
  }

  /** What was recorded of an alert, and told, where that is not what is believed of it: one transition says so. */
  reconcile(alert: RecordedAlert, upTo: number, standingOf: (recorded: Alert) => Standing, ctx: BookContext): void {
    reconcile(this.alerts, alert, upTo, standingOf, ctx);
  }

  /** An enterprise belongs to another division now: whoever answers there finds its open alerts, and who did so far is told. */
  moved(enterprise: string, division: string, ctx: BookContext): void {
    for (const alert of this.alerts.all()) {
      const { record } = alert;
      const { group } = record;
      if (group.enterprise !== enterprise || group.division === division) continue;
      this.alerts.touched.add(record);
      record.group = { ...group, division };
      const note = `${group.division} → ${division}`;
      tell(alert, ctx, beforeOf(record), { change: 'moved', note, divisionBefore: group.division });
    }
  }

  /** Whether a good reading of this key may have something to say. */
  mayEase(key: string): boolean {
    const alert = this.alerts.ofKey(key);
    return alert !== undefined && alert.record.easingSince !== null;
  }

  /** Forgets the ids closed a day ago or more. Cost is that of what is forgotten. */
  prune(at: EpochMs): void {
    this.alerts.prune(at);
  }

  /** Open alerts in the order they were raised. */
  get open(): Iterable<Readonly<AlertRecord>> {
    return [...this.alerts.all()].map(({ record }) => record);
  }

  /** Open records that may have changed since somebody cleared it, for whoever keeps copies. */
  get touched(): Set<AlertRecord> {
    return this.alerts.touched;
  }

  find(alertId: string): Readonly<AlertRecord> | undefined {
    return this.alerts.ofId(alertId)?.record;
  }

  /** The alert object of an open alert with live numbers. */
  view(alertId: string, describe: Describe, partition: number): Alert | undefined {
    const alert = this.alerts.ofId(alertId);
    return alert === undefined ? undefined : viewOf(alert, describe, partition);
  }

  /** Open alerts by grade and by state. Cost grows with the number of open alerts. */
  counts(): BookCounts {
    return this.alerts.counts();
  }

  encode(): BookImage {
    return this.alerts.encode();
  }

  /** A book that goes on exactly as the encoded one. The image is copied. */
  static load(image: BookImage): Book {
    return new Book(OpenAlerts.load(image));
  }
}
