// The hand on the screen: keys that act on what is read, and a telephone on which the list comes first.
import { describe, expect, it } from 'vitest';
import { PASSWORD } from '../api/support/service.ts';
import { needs } from '../support/available.ts';
import { alertPoint, makeAlert } from '../support/build/alert.ts';
import { row, screenBench, signIn } from './support/screen-bench.ts';

const browser = needs('chromium');

describe.skipIf(browser.missing)(`the hand on the screen${browser.note}`, () => {
  const bench = screenBench();

  it('shows beside the list what a key would act on', async () => {
    const { api, page } = bench;
    await signIn(page, api.url);
    await page.waitForSelector('.headline.red');
    await page.keyboard.press('ArrowDown');
    await page.waitForSelector('.headline.orange:has-text("LT-201")');
    await expect.poll(() => page.$(`${row('orange')}.current.opened`)).not.toBeNull();
    // A key that is held down asks for what it stops at, not for everything it passes.
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    for (const key of ['KeyJ', 'KeyJ', 'KeyJ']) await page.keyboard.press(key);
    await page.waitForSelector('.headline:has-text("网关离线")');
    expect(asked.filter((url) => /alerts\/(mine|unsaved)$/.test(url))).toEqual([]);
  });

  it('stays with what is owed: one acknowledgement after the other', async () => {
    const { api, page } = bench;
    await signIn(page, api.url);
    for (const note of ['一', '二']) {
      await page.keyboard.press('KeyA');
      await page.fill('dialog input', note);
      await page.keyboard.press('Enter');
      await page.waitForSelector('dialog', { state: 'detached' });
    }
    for (const id of ['mine', 'unsaved', 'device']) {
      await page.waitForSelector(`${row(id)}.current`);
      await page.keyboard.press('KeyA');
    }
    // Each is a request of its own: which comes first is the line's affair.
    await expect
      .poll(() => api.service.commands.map(({ alertId }) => alertId).sort())
      .toEqual(['device', 'mine', 'orange', 'red', 'unsaved']);
    await page.waitForSelector('.banner.calm');
  });

  it.each([390, 800])('puts the list first on a screen %i wide, with nothing off its edge', async (width) => {
    const { api, page } = bench;
    await page.setViewportSize({ width, height: 844 });
    await signIn(page, api.url);
    await page.waitForSelector('.plot canvas');
    const wide = await page.$eval('html', (one) => one.scrollWidth);
    expect(wide).toBeLessThanOrEqual(width);
    const box = async (selector: string) => (await page.locator(selector).first().boundingBox())!;
    const [list, detail, button] = [await box('.rows'), await box('.detail'), await box(`${row('red')} .ack`)];
    expect(list.width).toBeGreaterThan(width * 0.9);
    expect(list.height).toBeGreaterThan(200);
    expect(detail.y).toBeGreaterThanOrEqual(list.y + list.height);
    expect(button.x + button.width).toBeLessThanOrEqual(width);
    const shown = await page.$eval(`${row('red')} .value`, (one) => [one.scrollWidth, one.clientWidth]);
    expect(shown[0]).toBeLessThanOrEqual(shown[1]!);
    // Chosen, it comes into sight; and back.
    await page.click(row('orange'));
    await page.waitForSelector('.headline.orange');
    await expect.poll(async () => (await box('.detail')).y).toBeLessThan(100);
    await page.click('.to-list');
    await expect.poll(async () => (await box('.list')).y).toBeGreaterThan(-1);
  });

  it.each([
    [1440, '中文'],
    [1440, 'English'],
    [1024, '中文'],
    [1024, 'English'],
  ])('cuts no word of a row, of the banner or of the header on a screen %i wide in %s', async (width, spoken) => {
    const { api, page } = bench;
    const now = api.service.time.now();
    const blind = { blindSince: now - 180_000, held: true, latched: true };
    api.service.change(
      makeAlert({
        id: 'worst',
        grade: 'orange',
        peakGrade: 'red',
        raisedAt: now - 90_000_000,
        worsenedAt: now - 90_000_000,
        blindSince: now - 180_000,
        retrospective: true,
        ackedLevel: 'enterprise',
        acked: true,
        state: 'acknowledged',
        points: ['yt-chem/GD-101', 'yt-chem/GD-102'].map((id, i) => alertPoint(id, 3 + i, { value: 57.8, ...blind })),
      }),
    );
    await page.route('**/enterprises/yt-chem', (route) =>
      route.fulfill({
        json: {
          id: 'yt-chem',
          name: '江苏盐通高端精细化工新材料科技股份有限公司响水分公司',
          division: '320921-p01',
          contacts: [],
        },
      }),
    );
    await page.setViewportSize({ width, height: 900 });
    await signIn(page, api.url);
    if (spoken === 'English') await page.click('button:has-text("English")');
    await page.waitForSelector(`${row('worst')} .place:has-text("响水分公司")`);
    await page.waitForSelector('.link.live');
    const cut = await page.$$eval(
      '.row[data-id] > *, .row.columns > *, .banner .what, header > *, .headline h2',
      (all) =>
        all
          .filter((one) => one.getBoundingClientRect().width > 0)
          .filter((one) => {
            const [box, around] = [one, one.parentElement!].map((each) => each.getBoundingClientRect());
            const inside =
              box!.top >= around!.top - 1 && box!.bottom <= around!.bottom + 1 && box!.right <= around!.right + 1;
            return !inside || one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1;
          })
          .map((one) => `${one.className}: ${one.textContent}`),
    );
    expect(cut).toEqual([]);
    await expect.poll(() => page.$eval('html', (one) => one.scrollWidth)).toBeLessThanOrEqual(width);
  });

  it('is worked by the keyboard alone, from signing in to verifying what the list has at hand', async () => {
    const { api, page } = bench;
    await page.goto(api.url);
    await page.waitForSelector('input[name=user]:focus');
    await page.keyboard.type('province');
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForSelector(row('red'));
    const tabTo = async (selector: string): Promise<void> => {
      for (let tabs = 0; tabs < 60 && (await page.$(`${selector}:focus`)) === null; tabs++) {
        await page.keyboard.press('Tab');
      }
      // What has the focus is seen to have it.
      await page.waitForSelector(`${selector}:focus-visible`);
    };
    await tabTo('.rows');
    await page.keyboard.press('ArrowDown');
    await page.waitForSelector('.headline.orange');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.detail:focus');
    await tabTo('.commands button:not(.primary)');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog input:focus');
    await page.keyboard.type('电话核实属实');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => api.service.commands.at(-1))
      .toMatchObject({ alertId: 'orange', body: { kind: 'verify', note: '电话核实属实' } });
    // The text of the pane can be read on without a mouse, too.
    await tabTo('.scroll');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.rows:focus');
  });

  it('tells no grade by colour alone: beside it stand its shape and its word, on both pages', async () => {
    const { api, page } = bench;
    await signIn(page, api.url);
    const words = { red: '■红', orange: '▲橙', yellow: '▼黄', blue: '●蓝' };
    const coloured = () =>
      page.$$eval(
        '.red, .orange, .yellow, .blue',
        (all, said) =>
          all
            .filter(({ className, textContent }) =>
              Object.entries(said).some(
                ([grade, word]) => className.split(' ').includes(grade) && !textContent?.includes(word),
              ),
            )
            .map(({ outerHTML }) => outerHTML.slice(0, 200)),
        words,
      );
    await page.waitForSelector('.headline.red');
    expect(await coloured()).toEqual([]);
    await page.keyboard.press('KeyH');
    await page.waitForSelector('.past [data-id]');
    expect(await coloured()).toEqual([]);
  });

  it('says in a whole sentence what was refused, for as long as nobody has read it', async () => {
    const { api, page } = bench;
    await signIn(page, api.url);
    api.service.nextOutcome = 'already-acknowledged';
    await page.click(`${row('unsaved')} .ack`);
    await page.waitForSelector('.failure');
    await expect
      .poll(() => page.textContent('.failure'))
      .toContain('GD-102 确认未成功：本级或上级已有人先确认（wang）');
    const cut = await page.$eval('.failure', (one) => one.scrollWidth > one.clientWidth);
    expect(cut).toBe(false);
    await page.click('.failure button');
    await page.waitForSelector('.failure', { state: 'detached' });
  });

  it('says beside a hidden red that those nobody has acknowledged stay', async () => {
    const { api, page } = bench;
    await signIn(page, api.url);
    await page.click('.chip:has-text("红")');
    await page.waitForSelector('.chip.off:has-text("红 已隐藏 0 · 未确认的仍显示")');
    await expect.poll(() => page.$(row('red'))).not.toBeNull();
  });
});
