// What waits for one screen: order kept, values folded, the hopeless cut. A link in memory, no socket, no clock.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Outbox } from '../../src/api/live/outbox.ts';
import type { Frame } from '../../src/api/live/wire.ts';
import { encodeFrame } from '../../src/api/live/wire.ts';
import type { ValueRow } from '../../src/api/schemas/live.ts';
import type { CutReason } from '../../src/api/shapes/live.ts';

/** A network that takes frames only when the test says so. */
class Network {
  readonly sent: string[] = [];
  readonly cuts: CutReason[] = [];
  private readonly waiting: (() => void)[] = [];
  readonly outbox: Outbox;

  constructor(slowBytes: number, hopelessBytes: number) {
    this.outbox = new Outbox(
      {
        send: (frame, sent) => {
          this.sent.push(frame.text.slice(frame.text.indexOf('[')));
          this.waiting.push(sent);
        },
        cut: (reason) => this.cuts.push(reason),
      },
      (rows, folded) => encodeFrame('values', JSON.stringify({ rows, folded })),
      { slowBytes, hopelessBytes },
    );
  }

  /** Lets the oldest frame leave. */
  drain(frames = Number.POSITIVE_INFINITY): void {
    for (let i = 0; i < frames && this.waiting.length > 0; i++) this.waiting.shift()?.();
  }
}

const frameOf = (n: number): Frame => encodeFrame('alerts', JSON.stringify({ n }));
const item = (n: number, bytes = 100) => ({ bytes, encode: () => frameOf(n) });
const alertsIn = (network: Network): number[] =>
  network.sent.flatMap((text) => {
    const [event, body] = JSON.parse(text);
    return event === 'alerts' ? [body.n] : [];
  });
const valuesIn = (network: Network): { rows: ValueRow[]; folded: number }[] =>
  network.sent.flatMap((text) => {
    const [event, body] = JSON.parse(text);
    return event === 'values' ? [body] : [];
  });
const row = (point: number, value: number): ValueRow => [0, point, value, value, 'good'];

describe('a screen that keeps up', () => {
  it('gets everything at once', () => {
    const network = new Network(1_000_000, 1_000_000);
    network.outbox.push(item(1));
    network.outbox.push(item(2));
    expect(alertsIn(network)).toEqual([1, 2]);
    network.outbox.offer(row(7, 1));
    network.outbox.offer(row(7, 2));
    network.outbox.flushValues();
    network.outbox.flushValues();
    expect(valuesIn(network)).toEqual([{ rows: [row(7, 2)], folded: 0 }]);
  });
});

describe('a screen that is slow', () => {
  it('gets every alert, in order, as it reads on', () => {
    const network = new Network(1, 1_000_000);
    for (let n = 1; n <= 5; n++) network.outbox.push(item(n));
    expect(alertsIn(network)).toEqual([1]);
    network.drain(2);
    expect(alertsIn(network)).toEqual([1, 2, 3]);
    network.drain();
    expect(alertsIn(network)).toEqual([1, 2, 3, 4, 5]);
    expect(network.outbox.slow).toBe(false);
  });

  it('gets values folded to the newest of each point, and how many were folded', () => {
    const network = new Network(1, 1_000_000);
    network.outbox.push(item(1));
    const folds = [row(7, 1), row(8, 1)].map((one) => network.outbox.offer(one));
    network.outbox.flushValues();
    folds.push(network.outbox.offer(row(7, 2)));
    network.outbox.flushValues();
    folds.push(network.outbox.offer(row(7, 3)));
    expect(folds).toEqual([false, false, true, true]);
    expect(valuesIn(network)).toEqual([]);
    network.drain();
    network.outbox.flushValues();
    expect(valuesIn(network)).toEqual([{ rows: [row(7, 3), row(8, 1)].sort(), folded: 2 }]);
  });

  it('gets one heartbeat after what waits, made only then', () => {
    const network = new Network(1, 1_000_000);
    let sentTo = 1;
    const beat = () => encodeFrame('heartbeat', JSON.stringify({ to: sentTo }));
    network.outbox.push(item(1));
    network.outbox.push(item(2));
    network.outbox.heartbeat(beat);
    network.outbox.heartbeat(beat);
    sentTo = 2;
    network.drain();
    expect(network.sent.map((text) => JSON.parse(text))).toEqual([
      ['alerts', { n: 1 }],
      ['alerts', { n: 2 }],
      ['heartbeat', { to: 2 }],
    ]);
  });

  it('encodes a part of a snapshot only when it goes', () => {
    const network = new Network(1, 10);
    const encoded: number[] = [];
    const part = (n: number) => ({
      bytes: 0,
      encode: () => {
        encoded.push(n);
        return frameOf(n);
      },
    });
    for (let n = 0; n < 4; n++) network.outbox.push(part(n));
    expect(encoded).toEqual([0]);
    network.drain(1);
    expect(encoded).toEqual([0, 1]);
    expect(network.cuts).toEqual([]);
  });
});

