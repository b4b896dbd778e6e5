/**
 * Two judgings of the same stretch of time side by side: which alerts a draft would have gained, lost or graded otherwise, and how
 * much earlier or later it would have told of each. Alerts are the same that have the same key at the same time.
 */
import type { GradeName } from '../../model/grade.ts';
import type { DurationMs } from '../../model/time.ts';
import { HOUR_MS } from '../../model/time.ts';
import type { Episode } from './episodes.ts';

/** Begins no further from each other are of one trouble of a point, although one was over before the other began. */
const NEAR_MS: DurationMs = HOUR_MS;
/** Items of a list; how many there are is told beside it. */
const SHOWN_MAX = 500;

/** An alert that both have. */
interface Both {
  readonly was: Episode;
  readonly drafted: Episode;
  /** How much earlier the draft tells of it; negative: later. */
  readonly leadMs: DurationMs;
}

interface Listed<T> {
  readonly total: number;
  /** The first of them. */
  readonly items: readonly T[];
}

export interface Comparison {
  /** The draft would have raised them, and they were not. */
  readonly gained: Listed<Episode>;
  /** They were raised, and would not have been. */
  readonly lost: Listed<Episode>;
  readonly regraded: Listed<Both & { readonly from: GradeName; readonly to: GradeName }>;
  /** Of every alert that was: when the draft would have told of it. */
  readonly lead: Listed<Both>;
  /** Alerts that are the same in both: same grade. */
  readonly same: number;
}

export function compared(was: readonly Episode[], drafted: readonly Episode[]): Comparison {
  const open = byKey(drafted);
  const both: Both[] = [];
  const lost: Episode[] = [];
  for (const episode of was) {
    const other = open.get(episode.key)?.take(episode);
    if (other === undefined) lost.push(episode);
    else both.push({ was: episode, drafted: other, leadMs: episode.raisedAt - other.raisedAt });
  }
  const [ofWas, ofDrafted] = [byKey(both.map((one) => one.was)), byKey(both.map((one) => one.drafted))];
  const isApart = (known: ReadonlyMap<string, Course>) => (one: Episode) => known.get(one.key)?.meets(one) !== true;
  // Of an alert that was one, and would have come and gone in it several times, the rest is no gain.
  const gained = [...open.values()].flatMap((course) => course.left()).filter(isApart(ofWas));
  const regraded = both.flatMap((one) =>
    one.was.grade === one.drafted.grade ? [] : [{ ...one, from: one.was.grade, to: one.drafted.grade }],
  );
  return {
    gained: listed(gained.sort((a, b) => a.raisedAt - b.raisedAt)),
    lost: listed(lost.filter(isApart(ofDrafted))),
    regraded: listed(regraded),
    lead: listed(both),
    same: both.length - regraded.length,
  };
}

function byKey(episodes: readonly Episode[]): Map<string, Course> {
  const lists = new Map<string, Episode[]>();
  for (const episode of episodes) {
    const list = lists.get(episode.key);
    if (list === undefined) lists.set(episode.key, [episode]);
    else list.push(episode);
  }
  return new Map([...lists].map(([key, list]) => [key, new Course(list)]));
}

/** The times that one alert was active in one judging, by their begin: none reaches into the next, so that nobody looks at all of them. */
class Course {
  private readonly episodes: readonly Episode[];
  private readonly taken = new Set<Episode>();
  /** Before it, all are over for whoever asks next. */
  private first = 0;

  constructor(episodes: readonly Episode[]) {
    this.episodes = [...episodes].sort((a, b) => a.raisedAt - b.raisedAt);
  }

  /** The first that is left and one with this. To be asked in order of begins: there may be a hundred thousand. */
  take(episode: Episode): Episode | undefined {
    const { episodes, taken } = this;
    const isPast = (one: Episode) => endOf(one) < episode.raisedAt && one.raisedAt < episode.raisedAt - NEAR_MS;
    while (this.first < episodes.length && (taken.has(episodes[this.first]) || isPast(episodes[this.first])))
      this.first++;
    const until = Math.max(endOf(episode), episode.raisedAt + NEAR_MS);
    for (let i = this.first; i < episodes.length && episodes[i].raisedAt <= until; i++) {
      if (taken.has(episodes[i]) || !isOne(episode, episodes[i])) continue;
      taken.add(episodes[i]);
      return episodes[i];
    }
    return undefined;
  }

  left(): Episode[] {
    return this.episodes.filter((episode) => !this.taken.has(episode));
  }

  /** Whether one of them was active at one time with this. */
  meets(episode: Episode): boolean {
    let [low, high] = [0, this.episodes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (endOf(this.episodes[middle]) < episode.raisedAt) low = middle + 1;
      else high = middle;
    }
    return low < this.episodes.length && overlap(this.episodes[low], episode);
  }
}

const listed = <T>(items: readonly T[]): Listed<T> => ({ total: items.length, items: items.slice(0, SHOWN_MAX) });

function isOne(a: Episode, b: Episode): boolean {
  if (overlap(a, b)) return true;
  return Math.abs(a.raisedAt - b.raisedAt) <= NEAR_MS && a.points.some((point) => b.points.includes(point));
}

/** Of the same key, and active at one time. */
function overlap(a: Episode, b: Episode): boolean {
  return a.key === b.key && a.raisedAt <= endOf(b) && b.raisedAt <= endOf(a);
}

const endOf = ({ endedAt }: Episode): number => endedAt ?? Number.POSITIVE_INFINITY;
