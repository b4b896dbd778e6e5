/**
 * How sure a trend is of when it meets a limit: a line and a parabola through the bucket means of a window, each with the
 * band in which the true course lies, and what the two say together. One object a kind, re-used; it knows neither points nor
 * alarms.
 *
 * Errors of neighbouring buckets are alike (drift, slow noise): the band is widened by what the insides of the buckets say of
 * that (noise.ts), or, where they say nothing, the residuals' first autocorrelation, corrected for its bias in so short a
 * series. It is never narrower than what the point's noise was in earlier windows. Where the course is curved, a line
 * overstates the time left or knows of a limit that is never met; where it is not, the parabola only bounds.
 */
import type { DurationMs } from '../../../model/time.ts';
import type { BucketMeans } from '../../window.ts';
import { BUCKETS } from '../../window.ts';
import { lookInside, slowness } from './noise.ts';
import { rootsOf, shareOf, studentOf } from './statistics.ts';

/** Residuals are never taken as more alike than this: the series is too short to tell. */
const CORRELATION_MAX = 0.85;
/** Fewer means have no degree of freedom left for a parabola's error. */
const MEANS_MIN = 6;
/** Edges of a parabola are looked at this often before they are narrowed down. */
const STEPS = 24;
const HALVINGS = 40;
/** A mean that lies so many of its own errors off the course of all others is none of it: a wild sample stands in its bucket. */
const WILD = 4;
/** With fewer means than this, one that is left out would say more than those that stay. */
const WILD_MEANS_MIN = 9;
export const NONE_WILD = -1;
/** Of noise known from many windows: a little less than the one-sided 95 % point, slowness being taken to the safe side. */
const NORMAL = 1.4;
/**
 * What is alarmed for must be surer than what is said: the far edges of both bands, so many times as wide, meet the limit, each
 * within so many windows; and until the point's noise is known, by so much more.
 */
const SURE_LINE = 2.1;
const SURE_CURVE = 1.2;
const SURE_WITHIN = 3;
const YOUNG = 2.2;
/** Later than this many windows, nothing is foretold. */
const FAR = 40;
/** Of limits that move this many windows apart are looked at. */
const MOVING_STEP = 1 / 24;
/** Curvature below this share of what the course has moved is rounding. */
const ROUNDING = 1e-9;

export const NEVER = Number.POSITIVE_INFINITY;

export class Bands {
  /** From the window's end to the limit last asked for: the best guess, and the bounds of 90 %. NEVER where it is not met. */
  estimateMs: DurationMs = NEVER;
  earliestMs: DurationMs = NEVER;
  latestMs: DurationMs = NEVER;
  private windowMs = 1;
  /** Orthogonal basis over the means, time in windows from their centre: 1, t, t² − tilt·t − lift. */
  private centre = 0;
  private tilt = 0;
  private lift = 0;
  /** Age of the bucket that was left out, in buckets from the newest; NONE_WILD where all count. */
  wild = NONE_WILD;
  /** Variance of the means about the parabola. */
  between = 0;
  /** And of the samples inside their buckets. */
  readonly insideNow = { inside: 0, alone: 0 };
  /** Error of one mean in earlier windows, with its slowness; 0 where it is not known. */
  private earlier = 0;
  private count = 0;
  private readonly t = new Float64Array(BUCKETS);
  private readonly x = new Float64Array(BUCKETS);
  private norm1 = 1;
  private norm2 = 1;
  private mean = 0;
  private slope = 0;
  private bend = 0;
  /** Half width of a band is this times the square root of the leverage. */
  private lineWidth = 0;
  private curveWidth = 0;
  private curved = false;
  /** How much of the bend the best guess believes, 0 … 1. */
  private bendShare = 0;

