/**
 * The newest transitions, for screens that catch up: as many as fit into a bounded memory, counted by what they weigh. One
 * alert of two hundred points weighs as much as a hundred ordinary ones, each time it changes. Older ones stand in the store.
 */
import type { Alert, Transition } from '../../model/alert.ts';

const MIB = 1024 * 1024;
export const RECENT_BYTES_MAX = 64 * MIB;
/** As objects in memory, about: the alert itself, and each of its parts. */
const ALERT_BYTES = 2_000;
const POINT_BYTES = 600;
const PART_BYTES = 250;

export function weightOf({ points, reasons, acknowledgements }: Alert): number {
  return ALERT_BYTES + POINT_BYTES * points.length + PART_BYTES * (reasons.length + acknowledgements.length);
}

export class RecentTransitions {
  private readonly bytesMax: number;
  private kept: Transition[] = [];
  /** Those before it are forgotten; the list is cut now and then, so that forgetting costs nothing. */
  private head = 0;
  private weight = 0;

  constructor(bytesMax = RECENT_BYTES_MAX) {
    this.bytesMax = bytesMax;
  }

  get bytes(): number {
    return this.weight;
  }

  /** In order of their numbers, none left out. The newest is always kept. */
  push(transition: Transition): void {
    this.kept.push(transition);
    this.weight += weightOf(transition.alert);
    while (this.weight > this.bytesMax && this.head < this.kept.length - 1) this.forgetOldest();
    if (this.head * 2 > this.kept.length) {
      this.kept = this.kept.slice(this.head);
      this.head = 0;
    }
  }

  /** Those after number `seq`; undefined when they are not all here any more. */
  after(seq: number): readonly Transition[] | undefined {
    const first = this.kept[this.head]?.seq;
    if (first === undefined || seq + 1 < first) return undefined;
    return this.kept.slice(this.head + seq + 1 - first);
  }

  /** Those of one alert after number `seq` that are here, in order. */
  of(alertId: string, seq: number): readonly Transition[] {
    const found: Transition[] = [];
    for (let i = this.kept.length - 1; i >= this.head && this.kept[i].seq > seq; i--)
      if (this.kept[i].alert.id === alertId) found.push(this.kept[i]);
    return found.reverse();
  }

  private forgetOldest(): void {
    this.weight -= weightOf(this.kept[this.head].alert);
    // What only waits for the list to be cut must not be held by it.
    this.kept[this.head++] = FORGOTTEN;
  }
}

const FORGOTTEN = Object.freeze({}) as Transition;
