/**
 * Readings in InfluxDB: the adapter by configuration. One batch at a time is sent, and the ledger moves on when the server
 * has taken it; it buffers nothing, because what is not delivered is still in the log. Retention is the server's.
 */
import { FLAG } from '../../../model/reading.ts';
import type { EpochMs } from '../../../model/time.ts';
import type { Pace } from '../../pace.ts';
import { loopPace } from '../../pace.ts';
import type { ExportLedger } from '../../state/port.ts';
import { bucketWidthMs } from '../buckets.ts';
import type {
  AppendOutcome,
  ForgetOutcome,
  HistoryGap,
  QueryOutcome,
  ReadingRows,
  ReadingsQuery,
  ReadingsStore,
} from '../port.ts';
import type { InfluxClient, InfluxServer } from './client.ts';
import { connectInflux } from './client.ts';
import { bucketItems, bucketQuery, countQuery, existsQuery, rawItems, rawQuery, readAnswer } from './influx-ql.ts';
import type { PointName } from './lines.ts';
import { lineOf, seriesKey } from './lines.ts';

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

/** A line on its way, and the arrival of its reading. */
interface Line {
  readonly text: string;
  readonly receivedAt: EpochMs;
}

/** Lines the server refused for good; several reasons are one gap with the last reason. */
interface Refused {
  count: number;
  reason: string;
  fromAt: EpochMs;
  toAt: EpochMs;
}

const LEDGER_MS = 1_000;
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
    const { position, completeTo } = options.ledger.position();
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
    this.note();
    return { ok: true };
  }

  async query(query: ReadingsQuery): Promise<QueryOutcome> {
    const name = this.options.name(query.point);
    const { completeTo } = this;
    const rest = { ...(completeTo === undefined ? {} : { completeTo }), gaps: this.gapsWithin(query) };
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
    if (refused.count > 0) this.noteRefused(refused, position);
    this.delivered = position;
    if (Number.isFinite(newest)) this.completeTo = newest;
    if (this.pace.now() - this.notedMs >= LEDGER_MS) this.note();
    return refused.count === 0 ? { ok: true } : { ok: true, refused: { count: refused.count, reason: refused.reason } };
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
    for (let row = 0; row < rows.count; row += 1) {
      const [point, at] = [rows.point[row], rows.at[row]];
      if ((rows.flags[row] & FLAG.CONFLICT) !== 0) continue;
      const times = taken.get(point) ?? new Set();
      if (times.has(at)) continue;
      taken.set(point, times.add(at));
      const name = this.options.name(point);
      if (name === undefined) {
        countRefused(unnamed, 1, `point ${point} has no name`, rows.receivedAt[row]);
        continue;
      }
      const line = { text: lineOf(this.seriesOf(point, name), rows, row), receivedAt: rows.receivedAt[row] };
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

  /** Sends the lines once; what the server refuses is halved until the bad ones stand alone. Gives the reason of a failure. */
  private async send(lines: readonly Line[], refused: Refused): Promise<string | undefined> {
    const outcome = await this.client.write(lines.map((line) => line.text));
    switch (outcome.kind) {
      case 'written':
        return undefined;
      case 'failed':
        return outcome.reason;
      case 'partly':
        for (const { receivedAt } of lines) countRefused(refused, 0, outcome.reason, receivedAt);
        refused.count += outcome.count;
        return undefined;
      case 'refused': {
        if (lines.length === 1) {
          countRefused(refused, 1, outcome.reason, lines[0].receivedAt);
          return undefined;
        }
        const middle = lines.length >> 1;
        return (await this.send(lines.slice(0, middle), refused)) ?? this.send(lines.slice(middle), refused);
      }
    }
  }

  private seriesOf(point: number, name: PointName): string {
    let series = this.series.get(point);
    if (series === undefined) {
      series = seriesKey(name);
      this.series.set(point, series);
    }
    return series;
  }

  private noteRefused({ count, reason, fromAt, toAt }: Refused, position: number): void {
    const recordedAt = this.options.now();
    const from = this.delivered + 1;
    this.options.ledger.addGap({ from, to: position, count, fromAt, toAt, reason, recordedAt });
  }

  private note(): void {
    this.notedMs = this.pace.now();
    if (this.delivered === this.noted) return;
    this.options.ledger.advance(this.delivered, this.completeTo);
    this.noted = this.delivered;
  }

  private gapsWithin({ from, to }: ReadingsQuery): HistoryGap[] {
    return this.options.ledger
      .gaps()
      .filter((gap) => gap.fromAt < to && gap.toAt >= from)
      .map(({ fromAt, toAt, count, reason }) => ({ from: fromAt, to: toAt, count, reason }));
  }

  private async ask(statements: readonly string[]): Promise<ReturnType<typeof readAnswer>> {
    const answer = await this.client.ask(statements);
    return answer.ok ? readAnswer(answer.body, statements.length) : answer;
  }
}

type FailedOutcome = { readonly ok: false; readonly reason: string };

function countRefused(refused: Refused, count: number, reason: string, receivedAt: EpochMs): void {
  refused.count += count;
  refused.reason = reason;
  refused.fromAt = Math.min(refused.fromAt, receivedAt);
  refused.toAt = Math.max(refused.toAt, receivedAt);
}
