// The same registry file a second time: whoever reads the answer sees whether the file is in force.
import { expect, it } from 'vitest';
import { Answers } from '../../src/app/followers/answers.ts';
import { Importer } from '../../src/app/import/importer.ts';
import { resolveHere } from '../../src/app/import/resolve.ts';
import { secretsOf } from '../../src/app/ports/registry-view.ts';
import { shippedPacks } from '../../src/app/seeds.ts';
import { verifySecret } from '../../src/ingest/credential.ts';
import { registryFile } from '../support/build/registry-file.ts';
import { startRig } from './rig.ts';

const UNHURRIED = { every: () => ({ stop() {} }), after: () => ({ stop() {} }) };
const PLANT = registryFile([{ id: 'yt/GD-1', gateways: ['gw1', 'gw2'] }, { id: 'xh/GD-1' }]);

it('a file that is in force changes nothing, and a new secret changes that one gateway', async () => {
  const rig = await startRig();
  const answers = new Answers(UNHURRIED);
  rig.followers.push(answers);
  const importer = new Importer(rig.pipeline, answers);
  const bring = async (file: object) => {
    const inForce = secretsOf(rig.state.registry);
    const resolved = await resolveHere({ text: JSON.stringify(file), packs: shippedPacks(), inForce });
    if (!resolved.ok) throw new Error(resolved.errors.join('; '));
    return importer.import(resolved.parts, 'admin', `i${rig.state.n}`, []);
  };
  const nothing = { division: 0, enterprise: 0, source: 0, gateway: 0, point: 0 };
  expect(await bring(PLANT)).toMatchObject({ added: { enterprise: 2, gateway: 3, point: 2 } });
  expect(await bring(PLANT)).toMatchObject({
    added: nothing,
    changed: nothing,
    unchanged: { enterprise: 2, gateway: 3, point: 2 },
  });

  const [first, ...others] = PLANT.gateways;
  const renewed = { ...PLANT, gateways: [{ ...first, secret: 'another secret' }, ...others] };
  expect(await bring(renewed)).toMatchObject({ changed: { ...nothing, gateway: 1 }, unchanged: { gateway: 2 } });
  const { gateways } = rig.state.registry;
  expect(await verifySecret('another secret', gateways[0].secretHash)).toBe(true);
});
