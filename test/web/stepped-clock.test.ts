// After a step of our own clock the screen shows one time: what alarms and what comes live are in engine time, the history is
// in that of the devices, which go by the wall.
import { describe, expect, it } from 'vitest';
import { needs } from '../support/available.ts';
import { screenBench, signIn } from './support/screen-bench.ts';

const browser = needs('chromium');
const HOUR_MS = 3_600_000;

describe.skipIf(browser.missing)(`a service whose clock was stepped${browser.note}`, () => {
  const bench = screenBench();

  it('draws the hour that was, up to the value of now', async () => {
    const { api, page } = bench;
    const { service } = api;
    // The machine had a date eight hours ahead when the service was started, and it was set right since.
    service.time.offsetMs = -8 * HOUR_MS;
    if (service.nextHistory instanceof Error || 'unavailable' in service.nextHistory) throw new Error('no history');
    if (service.nextHistory.downsampled) throw new Error('sampled');
    const stored = service.nextHistory.items.map((row) => ({ ...row, at: row.at - 8 * HOUR_MS }));
    service.history = async (_point?: unknown, from = 0, to = 0) => ({
      downsampled: false,
      items: stored.filter(({ at }) => at >= from && at <= to),
    });
    await signIn(page, api.url);
    await expect.poll(async () => Number(await page.getAttribute('.plot', 'data-rows'))).toBeGreaterThan(250);
    // A live value trims what is older than the hour.
    service.dirty.push([0, 3, service.time.now() + 400, 58.25, 'good']);
    service.time.advance(500);
    await page.waitForSelector('.trend figcaption:has-text("58.25")');
    expect(Number(await page.getAttribute('.plot', 'data-rows'))).toBeGreaterThan(250);
  });
});
