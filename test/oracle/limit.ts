// One limit of the reference judge, or the quick pair of a side: what a point's values come to after deadband, readings in a row
// and delays (semantics §1, §3; docs/interface.md, "Limits"). It imports nothing of the service.

/** Met at `at` or beyond it, and standing as far as `clear`. `level`: 1 blue, 2 H, L or yellow, 3 HH, LL, orange or red. */
export interface StatedLimit {
  readonly hazard: string;
  readonly side: 1 | -1;
  readonly steps: readonly { level: number; at: number; clear: number; beyond?: boolean }[];
  readonly inARow: number;
  readonly onDelayMs: number;
  readonly offDelayMs: number;
  readonly red: boolean;
}

export class Limit {
  readonly stated: StatedLimit;
  readonly point: string;
  /** What the values say, and what the delays have made of it. */
  raw = 0;
  level = 0;
  /** Worst that a good reading has shown since it was at rest. */
  shown = 0;
  private reached = 0;
  /** By level: when the values came there or left; undefined where the off-delay must begin anew. */
  private readonly crossed: (number | undefined)[] = [];
  private readonly changed: (limit: Limit, level: number) => void;

  constructor(stated: StatedLimit, point: string, changed: (limit: Limit, level: number) => void) {
    this.stated = stated;
    this.point = point;
    this.changed = changed;
  }

  read(at: number, value: number, good: boolean): void {
    this.timePassed(at);
    const before = this.raw;
    this.raw = this.said(value, good);
    for (const level of [1, 2, 3]) {
      const isLeaving = this.raw < level && level <= this.level;
      const isCrossed = this.raw >= level !== before >= level;
      if (isCrossed || (isLeaving && good)) this.crossed[level] = isCrossed ? at : (this.crossed[level] ?? at);
    }
    if (good) this.shown = Math.max(this.shown, this.raw);
    this.timePassed(at);
    if (!good) {
      this.notSeen();
      return;
    }
    let level = this.level;
    while (level > this.raw && at - this.crossed[level]! >= this.stated.offDelayMs) level--;
    if (level < this.level) this.become(level);
    if (this.raw === 0 && this.level === 0) this.shown = 0;
  }

  /** What is not good may count towards an alarm; it neither ends nor lowers one, and breaks no row. */
  private said(value: number, good: boolean): number {
    const { side, inARow } = this.stated;
    const met = this.best(({ at, beyond }) => (value - at) * side > (beyond ? 0 : -Number.MIN_VALUE));
    const stands = this.best(({ clear }) => (value - clear) * side >= 0);
    if (met > 0) this.reached++;
    const seen = this.reached >= inARow ? met : 0;
    if (!good) return Math.max(seen, this.raw);
    const now = Math.max(seen, Math.min(this.raw, stands));
    if (met === 0 && now === 0) this.reached = 0;
    return now;
  }

  private best(holds: (step: StatedLimit['steps'][number]) => boolean): number {
    return Math.max(0, ...this.stated.steps.filter(holds).map(({ level }) => level));
  }

  /** An on-delay ends by time, whatever comes then. */
  timePassed(at: number): void {
    for (let level = this.raw; level > this.level; level--)
      if (at - this.crossed[level]! >= this.stated.onDelayMs) this.become(level);
  }

  /** Nobody sees whether it stays below. */
  notSeen(): void {
    for (let level = this.raw + 1; level <= this.level; level++) this.crossed[level] = undefined;
  }

  /** When the next on-delay is over. */
  get dueAt(): number {
    const pending = [1, 2, 3].filter((level) => level > this.level && level <= this.raw);
    return Math.min(...pending.map((level) => this.crossed[level]! + this.stated.onDelayMs));
  }

  private become(level: number): void {
    this.level = level;
    this.changed(this, level);
  }
}
