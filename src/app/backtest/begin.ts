/** The thread of a backtest as who began it sees it. It is asked to end, and ends itself. */
import { Worker } from 'node:worker_threads';
import type { RecordNumber } from '../../log/port.ts';
import type { PointConfig } from '../../model/point.ts';
import type { EpochMs } from '../../model/time.ts';
import type { PointsOutcome, PointsQuery } from '../../store/readings/port.ts';
import type { ChosenPacks } from '../seeds.ts';
import type { StatedDraft } from './draft.ts';
import type { BacktestResult } from './run.ts';
import type { PastReadings } from './stored.ts';

export interface BacktestTask {
  readonly dataDir: string;
  /** The packs in force. */
  readonly packs: ChosenPacks;
  readonly stated: StatedDraft;
  /** What the draft concerns, as it is in force. */
  readonly points: readonly PointConfig[];
  readonly names: readonly string[];
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** What is wrong besides the draft: told with what is wrong in it. */
  readonly wrong: readonly string[];
  readonly upTo: RecordNumber;
}

/** What the thread asks of the store of readings: it lives elsewhere. */
export interface ReadingsAsked {
  readonly question: number;
  readonly query: PointsQuery;
}

/** What is told to the thread. */
export type Told = { readonly cancel: true } | { readonly question: number; readonly outcome: PointsOutcome };

/** First what became of the draft; then how far it is; then, once, how it ended. `result` undefined: it was cancelled. */
export type Said =
  | { readonly refused: readonly string[] }
  | { readonly taken: readonly string[] }
  | { readonly share: number }
  | { readonly result: BacktestResult | undefined }
  | { readonly error: string };

export interface BacktestLine {
  cancel(): void;
}

/** `hear` is called until it is refused or has said a result or an error; `readings` is what the service keeps of them. */
export function beginBacktest(task: BacktestTask, hear: (said: Said) => void, readings: PastReadings): BacktestLine {
  const worker = new Worker(new URL('./thread.js', import.meta.url), { workerData: task });
  const tell = (told: Told): void => worker.postMessage(told);
  const answer = async ({ question, query }: ReadingsAsked): Promise<void> =>
    tell({ question, outcome: await readings.queryPoints(query) });
  let isOver = false;
  const end = (said: Said): void => {
    if (isOver) return;
    isOver = !('share' in said || 'taken' in said);
    hear(said);
  };
  worker.on('message', (said: Said | ReadingsAsked) => {
    if (!('question' in said)) return end(said);
    answer(said).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      tell({ question: said.question, outcome: { ok: false, reason } });
    });
  });
  worker.on('error', (error) => end({ error: error.message }));
  worker.on('exit', () => end({ error: 'its thread ended without an answer' }));
  return { cancel: () => tell({ cancel: true }) };
}
