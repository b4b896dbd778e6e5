/**
 * The disk budget of one exporter: how much of the log may be kept for it alone. A pure judgement; the log measures, the
 * exporter acts.
 */
import type { DurationMs, EpochMs } from '../../../model/time.ts';
import type { ExportGap } from '../port.ts';

/** What the log keeps because this exporter has not taken it yet. */
export interface ExportUsage {
  readonly position: number;
  /** Number the next record of the log will get. */
  readonly next: number;
  readonly bytes: number;
  /** Age of the oldest record it has not taken. */
  readonly ageMs: DurationMs;
}

export interface ExportBudget {
  readonly bytes: number;
  readonly ageMs: DurationMs;
}

export type BudgetVerdict =
  | { readonly state: 'ok' | 'warning' /** Share used, 0 … 1. */; readonly share: number }
  | {
      readonly state: 'exceeded';
      readonly share: number;
      /** The exporter goes on after this record; what lies between is the gap. */
      readonly moveTo: number;
      /** Arrival time at `moveTo`, as far as it is known. */
      readonly moveToAt: EpochMs;
    };

const WARN_SHARE = 0.8;

/**
 * Warns at 80 %. At 100 % the older half of what waits is given up, so that the exporter is not moved again at once.
 * `now` is the time the age was measured at.
 */
export function judgeBudget(usage: ExportUsage, budget: ExportBudget, now: EpochMs): BudgetVerdict {
  const share = Math.max(usage.bytes / budget.bytes, usage.ageMs / budget.ageMs);
  if (share < WARN_SHARE) return { state: 'ok', share };
  const waiting = usage.next - 1 - usage.position;
  if (share < 1 || waiting < 1) return { state: 'warning', share };
  const moveTo = usage.position + Math.ceil(waiting / 2);
  return { state: 'exceeded', share, moveTo, moveToAt: now - usage.ageMs / 2 };
}

/** Why and since when nothing got through. */
interface Waiting {
  /** The exporter's cursor. */
  readonly from: number;
  readonly fromAt: EpochMs;
  readonly reason: string;
  readonly now: EpochMs;
}

/** What is given up when the budget is used up. */
export function movedOn(
  { moveTo, moveToAt }: Extract<BudgetVerdict, { state: 'exceeded' }>,
  { from, fromAt, reason, now }: Waiting,
): ExportGap {
  return {
    cause: 'moved-on',
    from: from + 1,
    to: moveTo,
    count: moveTo - from,
    fromAt: Math.floor(fromAt),
    toAt: Math.max(Math.floor(fromAt), Math.floor(moveToAt)),
    reason: `disk budget used up: ${reason}`,
    recordedAt: Math.floor(now),
  };
}
