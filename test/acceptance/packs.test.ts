// Packs change under a service that runs for years. Whoever puts a stricter pack in its folder finds it in force after the next
// start, or at his word; a pack that is broken, or gone, keeps nobody from being warned.
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Health } from '../../src/api/schemas/service.ts';
import { packsOfTests } from '../support/packs.ts';
import { temporaryDirectory } from '../support/servers.ts';
import type { RunningService } from '../support/service.ts';
import { ADMIN_PASSWORD, eventually, fenghuo, register, signIn, startService } from '../support/service.ts';

const packs = temporaryDirectory('packs');
for (const file of readdirSync(packsOfTests())) copyFileSync(join(packsOfTests(), file), join(packs, file));
const chemical = join(packs, 'chemical.yaml');
const shipped = readFileSync(chemical, 'utf8');

/** `gas_lel` with other limits. */
function write(limits: string): void {
  writeFileSync(
    chemical,
    shipped.replace(/(type: gas_lel\n[\s\S]*?)limits: \{ H: 25, HH: 50 \}/, `$1limits: ${limits}`),
  );
}

interface Shown {
  readonly limits: object;
  readonly pack: string;
}

async function shown(service: RunningService): Promise<Shown> {
  const admin = await signIn(service.url);
  return (await admin.get<Shown>('/points/yt%2FGD-1')).body;
}

async function packsPart(service: RunningService): Promise<Health['parts'][string]> {
  return ((await (await fetch(`${service.url}/readyz`)).json()) as Health).parts.packs;
}

it('a pack that changes is followed at the next start and at a word; a broken one stops nothing', async () => {
  const settings = { FENGHUO_PACKS_DIR: packs };
  let service = await startService({ settings });
  await register(await signIn(service.url), [{ id: 'yt/GD-1' }]);
  expect(await shown(service)).toMatchObject({ limits: { H: 25, HH: 50 }, pack: expect.stringMatching(/^chemical/) });
  await service.stop();

  write('{ H: 20, HH: 60 }');
  service = await startService({ settings, directory: service.directory });
  const { url } = service;
  await eventually('the pack is followed', async () => {
    const { limits } = await shown(service);
    return JSON.stringify(limits) === JSON.stringify({ H: 20, HH: 50 });
  });

  write('{ H: 15, HH: 50 }');
  const asked = await fenghuo(['import', 'packs', '--url', url, '--password', ADMIN_PASSWORD]);
  expect(asked).toMatchObject({ code: 0, stdout: 'packs: applied: 1 point changed; 0 pending\n' });
  expect((await shown(service)).limits).toEqual({ H: 15, HH: 50 });

  write('{ H: 55, HH: 50, XX: 1 }');
  const refused = await fenghuo(['import', 'packs', '--url', url, '--password', ADMIN_PASSWORD]);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/chemical.yaml: line \d+, column \d+: .*XX/);
  await service.stop();

  service = await startService({ settings, directory: service.directory });
  const part = await eventually('health names it', async () => {
    const found = await packsPart(service);
    return found.state === 'degraded' && found;
  });
  expect(part.detail).toMatch(/^packs are not followed, limits stay as they are: chemical.yaml: line/);
  const admin = await signIn(service.url);
  await admin.post('/readings?gateway=yt%2Fgw1', { point: 'GD-1', value: 16 });
  const { body } = await admin.get<{ items: { grade: string }[] }>('/alerts');
  expect(body.items).toMatchObject([{ grade: 'yellow' }]);
  await service.stop();
});
