/**
 * Remembers which input ended the process, so that after two crashes the third start sets it aside with its bytes and the
 * service runs on, red in health. It judges no input. A record of the log is known by its number; an input that never
 * became one is known by its content, under a negative number.
 */
import { createHash } from 'node:crypto';
import type { Input } from '../../engine/input.ts';
import type { RecordNumber } from '../../log/port.ts';
import { FLAG } from '../../model/reading.ts';
import type { StateStore } from '../../store/state/port.ts';
import { wallNow } from '../clock.ts';
import type { Logger } from '../logger.ts';
import { VERSION } from '../version.ts';

/** So many crashes at one input, and it is set aside. */
const CRASHES_MAX = 2;
/** `sysexits.h` EX_SOFTWARE: a supervisor restarts us. */
const EXIT_BUG = 70;
/** As much of the hash of an input as a safe integer holds. */
const KEY_BYTES = 6;

export class CrashLedger {
  private readonly store: StateStore;
  private readonly logger: Logger;
  private readonly end: (code: number) => never;
  private readonly marks: Map<number, number>;
  private readonly asides: Set<number>;

  /** `end` ends the process with an exit code. */
  constructor(store: StateStore, logger: Logger, end: (code: number) => never) {
    this.store = store;
    this.logger = logger;
    this.end = end;
    this.marks = new Map(store.crashMarks().map(({ position, count }) => [position, count]));
    this.asides = new Set(store.setAsides().map(({ position }) => position));
  }

  get setAsideCount(): number {
    return this.asides.size;
  }

  /** Any input has ever ended the process: only then is looking worth its cost. */
  get marked(): boolean {
    return this.marks.size > 0;
  }

  /** True when this live input has ended the process twice; it is then kept with its bytes and not folded. */
  isSetAside(input: Input, record: () => Uint8Array): boolean {
    return this.marked && this.putAside(keyOf(input), record);
  }

  /** The same for a record of the log. */
  isRecordSetAside(number: RecordNumber, record: Uint8Array): boolean {
    return this.marked && this.putAside(number, () => record);
  }

  /** Replay failed at a record: the process is about to end. */
  crashedAt(number: RecordNumber, error: unknown): void {
    this.mark(number, error, number);
  }

  /** `step` threw in the live loop: the state is not to be trusted any more. Nothing was acknowledged. */
  die(error: unknown, number: RecordNumber, input: Input): never {
    this.mark(keyOf(input), error, number);
    return this.end(EXIT_BUG);
  }

  private putAside(key: number, record: () => Uint8Array): boolean {
    if ((this.marks.get(key) ?? 0) < CRASHES_MAX) return false;
    // Once: what comes again and again (a tick, a device that has no clock) must not fill the store.
    if (this.asides.has(key)) return true;
    this.asides.add(key);
    this.store.setAside({ position: key, bytes: record().slice(), reason: 'ended the process twice', at: wallNow() });
    this.logger.error({ key }, 'input set aside: it has ended the process twice; its bytes are kept');
    return true;
  }

  private mark(key: number, error: unknown, number: RecordNumber): void {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const count = this.store.markCrash(key, reason, wallNow());
    this.logger.fatal({ number, crashes: count, error: reason }, 'the engine failed at an input: this is a bug');
  }
}

/**
 * What a device would send again: neither arrival nor what step has written meanwhile counts. The program's version does:
 * a new one may have learnt to take it.
 */
function keyOf(input: Input): number {
  const hash = createHash('sha256')
    .update(JSON.stringify([VERSION, contentOf(input)]))
    .digest();
  return -1 - hash.readUIntBE(0, KEY_BYTES);
}

function contentOf(input: Input): unknown {
  if (input.kind !== 'readings') {
    const { at: _at, ...content } = input;
    return content;
  }
  const { gateway, point, value, sampledAt, flags } = input.batch;
  const times = sampledAt.map((at, i) => ((flags[i] & FLAG.NO_AT) === 0 ? at : 0));
  return [gateway, point, value, times];
}
