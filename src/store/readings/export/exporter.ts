/**
 * Carries readings from the log to a readings store: pulls by cursor, one batch at a time, tries again until the store has
 * taken it. Memory is one batch however long the store is away; evaluation never waits for it. It reads no log itself.
 */
import type { DurationMs, EpochMs } from '../../../model/time.ts';
import type { AppendOutcome, ExportGap, ReadingRows, ReadingsStore } from '../port.ts';
import { clearRows, newRows } from '../rows.ts';
import type { BudgetVerdict } from './budget.ts';
import { movedOn } from './budget.ts';

/** Admitted readings of the log up to and including `position`. The rows may be re-used once the next item is asked for. */
export interface ExportItem {
  readonly position: number;
  readonly rows: ReadingRows;
  /** Records that nobody has any more: they are left out, and `rows` is empty. */
  readonly gap?: ExportGap;
}

export type ExporterState =
  | { readonly state: 'running'; readonly position: number; readonly refused?: { count: number; reason: string } }
  /** The store does not take the batch; it is offered again after `retryMs`. */
  | {
      readonly state: 'backing-off';
      readonly position: number;
      readonly reason: string;
      readonly attempts: number;
      readonly retryMs: DurationMs;
      readonly budget: BudgetVerdict;
    }
  /** The budget was used up: `from` … `to` were given up and recorded as a gap. */
  | { readonly state: 'moved-on'; readonly position: number; readonly from: number; readonly to: number };

export interface ExporterOptions {
  /** Items after record `from`, in order. It may wait for new records for as long as it likes, or end. */
  source(from: number): AsyncIterable<ExportItem>;
  readonly store: ReadingsStore;
  readonly signal: AbortSignal;
  onState(state: ExporterState): void;
  /** Resolves after `ms`, or when the signal is given. */
  wait(ms: DurationMs, signal: AbortSignal): Promise<void>;
  /** Calls `retry` whenever it is worth trying again at once; gives back how to stop listening. */
  onHurry?(retry: () => void): () => void;
  /** Asked after each failure; without it the exporter tries for ever. */
  budget?(position: number): BudgetVerdict;
  /** Wall clock, for the note of a gap. */
  now?(): EpochMs;
  /** At most so many readings a batch, unless a single record has more. */
  readonly batchRows?: number;
  /** A batch that is not full waits this long for more. */
  readonly lingerMs?: DurationMs;
  readonly backoff?: { readonly firstMs: DurationMs; readonly mostMs: DurationMs };
}

/** Five seconds at most: who has mended the store does not wait for us. */
const BACKOFF = { firstMs: 250, mostMs: 5_000 };

type Delivery = 'taken' | 'aborted' | { readonly moveTo: number };

/** Runs until the source ends or the signal is given; rejects only when the source does. */
export async function runExporter(options: ExporterOptions): Promise<void> {
  let from = options.store.position();
  for (;;) {
    const moved = await exportFrom(from, options);
    if (moved === undefined) return;
    from = moved;
  }
}

type Event = IteratorResult<ExportItem> | 'linger' | 'aborted';

/** Gives where to go on when the budget or the store moved the exporter, or undefined when all is done. */
async function exportFrom(from: number, options: ExporterOptions): Promise<number | undefined> {
  const batchRows = options.batchRows ?? 5_000;
  const events = new Events(options.source(from)[Symbol.asyncIterator](), options);
  const batch = newRows();
  let done = from;
  let gathered = from;
  try {
    for (;;) {
      const event = await events.next();
      if (event === 'aborted') return undefined;
      const item = event === 'linger' || event.done === true ? undefined : event.value;
      const overflows =
        item !== undefined &&
        (item.gap !== undefined || (batch.count > 0 && batch.count + item.rows.count > batchRows));
      if (gathered > done && (item === undefined || overflows)) {
        events.stopLinger();
        const to = gathered;
        const delivery = await deliver(() => options.store.append(batch, to), { from: done, to, rows: batch }, options);
        if (delivery === 'aborted') return undefined;
        if (delivery !== 'taken') return delivery.moveTo;
        clearRows(batch);
        done = gathered;
      }
      if (event === 'linger') continue;
      if (item === undefined) return undefined;
      gathered = item.position;
      const { gap } = item;
      if (gap !== undefined) {
        const left = await deliver(() => options.store.giveUp(gap), { from: done, to: gathered, rows: batch }, options);
        if (left === 'aborted') return undefined;
        if (left !== 'taken') return left.moveTo;
        done = gathered;
      } else copyRows(item.rows, batch);
      events.taken();
    }
  } finally {
    events.close();
  }
}

/**
 * What the loop waits for: an item, a batch that has waited long enough, or the signal. One promise a wait, because racing
 * against one long-lived promise would leave a listener on it for every item ever exported.
 */
