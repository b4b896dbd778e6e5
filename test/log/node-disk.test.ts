/** The real disk: the contract once more on real files, the O_DSYNC flag as the kernel sees it, and the lock. */
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLocalLog } from '../../src/log/local-log.ts';
import { nodeDisk } from '../../src/log/node-disk.ts';
import { openSnapshots } from '../../src/log/snapshots.ts';
import { appendTexts, inputLogContract, readAll, text } from './contract.ts';

const isLinux = process.platform === 'linux';
/** O_DSYNC on Linux, as /proc/self/fdinfo shows it: octal. */
const dsyncFlag = 0o10000;

async function withFolder<T>(story: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'fenghuo-log-'));
  try {
    return await story(dir);
  } finally {
    await rm(dir, { recursive: true });
  }
}

function openSmall(dir: string) {
  return openLocalLog({ dir, segmentBytes: 64 * 1024, reserveBytes: 64 * 1024 });
}

inputLogContract('local log on a real disk', async () => {
  const root = await mkdtemp(join(tmpdir(), 'fenghuo-log-'));
  let opened: Awaited<ReturnType<typeof openSmall>> | undefined;
  return {
    async open() {
      opened = await openSmall(join(root, 'log'));
      return opened;
    },
    async crash() {
      // The simulated disk is where power fails; here a stop must do.
      await opened?.close();
    },
    async dispose() {
      await opened?.close();
      await rm(root, { recursive: true });
    },
  };
});

describe('the real disk', () => {
  it.skipIf(!isLinux)('writes every log and snapshot byte through an O_DSYNC descriptor', () =>
    withFolder(async (dir) => {
      const log = await openSmall(dir);
      appendTexts(log, 'one');
      await log.flush();
      const flags: number[] = [];
      for (const fd of await readdir('/proc/self/fd')) {
        const target = await readlink(`/proc/self/fd/${fd}`).catch(() => '');
        if (!target.startsWith(dir) || !target.endsWith('.log')) continue;
        const info = await readFile(`/proc/self/fdinfo/${fd}`, 'utf8');
        flags.push(Number.parseInt(/flags:\s+(\d+)/.exec(info)?.[1] ?? '0', 8));
      }
      expect(flags.length).toBe(1);
      expect(flags[0] & dsyncFlag).toBe(dsyncFlag);
      expect(flags[0] & 0o3).toBe(2);
      await log.close();
    }),
  );

  it('prepares a spare and the reserve in the background and removes half-made files at opening', () =>
    withFolder(async (dir) => {
      const ready = new Promise<void>((resolve) => {
        void openLocalLog({
          dir,
          segmentBytes: 64 * 1024,
          reserveBytes: 64 * 1024,
          onNotice: ({ kind }) => {
            if (kind === 'reserve-restored') resolve();
          },
        }).then(async (log) => {
          await ready;
          await log.close();
        });
      });
      await ready;
      const names = await nodeDisk.list(dir);
      expect(names).toEqual(['reserve', 'spare-0000000000-new.seg']);
      const file = await nodeDisk.open(join(dir, 'spare-0000000001-new.seg.tmp'), 'create');
      await file.write(Buffer.from('half'), 0);
      await file.close();
      const log = await openSmall(dir);
      expect(await nodeDisk.list(dir)).not.toContain('spare-0000000001-new.seg.tmp');
      await log.close();
    }));

  it.skipIf(!isLinux)('keeps a second opening of the folder out', () =>
    withFolder(async (dir) => {
      const log = await openSmall(dir);
      await expect(openSmall(dir)).rejects.toThrow('in use');
      await log.close();
      await (await openSmall(dir)).close();
    }),
  );

  it('keeps snapshots', () =>
    withFolder(async (dir) => {
      const store = await openSnapshots({ dir: join(dir, 'snapshots') });
      await store.write(5, [Buffer.alloc(700_000, 1), Buffer.from('tail')]);
      const newest = await (await openSnapshots({ dir: join(dir, 'snapshots') })).newest();
      expect(newest?.parts.map((part) => part.length)).toEqual([700_000, 4]);
      expect(text(newest?.parts[1] as Uint8Array)).toBe('tail');
    }));

  it('archives what it frees', () =>
    withFolder(async (dir) => {
      const archiveDir = join(dir, 'archive');
      const log = await openLocalLog({ dir: join(dir, 'log'), archiveDir, segmentBytes: 64 * 1024, reserveBytes: 0 });
      for (let commit = 0; commit < 20; commit++) {
        appendTexts(log, `${commit}`);
        await log.flush();
      }
      await log.free(17);
      expect((await readAll(log)).length).toBe(4);
      expect((await nodeDisk.list(archiveDir)).length).toBe(1);
      await log.close();
    }));
});
