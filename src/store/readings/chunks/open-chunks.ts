/**
 * Readings in sealed chunks: the embedded adapter. Rows gather in memory until a point has a chunk full (or they grow old,
 * or there are too many), and come again from the log after a restart; `position` tells the log what may go. Everything
 * runs on the thread that opened it, in slices.
 */
import type { EpochMs } from '../../../model/time.ts';
import type { Pace } from '../../pace.ts';
import { loopPace } from '../../pace.ts';
import { gapsWithin } from '../export/gaps.ts';
import type { ExportLedger } from '../export/ledger.ts';
import { memoryLedger } from '../export/ledger.ts';
import { FirstRows } from '../first-rows.ts';
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
import { newRows } from '../rows.ts';
import { ChunkFile } from './chunk-file.ts';
import { gatherFirst, readRange } from './chunk-query.ts';
import { newColumns } from './codec.ts';
import type { OpenRow } from './open-rows.ts';
import { OpenRows } from './open-rows.ts';
import { Points } from './points.ts';
import { CHUNK_ROWS, CHUNK_SPAN_MS, writePoint } from './write-point.ts';

export interface ChunkOptions {
  /** SQLite file of the chunks, apart from the state file; `:memory:` for none. */
  readonly file: string;
  /** Where gaps are kept; without one they are forgotten with the process. The cursor stands in the file itself. */
  readonly ledger?: ExportLedger;
  readonly pace?: Pace;
  /** More rows in memory than this are sealed at once, oldest first: about 40 bytes each. */
  readonly openRowsMax?: number;
}

const SLICE_MS = 5;
/** Late rows kept in memory; they are objects each, some five times what another row takes. */
const LATE_ROWS_MAX = 50_000;
/** The synced note of how far the log is in the file costs one sync: not more often than this. */
const PROGRESS_MS = 1_000;
const RETENTION_ROWS = 100;
/** A question meets a chunk that is just being merged once in a while, never ten times running. */
const QUERY_ATTEMPTS = 10;

export function openChunks(options: ChunkOptions): ReadingsStore {
  return new ChunkStore(options);
}

class ChunkStore implements ReadingsStore {
  private readonly file: ChunkFile;
  private readonly ledger: ExportLedger;
  private readonly pace: Pace;
  private readonly openRowsMax: number;
  private readonly points: Points;
  private readonly open = new OpenRows();
  /** Late rows by point and time, not yet in the file. */
  private readonly late = new Map<number, Map<number, OpenRow>>();
  private lateRows = 0;
  /** Points with a chunk full of rows. */
  private full: number[] = [];
  private appended: number;
  private completeTo: number | undefined;
  private durable: number;
  private durableTo: number | undefined;
  private readonly arrivals: { position: number; completeTo: number }[] = [];
  private arrivalsMs = Number.NEGATIVE_INFINITY;
  private progressMs = Number.NEGATIVE_INFINITY;
  private turn: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(options: ChunkOptions) {
    this.file = new ChunkFile(options.file);
    this.ledger = options.ledger ?? memoryLedger();
    this.pace = options.pace ?? loopPace;
    this.openRowsMax = options.openRowsMax ?? 4_000_000;
    this.points = new Points(this.file);
    const progress = this.file.progress();
    this.durable = progress.position;
    this.appended = progress.position;
    this.completeTo = progress.completeTo;
    this.durableTo = progress.completeTo;
  }

  position(): number {
    return this.durable;
  }

  append(rows: ReadingRows, position: number): Promise<AppendOutcome> {
    return this.inTurn(async () => {
      // A call repeated after a failed write finds its rows in memory already.
      if (position > this.appended) {
        const nowMs = this.pace.now();
        for (let row = 0; row < rows.count; row += 1) this.take(rows, row, position, nowMs);
        this.appended = position;
        this.markArrivals(nowMs);
      }
      await this.write(this.full);
      this.full = [];
      if (this.lateRows > Math.min(this.openRowsMax, LATE_ROWS_MAX)) await this.writeLate([...this.late.keys()]);
      if (this.open.total > this.openRowsMax) {
        const middle = (this.points.writtenTo(this.appended) + this.appended) / 2;
        await this.write(this.points.dirty(middle, Number.POSITIVE_INFINITY));
      }
      if (this.pace.now() - this.progressMs >= PROGRESS_MS) this.noteProgress();
    });
  }

