/**
 * What waits for one screen. Alerts and snapshots keep their order and are never folded or dropped; values are folded to
 * the newest of each point while the screen reads too slowly; a screen that falls hopelessly behind is cut, with the
 * reason, because a screen that silently shows the past is worse than a dark one. It has no clock and no socket.
 */
import type { ValueRow } from '../schemas/live.ts';
import type { CutReason } from '../shapes/live.ts';
import { pointKey } from '../shapes/live.ts';
import type { Frame } from './wire.ts';

/** The socket, as little of it as is needed. */
export interface Link {
  /** Hands a frame over; `sent` is called later, when it has left this process for the network. */
  send(frame: Frame, sent: () => void): void;
  /** Ends the connection. */
  cut(reason: CutReason): void;
}

export interface OutboxLimits {
  /** Bytes handed over and not yet gone; above it the screen counts as slow and frames wait here. */
  readonly slowBytes: number;
  /** Bytes of waiting alerts; above it the screen is cut. */
  readonly hopelessBytes: number;
}

/** A flood of 10 000 alerts is some 16 MB, shared by the screens that see the same. */
export const OUTBOX_LIMITS: OutboxLimits = { slowBytes: 256 * 1024, hopelessBytes: 32 * 1024 * 1024 };

/** Something that waits: a finished frame, or one that is encoded only when it goes (a part of a snapshot). */
export interface Waiting {
  readonly bytes: number;
  encode(): Frame;
}

export class Outbox {
  private readonly link: Link;
  private readonly limits: OutboxLimits;
  private readonly encodeValues: (rows: readonly ValueRow[], folded: number) => Frame;
  private queue: Waiting[] = [];
  private queuedBytes = 0;
  private inFlightBytes = 0;
  private values = new Map<number, ValueRow>();
  /** Points in `values` that were offered before the last flush: replacing one of these folds. */
  private heldOver = new Set<number>();
  private folded = 0;
  private beat: (() => Frame) | undefined;
  private over = false;

  constructor(
    link: Link,
    encodeValues: (rows: readonly ValueRow[], folded: number) => Frame,
    limits: OutboxLimits = OUTBOX_LIMITS,
  ) {
    this.link = link;
    this.encodeValues = encodeValues;
    this.limits = limits;
  }

  /** True while the screen does not keep up. */
  get slow(): boolean {
    return this.queue.length > 0 || this.inFlightBytes >= this.limits.slowBytes;
  }

  /** Sends now, or after everything that waits. Never folded, never dropped. */
  push(item: Waiting): void {
    if (this.over) return;
    if (!this.slow) {
      this.send(item.encode());
      return;
    }
    this.queue.push(item);
    this.queuedBytes += item.bytes;
    if (this.queuedBytes > this.limits.hopelessBytes) this.end('too-slow');
  }

  /** Keeps the newest value of a point until the next flush. Gives true when that folded one away. */
  offer(row: ValueRow): boolean {
    if (this.over) return false;
    const key = pointKey(row[0], row[1]);
    const folds = this.heldOver.delete(key);
    if (folds) this.folded++;
    this.values.set(key, row);
    return folds;
  }

  /** Sends the values offered since the last time they went, unless the screen is slow: then they go on folding. */
  flushValues(): void {
    if (this.over || this.values.size === 0) return;
    if (this.slow) {
      for (const key of this.values.keys()) this.heldOver.add(key);
      return;
    }
    const frame = this.encodeValues([...this.values.values()], this.folded);
    this.forgetValues();
    this.send(frame);
  }

  /** Says that we live. A slow screen gets only the newest one, after what waits: it names what was sent up to then. */
  heartbeat(encode: () => Frame): void {
    if (this.over) return;
    if (this.slow) this.beat = encode;
    else this.send(encode());
  }

  /** Drops what has not been handed over: another subscription begins. */
  clear(): void {
    this.queue = [];
    this.queuedBytes = 0;
    this.beat = undefined;
    this.forgetValues();
  }

  /** Ends the connection once; nothing is sent or kept afterwards. */
  end(reason: CutReason): void {
    if (this.over) return;
    this.over = true;
    this.clear();
    this.link.cut(reason);
  }

  private forgetValues(): void {
    this.values = new Map();
    this.heldOver.clear();
    this.folded = 0;
  }

  private send(frame: Frame): void {
    this.inFlightBytes += frame.bytes;
    this.link.send(frame, () => {
      this.inFlightBytes -= frame.bytes;
      this.pump();
    });
  }

  private pump(): void {
    let next = 0;
    while (!this.over && next < this.queue.length && this.inFlightBytes < this.limits.slowBytes) {
      const item = this.queue[next++];
      this.queuedBytes -= item.bytes;
      this.send(item.encode());
    }
    if (next > 0) this.queue.splice(0, next);
    if (this.beat !== undefined && !this.over && !this.slow) {
      const encode = this.beat;
      this.beat = undefined;
      this.send(encode());
    }
  }
}
