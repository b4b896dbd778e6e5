/**
 * The engine's one timer queue: a binary heap of (due, kind, ref) in typed columns. Entries are hints, never truth: whoever
 * is called checks the real deadline again and re-arms, so a timer is never moved or cancelled. It knows no clock.
 */
import { Columns } from '../model/columns.ts';
import type { EpochMs } from '../model/time.ts';

/** What a timer is about; `ref` is the slot, point number, gateway number, alert handle or row of the fault table. */
export const TIMER = { RULE: 1, SILENCE: 2, GATEWAY: 3, ALERT: 4, FAULT: 5, DERIVED: 6, SEASON: 7 } as const;
export type TimerKind = (typeof TIMER)[keyof typeof TIMER];

export interface DueTimer {
  kind: TimerKind;
  ref: number;
  due: EpochMs;
}

const LAYOUT = { due: 'f64', kind: 'u8', ref: 'f64' } as const;

export class Timers {
  readonly heap = new Columns(LAYOUT, 64);
  private readonly popped: DueTimer = { kind: TIMER.RULE, ref: 0, due: 0 };

  get size(): number {
    return this.heap.rows;
  }

  arm(kind: TimerKind, ref: number, due: EpochMs): void {
    const row = this.heap.add();
    let hole = row;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (this.precedes(parent, kind, ref, due)) break;
      this.move(parent, hole);
      hole = parent;
    }
    this.put(hole, kind, ref, due);
  }

  /** Takes the earliest timer due at or before `now`. The object is re-used by the next call. */
  pop(now: EpochMs): DueTimer | undefined {
    const { heap } = this;
    const { col } = heap;
    if (heap.rows === 0 || col.due[0] > now) return undefined;
    this.popped.kind = col.kind[0] as TimerKind;
    this.popped.ref = col.ref[0];
    this.popped.due = col.due[0];
    const last = --heap.rows;
    if (last > 0) this.sink(col.kind[last] as TimerKind, col.ref[last], col.due[last]);
    return this.popped;
  }

  private sink(kind: TimerKind, ref: number, due: EpochMs): void {
    const { col, rows } = this.heap;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= rows) break;
      const other = child + 1;
      if (other < rows && !this.precedes(child, col.kind[other], col.ref[other], col.due[other])) child = other;
      if (!this.precedes(child, kind, ref, due)) break;
      this.move(child, hole);
      hole = child;
    }
    this.put(hole, kind, ref, due);
  }

  /** Whether the row is due first; ties by kind and ref, so that nobody else's timers change the order of two. */
  private precedes(row: number, kind: number, ref: number, due: EpochMs): boolean {
    const { col } = this.heap;
    if (col.due[row] !== due) return col.due[row] < due;
    if (col.kind[row] !== kind) return col.kind[row] < kind;
    return col.ref[row] <= ref;
  }

  private move(from: number, to: number): void {
    const { col } = this.heap;
    col.due[to] = col.due[from];
    col.kind[to] = col.kind[from];
    col.ref[to] = col.ref[from];
  }

  private put(row: number, kind: TimerKind, ref: number, due: EpochMs): void {
    const { col } = this.heap;
    col.due[row] = due;
    col.kind[row] = kind;
    col.ref[row] = ref;
  }
}
