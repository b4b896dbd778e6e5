/**
 * What screens may see: the newest durable values and who is silent, the open alerts and the recent transitions, kept from what the pipeline
 * releases. It follows the engine by one commit and never reads ahead of the log.
 */
import type { EngineState } from '../../engine/state.ts';
import type { Alert, Transition } from '../../model/alert.ts';
import type { ReadingBatch } from '../../model/reading.ts';
import { VERDICT } from '../../model/reading.ts';
import type { EpochMs } from '../../model/time.ts';
import type { Ahead } from '../sequencer/pipeline.ts';
import type { Follower, Released } from '../sequencer/released.ts';
import { RecentTransitions, weightOf } from './recent-transitions.ts';

/** Closed alerts kept until the store, which follows behind, is sure to have them as they ended; by what they weigh. */
const CLOSED_BYTES_MAX = 16 * 1024 * 1024;

export interface ShownValue {
  readonly at: EpochMs;
  readonly value: number;
  readonly quality: number;
  readonly flags: number;
  readonly receivedAt: EpochMs;
}

export class LiveProjection implements Follower {
  readonly name = 'live view';
  private readonly alerts = new Map<string, Alert>();
  private readonly closed = new Map<string, Alert>();
  private closedBytes = 0;
  private readonly recent: RecentTransitions;
  private readonly listeners = new Set<(transitions: readonly Transition[]) => void>();
  private values: (ShownValue | undefined)[] = [];
  private readonly silent = new Set<number>();
  /** Points with a value of before the start, of which nothing is known yet since. */
  private readonly awaited = new Set<number>();
  private readonly dirty = new Set<number>();
  /** Points with a newer value than the alerts they contribute to were shown with. */
  private readonly moved = new Set<number>();
  private newestSeq: number;
  /** Whose clock offset says what engine time a wall time is. */
  private state: EngineState | undefined;

  /** `alerts` and `seq` as restored: everything restored is durable. */
  constructor(alerts: Iterable<Alert>, seq: number, recent = new RecentTransitions()) {
    this.recent = recent;
    for (const alert of alerts) this.alerts.set(alert.id, alert);
    this.newestSeq = seq;
  }

  follow(released: Released): void {
    if (released.batch !== undefined) this.takeValues(released.batch);
    this.takeDerived(released.derived);
    for (const { point, silent } of released.silences) this.takeSilence(point, silent);
    if (released.transitions.length === 0) return;
    for (const transition of released.transitions) {
      const { alert } = transition;
      if (alert.closedAt === undefined) this.alerts.set(alert.id, alert);
      else this.close(alert);
      this.recent.push(transition);
      this.newestSeq = transition.seq;
    }
    for (const listener of this.listeners) listener(released.transitions);
  }

  get seq(): number {
    return this.newestSeq;
  }

  /**
   * Excursions, peaks and newest values move without a transition: alerts whose points have spoken since are shown as
   * `now` gives them, unless that is `ahead` of the log: then they are looked at again the next time.
   */
  refreshFigures(now: (alertId: string) => Alert | undefined, ahead: Ahead): void {
    if (this.moved.size === 0 || ahead === 'everything') return;
    const again = new Set<number>();
    for (const { id, seq, points } of this.alerts.values()) {
      if (!points.some(({ number }) => this.moved.has(number))) continue;
      const alert = points.some(({ number }) => ahead.has(number)) ? undefined : now(id);
      if (alert?.seq === seq) this.alerts.set(id, alert);
      else for (const { number } of points) again.add(number);
    }
    this.moved.clear();
    for (const number of again) this.moved.add(number);
  }

  openAlerts(): readonly Alert[] {
    return [...this.alerts.values()];
  }

  isOpen(id: string): boolean {
    return this.alerts.has(id);
  }

  /** Open, or closed so recently that the store may not have heard of it. */
  alert(id: string): Alert | undefined {
    return this.alerts.get(id) ?? this.closed.get(id);
  }

  transitionsAfter(seq: number): readonly Transition[] | undefined {
    return seq >= this.newestSeq ? [] : this.recent.after(seq);
  }

  transitionsOf(alertId: string, seq: number): readonly Transition[] {
    return this.recent.of(alertId, seq);
  }

  onTransitions(listener: (transitions: readonly Transition[]) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  value(number: number): ShownValue | undefined {
    return this.values[number];
  }

  /** Nothing came of the point when it was due: its value is no newer than it says. */
  isSilent(number: number): boolean {
    return this.silent.has(number);
  }

  /** Its value is of before the start, and nothing is known of the point since. */
  isAwaited(number: number): boolean {
    return this.awaited.has(number);
  }

  /** Point numbers whose value changed since the last call, or whether it still stands. */
  takeDirty(): number[] {
    const numbers = [...this.dirty];
    this.dirty.clear();
    return numbers;
  }

  /** The newest values as restored, so that a screen opened right after a restart is not blank. */
  restoreValues(state: EngineState): void {
    this.state = state;
    const { points, registry } = state;
    const { seen, judgedAt, value, quality, flags, heardAt, silent } = points.col;
    for (let number = 0; number < registry.points.length; number++) {
      if (silent[number] !== 0) this.silent.add(number);
      if (seen[number] === 0) continue;
      if (silent[number] === 0) this.awaited.add(number);
      this.values[number] = {
        at: judgedAt[number],
        value: value[number],
        quality: quality[number],
        flags: flags[number],
        receivedAt: heardAt[number],
      };
    }
  }

  private close(alert: Alert): void {
    this.alerts.delete(alert.id);
    this.forgetClosed(alert.id);
    this.closed.set(alert.id, alert);
    this.closedBytes += weightOf(alert);
    for (const oldest of this.closed.keys()) {
      if (this.closedBytes <= CLOSED_BYTES_MAX || this.closed.size === 1) return;
      this.forgetClosed(oldest);
    }
  }

  private forgetClosed(id: string): void {
    const alert = this.closed.get(id);
    if (alert === undefined) return;
    this.closed.delete(id);
    this.closedBytes -= weightOf(alert);
  }

  private takeSilence(number: number, silent: boolean): void {
    if (silent) this.silent.add(number);
    else this.silent.delete(number);
    this.awaited.delete(number);
    // Whoever looks at it must see that it is no longer what it was.
    this.dirty.add(number);
  }

  /** A derived value was as new as it is when it was computed. */
  private takeDerived(derived: Released['derived']): void {
    const offsetMs = this.state?.clockOffsetMs ?? 0;
    for (const { point, at, value, quality, flags } of derived) {
      this.values[point] = { at: at - offsetMs, value, quality, flags, receivedAt: at - offsetMs };
      this.dirty.add(point);
      this.moved.add(point);
    }
  }

  /** Shown are engine times; a batch says when by the wall clock. */
  private takeValues(batch: ReadingBatch): void {
    const offsetMs = this.state?.clockOffsetMs ?? 0;
    for (let i = 0; i < batch.count; i++) {
      if (batch.verdict[i] !== VERDICT.LIVE) continue;
      const number = batch.point[i];
      this.values[number] = {
        at: batch.judgedAt[i] - offsetMs,
        value: batch.value[i],
        quality: batch.quality[i],
        flags: batch.flags[i],
        receivedAt: batch.receivedAt,
      };
      this.dirty.add(number);
      this.moved.add(number);
    }
  }
}
