/**
 * A store in a thread of its own, so that a disk that hangs stops that thread and not the one that judges. Calls cross as
 * copies and keep their order; a thread that does not answer, cannot open its store or has ended is named, refuses what must not
 * wait, and is tried again. It knows no store and decides nothing about data.
 */
import type { DurationMs } from '../../model/time.ts';
import { SECOND_MS } from '../../model/time.ts';
import type { Asked, Said } from './messages.ts';
import { errorOf, StoreAwayError } from './messages.ts';

/** This side of the line to a thread that was just begun. `ended` is called once, after the last message. */
export interface Line {
  post(asked: Asked, transfer: readonly ArrayBuffer[]): void;
  listen(heard: (said: Said) => void, ended: (reason: string) => void): void;
}

/**
 * What a call does while the thread does not answer: a `prompt` one is refused, and may be carried out all the same later; a
 * `patient` one waits until it is answered, or the thread has ended.
 */
export type Waits = 'prompt' | 'patient';

/** A manner for each method of a part. */
export type Manners<T> = { readonly [M in keyof T]: Waits };

export interface ThreadNotice {
  readonly what: 'not-opened' | 'opened' | 'silent' | 'answers' | 'ended';
  readonly detail: string;
}

interface ThreadClock {
  now(): DurationMs;
  every(ms: DurationMs, run: () => void): { stop(): void };
  after(ms: DurationMs, run: () => void): { stop(): void };
}

export interface StoreThreadParts {
  /** How it is called in errors: `the state store`. */
  readonly name: string;
  begin(): Line;
  readonly clock: ThreadClock;
  /** Told when it changes. */
  notice(notice: ThreadNotice): void;
  /** What the opened store said of itself; again after each time it was opened. */
  welcomed?(welcome: unknown): void;
}

/** How often a thread that owes an answer is asked whether it is there. */
const PING_MS = 500;
/** So many looks after a ping without its answer, and it does not answer: counted, because this thread may have stood still too. */
const UNANSWERED_LOOKS = 4;
const TRY_AGAIN_MS = SECOND_MS;
/** Patient calls that wait; beyond that they are refused too. */
const CALLS_MAX = 10_000;

/** The same words however long it lasts: who is refused again and again says it once. */
const SILENT = 'the disk does not answer';

