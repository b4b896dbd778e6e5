/**
 * The backtests of a service: one at a time beside live judging, each with its request and what came of it in a small file, so that
 * a restart forgets none and says of one that was under way that it was interrupted. It decides nobody's rights.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BacktestAnswer, BacktestRequest, Backtests } from '../../api/ports.ts';
import type { Backtest } from '../../api/schemas/backtests.ts';
import type { EngineState } from '../../engine/state.ts';
import type { InputLog } from '../../log/port.ts';
import type { EpochMs } from '../../model/time.ts';
import { replaceFile } from '../../store/durable-file.ts';
import type { Logger } from '../logger.ts';
import type { ChosenPacks } from '../seeds.ts';
import type { BacktestLine, BacktestTask, Said } from './begin.ts';
import { idOf } from './draft.ts';

/** So many are kept; the oldest go. */
const KEPT = 20;
/** Names among which one that is not there is looked for. */
const NAMES_MAX = 5_000;
const FORMAT = 1;

interface Parts {
  readonly dataDir: string;
  /** The packs in force. */
  readonly packs: ChosenPacks;
  readonly state: Pick<EngineState, 'registry'>;
  readonly log: Pick<InputLog, 'durable'>;
  readonly logger: Pick<Logger, 'warn'>;
  now(): EpochMs;
  begin(task: BacktestTask, hear: (said: Said) => void): BacktestLine;
}

interface Running {
  readonly id: string;
  readonly line: BacktestLine;
  isCancelled: boolean;
  readonly ended: Promise<void>;
  over(): void;
}

function newRunning(id: string, line: BacktestLine): Running {
  let over = (): void => {};
  const ended = new Promise<void>((resolve) => {
    over = resolve;
  });
  return { id, line, isCancelled: false, ended, over };
}

export class ServiceBacktests implements Backtests {
  private readonly parts: Parts;
  private readonly folder: string;
  /** Newest first. */
  private known: Backtest[];
  private running: Running | undefined;
  /** One file is written after the other. */
  private writing: Promise<void> = Promise.resolve();

  constructor(parts: Parts) {
    this.parts = parts;
    this.folder = join(parts.dataDir, 'backtests');
    this.known = this.readAll();
  }

  async start(request: BacktestRequest): Promise<BacktestAnswer> {
    // One that was cancelled is over for everybody; its thread has some milliseconds to hear of it.
    while (this.running?.isCancelled) await this.running.ended;
    if (this.running !== undefined) return { ok: false, running: this.running.id };
    const { dataDir, packs, log, begin, now } = this.parts;
    const id = `b${randomUUID().slice(0, 8)}`;
    const { from, to, actor, stated } = request;
    const wrong = [...rangeErrors(request, now())];
    const task = { dataDir, packs, stated, ...this.concerned(request), from, to, wrong, upTo: log.durable };
    return new Promise((resolve) => {
      const line = begin(task, (said) => {
        if ('taken' in said) {
          const enterprises = [...new Set(said.taken.map((point) => point.slice(0, point.indexOf('/'))))];
          const head = { id, state: 'running', by: actor, askedAt: now(), from, to, progress: 0 } as const;
          const backtest: Backtest = { ...head, enterprises, points: [...said.taken] };
          this.keep(backtest);
          resolve({ ok: true, backtest });
        } else if ('refused' in said) {
          this.over();
          resolve({ ok: false, errors: said.refused });
        } else {
          this.hear(id, said);
          if ('error' in said) resolve({ ok: false, errors: [said.error] });
        }
      });
      this.running = newRunning(id, line);
    });
  }

  /** Of all that is registered, what goes to the thread. */
  private concerned({ stated: { points = [], packs = [] }, mayDraft }: BacktestRequest) {
    const { registry } = this.parts.state;
    const ids = new Set(points.map(idOf));
    const listOf = (data: unknown): unknown[] => {
      const { pointTypes } = Object(data) as { readonly pointTypes?: unknown };
      return Array.isArray(pointTypes) ? pointTypes : [];
    };
    const types = new Set(packs.flatMap(listOf).map((type) => (Object(type) as { readonly type?: unknown }).type));
    const enterprises = new Set([...ids].map((id) => id?.split('/')[0]));
    const mine = registry.points.filter(
      (point) => (ids.has(point.id) || types.has(point.type) || enterprises.has(point.enterprise)) && mayDraft(point),
    );
    return {
      points: mine.filter(({ id, type }) => ids.has(id) || types.has(type)),
      names: mine.slice(0, NAMES_MAX).map(({ id }) => id),
    };
  }

