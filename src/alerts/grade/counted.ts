/**
 * Who counts for the grade of one alert, and what they amount to at each base, kept while single ones come, go further and
 * leave: a grading among thousands looks at a few dozen totals and at nobody by himself. It grades nothing.
 */
import type { Grade } from '../../model/grade.ts';
import type { Level } from '../../model/level.ts';
import { HIGH, HIGH_HIGH, NONE, PRE } from '../../model/level.ts';
import type { ExtraStep, Floor } from '../../model/point.ts';
import type { EpochMs } from '../../model/time.ts';
import { RunningTotal } from '../running-total.ts';
import { Breadth } from './breadth.ts';
import type { Edition, GradingContributor } from './grading.ts';
import { EDITION } from './grading.ts';
import { Sharers } from './sharers.ts';
import { aloneUpTo, isForetold } from './signs.ts';
import { independentSource } from './witness.ts';

/** Worst fit a forecast may have to count as a step. */
const TREND_MIN_R2 = 0.7;

/** What counts of a contributor. It is not changed while it counts: another one takes its place. */
export type Counting = Pick<
  GradingContributor,
  | 'point'
  | 'rule'
  | 'level'
  | 'standings'
  | 'transmitter'
  | 'computedFrom'
  | 'timeToLimitMs'
  | 'r2'
  | 'floors'
  | 'gradeAtMost'
  | 'step'
  | 'restsOn'
  | 'persistenceMs'
  | 'responseMs'
  | 'fixedGrade'
  | 'detail'
>;

/** Those who stand at one base or worse. "First" is by the order in which they came into the alert. */
export interface Standers {
  readonly first: Counting;
  /** Who persists first, and from when on. */
  readonly persists: Counting;
  readonly persistsAt: EpochMs;
  /** Since when the first of them stands there. */
  readonly since: EpochMs;
  /** One of them has had a good reading there. */
  readonly certain: boolean;
  /** The one independent source that they all are; undefined where they are several. */
  readonly source: string | undefined;
  /** What the best evidence of one of them is worth by itself, and how bad the worst harm of one of them may be called. */
  readonly upTo: Grade;
  readonly harmUpTo: Grade;
}

/** Floors by all that makes two of them one. */
type Floors = ReadonlyMap<string, Floor>;

/** What some of them amount to. */
interface Amount {
  /** At PRE, H and HH or worse. */
  readonly standers: readonly (Standers | null)[];
  /** The first with a forecast that counts at PRE, at H and at HH. */
  readonly trends: readonly (Counting | undefined)[];
  /** The first with the highest grade that is given to it. */
  readonly fixed: Counting | undefined;
  readonly floors: Floors;
}

const LEVELS = [PRE, HIGH, HIGH_HIGH] as const;
const NOBODY: Amount['standers'] = [null, null, null];
const NO_TREND: Amount['trends'] = [undefined, undefined, undefined];
const NO_FLOORS: Floors = new Map();
const NO_SOURCES: ReadonlySet<string> = new Set();

const stands = (c: Counting): boolean => c.level >= PRE && c.fixedGrade === undefined;
/** By itself; what gives a step stands on nothing of its own. */
const climbs = (c: Counting): boolean => stands(c) && c.step === undefined;

export class Counted {
  /** By place: the order in which contributors came into the alert. */
  private readonly places: (Counting | undefined)[] = [];
  private readonly sources: string[] = [];
  private readonly placesOf: (point: string) => readonly number[];
  readonly edition: Edition;
  private readonly amount = new RunningTotal<Amount>((place) => this.amountAt(place), joined);
  /** Once somebody has a floor. */
  private sharers: Sharers | undefined;
  /** By place: those that give a step. There are few. */
  private readonly steps = new Map<number, Counting>();
  /** By level: contributors that stand at it or worse, and their breadth once it was asked for. */
  private readonly standing: number[] = [0, 0, 0, 0];
  private readonly breadths: (Breadth | undefined)[] = [];

  /** `placesOf`: those of all rules of a point, counting or not. */
  constructor(placesOf: (point: string) => readonly number[], edition: Edition = EDITION) {
    this.placesOf = placesOf;
    this.edition = edition;
  }

