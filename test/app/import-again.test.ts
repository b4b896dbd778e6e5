// The same registry file a second time: whoever reads the answer sees whether the file is in force.
import { describe, expect, it } from 'vitest';
import { Answers } from '../../src/app/followers/answers.ts';
import { Importer } from '../../src/app/import/importer.ts';
import { resolveHere } from '../../src/app/import/resolve.ts';
import { registeredIn } from '../../src/app/ports/registry-view.ts';
import { shippedPacks } from '../../src/app/seeds.ts';
import { verifySecret } from '../../src/ingest/credential.ts';
import { registryFile, SECRET, SITE_SECRET } from '../support/build/registry-file.ts';
import { startRig } from './rig.ts';

const UNHURRIED = { every: () => ({ stop() {} }), after: () => ({ stop() {} }) };
const PLANT = registryFile([{ id: 'yt/GD-1', gateways: ['gw1', 'gw2'] }, { id: 'xh/GD-1' }]);

const [first, ...others] = PLANT.gateways;
const [yt, ...neighbours] = PLANT.enterprises;
/** The file with another secret of a gateway and of a site. */
const asked = (gateway: string, site = yt.siteSecret) => ({
  ...PLANT,
  gateways: [{ ...first, secret: gateway }, ...others],
  enterprises: [{ ...yt, siteSecret: site }, ...neighbours],
});

async function desk() {
  const rig = await startRig();
  const answers = new Answers(UNHURRIED);
  rig.followers.push(answers);
  const importer = new Importer(rig.pipeline, answers, { room: () => Promise.resolve() });
  const bring = async (file: object) => {
    const known = registeredIn(rig.state);
    const resolved = await resolveHere({
      file: Buffer.from(JSON.stringify(file)),
      packs: { folder: shippedPacks() },
      known,
    });
    if (!resolved.ok) throw new Error(resolved.errors.join('; '));
    const result = await importer.import(resolved.parts, 'li', `i${rig.state.n}`, []);
    if (result === 'timeout' || !result.applied) throw new Error(JSON.stringify(result));
    return result;
  };
  return { rig, bring };
}

const NOTHING = { division: 0, enterprise: 0, source: 0, gateway: 0, point: 0 };

describe('a registry file', () => {
  it('that is in force changes nothing', async () => {
    const { bring } = await desk();
    expect(await bring(PLANT)).toMatchObject({ added: { enterprise: 2, gateway: 3, point: 2 } });
    expect(await bring(PLANT)).toMatchObject({
      added: NOTHING,
      changed: NOTHING,
      unchanged: { enterprise: 2, gateway: 3, point: 2 },
      pending: [],
    });
  });

  it('with other secrets asks for them, each once however often; gateway and site go on with the one they have', async () => {
    const { rig, bring } = await desk();
    await bring(PLANT);
    const { changed, pending } = await bring(asked('another secret', 'another site'));
    expect(changed).toMatchObject(NOTHING);
    const secret = { from: '***', to: '***', actor: 'li' };
    expect(pending).toMatchObject([
      { kind: 'gateway', item: 'yt/gw1', field: 'secretHash', ...secret },
      { kind: 'enterprise', item: 'yt', field: 'siteSecretHash', ...secret },
    ]);
    expect((await bring(asked('another secret', 'another site'))).pending).toEqual(pending);
    const { gateways, enterprises } = rig.state.registry;
    expect(await verifySecret(SECRET, gateways[0].secretHash)).toBe(true);
    expect(await verifySecret(`yt ${SITE_SECRET}`, enterprises.get('yt')?.siteSecretHash ?? '')).toBe(true);

    // Another one instead is another request; the first secret again is none.
    const instead = (await bring(asked('a third secret'))).pending;
    expect(instead).toMatchObject([{ item: 'yt/gw1' }]);
    expect(instead[0].id).not.toBe(pending[0].id);
    expect((await bring(PLANT)).pending).toEqual([]);
    expect(rig.state.pendingLoosenings).toEqual([]);
  });
});
