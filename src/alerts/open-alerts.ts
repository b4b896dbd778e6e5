/**
 * The open alerts found by id, key and contributor, what is remembered of closed ones, and both as an image. It changes no
 * alert and tells nothing.
 */
import type { AlertState } from '../model/alert.ts';
import { ALERT_STATES } from '../model/alert.ts';
import type { GradeName } from '../model/grade.ts';
import { GRADE_NAMES } from '../model/grade.ts';
import type { DurationMs, EpochMs } from '../model/time.ts';
import { DAY_MS } from '../model/time.ts';
import { alertId } from './key.ts';
import { OpenAlert } from './open-alert.ts';
import type { AlertRecord, GroupRef } from './record.ts';
import { begun } from './record.ts';
import { stateOf } from './state/flags.ts';
import type { BookContext } from './tell.ts';

/** A new activation within this time of closing names the alert it reopens; as long is a closed id remembered. */
const REOPEN_MS: DurationMs = DAY_MS;

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

/** When a new occurrence was detected, and whether it was over by then. */
export interface Found {
  readonly at: EpochMs;
  readonly retrospective: boolean;
}

export class OpenAlerts {
  /** Open records that may have changed since somebody cleared it, for whoever keeps copies; not part of the image. */
  readonly touched = new Set<AlertRecord>();
  private readonly byId = new Map<string, OpenAlert>();
  private readonly byKey = new Map<string, OpenAlert>();
  /** The open alert a contributor belongs to, contributing or not. */
  private readonly slots = new Map<number, OpenAlert>();
  private readonly past = new Map<string, Past>();
  /** Ids closed less than a day ago, oldest first. */
  private readonly closed = new Map<string, EpochMs>();

  ofId(id: string): OpenAlert | undefined {
    return this.byId.get(id);
  }

  ofKey(key: string): OpenAlert | undefined {
    return this.byKey.get(key);
  }

  ofSlot(slot: number): OpenAlert | undefined {
    return this.slots.get(slot);
  }

  /** In the order they were raised. */
  all(): Iterable<OpenAlert> {
    return this.byId.values();
  }

  /** True while the slot counts as in alarm. */
  contributes(slot: number): boolean {
    return this.slots.get(slot)?.active(slot) !== undefined;
  }

  assign(slot: number, alert: OpenAlert): void {
    this.slots.set(slot, alert);
  }

  isClosed(id: string): boolean {
    return this.closed.has(id);
  }

  /** A new occurrence: nothing is known of it yet but when it was detected. */
  begin(group: GroupRef, key: string, found: Found, ctx: BookContext): OpenAlert {
    const past = this.past.get(key);
    const record = begun({
      id: alertId(ctx.partition, ctx.input, ctx.nextIndex()),
      key,
      group,
      detectedAt: found.at,
      receivedAt: ctx.receivedAt,
      raisedAt: ctx.at,
      occurrence: (past?.occurrence ?? 0) + 1,
      reopens: past !== undefined && ctx.at - past.closedAt < REOPEN_MS ? past.id : undefined,
      retrospective: found.retrospective,
      unsaved: ctx.unsaved,
    });
    const alert = new OpenAlert(record);
    this.enlist(alert);
    this.touched.add(alert.record);
    return alert;
  }

  /** An occurrence that was begun elsewhere goes on here; nobody else may have its key. */
  adopt(alert: OpenAlert): void {
    this.enlist(alert);
    this.touched.add(alert.record);
    for (const { slot } of alert.record.points) if (!this.slots.has(slot)) this.slots.set(slot, alert);
  }

  /** An occurrence that is over elsewhere: whoever asks for it hears that. */
  remember(id: string, closedAt: EpochMs): void {
    this.closed.delete(id);
    this.closed.set(id, closedAt);
  }

  close(alert: OpenAlert, at: EpochMs): void {
    const { record } = alert;
    this.touched.delete(record);
    this.byId.delete(record.id);
    this.byKey.delete(record.key);
    for (const { slot } of record.points) if (this.slots.get(slot) === alert) this.slots.delete(slot);
    this.past.set(record.key, { id: record.id, closedAt: at, occurrence: record.occurrence });
    this.closed.set(record.id, at);
  }

  /** Forgets the ids closed a day ago or more. Cost is that of what is forgotten. */
  prune(at: EpochMs): void {
    for (const [id, closedAt] of this.closed) {
      if (at - closedAt < REOPEN_MS) return;
      this.closed.delete(id);
    }
  }

  /** Cost grows with the number of open alerts. */
  counts(): BookCounts {
    const byGrade: Record<GradeName, number> = { red: 0, orange: 0, yellow: 0, blue: 0 };
    const byState = Object.fromEntries(ALERT_STATES.map((state) => [state, 0])) as Record<AlertState, number>;
    for (const { record } of this.byId.values()) {
      byGrade[GRADE_NAMES[record.grade] as GradeName]++;
      byState[stateOf(record.flags)]++;
    }
    return { open: this.byId.size, byGrade, byState };
  }

  encode(): BookImage {
    const alerts = [...this.byId.values()].map(({ record }) => record);
    return { alerts, past: [...this.past], closed: [...this.closed] };
  }

  /** Alerts that go on exactly as the encoded ones. The image is copied. */
  static load(image: BookImage): OpenAlerts {
    const copy: BookImage = JSON.parse(JSON.stringify(image));
    const alerts = new OpenAlerts();
    for (const record of copy.alerts) {
      const alert = new OpenAlert(record);
      alerts.enlist(alert);
      // A contributor that was moved to another source stands in two alerts; it belongs to the one it contributes to.
      for (const p of record.points) if (p.active || !alerts.slots.has(p.slot)) alerts.slots.set(p.slot, alert);
    }
    for (const [key, past] of copy.past) alerts.past.set(key, past);
    for (const [id, closedAt] of copy.closed) alerts.closed.set(id, closedAt);
    return alerts;
  }

  private enlist(alert: OpenAlert): void {
    this.byId.set(alert.record.id, alert);
    this.byKey.set(alert.record.key, alert);
  }
}
