/** The service's log of itself on a disk that is full, a pipe that is closed, and one that nobody reads. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LineDisk } from '../../src/app/log-output.ts';
import { LogOutput } from '../../src/app/log-output.ts';
import { freePort, temporaryDirectory } from '../support/servers.ts';
import { eventually } from '../support/service.ts';
import { shippedMain } from '../support/shipped.ts';

type Done = Parameters<LineDisk['write']>[2];

/** Takes, or refuses with `refusal`, when the test lets it. */
class Descriptor implements LineDisk {
  text = '';
  room = Number.POSITIVE_INFINITY;
  refusal = 'ENOSPC';
  syncCalls = 0;
  private readonly calls: [Uint8Array, Done][] = [];

  write(_fd: number, bytes: Uint8Array, done: Done): void {
    this.calls.push([bytes, done]);
  }

  writeSync(_fd: number, bytes: Uint8Array): number {
    this.syncCalls++;
    return this.take(bytes);
  }

  /** Every call that was made, and those that follow from it. */
  settle(most = 1_000): void {
    for (let call = this.calls.shift(); call !== undefined && most > 0; call = this.calls.shift(), most--) {
      const [bytes, done] = call;
      try {
        done(null, this.take(bytes));
      } catch (error) {
        done(error as NodeJS.ErrnoException, 0);
      }
    }
  }

  private take(bytes: Uint8Array): number {
    if (this.room === 0) throw Object.assign(new Error(this.refusal), { code: this.refusal });
    const taken = bytes.subarray(0, this.room);
    this.room -= taken.length;
    this.text += Buffer.from(taken).toString();
    return taken.length;
  }

  lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }
}

function output() {
  const disk = new Descriptor();
  const later: (() => void)[] = [];
  const log = new LogOutput({ fd: 1, disk, now: () => 0, after: (_ms, run) => later.push(run) });
  return { disk, log, later };
}

describe('the log of itself', () => {
  it('drops what a full disk refuses, and says how much when there is room again', () => {
    const { disk, log } = output();
    log.write('{"n":1}\n');
    disk.settle();
    disk.room = 3;
    for (let n = 2; n <= 4; n++) log.write(`{"n":${n}}\n`);
    disk.settle();
    disk.room = Number.POSITIVE_INFINITY;
    log.write('{"n":5}\n');
    disk.settle();
    log.write('{"n":6}\n');
    disk.settle();
    expect(disk.lines()).toEqual([
      '{"n":1}',
      '{"n',
      expect.stringContaining('"dropped":3,"msg":"3 lines of this log could not be written here"'),
      '{"n":5}',
      '{"n":6}',
    ]);
  });

  it('waits for a pipe that is full at present, keeps a bounded part, and loses no line before it', () => {
    const { disk, log, later } = output();
    disk.room = 0;
    disk.refusal = 'EAGAIN';
    for (let n = 0; n < 2_000; n++) log.write(`${'x'.repeat(1_023)}\n`);
    disk.settle();
    disk.room = Number.POSITIVE_INFINITY;
    for (const run of later) run();
    disk.settle();
    const lines = disk.lines();
    expect(lines.filter((line) => line === 'x'.repeat(1_023)).length).toBeGreaterThan(1_000);
    const dropped = lines.map((line) => /"dropped":(\d+)/.exec(line)?.[1]).find((count) => count !== undefined);
    expect(lines.length - 1 + Number(dropped)).toBe(2_000);
  });

  it('ends with one try, and with none where a call has not come back', () => {
    const stalled = output();
    stalled.log.write('a\n');
    stalled.log.write('b\n');
    stalled.log.end();
    expect(stalled.disk.syncCalls).toBe(0);
    const full = output();
    full.disk.room = 0;
    full.log.write('a\n');
    full.disk.settle();
    full.log.end();
    expect(full.disk.syncCalls).toBe(0);
  });
});

describe('the service', () => {
  async function begin(output: number | 'pipe') {
    const http = await freePort();
    const child = spawn(process.execPath, [await shippedMain(), 'start'], {
      stdio: ['ignore', output, output],
      env: {
        PATH: process.env.PATH,
        FENGHUO_DATA_DIR: temporaryDirectory('closed-output'),
        FENGHUO_HTTP_PORT: String(http),
        FENGHUO_MQTT_PORT: String(await freePort()),
        FENGHUO_LOG_LEVEL: 'trace',
        FENGHUO_LOG_SEGMENT_MIB: '8',
        FENGHUO_LOG_RESERVE_MIB: '0',
      },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const answers = () =>
      fetch(`http://127.0.0.1:${http}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    const isReady = () =>
      eventually('it is ready, or has ended', async () => child.exitCode !== null || answers(), 60_000);
    return { child, isReady, exit: once(child, 'exit') };
  }

  it('goes on when whoever read its output is gone, and stops in order', async () => {
    const { child, isReady, exit } = await begin('pipe');
    if (child.stdout !== null) await once(child.stdout, 'data');
    child.stdout?.destroy();
    child.stderr?.destroy();
    await isReady();
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });

  it.skipIf(!existsSync('/dev/full'))(
    'goes on where its output stands on a full disk, and stops in order',
    async () => {
      const full = openSync('/dev/full', 'w');
      const { child, isReady, exit } = await begin(full);
      closeSync(full);
      await isReady();
      child.kill('SIGTERM');
      expect(await exit).toEqual([0, null]);
    },
  );
});
