/**
 * Inverse velocity (Fukuzono 1985, α ≈ 2): where creep accelerates to failure, 1/v falls on a line, 1/v = A·(t_f − t), and meets
 * nothing at the failure. Velocities are taken over three means, the line by least squares over those since the onset of
 * acceleration; it is believed with at least five of them, r² ≥ 0.8 and 1/v falling (domain §5, V15; grades OURS).
 *
 * The onset itself is yellow (H): velocity at least twice the background for three means in a row. From then on the background
 * is not learned: it is the median of what was before. Failure within three days is orange (HH), within one red: HH with a
 * floor, by a rule of its own. What it says ends when the velocity has been below twice the background for three means in a row;
 * a line that is no longer believed ends nothing.
 */
import { Columns } from '../../../model/columns.ts';
import type { Level } from '../../../model/level.ts';
import { HIGH, HIGH_HIGH, NONE } from '../../../model/level.ts';
import type { EpochMs } from '../../../model/time.ts';
import { DAY_MS } from '../../../model/time.ts';
import type { Explanation, Observation, RuleKind } from '../../kind.ts';
import { NEVER_QUIET, NO_NUMBERS, UNKNOWN } from '../../kind.ts';
import { countedLearner, LEFT_OUT_LAYOUT } from '../../left-out.ts';
import type { Sample } from '../../sample.ts';
import { beginStretch, moveStretch, STRETCH_LAYOUT, stretchNumbers } from '../../stretch.ts';
import { addToBucket, BUCKET_WIDTH, CLOSED_END, CLOSED_MEAN, closesBucket } from '../bucket-means.ts';
import { setParameters } from '../instrument.ts';
import type { InverseVelocity } from './definition.ts';

/** Means and velocities that are kept. */
const KEPT = 48;
/** A velocity is taken over so many means. */
const OVER = 3;
/** Velocities before anything is said, and that a line needs. */
const BACKGROUND_MIN = 8;
const POINTS_MIN = 5;
const ONSET_TIMES = 2;
const IN_A_ROW = 3;

/** Cells of `setup`. */
const SETUP_WIDTH = 5;
const EVERY_MS = 0;
const DIRECTION = 1;
const MIN_R2 = 2;
const NOISE = 3;
const RED = 4;

/** Cells of `state`. */
const STATE_WIDTH = 4;
/** End of the newest mean; velocity of the background, per day, as it stood at the onset. */
const NEWEST = 0;
const BACKGROUND = 1;
/** When the failure is expected (0: the line says nothing), and how good the line is. */
const FAILS_AT = 2;
const R2 = 3;

const LAYOUT = {
  ...LEFT_OUT_LAYOUT,
  ...STRETCH_LAYOUT,
  /** Means until a velocity holds nothing any more that came while another rule of the point stood. */
  pause: 'u8',
  /** 1 since the onset. */
  onset: 'u8',
  /** Means in a row that speak for a change of it. */
  run: 'u8',
  /** Velocities since the onset, at most KEPT. */
  since: 'u8',
  level: 'u8',
  /** Velocities there are. */
  count: 'u8',
  setup: ['f64', SETUP_WIDTH],
  bucket: ['f64', BUCKET_WIDTH],
  state: ['f64', STATE_WIDTH],
  /** The last means, and the last velocities per day, both oldest first and NaN where there are none. */
  means: ['f64', OVER, Number.NaN],
  velocities: ['f64', KEPT, Number.NaN],
  /** 1 of a velocity that no background is learned from. */
  unusual: ['u8', KEPT],
} as const;

export class InverseVelocityKind implements RuleKind<InverseVelocity> {
  readonly name = 'inverse-velocity';
  readonly goodOnly = true;
  readonly memoryless = false;
  private readonly table = new Columns(LAYOUT);
  readonly tables = [{ name: 'inverse-velocity', columns: this.table }];
  readonly learner = countedLearner(
    this.table,
    () => true,
    (row) => (this.table.col.count[row] < BACKGROUND_MIN ? 'learning' : 'learned'),
  );

  quiet(): { readonly above: number; readonly below: number } {
    return NEVER_QUIET;
  }

  still(row: number, at: EpochMs): boolean {
    return !closesBucket(this.table.col.bucket, row * BUCKET_WIDTH, at);
  }

  install(row: number, rule: InverseVelocity): boolean {
    const { setup } = this.table.col;
    const base = row * SETUP_WIDTH;
    const sign = rule.direction === 'up' ? 1 : -1;
    if (setup[base + EVERY_MS] !== rule.everyMs || setup[base + DIRECTION] !== sign) this.table.clearRow(row);
    const wanted = [rule.everyMs, sign, rule.minR2, rule.noisePerDay, rule.grade === 'red' ? 1 : 0];
    return setParameters(setup, base, wanted);
  }

