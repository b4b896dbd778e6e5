/**
 * Improved tangent angle (许强): how steep the displacement over time is, once a day of constant creep is drawn as 45°. Over
 * means of windows of one length, T = S/B and α = arctan(ΔT/Δt), t in days; B is the mean velocity of the constant creep, an
 * expert's figure. About 45° is blue (PRE), from there to 80° yellow (H), to 85° orange (HH), from 85° on red: HH with a floor,
 * by a rule of its own. A level is reached when three windows in a row reach it, and left when three in a row stay below; a
 * window without a reading breaks the row.
 *
 * Thresholds: domain §5 (V14), formula M; how near 45° is "about" is OURS.
 */
import { Columns } from '../../../model/columns.ts';
import type { Level } from '../../../model/level.ts';
import { HIGH, HIGH_HIGH, NONE, PRE } from '../../../model/level.ts';
import type { EpochMs } from '../../../model/time.ts';
import { DAY_MS } from '../../../model/time.ts';
import type { Explanation, Observation, RuleKind } from '../../kind.ts';
import { NEVER_QUIET, NO_NUMBERS, UNKNOWN } from '../../kind.ts';
import type { Sample } from '../../sample.ts';
import { addToBucket, BUCKET_WIDTH, CLOSED_END, CLOSED_MEAN, closesBucket } from '../bucket-means.ts';
import { setParameters } from '../instrument.ts';
import type { TangentAngle } from './definition.ts';

const BLUE_DEG = 42;
const YELLOW_DEG = 48;
const ORANGE_DEG = 80;
const RED_DEG = 85;
/** Windows in a row. */
const WINDOWS = 3;

/** Cells of `setup`. */
const SETUP_WIDTH = 4;
const PER_DAY = 0;
const EVERY_MS = 1;
/** 1 up, −1 down. */
const DIRECTION = 2;
/** 1: red alone. */
const RED = 3;

/** Cells of `angles`: the mean before and its end (0: none), then the angles of the last windows, newest first. */
const ANGLES_WIDTH = 5;
const BEFORE = 0;
const BEFORE_END = 1;
const FIRST = 2;

const LAYOUT = {
  level: 'u8',
  /** Angles in a row that there are, at most WINDOWS. */
  count: 'u8',
  setup: ['f64', SETUP_WIDTH],
  bucket: ['f64', BUCKET_WIDTH],
  angles: ['f64', ANGLES_WIDTH],
} as const;

export class TangentAngleKind implements RuleKind<TangentAngle> {
  readonly name = 'tangent-angle';
  /** About 45° is constant creep, and may stand for years. */
  readonly usual = PRE;
  readonly goodOnly = true;
  readonly memoryless = false;
  private readonly table = new Columns(LAYOUT);
  readonly tables = [{ name: 'tangent-angle', columns: this.table }];

  quiet(): { readonly above: number; readonly below: number } {
    return NEVER_QUIET;
  }

  /** Inside a window nothing is looked at. */
  still(row: number, at: EpochMs): boolean {
    return !closesBucket(this.table.col.bucket, row * BUCKET_WIDTH, at);
  }

  install(row: number, rule: TangentAngle): boolean {
    const { setup } = this.table.col;
    const { constantPerDay, everyMs, direction, grade } = rule;
    const base = row * SETUP_WIDTH;
    const sign = direction === 'up' ? 1 : -1;
    const isOther = setup[base + EVERY_MS] !== everyMs || setup[base + DIRECTION] !== sign;
    const before = setup[base + PER_DAY];
    if (isOther) this.table.clearRow(row);
    const isChanged = setParameters(setup, base, [constantPerDay, everyMs, sign, grade === 'red' ? 1 : 0]);
    if (isOther || before === constantPerDay) return isChanged;
    // The same windows, by the new figure.
    const { angles } = this.table.col;
    for (let i = 0; i < WINDOWS; i++) {
      const cell = row * ANGLES_WIDTH + FIRST + i;
      angles[cell] = angleOf((Math.tan(angles[cell] / DEGREES) * before) / constantPerDay);
    }
    this.reach(row);
    return isChanged;
  }

  observe(row: number, { at, value }: Sample): Observation {
    const { bucket, setup, angles, count } = this.table.col;
    const cells = row * BUCKET_WIDTH;
    const everyMs = setup[row * SETUP_WIDTH + EVERY_MS];
    if (!addToBucket(bucket, cells, everyMs, at, value)) return this.said(row);
    const base = row * ANGLES_WIDTH;
    const end = bucket[cells + CLOSED_END];
    if (angles[base + BEFORE_END] > 0 && end - angles[base + BEFORE_END] === everyMs) {
      const moved = (bucket[cells + CLOSED_MEAN] - angles[base + BEFORE]) * setup[row * SETUP_WIDTH + DIRECTION];
      const perDay = (moved / everyMs) * DAY_MS;
      angles.copyWithin(base + FIRST + 1, base + FIRST, base + FIRST + WINDOWS - 1);
      angles[base + FIRST] = angleOf(perDay / setup[row * SETUP_WIDTH + PER_DAY]);
      if (count[row] < WINDOWS) count[row]++;
    } else count[row] = 0;
    angles[base + BEFORE] = bucket[cells + CLOSED_MEAN];
    angles[base + BEFORE_END] = end;
    this.reach(row);
    return this.said(row);
  }

  again(row: number): Observation {
    return this.said(row);
  }

  silence(): void {}

  side(row: number): 1 | -1 {
    return this.table.col.setup[row * SETUP_WIDTH + DIRECTION] < 0 ? -1 : 1;
  }

  /** Numbers: `angleDeg` of the newest window, the least of three in a row, the velocity and the expert's, per day. */
  explain(row: number): Explanation {
    const { setup, angles, count } = this.table.col;
    if (count[row] < WINDOWS) return { numbers: NO_NUMBERS };
    const first = row * ANGLES_WIDTH + FIRST;
    const constantPerDay = setup[row * SETUP_WIDTH + PER_DAY];
    const angleDeg = angles[first];
    return {
      numbers: {
        angleDeg,
        leastAngleDeg: Math.min(...angles.subarray(first, first + WINDOWS)),
        velocityPerDay: Math.tan(angleDeg / DEGREES) * constantPerDay,
        constantPerDay,
        windows: WINDOWS,
        windowEndAt: angles[row * ANGLES_WIDTH + BEFORE_END],
      },
    };
  }

  breach(): Level {
    return NONE;
  }

  private said(row: number): Observation {
    return this.table.col.count[row] < WINDOWS ? UNKNOWN : (this.table.col.level[row] as Level);
  }

  /** Up to what the least of three reaches, down to what the greatest of them does. */
  private reach(row: number): void {
    const { level, count, angles, setup } = this.table.col;
    if (count[row] < WINDOWS) return;
    const first = row * ANGLES_WIDTH + FIRST;
    const of = setup[row * SETUP_WIDTH + RED] === 1 ? redOf : levelOf;
    const three = [0, 1, 2].map((i) => of(angles[first + i]));
    level[row] = Math.min(Math.max(level[row], Math.min(...three)), Math.max(...three));
  }
}

const DEGREES = 180 / Math.PI;
const angleOf = (steepness: number): number => Math.atan(steepness) * DEGREES;

function levelOf(angleDeg: number): Level {
  if (angleDeg >= ORANGE_DEG) return HIGH_HIGH;
  if (angleDeg >= YELLOW_DEG) return HIGH;
  return angleDeg >= BLUE_DEG ? PRE : NONE;
}

const redOf = (angleDeg: number): Level => (angleDeg >= RED_DEG ? HIGH_HIGH : NONE);
