// `fenghuo demo` as a visitor sees it: within a minute alerts of three colours from simulators over real MQTT, and Ctrl-C
// leaves neither a process nor a file.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DeskClient } from '../support/desk-client.ts';
import { answers, freePort, temporaryDirectory } from '../support/servers.ts';
import { eventually, signIn } from '../support/service.ts';
import { shippedMain } from '../support/shipped.ts';
import { forgetProcess, rememberProcess } from '../support/temporary.ts';

it('shows live values and alerts of three colours within a minute, and stops without a trace', async () => {
  const main = await shippedMain();
  const folder = temporaryDirectory('demo');
  const http = await freePort();
  const url = `http://127.0.0.1:${http}`;
  const env = {
    PATH: process.env.PATH,
    // The data of a demo live where temporary files do.
    TMPDIR: folder,
    FENGHUO_HTTP_PORT: String(http),
    FENGHUO_MQTT_PORT: String(await freePort()),
    FENGHUO_LOG_RESERVE_MIB: '0',
  };
  // In a group of its own, as a shell starts it: Ctrl-C goes to the group.
  const demo = spawn(process.execPath, [main, 'demo'], { cwd: folder, env, detached: true });
  const group = -(demo.pid as number);
  rememberProcess(demo.pid as number);
  const exited = once(demo, 'exit');
  const printed: Buffer[] = [];
  for (const stream of [demo.stdout, demo.stderr]) stream.on('data', (chunk: Buffer) => printed.push(chunk));
  try {
    await eventually('the address', () => printed.join('').includes(url), 60_000);
    expect(await answers(`${url}/`)).toBe(true);
    expect(readdirSync(folder)).toHaveLength(1);
    const visitor = await signIn(url, 'province', 'fenghuo-demo');
    const desk = await DeskClient.open(url, visitor.token);
    const points = await visitor.get<{ items: { id: string }[] }>('/points?limit=2000');
    await desk.subscribe({ points: points.body.items.map(({ id }) => id) });
    await eventually(
      'alerts of three colours',
      () => {
        const alerts = [...desk.snapshot, ...desk.transitions.map(({ alert }) => alert)];
        return new Set(alerts.filter(({ kind }) => kind === 'hazard').map(({ grade }) => grade)).size >= 3;
      },
      60_000,
    );
    expect(desk.gaps).toBe(0);
    expect(new Set(desk.values.flatMap(({ values }) => values.map(([, number]) => number))).size).toBeGreaterThan(300);
    desk.close();

    // npm hands the signal on too: it comes twice.
    process.kill(group, 'SIGINT');
    process.kill(group, 'SIGINT');
    expect(await exited).toEqual([0, null]);
    expect(() => process.kill(group, 0)).toThrow('ESRCH');
    expect(readdirSync(folder)).toEqual([]);
    const lines = printed.join('').trimEnd().split('\n');
    expect(lines.at(-2)).toContain('stopping');
    expect(lines.at(-1)).toContain(`what the demo wrote is removed (${join(folder, 'fenghuo-demo-')}`);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  } catch (error) {
    throw new Error(`${String(error)}\n${printed.join('')}`, { cause: error });
  } finally {
    demo.kill('SIGKILL');
    forgetProcess(demo.pid as number);
  }
}, 150_000);
