// What is left over of a thing that is gone reads wrong: a stop that is past, a place that has no name, a side that is not it.
import { describe, expect, it } from 'vitest';
import { LOST_AFTER_MS } from '../../web/live/state.ts';
import { needs } from '../support/available.ts';
import { alertPoint, makeAlert } from '../support/build/alert.ts';
import { row, screenBench, signIn } from './support/screen-bench.ts';

const browser = needs('chromium');

describe.skipIf(browser.missing)(`what is left over${browser.note}`, () => {
  const bench = screenBench();

  it('says that the service has stopped once it is gone', async () => {
    const { api, page } = bench;
    await page.clock.install();
    await signIn(page, api.url);
    await page.waitForSelector('.link.live');
    await api.server.stop();
    await page.waitForSelector('.bar.refused:has-text("服务正在停止")');
    await page.clock.fastForward(LOST_AFTER_MS + 1_000);
    await page.waitForSelector('.bar.refused:has-text("服务已停止")');
  });

  it('ends the row of a gateway of the own enterprise with its last word', async () => {
    const { api, page } = bench;
    const points = [alertPoint('yt-chem/~gw1', -1, { rule: 'coverage' })];
    api.service.change(makeAlert({ id: 'gone', hazard: 'coverage', source: 'yt-chem/~gw1', grade: 'yellow', points }));
    await signIn(page, api.url, 'operator');
    await expect.poll(() => page.textContent(`${row('gone')} .about`)).toBe('网关 gw1 监测中断');
  });

  it('calls a pressure that falls to its low limit no overpressure', async () => {
    const { api, page } = bench;
    const rate = (limit: string) => [alertPoint('yt-chem/GD-102', 4, { rule: 'rate-of-change', limit, limitValue: 2 })];
    api.service.change(
      makeAlert({ id: 'falling', hazard: 'overpressure', grade: 'yellow', points: rate('L') }),
      makeAlert({ id: 'rising', hazard: 'overpressure', grade: 'yellow', points: rate('H') }),
      makeAlert({ id: 'both', hazard: 'overpressure', grade: 'yellow', points: [...rate('L'), ...rate('H')] }),
    );
    await signIn(page, api.url);
    await expect.poll(() => page.textContent(`${row('falling')} .subject`)).toMatch(/压力过低$/);
    await expect.poll(() => page.textContent(`${row('rising')} .subject`)).toMatch(/超压$/);
    await expect.poll(() => page.textContent(`${row('both')} .subject`)).toMatch(/超压$/);
  });
});