  list(): readonly Backtest[] {
    return this.known.map(({ result: _, ...head }) => head);
  }

  get(id: string): Backtest | undefined {
    return this.known.find((one) => one.id === id);
  }

  cancel(id: string): Backtest | undefined {
    if (this.running?.id === id) {
      this.running.isCancelled = true;
      this.running.line.cancel();
    }
    const backtest = this.get(id);
    if (backtest?.state === 'running') this.put({ ...backtest, state: 'cancelled', endedAt: this.parts.now() });
    return this.get(id);
  }

  /** Before the process ends. */
  stop(): Promise<void> {
    this.running?.line.cancel();
    return this.writing;
  }

  private hear(id: string, said: Exclude<Said, { taken: unknown } | { refused: unknown }>): void {
    if (!('share' in said)) this.over();
    const backtest = this.get(id);
    if (backtest === undefined) return;
    if ('share' in said) {
      // Told by whoever asks; a file for every step would be worn out.
      if (backtest.state === 'running') this.replace({ ...backtest, progress: Math.round(said.share * 1000) / 1000 });
      return;
    }
    if (backtest.state !== 'running') return;
    const endedAt = this.parts.now();
    if ('error' in said) this.put({ ...backtest, state: 'failed', endedAt, reason: said.error });
    else if (said.result === undefined) this.put({ ...backtest, state: 'cancelled', endedAt });
    else this.put({ ...backtest, state: 'done', progress: 1, endedAt, result: said.result });
  }

  private over(): void {
    this.running?.over();
    this.running = undefined;
  }

  private keep(backtest: Backtest): void {
    this.known = [backtest, ...this.known];
    this.write(backtest);
    for (const old of this.known.slice(KEPT)) rmSync(this.fileOf(old.id), { force: true });
    this.known = this.known.slice(0, KEPT);
  }

  private put(backtest: Backtest): void {
    this.replace(backtest);
    this.write(backtest);
  }

  private replace(backtest: Backtest): void {
    this.known = this.known.map((one) => (one.id === backtest.id ? backtest : one));
  }

  private write(backtest: Backtest): void {
    const text = JSON.stringify({ v: FORMAT, ...backtest });
    this.writing = this.writing
      .then(() => replaceFile(this.fileOf(backtest.id), text))
      .catch((error: unknown) => this.parts.logger.warn({ error }, `backtest ${backtest.id} was not written down`));
  }

  private fileOf(id: string): string {
    return join(this.folder, `${id}.json`);
  }

  /** One that is running in its file is running no more. */
  private readAll(): Backtest[] {
    if (!existsSync(this.folder)) return [];
    const found = readdirSync(this.folder).flatMap((name) => (name.endsWith('.json') ? this.read(name) : []));
    return found.sort((a, b) => b.askedAt - a.askedAt);
  }

  private read(name: string): Backtest[] {
    try {
      const { v, ...backtest } = JSON.parse(readFileSync(join(this.folder, name), 'utf8')) as Backtest & { v: number };
      if (v !== FORMAT) return [];
      if (backtest.state !== 'running') return [backtest];
      return [
        {
          ...backtest,
          state: 'interrupted',
          reason: '服务中途停止，请重新试算 · the service ended before it was done: ask again',
        },
      ];
    } catch (error) {
      this.parts.logger.warn({ error, file: name }, 'the file of a backtest cannot be read');
      return [];
    }
  }
}

function* rangeErrors({ from, to }: BacktestRequest, now: EpochMs): Generator<string> {
  if (from >= to) yield 'from: must be before `to`';
  if (from > now) yield 'from: is yet to come';
}
