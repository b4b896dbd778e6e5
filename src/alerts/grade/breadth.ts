/**
 * Breadth at one level: most independent sources that reached it within five minutes of each other and are still there, kept
 * while they come and go. What that is worth is the ladder's.
 *
 * A window is open from one of the times at which somebody reached the level, and holds every source that reached it from
 * then on until its end. So a source that comes, or goes, changes the number in one run of windows by one; only the two ends
 * of that run are written down, and the number in a window is the sum of what is written down up to it.
 */
import type { DurationMs, EpochMs } from '../../model/time.ts';
import { MINUTE_MS } from '../../model/time.ts';
import { firstAbove, firstFrom } from '../rising.ts';
import { RunningTotal } from '../running-total.ts';

/** Points that reach their level within this time of each other are one spreading event. */
const BREADTH_MS: DurationMs = 5 * MINUTE_MS;
/** Windows at which nobody stands any more are left out when there are so many, and more of them than of the others. */
const EMPTY_WINDOWS_MAX = 64;

/** Of a run of windows: by how much the number changes over it, and the highest it gets, both against the one before it. */
interface Rise {
  readonly sum: number;
  readonly highest: number;
}

export class Breadth {
  /** When each source reached the level, by its contributors, rising. */
  private readonly bySource = new Map<string, EpochMs[]>();
  private standing = 0;
  /** Openings of the windows, rising, each once. */
  private openings: EpochMs[] = [];
  /** By how much the number in a window differs from the one before it; one more than there are windows. */
  private steps: number[] = [0];
  private rises = this.newRises();

  /** Most sources in one window. */
  get most(): number {
    return this.rises.total?.highest ?? 0;
  }

  reached(source: string, since: EpochMs): void {
    const own = this.bySource.get(source) ?? [];
    this.bySource.set(source, own);
    this.standing++;
    if (!this.opens(since)) this.reopen([...this.openings, since]);
    const i = firstAbove(own, since);
    this.alter(own[i - 1], since, own[i], 1);
    own.splice(i, 0, since);
    if (this.openings.length > EMPTY_WINDOWS_MAX + 2 * this.standing) this.reopen([]);
  }

  left(source: string, since: EpochMs): void {
    const own = this.bySource.get(source) ?? [];
    const i = firstFrom(own, since);
    own.splice(i, 1);
    this.standing--;
    if (own.length === 0) this.bySource.delete(source);
    this.alter(own[i - 1], since, own[i], -1);
  }

  /** A source is in every window opened within the time before; in those of its neighbours in time it is already. */
  private alter(before: EpochMs | undefined, since: EpochMs, after: EpochMs | undefined, by: 1 | -1): void {
    const { openings } = this;
    const earliest = since - BREADTH_MS;
    const first =
      before !== undefined && before >= earliest ? firstAbove(openings, before) : firstFrom(openings, earliest);
    const behind = firstAbove(openings, since);
    const end = after === undefined ? behind : Math.min(behind, firstFrom(openings, after - BREADTH_MS));
    if (first >= end) return;
    this.step(first, by);
    this.step(end, -by);
  }

  private step(i: number, by: number): void {
    this.steps[i] += by;
    this.rises.changed(i);
  }

  /** Whether there is a window from then on; engine time only rises, so a new one is behind all others. */
  private opens(since: EpochMs): boolean {
    const { openings, steps } = this;
    const i = firstFrom(openings, since);
    if (i < openings.length) return openings[i] === since;
    openings.push(since);
    steps.push(0);
    return true;
  }

  /** Makes the windows anew: those of whoever stands, and these. */
  private reopen(also: readonly EpochMs[]): void {
    const all = new Set([...also, ...[...this.bySource.values()].flat()]);
    this.openings = [...all].sort((a, b) => a - b);
    this.steps = new Array(this.openings.length + 1).fill(0);
    this.rises = this.newRises();
    for (const own of this.bySource.values()) {
      for (const [i, since] of own.entries()) this.alter(own[i - 1], since, undefined, 1);
    }
  }

  private newRises(): RunningTotal<Rise> {
    return new RunningTotal<Rise>(
      (i) => ({ sum: this.steps[i], highest: this.steps[i] }),
      (left, right) => ({ sum: left.sum + right.sum, highest: Math.max(left.highest, left.sum + right.highest) }),
    );
  }
}
