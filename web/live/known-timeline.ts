/**
 * The timeline of one alert as far as this screen knows it: read once, then continued by what is heard. Pure; it says when it
 * must be read again, and asks nobody.
 */
import type { Alert, AlertDetail, TimelineEntry } from '../../src/api/schemas/alerts.ts';
import type { Told } from './state.ts';

export interface KnownTimeline {
  readonly alertId: string;
  /** Transition up to which it is complete. */
  readonly seq: number;
  /** Oldest first. */
  readonly entries: readonly TimelineEntry[];
  /** Where older entries are to be asked for; undefined when there are none. */
  readonly older: string | undefined;
}

export function asRead({ id, seq, timeline, nextCursor }: AlertDetail): KnownTimeline {
  return { alertId: id, seq, entries: timeline, older: nextCursor };
}

/** With the entries before it. */
export function withOlder(known: KnownTimeline, { timeline, nextCursor }: AlertDetail): KnownTimeline {
  return { ...known, entries: [...timeline, ...known.entries], older: nextCursor };
}

/** Up to the alert as the screen shows it; undefined when something between was not heard: then it is to be read again. */
export function continued(
  known: KnownTimeline | undefined,
  { id, seq, partition }: Pick<Alert, 'id' | 'seq' | 'partition'>,
  told: readonly Told[],
): KnownTimeline | undefined {
  if (known?.alertId !== id) return undefined;
  // An answer may be newer than what was heard so far.
  if (known.seq >= seq) return known;
  const heard = told.filter((one) => one.partition === partition);
  // Numbers are of all alerts: what lies between the timeline and the first one heard may be of this alert.
  if (heard.length === 0 || known.seq < heard[0].seq - 1) return undefined;
  const news = heard.filter((one) => one.alertId === id && one.seq > known.seq);
  if (news.at(-1)?.seq !== seq) return undefined;
  return { ...known, seq, entries: [...known.entries, ...news] };
}

/** How a point came to be told of: for the first time, or again; `unknown` where what came before has not been read. */
export type Joining = 'new' | 'further' | 'unknown';

/** Of each entry that names a point, by its number. */
export function joinings({ entries, older }: KnownTimeline): ReadonlyMap<number, Joining> {
  const seen = new Set<string>();
  const joined = new Map<number, Joining>();
  for (const { point, seq } of entries) {
    if (point === undefined) continue;
    const first = older === undefined ? 'new' : 'unknown';
    joined.set(seq, seen.has(point) ? 'further' : first);
    seen.add(point);
  }
  return joined;
}
