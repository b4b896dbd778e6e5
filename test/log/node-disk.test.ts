/** The real disk: the contract once more on real files, the O_DSYNC flag as the kernel sees it, and the lock. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openLocalLog } from '../../src/log/local/local-log.ts';
import { nodeDisk } from '../../src/log/local/node-disk.ts';
import { openSnapshots } from '../../src/log/local/snapshots.ts';
import { needsThat } from '../support/available.ts';
import { SimulatedClock } from '../support/simulated-disk.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { appendTexts, inputLogContract, readAll, text } from './contract.ts';

const linux = needsThat(process.platform === 'linux', 'not Linux');
const clock = new SimulatedClock();
/** O_DSYNC on Linux, as /proc/self/fdinfo shows it: octal. */
const dsyncFlag = 0o10000;

/** A file system of two megabytes, to be unmounted by the caller; undefined where this user may not mount one. */
function mountSmallDisk(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const dir = join(temporaryDirectory('fenghuo-small-disk'), 'disk');
  mkdirSync(dir);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', dir], { stdio: 'ignore' });
  return mounted.status === 0 ? dir : undefined;
}

const smallDisk = mountSmallDisk();
const aSmallDisk = needsThat(smallDisk !== undefined, 'may not mount a tmpfs');
afterAll(() => {
  if (smallDisk !== undefined) spawnSync('umount', [smallDisk], { stdio: 'ignore' });
});

async function withFolder<T>(story: (dir: string) => Promise<T>): Promise<T> {
  return story(temporaryDirectory('fenghuo-log'));
}

function openSmall(dir: string) {
  return openLocalLog({ dir, clock, segmentBytes: 64 * 1024, reserveBytes: 64 * 1024 });
}

inputLogContract('local log on a real disk', async () => {
  const root = temporaryDirectory('fenghuo-log');
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
    },
  };
});

describe('the real disk', () => {
  it.skipIf(linux.missing)(`writes the log through an O_DSYNC descriptor${linux.note}`, () =>
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

  it('leaves the folder as it was until the first record; then prepares spare and reserve and drops what was half-made', () =>
    withFolder(async (dir) => {
      const halfMade = 'spare-0000000001-new.seg.tmp';
      const file = await nodeDisk.open(join(dir, halfMade), 'create');
      await file.write(Buffer.from('half'), 0);
      await file.close();
      let restored = () => {};
      const ready = new Promise<void>((resolve) => {
        restored = resolve;
      });
      const log = await openLocalLog({
        dir,
        clock,
        segmentBytes: 64 * 1024,
        reserveBytes: 64 * 1024,
        onNotice: ({ kind }) => {
          if (kind === 'reserve-restored') restored();
        },
      });
      expect(await nodeDisk.list(dir)).toEqual([halfMade]);
      appendTexts(log, 'first');
      await ready;
      await log.close();
      const names = await nodeDisk.list(dir);
      expect(names).not.toContain(halfMade);
      expect(names).toEqual(['0000000001.log', 'reserve', expect.stringMatching(/^spare-\d{10}-new\.seg$/)]);
    }));

  it.skipIf(linux.missing)(`keeps a second opening of the folder out${linux.note}`, () =>
    withFolder(async (dir) => {
      const log = await openSmall(dir);
      await expect(openSmall(dir)).rejects.toThrow('in use');
      await log.close();
      await (await openSmall(dir)).close();
    }),
  );

  it('keeps snapshots', () =>
    withFolder(async (dir) => {
      const store = await openSnapshots({ dir: join(dir, 'snapshots'), clock });
      await store.write(5, [Buffer.alloc(700_000, 1), Buffer.from('tail')]);
      const newest = await (await openSnapshots({ dir: join(dir, 'snapshots'), clock })).newest();
      expect(newest?.parts.map((part) => part.length)).toEqual([700_000, 4]);
      expect(text(newest?.parts[1] as Uint8Array)).toBe('tail');
    }));

  it('archives what it frees', () =>
    withFolder(async (dir) => {
      const archiveDir = join(dir, 'archive');
      const log = await openLocalLog({
        dir: join(dir, 'log'),
        archiveDir,
        clock,
        segmentBytes: 64 * 1024,
        reserveBytes: 0,
      });
      for (let commit = 0; commit < 20; commit++) {
        appendTexts(log, `${commit}`);
        await log.flush();
      }
      await log.free(17);
      expect((await readAll(log)).length).toBe(4);
      expect((await nodeDisk.list(archiveDir)).length).toBe(1);
      await log.close();
    }));

  it.skipIf(aSmallDisk.missing)(`goes on from its reserve when the disk is really full${aSmallDisk.note}`, async () => {
    const dir = join(smallDisk as string, 'log');
    const kinds: string[] = [];
    let restored = () => {};
    const options = { dir, clock, segmentBytes: 64 * 1024, preallocate: false, reserveBytes: 512 * 1024 };
    const isRestored = new Promise<void>((resolve) => {
      restored = resolve;
    });
    const log = await openLocalLog({
      ...options,
      onNotice: ({ kind }) => {
        kinds.push(kind);
        if (kind === 'reserve-restored') restored();
      },
    });
    appendTexts(log, 'first');
    await isRestored;
    while (!kinds.includes('reserve-freed')) {
      appendTexts(log, 'x'.repeat(10_000));
      await log.flush();
    }
    const { durable } = log;
    await log.free(durable);
    appendTexts(log, 'after the full disk');
    await log.close();
    const again = await openLocalLog(options);
    expect((await readAll(again)).at(-1)).toEqual([durable + 1, 'after the full disk']);
    await again.close();
  });
});
