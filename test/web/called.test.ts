// Whom the list calls, and for what: a second person to the closing of a red.
import { describe, expect, it } from 'vitest';
import { needs } from '../support/available.ts';
import { makeAlert } from '../support/build/alert.ts';
import { row, screenBench, signIn } from './support/screen-bench.ts';

const browser = needs('chromium');

describe.skipIf(browser.missing)(`whom the list calls${browser.note}`, () => {
  const bench = screenBench();
  const text = (selector: string) => bench.page.textContent(selector);

  it('calls the second person to the closing of a red, tells the asker that it is asked for, and nobody who may not', async () => {
    const { api, page } = bench;
    const { service } = api;
    service.book.clear();
    const over = { active: false, state: 'normal' as const, acked: true, ackedLevel: 'province' as const };
    const closing = { by: 'county', role: 'county-duty', level: 'county' as const, at: 1, cause: 'real', note: '' };
    const red = makeAlert({ id: 'red-over', grade: 'red', ...over, handling: 'verified', points: [] });
    service.change(red);
    await signIn(page, api.url);
    await page.waitForSelector('.banner:has-text("没有未确认的报警")');
    service.change({ ...red, closing, seq: red.seq + 1 });
    await page.waitForSelector(`${row('red-over')} .state:has-text("county 先生 申请关闭，待第二人确认")`);
    // In sight wherever the row is: beside the worst that nobody has answered, or in its place.
    await page.click('.banner button:has-text("1 条申请关闭，待第二人确认")');
    await page.waitForSelector('.closing button:has-text("确认关闭")');
    await page.click('button:has-text("English")');
    await page.waitForSelector(
      `${row('red-over')} .state:has-text("county 先生 asks to close: a second person is needed")`,
    );
    await page.click('button:has-text("中文")');
    await page.click('.person button >> nth=2');
    await signIn(page, api.url, 'county');
    await page.waitForSelector(`${row('red-over')} .state:has-text("已申请关闭")`);
    expect(await text('.banner')).toBe('没有未确认的报警');
    await page.click('.person button >> nth=2');
    await signIn(page, api.url, 'operator');
    expect(await text(`${row('red-over')} .state`)).not.toContain('申请关闭');
    expect(await text('.banner')).not.toContain('申请关闭');
  });
});
