// A credential that got known is replaced: whoever still holds a connection under the old one is put out, gateway or sounder,
// whether it speaks or keeps silent.
import { afterEach, describe, expect, it } from 'vitest';
import { gatewayDirectory } from '../../src/app/ports/registry-view.ts';
import type { GatewayDirectory } from '../../src/ingest/directory.ts';
import { point } from '../support/build/point.ts';
import { pointsChange } from '../support/build/registry.ts';
import { Desk } from '../support/desk.ts';
import { client, DATA, endAll, gateway2, site, start } from './broker-rig.ts';
import { eventually, gw1, hashOf, reading, directory as registered, verifySecret } from './fixtures.ts';

afterEach(endAll);

/** A directory in which the credentials of gw1 and of the site can be replaced. */
function changing() {
  let [version, gatewayHash, siteHash] = [1, gw1.secretHash, hashOf('site secret')];
  const directory: GatewayDirectory = {
    get version() {
      return version;
    },
    find(enterprise, id) {
      const entry = registered.find(enterprise, id);
      return entry?.number === gw1.number ? { ...entry, secretHash: gatewayHash } : entry;
    },
  };
  return {
    directory,
    siteSecretHash: () => siteHash,
    /** Whatever else of the registry changes, too. */
    change(of: { gateway?: string; site?: string } = {}) {
      version++;
      if (of.gateway !== undefined) gatewayHash = hashOf(of.gateway);
      if (of.site !== undefined) siteHash = hashOf(of.site);
    },
  };
}

const gone = (reason = 'its credential is no longer in force') => ({ type: 'connection-closed', reason });

describe('once another credential is in force', () => {
  it('a gateway that speaks under the old one is not heard any more, and named; with the new one it is', async () => {
    const registry = changing();
    const { broker, sink, events } = await start(registry);
    const old = await client(broker);
    await old.publishAsync(DATA, reading(1), { qos: 1 });
    const closed = new Promise((resolve) => old.once('close', () => resolve(undefined)));
    registry.change({ gateway: 'another secret' });
    old.publish(DATA, reading(2), { qos: 1 });
    await closed;
    expect(sink.values()).toEqual([1]);
    expect(events).toEqual([{ ...gone(), user: 'yt-chem/gw1', address: expect.stringContaining('127.0.0.1') }]);
    await expect(client(broker)).rejects.toThrow();
    const next = await client(broker, { password: 'another secret' });
    await next.publishAsync(DATA, reading(3), { qos: 1 });
    expect(sink.values()).toEqual([1, 3]);
  });

  it('who only listens is put out too, and its neighbours stay', async () => {
    const registry = changing();
    const { broker, events } = await start(registry);
    const sounder = await client(broker, site);
    const neighbour = await client(broker, gateway2);
    const own = await client(broker);
    registry.change({ site: 'another site secret' });
    await eventually('the sounder is put out', () => !sounder.connected);
    expect(events).toMatchObject([{ ...gone(), user: 'yt-chem/~site' }]);
    expect([neighbour.connected, own.connected]).toEqual([true, true]);
  });

  it('its last will is not believed: it could be a reading', async () => {
    const registry = changing();
    const { broker, sink } = await start(registry);
    const will = { topic: DATA, payload: Buffer.from(reading(0)), qos: 1 as const, retain: false };
    const old = await client(broker, { will });
    registry.change({ gateway: 'another secret' });
    await eventually('it is put out', () => !old.connected && broker.connections() === 0);
    expect(sink.values()).toEqual([]);
    expect(sink.gateways.at(-1)).toMatchObject({ number: gw1.number, online: false });
  });

  it('whoever was being let in under the old one meanwhile is refused', async () => {
    const registry = changing();
    const { broker, events } = await start({
      ...registry,
      async verifySecret(secret, hash) {
        registry.change({ gateway: 'another secret' });
        return verifySecret(secret, hash);
      },
    });
    await expect(client(broker)).rejects.toThrow();
    expect(events).toMatchObject([{ type: 'connection-refused', reason: 'the password was changed' }]);
  });

  it('any other change of the registry ends no connection', async () => {
    const registry = changing();
    const { broker, sink, events } = await start(registry);
    const mqtt = await client(broker);
    registry.change();
    await mqtt.publishAsync(DATA, reading(1), { qos: 1 });
    registry.change();
    await mqtt.publishAsync(DATA, reading(2), { qos: 1 });
    expect([sink.values(), events]).toEqual([[1, 2], []]);
  });

  it('the registry of the service tells of each of its changes', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    const directory = gatewayDirectory(desk.state);
    const before = directory.version;
    desk.configure(pointsChange(point('GD-2')));
    expect(directory.version).not.toBe(before);
  });
});
