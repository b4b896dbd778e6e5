/**
 * The one loop: gives every input its engine time, folds it, appends it to the log, and lets its effects out when the log
 * says it is durable. It decides nothing about alarms and waits for nobody: stores and screens follow behind.
 */
import { clearOut, newOut, takenFrom } from '../../engine/effect.ts';
import { tickBefore } from '../../engine/grid.ts';
import type {
  ConfigurationInput,
  DeviceEvent,
  Input,
  ReconciledInput,
  ResumedInput,
  Stall,
} from '../../engine/input.ts';
import type { EngineState } from '../../engine/state.ts';
import { INSTALLATION } from '../../engine/state.ts';
import { step } from '../../engine/step.ts';
import type { InputLog, RecordNumber } from '../../log/port.ts';
import { RecordEncoder } from '../../log/record.ts';
import type { Command } from '../../model/command.ts';
import type { DeviceFault } from '../../model/hazard.ts';
import type { ReadingBatch } from '../../model/reading.ts';
import type { RegistryChange } from '../../model/registry.ts';
import type { EpochMs } from '../../model/time.ts';
import { SECOND_MS } from '../../model/time.ts';
import type { Clock } from '../clock.ts';
import type { Follower, Released } from './released.ts';

/** Numbers of the points that inputs not yet durable speak of; `everything` where one may concern any (a tick). */
export type Ahead = 'everything' | ReadonlySet<number>;

interface Waiting extends Released {
  /** When it was folded, by the clock: a tick made up for after a stall carries an older `at`. */
  readonly since: EpochMs;
  readonly done: (() => void) | undefined;
}

/** What is gathered while a snapshot is written in unsaved mode may grow to this; then that attempt is given up. */
const GATHERED_BYTES_MAX = 64 * 1024 * 1024;

/** What is released stays in the list until so many are: often enough that the collector does not carry them along. */
const RELEASED_KEPT = 256;

/** A second ticks every second; after a longer gap than this nobody looked. */
const OUTAGE_MS = 5 * SECOND_MS;
/** From here on a time in which we looked at nothing, or answered nobody, is told to those who watch for silence. */
const STALL_MS = SECOND_MS;
const UNANSWERED_MAX_MS = 3 * SECOND_MS;

/** Who is told when `step` throws (a bug: the process ends), and who knows the inputs that did so twice. */
export interface Crashes {
  die(error: unknown, number: RecordNumber, input: Input): never;
  /** False while no input is known that ended the process: then the others are not asked. */
  readonly marked: boolean;
  isSetAside(input: Input, record: () => Uint8Array): boolean;
  /** The input was folded and ended nothing. */
  passed(input: Input): void;
}

export class Pipeline {
  readonly state: EngineState;
  private readonly log: InputLog;
  private readonly clock: Clock;
  private readonly crashes: Crashes;
  private readonly encoder: RecordEncoder;
  private readonly out = newOut();
  /** Folded and not yet durable, oldest first; `head` walks so that shifting costs nothing. */
  private waiting: Waiting[] = [];
  private head = 0;
  private followers: readonly Pick<Follower, 'follow'>[] = [];
  /** The clock, as it was last read: every input is folded right after. */
  private lookedAt: EpochMs;
  /** In which we stood still since the last tick: the next one tells it. */
  private stalled: Stall | undefined;
  /** True in unsaved mode: the log gets nothing, and nothing waits for it. */
  private memoryOnly = false;
  private releasing = false;
  /** Encoded records that the log must still get after a snapshot taken in unsaved mode; undefined when nothing is gathered. */
  private gathered: Uint8Array[] | undefined;
  private gatheredBytes = 0;
  private unsavedInputs = 0;

  constructor(state: EngineState, log: InputLog, clock: Clock, crashes: Crashes) {
    this.state = state;
    this.encoder = new RecordEncoder(state.partition);
    this.log = log;
    this.clock = clock;
    this.crashes = crashes;
    this.lookedAt = clock.now();
    // Before the first input nobody looked: the grid begins now.
    if (state.n === 0) state.at = this.lookedAt;
    log.onDurable(() => this.release());
  }

  /** Who gets what is released, in this order, from here on. */
  followedBy(followers: readonly Pick<Follower, 'follow'>[]): void {
    this.followers = followers;
  }

  readings(batch: ReadingBatch, done: () => void): void {
    this.fold({ kind: 'readings', at: this.now(), batch }, done);
  }

