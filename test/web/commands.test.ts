// What somebody at the desk does to alerts, in a real browser: acknowledge, verify, note, let go, close; and what is not
// offered to whom.
import { describe, expect, it } from 'vitest';
import { needs } from '../support/available.ts';
import { alertPoint, makeAlert } from '../support/build/alert.ts';
import { row, screenBench, signIn } from './support/screen-bench.ts';

const browser = needs('chromium');
/** Returned and answered. */
const OVER = { active: false, acked: true, ackedLevel: 'province' as const, state: 'normal' as const };

describe.skipIf(browser.missing)(`commands on the screen${browser.note}`, () => {
  const bench = screenBench();

  it('acknowledges by keyboard with a note, and moves the row when the service says so', async () => {
    const { api, page } = bench;
    await signIn(page, api.url);
    await page.keyboard.press('KeyA');
    await page.waitForSelector('dialog[open]');
    await page.fill('dialog input', '已派人核实');
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${row('red')}.acknowledged`);
    expect(await page.$(`${row('red')} .lamp`)).toBeNull();
    const [command] = api.service.commands;
    expect(command).toMatchObject({
      alertId: 'red',
      seenSeq: 1,
      body: { kind: 'acknowledge', note: '已派人核实' },
    });
    // Yellow asks for nothing. The cursor has gone on to the next that is owed: one key down, one to acknowledge.
    await page.waitForSelector(`${row('orange')}.current`);
    await page.keyboard.press('ArrowDown');
    await page.waitForSelector(`${row('mine')}.current`);
    await page.keyboard.press('KeyA');
    await page.waitForSelector(`${row('mine')}.acknowledged, ${row('mine')}.normal`);
    expect(api.service.commands.at(-1)).toMatchObject({ alertId: 'mine', body: { kind: 'acknowledge', note: '' } });
  });

  it('gives the lamp back with the name of who was first', async () => {
    const { api, page } = bench;
    await signIn(page, api.url);
    api.service.nextOutcome = 'already-acknowledged';
    await page.click(`${row('unsaved')} .ack`);
    await page.waitForSelector(`${row('unsaved')} .failed`);
    await expect
      .poll(() => page.textContent(`${row('unsaved')} .failed`))
      .toContain('确认未成功：本级或上级已有人先确认（wang）');
    await expect.poll(() => page.$(`${row('unsaved')} .lamp:not(.off)`)).not.toBeNull();
  });

  it('repeats an unconfirmed command with its key, and then says what became of it', async () => {
    const { api, page } = bench;
    await signIn(page, api.url);
    api.service.nextOutcome = 'timeout';
    await page.click(`${row('unsaved')} .ack`);
    await page.waitForSelector(`${row('unsaved')} .failed`);
    const { commands } = api.service;
    expect(commands.length).toBe(3);
    expect(new Set(commands.map(({ commandId }) => commandId)).size).toBe(1);
    await expect.poll(() => page.textContent(`${row('unsaved')} .failed`)).toContain('未得到确认');
  });

  it('lets go of a detector that was taken away: by name, with a reason, and only when both are given', async () => {
    const { api, page } = bench;
    await signIn(page, api.url);
    await page.click(`${row('orange')} .plain`);
    await page.click('.commands button:has-text("解除保持")');
    await page.waitForSelector('dialog[open]');
    await expect.poll(() => page.textContent('dialog fieldset')).toContain('LT-201 二号储罐液位');
    await expect.poll(() => page.textContent('dialog')).toContain('按无人监测计');
    // Without a reason nothing is sent.
    await page.click('dialog .primary');
    await expect.poll(() => page.$('dialog[open]')).not.toBeNull();
    await page.click('dialog .chip:has-text("探头已拆除")');
    await page.click('dialog .primary');
    await page.waitForSelector('dialog', { state: 'detached' });
    await expect
      .poll(() => api.service.commands.at(-1))
      .toMatchObject({
        alertId: 'orange',
        body: { kind: 'release', points: ['yt-chem/LT-201'], reason: '探头已拆除' },
      });
    // Nobody sees it and nobody holds it: there is nothing left to let go of.
    await page.waitForSelector('.contributors .ended:has-text("LT-201")');
    await page.waitForSelector('.commands button:has-text("解除保持")', { state: 'detached' });
  });

  it('of several that are held lets go only of those that are named', async () => {
    const { api, page } = bench;
    const blind = { held: true, value: 91, blindSince: api.service.time.now() - 60_000 };
    const points = [alertPoint('yt-chem/GD-101', 3, blind), alertPoint('yt-chem/GD-102', 4, blind)];
    api.service.change(makeAlert({ id: 'two', grade: 'orange', points }));
    await signIn(page, api.url);
    await page.click(`${row('two')} .plain`);
    await page.click('.commands button:has-text("解除保持")');
    await page.fill('dialog input:not([type=checkbox])', '探头更换中');
    await page.click('dialog .primary');
    await page.waitForSelector('dialog fieldset .fault:has-text("请勾选要解除保持的测点")');
    await page.check('dialog .choice:has-text("GD-102") input');
    await page.click('dialog .primary');
    await expect
      .poll(() => api.service.commands.at(-1))
      .toMatchObject({
        body: { kind: 'release', points: ['yt-chem/GD-102'] },
      });
  });

  it('offers letting go to nobody below the level that it asks for', async () => {
    const { api, page } = bench;
    await signIn(page, api.url, 'operator');
    await page.click(`${row('orange')} .plain`);
    await page.waitForSelector('.detail .headline.orange');
    await expect.poll(() => page.textContent('.contributors')).toContain('保持末值');
    await expect.poll(() => page.$('.commands button:has-text("核实")')).not.toBeNull();
    expect(await page.$('.commands button:has-text("解除保持")')).toBeNull();
  });

  it('takes verifying and noting in words', async () => {
    const { api, page } = bench;
    await signIn(page, api.url);
    await page.click('.commands button:has-text("核实")');
    await page.click('dialog .primary');
    // 核实 lets the grade come down: it is not one click without a word.
    await expect.poll(() => page.$('dialog[open]')).not.toBeNull();
    await page.fill('dialog input', '视频核实属实');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => api.service.commands.at(-1))
      .toMatchObject({
        alertId: 'red',
        body: { kind: 'verify', note: '视频核实属实' },
      });
    await page.click('.commands button:has-text("说明")');
    await page.fill('dialog input', '消防队已到场');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => api.service.commands.at(-1))
      .toMatchObject({
        body: { kind: 'comment', note: '消防队已到场' },
      });
  });

  it('lets a viewer look and offers nothing to do', async () => {
    const { api, page } = bench;
    await signIn(page, api.url, 'viewer');
    await page.waitForSelector('.headline');
    expect(await page.$$('.ack, .commands button, .banner .primary')).toEqual([]);
    await page.keyboard.press('KeyA');
    expect(await page.$('dialog')).toBeNull();
    expect(api.service.commands).toEqual([]);
  });

  it('shows the second person who asks to close a red and why, and the first that it waits', async () => {
    const { api, page } = bench;
    const { service } = api;
    const closing = { by: '王', role: 'county-duty', level: 'county' as const, at: 1, cause: 'real', note: '已处置' };
    const red = { ...service.book.get('red')!, ...OVER, handling: 'verified' as const };
    service.change({ ...red, closing });
    await signIn(page, api.url);
    await page.click(row('red'));
    await page.waitForSelector('.headline.red');
    await expect.poll(() => page.textContent('.closing .asked')).toContain('王 申请关闭：真实险情：已处置');
    await page.click('.closing button');
    expect(await page.$('.close-dialog select')).toBeNull();
    await page.click('.close-dialog .primary');
    await page.waitForSelector('.close-dialog', { state: 'detached' });
    await expect.poll(() => service.commands.at(-1)).toMatchObject({ body: { kind: 'close', cause: 'real' } });
    service.change({ ...red, closing: { ...closing, by: 'province' } });
    await page.waitForSelector('.not-now:has-text("关闭：待第二人确认")');
    expect(await page.$('.closing button')).toBeNull();
  });
});