  /**
   * Draws both curves. False where there are too few means to say how good they are. A single mean far off the course of the
   * others is left out (`wild`); what is real stands in the next bucket as well, and then counts. `between` and `inside` are
   * what the noise was in earlier windows, 0 where that is not known.
   */
  draw(means: BucketMeans, windowMs: DurationMs, between = 0, inside = 0): boolean {
    const { count, t, x, age } = means;
    this.wild = NONE_WILD;
    if (count < MEANS_MIN) return false;
    this.count = count;
    this.windowMs = windowMs;
    for (let i = 0; i < count; i++) {
      this.t[i] = t[i] / windowMs;
      this.x[i] = x[i];
    }
    this.fit();
    const wild = this.wildest();
    if (wild !== NONE_WILD) this.leaveOut(wild, age[wild]);
    const { insideNow, norm2 } = this;
    lookInside(means, this.slope / windowMs, insideNow);
    const lineError = studentOf(this.count - 2) * this.spread(0, 2);
    const curveError = studentOf(this.count - 3) * this.spread(this.bend, 3);
    this.earlier = inside > 0 ? Math.sqrt(between * slowness(between, { inside, alone: insideNow.alone }, 3)) : 0;
    const rounding = ROUNDING * (Math.abs(this.slope) + Math.abs(this.mean));
    const above = (width: number): number => (width < rounding ? 0 : width);
    this.lineWidth = above(Math.max(lineError, NORMAL * this.earlier));
    this.curveWidth = above(Math.max(curveError, NORMAL * this.earlier));
    const isRounding = Math.abs(this.bend) < rounding;
    // Its own error would have to be larger than the t point to leave the bend in doubt.
    const bendError = this.curveWidth / Math.sqrt(norm2);
    this.curved = !isRounding && Math.abs(this.bend) > bendError;
    this.bendShare = isRounding ? 0 : shareOf(this.bend, bendError / studentOf(this.count - 3));
    return true;
  }

  private fit(): void {
    const { count, t, x } = this;
    this.basis();
    let mean = 0;
    for (let i = 0; i < count; i++) mean += x[i] / count;
    let slope = 0;
    let bend = 0;
    for (let i = 0; i < count; i++) {
      const at = t[i] - this.centre;
      slope += (x[i] - mean) * at;
      bend += (x[i] - mean) * this.second(at);
    }
    this.mean = mean;
    this.slope = slope / this.norm1;
    this.bend = bend / this.norm2;
  }

  private leaveOut(i: number, age: number): void {
    this.wild = age;
    this.t.copyWithin(i, i + 1, this.count);
    this.x.copyWithin(i, i + 1, this.count);
    this.count--;
    this.fit();
  }

  /** The mean furthest off the parabola through all others, in its own errors; NONE_WILD where none is far. */
  private wildest(): number {
    const { count, t, x } = this;
    if (count < WILD_MEANS_MIN) return NONE_WILD;
    let squares = 0;
    let most = 0;
    let found = NONE_WILD;
    for (let i = 0; i < count; i++) {
      const at = t[i] - this.centre;
      const second = this.second(at);
      const rest = x[i] - this.mean - this.slope * at - this.bend * second;
      squares += rest * rest;
      // What leaving it out takes off the sum of squares.
      const share = (rest * rest) / (1 - 1 / count - (at * at) / this.norm1 - (second * second) / this.norm2);
      if (share <= most) continue;
      most = share;
      found = i;
    }
    const others = Math.max(0, squares - most) / (count - 4);
    const isRounding = Math.sqrt(squares) < ROUNDING * (Math.abs(this.slope) + Math.abs(this.mean));
    return !isRounding && most > WILD * WILD * others ? found : NONE_WILD;
  }

  /** Where the course is at the window's end, and which way it goes there. */
  get level(): number {
    return this.valueAt(this.end, this.curved);
  }

  get direction(): 1 | -1 | 0 {
    const { slopePerMs } = this;
    return slopePerMs > 0 ? 1 : slopePerMs < 0 ? -1 : 0;
  }

  get slopePerMs(): number {
    return (this.slope + (this.curved ? this.bend * (2 * this.end - this.tilt) : 0)) / this.windowMs;
  }

  /** Sets estimate and bounds for a limit that lies in `direction` from the level. */
  reach(limit: number, direction: 1 | -1): void {
    const estimate = this.curveMeets(limit, direction, this.bendShare);
    const curve = this.curveMeets(limit, direction, 1);
    const curveFirst = this.edgeMeets(limit, direction, 1, FAR);
    const curveLast = this.edgeMeets(limit, direction, -1, FAR);
    const first = Math.min(this.lineEdgeMeets(limit, direction, 1), curveFirst);
    if (!this.curved) {
      this.set(estimate, first, Math.max(this.lineEdgeMeets(limit, direction, -1), curve));
    } else if (this.bend * direction > 0) {
      this.set(estimate, curveFirst, Math.max(curveLast, this.curveMeets(limit, direction, 0)));
    } else this.set(estimate, first, curveLast);
  }