  flush(olderThanMs = 0): Promise<AppendOutcome> {
    return this.inTurn(async () => {
      await this.write(this.points.dirty(Number.POSITIVE_INFINITY, this.pace.now() - olderThanMs));
      this.noteProgress();
    });
  }

  async query(query: ReadingsQuery): Promise<QueryOutcome> {
    try {
      for (let attempt = 0; attempt < QUERY_ATTEMPTS; attempt += 1) {
        const { completeTo } = this;
        const items = await readRange(this.file, this.pace, query, this.view(query));
        if (items === undefined) continue;
        return { ok: true, answer: { ...items, completeTo, gaps: gapsWithin(this.gaps(), query.from, query.to) } };
      }
      return { ok: false, reason: 'the range is being rewritten' };
    } catch (error) {
      return { ok: false, reason: `chunks of point ${query.point} cannot be read: ${reasonOf(error)}` };
    }
  }

  async queryPoints(query: PointsQuery): Promise<PointsOutcome> {
    const { points, from } = query;
    const first = new FirstRows(query);
    try {
      let start = this.pace.now();
      for (const point of points) {
        if (!(await this.gather(point, from, first))) return { ok: false, reason: 'the range is being rewritten' };
        if (this.pace.now() - start < SLICE_MS) continue;
        await this.pace.pause();
        start = this.pace.now();
      }
    } catch (error) {
      return { ok: false, reason: `chunks cannot be read: ${reasonOf(error)}` };
    }
    const { upTo } = first;
    return { ok: true, rows: first.rows(), upTo, gaps: gapsWithin(this.gaps(), from, upTo) };
  }

  async giveUp(gap: ExportGap): Promise<AppendOutcome> {
    try {
      await this.ledger.advance({ position: gap.to }, gap);
    } catch (error) {
      return { ok: false, reason: reasonOf(error) };
    }
    const passed = await this.append(newRows(), gap.to);
    return passed.ok ? this.flush() : passed;
  }

  gaps(): readonly ExportGap[] {
    return this.ledger.gaps();
  }

  /** The file is its own and was opened. */
  async selfTest(): Promise<SelfTestOutcome> {
    return { ok: true };
  }

  async forget(before: number): Promise<ForgetOutcome> {
    let removed = 0;
    const outcome = await this.inTurn(async () => {
      for (;;) {
        const some = this.file.removeSome(before, RETENTION_ROWS);
        removed += some;
        if (some === 0) return;
        await this.pace.pause();
      }
    });
    return outcome.ok ? { ok: true, removed } : outcome;
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.flush();
    this.file.close();
  }

  private async gather(point: number, from: EpochMs, first: FirstRows): Promise<boolean> {
    for (let attempt = 0; attempt < QUERY_ATTEMPTS; attempt += 1) {
      const view = this.view({ point, from, to: first.upTo });
      if (await gatherFirst(this.file, this.pace, { point, from, view }, first)) return true;
    }
    return false;
  }

  private take(rows: ReadingRows, row: number, position: number, nowMs: number): void {
    const point = rows.point[row];
    const at = rows.at[row];
    const col = this.points.touch(point);
    const receivedAt = rows.receivedAt[row];
    if (this.completeTo === undefined || receivedAt > this.completeTo) this.completeTo = receivedAt;
    // Replayed from the log, and in the file already.
    if (position <= col.written[point]) return;
    const taken: OpenRow = {
      at,
      value: rows.value[row],
      quality: rows.quality[row],
      receivedAt,
      flags: rows.flags[row],
      deviceAt: rows.deviceAt[row],
    };
    if (at > col.lastAt[point]) {
      col.lastAt[point] = at;
      this.open.add(point, taken);
      if (this.open.count(point) + col.tailCount[point] === CHUNK_ROWS) this.full.push(point);
    } else if (at < col.lastAt[point]) {
      this.takeLate(point, taken);
    } else {
      return;
    }
    this.points.markDirty(point, this.appended, nowMs);
  }

