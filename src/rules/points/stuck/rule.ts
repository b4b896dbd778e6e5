/**
 * A sensor that stands still: its good readings have all lain within less than `range` of each other, for so long and so many
 * of them. From then on it says nothing of now, until it moves: it starts no alarm and ends none. Whoever moves by `range` is
 * never stuck, however slowly: what stands still is counted from where it stood first, so that a slow rise is held up by less
 * than `range`. Time in which nobody looked is no evidence.
 */
import { Columns } from '../../../model/columns.ts';
import type { PointConfig } from '../../../model/point.ts';
import { intervalsOf, STALE_INTERVALS } from '../../../model/point.ts';
import type { EpochMs } from '../../../model/time.ts';
import type { Doubt, Explanation, InstrumentWatch, Standing } from '../../kind.ts';
import { ABSENT, NO_DOUBT, NO_NUMBERS, PRESENT, SAYS_NOTHING, WAITS } from '../../kind.ts';
import type { Sample } from '../../sample.ts';
import { InstrumentKind, setParameters, shareOf } from '../instrument.ts';
import type { Stuck } from './definition.ts';
import { SPAN_SHARE } from './definition.ts';

/** Cells of `setup`. */
const SETUP_WIDTH = 5;
const RANGE = 0;
const FOR_MS = 1;
const SAMPLES = 2;
/** 1: others must move. */
const OTHERS = 3;
/** More silence than this is time in which nobody looked. */
const GAP_MS = 4;
/** Where others must move and do not, one looks again after this part of `forMs`. */
const LOOK_PART = 12;

/** Cells of `run`: the stretch in which it has not moved. */
const RUN_WIDTH = 5;
const LEAST = 0;
const GREATEST = 1;
/** Since when, less what nobody saw; and its newest good reading. */
const SINCE = 2;
const NEWEST_AT = 3;
const COUNT = 4;

const LAYOUT = { standing: 'u8', setup: ['f64', SETUP_WIDTH], run: ['f64', RUN_WIDTH] } as const;

export class StuckKind extends InstrumentKind<Stuck> {
  readonly name = 'stuck';
  private readonly table = new Columns(LAYOUT);
  readonly tables = [{ name: 'stuck', columns: this.table }];
  readonly watch: InstrumentWatch = {
    fault: 'stuck',
    look: (row, sample) => this.look(row, sample),
    standing: (row) => this.table.col.standing[row] as Standing,
    stillSince: (row) => this.stillSince(row),
    borneOut: (row, now, since) => this.borneOut(row, now, since),
  };

  install(row: number, rule: Stuck, point: PointConfig): boolean {
    const range = rule.range ?? shareOf(point.span, SPAN_SHARE) ?? 0;
    const gapMs = intervalsOf(point, STALE_INTERVALS, rule.forMs);
    const wanted = [range, rule.forMs, rule.samples, rule.whileOthersMove ? 1 : 0, gapMs];
    const isChanged = setParameters(this.table.col.setup, row * SETUP_WIDTH, wanted);
    // What no movement is, or for how long, is another question now.
    if (isChanged) this.begin(row);
    return isChanged;
  }

  /** What is known to be stuck stays so: silence moves nothing. */
  silence(row: number): void {
    if (this.table.col.standing[row] !== PRESENT) this.begin(row);
  }

  /** Numbers: `range` in the point's unit, since when (`stillSince`, engine time) and by how many `readings`. */
  explain(row: number): Explanation {
    const { run } = this.table.col;
    const base = row * RUN_WIDTH;
    if (run[base + COUNT] === 0) return { numbers: NO_NUMBERS };
    const range = run[base + GREATEST] - run[base + LEAST];
    return { numbers: { value: run[base + LEAST], range, stillSince: run[base + SINCE], readings: run[base + COUNT] } };
  }

  private begin(row: number): void {
    this.table.col.standing[row] = ABSENT;
    this.table.col.run.fill(0, row * RUN_WIDTH, (row + 1) * RUN_WIDTH);
  }

  private look(row: number, { at, value, good }: Sample): Doubt {
    const { run, setup, standing } = this.table.col;
    const base = row * RUN_WIDTH;
    const least = Math.min(run[base + LEAST], value);
    const greatest = Math.max(run[base + GREATEST], value);
    const isStill = run[base + COUNT] > 0 && greatest - least < setup[row * SETUP_WIDTH + RANGE];
    if (!good) return isStill && standing[row] === PRESENT ? SAYS_NOTHING : NO_DOUBT;
    if (!isStill) {
      this.begin(row);
      run[base + LEAST] = value;
      run[base + GREATEST] = value;
      run[base + SINCE] = at;
      run[base + NEWEST_AT] = at;
      run[base + COUNT] = 1;
      return NO_DOUBT;
    }
    const apartMs = at - run[base + NEWEST_AT];
    if (apartMs > setup[row * SETUP_WIDTH + GAP_MS]) run[base + SINCE] += apartMs;
    run[base + LEAST] = least;
    run[base + GREATEST] = greatest;
    run[base + NEWEST_AT] = at;
    run[base + COUNT]++;
    if (standing[row] === PRESENT) return SAYS_NOTHING;
    const isLong = at - run[base + SINCE] >= setup[row * SETUP_WIDTH + FOR_MS];
    if (isLong && run[base + COUNT] >= setup[row * SETUP_WIDTH + SAMPLES]) standing[row] = WAITS;
    return NO_DOUBT;
  }

  private stillSince(row: number): EpochMs | undefined {
    const { run } = this.table.col;
    return run[row * RUN_WIDTH + COUNT] === 0 ? undefined : run[row * RUN_WIDTH + SINCE];
  }

  private borneOut(row: number, now: EpochMs, othersStillSince: EpochMs | undefined): EpochMs | undefined {
    const { setup, standing } = this.table.col;
    const base = row * SETUP_WIDTH;
    const forMs = setup[base + FOR_MS];
    const othersMove = othersStillSince !== undefined && now - othersStillSince < forMs;
    if (setup[base + OTHERS] !== 0 && !othersMove) return now + Math.ceil(forMs / LOOK_PART);
    standing[row] = PRESENT;
    return undefined;
  }
}