  device(event: DeviceEvent): void {
    this.fold({ kind: 'device', at: this.now(), event });
  }

  /** The service noticed a fault of its own, or that it is over. */
  ownFault(fault: DeviceFault, active: boolean, detail: string): void {
    this.device({ type: 'fault', fault, subject: 'service', active, detail });
  }

  command(command: Command): void {
    this.fold({ kind: 'command', at: this.now(), command });
  }

  configuration(commandId: string, actor: string, change: RegistryChange, part?: ConfigurationInput['part']): void {
    this.fold({ kind: 'configuration', at: this.now(), commandId, actor, change, part });
  }

  /** The next part of a change that has come in parts goes into force. */
  applyNext(commandId: string): void {
    this.fold({ kind: 'apply', at: this.now(), commandId });
  }

  /** The service looks again after a restart. `seqFloor`: newest transition number that anybody has seen. */
  resumed(downFrom: EpochMs, seqFloor: number): void {
    this.resume({ downFrom, seqFloor, restarted: true });
  }

  /** The history has some alerts otherwise than the log led to. */
  reconciled(upTo: number, alerts: ReconciledInput['alerts']): void {
    this.fold({ kind: 'reconciled', at: this.now(), upTo, alerts });
  }

  /** This program makes rules otherwise than the one that installed the points. */
  install(): void {
    this.fold({ kind: 'install', at: this.now(), installation: INSTALLATION });
  }

  /** Our own link to an external broker. What is known already is not folded again. */
  link(up: boolean): void {
    if (up === this.state.linkDown) this.fold({ kind: 'link', at: this.now(), up });
  }

  wallClock(offsetMs: number): void {
    this.fold({ kind: 'clock', at: this.now(), offsetMs });
  }

  /** Lets time pass up to now: called about once a second, and before every input. */
  tick(): void {
    this.now();
  }

  /** Age of the oldest input that is not durable yet; 0 when there is none. */
  oldestPendingMs(): number {
    return this.head < this.waiting.length ? this.clock.now() - this.waiting[this.head].since : 0;
  }

  /** What the state is ahead of the log with: reads of it must wait, or say so. */
  ahead(): Ahead {
    const points = new Set<number>();
    for (let i = this.head; i < this.waiting.length; i++) {
      const { batch } = this.waiting[i];
      if (batch === undefined) return 'everything';
      for (const number of batch.point) points.add(number);
    }
    return points;
  }

  /** Inputs let out in this unsaved mode, those that waited for the log when it began among them. */
  get unsavedCount(): number {
    return this.unsavedInputs;
  }

  /**
   * The log cannot be written: from now on inputs are judged in memory only and their effects leave marked `unsaved`.
   * What was waiting leaves too: withholding a PUBACK would stop the devices and hide the next alarm.
   */
  enterUnsaved(error: string): void {
    this.log.abandon();
    this.memoryOnly = true;
    this.ownFault('storage', true, error);
  }

  /**
   * Gathers what is folded from here on, so that the log can go on right after a snapshot of the state as it is now: to be
   * called in the same turn as the state is copied.
   */
  gather(): void {
    this.gathered = [];
    this.gatheredBytes = 0;
  }

  /** The snapshot failed: back to plain unsaved mode. */
  dropGathered(): void {
    this.gathered = undefined;
  }

  /**
   * The log is open again at the record after the snapshot: hands over what was gathered and is in saved mode again. False,
   * and still in unsaved mode, when more came in meanwhile than could be kept.
   */
  leaveUnsaved(): boolean {
    const { gathered, state, log } = this;
    if (gathered === undefined) return false;
    if (log.next + gathered.length !== state.n + 1)
      throw new Error(`the log goes on at ${log.next} with ${gathered.length} records, the state is at ${state.n}`);
    for (const record of gathered) log.append(record);
    this.gathered = undefined;
    this.memoryOnly = false;
    this.unsavedInputs = 0;
    this.ownFault('storage', false, '');
    return true;
  }

  private resume(gap: Omit<ResumedInput, 'kind' | 'at'>): void {
    const at = Math.max(this.look(), this.state.at);
    this.fold({ kind: 'resumed', at, ...gap });
  }

