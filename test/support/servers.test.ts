// Every server that tests count on starts, answers, can be hung and killed, and is gone afterwards.
import { existsSync } from 'node:fs';
import { connectAsync } from 'mqtt';
import { describe, expect, it } from 'vitest';
import { hasBinary, needs } from './available.ts';
import { startChromium } from './chromium.ts';
import type { RunningServer } from './servers.ts';
import {
  acceptsConnections,
  answers,
  freePort,
  launch,
  startInflux1,
  startMosquitto,
  startVictoriaMetrics,
  temporaryDirectory,
  until,
} from './servers.ts';

async function gone(server: RunningServer): Promise<boolean> {
  return !(await acceptsConnections(server.port)) && !existsSync(`/proc/${server.pid}`);
}

const mosquitto = needs('mosquitto', 'mosquitto_passwd');
describe.skipIf(mosquitto.missing)(`Mosquitto${mosquitto.note}`, () => {
  it('takes a client, and is gone after stop', async () => {
    const server = await startMosquitto();
    const client = await connectAsync(server.url);
    await client.endAsync();
    await server.stop();
    await server.stop();
    expect(await gone(server)).toBe(true);
  });

  it('asks for the password it was given', async () => {
    const server = await startMosquitto({ passwords: { 'yt/gw1': 'secret' }, acl: 'user yt/gw1\ntopic readwrite #\n' });
    const once = { reconnectPeriod: 0, username: 'yt/gw1' };
    await expect(connectAsync(server.url, { ...once, password: 'wrong' })).rejects.toThrow(/not authorized/i);
    const client = await connectAsync(server.url, { ...once, password: 'secret' });
    await client.endAsync();
    await server.stop();
  });

  it('comes back on the same port and folder after kill -9', async () => {
    const first = await startMosquitto({ persistence: true });
    await first.kill();
    expect(await gone(first)).toBe(true);
    const second = await startMosquitto({ persistence: true, port: first.port, directory: first.directory });
    expect(second.url).toBe(first.url);
    await second.stop();
  });

  it('names the reason when it cannot start', async () => {
    await expect(startMosquitto({ config: 'no_such_option true' })).rejects.toThrow(/no_such_option/);
    const busy = await startMosquitto();
    await expect(startMosquitto({ port: busy.port })).rejects.toThrow(/taken/);
    await busy.stop();
  });
});

const influx = needs('influxd');
describe.skipIf(influx.missing)(`InfluxDB 1${influx.note}`, () => {
  it('keeps a line, hangs while paused and answers again', async () => {
    const server = await startInflux1({ database: 'fenghuo' });
    const written = await fetch(`${server.url}/write?db=fenghuo`, { method: 'POST', body: 'gas value=1 1000' });
    expect(written.status).toBe(204);
    server.pause();
    await expect(fetch(`${server.url}/ping`, { signal: AbortSignal.timeout(200) })).rejects.toThrow(/timeout/i);
    server.resume();
    expect(await answers(`${server.url}/ping`)).toBe(true);
    server.pause();
    await server.stop();
    expect(await gone(server)).toBe(true);
  });
});

const victoria = needs('victoria-metrics');
describe.skipIf(victoria.missing)(`VictoriaMetrics${victoria.note}`, () => {
  it('answers, and is gone after stop', async () => {
    const server = await startVictoriaMetrics();
    expect(await answers(`${server.url}/health`)).toBe(true);
    await server.stop();
    expect(await gone(server)).toBe(true);
  });
});

const browser = needs('chromium');
describe.skipIf(browser.missing)(`Chromium${browser.note}`, () => {
  it('draws a page, and is gone after stop', async () => {
    const running = await startChromium();
    const page = await running.browser.newPage();
    await page.setContent('<h1>烽火</h1>');
    expect(await page.textContent('h1')).toBe('烽火');
    await running.stop();
    expect(existsSync(`/proc/${running.pid}`)).toBe(false);
  });

  it('freezes with all its processes and goes on', async () => {
    const running = await startChromium();
    const page = await running.browser.newPage();
    running.pause();
    let answered = false;
    const answer = page.evaluate('1 + 1').finally(() => {
      answered = true;
    });
    // A round trip to a running browser takes a few milliseconds; a frozen one is asked for a hundred.
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(answered).toBe(false);
    running.resume();
    expect(await answer).toBe(2);
    await running.kill();
    expect(existsSync(`/proc/${running.pid}`)).toBe(false);
  });
});

describe('any other program', () => {
  it('is named when it is not installed', () => {
    expect(hasBinary('no-such-program')).toBe(false);
    expect(needs('no-such-program')).toEqual({ missing: true, note: ' (skipped: no no-such-program)' });
    const address = { port: 0, scheme: 'http', directory: temporaryDirectory() } as const;
    expect(() => launch('no-such-program', [], address)).toThrow(/not installed/);
  });

  it('that ends at once is reported with what it wrote', async () => {
    const address = { port: await freePort(), scheme: 'http', directory: temporaryDirectory() } as const;
    const failing = launch(process.execPath, ['-e', 'console.error("no disk"); process.exit(3)'], address);
    await expect(until(failing, () => acceptsConnections(failing.port))).rejects.toThrow(/no disk/);
  });
});
