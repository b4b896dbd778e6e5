/**
 * Who is sent what: rooms of views, points whose values are watched, snapshots and catching up. It knows no socket; the
 * gateway gives it members with an outbox each. It changes no state of the service.
 */
import type { Alert, DutyLevel, Transition } from '../../model/alert.ts';
import { cursorOf, positionOf } from '../cursor.ts';
import type { Principal } from '../policy/policy.ts';
import { mayRead } from '../policy/policy.ts';
import type { ServicePorts } from '../ports.ts';
import type { SubscribeAnswer, SubscribeBody, ValueRow } from '../schemas/live.ts';
import { checksumByGrade, countByGrade, worstFirst } from '../shapes/alert.ts';
import { SNAPSHOT_PART } from '../shapes/live.ts';
import type { View } from '../view.ts';
import { inView, leaving, placeOf, roomOf, roomsLeft, roomsOf, toldIn, viewFor } from '../view.ts';
import type { Outbox, Waiting } from './outbox.ts';
import type { Member } from './room.ts';
import { alertsMessages, Room } from './room.ts';
import { encodeFrame, jsonOfList } from './wire.ts';

/** One connected screen and what it asked for last. */
export class Subscriber implements Member {
  sentTo = 0;
  subscribed = false;
  room: string | undefined;
  points: readonly number[] = [];
  /** What it looks at, for how old its data is. */
  view: View = {};
  readonly outbox: Outbox;

  constructor(outbox: Outbox) {
    this.outbox = outbox;
  }

  give(message: Waiting): void {
    this.outbox.push(message);
  }
}

export class Subscriptions {
  private readonly ports: ServicePorts;
  private readonly rooms = new Map<string, Room>();
  private readonly watchers = new Map<number, Set<Subscriber>>();
  valuesFolded = 0;

  constructor(ports: ServicePorts) {
    this.ports = ports;
  }

  get roomCount(): number {
    return this.rooms.size;
  }

  /**
   * Joins (or moves) a subscriber. `answer` is called before anything of the new subscription goes out, so that the
   * screen knows what follows.
   */
  subscribe(
    subscriber: Subscriber,
    user: Principal,
    body: SubscribeBody,
    answer: (reply: SubscribeAnswer) => void,
  ): void {
    const { live, registry } = this.ports;
    const view = viewFor(user, body, registry);
    if (view === undefined) {
      answer({ error: { code: 'not-found', detail: 'There is no such thing within your scope' } });
      return;
    }
    const { numbers, unknownPoints } = this.pointsFor(user, body.points ?? []);
    this.leave(subscriber);
    subscriber.outbox.clear();
    const seq = live.seq();
    const after = body.after === undefined ? undefined : this.inThisEpoch(body.after);
    const missed = after === undefined ? undefined : this.missedSince(after, seq);
    answer({ to: this.cursor(seq), snapshot: missed === undefined, unknownPoints });
    if (after === undefined || missed === undefined) this.sendSnapshot(subscriber, view, user.level, seq);
    else {
      const mine = missed.map((transition) => toldIn(view, transition)).filter((told) => told !== undefined);
      for (const message of alertsMessages(after, mine, seq, this.cursor)) subscriber.give(message);
    }
    subscriber.sentTo = seq;
    subscriber.view = view;
    subscriber.subscribed = true;
    this.join(subscriber, view, numbers);
  }

  /** Takes a subscriber out of its room and off its points. */
  leave(subscriber: Subscriber): void {
    if (subscriber.room !== undefined) {
      const room = this.rooms.get(subscriber.room);
      room?.members.delete(subscriber);
      if (room?.members.size === 0) {
        room.close();
        this.rooms.delete(subscriber.room);
      }
      subscriber.room = undefined;
    }
    for (const number of subscriber.points) {
      const watching = this.watchers.get(number);
      watching?.delete(subscriber);
      if (watching?.size === 0) this.watchers.delete(number);
    }
    subscriber.points = [];
    subscriber.subscribed = false;
  }

