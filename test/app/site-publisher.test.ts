/** What sites hear over MQTT: every open alert, the newest of each, and an empty word for what is over; whatever the broker does. */
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { openSiteLedger } from '../../src/app/followers/site-ledger.ts';
import { goneAlerts, OverAgain, SitePublisher } from '../../src/app/followers/site-publisher.ts';
import type { Released } from '../../src/app/sequencer/released.ts';
import { openAlerts } from '../../src/engine/describe.ts';
import { startMqttSource } from '../../src/ingest/mqtt-source.ts';
import type { Alert } from '../../src/model/alert.ts';
import { openState } from '../../src/store/state/sqlite/open-state.ts';

import { eventually, newEdge } from '../ingest/fixtures.ts';
import { effects } from '../store/state-fixtures.ts';
import { needs } from '../support/available.ts';
import { T0 } from '../support/desk.ts';
import { startMosquitto } from '../support/servers.ts';

import { temporaryDirectory } from '../support/temporary.ts';
import { register, restoredFrom, startRig } from './rig.ts';

/** Else Mosquitto drops what a site has not read past its thousandth message. */
const UNBOUNDED = 'max_queued_messages 0';
const nowhere = () => openSiteLedger(temporaryDirectory(), Number.MAX_SAFE_INTEGER);

async function listener() {
  const retained = new Map<string, string>();
  const site = new SitePublisher(await nowhere());
  site.attach({
    publish(topic, payload) {
      retained.set(topic, payload);
    },
  });
  return { site, retained };
}

describe('the site publisher', () => {
  it('keeps the retained alerts what the book is', async () => {
    const { site, retained } = await listener();
    const rig = await startRig();
    rig.followers.push(site);
    await register(rig);
    rig.reading('GD-1', 30);
    await rig.log.flush();
    const [alert] = openAlerts(rig.state);
    const topic = `fenghuo/v1/yt/alerts/${alert.id}`;
    expect(JSON.parse(retained.get(topic) ?? '')).toMatchObject({ id: alert.id, grade: 'yellow' });
    rig.clock.pass(1_000);
    rig.reading('GD-1', 3);
    rig.command('acknowledge', alert.id, rig.state.seq);
    rig.command('close', alert.id, rig.state.seq);
    await rig.log.flush();
    expect(openAlerts(rig.state)).toEqual([]);
    expect(retained.get(topic)).toBe('');
  });

  it('says nothing of the service itself to a site', async () => {
    const { site, retained } = await listener();
    const rig = await startRig();
    rig.followers.push(site);
    rig.pipeline.device({ type: 'fault', fault: 'storage', subject: 'service', active: true, detail: 'full' });
    await rig.log.flush();
    expect(openAlerts(rig.state)).toHaveLength(1);
    expect(retained.size).toBe(0);
  });

  it('takes back at a start what the history has as open and the book has not', async () => {
    const rig = await startRig();
    await register(rig);
    rig.reading('GD-1', 30);
    await rig.log.flush();
    const store = openState({ file: join(temporaryDirectory(), 'state.db') });
    const transitions = rig.released.flatMap((released) => released.transitions);
    await store.history.project(rig.state.n, effects(transitions));
    const [alert] = openAlerts(rig.state);
    expect(await goneAlerts(store.history, 0, (id) => id === alert.id)).toEqual([]);
    const gone = await goneAlerts(store.history, 0, () => false);
    const { site, retained } = await listener();
    site.republish([], gone);
    expect([...retained]).toEqual([[`fenghuo/v1/yt/alerts/${alert.id}`, '']]);
    await store.close();
  });
});

/** A broker that outlives us, and the door to it. */
function outliving() {
  const retained = new Map<string, string>();
  const door = { isOpen: true };
  const publish = (topic: string, payload: string) => {
    if (!door.isOpen) return new Promise<void>(() => {});
    if (payload === '') retained.delete(topic);
    else retained.set(topic, payload);
    return Promise.resolve();
  };
  return { retained, door, port: { publish } };
}

describe('an alert that was over when the service was killed, of which no site heard', () => {
  /** Raised and told; then the line to the broker is cut, the alert is closed, and with the next breath we are killed. */
  async function killed() {
    const broker = outliving();
    const directory = temporaryDirectory();
    const site = new SitePublisher(await openSiteLedger(directory, 0));
    site.attach(broker.port);
    const rig = await startRig();
    rig.followers.push(site);
    await register(rig);
    rig.reading('GD-1', 30);
    await rig.log.flush();
    const [alert] = openAlerts(rig.state);
    await new Promise(setImmediate);
    expect([...broker.retained.keys()]).toEqual([`fenghuo/v1/yt/alerts/${alert.id}`]);
    broker.door.isOpen = false;
    rig.clock.pass(1_000);
    rig.reading('GD-1', 3);
    rig.command('acknowledge', alert.id, rig.state.seq);
    rig.command('close', alert.id, rig.state.seq);
    await rig.log.flush();
    expect(openAlerts(rig.state)).toEqual([]);
    broker.door.isOpen = true;
    // The history had been away all along: what it does not know, the log alone can tell.
    const store = openState({ file: join(temporaryDirectory(), 'state.db') });
    return { broker, rig, store, ledger: await openSiteLedger(directory, rig.state.seq) };
  }

  it('is emptied by what the log tells at the start', async () => {
    const { broker, rig, store, ledger } = await killed();
    const over = new OverAgain();
    const { state } = await restoredFrom(rig.disk.processKilled(), { replayed: (one) => over.note(one) });
    const site = new SitePublisher(ledger);
    over.tell({ after: site.told, upTo: state.seq }, (alerts) => site.republish([], alerts));
    site.attach(broker.port);
    site.republish(openAlerts(state), await goneAlerts(store.history, site.told, () => false));
    await new Promise(setImmediate);
    expect([...broker.retained.keys()]).toEqual([]);
    await store.close();
  });

  it('is emptied when it is derived again later, and what the sites have followed since is not told twice', async () => {
    const { broker, rig, ledger } = await killed();
    const over = new OverAgain();
    const site = new SitePublisher(ledger);
    site.attach(broker.port);
    over.tell({ after: site.told, upTo: rig.state.seq }, (alerts) => site.republish([], alerts));
    const later = releasedOf(alertOf(1, rig.state.seq + 1, true));
    for (const one of [...rig.released, later]) over.note(one);
    expect(site.waiting).toBe(1);
    await new Promise(setImmediate);
    expect([...broker.retained.keys()]).toEqual([]);
  });

  it('waits for the door without its words: a long replay closes many', () => {
    const over = new OverAgain();
    over.note(releasedOf(alertOf(1, 1), alertOf(2, 2, true), alertOf(3, 3, true)));
    const told: unknown[] = [];
    over.tell({ after: 2, upTo: 10 }, (alerts) => told.push(...alerts));
    expect(told).toEqual([{ id: 'a3', enterprise: 'yt', changedAt: T0, closedAt: T0 }]);
  });
});