class Events {
  private readonly iterator: AsyncIterator<ExportItem>;
  private readonly signal: AbortSignal;
  private readonly options: ExporterOptions;
  private pending: Promise<IteratorResult<ExportItem>> | undefined;
  /** The running linger; given up by aborting it. */
  private lingering: AbortController | undefined;
  private wake: (event: Event) => void = () => undefined;
  private readonly onAbort = (): void => this.wake('aborted');

  constructor(iterator: AsyncIterator<ExportItem>, options: ExporterOptions) {
    this.iterator = iterator;
    this.signal = options.signal;
    this.options = options;
    this.signal.addEventListener('abort', this.onAbort);
  }

  next(): Promise<Event> {
    if (this.signal.aborted) return Promise.resolve('aborted');
    this.pending ??= this.iterator.next();
    const { pending } = this;
    return new Promise((resolve, reject) => {
      this.wake = resolve;
      pending.then(resolve, reject);
    });
  }

  /** The item of the last wait is copied: the source may go on, and the batch begins to linger. */
  taken(): void {
    this.pending = undefined;
    if (this.lingering !== undefined) return;
    const lingering = new AbortController();
    this.lingering = lingering;
    void this.options.wait(this.options.lingerMs ?? 50, lingering.signal).then(() => {
      if (this.lingering !== lingering) return;
      this.lingering = undefined;
      this.wake('linger');
    });
  }

  stopLinger(): void {
    const { lingering } = this;
    this.lingering = undefined;
    lingering?.abort();
  }

  close(): void {
    this.stopLinger();
    this.signal.removeEventListener('abort', this.onAbort);
    // Not awaited: a source that waits for new records may never hear of it, and its owner has the signal too.
    void Promise.resolve(this.iterator.return?.()).catch(() => undefined);
  }
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly rows: ReadingRows;
}

/** Offers one stretch of the log until the store has taken it. */
async function deliver(
  offer: () => Promise<AppendOutcome>,
  { from, to, rows }: Stretch,
  options: ExporterOptions,
): Promise<Delivery> {
  const { signal, onState } = options;
  const { firstMs, mostMs } = options.backoff ?? BACKOFF;
  for (let attempts = 1; ; attempts += 1) {
    const outcome = await offer();
    if (outcome.ok) {
      onState({ state: 'running', position: to, refused: outcome.refused });
      return 'taken';
    }
    if (signal.aborted) return 'aborted';
    if (outcome.resumeFrom !== undefined) return { moveTo: outcome.resumeFrom };
    const budget = options.budget?.(from) ?? { state: 'ok', share: 0 };
    if (budget.state === 'exceeded') {
      const moved = await moveOn(rows, from, budget, options, outcome.reason);
      if (moved !== undefined) return moved;
    }
    const retryMs = Math.min(firstMs * 2 ** (attempts - 1), mostMs);
    onState({ state: 'backing-off', position: from, reason: outcome.reason, attempts, retryMs, budget });
    await waitOrHurry(retryMs, options);
    if (signal.aborted) return 'aborted';
  }
}

async function waitOrHurry(retryMs: DurationMs, { signal, wait, onHurry }: ExporterOptions): Promise<void> {
  const over = new AbortController();
  const end = (): void => over.abort();
  signal.addEventListener('abort', end);
  const deaf = onHurry?.(end);
  if (signal.aborted) end();
  await wait(retryMs, over.signal);
  signal.removeEventListener('abort', end);
  deaf?.();
}

/** Gives up everything after `from` up to `moveTo`; undefined when even that cannot be noted now. */
async function moveOn(
  rows: ReadingRows,
  from: number,
  budget: Extract<BudgetVerdict, { state: 'exceeded' }>,
  options: ExporterOptions,
  reason: string,
): Promise<Delivery | undefined> {
  const fromAt = rows.count > 0 ? rows.receivedAt[0] : budget.moveToAt;
  const gap = movedOn(budget, { from, fromAt, reason, now: options.now?.() ?? budget.moveToAt });
  const outcome = await options.store.giveUp(gap);
  if (!outcome.ok) return undefined;
  options.onState({ state: 'moved-on', position: gap.to, from: gap.from, to: gap.to });
  return { moveTo: gap.to };
}

function copyRows(from: ReadingRows, to: ReadingRows): void {
  for (let row = 0; row < from.count; row += 1) {
    to.point.push(from.point[row]);
    to.at.push(from.at[row]);
    to.value.push(from.value[row]);
    to.quality.push(from.quality[row]);
    to.receivedAt.push(from.receivedAt[row]);
    to.flags.push(from.flags[row]);
    to.deviceAt.push(from.deviceAt[row]);
  }
  to.count += from.count;
}
