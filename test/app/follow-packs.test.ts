// A pack is data that changes: what is registered follows it. Stricter figures are in force at once, looser ones wait for a second
// person, and whatever is wrong with a pack, or has become of it, what is registered goes on by the limits it has.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { Answers } from '../../src/app/followers/answers.ts';
import { PackFollower } from '../../src/app/import/follow-packs.ts';
import { Importer } from '../../src/app/import/importer.ts';
import { partsOf } from '../../src/app/import/parts.ts';
import { loadPacks, resolveRegistryText } from '../../src/app/seeds.ts';
import { openAlerts } from '../../src/engine/describe.ts';
import { looseningInWords } from '../../src/model/loosening.ts';
import { limitsOf } from '../../src/model/point.ts';
import { temporaryDirectory } from '../support/servers.ts';
import { register, restoredFrom, SILENT, settled, startRig } from './rig.ts';

const UNHURRIED = { every: () => ({ stop() {} }), after: () => ({ stop() {} }) };

const GAS_TYPE = {
  ...{ type: 'gas', name: '可燃气体', nameEn: 'gas', unit: '%{LEL}', hazard: 'flammable-gas', value: 'number' },
  ...{ intervalMs: 10_000, limits: { H: 25, HH: 50 }, deadband: 1, onDelayMs: 0, offDelayMs: 60_000 },
  ...{ response: 'process', persistenceMs: 600_000, responseMs: 900_000, consequence: '爆炸', action: '核实' },
  basis: { source: 'GB/T 50493', mark: 'V' },
};
const SHARE_TYPE = {
  ...{ type: 'share', name: '比值', nameEn: 'share', unit: '%{LEL}', hazard: 'flammable-gas', value: 'number' },
  ...{ intervalMs: null, response: 'process', persistenceMs: 600_000, responseMs: 900_000 },
  ...{ derive: { inputs: { head: { value: 'number', unit: '%{LEL}' } }, expression: 'head * 2.0' } },
  basis: { source: '现场', mark: 'OURS' },
};

const REGISTRY = {
  divisions: [{ code: '320921', name: '响水县' }],
  enterprises: [{ id: 'yt', name: '盐通', division: '320921' }],
  sources: [{ id: 'yt/farm', name: '罐区', kind: 'tank_farm', level: 3 }],
  gateways: [{ id: 'gw1', enterprise: 'yt', secret: 'gateway-secret' }],
};
const at = { source: 'yt/farm', gateways: ['gw1'], type: 'gas' };
const PLAIN = { ...at, id: 'yt/GD-1', name: 'GD-1' };
const STRICT = { ...at, id: 'yt/GD-2', name: 'GD-2', limits: { H: 20 }, basis: '企业规定' };

/** The disk answers while one waits. */
async function meanwhile<T>(answer: Promise<T>): Promise<T> {
  let ended = false;
  const result = answer.finally(() => {
    ended = true;
  });
  while (!ended) await settled(1);
  return result;
}

/** A service with a folder of packs that a test writes and writes again. */
async function site(points: readonly object[], type: object = GAS_TYPE) {
  const folder = temporaryDirectory('packs');
  const rig = await startRig();
  const answers = new Answers(UNHURRIED);
  rig.followers.push(answers);
  const importer = new Importer(rig.pipeline, answers, { room: () => Promise.resolve() });
  const kinds = [{ kind: 'tank_farm', name: '罐区', nameEn: 'farm', industry: 'chemical', alarmClass: 'normal' }];
  const follower = new PackFollower({ packs: { folder }, state: rig.state, importer, logger: SILENT });
  let asked = 0;
  const here = {
    ...rig,
    folder,
    follower,
    write(version: string, ...pointTypes: readonly object[]): void {
      const pack = { id: 'own', name: '自有', version, sourceKinds: kinds, pointTypes };
      writeFileSync(join(folder, 'own.yaml'), stringify(pack));
    },
    async import(stated: readonly object[]) {
      const text = JSON.stringify({ ...REGISTRY, points: stated });
      const resolved = await resolveRegistryText(text, loadPacks(folder).packs);
      if (!resolved.ok) throw new Error(resolved.errors.join('\n'));
      return meanwhile(importer.import(partsOf(resolved.change), 'admin', `i${asked++}`, []));
    },
    follow: () => meanwhile(follower.follow('packs', `p${asked++}`)),
    point: (tag: string) => rig.state.registry.points[rig.state.registry.pointNumbers.get(`yt/${tag}`)!],
    limits: (tag: string) => limitsOf(here.point(tag)),
  };
  here.write('1.0.0', type, SHARE_TYPE);
  await here.import(points);
  return here;
}