describe('a screen that is hopeless', () => {
  it('is cut once, with the reason, and costs nothing afterwards', () => {
    const network = new Network(1, 250);
    network.outbox.push(item(1));
    network.outbox.push(item(2));
    network.outbox.push(item(3));
    expect(network.cuts).toEqual([]);
    network.outbox.push(item(4));
    network.outbox.push(item(5));
    network.outbox.heartbeat(() => frameOf(9));
    network.outbox.offer(row(7, 1));
    network.outbox.flushValues();
    network.drain();
    expect(network.cuts).toEqual(['too-slow']);
    expect(alertsIn(network)).toEqual([1]);
    expect(network.sent).toHaveLength(1);
  });

  it('values alone never cut it: they are folded', () => {
    const network = new Network(1, 100);
    network.outbox.push(item(1));
    for (let i = 0; i < 10_000; i++) network.outbox.offer(row(i % 5, i));
    network.outbox.flushValues();
    expect(network.cuts).toEqual([]);
  });
});

describe('another subscription', () => {
  it('begins with nothing of the one before', () => {
    const network = new Network(1, 1_000_000);
    for (let n = 1; n <= 3; n++) network.outbox.push(item(n));
    network.outbox.offer(row(7, 1));
    network.outbox.heartbeat(() => frameOf(9));
    network.outbox.clear();
    network.outbox.push(item(4));
    network.drain();
    network.outbox.flushValues();
    expect(alertsIn(network)).toEqual([1, 4]);
    expect(valuesIn(network)).toEqual([]);
  });
});

it('whatever the network does: alerts all and in order, the newest value of each point in the end', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('alert' as const) }),
    fc.record({ do: fc.constant('value' as const), point: fc.nat(3) }),
    fc.record({ do: fc.constant('flush' as const) }),
    fc.record({ do: fc.constant('drain' as const), frames: fc.integer({ min: 1, max: 3 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 1, max: 300 }), (steps, slowBytes) => {
      const network = new Network(slowBytes, Number.POSITIVE_INFINITY);
      const newest = new Map<number, number>();
      let [alerts, value, offered, folded] = [0, 0, 0, 0];
      for (const one of steps) {
        if (one.do === 'alert') network.outbox.push(item(++alerts));
        else if (one.do === 'flush') network.outbox.flushValues();
        else if (one.do === 'drain') network.drain(one.frames);
        else {
          newest.set(one.point, ++value);
          offered++;
          if (network.outbox.offer(row(one.point, value))) folded++;
        }
      }
      network.drain();
      network.outbox.flushValues();
      expect(alertsIn(network)).toEqual(Array.from({ length: alerts }, (_, i) => i + 1));
      const messages = valuesIn(network);
      expect(new Map(messages.flatMap(({ rows }) => rows.map(([, point, , last]) => [point, last])))).toEqual(newest);
      expect(messages.reduce((sum, message) => sum + message.folded, 0)).toBe(folded);
      expect(offered).toBeGreaterThanOrEqual(folded);
    }),
  );
});
