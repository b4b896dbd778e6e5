// Reads what `strace -f -xx -o FILE` wrote into two kinds of moments: bytes that a file is sure to hold, and bytes that left
// for somebody else. Moments are numbered by the lines of the trace, which strace writes in the order of what it saw: a
// durable write counts from its return, what leaves counts from its call. It decides nothing about which must come first.
import { readFileSync } from 'node:fs';

/** The system calls that `readTrace` needs to see. */
export const TRACED =
  'openat,close,write,pwrite64,writev,pwritev,pwritev2,fdatasync,fsync,sendto,sendmsg,sendmmsg,io_uring_setup';

/** `moment` is a line number; smaller is earlier. */
interface Moment {
  readonly moment: number;
  readonly bytes: Buffer;
}

export interface Trace {
  /** Writes below the folder that is to be durable, at the moment when they were: O_DSYNC, or a later fsync. */
  readonly durable: readonly Moment[];
  /** Writes to whatever is no file, in full, at the moment of the call. */
  readonly sent: readonly Moment[];
}

interface Call {
  readonly name: string;
  readonly args: string;
  readonly begun: number;
}

interface OpenFile {
  readonly path: string;
  readonly synced: boolean;
  /** Written and not yet synced. */
  waiting: Buffer[];
}

const WRITES = new Set(['write', 'pwrite64', 'writev', 'pwritev', 'pwritev2', 'sendto', 'sendmsg', 'sendmmsg']);

export function readTraceFile(file: string, folder: string): Trace {
  return readTrace(readFileSync(file, 'latin1'), folder);
}

/** @param folder what lies below it is to be durable. */
export function readTrace(text: string, folder: string): Trace {
  const reader = new Reader(folder);
  const begun = new Map<string, Call>();
  const lines = text.split('\n');
  for (let moment = 0; moment < lines.length; moment++) {
    const [, thread, rest] = /^(\d+) +(.*)$/.exec(lines[moment]) ?? [];
    if (thread === undefined) continue;
    const resumed = /^<\.\.\. (\w+) resumed>(.*)= (-?\d+|\?)(.*)$/.exec(rest);
    if (resumed !== null) {
      const call = begun.get(thread);
      begun.delete(thread);
      if (call?.name === resumed[1])
        reader.returned({ ...call, args: call.args + resumed[2] }, Number(resumed[3]), moment);
      continue;
    }
    const [, name, args] = /^(\w+)\((.*)$/.exec(rest) ?? [];
    if (name === undefined) continue;
    const unfinished = args.endsWith('<unfinished ...>');
    const call = { name, args, begun: moment };
    reader.called(call);
    if (unfinished) begun.set(thread, call);
    else reader.returned(call, Number(/\) += (-?\d+)[^=]*$/.exec(args)?.[1] ?? Number.NaN), moment);
  }
  return reader;
}

class Reader implements Trace {
  readonly durable: Moment[] = [];
  readonly sent: Moment[] = [];
  private readonly folder: string;
  private readonly files = new Map<number, OpenFile>();

  constructor(folder: string) {
    this.folder = folder.endsWith('/') ? folder : `${folder}/`;
  }

  called({ name, args, begun }: Call): void {
    // Through a ring, writes would not show as calls: the trace would prove nothing.
    if (name === 'io_uring_setup') throw new Error('io_uring is in use: this trace does not show the writes');
    const descriptor = Number.parseInt(args, 10);
    if (name === 'close') this.files.delete(descriptor);
    if (WRITES.has(name) && !this.files.has(descriptor)) this.sent.push({ moment: begun, bytes: textsOf(args) });
  }

  returned({ name, args }: Call, result: number, moment: number): void {
    if (Number.isNaN(result) || result < 0) return;
    if (name === 'openat') {
      this.files.set(result, { path: textsOf(args).toString('utf8'), synced: /\bO_D?SYNC\b/.test(args), waiting: [] });
      return;
    }
    const file = this.files.get(Number.parseInt(args, 10));
    if (file === undefined || !file.path.startsWith(this.folder)) return;
    if (name === 'fsync' || name === 'fdatasync') {
      for (const bytes of file.waiting) this.durable.push({ moment, bytes });
      file.waiting = [];
    } else if (WRITES.has(name)) {
      // A short write holds only so much of it.
      const bytes = textsOf(args).subarray(0, result);
      if (file.synced) this.durable.push({ moment, bytes });
      else file.waiting.push(bytes);
    }
  }
}

/** All text arguments in a row, as bytes: one string, or the parts of a vector. */
function textsOf(args: string): Buffer {
  const hex = [...args.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, text]) => text.replaceAll('\\x', '')).join('');
  return Buffer.from(hex, 'hex');
}

/** Message ids of the PUBACKs among what was sent, each with its moment. */
export function pubacksOf({ sent }: Trace): Map<number, number> {
  const moments = new Map<number, number>();
  for (const { moment, bytes } of sent) {
    for (let at = 0; bytes[at] === 0x40 && bytes[at + 1] === 2 && at + 4 <= bytes.length; at += 4) {
      const id = bytes.readUInt16BE(at + 2);
      if (!moments.has(id)) moments.set(id, moment);
    }
  }
  return moments;
}

/** The first moment at which something with these bytes was sent. */
export function sentAt({ sent }: Trace, bytes: string | Buffer, after = -1): number | undefined {
  return sent.find((one) => one.moment > after && one.bytes.includes(bytes))?.moment;
}

/** True when a write with these bytes was durable before the moment. */
export function durableBefore({ durable }: Trace, bytes: string | Buffer, moment: number): boolean {
  return durable.some((one) => one.moment < moment && one.bytes.includes(bytes));
}
