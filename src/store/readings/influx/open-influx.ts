/**
 * Readings in InfluxDB: the adapter by configuration. One batch at a time is sent, and the ledger moves on when the server
 * has taken it; it buffers nothing, because what is not delivered is still in the log. Retention is the server's.
 */
import { FLAG } from '../../../model/reading.ts';
import type { EpochMs } from '../../../model/time.ts';
import type { Pace } from '../../pace.ts';
import { loopPace } from '../../pace.ts';
import { bucketWidthMs } from '../buckets.ts';
import { gapsWithin } from '../export/gaps.ts';
import type { ExportLedger, ExportProgress } from '../export/ledger.ts';
import type {
  AppendOutcome,
  ExportGap,
  ForgetOutcome,
  PointsOutcome,
  PointsQuery,
  QueryOutcome,
  ReadingRows,
  ReadingsQuery,
  ReadingsStore,
  SelfTestOutcome,
} from '../port.ts';
import type { InfluxClient, InfluxServer } from './client.ts';
import { connectInflux } from './client.ts';
import { firstReadings } from './first-readings.ts';
import { bucketItems, bucketQuery, countQuery, existsQuery, rawItems, rawQuery, readAnswer } from './influx-ql.ts';
import type { PointName } from './lines.ts';
import { lineOf, seriesKey } from './lines.ts';
import { selfTest } from './self-test.ts';

export interface InfluxOptions {
  readonly server: InfluxServer;
  /** Durable memory of how far the export is; one of its own per server and database. */
  readonly ledger: ExportLedger;
  /** Name of a point number; points are never renumbered. */
  name(point: number): PointName | undefined;
  /** Wall clock, for the note of a gap. */
  now(): EpochMs;
  readonly timeoutMs?: number;
  readonly pace?: Pace;
}

/** A line on its way, and where its reading is missing if it is refused. */
interface Line {
  readonly text: string;
  readonly at: EpochMs;
}

/** Lines the server refused for good; several reasons are one gap with the last reason. */
interface Refused {
  count: number;
  reason: string;
  fromAt: EpochMs;
  toAt: EpochMs;
}

const LEDGER_MS = 1_000;
/** So far ahead of the wall clock a device's time is believed (semantics §2). */
const AHEAD_MS = 60_000;
/** Statements in one question about late rows: the address stays below what servers take. */
const EXISTS_AT_ONCE = 50;

export function openInflux(options: InfluxOptions): ReadingsStore {
  return new InfluxStore(options);
}

class InfluxStore implements ReadingsStore {
  private readonly options: InfluxOptions;
  private readonly client: InfluxClient;
  private readonly pace: Pace;
  private readonly series = new Map<number, string>();
  private delivered: number;
  private noted: number;
  private completeTo: EpochMs | undefined;
  private notedMs = Number.NEGATIVE_INFINITY;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(options: InfluxOptions) {
    this.options = options;
    this.client = connectInflux(options.server, options.timeoutMs ?? 10_000);
    this.pace = options.pace ?? loopPace;
    const { position, completeTo } = options.ledger.progress();
    this.delivered = position;
    this.noted = position;
    this.completeTo = completeTo;
  }

  position(): number {
    return this.noted;
  }

  append(rows: ReadingRows, position: number): Promise<AppendOutcome> {
    const done = this.turn.then(() => this.deliver(rows, position));
    this.turn = done.catch(() => undefined);
    return done;
  }

  async flush(): Promise<AppendOutcome> {
    await this.turn;
    const { delivered, noted, completeTo } = this;
    return delivered === noted ? { ok: true } : this.note({ position: delivered, completeTo });
  }

  giveUp(gap: ExportGap): Promise<AppendOutcome> {
    const done = this.turn.then(async () => {
      const position = Math.max(this.delivered, gap.to);
      const noted = await this.note({ position, completeTo: this.completeTo }, gap);
      if (noted.ok) this.delivered = position;
      return noted;
    });
    this.turn = done.catch(() => undefined);
    return done;
  }