/** An open alert as far as a site is concerned. */
const alertOf = (n: number, seq: number, closed = false): Alert =>
  ({ id: `a${n}`, enterprise: 'yt', grade: 'red', seq, changedAt: T0, closedAt: closed ? T0 : undefined }) as Alert;

const releasedOf = (...alerts: Alert[]): Released =>
  ({ transitions: alerts.map((alert) => ({ seq: alert.seq, alert })) }) as unknown as Released;

describe('behind a broker that is slow, goes and comes', () => {
  const toEnd: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of toEnd.splice(0).reverse()) await end();
  });

  it('publishes the newest state of an alert that changed while its last one was on the way', async () => {
    const sent: string[] = [];
    const acknowledge: (() => void)[] = [];
    const site = new SitePublisher(await nowhere());
    site.attach({
      publish(_topic, payload) {
        sent.push(payload === '' ? '' : String(JSON.parse(payload).seq));
        return new Promise((resolve) => acknowledge.push(resolve));
      },
    });
    site.follow(releasedOf(alertOf(1, 1)));
    site.follow(releasedOf(alertOf(1, 2)));
    site.follow(releasedOf(alertOf(1, 3, true)));
    expect(sent).toEqual(['1']);
    for (let turn = 0; turn < 2; turn++) {
      acknowledge[turn]();
      await new Promise(setImmediate);
    }
    expect({ sent, waiting: site.waiting }).toEqual({ sent: ['1', ''], waiting: 0 });
  });

  it('tells up to which transition the broker has everything, and only then', async () => {
    const dir = temporaryDirectory();
    let away = true;
    const site = new SitePublisher(await openSiteLedger(dir, 0));
    site.attach({ publish: () => (away ? Promise.reject(new Error('not connected')) : Promise.resolve()) });
    site.follow(releasedOf(alertOf(1, 7)));
    await new Promise(setImmediate);
    await site.keep();
    expect((await openSiteLedger(dir, 10)).seq).toBe(0);
    away = false;
    site.proceed();
    await new Promise(setImmediate);
    await site.keep();
    expect((await openSiteLedger(dir, 10)).seq).toBe(7);
    // Data put back from a backup is older than the file: what closed since is told again.
    expect((await openSiteLedger(dir, 5)).seq).toBe(5);
  });

  const mosquitto = needs('mosquitto');
  it.skipIf(mosquitto.missing)(
    `2 500 open alerts arrive, and what closes while it is away is emptied${mosquitto.note}`,
    async () => {
      const broker = await startMosquitto({ persistence: true, config: UNBOUNDED });
      toEnd.push(() => broker.stop());
      const site = new SitePublisher(await nowhere());
      const source = startMqttSource({
        ...newEdge(),
        url: broker.url,
        clientId: 'fenghuo',
        reconnectMs: 20,
        onEvent: ({ type }) => type === 'connected' && site.proceed(),
      });
      toEnd.push(() => source.stop(0));
      await eventually('connected', () => source.connected());
      site.attach(source);
      const all = Array.from({ length: 2_500 }, (_, n) => alertOf(n, n + 1));
      site.follow(releasedOf(...all));
      await eventually('all acknowledged', () => site.waiting === 0);
      expect((await retainedOn(broker.url)).size).toBe(2_500);
      await broker.stop();
      await eventually('gone', () => !source.connected());
      site.follow(releasedOf(...all.slice(0, 400).map(({ seq }, n) => alertOf(n, 3_000 + seq, true))));
      expect(site.waiting).toBe(400);
      const again = await startMosquitto({
        persistence: true,
        config: UNBOUNDED,
        directory: broker.directory,
        port: broker.port,
      });
      toEnd.push(() => again.stop());
      await eventually('emptied', () => site.waiting === 0);
      expect((await retainedOn(again.url)).size).toBe(2_100);
    },
  );
});

/** Every retained alert that a new site finds: it knows that it has them all when its own last word comes back. */
async function retainedOn(url: string): Promise<Set<string>> {
  const client = await connectAsync(url);
  const found = new Set<string>();
  await new Promise<void>((resolve, reject) => {
    client.on('message', (topic) => (topic === 'end' ? resolve() : found.add(topic)));
    client
      .subscribeAsync(['fenghuo/v1/+/alerts/+', 'end'], { qos: 1 })
      .then(() => client.publishAsync('end', '1', { qos: 1 }))
      .catch(reject);
  });
  await client.endAsync();
  return found;
}
