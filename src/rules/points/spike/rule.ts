/**
 * Single wild readings: further from the median of the last seven than six times their scatter (the wider of the median
 * absolute deviation of the seven and of a slow mean). Such a reading is doubtful: it may raise at once, and calms nothing. The
 * next one decides: near it, the value has made a step, and is believed from there on; wild too, and on the same side, the
 * value is elsewhere and restless there (a plume that swings), which is no spike, and is believed once a whole window of them
 * has come; else a single one was a spike. So many spikes within a time are a fault of the instrument.
 */
import { Columns } from '../../../model/columns.ts';
import type { PointConfig } from '../../../model/point.ts';
import { intervalsOf, STALE_INTERVALS } from '../../../model/point.ts';
import type { EpochMs } from '../../../model/time.ts';
import type { Doubt, Explanation, InstrumentWatch, Standing } from '../../kind.ts';
import { ABSENT, DOUBTFUL, NO_DOUBT, PRESENT } from '../../kind.ts';
import { countedLearner, LEFT_OUT_LAYOUT } from '../../left-out.ts';
import type { Sample } from '../../sample.ts';
import { InstrumentKind, setParameters, shareOf } from '../instrument.ts';
import type { Spike } from './definition.ts';
import { SPAN_SHARE, TIMES_MAX } from './definition.ts';

const SEEN = 7;
const SCATTERS = 6;
/** The slow scatter: how fast it follows once it rests on so many readings, and how much of one deviation it takes in. */
const SLOW = 0.02;
const SETTLED = 1 / SLOW;
const SLOW_CLIP = 3;

/** Cells of `setup`. */
const SETUP_WIDTH = 4;
const AT_LEAST = 0;
const TIMES = 1;
const WITHIN_MS = 2;
/** After more silence than this, what was before says nothing of what is wild. */
const GAP_MS = 3;

/** Cells of `recent`: the newest reading's time, the slow scatter, and the wild one that waits for its next. */
const RECENT_WIDTH = 4;
const NEWEST_AT = 0;
const SCATTER = 1;
const WILD = 2;
const WILD_AT = 3;

const LAYOUT = {
  ...LEFT_OUT_LAYOUT,
  /** How many of the seven there are, and the place of the next one. */
  count: 'u8',
  head: 'u8',
  /** So many wild ones in a row on one side, the newest of which waits for its next. */
  waits: 'u8',
  /** The place of the next spike. */
  next: 'u8',
  standing: 'u8',
  /** Readings that the slow scatter rests on, at most SETTLED. */
  settled: 'u8',
  setup: ['f64', SETUP_WIDTH],
  recent: ['f64', RECENT_WIDTH],
  values: ['f64', SEEN],
  spikeAt: ['f64', TIMES_MAX, Number.NEGATIVE_INFINITY],
} as const;

export class SpikeKind extends InstrumentKind<Spike> {
  readonly name = 'spike';
  private readonly table = new Columns(LAYOUT);
  readonly tables = [{ name: 'spike', columns: this.table }];
  readonly learner = countedLearner(
    this.table,
    () => true,
    (row) => (this.table.col.count[row] < SEEN ? 'learning' : 'learned'),
  );
  readonly watch: InstrumentWatch = {
    fault: 'spike',
    look: (row, sample) => this.look(row, sample),
    standing: (row) => this.table.col.standing[row] as Standing,
  };
  private readonly sorted = new Float64Array(SEEN);

  install(row: number, rule: Spike, point: PointConfig): boolean {
    const atLeast = rule.atLeast ?? shareOf(point.span, SPAN_SHARE) ?? 0;
    const wanted = [atLeast, rule.times, rule.withinMs, intervalsOf(point, STALE_INTERVALS, rule.withinMs)];
    return setParameters(this.table.col.setup, row * SETUP_WIDTH, wanted);
  }

  silence(row: number): void {
    this.forget(row);
  }

  /** Numbers: `spikes` that count now, and what is wild from the median on (`wildFrom`), in the point's unit. */
  explain(row: number): Explanation {
    const { recent } = this.table.col;
    const { deviation } = this.middle(row);
    const spikes = this.spikesSince(row, recent[row * RECENT_WIDTH + NEWEST_AT]);
    return { numbers: { spikes, wildFrom: this.wildFrom(row, deviation) } };
  }