  gaps(): readonly ExportGap[] {
    return this.options.ledger.gaps();
  }

  selfTest(): Promise<SelfTestOutcome> {
    return selfTest(this.client, this.options.server, Math.trunc(this.options.now()));
  }

  async query(query: ReadingsQuery): Promise<QueryOutcome> {
    const name = this.options.name(query.point);
    const { completeTo } = this;
    const rest = { completeTo, gaps: gapsWithin(this.gaps(), query.from, query.to) };
    if (name === undefined) return { ok: true, answer: { downsampled: false, items: [], ...rest } };
    const counted = await this.ask([countQuery(name, query)]);
    if (!counted.ok) return counted;
    const count = Number(counted.statements[0][0]?.[1] ?? 0);
    if (count <= query.max) {
      const found = await this.ask([rawQuery(name, query)]);
      if (!found.ok) return found;
      return { ok: true, answer: { downsampled: false, items: rawItems(found.statements[0]), ...rest } };
    }
    const bucketMs = bucketWidthMs(query.from, query.to, query.max);
    const found = await this.ask([bucketQuery(name, query, bucketMs)]);
    if (!found.ok) return found;
    return { ok: true, answer: { downsampled: true, bucketMs, items: bucketItems(found.statements[0]), ...rest } };
  }

  async queryPoints(query: PointsQuery): Promise<PointsOutcome> {
    const first = await firstReadings(query, this.options.name, (statement) => this.ask([statement]));
    return first.ok ? { ...first, gaps: gapsWithin(this.gaps(), query.from, first.upTo) } : first;
  }

  /** The retention policy (1.x) or the bucket's retention (2.x) does it. */
  async forget(): Promise<ForgetOutcome> {
    return { ok: true, removed: 0 };
  }

  async close(): Promise<void> {
    await this.flush();
  }

  private async deliver(rows: ReadingRows, position: number): Promise<AppendOutcome> {
    if (position <= this.delivered) return { ok: true };
    const chosen = await this.choose(rows);
    if (!chosen.ok) return chosen;
    const { lines } = chosen;
    const refused: Refused = { ...chosen.unnamed };
    if (lines.length > 0) {
      const failure = await this.send(lines, refused);
      if (failure !== undefined) return { ok: false, reason: failure };
    }
    const newest = rows.receivedAt.slice(0, rows.count).reduce((a, b) => Math.max(a, b), this.completeTo ?? -Infinity);
    const completeTo = Number.isFinite(newest) ? newest : undefined;
    const gap = refused.count === 0 ? undefined : this.gapOf(refused, position);
    if (gap !== undefined || this.pace.now() - this.notedMs >= LEDGER_MS) {
      const noted = await this.note({ position, completeTo }, gap);
      if (!noted.ok) return noted;
    }
    this.delivered = position;
    this.completeTo = completeTo;
    return { ok: true, refused: gap === undefined ? undefined : { count: gap.count, reason: gap.reason } };
  }

  /**
   * The lines to send. InfluxDB keeps the last value written for an instant, we keep the first: a second value in the batch
   * is left out, and late rows are looked up before they are sent.
   */
  private async choose(rows: ReadingRows): Promise<{ ok: true; lines: Line[]; unnamed: Refused } | FailedOutcome> {
    const taken = new Map<number, Set<number>>();
    const lines: Line[] = [];
    const late: { name: PointName; at: number; line: Line }[] = [];
    const unnamed: Refused = { count: 0, reason: '', fromAt: Infinity, toAt: -Infinity };
    const newestAt = this.options.now() + AHEAD_MS;
    for (let row = 0; row < rows.count; row += 1) {
      const [point, at] = [rows.point[row], rows.at[row]];
      if ((rows.flags[row] & FLAG.CONFLICT) !== 0) continue;
      const times = taken.get(point) ?? new Set();
      if (times.has(at)) continue;
      taken.set(point, times.add(at));
      const name = this.options.name(point);
      // At its own time, by the wall as devices go; one that nobody can have yet is missing where it arrived.
      const missingAt = at <= newestAt ? at : Math.min(at, rows.receivedAt[row]);
      if (name === undefined) {
        countRefused(unnamed, 1, `point ${point} has no name`, missingAt);
        continue;
      }
      const line = { text: lineOf(this.seriesOf(point, name), rows, row), at: missingAt };
      if ((rows.flags[row] & FLAG.LATE) === 0) lines.push(line);
      else late.push({ name, at, line });
    }
    for (let first = 0; first < late.length; first += EXISTS_AT_ONCE) {
      const some = late.slice(first, first + EXISTS_AT_ONCE);
      const found = await this.ask(some.map(({ name, at }) => existsQuery(name, at)));
      if (!found.ok) return found;
      some.forEach(({ line }, i) => {
        if (found.statements[i].length === 0) lines.push(line);
      });
    }
    return { ok: true, lines, unnamed };
  }

