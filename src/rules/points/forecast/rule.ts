/**
 * Time to limit: PRE when the next limit is nearer than the time to respond, H at a third of it. A line through a bucketed
 * window says whether there is a trend that may be believed; where there is one, or an alarm stands, line and parabola with
 * their bands (bands.ts) say when the limit is met.
 *
 * It alarms for nothing but what is sure: the window is complete, the line explains enough, and the far edges of the bands
 * meet the limit too. Where one of these is wanting and there is a trend all the same, it says that it is unclear, with the
 * bounds: that starts nothing and ends nothing. What ends an alarm then is proof: even the near edges do not meet a limit in
 * time. What the noise of the point was in earlier windows is remembered, once a window; never while it alarms.
 */
import type { Unclear } from '../../../model/alert.ts';
import { Columns } from '../../../model/columns.ts';
import type { Level } from '../../../model/level.ts';
import { HIGH, NONE, PRE } from '../../../model/level.ts';
import type { PointConfig, RuleConfig } from '../../../model/point.ts';
import { intervalsOf, isEventDriven, limitsOf } from '../../../model/point.ts';
import type { EpochMs } from '../../../model/time.ts';
import { MINUTE_MS } from '../../../model/time.ts';
import type { Explanation, Observation, RuleKind } from '../../kind.ts';
import { NEVER_QUIET, NO_NUMBERS, UNKNOWN } from '../../kind.ts';
import { UNCOUNTED } from '../../left-out.ts';
import type { Sample } from '../../sample.ts';
import type { Fit } from '../../window.ts';
import { BUCKETS, TrendWindow } from '../../window.ts';
import { LIMIT_NAMES, limitCells, NO_LIMIT, nextLimit, sideOfLimit } from '../next-limit.ts';
import { Bands, NONE_WILD } from './bands.ts';
import { Bulletins } from './bulletins.ts';
import {
  AIMED,
  APPROACHING,
  CLEAR,
  EXPECTED,
  HIT_AT,
  INCOMPLETE,
  LAYOUT,
  LIMITS,
  LOST,
  MIN_R2,
  NOT_ASKED,
  OPEN,
  OPEN_ENDED,
  PER_BUCKET,
  POOR,
  POOR_FIT,
  PROOF,
  PROVEN,
  R2,
  REASONS,
  RESPONSE_MS,
  SAID_WIDTH,
  SLOPE,
  STATUS,
  TARGET,
  WARMING,
  WIDE_BOUNDS,
  WIDTH,
} from './cells.ts';
import type { Forecast } from './definition.ts';
import { LearnedNoise } from './learned-noise.ts';
import { parabolasOf } from './parabolas.ts';

/** Guards of every trend method here: fewer samples, or a window less complete, and there is no forecast. */
const SAMPLES_MIN = 6;
const COMPLETENESS_MIN = 0.7;

/** In the window's note: before this instant the forecast says none. UNSURE where it cannot say. */
const UNSURE = Number.NEGATIVE_INFINITY;
const NOTHING_AHEAD = Number.POSITIVE_INFINITY;

/** What the judging asks of a rule's configuration. */
type Judged = RuleConfig & Pick<Forecast, 'windowMs' | 'minR2'>;

export class ForecastKind<C extends Judged = Forecast> implements RuleKind<C> {
  readonly name: string;
  readonly goodOnly = true;
  readonly memoryless = false;
  readonly learner = UNCOUNTED;
  protected readonly window = new TrendWindow();
  private readonly table = new Columns(LAYOUT);
  private readonly bands = new Bands();
  private readonly noise = new LearnedNoise();
  private readonly bulletins = new Bulletins();
  readonly tables: RuleKind['tables'];

  constructor(name = 'forecast', more: RuleKind['tables'] = []) {
    this.name = name;
    this.tables = [
      { name, columns: this.table },
      { name: `${name}-window`, columns: this.window.table },
      { name: `${name}-noise`, columns: this.noise.table },
      { name: `${name}-bulletin`, columns: this.bulletins.table },
      ...more,
    ];
  }

  quiet(): { readonly above: number; readonly below: number } {
    return NEVER_QUIET;
  }

  /** Inside a bucket the last fit stands, and it has said until when it says none, or that it cannot say. */
  still(row: number, at: EpochMs): boolean {
    const note = this.window.note(row);
    return !this.window.moves(row, at) && (at < note || note === UNSURE);
  }

