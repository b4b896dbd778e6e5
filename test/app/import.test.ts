// A registry of a province comes in parts: readings are judged in between, and it is all or nothing all the same.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Answers } from '../../src/app/followers/answers.ts';
import { Importer } from '../../src/app/import/importer.ts';
import { PART_ITEMS, PackedParts, partsOf } from '../../src/app/import/parts.ts';
import type { RegistryChange } from '../../src/model/registry.ts';
import { point } from '../support/build/point.ts';
import { pointsChange, registryNaming, registryOf } from '../support/build/registry.ts';
import type { Rig, RigOptions } from './rig.ts';
import { bytesOf, GAS, register, restoredFrom, settled, startRig } from './rig.ts';

const UNHURRIED = { every: () => ({ stop() {} }), after: () => ({ stop() {} }) };

/** Enterprises `e0` … of a thousand points each, with sources of ten points each. */
function province(points: number, over: (n: number) => object = () => ({})): RegistryChange {
  const all = Array.from({ length: points }, (_, n) => {
    const enterprise = `e${Math.floor(n / 1_000)}`;
    const source = `${enterprise}/s${Math.floor(n / 10)}`;
    return point(`P-${n}`, { id: `${enterprise}/P-${n}`, enterprise, source, ...over(n) });
  });
  return registryNaming(all, { code: '320922', name: '滨海县' }, 'C');
}

interface Desk extends Rig {
  readonly importer: Importer;
}

async function desk(options: RigOptions = {}): Promise<Desk> {
  const rig = await startRig(options);
  const answers = new Answers(UNHURRIED);
  rig.followers.push(answers);
  const importer = new Importer(rig.pipeline, answers, { room: () => Promise.resolve() });
  return { ...rig, importer };
}

const bring = ({ importer }: Desk, change: RegistryChange, commandId = 'i1', actor = 'admin') =>
  importer.import(partsOf(change), actor, commandId, []);

describe('a change cut into parts', () => {
  it('is the same change, in parts of which none names what comes later', () => {
    const arbitrary = fc.record({ points: fc.integer({ min: 0, max: 60 }), max: fc.integer({ min: 1, max: 25 }) });
    fc.assert(
      fc.property(arbitrary, ({ points, max }) => {
        const change = { ...province(points), links: [{ from: 'e0/s0', to: '320922', kind: 'downstream' as const }] };
        const parts = partsOf(change, max);
        for (const section of ['divisions', 'enterprises', 'sources', 'gateways', 'points', 'links'] as const)
          expect(parts.flatMap((part): readonly unknown[] => part[section] ?? [])).toEqual(change[section]);
        const sizes = parts.map((part) => Object.values(part).reduce((sum, list) => sum + list.length, 0));
        expect(Math.max(...sizes)).toBeLessThanOrEqual(max);
        const known = new Set<string>();
        for (const { enterprises, sources, gateways, points: some } of parts) {
          for (const { id } of [...enterprises, ...sources]) known.add(id);
          for (const { enterprise, id } of gateways) known.add(`${enterprise}/${id}`);
          for (const one of some) expect([one.source, `${one.enterprise}/gw1`].every((id) => known.has(id))).toBe(true);
        }
      }),
    );
  });

  it('is the same parts when they have come as bytes', () => {
    const parts = partsOf(province(500));
    const packed = new PackedParts();
    for (const part of parts) packed.push(PackedParts.pack(part));
    expect(packed).toHaveLength(parts.length);
    expect(parts.map((_, n) => packed.at(n))).toEqual(parts);
    expect(packed.at(parts.length)).toBeUndefined();
  });

  it('keeps a source and its points together', () => {
    for (const { sources, points } of partsOf(province(500), 25))
      for (const { id } of sources) expect(points.filter(({ source }) => source === id)).toHaveLength(10);
  });
});