  /** Whether an alarm may rest on it: not only the best guess meets the limit, the far edges of both bands do, and soon. */
  isSure(limit: number, direction: 1 | -1): boolean {
    const { lineWidth, curveWidth } = this;
    const wider = this.earlier > 0 ? 1 : YOUNG;
    this.lineWidth = lineWidth * SURE_LINE * wider;
    this.curveWidth = curveWidth * SURE_CURVE * wider;
    const isSure =
      this.lineEdgeMeets(limit, direction, -1) <= SURE_WITHIN &&
      this.edgeMeets(limit, direction, -1, SURE_WITHIN) <= SURE_WITHIN;
    this.lineWidth = lineWidth;
    this.curveWidth = curveWidth;
    return isSure;
  }

  /** As `reach`, of a limit that moves: what comes again by itself is part of the value there and not of the course here. */
  reachMoving(limitAt: (aheadMs: DurationMs) => number, direction: 1 | -1): void {
    const { bendShare, lineWidth, curveWidth } = this;
    const guess = this.meetsMoving(limitAt, direction, FAR, (at) => this.courseAt(at, bendShare));
    const edge = (at: number, sign: 1 | -1, isCurve: boolean): number =>
      this.courseAt(at, isCurve ? 1 : 0) +
      sign * direction * (isCurve ? curveWidth * this.curveLever(at) : lineWidth * this.lineLever(at));
    const meets = (sign: 1 | -1, isCurve: boolean): number =>
      this.meetsMoving(limitAt, direction, FAR, (at) => edge(at, sign, isCurve));
    const first = this.curved && this.bend * direction > 0 ? meets(1, true) : Math.min(meets(1, false), meets(1, true));
    this.set(guess, first, Math.max(meets(-1, true), this.curved ? 0 : meets(-1, false)));
  }

  /** As `isSure`, of such a limit. */
  isSureOfMoving(limitAt: (aheadMs: DurationMs) => number, direction: 1 | -1): boolean {
    const wider = this.earlier > 0 ? 1 : YOUNG;
    const line = this.lineWidth * SURE_LINE * wider;
    const curve = this.curveWidth * SURE_CURVE * wider;
    const far = (at: number): number =>
      Math.min(
        (this.courseAt(at, 0) - direction * line * this.lineLever(at)) * direction,
        (this.courseAt(at, 1) - direction * curve * this.curveLever(at)) * direction,
      ) * direction;
    return this.meetsMoving(limitAt, direction, SURE_WITHIN, far) <= SURE_WITHIN;
  }

  /** Windows from the end until a course is at a limit that moves; looked at in even steps. */
  private meetsMoving(
    limitAt: (aheadMs: DurationMs) => number,
    direction: 1 | -1,
    within: number,
    course: (at: number) => number,
  ): number {
    for (let ahead = 0; ahead <= within; ahead += MOVING_STEP) {
      if ((limitAt(ahead * this.windowMs) - course(this.end + ahead)) * direction <= 0) return ahead;
    }
    return NEVER;
  }

  private courseAt(at: number, share: number): number {
    return this.mean + this.slope * at + share * this.bend * this.second(at);
  }

  private lineLever(at: number): number {
    return Math.sqrt(1 / this.count + (at * at) / this.norm1);
  }

  private curveLever(at: number): number {
    return Math.sqrt(1 / this.count + (at * at) / this.norm1 + this.second(at) ** 2 / this.norm2);
  }

  /** Whether the line goes anywhere at all, by its own error. */
  get hasTrend(): boolean {
    return Math.abs(this.slope) > this.lineWidth / Math.sqrt(this.norm1);
  }

  /** Whether the nearer edge of the line's band, or of the parabola's where the course is curved, is at the limit by then. */
  mayReach(limit: number, direction: 1 | -1, withinMs: DurationMs): boolean {
    const within = withinMs / this.windowMs;
    if (this.lineEdgeMeets(limit, direction, 1) <= within) return true;
    return this.curved && this.edgeMeets(limit, direction, 1, within) <= within;
  }

  private set(estimate: number, earliest: number, latest: number): void {
    this.estimateMs = estimate * this.windowMs;
    this.earliestMs = Math.min(earliest, estimate) * this.windowMs;
    this.latestMs = Math.max(latest, estimate) * this.windowMs;
  }

  /** The window's end, in windows from the centre of the means. */
  private get end(): number {
    return -this.centre;
  }

  private basis(): void {
    const { count, t } = this;
    let centre = 0;
    for (let i = 0; i < count; i++) centre += t[i] / count;
    let squares = 0;
    let cubes = 0;
    for (let i = 0; i < count; i++) {
      const at = t[i] - centre;
      squares += at * at;
      cubes += at * at * at;
    }
    this.centre = centre;
    this.norm1 = squares;
    this.lift = squares / count;
    this.tilt = cubes / squares;
    let norm2 = 0;
    for (let i = 0; i < count; i++) norm2 += this.second(t[i] - centre) ** 2;
    this.norm2 = norm2;
  }