describe('a new version of a pack', () => {
  it('is followed: stricter at once, looser pending, what the site states stays the site’s', async () => {
    const here = await site([PLAIN, STRICT]);
    here.reading('GD-1', 45);
    expect(openAlerts(here.state)).toMatchObject([{ grade: 'yellow' }]);
    here.write('1.1.0', { ...GAS_TYPE, limits: { H: 30, HH: 40 } }, SHARE_TYPE);
    expect(await here.follow()).toMatchObject({ applied: true, changed: { point: 2 }, pending: [{}] });
    expect([here.limits('GD-1'), here.limits('GD-2')]).toEqual([
      { H: 25, HH: 40 },
      { H: 20, HH: 40 },
    ]);
    // What stands is judged by what is in force now.
    expect(openAlerts(here.state)).toMatchObject([{ grade: 'orange' }]);
    expect(here.state.pendingLoosenings.map(looseningInWords)).toEqual([expect.stringMatching(/yt\/GD-1.*H.*25.*30/)]);
    expect(here.point('GD-1').pack).toMatch(/^own@1\.1\.0#/);
    expect(here.follower.complaint).toBeUndefined();
  });

  it('is followed once: a second look finds nothing and writes nothing', async () => {
    const here = await site([PLAIN, STRICT]);
    const { n } = here.state;
    expect(await here.follow()).toMatchObject({ applied: true, changed: { point: 0 }, pending: [], warnings: [] });
    expect(here.state.n).toBe(n);
  });

  it('touches no point of a type that says what it said, and sees a change without a new version', async () => {
    const here = await site([PLAIN, { ...PLAIN, id: 'yt/X', gateways: [], type: 'share', inputs: { head: 'GD-1' } }]);
    here.write('1.0.0', GAS_TYPE, { ...SHARE_TYPE, derive: { ...SHARE_TYPE.derive, expression: 'head * 3.0' } });
    const before = here.point('GD-1');
    expect(await here.follow()).toMatchObject({ applied: true, changed: { point: 1 } });
    expect(here.point('GD-1')).toBe(before);
    // Another expression is not proven stricter.
    expect(here.state.pendingLoosenings).toMatchObject([{ item: 'yt/X', field: 'derive' }]);
  });

  it('counts where the site states more than it allows now, and says so; with a reason it stays as somebody decided', async () => {
    const reasoned = { ...STRICT, id: 'yt/GD-3', name: 'GD-3', reason: '与设计一致' };
    const here = await site([STRICT, reasoned]);
    here.write('2.0.0', { ...GAS_TYPE, limits: { H: 15, HH: 50 } }, SHARE_TYPE);
    expect(await here.follow()).toMatchObject({
      applied: true,
      warnings: ["point yt/GD-2: limits.H 20 (pack 15): looser than the pack now, the pack's is in force"],
    });
    expect([here.limits('GD-2').H, here.limits('GD-3').H]).toEqual([15, 20]);
  });

  it('undoes no import that came in between', async () => {
    const many = Array.from({ length: 300 }, (_, n) => ({ ...PLAIN, id: `yt/G-${n}`, name: `G-${n}` }));
    const here = await site(many);
    here.write('1.1.0', { ...GAS_TYPE, limits: { H: 25, HH: 40 } }, SHARE_TYPE);
    const following = here.follower.follow('packs', 'p');
    await here.import([{ ...many[0], limits: { H: 10 } }]);
    expect(await meanwhile(following)).toMatchObject({ applied: true });
    expect([here.limits('G-0'), here.limits('G-1')]).toEqual([
      { H: 10, HH: 40 },
      { H: 25, HH: 40 },
    ]);
  });

  it('is followed by those that were not imported since', async () => {
    const here = await site([PLAIN, STRICT]);
    here.write('1.1.0', { ...GAS_TYPE, limits: { H: 25, HH: 40 } }, SHARE_TYPE);
    await here.import([PLAIN]);
    expect([here.limits('GD-1').HH, here.limits('GD-2').HH]).toEqual([40, 50]);
    expect(await here.follow()).toMatchObject({ applied: true, changed: { point: 1 } });
    expect(here.limits('GD-2')).toEqual({ H: 20, HH: 40 });
  });

  it('is known after a restart', async () => {
    const here = await site([STRICT]);
    await meanwhile(here.log.close());
    const { state } = await restoredFrom(here.disk);
    expect(state.registry.points[0]).toMatchObject({
      pack: expect.stringMatching(/^own@1\.0\.0#[0-9a-f]{8}$/),
      stated: { limits: { H: 20 }, basis: '企业规定' },
    });
  });
});

describe('a pack that cannot be followed', () => {
  it('is told with every error, file and line, and changes nothing', async () => {
    const here = await site([PLAIN]);
    const before = here.point('GD-1');
    here.write('1.1.0', { ...GAS_TYPE, limits: { H: 60, HH: 40 } }, { ...SHARE_TYPE, colour: 'red' });
    expect(await here.follow()).toEqual({
      applied: false,
      errors: [
        expect.stringMatching(/^own.yaml: line \d+, column \d+: pointTypes\[0\] gas: limits.*must be below/),
        expect.stringMatching(/^own.yaml: line \d+, column \d+: pointTypes\[1\] share: Unrecognized key: "colour"/),
      ],
    });
    expect(here.point('GD-1')).toBe(before);
    expect(here.follower.complaint).toMatch(/^packs are not followed, limits stay as they are: own.yaml: line/);
    here.write('1.1.0', GAS_TYPE, SHARE_TYPE);
    await here.follow();
    expect(here.follower.complaint).toBeUndefined();
  });

  it('and would make one point impossible, is followed for none', async () => {
    const here = await site([PLAIN, { ...STRICT, limits: { H: 20, HH: 30 } }]);
    here.write('1.1.0', { ...GAS_TYPE, deadband: 12 }, SHARE_TYPE);
    expect(await here.follow()).toMatchObject({ applied: false, errors: [expect.stringContaining('yt/GD-2')] });
    expect(here.limits('GD-1')).toEqual({ H: 25, HH: 50 });
  });

  it('is gone: its points are named with where they came from, and judged by the limits they have', async () => {
    const here = await site([PLAIN, STRICT]);
    here.write('1.0.0', SHARE_TYPE);
    const words = 'no pack in force has the type gas of own@1.0.0, 2 points: limits stay as they are';
    expect(await here.follow()).toMatchObject({ applied: true, warnings: [words] });
    expect(here.follower.complaint).toBe(words);
    rmSync(join(here.folder, 'own.yaml'));
    expect(await here.follow()).toEqual({ applied: false, errors: [`${here.folder}: holds no pack (*.yaml)`] });
    here.reading('GD-1', 55);
    expect(openAlerts(here.state)).toMatchObject([{ grade: 'orange' }]);
  });

  it('was not known when the points were registered: they follow once they are imported again', async () => {
    const here = await site([PLAIN]);
    const { pack: _pack, stated: _stated, ...older } = here.point('GD-1');
    await register(here, { points: [older] });
    here.write('1.1.0', { ...GAS_TYPE, limits: { H: 20, HH: 50 } }, SHARE_TYPE);
    expect(await here.follow()).toMatchObject({
      applied: true,
      warnings: ['1 points were registered before they knew their pack: import them again to follow it'],
    });
    expect(here.limits('GD-1').H).toBe(25);
  });
});
