// A tag that nobody registered, mistyped in a gateway: the list of refusals says which tags are near it and at which source, and
// shows the reading; made-up tags cost nothing however fast they come.
import { describe, expect, it } from 'vitest';
import { Refusals } from '../../src/app/followers/refusals.ts';
import { NearTags } from '../../src/app/ports/near-tags.ts';
import type { Refusal } from '../../src/ingest/quarantine.ts';
import { Quarantine } from '../../src/ingest/quarantine.ts';
import { newBatch, UNKNOWN_POINT } from '../../src/model/reading.ts';
import { addRow } from '../support/build/batch.ts';
import { point } from '../support/build/point.ts';
import { pointsChange, registryOf } from '../support/build/registry.ts';
import { Desk, T0 } from '../support/desk.ts';
import { register, startRig } from './rig.ts';

const PLANT = { points: [point('GD-101'), point('GD-102'), point('LT-201')] };

describe('an unknown tag', () => {
  it('is listed with the tags near it, their sources, and how it was understood, not as if that had been sent', async () => {
    const rig = await startRig();
    const quarantine = new Quarantine();
    rig.followers.push(new Refusals(quarantine, rig.state, new NearTags(rig.state)));
    await register(rig, PLANT);
    const batch = newBatch(0, rig.clock.now());
    batch.unknownTags.push('GD-10l');
    addRow(batch, { point: UNKNOWN_POINT, sampledAt: T0, value: 7 });
    rig.pipeline.readings(batch, () => undefined);
    await rig.log.flush();
    const [{ tag, detail, payloadPrefix, understood }] = quarantine.list() as [Refusal];
    expect({ tag, understood }).toEqual({ tag: 'GD-10l', understood: { at: T0, value: 7 } });
    expect(payloadPrefix).toBeUndefined();
    expect(detail).toBe(
      `the enterprise has no point of this name; near it: GD-101 (yt/farm), GD-102 (yt/farm); value 7, sampled ${T0}`,
    );
  });

  it('near nothing is told without', () => {
    const near = new NearTags(new Desk(PLANT).state);
    expect([near.words('yt', 'PUMP', T0), near.words('nobody', 'GD-101', T0)]).toEqual(['', '']);
  });

  it('is looked for a hundred times a minute, and anew when the registry is another one', () => {
    const desk = new Desk({ points: PLANT.points });
    const near = new NearTags(desk.state);
    for (let n = 0; n < 100; n++) near.words('yt', `made up ${n}`, T0);
    expect(near.words('yt', 'GD-10l', T0)).toBe('');
    expect(near.words('yt', 'GD-10l', T0 + 60_000)).toContain('GD-101');
    desk.configure({ ...registryOf({ points: [] }), ...pointsChange(point('GD-100x')) });
    expect(near.words('yt', 'GD-10x', T0 + 60_001)).toContain('GD-100x');
  });
});