  /** Who counts at this place from now on; undefined: nobody. */
  put(place: number, c: Counting | undefined): void {
    const before = this.places[place];
    if (before === undefined && c === undefined) return;
    if (before !== undefined && stands(before)) this.count(place, before, -1);
    this.places[place] = c;
    if (c !== undefined && stands(c)) this.count(place, c, 1);
    if (c?.step !== undefined && stands(c)) this.steps.set(place, c);
    else if (before?.step !== undefined) this.steps.delete(place);
    this.amount.changed(place);
    // A forecast counts at what its point stands at, by whichever of its rules.
    for (const other of this.placesOf((c ?? before)!.point)) {
      if (other !== place && isTrend(this.places[other])) this.amount.changed(other);
    }
  }

  /** Null where nobody stands at this base or worse. */
  standersAt(base: Level): Standers | null {
    return this.amount.total?.standers[base - 1] ?? null;
  }

  /**
   * A forecast counts for a base only on a point that is at that base by something else: another point's next limit is not this
   * one's, and one fit does not count twice.
   */
  trendAt(base: Level): Counting | undefined {
    return this.amount.total?.trends[base - 1];
  }

  get highestFixed(): Counting | undefined {
    return this.amount.total?.fixed;
  }

  /** Each floor that one of them has, in the order in which they came. */
  get floors(): Iterable<Floor> {
    return (this.amount.total?.floors ?? NO_FLOORS).values();
  }

  /** Independent sources that stand at the level of the floor (of an item: have its colour) or worse, and have it too. */
  sharing(floor: Floor): number {
    return this.sharers?.count(floor, floor.level) ?? 0;
  }

  /** Of the floor of an item: whether one of its points has this colour or a worse one. */
  hasColour(floor: Floor, colour: Grade): boolean {
    return (this.sharers?.count(floor, colour) ?? 0) > 0;
  }

  /** Most independent sources that reached the level within five minutes of each other, of those who stand there. */
  breadthAt(level: typeof HIGH | typeof HIGH_HIGH): number {
    if (this.standing[level] < 2) return this.standing[level];
    this.breadths[level] ??= this.newBreadth(level);
    return this.breadths[level].most;
  }

  /**
   * Whether so many reached the level within five minutes of each other where these sources are one. Only the few cases that
   * are near the number are looked at by everybody.
   */
  isBroad(level: typeof HIGH | typeof HIGH_HIGH, needed: number, asOne: readonly string[] = []): boolean {
    const most = this.breadthAt(level);
    if (asOne.length < 2 || most < needed || most > needed + asOne.length - 2) return most >= needed;
    return this.newBreadth(level, new Set(asOne)).most >= needed;
  }

  /** Those that give this step, in the order in which they came. */
  giving(step: ExtraStep): Counting[] {
    const all = [...this.steps].filter(([, c]) => c.step === step);
    return all.sort(([a], [b]) => a - b).map(([, c]) => c);
  }

  /** Where nobody stands by himself: the first that would give a step, as one who stands at PRE for nothing worse than attention. */
  get alone(): Standers | null {
    const first = [...this.steps.keys()].sort((a, b) => a - b).at(0);
    if (first === undefined || this.standersAt(PRE) !== null) return null;
    return standerAt(PRE, this.steps.get(first)!, this.sources[first]);
  }

  private newBreadth(level: Level, asOne: ReadonlySet<string> = NO_SOURCES): Breadth {
    const reached = this.places.flatMap((c, place) => {
      if (c === undefined || !climbs(c) || c.level < level) return [];
      const source = this.sources[place];
      return [{ source: asOne.has(source) ? 'together' : source, since: c.standings[level - 1].since }];
    });
    const breadth = new Breadth();
    for (const { source, since } of reached.sort((a, b) => a.since - b.since)) breadth.reached(source, since);
    return breadth;
  }

