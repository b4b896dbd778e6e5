/**
 * What the log has no records of any more, filled with what the store of readings has: through the same `step`, on the same grid.
 * It is judged as if every reading had come when it was taken. It decides not what is a hole.
 */
import { dueTickBefore } from '../../engine/grid.ts';
import type { Input } from '../../engine/input.ts';
import type { RecordNumber } from '../../log/port.ts';
import { STALE_INTERVALS } from '../../model/point.ts';
import type { DurationMs, EpochMs } from '../../model/time.ts';
import { DAY_MS, HOUR_MS } from '../../model/time.ts';
import type { Judging } from './judging.ts';
import type { Share } from './share.ts';
import type { PastReadings, StoredPoint } from './stored.ts';
import { batchOf, readStored } from './stored.ts';
import type { Stretches } from './stretches.ts';

/** So many inputs at least may stand before a record where none of the log's numbers are free: readings of years. */
const INPUTS = 2 ** 32;
/** Bits of a number that a double keeps. */
const EXACT_BITS = 52;

export interface Both {
  readonly was: Judging;
  readonly draft: Judging;
}

export interface Filling {
  readonly store: PastReadings;
  /** Whose points are read; another enterprise's alerts are not looked at. */
  readonly enterprises: ReadonlySet<string>;
  readonly stretches: Stretches;
  readonly share: Share;
  /** How far judging is at an instant, 0 … 1. */
  shareAt(at: EpochMs): number;
  missing(reason: string): void;
}

/** Judges up to `to`, exclusive, before the record of that number, and leaves both there. Gives how many readings at or after `countFrom` there were; undefined: it is to end. */
export async function fillHole(
  both: Both,
  { to, countFrom, before }: { readonly to: EpochMs; readonly countFrom: EpochMs; readonly before: RecordNumber },
  filling: Filling,
): Promise<number | undefined> {
  const { store, enterprises, stretches, share, shareAt, missing } = filling;
  const points = pointsOf(both.was, enterprises);
  const patienceMs = patienceOf(both.was, points);
  const from = both.was.state.at;
  const next = numbered(both.was.state.n, before);
  let last = from;
  let readings = 0;
  let isOver = false;
  const pass = (at: EpochMs): void => {
    const isDark = at - last > patienceMs;
    stretches.note(isDark ? 'nothing' : 'readings', last, at);
    for (const judging of [both.was, both.draft]) {
      if (isDark) next(judging, resumed(judging, last, at));
      else tickTo(judging, at, next);
    }
    last = at;
  };
  const rest = async (): Promise<boolean> => {
    isOver ||= !(await share.went(shareAt(last)));
    return !isOver;
  };
  for await (const message of readStored(store, { from, to, points, rest, missing })) {
    const at = Math.min(to, Math.max(last, message.at));
    pass(at);
    for (const judging of [both.was, both.draft]) next(judging, { kind: 'readings', at, batch: batchOf(message, at) });
    if (message.at >= countFrom) readings += message.rows.length;
    if (!(await rest())) break;
  }
  if (isOver) return undefined;
  pass(to);
  return readings;
}

type Next = (judging: Judging, input: Input) => void;

/** Inputs after `n` and before the next record: as far apart as the numbers that the log has no record of allow. */
function numbered(n: number, before: RecordNumber): Next {
  const finest = 2 ** (Math.floor(Math.log2(before)) - EXACT_BITS);
  const apart = Math.max((before - n) / INPUTS, finest);
  return (judging, input) => {
    const number = judging.state.n + apart;
    if (number >= before) throw new Error(`there are more readings than numbers before record ${before}`);
    judging.step(number, input);
  };
}

function tickTo(judging: Judging, at: EpochMs, next: Next): void {
  for (let tick = dueTickBefore(judging.state, at); tick !== undefined; tick = dueTickBefore(judging.state, at))
    next(judging, tick);
}

/** Time of which nothing is kept is time in which nobody looked: it is evidence of nothing, as after a start. */
const resumed = ({ state }: Judging, downFrom: EpochMs, at: EpochMs): Input => ({
  kind: 'resumed',
  at,
  downFrom,
  seqFloor: state.seq,
  restarted: true,
});

function pointsOf({ state: { registry } }: Judging, enterprises: ReadonlySet<string>): StoredPoint[] {
  return registry.points.flatMap((config, number) => {
    const [gateway] = registry.publishers[number] ?? [];
    if (gateway === undefined || config.derive !== undefined || !enterprises.has(config.enterprise)) return [];
    return [{ number, gateway, config }];
  });
}

/** Without a reading of any point for longer than this, nothing is kept of that time. */
function patienceOf({ state: { registry } }: Judging, points: readonly StoredPoint[]): DurationMs {
  const intervals = points.map(({ number }) => registry.points[number].intervalMs ?? DAY_MS / STALE_INTERVALS);
  return Math.max(HOUR_MS, STALE_INTERVALS * Math.min(...intervals, DAY_MS));
}
