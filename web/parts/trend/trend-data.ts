/**
 * The columns a trend is drawn from: history and live values of one point over a window, with gaps left as gaps. Pure;
 * it smooths nothing and fills nothing in.
 */

import type { Alert } from '../../../src/api/schemas/alerts.ts';
import type { ValueRow } from '../../../src/api/schemas/live.ts';
import type { HistoryAnswer, PointState, RawRow, SampledRow } from '../../../src/api/schemas/readings.ts';
import type { Limits } from '../../../src/api/schemas/registry.ts';
import { isLowLimit, limitMarks } from '../alert/limits.ts';

export const TREND_WINDOW_MS = 3_600_000;
/** Rows of one trend at most: a point every half second for an hour. */
const TREND_ROWS = 7_200;
/** Intervals without data after which a line may not be drawn on. */
const GAP_INTERVALS = 3;

export interface TrendRow {
  readonly at: number;
  /** Undefined where the reading says nothing about the plant (bad, stale). */
  readonly value: number | undefined;
  readonly min?: number;
  readonly max?: number;
  readonly doubtful: boolean;
}

export interface TrendColumns {
  /** Seconds, as the plot wants them. */
  readonly at: number[];
  readonly value: (number | null)[];
  readonly doubtful: (number | null)[];
  readonly min: (number | null)[];
  readonly max: (number | null)[];
}

function rowOf(at: number, value: number, quality: RawRow['quality']): TrendRow {
  const usable = quality !== 'bad' && quality !== 'stale';
  return { at, value: usable ? value : undefined, doubtful: quality === 'uncertain' || quality === 'test' };
}

function isSampled(row: RawRow | SampledRow): row is SampledRow {
  return 'mean' in row;
}

/** In engine time, as all else on the screen: the history goes by the wall. */
export function historyRows(answer: Pick<HistoryAnswer, 'items'>, wallOffsetMs = 0): TrendRow[] {
  return answer.items.map((row) => {
    const at = row.at - wallOffsetMs;
    return isSampled(row)
      ? { at, value: row.mean, min: row.min, max: row.max, doubtful: false }
      : rowOf(at, row.value, row.quality);
  });
}

/** Rows with a live value added in its place, trimmed to the window; the same instant twice keeps the newer word. */
export function withLive(rows: readonly TrendRow[], [, , at, value, quality]: ValueRow, now: number): TrendRow[] {
  // Of before the start: it stands in the history, if anywhere.
  if (quality === 'no-data-since-start') return [...rows];
  const oldest = now - TREND_WINDOW_MS;
  let end = rows.length;
  while (end > 0 && rows[end - 1].at >= at) end--;
  const after = rows.slice(end).filter((row) => row.at !== at);
  const from = rows.findIndex((row) => row.at >= oldest);
  const kept = from < 0 ? [] : rows.slice(Math.min(from, end), end);
  return [...kept, rowOf(at, value, quality), ...after].slice(-TREND_ROWS);
}

/** Merges what came live while history was being read; history has the say where both know an instant. */
export function mergeRows(history: readonly TrendRow[], live: readonly TrendRow[]): TrendRow[] {
  const last = history.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  return [...history, ...live.filter((row) => row.at > last)];
}

/**
 * Longest silence a line may bridge: a few intervals of the point, or of the rows themselves where those are coarser.
 * A point that only speaks on change (`intervalMs` null) holds its value until it speaks again.
 */
export function bridgeMs(rows: readonly TrendRow[], intervalMs: number | null): number {
  if (intervalMs === null) return Number.POSITIVE_INFINITY;
  const steps: number[] = [];
  for (let i = 1; i < rows.length; i++) steps.push(rows[i].at - rows[i - 1].at);
  steps.sort((a, b) => a - b);
  const usual = steps[Math.floor(steps.length / 2)] ?? 0;
  return GAP_INTERVALS * Math.max(intervalMs, Math.min(usual, TREND_WINDOW_MS / 60));
}

