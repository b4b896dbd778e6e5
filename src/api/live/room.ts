/**
 * One view that screens look at together: their transitions are gathered and encoded once. The first goes at once;
 * above 100 a second they are gathered for a moment, which no eye can see and which a flood needs. Numbers are handed in,
 * so `from` of a message is always the `to` this member was given before.
 */
import type { Transition } from '../../model/alert.ts';
import type { DurationMs, EpochMs } from '../../model/time.ts';
import type { Scheduler, Stop } from '../ports.ts';
import { SNAPSHOT_PART } from '../shapes/live.ts';
import type { Waiting } from './outbox.ts';
import type { Frame } from './wire.ts';
import { encodeFrame, jsonOfList } from './wire.ts';

export interface Member {
  /** Number up to which this subscription has been given everything. */
  sentTo: number;
  give(message: Waiting): void;
}

/** The text that stands for a number on the wire. */
export type CursorOf = (seq: number) => string;

/** Transitions a second above which a room is gathered, and for how long. */
export const CALM_PER_SECOND = 100;
export const GATHER_MS: DurationMs = 40;
/** Transitions in one message at most: a flood must not become one frame of many megabytes. */
const MESSAGE_MAX = SNAPSHOT_PART;

/** `alerts` messages for what a member missed, in order; the last one ends at `to` even when nothing was in its view. */
export function alertsMessages(
  from: number,
  transitions: readonly Transition[],
  to: number,
  cursor: CursorOf,
): Waiting[] {
  const messages: Waiting[] = [];
  let before = from;
  for (let i = 0; i < transitions.length || messages.length === 0; i += MESSAGE_MAX) {
    const part = transitions.slice(i, i + MESSAGE_MAX);
    const end = i + MESSAGE_MAX >= transitions.length ? to : part[part.length - 1].seq;
    messages.push(ready(alertsFrame(cursor(before), cursor(end), part)));
    before = end;
  }
  return messages;
}

function alertsFrame(from: string, to: string, transitions: readonly Transition[]): Frame {
  return encodeFrame(
    'alerts',
    `{"from":${JSON.stringify(from)},"to":${JSON.stringify(to)},"transitions":${jsonOfList(transitions)}}`,
  );
}

function ready(frame: Frame): Waiting {
  return { bytes: frame.bytes, encode: () => frame };
}

export class Room {
  readonly members = new Set<Member>();
  private readonly time: Scheduler;
  private readonly cursor: CursorOf;
  private gathered: Transition[] = [];
  private cancel: Stop | undefined;
  private secondStartedAt: EpochMs = Number.NEGATIVE_INFINITY;
  private inSecond = 0;

  constructor(time: Scheduler, cursor: CursorOf) {
    this.time = time;
    this.cursor = cursor;
  }

  /** Takes transitions of this room, in order, and sends them now or in a moment. */
  offer(transitions: readonly Transition[]): void {
    const now = this.time.now();
    if (now - this.secondStartedAt >= 1_000) {
      this.secondStartedAt = now;
      this.inSecond = 0;
    }
    this.inSecond += transitions.length;
    this.gathered.push(...transitions);
    if (this.cancel !== undefined) return;
    // The first ones of a flood go at once, however many they are.
    if (this.inSecond - transitions.length < CALM_PER_SECOND) this.flush();
    else this.cancel = this.time.after(GATHER_MS, () => this.flush());
  }

  /** Nobody looks any more. */
  close(): void {
    this.cancel?.();
    this.cancel = undefined;
    this.gathered = [];
  }

  private flush(): void {
    this.cancel = undefined;
    const transitions = this.gathered;
    this.gathered = [];
    if (transitions.length === 0) return;
    const to = transitions[transitions.length - 1].seq;
    // Members differ only in where they stand: who just came has some of these in its snapshot already.
    const encoded = new Map<number, Waiting[]>();
    for (const member of this.members) {
      if (member.sentTo >= to) continue;
      let messages = encoded.get(member.sentTo);
      if (messages === undefined) {
        const { sentTo } = member;
        const missing = transitions.filter(({ seq }) => seq > sentTo);
        messages = alertsMessages(sentTo, missing, to, this.cursor);
        encoded.set(sentTo, messages);
      }
      member.sentTo = to;
      for (const message of messages) member.give(message);
    }
  }
}