  install(row: number, { windowMs, minR2 }: C, point: PointConfig): boolean {
    let changed = false;
    if (!this.window.matches(row, windowMs)) {
      this.window.reset(row, windowMs);
      this.table.clearRow(row);
      this.noise.table.clearRow(row);
      this.window.setNote(row, UNSURE);
      changed = true;
    }
    // Of an event-driven point one reading a bucket is asked for.
    const bucketMs = this.window.bucketMs(row);
    const apartMs = intervalsOf(point, 1, bucketMs);
    const expected = isEventDriven(point) ? BUCKETS : windowMs / apartMs;
    const perBucket = Math.max(1, bucketMs / apartMs);
    const wanted = [...limitCells(limitsOf(point)), minR2, expected, perBucket, point.responseMs];
    const line = this.table.col.line;
    changed ||= wanted.some((value, i) => line[row * WIDTH + i] !== value);
    line.set(wanted, row * WIDTH);
    return changed;
  }

  observe(row: number, { at, value, learns }: Sample): Observation {
    const own = value - this.regular(row, at);
    if (this.window.add(row, at, this.window.tamed(row, own))) this.predict(row, true, learns);
    const note = this.window.note(row);
    if (at < note) return NONE;
    return note === UNSURE ? UNKNOWN : this.level(row, at);
  }

  again(row: number, { at }: Sample): Observation {
    const status = this.status(row);
    if (status !== WARMING && status !== LOST) this.predict(row, false);
    return this.level(row, at);
  }

  /** What is unclear ends nothing by what it says, but by how far its error reaches: not to a limit in time. */
  disproves(row: number): boolean {
    const status = this.status(row);
    if (status !== POOR && status !== OPEN_ENDED) return false;
    const { said } = this.table.col;
    const proof = row * SAID_WIDTH + PROOF;
    if (said[proof] === NOT_ASKED) said[proof] = this.mayMeetSoon(row) ? OPEN : PROVEN;
    return said[proof] === PROVEN;
  }

  /** A prediction does not outlive its data; the window stays, and the next bucket decides whether it is complete. */
  silence(row: number): void {
    this.say(row, LOST, UNSURE);
    this.table.col.unclear[row] = 0;
  }

  side(row: number): 1 | -1 {
    return this.table.col.line[row * WIDTH + SLOPE] < 0 ? -1 : 1;
  }

  /**
   * Numbers, of a trend: `r2`, `slopePerMinute` in unit/min, and where a limit is ahead, from `at` on, `timeToLimitMs` with the
   * bounds of 90 %, `timeToLimitEarliestMs` and `timeToLimitLatestMs` (absent where it may never be met). Of an unclear one the
   * bounds, without the best guess where nothing stands, and `completeness` where that is what is wanting.
   */
  explain(row: number, level: Level, at: EpochMs, side: 1 | -1): Explanation {
    const line = this.table.col.line;
    const base = row * WIDTH;
    const status = this.status(row);
    const unclear = REASONS[this.table.col.unclear[row]];
    const isTold = status === CLEAR || status === APPROACHING || unclear !== undefined;
    const onSide = (limit: number): number => (limit !== NO_LIMIT && sideOfLimit(limit) === side ? limit : NO_LIMIT);
    const cell = onSide(isTold ? this.draw(row) : NO_LIMIT);
    // What an alarm is about stays known while the fit cannot say, or says that it is over.
    const { said } = this.table.col;
    const isAimed = said[row * SAID_WIDTH + AIMED] === 1;
    const target = cell === NO_LIMIT && level > NONE && isAimed ? onSide(said[row * SAID_WIDTH + TARGET]) : cell;
    const limit = target === NO_LIMIT ? undefined : { name: LIMIT_NAMES[target], value: line[base + LIMITS + target] };
    if (!isTold || (unclear !== undefined && cell === NO_LIMIT)) return { limit, numbers: NO_NUMBERS };
    const trend = { r2: line[base + R2], slopePerMinute: line[base + SLOPE] * MINUTE_MS };
    if (unclear !== undefined) {
      const { timeToLimitMs, ...bounds } = this.times(row, at);
      const numbers: Record<string, number> = { ...trend, ...bounds };
      // Whoever is alarmed already is told how the guess goes on.
      if (level > NONE && unclear === 'wide-bounds') numbers.timeToLimitMs = timeToLimitMs;
      if (unclear === 'incomplete') {
        numbers.completeness = this.window.fit(row, line[base + PER_BUCKET]).useful / line[base + EXPECTED];
      }
      return { limit, numbers, unclear };
    }
    return { limit, numbers: cell === NO_LIMIT ? trend : { ...trend, ...this.times(row, at) } };
  }

