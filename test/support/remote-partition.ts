/**
 * A simulated partition of a distributed log, and the input log over it: one owner at a time, fenced by an epoch. A new
 * owner with a higher epoch replays what is there; from then on every append of the old one fails.
 */
import { LogAudience } from '../../src/log/audience.ts';
import type { InputLog, LogGap, LogHealth, LogRecord, RecordNumber } from '../../src/log/port.ts';
import { FencedError, LogDamageError } from '../../src/log/port.ts';

type Entry =
  | { readonly kind: 'record'; readonly number: RecordNumber; bytes: Uint8Array }
  | { readonly kind: 'gap'; readonly gap: LogGap };

/** The far side: it outlives every owner. */
export class RemotePartition {
  readonly entries: Entry[] = [];
  epoch = 0;
  /** Returned error: the next batch fails; promise: it hangs until the promise settles. */
  fault: (() => Error | Promise<void> | undefined) | undefined;

  async acquire(): Promise<number> {
    await turn();
    this.epoch += 1;
    return this.epoch;
  }

  /** A new epoch for the owner that still holds the partition: it fences requests of its own that still hang. */
  async renew(epoch: number): Promise<number> {
    await turn();
    if (epoch !== this.epoch) throw new FencedError(`epoch ${epoch} has been replaced by ${this.epoch}`);
    return this.acquire();
  }

  async produce(epoch: number, entries: readonly Entry[]): Promise<void> {
    await turn();
    const fault = this.fault?.();
    if (fault instanceof Error) throw fault;
    await fault;
    if (epoch !== this.epoch) throw new FencedError(`epoch ${epoch} has been replaced by ${this.epoch}`);
    this.entries.push(...entries);
  }

  /** Removes what lies before `before`, as a retention would. */
  trim(before: RecordNumber): void {
    const kept = this.entries.filter((entry) => (entry.kind === 'gap' ? entry.gap.to : entry.number) >= before);
    this.entries.splice(0, this.entries.length, ...kept);
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export async function openRemoteLog(partition: RemotePartition): Promise<InputLog> {
  return new RemoteLog(partition, await partition.acquire());
}

class RemoteLog implements InputLog {
  next: RecordNumber;
  durable: RecordNumber;
  pendingBytes = 0;
  health: LogHealth = { state: 'ok' };
  readonly gaps: LogGap[] = [];
  readonly #partition: RemotePartition;
  #epoch: number;
  readonly #audience = new LogAudience();
  #pending: Extract<Entry, { kind: 'record' }>[] = [];
  #running = false;
  #turn = 0;
  #isUnsaved = false;
  #isClosed = false;
  #fenced: FencedError | undefined;

  constructor(partition: RemotePartition, epoch: number) {
    this.#partition = partition;
    this.#epoch = epoch;
    for (const entry of partition.entries) if (entry.kind === 'gap') this.gaps.push(entry.gap);
    const last = partition.entries.at(-1);
    this.durable = last === undefined ? 0 : last.kind === 'gap' ? last.gap.to : last.number;
    this.next = this.durable + 1;
  }

  get oldest(): RecordNumber {
    return this.#partition.entries.find((entry) => entry.kind === 'record')?.number ?? this.next;
  }

  append(bytes: Uint8Array): RecordNumber {
    if (this.#fenced !== undefined) throw this.#fenced;
    if (this.#isUnsaved || this.#isClosed) throw new Error('the log takes no records');
    this.#pending.push({ kind: 'record', number: this.next, bytes: Uint8Array.from(bytes) });
    this.pendingBytes += bytes.length;
    if (!this.#running) void this.#run();
    return this.next++;
  }

  onDurable(listener: (durable: RecordNumber) => void): void {
    this.#audience.durableListeners.push(listener);
  }

  onHealth(listener: (health: LogHealth) => void): void {
    this.#audience.healthListeners.push(listener);
  }

  flush(): Promise<void> {
    const number = this.next - 1;
    if (this.durable >= number) return Promise.resolve();
    if (this.#fenced !== undefined) return Promise.reject(this.#fenced);
    return this.#audience.waitFor(number);
  }

  read(from: RecordNumber): AsyncIterable<LogRecord> {
    return replay([...this.#partition.entries], from, this.durable);
  }

  async free(before: RecordNumber): Promise<void> {
    this.#partition.trim(Math.min(before, this.durable));
  }

  abandon(): LogGap | undefined {
    const gap = { from: this.durable + 1, to: this.next - 1 };
    this.#isUnsaved = true;
    this.#turn += 1;
    this.#pending = [];
    this.pendingBytes = 0;
    this.#running = false;
    this.#audience.giveUp(new Error('given up'));
    return gap.to >= gap.from ? gap : undefined;
  }

  async resumeAt(number: RecordNumber): Promise<void> {
    const gap = { from: this.durable + 1, to: number - 1 };
    const isGap = gap.to >= gap.from;
    this.#epoch = await this.#partition.renew(this.#epoch);
    await this.#partition.produce(this.#epoch, isGap ? [{ kind: 'gap', gap }] : []);
    if (isGap) this.gaps.push(gap);
    this.next = number;
    this.durable = number - 1;
    this.#isUnsaved = false;
    this.#setHealth({ state: 'ok' });
  }

  async close(): Promise<void> {
    if (this.health.state === 'ok' && !this.#isUnsaved) await this.flush();
    this.#isClosed = true;
    this.#turn += 1;
  }

  async #run(): Promise<void> {
    this.#running = true;
    const turnNow = this.#turn;
    while (this.#pending.length > 0 && turnNow === this.#turn) {
      const batch = [...this.#pending];
      try {
        await this.#partition.produce(this.#epoch, batch);
      } catch (error) {
        if (turnNow !== this.#turn) return;
        if (error instanceof FencedError) {
          this.#fenced = error;
          this.#audience.giveUp(error);
          this.#setHealth({ state: 'fenced', error: error.message });
          return;
        }
        this.#setHealth({ state: 'failing', error: String(error) });
        await turn();
        continue;
      }
      if (turnNow !== this.#turn) return;
      this.#pending.splice(0, batch.length);
      this.pendingBytes -= batch.reduce((sum, { bytes }) => sum + bytes.length, 0);
      this.durable = batch[batch.length - 1].number;
      if (this.health.state !== 'ok') this.#setHealth({ state: 'ok' });
      this.#audience.durable(this.durable);
    }
    if (turnNow === this.#turn) this.#running = false;
  }

  #setHealth(health: LogHealth): void {
    this.health = health;
    this.#audience.health(health);
  }
}

async function* replay(entries: readonly Entry[], from: RecordNumber, upTo: RecordNumber): AsyncGenerator<LogRecord> {
  // A record given up while its request hung may have arrived after all: the gap that was recorded later overrules it.
  const gaps = entries.flatMap((entry) => (entry.kind === 'gap' ? [entry.gap] : []));
  let expected = from;
  for (const entry of entries) {
    await turn();
    if (entry.kind === 'gap') {
      if (entry.gap.from <= expected) expected = Math.max(expected, entry.gap.to + 1);
      continue;
    }
    const isOverruled = gaps.some((gap) => gap.from <= entry.number && entry.number <= gap.to);
    if (entry.number < expected || isOverruled) continue;
    if (entry.number > upTo) return;
    if (entry.number > expected) {
      throw new LogDamageError({ number: expected, segment: 'partition', offset: 0, reason: 'missing-segment' });
    }
    yield { number: entry.number, bytes: entry.bytes };
    expected += 1;
  }
}
