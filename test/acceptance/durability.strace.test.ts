// No PUBACK, 202 or OK leaves before what it promises is on the disk: the shipped binary under strace, its system calls in
// the order of the kernel. kill -9 could not show this, because the page cache survives it. And the proof of the proof: a
// build whose writes are not synced is caught.
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/api/schemas/alerts.ts';
import { findBinary, needs } from '../support/available.ts';
import { SECRET } from '../support/build/registry-file.ts';
import { connectGateway, publish } from '../support/gateway.ts';
import { temporaryDirectory } from '../support/servers.ts';
import { eventually, register, signIn, startService } from '../support/service.ts';
import { shippedMain } from '../support/shipped.ts';
import type { Trace } from '../support/strace-log.ts';
import { durableBefore, pubacksOf, readTrace, readTraceFile, sentAt, TRACED } from '../support/strace-log.ts';

const strace = needs('strace');
const READINGS = 120;
const POSTS = 10;

/** What left too early, in words; `checked` counts what was looked at, so that an empty trace proves nothing. */
interface Judged {
  readonly checked: Record<'puback' | 'accepted' | 'command', number>;
  readonly early: readonly string[];
}

/** Eight bytes that no other reading has, as they stand in its record: the value, IEEE 754, little endian. */
function bytesOf(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

/** Far below the limit of 25, all different, and with a long fraction. */
const levelOf = (n: number): number => 1 + (n + 1) / 1_000.7;

async function traced(main?: string): Promise<Judged> {
  const directory = temporaryDirectory('strace');
  const file = join(directory, 'trace');
  const flags = ['-f', '-D', '-xx', '-s', '262144', '-e', `trace=${TRACED}`, '-o', file];
  const under = [findBinary('strace') as string, ...flags];
  const service = await startService({ directory, under, main });
  const valueOfMessage = new Map<number, number>();
  const note = '一号泵已停 strace-note-4711';
  const key = 'strace-key-4711';
  try {
    const admin = await signIn(service.url);
    await register(admin, [{ id: 'yt-chem/GD-101' }]);
    const gateway = await connectGateway(service.mqttUrl, 'yt-chem/gw1');
    gateway.on('packetsend', (packet) => {
      if (packet.cmd !== 'publish') return;
      const { value } = JSON.parse(String(packet.payload)) as { value: number };
      valueOfMessage.set(packet.messageId as number, value);
    });
    const send = (value: number): Promise<void> => publish(gateway, 'yt-chem/gw1', { point: 'GD-101', value });
    // One by one and in bursts: a group of one, and groups that were gathered while another was written.
    for (let n = 0; n < READINGS / 4; n++) await send(levelOf(n));
    await Promise.all(Array.from({ length: (READINGS * 3) / 4 }, (_, i) => send(levelOf(READINGS / 4 + i))));
    for (let n = READINGS; n < READINGS + POSTS; n++) {
      const answer = await fetch(`${service.url}/api/v1/readings`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`yt-chem/gw1:${SECRET}`).toString('base64')}` },
        body: JSON.stringify({ point: 'GD-101', value: levelOf(n) }),
      });
      expect(answer.status).toBe(202);
      await answer.text();
    }
    await send(30.125);
    const alert = await eventually('the alert', async () => {
      const { body } = await admin.get<{ items: Alert[] }>('/alerts?kind=hazard');
      return body.items[0];
    });
    const command = { seenSeq: alert.seq, note };
    const answer = await admin.post(`/alerts/${alert.id}/acknowledge`, command, { 'idempotency-key': key });
    expect(answer.status).toBe(200);
    await gateway.endAsync();
  } finally {
    await service.stop();
  }
  await eventually('the end of the trace', () => readFileSync(file, 'latin1').includes('+++ exited with'));
  return judge(readTraceFile(file, join(directory, 'log')), valueOfMessage, note, key);
}

function judge(trace: Trace, valueOfMessage: ReadonlyMap<number, number>, note: string, key: string): Judged {
  const early: string[] = [];
  const checked = { puback: 0, accepted: 0, command: 0 };
  for (const [id, moment] of pubacksOf(trace)) {
    const value = valueOfMessage.get(id);
    if (value === undefined) throw new Error(`a PUBACK for message ${id}, which nobody sent`);
    checked.puback += 1;
    if (!durableBefore(trace, bytesOf(value), moment)) early.push(`PUBACK of message ${id}`);
  }
  let moment: number | undefined = -1;
  for (let n = READINGS; n < READINGS + POSTS; n++) {
    moment = sentAt(trace, 'HTTP/1.1 202', moment);
    if (moment === undefined) break;
    checked.accepted += 1;
    if (!durableBefore(trace, bytesOf(levelOf(n)), moment)) early.push(`202 of reading ${n}`);
  }
  const told = sentAt(trace, note);
  if (told !== undefined) {
    checked.command += 1;
    if (!durableBefore(trace, key, told)) early.push('200 of the acknowledgement');
  }
  return { checked, early };
}

/** The build with O_DSYNC taken out of the log's disk, beside the same packages and seeds. */
async function buildWithoutSync(): Promise<string> {
  const main = await shippedMain();
  const root = join(dirname(main), '..', '..', '..');
  const copy = temporaryDirectory('unsynced');
  for (const name of ['node_modules', 'seeds', 'package.json']) symlinkSync(join(root, name), join(copy, name));
  mkdirSync(join(copy, 'dist'));
  for (const name of ['src', 'simulators'])
    cpSync(join(root, 'dist', name), join(copy, 'dist', name), { recursive: true });
  const disk = join(copy, 'dist', 'src', 'log', 'local', 'node-disk.js');
  const text = readFileSync(disk, 'utf8');
  const unsynced = text.replaceAll(' | constants.O_DSYNC', '');
  expect(unsynced).not.toBe(text);
  writeFileSync(disk, unsynced);
  return join(copy, 'dist', 'src', 'app', 'main.js');
}

const all = { puback: READINGS + 1, accepted: POSTS, command: 1 };

describe.skipIf(strace.missing)(`durable before any answer, as the kernel sees it${strace.note}`, () => {
  it('no PUBACK, 202 or OK leaves before a synced write that covers it has returned', async () => {
    expect(await traced()).toEqual({ checked: all, early: [] });
  });

  it('a build that does not sync is caught at every answer', async () => {
    const { checked, early } = await traced(await buildWithoutSync());
    expect(checked).toEqual(all);
    expect(early).toHaveLength(READINGS + 1 + POSTS + 1);
  });
});

describe('the reading of a trace', () => {
  const hex = (text: string): string => Buffer.from(text, 'latin1').toString('hex').replaceAll(/../g, '\\x$&');
  const log = `7 openat(AT_FDCWD, "${hex('/d/log/1.seg')}", O_RDWR|O_DSYNC|O_CLOEXEC) = 21`;
  const plain = `7 openat(AT_FDCWD, "${hex('/d/log/1.seg')}", O_RDWR|O_CLOEXEC) = 21`;
  const puback = `7 write(30, "${hex('@\x02\x00\x05')}", 4) = 4`;
  const judged = (...lines: string[]): boolean => {
    const trace = readTrace(lines.join('\n'), '/d/log');
    return durableBefore(trace, 'record', pubacksOf(trace).get(5) as number);
  };
  const write = (end: string) => `8 pwrite64(21, "${hex('a record')}", 8, 0${end}`;

  it('counts a synced write from its return, and an answer from its call', () => {
    expect(judged(log, write(') = 8'), puback)).toBe(true);
    expect(judged(log, write(' <unfinished ...>'), '8 <... pwrite64 resumed>) = 8', puback)).toBe(true);
    expect(judged(log, write(' <unfinished ...>'), puback, '8 <... pwrite64 resumed>) = 8')).toBe(false);
    const begun = puback.replace(') = 4', ' <unfinished ...>');
    expect(judged(log, begun, write(') = 8'), '7 <... write resumed>) = 4')).toBe(false);
    expect(judged(log, write(') = -1 EIO (Input/output error)'), puback)).toBe(false);
    expect(judged(log, write(') = 3'), puback)).toBe(false);
  });

  it('takes an unsynced write for durable after an fsync of the same file only', () => {
    expect(judged(plain, write(') = 8'), puback)).toBe(false);
    expect(judged(plain, write(') = 8'), '8 fdatasync(21) = 0', puback)).toBe(true);
    expect(judged(plain, write(') = 8'), '8 fdatasync(22) = 0', puback)).toBe(false);
    expect(
      judged(plain, write(') = 8'), '8 fdatasync(21 <unfinished ...>', puback, '8 <... fdatasync resumed>) = 0'),
    ).toBe(false);
    expect(
      judged(log.replace('/d/log', '/d/elsewhere').replace(hex('/d/log'), hex('/d/els')), write(') = 8'), puback),
    ).toBe(false);
  });

  it('finds every PUBACK in a vector of several', () => {
    const vector = `7 writev(30, [{iov_base="${hex('@\x02\x00')}", iov_len=3}, {iov_base="${hex('\x05@\x02\x00\x06')}", iov_len=5}], 2) = 8`;
    expect([...pubacksOf(readTrace(vector, '/d/log')).keys()]).toEqual([5, 6]);
  });
});