  bulletin(row: number, since: EpochMs): number {
    return this.bulletins.number(row, since);
  }

  hasNews(row: number, since: EpochMs, at: EpochMs): boolean {
    const status = this.status(row);
    if ((status !== APPROACHING && status !== OPEN_ENDED) || this.level(row, at) === NONE) return false;
    const hitAt = this.table.col.line[row * WIDTH + HIT_AT];
    return this.bulletins.next(row, since, at, hitAt, this.window.bucketMs(row));
  }

  unclear(row: number): Unclear | undefined {
    return REASONS[this.table.col.unclear[row]];
  }

  breach(): Level {
    return NONE;
  }

  /** Level now from the last fit: a subtraction. */
  private level(row: number, at: EpochMs): Observation {
    const line = this.table.col.line;
    const base = row * WIDTH;
    const status = this.status(row);
    if (status === CLEAR) return NONE;
    if (status !== APPROACHING) return UNKNOWN;
    const timeToLimitMs = line[base + HIT_AT] - at;
    const responseMs = line[base + RESPONSE_MS];
    if (timeToLimitMs > responseMs) return NONE;
    return timeToLimitMs <= responseMs / 3 ? HIGH : PRE;
  }

  /** What of the value comes again by itself at that time, and is no trend; and the most that can be. */
  protected regular(_row: number, _at: EpochMs): number {
    return 0;
  }

  protected regularReach(_row: number): number {
    return 0;
  }

  /** Nothing that the window held is meant any more. */
  protected forget(row: number): void {
    this.window.reset(row, this.window.bucketMs(row) * BUCKETS);
    this.window.setNote(row, UNSURE);
    this.say(row, WARMING, UNSURE);
  }

  protected alarms(row: number): boolean {
    const said = this.level(row, this.window.endOf(row));
    return said !== NONE && said !== UNKNOWN;
  }

  /** Judges the window anew: at most once a bucket. */
  private predict(row: number, moved: boolean, learns = false): void {
    const line = this.table.col.line;
    const base = row * WIDTH;
    const fit = this.window.fit(row, line[base + PER_BUCKET]);
    line[base + SLOPE] = fit.slope;
    line[base + R2] = fit.r2;
    this.table.col.said[row * SAID_WIDTH + PROOF] = NOT_ASKED;
    this.table.col.unclear[row] = 0;
    if (moved && fit.filled === BUCKETS) this.noise.closed(row, this.bands, this.window, !learns || this.alarms(row));
    const complete = fit.useful >= COMPLETENESS_MIN * line[base + EXPECTED];
    if (fit.count < SAMPLES_MIN || !Number.isFinite(fit.slope)) this.say(row, WARMING, UNSURE);
    else if (!complete) {
      this.say(row, WARMING, UNSURE);
      // One that has not been there for its whole length yet is no thin one.
      if (this.window.isWarm(row)) this.mark(row, this.draw(row), INCOMPLETE);
    } else if (!this.isFar(row, fit)) this.look(row, fit);
    else if (line[base + R2] < line[base + MIN_R2]) this.say(row, POOR, UNSURE);
    else this.say(row, CLEAR, NOTHING_AHEAD);
  }

  /** A limit may be near: looks at the window without what is wild in it. */
  private look(row: number, { at }: Fit): void {
    const line = this.table.col.line;
    const base = row * WIDTH;
    const cell = this.draw(row);
    const { bands } = this;
    if (bands.wild !== NONE_WILD) {
      const { r2, slope } = this.window.fit(row, line[base + PER_BUCKET], bands.wild);
      line[base + R2] = r2;
      line[base + SLOPE] = slope;
    }
    if (line[base + R2] < line[base + MIN_R2]) {
      this.say(row, POOR, UNSURE);
      this.mark(row, cell, POOR_FIT);
      return;
    }
    line[base + SLOPE] = bands.slopePerMs;
    if (cell === NO_LIMIT) {
      this.say(row, CLEAR, NOTHING_AHEAD);
      return;
    }
    this.aimAt(row, at, cell);
  }