export function trendColumns(rows: readonly TrendRow[], bridge: number, shiftMs: number): TrendColumns {
  const columns: TrendColumns = { at: [], value: [], doubtful: [], min: [], max: [] };
  const push = (at: number, row: TrendRow | undefined): void => {
    const value = row?.value ?? null;
    columns.at.push((at + shiftMs) / 1_000);
    columns.value.push(value);
    columns.doubtful.push(row?.doubtful === true ? value : null);
    columns.min.push(row?.min ?? value);
    columns.max.push(row?.max ?? value);
  };
  let before: number | undefined;
  for (const row of rows) {
    // One empty row in the middle of the silence breaks the line there.
    if (before !== undefined && row.at - before > bridge) push((before + row.at) / 2, undefined);
    push(row.at, row);
    before = row.at;
  }
  return columns;
}

/** Newest reading that says something about the plant. */
export function lastValue(rows: readonly TrendRow[]): { readonly at: number; readonly value: number } | undefined {
  for (let i = rows.length - 1; i >= 0; i--) {
    const { at, value } = rows[i];
    if (value !== undefined) return { at, value };
  }
  return undefined;
}

const PAIRED: ReadonlySet<string> = new Set(['LL', 'L', 'H', 'HH']);

/**
 * Limits that a picture is about: those on the side on which the point stands in alarm. The other side's, far away, would
 * press the curve into a line; where the values come near it, it is in the picture all the same.
 */
export function limitsInView(limits: Limits, limit: string | undefined): number[] {
  const marks = limitMarks(limits);
  const isNamed = limit !== undefined && (PAIRED.has(limit) || limit.includes('.'));
  const wanted = isNamed ? marks.filter(({ name }) => isLowLimit(name) === isLowLimit(limit)) : marks;
  return wanted.map(({ value }) => value);
}

/** How much of what came before an alert its past trend shows. */
const BEFORE_MS = TREND_WINDOW_MS / 6;

/** Where the trend of a closed alert ends: the hour in which it came, no longer than to its closing. Undefined while it is open. */
export function trendEnd({ raisedAt, closedAt }: Pick<Alert, 'raisedAt' | 'closedAt'>): number | undefined {
  return closedAt === undefined ? undefined : Math.min(closedAt, raisedAt + TREND_WINDOW_MS - BEFORE_MS);
}

/** Bounds of the value axis: all values, the limits that are near them, and some air. */
export function valueBounds(rows: readonly TrendRow[], marks: readonly number[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const take = (value: number | undefined): void => {
    if (value === undefined || !Number.isFinite(value)) return;
    low = Math.min(low, value);
    high = Math.max(high, value);
  };
  for (const row of rows) {
    take(row.value);
    take(row.min);
    take(row.max);
  }
  for (const mark of marks) take(mark);
  if (low > high) return [0, 1];
  const air = (high - low || Math.abs(high) || 1) * 0.08;
  return [low - air, high + air];
}

/**
 * Where labels go that would like to stand at these places (pixels, downwards, sorted): each as near to its own as it can, none
 * nearer to the next than `apart`, all between `top` and `bottom` as long as there is room.
 */
export function stacked(wanted: readonly number[], apart: number, top: number, bottom: number): number[] {
  const places: number[] = [];
  for (const place of wanted) {
    const previous = places.at(-1);
    places.push(Math.max(place, previous === undefined ? top : previous + apart));
  }
  // Pushed out at the bottom, all move up again, the last one first.
  let limit = bottom;
  for (let i = places.length - 1; i >= 0; i--) {
    places[i] = Math.min(places[i], limit);
    limit = places[i] - apart;
  }
  return places;
}

interface Forecasted {
  readonly rows: readonly TrendRow[];
  readonly now: number;
  readonly forecast: PointState['forecast'];
}

/**
 * Corners of where the forecast may run with 90 %: from the newest value to the limit at its earliest and at its latest.
 * Without a latest one it may never be met: then it stays open to `edge`. Empty where no bounds were given.
 */
export function forecastCone({ rows, now, forecast }: Forecasted, edge: number): { at: number; value: number }[] {
  const last = lastValue(rows);
  const earliestMs = forecast?.numbers.timeToLimitEarliestMs;
  if (forecast === undefined || last === undefined || earliestMs === undefined) return [];
  const { limitValue, numbers } = forecast;
  const begin = Math.max(now, last.at);
  const corners = [
    { at: last.at, value: last.value },
    { at: begin + earliestMs, value: limitValue },
  ];
  const latestMs = numbers.timeToLimitLatestMs;
  if (latestMs !== undefined) return [...corners, { at: begin + latestMs, value: limitValue }];
  return [...corners, { at: edge, value: limitValue }, { at: edge, value: last.value }];
}
