// Presence on the embedded broker, and what pausing and stopping do to connections, through real sockets.
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { client, DATA, endAll, gateway2, rawClient, start } from './broker-rig.ts';
import { eventually, reading } from './fixtures.ts';

afterEach(endAll);

describe('presence', () => {
  it('is the connection', async () => {
    const { broker, sink } = await start();
    const mqtt = await client(broker);
    expect(sink.gateways).toEqual([{ number: 1, online: true, cause: 'connection' }]);
    expect(broker.connectedGateways()).toEqual([1]);
    mqtt.stream.destroy();
    await eventually('gone', () => sink.gateways.length === 2);
    expect(sink.gateways[1]).toEqual({ number: 1, online: false, cause: 'connection' });
  });

  it.each([
    ['with the same client id', 'a'],
    ['with another client id', 'b'],
  ])('outlives the old connection when a new one replaces it %s', async (_, clientId) => {
    const { broker, sink, quarantine } = await start();
    const will = { topic: DATA, payload: Buffer.from(reading(-1)), qos: 1 as const, retain: false };
    const old = await client(broker, { clientId: 'a', will });
    const fresh = await client(broker, { clientId });
    old.stream.destroy();
    await eventually('the old one is gone', () => broker.connections() === 1);
    await fresh.publishAsync(DATA, reading(1), { qos: 1 });
    expect(sink.gateways).toEqual([{ number: 1, online: true, cause: 'connection' }]);
    expect(sink.values(), 'the will of a replaced session is ignored').toEqual([1]);
    expect(quarantine.list()).toEqual([]);
  });

  it('takes readings left as a will before it says that the gateway is gone', async () => {
    const { broker, sink } = await start();
    const will = { topic: DATA, payload: Buffer.from(reading(-1)), qos: 1 as const, retain: false };
    const mqtt = await client(broker, { will });
    mqtt.stream.destroy();
    await eventually('gone', () => sink.gateways.length === 2);
    expect(sink.values()).toEqual([-1]);
  });

  it('is not lost by a keep-alive that ran out while we did not read', async () => {
    const { broker, sink } = await start();
    const raw = await rawClient(broker, { keepAliveS: 1, clientId: 'raw' });
    raw.socket.write(raw.connect);
    await eventually('CONNACK', () => raw.received().length === 4);
    broker.pause();
    raw.socket.write(raw.publish(1, reading(5)));
    // Twice the time after which an unpaused broker would have closed the connection.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(raw.closed()).toBe(false);
    expect(sink.held).toHaveLength(0);
    expect(broker.pausedClients()).toBe(1);
    broker.resume();
    await eventually('the PUBACK', () => raw.received().length === 8);
    expect(sink.values()).toEqual([5]);
    // The clock of the keep-alive runs again: silent now, the client is cut.
    await eventually('the keep-alive', () => raw.closed());
    expect(sink.gateways.at(-1)).toEqual({ number: 1, online: false, cause: 'connection' });
  });

  it('of a gateway that went while we did not read is judged later, and not at all when it is back', async () => {
    const { broker, sink } = await start({ presenceGraceMs: 200 });
    const first = await client(broker);
    const second = await client(broker, gateway2);
    broker.pause();
    // A reset is noticed even on a socket that nobody reads.
    (first.stream as Socket).resetAndDestroy();
    (second.stream as Socket).resetAndDestroy();
    await eventually('both are gone', () => broker.connections() === 0);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(sink.gateways.filter(({ online }) => !online)).toEqual([]);
    await client(broker);
    broker.resume();
    await eventually('the other is missed', () => sink.gateways.some(({ online }) => !online));
    expect(sink.gateways.slice(2)).toEqual([{ number: 2, online: false, cause: 'connection' }]);
  });
});

describe('pausing', () => {
  it('stops reading and loses nothing', async () => {
    const { broker, sink } = await start();
    const mqtt = await client(broker);
    await mqtt.publishAsync(DATA, reading(0), { qos: 1 });
    broker.pause();
    const publishing = Promise.all(
      Array.from({ length: 2_000 }, (_, i) => mqtt.publishAsync(DATA, reading(i + 1), { qos: 1 })),
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(sink.values()).toEqual([0]);
    broker.resume();
    await publishing;
    expect(sink.values()).toEqual(Array.from({ length: 2_001 }, (_, i) => i));
  });

  it('holds one connection back that has too much un-acknowledged, and not the others', async () => {
    const { broker, sink } = await start();
    sink.hold = true;
    const greedy = await client(broker);
    const pad = 'x'.repeat(200_000);
    const publishing = Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        greedy.publishAsync(DATA, JSON.stringify({ point: 'GD-101', at: 1, value: i, pad }), { qos: 1 }),
      ),
    );
    await eventually('it is held back', () => broker.pausedClients() === 1);
    const heldThen = sink.held.length;
    expect(heldThen).toBeLessThan(10);
    const modest = await client(broker, gateway2);
    const second = modest.publishAsync('fenghuo/v1/yt-chem/gw2/data', reading(77), { qos: 1 });
    const held = await eventually('the modest one', () => sink.held.find(({ batch }) => batch.gateway === 2));
    held.done();
    await second;
    sink.hold = false;
    for (const one of sink.held.filter((other) => other !== held)) one.done();
    await publishing;
    const values = sink.held.filter(({ batch }) => batch.gateway === 1).flatMap(({ batch }) => batch.value);
    expect(values).toEqual(Array.from({ length: 40 }, (_, i) => i));
  });

  it('on stop, what is held may still become done and is acknowledged', async () => {
    const { broker, sink } = await start();
    sink.hold = true;
    const mqtt = await client(broker);
    const publishing = mqtt.publishAsync(DATA, reading(1), { qos: 1 });
    const [held] = await eventually('the reading', () => sink.held.length === 1 && sink.held);
    const stopping = broker.stop(10_000);
    held.done();
    await Promise.all([publishing, stopping]);
    expect(sink.gateways, 'our own stop says nothing about the gateway').toHaveLength(1);
  });
});
