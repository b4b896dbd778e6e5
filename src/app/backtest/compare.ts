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
  const open = new Map<string, Episode[]>();
  for (const episode of drafted) open.set(episode.key, [...(open.get(episode.key) ?? []), episode]);
  const both: Both[] = [];
  const lost: Episode[] = [];
  for (const episode of was) {
    const others = open.get(episode.key) ?? [];
    const match = others.findIndex((other) => isOne(episode, other));
    if (match < 0) lost.push(episode);
    else {
      const [other] = others.splice(match, 1);
      both.push({ was: episode, drafted: other, leadMs: episode.raisedAt - other.raisedAt });
    }
  }
  // Of an alert that was one, and would have come and gone in it several times, the rest is no gain.
  const gained = [...open.values()].flat().filter((other) => !both.some(({ was }) => overlap(was, other)));
  const regraded = both.flatMap((one) =>
    one.was.grade === one.drafted.grade ? [] : [{ ...one, from: one.was.grade, to: one.drafted.grade }],
  );
  return {
    gained: listed(gained.sort((a, b) => a.raisedAt - b.raisedAt)),
    lost: listed(lost.filter((episode) => !both.some(({ drafted }) => overlap(drafted, episode)))),
    regraded: listed(regraded),
    lead: listed(both),
    same: both.length - regraded.length,
  };
}

const listed = <T>(items: readonly T[]): Listed<T> => ({ total: items.length, items: items.slice(0, SHOWN_MAX) });

function isOne(a: Episode, b: Episode): boolean {
  if (overlap(a, b)) return true;
  return Math.abs(a.raisedAt - b.raisedAt) <= NEAR_MS && a.points.some((point) => b.points.includes(point));
}

/** Of the same key, and active at one time. */
function overlap(a: Episode, b: Episode): boolean {
  const end = ({ endedAt }: Episode): number => endedAt ?? Number.POSITIVE_INFINITY;
  return a.key === b.key && a.raisedAt <= end(b) && b.raisedAt <= end(a);
}