  /** Engine time, after the ticks that are due up to it: one a second, before the first input at or after that second. */
  private now(): EpochMs {
    const before = this.lookedAt;
    const at = Math.max(this.look(), this.state.at);
    if (this.state.n > 0 && at - this.state.at > OUTAGE_MS) {
      // The process was stopped or starved: what waits in the sockets is unread, so silence meanwhile is no evidence.
      this.resume({ downFrom: this.state.at, seqFloor: this.state.seq });
      // It looked at the clock again: what comes next must not be older.
      return Math.max(at, this.state.at);
    }
    this.noteStall(before, at);
    for (let tick = tickBefore(this.state, at); tick !== undefined; tick = tickBefore(this.state, at)) {
      const { stalled } = this;
      this.stalled = undefined;
      this.fold(stalled === undefined ? tick : { ...tick, stalled });
    }
    return Math.max(at, this.state.at);
  }

  /** We did not look since `before`, or somebody waits for an answer that the log does not give: then nothing need come. */
  private noteStall(before: EpochMs, at: EpochMs): void {
    const unanswered = this.head < this.waiting.length ? this.waiting[this.head].since : at;
    const isDeaf = at - before > STALL_MS;
    if (!isDeaf && at - unanswered < STALL_MS) return;
    // What stays unanswered for longer ends in unsaved mode, where everybody is answered.
    const to = isDeaf ? at : Math.min(at, unanswered + UNANSWERED_MAX_MS);
    this.stalled = { from: this.stalled?.from ?? (isDeaf ? before : unanswered), to };
  }

  private look(): EpochMs {
    this.lookedAt = this.clock.now();
    return this.lookedAt;
  }

  private fold(input: Input, done?: () => void): void {
    const { state, out } = this;
    const isMarked = this.crashes.marked;
    if (isMarked && this.crashes.isSetAside(input, () => this.encoder.encode(input))) {
      // Acknowledged all the same: the device would send it for ever.
      done?.();
      this.ownFault('set-aside', true, 'an input has ended the service twice and is set aside');
      return;
    }
    clearOut(out);
    const number = state.n + 1;
    try {
      step(state, number, input, out);
    } catch (error) {
      this.crashes.die(error, number, input);
    }
    if (isMarked) this.crashes.passed(input);
    this.waiting.push({
      ...takenFrom(out),
      n: number,
      at: input.at,
      since: this.lookedAt,
      unsaved: state.unsaved,
      batch: input.kind === 'readings' ? input.batch : undefined,
      done,
    });
    if (this.memoryOnly) {
      this.keepGathered(input);
      this.release();
      return;
    }
    const logged = this.log.append(this.encoder.encode(input, out.derived));
    if (logged !== number) throw new Error(`the log gave number ${logged} to input ${number}: they must be the same`);
  }

  private keepGathered(input: Input): void {
    if (this.gathered === undefined) return;
    const record = this.encoder.encode(input, this.out.derived).slice();
    this.gatheredBytes += record.byteLength;
    // A snapshot that hangs must not take the memory that judging needs.
    if (this.gatheredBytes > GATHERED_BYTES_MAX) this.gathered = undefined;
    else this.gathered.push(record);
  }

  /** Lets out, in order, what is durable; in unsaved mode everything. What a follower folds meanwhile leaves behind the rest. */
  private release(): void {
    if (this.releasing) return;
    this.releasing = true;
    while (this.head < this.waiting.length && (this.memoryOnly || this.waiting[this.head].n <= this.log.durable)) {
      const next = this.waiting[this.head++];
      if (this.memoryOnly) this.unsavedInputs++;
      this.let(next.transitions.length === 0 ? next : published(next, this.clock.now(), this.memoryOnly));
    }
    this.releasing = false;
    if (this.head === this.waiting.length) {
      this.waiting = [];
      this.head = 0;
    } else if (this.head >= RELEASED_KEPT) {
      this.waiting = this.waiting.slice(this.head);
      this.head = 0;
    }
  }

  private let(waiting: Waiting): void {
    waiting.done?.();
    for (const follower of this.followers) follower.follow(waiting);
  }
}

/**
 * Stamps when the alert left. What was folded while the log still worked, but never became durable, leaves marked: whoever
 * sees its effects must know.
 */
function published(waiting: Waiting, publishedAt: EpochMs, memoryOnly: boolean): Waiting {
  const transitions = waiting.transitions.map((transition) => {
    const { alert } = transition;
    return { ...transition, alert: { ...alert, publishedAt, unsaved: alert.unsaved || memoryOnly } };
  });
  return { ...waiting, transitions, unsaved: waiting.unsaved || memoryOnly };
}