interface Call {
  readonly waits: Waits;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class StoreThread {
  private readonly parts: StoreThreadParts;
  private line: Line | undefined;
  private readonly calls = new Map<number, Call>();
  private lastId = 0;
  private isOpen = false;
  /** Why it takes no call, while it is not open. */
  private away: string | undefined;
  private failure: Error | undefined;
  private opening: (() => void)[] = [];
  private pingedAt: DurationMs | undefined;
  private unansweredLooks = 0;
  private closing: Promise<void> | undefined;
  private closed: ((error?: Error) => void) | undefined;
  private readonly looking: { stop(): void };

  constructor(parts: StoreThreadParts) {
    this.parts = parts;
    this.looking = parts.clock.every(PING_MS, () => this.look());
    this.begin();
  }

  /** Resolves when the store was opened, or could not be for the first time; gives why not. */
  async opened(): Promise<Error | undefined> {
    if (!this.isOpen && this.failure === undefined) await new Promise<void>((resolve) => this.opening.push(resolve));
    return this.isOpen ? undefined : this.failure;
  }

  /** Why it takes nothing at present; undefined while all is well. */
  get complaint(): string | undefined {
    if (this.away !== undefined) return this.away;
    return this.isSilent ? this.silence() : undefined;
  }

  /** A part of the store as its users see it. */
  part<T extends object>(name: string, manners: Manners<T>): T {
    const methods = Object.entries(manners as Record<string, Waits>).map(([method, waits]) => [
      method,
      (...args: unknown[]) => this.call({ part: name, method, waits }, args),
    ]);
    return Object.fromEntries(methods) as T;
  }

  /** Rejects with what the store rejected with, or with a StoreAwayError. */
  call<R>(
    { part, method, waits }: { readonly part: string; readonly method: string; readonly waits: Waits },
    args: readonly unknown[],
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<R> {
    const refusal = this.refusalOf(waits);
    if (refusal !== undefined) return Promise.reject(new StoreAwayError(`${this.parts.name}: ${refusal}`));
    const id = ++this.lastId;
    return new Promise<R>((resolve, reject) => {
      this.line?.post({ ask: 'call', id, part, method, args }, transfer);
      // Only what has crossed owes an answer: a value that cannot be copied has thrown by now.
      this.calls.set(id, { waits, resolve: resolve as Call['resolve'], reject });
    });
  }

  /** Closes behind the calls before it; on a disk that hangs that may take as long as it hangs. */
  close(): Promise<void> {
    this.closing ??= new Promise((resolve, reject) => {
      this.closed = (error) => {
        this.looking.stop();
        this.refuse(() => true, 'closed');
        if (error === undefined) resolve();
        else reject(error);
      };
      if (this.line === undefined) this.closed();
      else this.line.post({ ask: 'close' }, []);
    });
    return this.closing;
  }

  private begin(): void {
    const line = this.parts.begin();
    this.line = line;
    line.listen(
      (said) => this.hear(said),
      (reason) => this.ended(reason),
    );
    line.post({ ask: 'open' }, []);
  }

  private hear(said: Said): void {
    if (said.say === 'answer' || said.say === 'refusal') {
      const call = this.calls.get(said.id);
      this.calls.delete(said.id);
      if (said.say === 'answer') call?.resolve(said.value);
      else call?.reject(errorOf(said.error));
    } else if (said.say === 'pong') this.ponged();
    else if (said.say === 'opened') this.wasOpened(said.welcome);
    else if (said.say === 'not-opened') this.wasNotOpened(errorOf(said.error));
    else if (said.say === 'not-closed') this.closed?.(errorOf(said.error));
    else this.closed?.();
  }

  private wasOpened(welcome: unknown): void {
    this.isOpen = true;
    if (this.away !== undefined) this.parts.notice({ what: 'opened', detail: this.away });
    this.away = undefined;
    this.parts.welcomed?.(welcome);
    this.toldOpening();
  }

  private wasNotOpened(error: Error): void {
    if (this.away !== error.message) this.parts.notice({ what: 'not-opened', detail: error.message });
    this.away = error.message;
    this.failure = error;
    this.refuse(() => true, error.message);
    this.toldOpening();
    this.later(() => this.line?.post({ ask: 'open' }, []));
  }

  private toldOpening(): void {
    for (const told of this.opening.splice(0)) told();
  }

  private ended(reason: string): void {
    this.line = undefined;
    this.isOpen = false;
    this.ponged();
    if (this.closing !== undefined) {
      this.closed?.();
      return;
    }
    this.away = `its thread has ended: ${reason}`;
    this.failure = new StoreAwayError(`${this.parts.name}: ${this.away}`);
    this.parts.notice({ what: 'ended', detail: reason });
    this.refuse(() => true, this.away);
    this.toldOpening();
    this.later(() => this.begin());
  }

  private later(run: () => void): void {
    this.parts.clock.after(TRY_AGAIN_MS, () => {
      if (this.closing === undefined) run();
    });
  }

  private look(): void {
    if (this.calls.size === 0 || !this.isOpen) return;
    if (this.pingedAt === undefined) {
      this.pingedAt = this.parts.clock.now();
      this.line?.post({ ask: 'ping' }, []);
      return;
    }
    this.unansweredLooks++;
    if (this.unansweredLooks === UNANSWERED_LOOKS) this.parts.notice({ what: 'silent', detail: this.silence() });
    if (this.isSilent) this.refuse(({ waits }) => waits === 'prompt', SILENT);
  }

  private ponged(): void {
    if (this.isSilent) this.parts.notice({ what: 'answers', detail: this.silence() });
    this.pingedAt = undefined;
    this.unansweredLooks = 0;
  }

  private get isSilent(): boolean {
    return this.unansweredLooks >= UNANSWERED_LOOKS;
  }

  private silence(): string {
    const seconds = Math.round((this.parts.clock.now() - (this.pingedAt ?? 0)) / SECOND_MS);
    return `the disk has not answered for ${seconds} s`;
  }

  private refusalOf(waits: Waits): string | undefined {
    if (this.closing !== undefined) return 'closed';
    if (this.away !== undefined) return this.away;
    if (this.isSilent && waits === 'prompt') return SILENT;
    return this.calls.size >= CALLS_MAX ? 'too many calls wait' : undefined;
  }

  private refuse(which: (call: Call) => boolean, reason: string): void {
    for (const [id, call] of this.calls) {
      if (!which(call)) continue;
      this.calls.delete(id);
      call.reject(new StoreAwayError(`${this.parts.name}: ${reason}`));
    }
  }
}
