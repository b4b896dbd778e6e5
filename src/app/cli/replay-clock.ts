/**
 * Which times of a recording cannot be right. Nobody knows when its readings arrived, so only what is a slip whatever day it is
 * of is told: another unit, a clock that was never set, two time zones in one file, a day that is yet to come. It judges nothing.
 */
import type { RecordedReading } from '../../../simulators/replay-source.ts';
import { clockMistake, OLDEST_MS } from '../../model/clock-mistake.ts';
import type { DurationMs, EpochMs } from '../../model/time.ts';
import { MINUTE_MS } from '../../model/time.ts';

/** So far ahead the clocks of two machines may honestly differ. */
const AHEAD_MS: DurationMs = MINUTE_MS;

/** Why a time is none in ms; undefined for one that may be. The slip by its name comes first: it is told once a file. */
export function wrongUnit(at: EpochMs): { readonly slip: string; readonly words: string } | undefined {
  if (at >= OLDEST_MS * 1_000)
    return { slip: 'microseconds', words: `\`at\` is ${at}, microseconds since 1970: ms are expected` };
  if (at >= OLDEST_MS) return undefined;
  if (at * 1_000 >= OLDEST_MS)
    return { slip: 'seconds', words: `\`at\` is ${at}, seconds since 1970: ms are expected, ${at * 1_000}` };
  return { slip: 'unset', words: `\`at\` is ${at}, ${new Date(at).toISOString()}: a clock that was never set` };
}

interface Seen {
  readings: number;
  behind: number;
}

/** Looks at the readings that were judged, in file order, and says what is odd about the whole of them. */
export class RecordedClocks {
  private readonly points = new Map<string, Seen>();
  private readonly now: EpochMs;
  private newest = Number.NEGATIVE_INFINITY;
  private ahead = 0;

  /** `now`: wall time. */
  constructor(now: EpochMs) {
    this.now = now;
  }

  note({ point, at }: RecordedReading): void {
    const seen = this.points.get(point) ?? { readings: 0, behind: 0 };
    this.points.set(point, seen);
    seen.readings++;
    if (at < this.newest && clockMistake(at, this.newest) === 'zone-twice') seen.behind++;
    this.newest = Math.max(this.newest, at);
    if (at - this.now > AHEAD_MS) this.ahead++;
  }

  /** A line each; none where nothing is odd. */
  words(): string[] {
    const words: string[] = [];
    // Back-fill passes eight hours on its way; a point that stays there has another zone than its neighbours.
    const behind = [...this.points].filter(([, seen]) => seen.behind > seen.readings / 2).map(([point]) => point);
    if (behind.length > 0) {
      const more = behind.length > 1 ? ` and ${behind.length - 1} more` : '';
      words.push(
        `wrong clock? ${behind[0]}${more}: 8 h behind the lines before, as if part of the file were local time`,
      );
    }
    if (this.ahead > 0) {
      const newest = new Date(this.newest).toISOString();
      words.push(`wrong clock? ${this.ahead} readings are of a time to come, up to ${newest}: local time sent as UTC?`);
    }
    return words;
  }
}
