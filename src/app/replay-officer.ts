/**
 * A simulated officer of a replay: so long after an alert calls, or has returned, he acknowledges it, verifies it, and closes it
 * with a second person where that is asked for. He knows no clock: he is asked who waits for him, and when.
 */
import type { Alert, Transition } from '../model/alert.ts';
import type { CommandKind } from '../model/command.ts';
import type { DurationMs, EpochMs } from '../model/time.ts';

/** One act, as it is to be given. */
export interface Act {
  readonly kind: CommandKind;
  readonly alert: Alert;
  /** Who, of the two that a closing may take. */
  readonly person: 1 | 2;
}

/** Does it, and gives the alert as it is then; undefined where it is closed. */
type Do = (act: Act) => Alert | undefined;

export class Officer {
  private readonly afterMs: DurationMs;
  /** By alert id: when it is looked at. */
  private readonly due = new Map<string, EpochMs>();
  private readonly open = new Map<string, Alert>();

  constructor(afterMs: DurationMs) {
    this.afterMs = afterMs;
  }

  note({ at, alert, annunciate, change }: Transition): void {
    if (alert.closedAt !== undefined) {
      this.open.delete(alert.id);
      this.due.delete(alert.id);
      return;
    }
    this.open.set(alert.id, alert);
    const calls = (annunciate && !alert.acked) || change === 'cleared' || !alert.active;
    if (calls && !this.due.has(alert.id)) this.due.set(alert.id, at + this.afterMs);
  }

  /** When the next one is looked at; infinite where nobody waits. */
  get nextAt(): EpochMs {
    return Math.min(Number.POSITIVE_INFINITY, ...this.due.values());
  }

  /** Looks at whoever waits the longest. What cannot be done yet is left until the alert calls again, or has returned. */
  visit(perform: Do): void {
    const at = this.nextAt;
    const id = [...this.due].find(([, due]) => due === at)?.[0] ?? '';
    this.due.delete(id);
    let alert = this.open.get(id);
    const act = (kind: CommandKind, person: 1 | 2 = 1): void => {
      if (alert !== undefined) alert = perform({ kind, alert, person });
    };
    if (alert?.acked === false) act('acknowledge');
    if (alert?.handling === 'new') act('verify');
    if (alert?.latched && !alert.active) act('reset');
    if (alert?.active !== false) return;
    act('close');
    if (alert?.closing !== undefined) act('close', 2);
    // Nobody calls again for what has returned and could not be closed.
    this.due.delete(id);
  }
}