  observe(row: number, { at, value, learns }: Sample): Observation {
    const { bucket, setup, state, pause } = this.table.col;
    // The mean it closes is one of those before it, and the third behind it is the last that it reaches into.
    if (!learns) pause[row] = OVER + 2;
    const cells = row * BUCKET_WIDTH;
    const everyMs = setup[row * SETUP_WIDTH + EVERY_MS];
    if (!addToBucket(bucket, cells, everyMs, at, value)) return this.said(row);
    const end = bucket[cells + CLOSED_END];
    const newest = state[row * STATE_WIDTH + NEWEST];
    const missing = newest === 0 ? 0 : Math.min(KEPT, Math.round((end - newest) / everyMs) - 1);
    for (let i = 0; i < missing; i++) this.take(row, Number.NaN);
    this.take(row, bucket[cells + CLOSED_MEAN]);
    state[row * STATE_WIDTH + NEWEST] = end;
    this.judge(row);
    return this.said(row);
  }

  again(row: number): Observation {
    return this.said(row);
  }

  silence(): void {}

  side(row: number): 1 | -1 {
    return this.table.col.setup[row * SETUP_WIDTH + DIRECTION] < 0 ? -1 : 1;
  }

  /**
   * Numbers: `velocityPerDay` now and of the background, and of a line that is believed `r2OfLine` and, within a day,
   * `timeToFailureMs` from `at` on; further ahead only `daysToFailure`, rounded up: no such time is worth an hour.
   */
  explain(row: number, _level: Level, at: EpochMs): Explanation {
    const { velocities, state, count } = this.table.col;
    if (count[row] < BACKGROUND_MIN) return { numbers: NO_NUMBERS };
    const base = row * STATE_WIDTH;
    const velocityPerDay = velocities[(row + 1) * KEPT - 1];
    const known: Record<string, number> = {
      backgroundPerDay: this.background(row),
      ...stretchNumbers(this.table, row),
    };
    if (Number.isFinite(velocityPerDay)) known.velocityPerDay = velocityPerDay;
    const failsAt = state[base + FAILS_AT];
    if (failsAt === 0) return { numbers: known };
    const leftMs = Math.max(0, failsAt - at);
    known.r2OfLine = state[base + R2];
    if (leftMs <= DAY_MS) known.timeToFailureMs = leftMs;
    else known.daysToFailure = Math.ceil(leftMs / DAY_MS);
    return { numbers: known };
  }

  breach(): Level {
    return NONE;
  }

  private said(row: number): Observation {
    const { count, level } = this.table.col;
    return count[row] < BACKGROUND_MIN ? UNKNOWN : (level[row] as Level);
  }

  /** One mean further; NaN for one that is missing. */
  private take(row: number, mean: number): void {
    const { means, velocities, setup, count, since, onset, pause, unusual } = this.table.col;
    const from = row * OVER;
    const everyMs = setup[row * SETUP_WIDTH + EVERY_MS];
    const moved = (mean - means[from]) * setup[row * SETUP_WIDTH + DIRECTION];
    means.copyWithin(from, from + 1, from + OVER);
    means[from + OVER - 1] = mean;
    velocities.copyWithin(row * KEPT, row * KEPT + 1, (row + 1) * KEPT);
    velocities[(row + 1) * KEPT - 1] = (moved / (OVER * everyMs)) * DAY_MS;
    unusual.copyWithin(row * KEPT, row * KEPT + 1, (row + 1) * KEPT);
    unusual[(row + 1) * KEPT - 1] = pause[row] > 0 ? 1 : 0;
    if (pause[row] > 0) pause[row]--;
    if (Number.isFinite(moved) && count[row] < KEPT) count[row]++;
    if (onset[row] === 1 && since[row] < KEPT) since[row]++;
  }

  private judge(row: number): void {
    const { velocities, count, onset, run, since, level, state } = this.table.col;
    const base = row * STATE_WIDTH;
    const velocity = velocities[(row + 1) * KEPT - 1];
    if (!Number.isFinite(velocity) || count[row] < BACKGROUND_MIN) return;
    if (onset[row] === 0) this.moveStretch(row);
    const isFast = velocity >= ONSET_TIMES * this.background(row);
    run[row] = isFast === (onset[row] === 1) ? 0 : run[row] + 1;
    if (run[row] >= IN_A_ROW) {
      const background = this.background(row);
      onset[row] = isFast ? 1 : 0;
      run[row] = 0;
      since[row] = isFast ? IN_A_ROW : 0;
      state[base + BACKGROUND] = background;
      if (!isFast) beginStretch(this.table, row, state[base + NEWEST]);
    }
    if (onset[row] === 0) state[base + BACKGROUND] = this.background(row);
    state[base + FAILS_AT] = 0;
    if (onset[row] === 1) this.draw(row);
    level[row] = this.levelAt(row, state[base + NEWEST]);
  }

