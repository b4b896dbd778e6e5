// Lets a random day happen on a desk. It asserts nothing.
import { limitsOf } from '../../src/model/point.ts';
import { FLAG, NO_SEQ } from '../../src/model/reading.ts';
import { restated } from './build/point.ts';
import type { Act, Spoiled } from './build/random-day.ts';
import { GATEWAY_OF } from './build/random-plant.ts';
import type { Plant } from './build/registry.ts';
import { pointsChange } from './build/registry.ts';
import { Desk } from './desk.ts';

const MINUTE = 60_000;

/** Lets it happen. `twice`: the transport hands over every message a second time. */
export function play(desk: Desk, acts: readonly Act[], twice = false): void {
  for (const act of acts) {
    const at = desk.now + act.afterMs;
    happen(desk, act.what, at);
    if (!twice || !('tag' in act.what) || act.what.kind === 'limits' || act.what.kind === 'unknown') continue;
    const last = desk.inputs[desk.inputs.length - 1];
    if (last.kind === 'readings') desk.fold(structuredClone(last));
  }
}

function happen(desk: Desk, event: Act['what'], at: number): void {
  switch (event.kind) {
    case 'reading': {
      const { tag, value, quality: sent, seq } = event;
      const taken = at - event.lagMs;
      desk.send(
        [{ tag, at: taken, value, quality: sent, seq: seq ? Math.floor(taken / 100) + 1_000_000 : NO_SEQ }],
        at,
        GATEWAY_OF[tag],
      );
      return;
    }
    case 'batch': {
      const first = at - event.lagMs - 1_000 * event.values.length;
      const rows = event.values.map((value, i) => ({ tag: event.tag, at: first + 1_000 * i, value }));
      desk.send(rows, at, GATEWAY_OF[event.tag]);
      return;
    }
    case 'clock':
      desk.send([{ tag: event.tag, at: at + event.aheadMs, value: event.value }], at, GATEWAY_OF[event.tag]);
      return;
    case 'again':
      sendAgain(desk, event.back, at);
      return;
    case 'unknown':
      desk.send([{ tag: event.tag, at, value: 60 }], at);
      return;
    case 'gateway':
      desk.gateway(event.online, at, event.id);
      return;
    case 'resumed':
      desk.resumed(at, at + event.downMs);
      return;
    case 'limits': {
      const number = desk.state.registry.pointNumbers.get(`yt/${event.tag}`);
      const config = desk.state.registry.points[number ?? 0];
      desk.configure(pointsChange(restated(config, { limits: { ...limitsOf(config), H: event.H } })), at);
      return;
    }
    case 'server-clock':
      desk.tickTo(at);
      desk.fold({ kind: 'clock', at: desk.state.at, offsetMs: event.offsetMs });
      return;
    default: {
      const { open } = desk;
      if (open.length === 0) return;
      const alert = open[event.pick % open.length];
      desk.command(event.kind, alert, at, {
        cause: 'real',
        level: 'province',
        seenSeq: event.staleSeq ? alert.seq - 1 : alert.seq,
      });
    }
  }
}

/** An earlier message once more, marked by the transport as one. */
function sendAgain(desk: Desk, back: number, at: number): void {
  const messages = desk.inputs.filter((input) => input.kind === 'readings');
  const before = messages[messages.length - 1 - back];
  if (before === undefined) return;
  const again = structuredClone(before.batch);
  desk.tickTo(at);
  const flags = again.flags.map((bits) => bits | FLAG.REDELIVERED);
  const batchAgain = { ...again, receivedAt: desk.state.at, flags };
  desk.fold({ kind: 'readings', at: desk.state.at, batch: batchAgain });
}

export function deskOf(plant: Plant, acts: readonly Act[] = []): Desk {
  const desk = new Desk(plant);
  play(desk, acts);
  return desk;
}

export function spoil(desk: Desk, readings: readonly Spoiled[]): void {
  const oldest = -30 * MINUTE;
  for (const { afterMs, tag, value, how, back } of readings) {
    const at = desk.now + afterMs;
    const gateway = GATEWAY_OF[tag];
    const v = tag === 'FD-1' ? Math.abs(value) % 2 : value;
    if (how === 'again') {
      const messages = desk.inputs.filter((input) => input.kind === 'readings');
      const message = messages[messages.length - 1 - back];
      desk.tickTo(at);
      if (message !== undefined) {
        const batch = { ...structuredClone(message.batch), receivedAt: desk.state.at };
        desk.fold({ kind: 'readings', at: desk.state.at, batch });
      }
    } else if (how === 'back-filled') {
      desk.send([{ tag, at: oldest, value: v, flags: FLAG.HISTORICAL }], at, gateway);
    } else if (how === 'old number') {
      desk.send([{ tag, at: oldest, value: v, seq: 1, flags: FLAG.REDELIVERED }], at, gateway);
    } else {
      desk.send([{ tag, at, value: v, quality: how }], at, gateway);
    }
  }
}