  /** Gives durable transitions to every room that they belong to. */
  transitions(transitions: readonly Transition[]): void {
    const touched = new Map<Room, Transition[]>();
    const give = (room: Room | undefined, transition: Transition): void => {
      if (room === undefined) return;
      const list = touched.get(room);
      if (list === undefined) touched.set(room, [transition]);
      else list.push(transition);
    };
    for (const transition of transitions) {
      const rooms = roomsOf(transition.alert);
      if (rooms === undefined) for (const room of this.rooms.values()) give(room, transition);
      else for (const name of rooms) give(this.rooms.get(name), transition);
      for (const name of roomsLeft(transition)) give(this.rooms.get(name), leaving(transition));
    }
    for (const [room, list] of touched) room.offer(list);
  }

  /** Gives changed values to the screens that watch their points. Nothing goes out before their flush. */
  values(rows: Iterable<ValueRow>): void {
    for (const row of rows) {
      const watching = this.watchers.get(row[1]);
      if (watching === undefined) continue;
      for (const { outbox } of watching) if (outbox.offer(row)) this.valuesFolded++;
    }
  }

  /** The cursor of a number of this epoch. */
  readonly cursor = (seq: number): string => cursorOf({ epoch: this.ports.live.epoch(), seq });

  private inThisEpoch(cursor: string): number | undefined {
    const position = positionOf(cursor);
    return position?.epoch === this.ports.live.epoch() ? position.seq : undefined;
  }

  private missedSince(after: number, seq: number): readonly Transition[] | undefined {
    return after > seq ? undefined : this.ports.live.transitionsAfter(after)?.filter((t) => t.seq <= seq);
  }

  private pointsFor(user: Principal, ids: readonly string[]) {
    const { registry } = this.ports;
    const numbers: number[] = [];
    const unknownPoints: string[] = [];
    for (const id of new Set(ids)) {
      const point = registry.point(id);
      const place = point && placeOf(registry, point.config.enterprise);
      if (point !== undefined && place !== undefined && mayRead(user, place)) numbers.push(point.number);
      else unknownPoints.push(id);
    }
    return { numbers, unknownPoints };
  }

  private join(subscriber: Subscriber, view: View, points: readonly number[]): void {
    const name = roomOf(view);
    let room = this.rooms.get(name);
    if (room === undefined) {
      room = new Room(this.ports.time, this.cursor);
      this.rooms.set(name, room);
    }
    room.members.add(subscriber);
    subscriber.room = name;
    subscriber.points = points;
    for (const number of points) {
      const watching = this.watchers.get(number);
      if (watching === undefined) this.watchers.set(number, new Set([subscriber]));
      else watching.add(subscriber);
      const row = this.ports.live.newestValue(number);
      if (row !== undefined) subscriber.outbox.offer(row);
    }
    // The first values at once; after that at the pace of everyone.
    subscriber.outbox.flushValues();
  }

  private sendSnapshot(to: Subscriber, view: View, level: DutyLevel, seq: number): void {
    const alerts = this.ports.live.openAlerts().filter((alert) => inView(view, alert));
    alerts.sort(worstFirst(level));
    const sums = `"counts":${JSON.stringify(countByGrade(alerts))},"checksum":${JSON.stringify(checksumByGrade(alerts))}`;
    const head = `"to":${JSON.stringify(this.cursor(seq))}`;
    const parts = Math.max(1, Math.ceil(alerts.length / SNAPSHOT_PART));
    for (let part = 0; part < parts; part++) {
      to.give(snapshotPart(alerts, part, parts, head, sums));
    }
  }
}

/** Encoded when it goes: while a slow screen reads, the parts behind cost nothing but references. */
function snapshotPart(alerts: readonly Alert[], part: number, parts: number, head: string, sums: string): Waiting {
  return {
    bytes: 0,
    encode: () => {
      const some = alerts.slice(part * SNAPSHOT_PART, (part + 1) * SNAPSHOT_PART);
      const last = part === parts - 1;
      return encodeFrame('snapshot', `{${head},"part":${part},"last":${last},"alerts":${jsonOfList(some)},${sums}}`);
    },
  };
}