  /** What the last mean says: a line that is believed may raise; below the onset only its end lowers. */
  private levelAt(row: number, at: EpochMs): Level {
    const { onset, level, state, setup } = this.table.col;
    if (onset[row] === 0) return NONE;
    const isRed = setup[row * SETUP_WIDTH + RED] === 1;
    const failsAt = state[row * STATE_WIDTH + FAILS_AT];
    if (failsAt === 0) return isRed ? (level[row] as Level) : (Math.max(level[row], HIGH) as Level);
    const leftMs = failsAt - at;
    if (isRed) return leftMs < DAY_MS ? HIGH_HIGH : NONE;
    return leftMs < 3 * DAY_MS ? HIGH_HIGH : HIGH;
  }

  /** Velocity before the onset, per day, at least what cannot be told from noise: the median of what is kept. */
  private background(row: number): number {
    const { velocities, onset, state, setup } = this.table.col;
    const kept = state[row * STATE_WIDTH + BACKGROUND];
    if (onset[row] === 1) return kept;
    const known = velocities
      .slice(row * KEPT, (row + 1) * KEPT - IN_A_ROW)
      .filter((_, i) => this.isUsual(row, i))
      .sort();
    // Where all of them came in alarm it is what it was; where nothing ever was usual, the noise: it says more then, not less.
    const median = known.length === 0 ? kept : known[known.length >> 1];
    return Math.max(median, setup[row * SETUP_WIDTH + NOISE]);
  }

  /** Whether the background is taken of this one of the velocities; not of the newest, which are what it is compared with. */
  private isUsual(row: number, i: number): boolean {
    const { velocities, unusual } = this.table.col;
    return i < KEPT - IN_A_ROW && Number.isFinite(velocities[row * KEPT + i]) && unusual[row * KEPT + i] === 0;
  }

  /** When what the background is taken of was measured. */
  private moveStretch(row: number): void {
    const { setup, state } = this.table.col;
    const everyMs = setup[row * SETUP_WIDTH + EVERY_MS];
    const places = Array.from({ length: KEPT }, (_, i) => i).filter((i) => this.isUsual(row, i));
    if (places.length === 0) return;
    const endOf = (i: number): EpochMs => state[row * STATE_WIDTH + NEWEST] - (KEPT - 1 - i) * everyMs;
    // A velocity is that of one mean against the one three before it.
    moveStretch(this.table, row, endOf(places[0]) - (OVER + 1) * everyMs, endOf(places[places.length - 1]));
  }

  /** The line through 1/v since the onset, in days before the newest mean; where it is believed, when it meets nothing. */
  private draw(row: number): void {
    const { velocities, since, setup, state } = this.table.col;
    const everyDays = setup[row * SETUP_WIDTH + EVERY_MS] / DAY_MS;
    let [n, t, y, tt, ty, yy] = [0, 0, 0, 0, 0, 0];
    for (let age = 0; age < since[row]; age++) {
      const velocity = velocities[(row + 1) * KEPT - 1 - age];
      if (!(velocity > 0)) continue;
      const at = -age * everyDays;
      const inverse = 1 / velocity;
      n++;
      const dt = at - t;
      const dy = inverse - y;
      t += dt / n;
      y += dy / n;
      tt += dt * (at - t);
      ty += dt * (inverse - y);
      yy += dy * (inverse - y);
    }
    if (n < POINTS_MIN || tt === 0 || yy === 0) return;
    const slope = ty / tt;
    const r2 = (ty * ty) / (tt * yy);
    const base = row * STATE_WIDTH;
    if (slope >= 0 || r2 < setup[row * SETUP_WIDTH + MIN_R2]) return;
    state[base + R2] = r2;
    // A velocity stands for the middle between two means, three apart; the time is counted from the end of the newest.
    const middleDays = ((OVER + 1) / 2) * everyDays;
    const leftDays = Math.max(0, t - y / slope - middleDays);
    state[base + FAILS_AT] = state[base + NEWEST] + leftDays * DAY_MS;
  }
}
