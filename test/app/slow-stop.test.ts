/**
 * A stop while the history is written again to a disk that is slow: it does not wait for that, the process ends in order, and the
 * next start goes on with it. Nothing is lost, nothing is there twice.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findBinary, needs } from '../support/available.ts';
import { connectGateway, publish } from '../support/gateway.ts';
import type { RunningService } from '../support/service.ts';
import { eventually, register, signIn, startService } from '../support/service.ts';

const strace = needs('strace');
const GATEWAY = 'yt-chem/gw1';
/** More than three batches of the projection. */
const COMMENTS = 700;
/** A batch takes several synced slices. */
const SYNC_MS = 1_000;
/** Those before: the file is made and brought up. */
const QUICK_SYNCS = 8;

const detailOf = async ({ url }: RunningService): Promise<string> => {
  const { parts } = (await (await fetch(`${url}/readyz`)).json()) as { parts: { state: { detail?: string } } };
  return parts.state.detail ?? '';
};

/** Every sync of the state store's write-ahead log takes so long, and no other. */
function slowly(directory: string): string[] {
  const wal = join(directory, 'state.db-wal');
  const inject = `inject=fdatasync,fsync:delay_exit=${SYNC_MS * 1_000}:when=${QUICK_SYNCS}+`;
  const flags = [
    '-f',
    '-D',
    '--seccomp-bpf',
    '-P',
    wal,
    '-e',
    'trace=fdatasync,fsync',
    '-e',
    inject,
    '-o',
    join(directory, 'trace'),
  ];
  return [findBinary('strace') as string, ...flags];
}

describe.skipIf(strace.missing)(`a stop on a slow disk${strace.note}`, () => {
  it('gives up what the store has not taken, exits in order, and loses nothing of it', async () => {
    const first = await startService();
    const { directory, ports } = first;
    const admin = await signIn(first.url);
    await register(admin, [{ id: 'yt-chem/GD-1' }]);
    const gateway = await connectGateway(first.mqttUrl, GATEWAY);
    await publish(gateway, GATEWAY, { point: 'GD-1', at: Date.now(), value: 70 });
    const alert = await eventually('the alarm', async () =>
      (await admin.get<{ items: { id: string; hazard: string; seq: number }[] }>('/alerts')).body.items.find(
        ({ hazard }) => hazard === 'flammable-gas',
      ),
    );
    const comment = (n: number) =>
      admin.post(`/alerts/${alert.id}/comment`, { seenSeq: alert.seq, note: `round ${n}: nothing seen` });
    for (let n = 0; n < COMMENTS; n += 50)
      for (const { status } of await Promise.all(Array.from({ length: 50 }, (_, i) => comment(n + i))))
        expect(status).toBe(200);
    const told = (await admin.events()).map(({ seq, change, note }) => [seq, change, note]);
    expect(told.length).toBeGreaterThan(COMMENTS);
    await gateway.endAsync();
    await first.stop();
    // Now all of it has to be written again.
    for (const end of ['', '-wal', '-shm']) rmSync(join(directory, `state.db${end}`), { force: true });

    const slow = await startService({ directory, ports, under: slowly(directory) });
    expect(await detailOf(slow)).toContain('behind');
    expect(await slow.stop()).toBe(0);
    expect(slow.output()).not.toContain('did not stop within');

    const next = await startService({ directory, ports });
    await eventually('the history is whole', async () => !(await detailOf(next)).includes('behind'), 60_000);
    const again = (await (await signIn(next.url)).events()).map(({ seq, change, note }) => [seq, change, note]);
    expect(again.slice(0, told.length)).toEqual(told);
    expect(new Set(again.map(([seq]) => seq)).size).toBe(again.length);
    expect(await detailOf(next)).not.toContain('replay-divergence');
    expect(await next.stop()).toBe(0);
  }, 240_000);
});
