/**
 * How sure a trend is of when it meets a limit: a line and a parabola through the bucket means of a window, each with the
 * band in which the true course lies, and what the two say together. One object a kind, re-used; it knows neither points nor
 * alarms.
 *
 * Errors of neighbouring buckets are alike (drift, slow noise): the band is widened by what the residuals' first
 * autocorrelation, corrected for its bias in so short a series, says of that. Where the course is curved, a line overstates
 * the time left or knows of a limit that is never met; where it is not, the parabola only bounds.
 */
import type { DurationMs } from '../../../model/time.ts';
import type { BucketMeans } from '../../window.ts';

/** One-sided 95 % points of Student's t by degrees of freedom, from 3 on: with both sides, 90 % lie between. */
const STUDENT = [2.35, 2.13, 2.02, 1.94, 1.89, 1.86, 1.83, 1.81];
/** Residuals are never taken as more alike than this: the series is too short to tell. */
const CORRELATION_MAX = 0.85;
/** Fewer means have no degree of freedom left for a parabola's error. */
const MEANS_MIN = 6;
/** Edges of a parabola are looked at this often before they are narrowed down. */
const STEPS = 24;
const HALVINGS = 40;
/** What doubles within two windows comes in two thirds of the time a line gives it: more haste than this is noise. */
const HASTE = 1.5;
/** Later than this many windows, nothing is foretold. */
const FAR = 40;
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
  private count = 0;
  private norm1 = 1;
  private norm2 = 1;
  private mean = 0;
  private slope = 0;
  private bend = 0;
  /** Half width of a band is this times the square root of the leverage. */
  private lineWidth = 0;
  private curveWidth = 0;
  private curved = false;

  /** Draws both curves. False where there are too few means to say how good they are. */
  draw({ count, t, x }: BucketMeans, windowMs: DurationMs): boolean {
    if (count < MEANS_MIN) return false;
    this.count = count;
    this.windowMs = windowMs;
    this.basis(t);
    let mean = 0;
    for (let i = 0; i < count; i++) mean += x[i] / count;
    let slope = 0;
    let bend = 0;
    for (let i = 0; i < count; i++) {
      const at = t[i] / windowMs - this.centre;
      slope += (x[i] - mean) * at;
      bend += (x[i] - mean) * this.second(at);
    }
    this.mean = mean;
    this.slope = slope / this.norm1;
    this.bend = bend / this.norm2;
    const line = this.spread(t, x, 0, 2);
    const curve = this.spread(t, x, this.bend, 3);
    this.lineWidth = studentOf(count - 2) * line;
    this.curveWidth = studentOf(count - 3) * curve;
    const isRounding = Math.abs(this.bend) < ROUNDING * (Math.abs(this.slope) + Math.abs(mean));
    // Its own error would have to be larger than the t point to leave the bend in doubt.
    this.curved = !isRounding && Math.abs(this.bend) > this.curveWidth / Math.sqrt(this.norm2);
    return true;
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
    const line = this.lineMeets(limit, direction);
    const curve = this.curveMeets(limit, direction);
    const curveFirst = this.edgeMeets(limit, direction, 1, FAR);
    const lineFirst = this.lineEdgeMeets(limit, direction, 1);
    if (!this.curved) {
      this.set(line, Math.min(lineFirst, curveFirst), Math.max(this.lineEdgeMeets(limit, direction, -1), curve));
    } else if (this.bend * direction > 0) {
      // Slow noise bends as well: a bend alone foretells nothing, it hastens at most what the line says.
      this.set(Math.max(curve, line / HASTE), curveFirst, Math.max(this.edgeMeets(limit, direction, -1, FAR), line));
    } else this.set(curve, Math.min(lineFirst, curveFirst), this.edgeMeets(limit, direction, -1, FAR));
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

  private basis(t: Float64Array): void {
    const { count, windowMs } = this;
    let centre = 0;
    for (let i = 0; i < count; i++) centre += t[i] / windowMs / count;
    let squares = 0;
    let cubes = 0;
    for (let i = 0; i < count; i++) {
      const at = t[i] / windowMs - centre;
      squares += at * at;
      cubes += at * at * at;
    }
    this.centre = centre;
    this.norm1 = squares;
    this.lift = squares / count;
    this.tilt = cubes / squares;
    let norm2 = 0;
    for (let i = 0; i < count; i++) norm2 += this.second(t[i] / windowMs - centre) ** 2;
    this.norm2 = norm2;
  }

  private second(at: number): number {
    return at * at - this.tilt * at - this.lift;
  }

  private valueAt(at: number, curved: boolean): number {
    return this.mean + this.slope * at + (curved ? this.bend * this.second(at) : 0);
  }

  /** Standard error of a mean of the course, with what neighbouring residuals have in common. */
  private spread(t: Float64Array, x: Float64Array, bend: number, parameters: number): number {
    const { count, windowMs, centre, mean, slope } = this;
    let squares = 0;
    let neighbours = 0;
    let before = 0;
    for (let i = 0; i < count; i++) {
      const at = t[i] / windowMs - centre;
      const rest = x[i] - mean - slope * at - bend * this.second(at);
      squares += rest * rest;
      neighbours += rest * before;
      before = rest;
    }
    if (squares === 0) return 0;
    const seen = neighbours / squares;
    const corrected = seen + (parameters + 3 * Math.max(0, seen)) / count;
    const alike = Math.min(CORRELATION_MAX, Math.max(0, corrected));
    return Math.sqrt((squares / (count - parameters)) * ((1 + alike) / (1 - alike)));
  }

  /** Windows from the end until the line meets the limit; 0 where it is there already. */
  private lineMeets(limit: number, direction: 1 | -1): number {
    const distance = (limit - this.valueAt(this.end, false)) * direction;
    if (distance <= 0) return 0;
    return this.slope * direction > 0 ? distance / (this.slope * direction) : NEVER;
  }

  private curveMeets(limit: number, direction: 1 | -1): number {
    const distance = (limit - this.valueAt(this.end, true)) * direction;
    if (distance <= 0) return 0;
    const steep = (this.slope + this.bend * (2 * this.end - this.tilt)) * direction;
    const bend = this.bend * direction;
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

function studentOf(freedom: number): number {
  return STUDENT[Math.min(Math.max(freedom, 3), STUDENT.length + 2) - 3];
}

/** Real roots of a·x² + b·x + c. */
function rootsOf(a: number, b: number, c: number): number[] {
  if (a === 0) return b === 0 ? [] : [-c / b];
  const root = b * b - 4 * a * c;
  if (root < 0) return [];
  const half = -(b + Math.sign(b || 1) * Math.sqrt(root)) / 2;
  return half === 0 ? [0] : [half / a, c / half];
}
