// Transitions of one room: at once when calm, gathered for a moment in a flood, and a chain without a gap for each member.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cursorOf, positionOf } from '../../src/api/cursor.ts';
import type { Waiting } from '../../src/api/live/outbox.ts';
import type { Member } from '../../src/api/live/room.ts';
import { alertsMessages, CALM_PER_SECOND, GATHER_MS, Room } from '../../src/api/live/room.ts';
import type { AlertsMessage } from '../../src/api/schemas/live.ts';
import type { Transition } from '../../src/model/alert.ts';
import { makeAlert } from '../support/build/alert.ts';
import { VirtualTime } from './support/time.ts';

const transition = (seq: number): Transition => ({
  seq,
  partition: 0,
  at: 1,
  change: 'raised',
  from: 'normal',
  to: 'unacknowledged',
  gradeBefore: 'none',
  annunciate: true,
  alert: makeAlert({ id: `a${seq}`, seq }),
});
const transitions = (from: number, count: number): Transition[] =>
  Array.from({ length: count }, (_, i) => transition(from + i));

const cursor = (seq: number): string => cursorOf({ epoch: 'e', seq });

class Listener implements Member {
  sentTo: number;
  readonly got: AlertsMessage[] = [];
  readonly texts: string[] = [];

  constructor(sentTo: number) {
    this.sentTo = sentTo;
  }

  give(message: Waiting): void {
    const { text } = message.encode();
    this.texts.push(text);
    this.got.push(JSON.parse(text.slice(text.indexOf('[')))[1]);
  }
}

const seqs = (listener: Listener): number[] =>
  listener.got.flatMap((message) => message.transitions.map(({ seq }) => seq));

function expectChain(listener: Listener, start: number): void {
  let at = start;
  for (const { from, to } of listener.got) {
    expect(from).toBe(cursor(at));
    const reached = positionOf(to)?.seq ?? -1;
    expect(reached).toBeGreaterThanOrEqual(at);
    at = reached;
  }
  expect(listener.sentTo).toBe(at);
}

describe('calm', () => {
  it('sends the first at once', () => {
    const time = new VirtualTime();
    const room = new Room(time, cursor);
    const listener = new Listener(10);
    room.members.add(listener);
    room.offer([transition(12)]);
    room.offer([transition(15)]);
    expect(listener.got.map(({ from, to }) => [from, to])).toEqual([
      [cursor(10), cursor(12)],
      [cursor(12), cursor(15)],
    ]);
    expect(time.pending).toBe(0);
  });
});

describe('flood', () => {
  it('is gathered for a moment above 100 a second, and calms again', () => {
    const time = new VirtualTime();
    const room = new Room(time, cursor);
    const listener = new Listener(0);
    room.members.add(listener);
    room.offer(transitions(1, CALM_PER_SECOND));
    expect(listener.got).toHaveLength(1);
    for (let i = 1; i <= 10; i++) room.offer([transition(CALM_PER_SECOND + i)]);
    expect(listener.got).toHaveLength(1);
    time.advance(GATHER_MS - 1);
    expect(listener.got).toHaveLength(1);
    time.advance(1);
    expect(listener.got).toHaveLength(2);
    expect(listener.got[1].transitions).toHaveLength(10);
    time.advance(1_000);
    room.offer([transition(200)]);
    expect(listener.got).toHaveLength(3);
    expectChain(listener, 0);
  });

  it('goes in messages of a bounded size', () => {
    const listener = new Listener(0);
    const room = new Room(new VirtualTime(), cursor);
    room.members.add(listener);
    room.offer(transitions(1, 1_234));
    expect(listener.got.map((message) => message.transitions.length)).toEqual([500, 500, 234]);
    expect(listener.got.map(({ from, to }) => [from, to])).toEqual([
      [cursor(0), cursor(500)],
      [cursor(500), cursor(1_000)],
      [cursor(1_000), cursor(1_234)],
    ]);
  });
});

describe('members', () => {
  it('share one frame when they stand at the same number', () => {
    const room = new Room(new VirtualTime(), cursor);
    const [a, b] = [new Listener(3), new Listener(3)];
    room.members.add(a);
    room.members.add(b);
    room.offer([transition(4)]);
    expect(a.texts[0]).toBe(b.texts[0]);
  });

  it('one that just came gets only what its snapshot did not have', () => {
    const time = new VirtualTime();
    const room = new Room(time, cursor);
    const old = new Listener(0);
    room.members.add(old);
    room.offer(transitions(1, CALM_PER_SECOND));
    room.offer(transitions(101, 3));
    const young = new Listener(102);
    const ahead = new Listener(110);
    room.members.add(young);
    room.members.add(ahead);
    time.advance(GATHER_MS);
    expect(seqs(young)).toEqual([103]);
    expect(seqs(ahead)).toEqual([]);
    expectChain(old, 0);
    expectChain(young, 102);
    expectChain(ahead, 110);
  });

  it('an empty room forgets what it gathered', () => {
    const time = new VirtualTime();
    const room = new Room(time, cursor);
    room.offer(transitions(1, CALM_PER_SECOND));
    room.offer([transition(101)]);
    room.close();
    expect(time.pending).toBe(0);
  });
});

it('what was missed always ends at the newest number, even when none of it was in view', () => {
  const text = alertsMessages(5, [], 9, cursor).map((message) => message.encode().text);
  expect(text).toEqual(['2/live,["alerts",{"from":"e~0:5","to":"e~0:9","transitions":[]}]']);
});

it('whatever comes when: every member gets each transition after its own start exactly once, in order, in a chain', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('offer' as const), count: fc.integer({ min: 1, max: 120 }) }),
    fc.record({ do: fc.constant('join' as const) }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 1_500 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const time = new VirtualTime();
      const room = new Room(time, cursor);
      const joined: { listener: Listener; start: number }[] = [];
      let seq = 0;
      for (const one of steps) {
        if (one.do === 'wait') time.advance(one.ms);
        else if (one.do === 'offer') {
          room.offer(transitions(seq + 1, one.count));
          seq += one.count;
        } else {
          const listener = new Listener(seq);
          joined.push({ listener, start: seq });
          room.members.add(listener);
        }
      }
      time.advance(GATHER_MS);
      for (const { listener, start } of joined) {
        expect(seqs(listener)).toEqual(Array.from({ length: seq - start }, (_, i) => start + 1 + i));
        expectChain(listener, start);
      }
    }),
    { numRuns: 60 },
  );
});
