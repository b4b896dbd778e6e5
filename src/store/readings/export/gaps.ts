/**
 * The list of what an exporter left out, kept short: what continues the newest gap for the same cause is one gap, and a
 * long list is drawn together where it is closest. Pure; nothing of the count or the extent is ever dropped.
 */
import type { ExportGap, HistoryGap } from '../port.ts';

/** So many gaps are kept apart; the file is written whole. */
const GAPS_MAX = 500;
/** A longer text of a server is of no use to a person. */
const REASON_CHARACTERS = 300;

/** The list with one gap more. Recording again what is recorded changes nothing. */
export function addGap(gaps: readonly ExportGap[], gap: ExportGap): readonly ExportGap[] {
  const added = { ...gap, reason: gap.reason.slice(0, REASON_CHARACTERS) };
  if (gaps.some((known) => known.from <= added.from && added.to <= known.to && known.cause === added.cause))
    return gaps;
  const last = gaps[gaps.length - 1];
  if (last !== undefined && last.cause === added.cause && added.from <= last.to + 1) {
    return [...gaps.slice(0, -1), merged(last, added)];
  }
  return drawnTogether([...gaps, added]);
}

/** What of it lies between two instants, as history shows it. */
export function gapsWithin(gaps: readonly ExportGap[], from: number, to: number): HistoryGap[] {
  return gaps
    .filter((gap) => gap.fromAt < to && gap.toAt >= from)
    .map(({ fromAt, toAt, count, reason }) => ({ from: fromAt, to: toAt, count, reason }));
}

function merged(a: ExportGap, b: ExportGap): ExportGap {
  return {
    cause: b.cause,
    from: Math.min(a.from, b.from),
    to: Math.max(a.to, b.to),
    count: a.count + b.count,
    fromAt: Math.min(a.fromAt, b.fromAt),
    toAt: Math.max(a.toAt, b.toAt),
    reason: b.reason,
    recordedAt: b.recordedAt,
  };
}

/** Beyond the most, the two neighbours of one cause with the least log between them become one. */
function drawnTogether(gaps: ExportGap[]): ExportGap[] {
  if (gaps.length <= GAPS_MAX) return gaps;
  let closest = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i < gaps.length; i += 1) {
    const between = gaps[i].from - gaps[i - 1].to;
    if (gaps[i].cause !== gaps[i - 1].cause || between >= least) continue;
    closest = i;
    least = between;
  }
  // Causes that take turns: then the oldest two, whatever they are.
  const second = closest < 0 ? 1 : closest;
  return [...gaps.slice(0, second - 1), merged(gaps[second - 1], gaps[second]), ...gaps.slice(second + 1)];
}
