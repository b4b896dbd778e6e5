/**
 * Remembers which input ended the process, so that after two crashes the third start sets it aside with its bytes and the
 * service runs on, red in health. It judges no input; an input is known by its content, whatever number it comes under.
 */
import { crc32 } from 'node:zlib';
import type { Input } from '../engine/input.ts';
import type { RecordNumber } from '../log/port.ts';
import { FLAG } from '../model/reading.ts';
import type { StateStore } from '../store/state/port.ts';
import { wallNow } from './clock.ts';
import type { Logger } from './logger.ts';

/** So many crashes at one input, and it is set aside. */
const CRASHES_MAX = 2;
/** `sysexits.h` EX_SOFTWARE: a supervisor restarts us. */
const EXIT_BUG = 70;

export class CrashLedger {
  private readonly store: StateStore;
  private readonly logger: Logger;
  private readonly marks: Map<number, number>;
  private asides: number;
  private folding: { number: RecordNumber; input: Input } | undefined;

  constructor(store: StateStore, logger: Logger) {
    this.store = store;
    this.logger = logger;
    this.marks = new Map(store.crashMarks().map(({ position, count }) => [position, count]));
    this.asides = store.setAsides().length;
  }

  get setAsideCount(): number {
    return this.asides;
  }

  /** Any input has ever ended the process: only then is looking worth its cost. */
  get marked(): boolean {
    return this.marks.size > 0;
  }

  /** True when this input has ended the process twice; it is then kept with its bytes and not folded. */
  isSetAside(number: RecordNumber, input: Input, record: () => Uint8Array): boolean {
    if (this.marks.size === 0) return false;
    const key = keyOf(input);
    if ((this.marks.get(key) ?? 0) < CRASHES_MAX) return false;
    this.asides++;
    this.store.setAside({
      position: number,
      bytes: record().slice(),
      reason: 'ended the process twice',
      at: wallNow(),
    });
    this.logger.error({ number }, 'input set aside: it has ended the process twice; its bytes are kept');
    return true;
  }

  /** Called before each record of a restart, so that a crash can be charged to it. */
  about(number: RecordNumber, input: Input): void {
    this.folding = { number, input };
  }

  /** Restarting failed at the record that was being folded. */
  duringRestart(error: unknown): void {
    if (this.folding !== undefined) this.mark(error, this.folding.number, this.folding.input);
  }

  /** `step` threw in the live loop: the state is not to be trusted any more. Nothing was acknowledged. */
  die(error: unknown, number: RecordNumber, input: Input): never {
    this.mark(error, number, input);
    process.exit(EXIT_BUG);
  }

  private mark(error: unknown, number: RecordNumber, input: Input): void {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const count = this.store.markCrash(keyOf(input), reason, wallNow());
    this.logger.fatal({ number, crashes: count, error: reason }, 'the engine failed at an input: this is a bug');
  }
}

/** What a device would send again: neither arrival nor what step has written meanwhile counts. */
function keyOf(input: Input): number {
  if (input.kind !== 'readings') {
    const { at: _at, ...content } = input;
    return crc32(JSON.stringify(content));
  }
  const { gateway, point, value, sampledAt, flags } = input.batch;
  const times = sampledAt.map((at, i) => ((flags[i] & FLAG.NO_AT) === 0 ? at : 0));
  return crc32(JSON.stringify([gateway, point, value, times]));
}
