// No alarm is lost. Each reading is held against its limits by itself, in the plainest way there is: in breach for as long as
// the on-delay, by good or uncertain readings, whatever else happens, the point stands on an open alert, on that side, at that
// level or worse. What came too late is on record. It uses no rule memory.
import type { Input } from '../../../src/engine/input.ts';
import { FLAG } from '../../../src/model/reading.ts';
import type { PlantDay, Watch } from '../day/plant-day.ts';
import type { Judged, Side } from './facts.ts';
import { judgedOf, pointOf, presentOf, RULE_OF, reached, wrong } from './facts.ts';

/** In breach without a break: since when, by the reading's time and by ours. */
interface Breach {
  readonly number: number;
  readonly side: Side;
  readonly level: 2 | 3;
  readonly at: number;
  readonly now: number;
  /** Told by an arrival of ours, as its own clock is not believed. */
  readonly skewed: boolean;
  /** Time alone may have completed it: nobody stood still meanwhile. */
  ticks: boolean;
}

export class NoAlarmLost implements Watch {
  private readonly breaches = new Map<string, Breach>();
  looked = 0;

  after(day: PlantDay, input: Input): void {
    if (this.beginsAnew(day, input)) this.breaches.clear();
    if (input.kind === 'resumed') for (const breach of this.breaches.values()) breach.ticks = false;
    for (const reading of judgedOf(day, input)) {
      if (reading.live) this.live(day, input, reading);
      else this.late(day, input, reading);
    }
    for (const breach of this.breaches.values()) {
      const { onDelayMs } = pointOf(day, breach.number);
      if (breach.ticks && input.kind === 'tick' && day.state.at - breach.now >= onDelayMs) {
        this.looked++;
        this.mustStand(day, input, breach);
      }
    }
  }

  /** Limits and delays are others now, or somebody let go of what stood. */
  private beginsAnew(day: PlantDay, input: Input): boolean {
    if (input.kind === 'configuration' || input.kind === 'apply' || input.kind === 'install') return true;
    if (input.kind !== 'command' || day.out.outcomes.every(({ code }) => code !== 'applied')) return false;
    return input.command.body.kind === 'release' || input.command.body.kind === 'reset';
  }

  private live(day: PlantDay, input: Input, reading: Judged): void {
    const point = pointOf(day, reading.number);
    // Of an instrument that is known to be stuck a breach may go on, and none begins.
    if (!reading.usable || presentOf(day, point.id, 'stuck')) return;
    for (const [side, level] of reached(point, reading.value)) {
      for (const asked of [2, 3] as const) {
        const key = `${reading.number} ${side} ${asked}`;
        const before = this.breaches.get(key);
        if (level >= asked) {
          const { number, at } = reading;
          const skewed = (reading.flags & FLAG.CLOCK_SKEWED) !== 0;
          // After a time in which nobody looked the delay is counted anew from here: ours may only be over sooner.
          const isKnown = before?.ticks === true;
          const from: Breach = isKnown
            ? before
            : { number, side, level: asked, at, now: day.state.at, skewed, ticks: true };
          this.breaches.set(key, from);
          // While our own clock is off, or from when the device's is found out on, what began and what came since are judged by
          // two clocks, whose times say nothing together: only our time tells, by the tick.
          const isOneClock = day.state.clockOffsetMs === 0 && skewed === from.skewed;
          if (isOneClock && at - from.at >= point.onDelayMs) this.mustBeOnRecord(day, input, key);
        } else if (reading.good) this.breaches.delete(key);
      }
    }
  }

  /** Of a message the last word counts: what ended within it is on record, what did not stands. */
  private mustBeOnRecord(day: PlantDay, input: Input, key: string): void {
    const breach = this.breaches.get(key);
    if (breach === undefined) return;
    this.looked++;
    const { number, side } = breach;
    const told = day.out.transitions.some(({ alert }) =>
      alert.points.some((point) => point.number === number && point.rule === RULE_OF[side]),
    );
    if (!told && !onAlert(day, breach, false)) wrong(day, input, `${named(day, breach)} is on no alert`);
  }

  private mustStand(day: PlantDay, input: Input, breach: Breach): void {
    if (!onAlert(day, breach, true)) wrong(day, input, `${named(day, breach)} stands on no alert`);
  }

  private late(day: PlantDay, input: Input, reading: Judged): void {
    const { number, usable, value, flags } = reading;
    if (!usable) return;
    const again = (flags & FLAG.REDELIVERED) !== 0;
    for (const [side, level] of reached(pointOf(day, number), value)) {
      if (level === 0 || again) continue;
      const breach: Breach = { number, side, level: 2, at: reading.at, now: day.state.at, skewed: false, ticks: false };
      this.looked++;
      const told = day.out.transitions.some(({ alert }) => alert.points.some((one) => one.number === number));
      if (!told && !onAlert(day, breach, false)) wrong(day, input, `${named(day, breach)}, late, is on no alert`);
    }
  }
}

function onAlert(day: PlantDay, { number, side, level }: Breach, active: boolean): boolean {
  for (const { points } of day.state.book.open) {
    for (const point of points) {
      if (point.number !== number || point.rule !== RULE_OF[side]) continue;
      if (!active || (point.active && point.level >= level)) return true;
    }
  }
  return false;
}

const named = (day: PlantDay, { number, side, level }: Breach): string =>
  `${pointOf(day, number).tag}, ${side} at level ${level},`;
