/**
 * After a start: which alerts the history has otherwise than the log led to, because another version recorded them, or a life
 * of this one that ended before the log had all of it. It compares, and hands what differs to the pipeline; what becomes of it is
 * decided in the fold.
 */
import { isAsRecorded } from '../../alerts/reconcile.ts';
import type { ReconciledInput } from '../../engine/input.ts';
import type { Alert } from '../../model/alert.ts';
import type { Pace } from '../../store/pace.ts';
import type { Divergence, HistoryStore } from '../../store/state/port.ts';
import type { Logger } from '../logger.ts';

/** Transitions read at once, and alerts in one input: each carries the whole alert. */
const PAGE = 500;
const ALERTS_AT_ONCE = 20;

export interface ReconcilerParts {
  readonly history: HistoryStore;
  readonly logger: Logger;
  readonly pace: Pace;
  /** Newest transition number of the restored state, and of the history as it was found. */
  readonly restoredSeq: number;
  readonly recordedSeq: number;
  /** An open alert as it is believed to be. */
  believed(id: string): Alert | undefined;
}

export class Reconciler {
  private readonly parts: ReconcilerParts;
  private readonly concerned = new Set<string>();
  /** Up to here it was looked through what was recorded and never derived. */
  private lookedAt: number;

  constructor(parts: ReconcilerParts) {
    this.parts = parts;
    this.lookedAt = parts.restoredSeq;
  }

  diverged(divergences: readonly Divergence[]): void {
    for (const { recorded, derived } of divergences) {
      this.concerned.add(recorded.alert.id);
      this.concerned.add(derived.alert.id);
    }
  }

  /** To be called when the history has what the log led to so far. */
  async settle(tell: (upTo: number, alerts: ReconciledInput['alerts']) => void): Promise<void> {
    const { history, believed, recordedSeq: upTo, logger, pace } = this.parts;
    await this.lookBeyond();
    if (this.concerned.size === 0) return;
    const alerts: ReconciledInput['alerts'][number][] = [];
    let asked = 0;
    for (const id of [...this.concerned]) {
      if (++asked % ALERTS_AT_ONCE === 0) await pace.pause();
      const recorded = await history.alert(id);
      const alert = believed(id);
      this.concerned.delete(id);
      const wasToldSince = alert !== undefined && alert.seq > upTo;
      if (!wasToldSince && !isAsRecorded(alert, recorded)) alerts.push({ id, recorded });
    }
    if (alerts.length > 0)
      logger.error(
        { alerts: alerts.map(({ id }) => id) },
        'these alerts were recorded otherwise: they are told as they are believed',
      );
    for (let i = 0; i < alerts.length; i += ALERTS_AT_ONCE) tell(upTo, alerts.slice(i, i + ALERTS_AT_ONCE));
  }

  /** Transitions that the history knows and the restored state has no number for: their life ended before the log had them. */
  private async lookBeyond(): Promise<void> {
    const { history, recordedSeq, pace } = this.parts;
    while (this.lookedAt < recordedSeq) {
      const { items, to } = await history.transitionsAfter(this.lookedAt, PAGE);
      for (const { seq, alert } of items) if (seq <= recordedSeq) this.concerned.add(alert.id);
      this.lookedAt = Math.max(to, this.lookedAt + 1);
      await pace.pause();
    }
  }
}
