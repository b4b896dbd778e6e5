/** Two services and one data folder: the second is refused wherever it runs, and a dead one is in nobody's way. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockFolder } from '../../src/app/open/folder-lock.ts';
import { needsThat } from '../support/available.ts';
import { fenghuo, register, run, signIn, startService } from '../support/service.ts';
import { shippedMain } from '../support/shipped.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const mayUnshare = spawnSync('unshare', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
const namespaces = needsThat(mayUnshare, 'may not make a network namespace');
const GAS = { id: 'yt/GD-1', type: 'gas_lel' } as const;

describe('a data folder', () => {
  it.skipIf(namespaces.missing)(
    `of a service is refused to a second container on the same volume; what was acknowledged is there after both${namespaces.note}`,
    async () => {
      const directory = temporaryDirectory('volume');
      const first = await startService({ directory });
      const settings = { FENGHUO_DATA_DIR: directory, FENGHUO_LOG_SEGMENT_MIB: '8', FENGHUO_LOG_RESERVE_MIB: '0' };
      // The orchestrator starts the new container before it has ended the old one.
      const main = await shippedMain();
      const elsewhere = ['-n', 'timeout', '60', process.execPath, main];
      const second = await run('unshare', [...elsewhere, 'start'], '', settings);
      expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining('is in use by another process') });
      const skip = await run('unshare', [...elsewhere, 'log', 'skip', '1'], '', settings);
      expect(skip).toMatchObject({ code: 1, stderr: expect.stringContaining('is in use by another process') });
      // Who reads and writes beside the service goes on doing so.
      expect((await fenghuo(['user', 'passwd', 'admin'], 'a password of tests\n', settings)).code).toBe(0);
      const admin = await signIn(first.url);
      await register(admin, [GAS]);

      await first.kill();
      const again = await startService({ directory, ports: first.ports });
      const { body } = await (await signIn(again.url)).get<{ items: { id: string }[] }>('/points');
      expect(body.items.map(({ id }) => id)).toEqual([GAS.id]);
      await again.stop();
    },
    240_000,
  );

  it('is locked by an empty file, which stays, and let go for the next one', () => {
    const directory = join(temporaryDirectory('volume'), 'data');
    const unheard = (error: unknown) => expect.unreachable(String(error));
    for (let start = 0; start < 2; start++) {
      const release = lockFolder(directory, unheard);
      expect(() => lockFolder(directory, unheard)).toThrow(`${directory} is in use by another process`);
      expect([readdirSync(directory), statSync(join(directory, 'lock.db')).size]).toEqual([['lock.db'], 0]);
      release();
      release();
    }
  });

  it('that cannot be locked is told and used all the same: a start must not fail for it', () => {
    const directory = temporaryDirectory('volume');
    mkdirSync(join(directory, 'lock.db'));
    const heard: unknown[] = [];
    lockFolder(directory, (error) => heard.push(error))();
    expect(heard).toEqual([expect.objectContaining({ message: expect.stringContaining('Unable to open') })]);
  });
});