  private look(row: number, { at, value, good, learns }: Sample): Doubt {
    // What is doubtful already is no measure of the others.
    if (!good) return NO_DOUBT;
    const { recent, setup, count, waits, standing } = this.table.col;
    const base = row * RECENT_WIDTH;
    if (count[row] > 0 && at - recent[base + NEWEST_AT] > setup[row * SETUP_WIDTH + GAP_MS]) this.forget(row);
    recent[base + NEWEST_AT] = at;
    const isWild = this.isWild(row, value, learns);
    standing[row] = this.spikesSince(row, at) >= setup[row * SETUP_WIDTH + TIMES] ? PRESENT : ABSENT;
    if (isWild) {
      waits[row]++;
      recent[base + WILD] = value;
      recent[base + WILD_AT] = at;
      return DOUBTFUL;
    }
    waits[row] = 0;
    this.take(row, value);
    return NO_DOUBT;
  }

  /** Whether the value is wild; what it says of a wild one before it is settled first. */
  private isWild(row: number, value: number, learns: boolean): boolean {
    const { recent, count, waits, settled } = this.table.col;
    const base = row * RECENT_WIDTH;
    if (count[row] < SEEN) return false;
    const { median, deviation, mean } = this.middle(row);
    if (learns && settled[row] === 0) {
      settled[row] = SEEN;
      recent[base + SCATTER] ||= mean;
    }
    const from = this.wildFrom(row, deviation);
    const away = value - median;
    if (waits[row] > 0) {
      const wild = recent[base + WILD];
      if (Math.abs(value - wild) <= from) {
        // A step: what was before it is no measure any more.
        this.forget(row);
        this.take(row, wild);
        return false;
      }
      const staysAway = (wild > median ? away : -away) > from;
      if (!staysAway) this.endRun(row);
      else if (waits[row] >= SEEN - 1) {
        this.forget(row);
        return false;
      }
    }
    const distance = Math.abs(away);
    if (learns) this.follow(row, distance, from);
    return distance > from;
  }

  /** The slow scatter, one reading further: from the first of them a plain mean, so that nothing is wild to a new one that is not. */
  private follow(row: number, distance: number, from: number): void {
    const { recent, settled } = this.table.col;
    const cell = row * RECENT_WIDTH + SCATTER;
    const scatter = recent[cell];
    if (distance > from && scatter === 0) return;
    if (settled[row] < SETTLED) settled[row]++;
    const taken = scatter === 0 ? distance : Math.min(distance, SLOW_CLIP * scatter);
    recent[cell] += (taken - scatter) / settled[row];
  }

  /** The value is not there any more: a single wild one was a spike. */
  private endRun(row: number): void {
    const { recent, waits, next, spikeAt } = this.table.col;
    const isSpike = waits[row] === 1;
    waits[row] = 0;
    if (!isSpike) return;
    spikeAt[row * TIMES_MAX + next[row]] = recent[row * RECENT_WIDTH + WILD_AT];
    next[row] = (next[row] + 1) % TIMES_MAX;
  }

  private wildFrom(row: number, deviation: number): number {
    const { recent, setup } = this.table.col;
    const scatter = recent[row * RECENT_WIDTH + SCATTER];
    return Math.max(SCATTERS * deviation, SCATTERS * scatter, setup[row * SETUP_WIDTH + AT_LEAST]);
  }

  private take(row: number, value: number): void {
    const { values, head, count } = this.table.col;
    values[row * SEEN + head[row]] = value;
    head[row] = (head[row] + 1) % SEEN;
    if (count[row] < SEEN) count[row]++;
  }

  private forget(row: number): void {
    const { count, head, waits } = this.table.col;
    count[row] = 0;
    head[row] = 0;
    waits[row] = 0;
  }

  /** Spikes younger than the time in which they count, as of `at`. */
  private spikesSince(row: number, at: EpochMs): number {
    const { spikeAt, setup } = this.table.col;
    let spikes = 0;
    for (let i = row * TIMES_MAX; i < (row + 1) * TIMES_MAX; i++) {
      if (at - spikeAt[i] < setup[row * SETUP_WIDTH + WITHIN_MS]) spikes++;
    }
    return spikes;
  }

  /** Median of the seven, and the median and the mean of their distances from it. */
  private middle(row: number): { readonly median: number; readonly deviation: number; readonly mean: number } {
    const { sorted } = this;
    sorted.set(this.table.col.values.subarray(row * SEEN, (row + 1) * SEEN));
    sorted.sort();
    const median = sorted[(SEEN - 1) / 2];
    for (let i = 0; i < SEEN; i++) sorted[i] = Math.abs(sorted[i] - median);
    sorted.sort();
    const mean = sorted.reduce((sum, distance) => sum + distance, 0) / SEEN;
    return { median, deviation: sorted[(SEEN - 1) / 2], mean };
  }
}
