// What may not be done now is not offered, and it says why; what a dialog lacks stands beside its field, and gets the focus.
import { describe, expect, it } from 'vitest';
import { HEARTBEAT_MS } from '../../src/api/shapes/live.ts';
import { needs } from '../support/available.ts';
import { alertPoint, makeAlert } from '../support/build/alert.ts';
import { focused, row, screenBench, signIn } from './support/screen-bench.ts';

const browser = needs('chromium');
const over = { active: false, state: 'returned-unacknowledged' as const };
const answered = { acked: true, ackedLevel: 'province' as const };

describe.skipIf(browser.missing)(`what may not be done now${browser.note}`, () => {
  const bench = screenBench();
  const notNow = (act: string) => bench.page.textContent(`.not-now [data-act=${act}]`);
  const close = '.closing button';

  it('says to the county who may let go, once the alert has been red', async () => {
    const { api, page } = bench;
    const held = alertPoint('yt-chem/GD-101', 3, {
      held: true,
      value: 91,
      blindSince: api.service.time.now() - 60_000,
    });
    const alert = makeAlert({ id: 'held', grade: 'orange', points: [held] });
    api.service.change(alert);
    await signIn(page, api.url, 'county');
    await page.click(row('held'));
    const button = '.commands button:has-text("解除保持")';
    await page.waitForSelector(button);
    expect(await page.$('.not-now [data-act=release]')).toBeNull();
    api.service.change({ ...alert, grade: 'red', peakGrade: 'red' });
    await page.waitForSelector(button, { state: 'detached' });
    await expect.poll(() => notNow('release')).toBe('解除保持：须由市级或以上值守操作，因最高曾达■红');
    // Eased, it is still of an alert that was red.
    api.service.change({ ...alert, grade: 'yellow', peakGrade: 'red' });
    await page.waitForSelector('.headline.yellow');
    expect(await page.$(button)).toBeNull();
    await expect.poll(() => notNow('release')).toContain('曾达■红');
  });

  it('offers closing when nothing stands against it, and until then says the first thing that does', async () => {
    const { api, page } = bench;
    const { service } = api;
    const alert = makeAlert({ id: 'one', grade: 'orange' });
    service.change(alert);
    await signIn(page, api.url);
    await page.click(row('one'));
    await page.waitForSelector('.not-now [data-act=close]');
    await expect.poll(() => notNow('close')).toBe('关闭：报警条件仍然存在');
    expect(await page.$(close)).toBeNull();
    service.change({ ...alert, ...answered, active: false, latched: true, state: 'latched' });
    await page.waitForSelector('.headline:has-text("待复位")');
    await expect.poll(() => notNow('close')).toBe('关闭：报警条件仍然存在');
    service.change({ ...alert, ...over });
    await page.waitForSelector('.not-now [data-act=close]:has-text("需先确认")');
    service.change({ ...alert, ...over, ...answered });
    await page.waitForSelector('.not-now [data-act=close]:has-text("须先核实")');
    expect(await page.$(close)).toBeNull();
    service.change({ ...alert, ...over, ...answered, handling: 'verified' });
    await page.waitForSelector(close);
    expect(await page.$('.not-now [data-act=close]')).toBeNull();
  });

  it('says who may close what is not for this desk, and who may be the second person', async () => {
    const { api, page } = bench;
    const done = { ...over, ...answered, handling: 'verified' as const };
    const closing = { by: '王', role: 'county-duty', level: 'county' as const, at: 1, cause: 'real', note: '已处置' };
    api.service.change(
      makeAlert({ id: 'orange-over', grade: 'orange', ...done }),
      makeAlert({ id: 'red-asked', grade: 'red', ...done, closing }),
    );
    await signIn(page, api.url, 'operator');
    await page.click(row('orange-over'));
    await page.waitForSelector('.headline.orange');
    await expect.poll(() => notNow('close')).toBe('关闭：须由县应急值班或以上操作，因最高曾达▲橙');
    await page.click('.person button >> nth=2');
    await signIn(page, api.url, 'county');
    await page.click(row('red-asked'));
    await page.waitForSelector('.headline.red');
    // Two of the county are not enough for a red.
    await expect.poll(() => notNow('close')).toBe('关闭：第二人须为市应急值班、省应急值班、系统管理员或以上');
    expect(await page.$(close)).toBeNull();
  });

  it('takes nothing but acknowledgements while nothing can be saved, and says so', async () => {
    const { api, page } = bench;
    await signIn(page, api.url);
    await page.waitForSelector('.commands button:has-text("核实")');
    api.service.state_ = { state: 'failing', unsaved: true, parts: { log: { state: 'failing', detail: 'EIO' } } };
    api.service.time.advance(HEARTBEAT_MS);
    await page.waitForSelector('.commands .not-now:has-text("存储故障期间只能确认")');
    const offered = await page.$$eval('.commands button', (all) => all.map((one) => one.textContent));
    expect(offered).toEqual(['确认']);
  });

  it('says beside the field what is missing, in both languages, and goes there', async () => {
    const { api, page } = bench;
    api.service.change(makeAlert({ id: 'done', grade: 'red', ...over, ...answered, handling: 'verified' }));
    await signIn(page, api.url);
    await page.click(row('done'));
    await page.click(close);
    await page.waitForSelector('.close-dialog');
    await expect
      .poll(() => page.textContent('.close-dialog .second'))
      .toBe('发出后尚未关闭：还须第二人（县应急值班或以上）确认');
    // Nobody is blamed before he has tried.
    await expect.poll(() => page.textContent('.close-dialog .fault >> nth=0')).toBe('');
    await page.click('.close-dialog .primary');
    await expect.poll(() => page.textContent('.close-dialog #cause-fault')).toBe('请填写“原因”');
    await expect.poll(() => page.textContent('.close-dialog #note-fault')).toBe('请填写“说明”');
    await expect.poll(() => focused(page)).toBe('cause');
    await page.selectOption('.close-dialog select', 'real');
    await expect.poll(() => page.textContent('.close-dialog #cause-fault')).toBe('');
    // Blanks are no words.
    await page.fill('.close-dialog input', '   ');
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toBe('note');
    expect(api.service.commands).toEqual([]);
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { state: 'detached' });
    await page.click('button:has-text("English")');
    await page.click('.commands button:has-text("Note")');
    await page.click('dialog .primary');
    await expect.poll(() => page.textContent('dialog #note-fault')).toBe('Please fill in “Note”');
    await expect.poll(() => page.getAttribute('dialog input', 'aria-invalid')).toBe('true');
    await expect.poll(() => focused(page)).toBe('note');
  });
});