describe('an import of 100 000 points', () => {
  it('lets every reading be judged in between, and tells what it did', async () => {
    const rig = await desk();
    await register(rig, GAS);
    let ended = false;
    const result = bring(rig, province(100_000)).finally(() => {
      ended = true;
    });
    let value = 1;
    let most = 0;
    let before = rig.state.registry.points.length;
    while (!ended) {
      rig.clock.pass(20);
      rig.reading('GD-1', value++ % 20);
      most = Math.max(most, rig.state.registry.points.length - before);
      before = rig.state.registry.points.length;
      await settled(4);
    }
    expect(await result).toMatchObject({
      applied: true,
      added: { division: 1, enterprise: 100, source: 10_000, gateway: 100, point: 100_000 },
      pending: [],
    });
    expect(rig.state.registry.points).toHaveLength(100_002);
    // Never more than the points of a few parts between two readings, and every reading was durable in its turn.
    expect(most).toBeLessThanOrEqual(10 * PART_ITEMS);
    await settled();
    expect(rig.acknowledged).toHaveLength(value - 1);
    expect(rig.acknowledged.length).toBeGreaterThan(100);
  });
});

describe('an import in parts', () => {
  it('is all or nothing, with every error of every part', async () => {
    const rig = await desk();
    await register(rig, GAS);
    const bad = (n: number) => (n === 7 || n === 999 ? { gateways: ['gw9'] } : {});
    const result = await bring(rig, { ...province(1_000), points: province(1_000, bad).points });
    expect(result).toEqual({
      applied: false,
      errors: ['point e0/P-7: gateway gw9 is not registered', 'point e0/P-999: gateway gw9 is not registered'],
    });
    expect(rig.state.registry.points).toHaveLength(2);
    expect(rig.state.registry.enterprises.size).toBe(1);
    expect(await bring(rig, province(1_000), 'i2')).toMatchObject({ applied: true, added: { point: 1_000 } });
    expect(
      await bring(
        rig,
        province(1_000, (n) => (n === 3 ? { name: 'new' } : {})),
        'i3',
      ),
    ).toMatchObject({
      added: { point: 0 },
      changed: { point: 1, source: 0 },
      unchanged: { point: 999, source: 100 },
    });
  });

  it('refuses another one meanwhile, and names whose is under way', async () => {
    const rig = await desk();
    await register(rig, GAS);
    const first = bring(rig, province(2_000), 'i1', '李');
    const whole = await bring(rig, pointsChange(point('GD-3')), 'i2', '王');
    const parted = await bring(rig, province(3_000), 'i3', '王');
    const words = 'another import is under way, by 李: try again when it has ended';
    expect([whole, parted]).toEqual([
      { applied: false, errors: [words] },
      { applied: false, errors: [words] },
    ]);
    expect(await first).toMatchObject({ applied: true, added: { point: 2_000 } });
    expect(await bring(rig, pointsChange(point('GD-3')), 'i2')).toMatchObject({ applied: true, added: { point: 1 } });
  });

  it('asked for again with its key, after an answer that did not come or beside it, is answered as that one', async () => {
    const rig = await desk();
    await register(rig, GAS);
    const change = province(1_000);
    const [first, again] = await Promise.all([bring(rig, change), bring(rig, change)]);
    expect(first).toMatchObject({ applied: true, added: { point: 1_000 } });
    expect(again).toEqual(first);

    // The caller's answer did not come in time: half of it is in force, and nobody drives it at the moment.
    const parts = partsOf(province(2_000));
    for (const [n, part] of parts.entries())
      rig.pipeline.configuration('i2', 'admin', part, { n, last: n === parts.length - 1 });
    await rig.log.flush();
    const [driven, asked] = await Promise.all([rig.importer.goOn(), bring(rig, province(2_000), 'i2')]);
    expect([driven, asked]).toMatchObject([undefined, { applied: true, added: { point: 1_000 } }]);
    expect(rig.state.staging).toBeUndefined();

    // Only the beginning of it had come.
    rig.pipeline.configuration('i3', 'admin', parts[0], { n: 0, last: false });
    await rig.log.flush();
    expect(await bring(rig, province(3_000), 'i3')).toMatchObject({ applied: true, added: { point: 1_000 } });
    expect(rig.released.flatMap(({ configurations }) => configurations.flatMap(({ errors }) => errors))).toEqual([
      expect.stringContaining('given up before all of it had come'),
    ]);
  });

  it('that had not come whole when the service died changed nothing', async () => {
    const rig = await desk();
    await register(rig, GAS);
    const [first, second] = partsOf(province(1_000));
    rig.pipeline.configuration('i1', 'admin', first, { n: 0, last: false });
    rig.pipeline.configuration('i1', 'admin', second, { n: 1, last: false });
    await rig.log.flush();
    const next = await desk({ disk: rig.disk.processKilled(), clock: rig.clock });
    expect(next.state.staging).toBeUndefined();
    expect(next.state.registry.points).toHaveLength(2);
    await settled();
    expect(next.released.flatMap(({ configurations }) => configurations)).toMatchObject([
      { commandId: 'i1', applied: false, errors: [expect.stringContaining('given up')] },
    ]);
    expect(await bring(next, province(1_000), 'i2')).toMatchObject({ applied: true, added: { point: 1_000 } });
  });

  it('that was half in force when the service died goes on, from the log or from a snapshot', async () => {
    for (const withSnapshot of [false, true]) {
      const rig = await desk();
      await register(rig, GAS);
      const parts = partsOf(province(1_000));
      for (const [n, part] of parts.entries())
        rig.pipeline.configuration('i1', 'admin', part, { n, last: n === parts.length - 1 });
      rig.pipeline.applyNext('i1');
      rig.pipeline.applyNext('i1');
      await rig.log.flush();
      if (withSnapshot) await rig.snapshotter.take(rig.state, () => rig.log.flush());
      const half = rig.state.registry.points.length;
      expect(half).toBeLessThan(1_002);
      const disk = rig.disk.processKilled();
      expect(bytesOf((await restoredFrom(disk)).state)).toBe(bytesOf(rig.state));
      const next = await desk({ disk: disk.processKilled(), clock: rig.clock });
      expect(next.state.registry.points).toHaveLength(half);
      await next.importer.goOn();
      expect(next.state.registry.points).toHaveLength(1_002);
      expect(next.state.staging).toBeUndefined();
    }
  });

  it('waits while the storage takes nothing, and then goes on', async () => {
    const rig = await desk();
    await register(rig, GAS);
    const parts = partsOf(province(1_000));
    for (const [n, part] of parts.entries())
      rig.pipeline.configuration('i1', 'admin', part, { n, last: n === parts.length - 1 });
    await rig.log.flush();
    rig.pipeline.ownFault('storage', true, 'EIO');
    await rig.importer.goOn();
    expect(rig.state.registry.points).toHaveLength(2);
    expect(await bring(rig, pointsChange(point('GD-3')), 'i2')).toMatchObject({ applied: false });
    rig.pipeline.ownFault('storage', false, '');
    await rig.importer.goOn();
    expect(rig.state.registry.points).toHaveLength(1_002);
  });

  it('goes no faster than its history can be written', async () => {
    const rig = await desk();
    await register(rig, GAS);
    const answers = new Answers(UNHURRIED);
    rig.followers.push(answers);
    const written: (() => void)[] = [];
    const room = () => new Promise<void>((resolve) => written.push(resolve));
    const importer = new Importer(rig.pipeline, answers, { room });
    const result = importer.import(partsOf(province(500)), 'admin', 'i1', []);
    let inForce = 0;
    for (let parts = 0; parts < 3; parts++) {
      await settled();
      expect(written).toHaveLength(parts + 1);
      expect(rig.state.registry.points.length - 2).toBe(inForce);
      written[parts]();
      await settled();
      inForce = rig.state.registry.points.length - 2;
    }
    expect(await result).toMatchObject({ applied: true, added: { point: 500 } });
  });

  it('never leaves a source of the plant half known', async () => {
    const rig = await desk();
    await register(rig, GAS);
    await bring(rig, { ...registryOf({ points: [] }), points: [point('GD-3'), point('GD-4')] });
    expect(rig.state.registry.observers.get('yt/farm|flammable-gas')?.points).toHaveLength(4);
  });
});