  private second(at: number): number {
    return at * at - this.tilt * at - this.lift;
  }

  private valueAt(at: number, curved: boolean): number {
    return this.mean + this.slope * at + (curved ? this.bend * this.second(at) : 0);
  }

  /** Standard error of a mean of the course, with what neighbouring residuals have in common. */
  private spread(bend: number, parameters: 2 | 3): number {
    const { count, t, x, centre, mean, slope } = this;
    let squares = 0;
    let neighbours = 0;
    let before = 0;
    for (let i = 0; i < count; i++) {
      const at = t[i] - centre;
      const rest = x[i] - mean - slope * at - bend * this.second(at);
      squares += rest * rest;
      neighbours += rest * before;
      before = rest;
    }
    const variance = squares / (count - parameters);
    if (parameters === 3) this.between = variance;
    if (squares === 0) return 0;
    if (this.insideNow.inside > 0) return Math.sqrt(variance * slowness(variance, this.insideNow, parameters));
    const seen = neighbours / squares;
    const corrected = seen + (parameters + 3 * Math.max(0, seen)) / count;
    const alike = Math.min(CORRELATION_MAX, Math.max(0, corrected));
    return Math.sqrt(variance * ((1 + alike) / (1 - alike)));
  }

  /** Windows from the end until the course meets the limit, with this share of the bend; 0 where it is there already. */
  private curveMeets(limit: number, direction: 1 | -1, share: number): number {
    const { end } = this;
    const distance = (limit - this.mean - this.slope * end - share * this.bend * this.second(end)) * direction;
    if (distance <= 0) return 0;
    const steep = (this.slope + share * this.bend * (2 * end - this.tilt)) * direction;
    const bend = share * this.bend * direction;
    const root = steep * steep + 4 * bend * distance;
    if (root < 0) return NEVER;
    // The nearer root, written so that a bend of nearly nothing divides by nothing.
    const denominator = steep + Math.sqrt(root);
    return denominator > 0 ? (2 * distance) / denominator : NEVER;
  }

  /** Windows until the edge of the line's band on the limit's side (`edge` 1) or on the far one (−1) meets the limit. */
  private lineEdgeMeets(limit: number, direction: 1 | -1, edge: 1 | -1): number {
    const { end, lineWidth } = this;
    const gap = (at: number): number =>
      (limit - this.valueAt(at, false)) * direction -
      edge * lineWidth * Math.sqrt(1 / this.count + (at * at) / this.norm1);
    if (gap(end) <= 0) return 0;
    // Without noise the edge is the line itself: two roots in one, which rounding would lose.
    if (lineWidth === 0) return this.curveMeets(limit, direction, 0);
    const rest = (limit - this.mean) * direction;
    const slope = this.slope * direction;
    const width2 = lineWidth * lineWidth;
    const a = slope * slope - width2 / this.norm1;
    const b = -2 * rest * slope;
    const c = rest * rest - width2 / this.count;
    const meets = (at: number): boolean => at > end && (rest - slope * at) * edge >= 0;
    const found = rootsOf(a, b, c).filter(meets);
    return found.length === 0 ? NEVER : Math.min(...found) - end;
  }

  /** The same of the parabola's band, at most `within` windows on: looked at step by step, then narrowed down. */
  private edgeMeets(limit: number, direction: 1 | -1, edge: 1 | -1, within: number): number {
    const { end, curveWidth } = this;
    const gap = (ahead: number): number => {
      const at = end + ahead;
      const leverage = 1 / this.count + (at * at) / this.norm1 + this.second(at) ** 2 / this.norm2;
      return (limit - this.valueAt(at, true)) * direction - edge * curveWidth * Math.sqrt(leverage);
    };
    if (gap(0) <= 0) return 0;
    let low = 0;
    for (let step = 1; step <= STEPS; step++) {
      // Close steps at first, where it matters; wide ones far out.
      const ahead = within * (step / STEPS) ** 3;
      if (gap(ahead) > 0) {
        low = ahead;
        continue;
      }
      let high = ahead;
      for (let i = 0; i < HALVINGS; i++) {
        const middle = (low + high) / 2;
        if (gap(middle) > 0) low = middle;
        else high = middle;
      }
      return high;
    }
    return NEVER;
  }
}