  /** There is a trend, and a limit ahead. */
  private aimAt(row: number, endAt: EpochMs, cell: number): void {
    const line = this.table.col.line;
    const base = row * WIDTH;
    const { bands } = this;
    this.table.col.said[row * SAID_WIDTH + TARGET] = cell;
    this.table.col.said[row * SAID_WIDTH + AIMED] = 1;
    line[base + HIT_AT] = endAt + bands.estimateMs;
    const from = line[base + HIT_AT] - line[base + RESPONSE_MS];
    if (from > endAt + this.window.bucketMs(row) || this.isSure(row, endAt, cell)) {
      this.say(row, APPROACHING, from);
      return;
    }
    this.say(row, OPEN_ENDED, UNSURE);
    this.mark(row, cell, WIDE_BOUNDS);
  }

  private isSure(row: number, endAt: EpochMs, cell: number): boolean {
    const limit = this.table.col.line[row * WIDTH + LIMITS + cell];
    if (this.regularReach(row) === 0) return this.bands.isSure(limit, sideOfLimit(cell));
    return this.bands.isSureOfMoving((aheadMs) => limit - this.regular(row, endAt + aheadMs), sideOfLimit(cell));
  }

  /** The guard refuses; of the bands just drawn, whether there is a trend all the same. */
  private mark(row: number, cell: number, reason: number): void {
    if (cell === NO_LIMIT || !this.bands.hasTrend) return;
    this.table.col.unclear[row] = reason;
  }

  /** Draws the bands; cell of the limit that the course meets, NO_LIMIT where it meets none. */
  private draw(row: number): number {
    const line = this.table.col.line;
    const { bands } = this;
    if (!this.noise.draw(row, bands, this.window)) return NO_LIMIT;
    const { direction } = bands;
    const endAt = this.window.endOf(row);
    const cell = nextLimit(line, row * WIDTH + LIMITS, bands.level + this.regular(row, endAt), direction);
    if (direction === 0 || cell === NO_LIMIT) return NO_LIMIT;
    const limit = line[row * WIDTH + LIMITS + cell];
    if (this.regularReach(row) === 0) bands.reach(limit, direction);
    else bands.reachMoving((aheadMs) => limit - this.regular(row, endAt + aheadMs), direction);
    return Number.isFinite(bands.estimateMs) ? cell : NO_LIMIT;
  }

  private status(row: number): number {
    return this.table.col.said[row * SAID_WIDTH + STATUS];
  }

  private say(row: number, status: number, note: number): void {
    this.table.col.said[row * SAID_WIDTH + STATUS] = status;
    this.window.setNote(row, note);
  }

  /** Without drawing it; a window with a bucket missing, or one that swings, is looked at in full. */
  private isFar(row: number, fit: Fit): boolean {
    if (fit.filled < BUCKETS || this.regularReach(row) > 0) return false;
    const line = this.table.col.line;
    const base = row * WIDTH;
    const bucketMs = this.window.bucketMs(row);
    const { lowest, highest, near } = parabolasOf(fit, bucketMs, line[base + RESPONSE_MS]);
    const high = nextLimit(line, base + LIMITS, fit.level - near, 1);
    const low = nextLimit(line, base + LIMITS, fit.level + near, -1);
    const isBelow = high === NO_LIMIT || highest < line[base + LIMITS + high];
    return isBelow && (low === NO_LIMIT || lowest > line[base + LIMITS + low]);
  }

  /** Whether one of the bands comes to a limit, on either side, before the time to respond is over. */
  private mayMeetSoon(row: number): boolean {
    const line = this.table.col.line;
    const base = row * WIDTH;
    const { bands } = this;
    const bucketMs = this.window.bucketMs(row);
    // Of this window alone: what noise there was before is no reason to hold an alarm.
    if (!bands.draw(this.window.means(row), bucketMs * BUCKETS)) return true;
    return ([1, -1] as const).some((direction) => {
      const cell = nextLimit(line, base + LIMITS, bands.level, direction);
      if (cell === NO_LIMIT) return false;
      const limit = line[base + LIMITS + cell] - direction * this.regularReach(row);
      return bands.mayReach(limit, direction, line[base + RESPONSE_MS] + bucketMs);
    });
  }

  /** What the bands just drawn say of the limit ahead, from `at` on. */
  private times(row: number, at: EpochMs): Readonly<Record<string, number>> {
    const { estimateMs, earliestMs, latestMs } = this.bands;
    const gone = at - this.window.endOf(row);
    const timeToLimitMs = Math.max(0, estimateMs - gone);
    const timeToLimitEarliestMs = Math.max(0, earliestMs - gone);
    if (!Number.isFinite(latestMs)) return { timeToLimitMs, timeToLimitEarliestMs };
    return { timeToLimitMs, timeToLimitEarliestMs, timeToLimitLatestMs: Math.max(0, latestMs - gone) };
  }
}
