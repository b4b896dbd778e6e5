/** What sites hear over MQTT: every open alert, the newest of each, and an empty word for what is over. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goneAlerts, SitePublisher } from '../../src/app/followers/site-publisher.ts';
import { openAlerts } from '../../src/engine/describe.ts';
import { openState } from '../../src/store/state/sqlite/open-state.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { register, startRig } from './rig.ts';

function listener() {
  const retained = new Map<string, string>();
  const site = new SitePublisher();
  site.attach({
    publish(topic, payload) {
      retained.set(topic, payload);
    },
  });
  return { site, retained };
}

describe('the site publisher', () => {
  it('keeps the retained alerts what the book is', async () => {
    const { site, retained } = listener();
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
    const { site, retained } = listener();
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
    await store.project(rig.state.n, { transitions, capsules: [], outcomes: [] });
    const [alert] = openAlerts(rig.state);
    expect(await goneAlerts(store, (id) => id === alert.id)).toEqual([]);
    const gone = await goneAlerts(store, () => false);
    const { site, retained } = listener();
    site.republish([], gone);
    expect([...retained]).toEqual([[`fenghuo/v1/yt/alerts/${alert.id}`, '']]);
    await store.close();
  });
});