  private count(place: number, c: Counting, by: 1 | -1): void {
    if (by > 0) this.sources[place] = independentSource(c);
    const source = this.sources[place];
    if (this.floorsOf(c).length > 0) {
      this.sharers ??= new Sharers();
      this.sharers.change(c, source, by);
    }
    if (!climbs(c)) return;
    for (let level = PRE; level <= c.level; level++) {
      this.standing[level] += by;
      const { since } = c.standings[level - 1];
      const breadth = this.breadths[level];
      if (breadth === undefined) continue;
      if (this.standing[level] < 2) this.breadths[level] = undefined;
      else if (by > 0) breadth.reached(source, since);
      else breadth.left(source, since);
    }
  }

  private amountAt(place: number): Amount | null {
    const c = this.places[place];
    if (c === undefined) return null;
    if (c.fixedGrade !== undefined) {
      return { standers: NOBODY, trends: NO_TREND, fixed: c.fixedGrade > 0 ? c : undefined, floors: NO_FLOORS };
    }
    if (c.level === NONE) return null;
    const source = this.sources[place];
    const floors = this.floorsOf(c);
    const named: Floors = floors.length === 0 ? NO_FLOORS : new Map(floors.map((floor) => [nameOf(floor), floor]));
    if (!climbs(c)) return { standers: NOBODY, trends: NO_TREND, fixed: undefined, floors: named };
    return {
      standers: LEVELS.map((base) => (c.level >= base ? standerAt(base, c, source) : null)),
      trends: isTrend(c) ? LEVELS.map((base) => (base <= this.levelOf(c.point) ? c : undefined)) : NO_TREND,
      fixed: undefined,
      floors: named,
    };
  }

  /** A floor is of what was measured: what is foretold reaches nothing yet. */
  private floorsOf(c: Counting): readonly Floor[] {
    return this.edition > 1 && isForetold(c) ? [] : c.floors;
  }

  /** The worst that the point stands at by what was measured. */
  private levelOf(point: string): Level {
    let worst: Level = NONE;
    for (const place of this.placesOf(point)) {
      const c = this.places[place];
      if (c === undefined || !climbs(c) || (this.edition > 1 && isForetold(c))) continue;
      if (c.level > worst) worst = c.level;
    }
    return worst;
  }
}

function isTrend(c: Counting | undefined): boolean {
  if (c === undefined || !climbs(c) || c.timeToLimitMs === undefined || c.r2 === undefined) return false;
  return c.timeToLimitMs <= c.responseMs && c.r2 >= TREND_MIN_R2;
}

// Two points may state one floor differently after a configuration change: both are tried.
const nameOf = ({ id, level, points, grade }: Floor): string => `${id} ${level} ${points} ${grade}`;

function standerAt(base: Level, c: Counting, source: string): Standers {
  const { since, certain } = c.standings[base - 1];
  const upTo = aloneUpTo(c, base);
  return {
    first: c,
    persists: c,
    persistsAt: since + c.persistenceMs,
    since,
    certain,
    source,
    upTo,
    harmUpTo: c.gradeAtMost ?? 4,
  };
}

/** What two runs of places amount to together, the left one having come first. */
function joined(left: Amount, right: Amount): Amount {
  return {
    standers: LEVELS.map((base) => together(left.standers[base - 1], right.standers[base - 1])),
    trends: left.trends === right.trends ? left.trends : left.trends.map((c, i) => c ?? right.trends[i]),
    fixed: (right.fixed?.fixedGrade ?? 0) > (left.fixed?.fixedGrade ?? 0) ? right.fixed : left.fixed,
    floors: allFloors(left.floors, right.floors),
  };
}

function together(left: Standers | null, right: Standers | null): Standers | null {
  if (left === null || right === null) return left ?? right;
  return {
    first: left.first,
    persists: right.persistsAt < left.persistsAt ? right.persists : left.persists,
    persistsAt: Math.min(left.persistsAt, right.persistsAt),
    since: Math.min(left.since, right.since),
    certain: left.certain || right.certain,
    source: left.source === right.source ? left.source : undefined,
    upTo: Math.max(left.upTo, right.upTo) as Grade,
    harmUpTo: Math.max(left.harmUpTo, right.harmUpTo) as Grade,
  };
}

/** Each in the place of its first, as the last one states it. */
function allFloors(left: Floors, right: Floors): Floors {
  if (left.size === 0) return right;
  if (right.size === 0) return left;
  return new Map([...left, ...right]);
}
