/**
 * Remembers which input ended the process, so that after two crashes the third start sets it aside with its bytes and the
 * service runs on, red in health. It judges no input. A record of the log is known by its number; an input that never
 * became one is known by what it says, looked at only where its outline is the same. Marks go when they are past.
 */
import { createHash } from 'node:crypto';
import type { Input } from '../../engine/input.ts';
import type { RecordNumber } from '../../log/port.ts';
import { FLAG } from '../../model/reading.ts';
import { DAY_MS } from '../../model/time.ts';
import { NewerVersionError } from '../../model/version.ts';
import { wallNow } from '../clock.ts';
import type { Logger } from '../logger.ts';
import { VERSION } from '../version.ts';
import type { CrashFile, CrashMark } from './crash-file.ts';
import { asideName } from './crash-file.ts';

/** So many crashes at one input, and it is set aside. */
const CRASHES_MAX = 2;
/** `sysexits.h` EX_SOFTWARE: a supervisor restarts us. */
const EXIT_BUG = 70;
/** What was not sent again for so long is not what a device holds in its memory. */
const KEPT_MS = DAY_MS;
/** What the service says itself is never set aside: a tick, above all, is every tick. */
const FROM_OUTSIDE: ReadonlySet<Input['kind']> = new Set(['readings', 'device', 'command', 'configuration', 'apply']);

export class CrashLedger {
  private readonly file: CrashFile;
  private readonly logger: Logger;
  private readonly end: (code: number) => never;
  private marks: readonly CrashMark[];
  private asides: Set<string>;

  /** `end` ends the process with an exit code. */
  constructor(file: CrashFile, logger: Logger, end: (code: number) => never) {
    this.file = file;
    this.logger = logger;
    this.end = end;
    const since = wallNow() - KEPT_MS;
    this.marks = file
      .marks()
      .filter(({ program, content, at }) => program === VERSION && (content === undefined || at > since));
    this.asides = new Set(file.asides());
  }

  /** What an older release set aside counts too, from here on. Before the state file is brought up. */
  readUp(): void {
    this.file.readUp();
    this.asides = new Set(this.file.asides());
  }

  get setAsideCount(): number {
    return this.asides.size;
  }

  /** Some input has ended the process and may come again: only then is looking worth its cost. */
  get marked(): boolean {
    return this.marks.length > 0;
  }

  /** True when this live input has ended the process twice; it is then kept with its bytes and not folded. */
  isSetAside(input: Input, record: () => Uint8Array): boolean {
    const mark = this.markOf(input);
    return mark !== undefined && this.putAside(mark, record);
  }

  /** A live input was folded: it ends the process no more. */
  passed(input: Input): void {
    const mark = this.markOf(input);
    if (mark !== undefined) this.forget((one) => one === mark);
  }

  /** The same as `isSetAside` for a record of the log. */
  isRecordSetAside(number: RecordNumber, record: Uint8Array): boolean {
    const mark = this.marks.find((one) => one.content === undefined && one.number === number);
    return mark !== undefined && this.putAside(mark, () => record);
  }

  /** The record was replayed and ended nothing. */
  passedRecord(number: RecordNumber): void {
    this.forget((one) => one.content === undefined && one.number === number);
  }

  /** Everything up to this record stands in a snapshot: no restart will meet it again. */
  passedTo(number: RecordNumber): void {
    this.forget((one) => one.content === undefined && one.number <= number);
  }

  /** Replay failed at a record: the process is about to end. A record of a newer program is nobody's fault. */
  crashedAt(number: RecordNumber, error: unknown): void {
    if (!(error instanceof NewerVersionError)) this.mark({ number }, error);
  }

  /** `step` threw in the live loop: the state is not to be trusted any more. Nothing was acknowledged. */
  die(error: unknown, number: RecordNumber, input: Input): never {
    const content = FROM_OUTSIDE.has(input.kind) ? { outline: outlineOf(input), digest: digestOf(input) } : undefined;
    // What the service says itself is not held against a later record of the same number.
    try {
      if (content !== undefined) this.mark({ number, content }, error);
      else
        this.logger.fatal(
          { number, kind: input.kind, error: wordsOf(error) },
          'the engine failed at an input: this is a bug',
        );
    } catch (fault) {
      this.logger.fatal({ number, error: wordsOf(error), fault: wordsOf(fault) }, 'its crash could not be marked');
    } finally {
      // Whatever the disk says: a state that is half folded judges nothing more.
      this.end(EXIT_BUG);
    }
  }

  private markOf(input: Input): CrashMark | undefined {
    if (!FROM_OUTSIDE.has(input.kind)) return undefined;
    const outline = outlineOf(input);
    const alike = this.marks.filter(({ content }) => content?.outline === outline);
    if (alike.length === 0) return undefined;
    const digest = digestOf(input);
    return alike.find(({ content }) => content?.digest === digest);
  }

  private putAside(mark: CrashMark, record: () => Uint8Array): boolean {
    if (mark.count < CRASHES_MAX) return false;
    const { number, content, reason } = mark;
    const name = asideName(number, content?.digest);
    // Once: what comes again and again (a device that has no clock) must not be written again and again.
    if (this.asides.has(name)) return true;
    this.file.setAside({ name, number, bytes: record().slice(), reason, at: wallNow(), program: VERSION });
    this.asides.add(name);
    this.logger.error({ name, number }, 'input set aside: it has ended the process twice; its bytes are kept');
    return true;
  }

  private mark({ number, content }: Pick<CrashMark, 'number' | 'content'>, error: unknown): void {
    const reason = wordsOf(error);
    const isIt = (one: CrashMark) =>
      content === undefined
        ? one.content === undefined && one.number === number
        : one.content?.digest === content.digest;
    const count = (this.marks.find(isIt)?.count ?? 0) + 1;
    const mark: CrashMark = { number, content, count, reason, at: wallNow(), program: VERSION };
    this.marks = [...this.marks.filter((one) => !isIt(one)), mark];
    this.file.keepMarks(this.marks);
    this.logger.fatal({ number, crashes: count, error: reason }, 'the engine failed at an input: this is a bug');
  }

  private forget(isPast: (mark: CrashMark) => boolean): void {
    const rest = this.marks.filter((one) => !isPast(one));
    if (rest.length === this.marks.length) return;
    this.marks = rest;
    this.file.keepMarks(rest);
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** What costs nothing to compare; most inputs differ in it. */
function outlineOf(input: Input): string {
  if (input.kind !== 'readings') return input.kind;
  const { gateway, count, point, value } = input.batch;
  return `readings ${gateway} ${count} ${point[0]} ${value[0]}`;
}

/** What a device would send again: neither arrival nor what step has written meanwhile counts. */
function digestOf(input: Input): string {
  return createHash('sha256')
    .update(JSON.stringify(contentOf(input)))
    .digest('hex')
    .slice(0, 16);
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
