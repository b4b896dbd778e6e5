// An alert of the past on the screen: as it stood in the record when it was closed, marked as then, and under an address that
// a colleague can be sent.
import { beforeEach, describe, expect, it } from 'vitest';
import { PASSWORD } from '../api/support/service.ts';
import { needs } from '../support/available.ts';
import { alertPoint, makeAlert } from '../support/build/alert.ts';
import { row, screenBench, signIn } from './support/screen-bench.ts';

const browser = needs('chromium');
const MINUTE_MS = 60_000;

describe.skipIf(browser.missing)(`an alert of the past${browser.note}`, () => {
  const bench = screenBench();

  beforeEach(() => {
    const { service } = bench.api;
    const now = service.time.now();
    const closedAt = now - 10 * MINUTE_MS;
    const recorded = { value: 24.3, quality: 'uncertain' as const, limit: 'H', limitValue: 25, peak: 61 };
    service.change(
      makeAlert({
        id: 'then',
        grade: 'yellow',
        raisedAt: now - 50 * MINUTE_MS,
        worsenedAt: now - 50 * MINUTE_MS,
        clearedAt: now - 20 * MINUTE_MS,
        closedAt,
        handling: 'closed',
        active: false,
        state: 'normal',
        points: [
          alertPoint('yt-chem/GD-101', 3, { ...recorded, active: false, sampledAt: now - 21 * MINUTE_MS }),
          alertPoint('yt-chem/GD-102', 4, { value: 26.5, quality: 'good', held: true, numbers: { timeToLimitMs: 1 } }),
        ],
      }),
    );
    service.newestValues.set(4, [0, 4, now, 99.5, 'good']);
  });

  it('shows the values of its points as recorded at closing, and nothing of now beside them', async () => {
    const { api, page } = bench;
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await signIn(page, api.url);
    await page.keyboard.press('KeyH');
    // The pane of the alert that is open was of now, and has asked its last.
    await page.waitForSelector('.past [data-id="then"]');
    await page.waitForSelector('.plot canvas');
    const shownAt = asked.length;
    await page.click('.past [data-id="then"]');
    await page.waitForSelector('.contributors li:has-text("GD-101")');
    // Its points go on sending, and the desk hears it: 58.25 in the row of the alert that is open.
    api.service.dirty.push(
      [0, 3, api.service.time.now(), 58.25, 'good'],
      [0, 4, api.service.time.now(), 99.75, 'good'],
    );
    api.service.time.advance(500);
    await page.keyboard.press('KeyH');
    await page.waitForSelector(`${row('red')} .value:has-text("58.25")`);
    const points = await page.textContent('.contributors');
    expect(points).toMatch(
      /GD-101.*24\.3 %LEL \(H 25\).*最高 61 %LEL.*已退出 · 数据质量 存疑 · 采样 2025-10-09 16:32:20/,
    );
    expect(points).toMatch(/GD-102.*26\.5 %LEL.*保持末值 · 数据质量 正常/);
    expect(points).not.toMatch(/57\.8|58\.25|99\.|持续|达下一限值/);
    expect(await page.textContent('.contributors li .then')).not.toBe('');
    await expect
      .poll(() => page.textContent('h3:has(.then)'))
      .toContain('关闭时（2025-10-09 16:43:20）的记录，非当前值');
    // How it stood, for as long as it stood: it does not go on lasting.
    await expect.poll(() => page.textContent('.headline')).toContain('持续 30 分 0 秒');
    // The picture is of then, too: it ends at the closing, and asks nobody how the point is now.
    await page.waitForSelector('h3:has-text("当时的趋势")');
    expect(asked.filter((url) => /GD-101\/state|GD-101%2Fstate/.test(url) && asked.indexOf(url) > shownAt)).toEqual([]);
    const until = asked.slice(shownAt).flatMap((url) => new URL(url).searchParams.get('to') ?? []);
    expect([...new Set(until)]).toEqual([String(api.service.time.now() - 500 - 10 * MINUTE_MS + 1_000)]);
  });

  it('is opened by its address after signing in, and keeps it', async () => {
    const { api, page } = bench;
    await page.goto(`${api.url}/#/alarm/then`);
    await page.fill('input[name=user]', 'province');
    await page.fill('input[name=password]', PASSWORD);
    await page.click('button[type=submit]');
    await page.waitForSelector('.headline.yellow:has-text("已关闭")');
    await expect.poll(() => page.getAttribute('.headline .address', 'href')).toBe('#/alarm/then');
    // Another one has another: it stands where somebody who wants to send it looks.
    await page.click(row('orange'));
    await page.waitForSelector('.headline.orange');
    await page.click('.headline .address');
    expect(new URL(page.url()).hash).toBe('#/alarm/orange');
  });

  it.each(['nothing-of-ours', '', '%E0%A4%A', 'then/and/more'])(
    'says so when the address %j leads to no alert',
    async (id) => {
      const { api, page } = bench;
      await page.goto(`${api.url}/#/alarm/${id}`);
      await page.fill('input[name=user]', 'province');
      await page.fill('input[name=password]', PASSWORD);
      await page.click('button[type=submit]');
      await page.waitForSelector('.detail .trouble:has-text("没有这条报警：地址有误，或不在您的范围内")');
      expect(await page.$('.headline')).toBeNull();
      // The list is there all the same, and the way out of it.
      await page.click(row('red'));
      await page.waitForSelector('.headline.red');
    },
  );

  it('says nothing to a colleague of another county than that there is no such alert', async () => {
    const { api, page } = bench;
    api.service.change(
      makeAlert({ id: 'theirs', enterprise: 'bh-mine', division: '320922', closedAt: 1, handling: 'closed' }),
    );
    await signIn(page, `${api.url}/#/alarm/theirs`, 'operator');
    await page.waitForSelector('.detail .trouble:has-text("没有这条报警")');
  });
});