  /**
   * Sends the lines. Where the server says which or how many of them it will never take, it is believed at once; where it
   * does not, they are halved until the bad ones stand alone. Gives the reason of a failure.
   */
  private async send(lines: readonly Line[], refused: Refused): Promise<string | undefined> {
    if (lines.length === 0) return undefined;
    const outcome = await this.client.write(lines.map((line) => line.text));
    switch (outcome.kind) {
      case 'written':
        return undefined;
      case 'failed':
        return outcome.reason;
      case 'partly':
        for (const { at } of lines) countRefused(refused, 0, outcome.reason, at);
        refused.count += Math.min(outcome.count, lines.length);
        return undefined;
      case 'named': {
        const rest = lines.filter((line) => !outcome.lines.has(line.text));
        if (rest.length === lines.length) return this.halve(lines, refused, outcome.reason);
        for (const line of lines) if (outcome.lines.has(line.text)) countRefused(refused, 1, outcome.reason, line.at);
        return this.send(rest, refused);
      }
      case 'too-large':
        return lines.length === 1 ? outcome.reason : this.halve(lines, refused, outcome.reason);
      case 'refused':
        return this.halve(lines, refused, outcome.reason);
    }
  }

  private async halve(lines: readonly Line[], refused: Refused, reason: string): Promise<string | undefined> {
    if (lines.length === 1) {
      countRefused(refused, 1, reason, lines[0].at);
      return undefined;
    }
    const middle = lines.length >> 1;
    return (await this.send(lines.slice(0, middle), refused)) ?? this.send(lines.slice(middle), refused);
  }

  private seriesOf(point: number, name: PointName): string {
    let series = this.series.get(point);
    if (series === undefined) {
      series = seriesKey(name);
      this.series.set(point, series);
    }
    return series;
  }

  private gapOf({ count, reason, fromAt, toAt }: Refused, position: number): ExportGap {
    const from = this.delivered + 1;
    return { cause: 'refused', from, to: position, count, fromAt, toAt, reason, recordedAt: this.options.now() };
  }

  /** Makes the cursor durable, and a gap with it. */
  private async note(progress: ExportProgress, gap?: ExportGap): Promise<AppendOutcome> {
    this.notedMs = this.pace.now();
    try {
      await this.options.ledger.advance(progress, gap);
    } catch (error) {
      return {
        ok: false,
        reason: `the cursor of the export: ${error instanceof Error ? error.message : String(error)}`,
      };
    }
    this.noted = Math.max(this.noted, progress.position);
    return { ok: true };
  }

  private async ask(statements: readonly string[]): Promise<ReturnType<typeof readAnswer>> {
    const answer = await this.client.ask(statements);
    return answer.ok ? readAnswer(answer.body, statements.length) : answer;
  }
}

type FailedOutcome = { readonly ok: false; readonly reason: string };

function countRefused(refused: Refused, count: number, reason: string, at: EpochMs): void {
  refused.count += count;
  refused.reason = reason;
  refused.fromAt = Math.min(refused.fromAt, at);
  refused.toAt = Math.max(refused.toAt, at);
}