  private takeLate(point: number, row: OpenRow): void {
    let rows = this.late.get(point);
    if (rows === undefined) {
      rows = new Map();
      this.late.set(point, rows);
    }
    if (rows.has(row.at)) return;
    rows.set(row.at, row);
    this.lateRows += 1;
  }

  /**
   * Late rows may be months of one point, so they go apart from what else it has, in slices of their own. Until its head is
   * written too, they come again from the log: the first value of an instant stays.
   */
  private async writeLate(points: readonly number[]): Promise<void> {
    for (const point of points) {
      const rows = this.late.get(point);
      if (rows === undefined) continue;
      const waiting = [...rows.values()];
      for (let next = 0; next < waiting.length; ) {
        const first = next;
        this.file.transaction(() => {
          const start = this.pace.now();
          do this.file.addLate(point, waiting[next++]);
          while (next < waiting.length && this.pace.now() - start < SLICE_MS);
        });
        for (const { at } of waiting.slice(first, next)) rows.delete(at);
        this.lateRows -= next - first;
        await this.pace.pause();
      }
      this.late.delete(point);
    }
  }

  /** Writes what these points have in memory; memory lets go of it only after its transaction is through. */
  private async write(points: readonly number[]): Promise<void> {
    await this.writeLate(points);
    for (let next = 0; next < points.length; ) {
      const written: (() => void)[] = [];
      this.file.transaction(() => {
        const start = this.pace.now();
        do written.push(this.writeOne(points[next++]));
        while (next < points.length && this.pace.now() - start < SLICE_MS);
      });
      for (const letGo of written) letGo();
      if (next < points.length) await this.pace.pause();
    }
  }

  private writeOne(point: number): () => void {
    const col = this.points.touch(point);
    const head = {
      lastAt: col.lastAt[point],
      written: this.appended,
      tailStart: Number.isNaN(col.tailStart[point]) ? undefined : col.tailStart[point],
      tailCount: col.tailCount[point],
    };
    const after = writePoint(this.file, point, head, this.open);
    return () => {
      this.points.set(point, after);
      this.points.markClean(point);
      this.open.release(point);
    };
  }

  private noteProgress(): void {
    const position = this.points.writtenTo(this.appended);
    this.progressMs = this.pace.now();
    if (position === this.durable) return;
    let completeTo = position === this.appended ? this.completeTo : undefined;
    while (this.arrivals.length > 0 && this.arrivals[0].position <= position) {
      const passed = this.arrivals.shift();
      if (position !== this.appended) completeTo = passed?.completeTo;
    }
    this.durableTo = completeTo ?? this.durableTo;
    this.file.setProgress(position, this.durableTo);
    this.durable = position;
  }

  /** Once a second, which arrivals a log position stands for: after a restart history must not promise more. */
  private markArrivals(nowMs: number): void {
    if (this.completeTo === undefined || nowMs - this.arrivalsMs < PROGRESS_MS) return;
    this.arrivalsMs = nowMs;
    this.arrivals.push({ position: this.appended, completeTo: this.completeTo });
  }

  private view(query: Omit<ReadingsQuery, 'max'>): Parameters<typeof readRange>[3] {
    const { point, from, to } = query;
    const open = newColumns(this.open.count(point));
    this.open.copy(point, open);
    const late = this.file.late(point, from, to);
    const waiting = this.late.get(point);
    if (waiting !== undefined) {
      const known = new Set(late.map((row) => row.at));
      for (const row of waiting.values()) if (row.at >= from && row.at < to && !known.has(row.at)) late.push(row);
      late.sort((a, b) => a.at - b.at);
    }
    return { newest: this.file.newestHeader(point, to), spanMs: CHUNK_SPAN_MS, open, late };
  }

  /** One change at a time; what the disk refuses is an answer, and the same call may be made again. */
  private inTurn(work: () => Promise<void>): Promise<AppendOutcome> {
    const done = this.turn.then(work).then(
      (): AppendOutcome => ({ ok: true }),
      (error: unknown): AppendOutcome => ({ ok: false, reason: reasonOf(error) }),
    );
    this.turn = done;
    return done;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
