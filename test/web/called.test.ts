// Whom the list calls, and for what: a second person to a closing, anybody to what has come again since it was answered.
import { describe, expect, it } from 'vitest';
import { needs } from '../support/available.ts';
import { alertPoint, makeAlert } from '../support/build/alert.ts';
import { row, screenBench, signIn } from './support/screen-bench.ts';

const browser = needs('chromium');
const MINUTE_MS = 60_000;

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
    await expect.poll(() => text('.banner')).toBe('没有未确认的报警');
    await page.click('.person button >> nth=2');
    await signIn(page, api.url, 'operator');
    expect(await text(`${row('red-over')} .state`)).not.toContain('申请关闭');
    expect(await text('.banner')).not.toContain('申请关闭');
  });

  it('tells what was lost again by when that was, and an answer of before as one of before', async () => {
    const { api, page } = bench;
    const now = api.service.time.now();
    const gateway = [alertPoint('yt-chem/~gw1', -1, { rule: 'offline', since: now - 22 * MINUTE_MS })];
    const lost = {
      kind: 'device' as const,
      hazard: 'offline' as const,
      grade: 'yellow' as const,
      source: 'yt-chem/~gw1',
      raisedAt: now - 22 * MINUTE_MS,
      worsenedAt: now - 22 * MINUTE_MS,
      state: 'acknowledged' as const,
      acked: true,
      ackedLevel: 'province' as const,
      acknowledgements: [{ level: 'province' as const, by: '王', at: now - 20 * MINUTE_MS, note: '已知悉', seq: 1 }],
    };
    api.service.change(
      makeAlert({ id: 'again', ...lost, activations: 2, activatedAt: now - MINUTE_MS, points: gateway }),
      makeAlert({ id: 'once', ...lost, activatedAt: lost.raisedAt, points: gateway }),
    );
    await signIn(page, api.url);
    await expect.poll(() => text(`${row('again')} .time`)).toBe('再次 16:52:20');
    await expect.poll(() => text(`${row('again')} .state`)).toMatch(/答复早于此次 · 王 16:33:20 已知悉/);
    await page.click(row('again'));
    await page.waitForSelector('.headline:has-text("再次 2025-10-09 16:52:20")');
    await expect.poll(() => text('.headline')).toMatch(/首次 2025-10-09 16:31:20.*持续 1 分 \d+ 秒/);
    await expect.poll(() => text('.detail')).toContain('答复早于此次');
    await expect.poll(() => text(`${row('once')} .time`)).toBe('16:31:20');
    expect(await text(`${row('once')} .state`)).not.toContain('答复早于此次');
    await page.click('button:has-text("English")');
    await page.waitForSelector(`${row('again')} .state:has-text("answered before this")`);
    await expect.poll(() => text(`${row('again')} .time`)).toBe('again 16:52:20');
  });

  it('puts nothing between quotes where nothing was said, and the cause of a closing in words', async () => {
    const { api, page } = bench;
    const { service } = api;
    const said = (by: string, note: string) => ({ level: 'province' as const, by, at: 1, note, seq: by.length });
    const alert = makeAlert({
      id: 'told',
      grade: 'yellow',
      acknowledgements: [said('王', ''), said('county', '看过')],
    });
    service.change(alert);
    const [told] = service.changeAs('closing-proposed', alert);
    Object.assign(told!, { by: 'county', note: 'real: 阀门已更换' });
    const [plain] = service.changeAs('commented', alert);
    Object.assign(plain!, { by: 'county', note: 'real: 原话' });
    await signIn(page, api.url);
    await page.click(row('told'));
    await page.waitForSelector('.log li:has-text("申请关闭") q:text-is("真实险情：阀门已更换")');
    // What a person wrote stays as written.
    await page.waitForSelector('.log li q:text-is("real: 原话")');
    await expect
      .poll(() => page.$$eval('.detail q', (all) => all.filter((one) => one.textContent === '').length))
      .toBe(0);
    await expect.poll(() => text('.detail')).toContain('看过');
  });
});
