// The first screen in a real browser, on the real API server with a service that does only what a test says. Time at the
// service stands still, so heartbeats come when a test lets them.
import { chromium } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { createApi } from '../../src/api/server.ts';
import { HEARTBEAT_MS } from '../../src/api/shapes/live.ts';
import { LOST_AFTER_MS } from '../../web/live/state.ts';
import { TestApi } from '../api/support/client.ts';
import { findBinary, needs } from '../support/available.ts';
import { alertPoint, makeAlert } from '../support/build/alert.ts';
import { builtWeb } from './support/built-web.ts';
import { fillPlant } from './support/plant.ts';
import { row, screenBench, signIn, VIEWPORT } from './support/screen-bench.ts';

const browser = needs('chromium');
describe.skipIf(browser.missing)(`first screen${browser.note}`, () => {
  const bench = screenBench();

  it('shows two zones, worst first, with shape and character beside colour', async () => {
    const { api, page } = bench;
    await signIn(page, api.url);
    const ids = await page.$$eval('.rows .row[data-id]', (rows) => rows.map((one) => one.getAttribute('data-id')));
    expect(ids).toEqual(['red', 'orange', 'mine', 'unsaved', 'device', 'button']);
    await expect.poll(() => page.textContent(`${row('red')} .badge`)).toBe('■红');
    await expect.poll(() => page.textContent('.zone.owed')).toContain('5');
    await expect.poll(() => page.textContent('.zone.handled')).toContain('1');
    await expect.poll(() => page.textContent('.counter[data-grade=orange]')).toBe('▲橙2未确认 1');
    await expect.poll(() => page.textContent('.banner')).toContain('GD-101');
    // 2025-10-09 08:53:20 UTC at the service, whatever zone the browser is in.
    await expect.poll(() => page.textContent('.clock')).toContain('16:53:2');
    await expect.poll(() => page.textContent(`${row('red')} .time`)).toBe('16:41:20');
    await expect.poll(() => page.title()).toContain('(2) 烽火');
  });

  it('says in words what a row shows: blind, held, returned, peak, retrospective, unsaved', async () => {
    const { api, page } = bench;
    await signIn(page, api.url);
    await expect.poll(() => page.textContent(`${row('orange')} .state`)).toMatch(/16:50:20 起失去监测.*保持末值/);
    await expect.poll(() => page.textContent(`${row('mine')} .state`)).toMatch(/已恢复未确认.*曾达▲橙.*补判/);
    await expect.poll(() => page.textContent(`${row('unsaved')} .state`)).toContain('未保存');
    await expect.poll(() => page.textContent(`${row('button')} .state`)).toContain('王 16:48:20 已通知企业');
    await expect.poll(() => page.textContent(`${row('button')} .value`)).toContain('动作');
  });

  it('names the gateway that went with all behind it, and counts no lost watching as a point', async () => {
    const { api, page } = bench;
    const now = api.service.time.now();
    const gateway = alertPoint('yt-chem/~gw1', -1, { rule: 'coverage' });
    const watching = alertPoint('yt-chem/tank-farm-1', -1, { rule: 'coverage' });
    const gas = [alertPoint('yt-chem/GD-101', 3, { value: 27, limit: 'H', limitValue: 25 }), watching];
    api.service.change(
      makeAlert({ id: 'gone', hazard: 'coverage', source: 'yt-chem/~gw1', grade: 'yellow', points: [gateway] }),
      makeAlert({ id: 'dim', grade: 'yellow', raisedAt: now, points: gas }),
    );
    const asked: string[] = [];
    page.on('request', (request) => asked.push(decodeURIComponent(request.url())));
    await signIn(page, api.url);
    await expect.poll(() => page.textContent(`${row('gone')} .subject`)).toBe('网关 gw1 监测中断');
    expect(await page.textContent(`${row('gone')} .place`)).not.toContain('gw1');
    expect(await page.textContent(`${row('dim')} .subject`)).not.toMatch(/等 \d 点/);
    // A gateway is no source: nobody is asked for its name.
    expect(asked.filter((url) => url.includes('/sources/yt-chem/~'))).toEqual([]);
  });

  it('shows new alerts and live values as they come', async () => {
    const { api, page } = bench;
    await signIn(page, api.url);
    const { service } = api;
    service.change(makeAlert({ id: 'new', grade: 'red', points: [alertPoint('yt-chem/GD-101', 3, { value: 71 })] }));
    await page.waitForSelector(row('new'));
    // The gateway only sends what a screen has asked for: let it ask, then let the next value through.
    await page.waitForSelector(`${row('red')} .value:has-text("57.8")`);
    service.dirty.push([0, 3, service.time.now() + 1_000, 63.25, 'good']);
    service.time.advance(500);
    await page.waitForSelector(`${row('red')} .value:has-text("63.25")`);
  });

  it('looks stopped after three missed heartbeats and live again with the next', async () => {
    const { api, page } = bench;
    await page.clock.install();
    await signIn(page, api.url);
    await page.waitForSelector('.link.live');
    await page.clock.fastForward(LOST_AFTER_MS + 1_000);
    await page.waitForSelector('.desk.stopped');
    await expect.poll(() => page.textContent('.bar.lost')).toContain('连接中断');
    await expect.poll(() => page.textContent('.link')).toContain('连接中断');
    api.service.time.advance(HEARTBEAT_MS);
    await page.waitForSelector('.desk:not(.stopped)');
    await page.waitForSelector('.link.live');
  });

  it('comes back after a restart of the service with everything it missed', async () => {
    const { api, page } = bench;
    await signIn(page, api.url);
    const { port } = new URL(api.url);
    await api.server.stop();
    await page.waitForSelector('.link.reconnecting');
    await expect.poll(() => page.$(row('red'))).not.toBeNull();
    api.service.change(makeAlert({ id: 'missed', grade: 'orange' }));
    const again = await createApi(api.service, { version: '0.1.0' });
    try {
      await again.listen('127.0.0.1', Number(port));
      await page.waitForSelector(row('missed'), { timeout: 60_000 });
      await page.waitForSelector('.link.live');
    } finally {
      await again.stop();
    }
  });

  it('shouts when nothing is saved, and calls lagging data by its name', async () => {
    const { api, page } = bench;
    await signIn(page, api.url);
    api.service.state_ = { state: 'failing', unsaved: true, parts: { log: { state: 'failing', detail: 'EIO' } } };
    api.service.lag = 12_000;
    api.service.time.advance(HEARTBEAT_MS);
    await page.waitForSelector('.bar.unsaved');
    await expect.poll(() => page.textContent('.bar.unsaved')).toBe('存储故障·数据未保存');
    await expect.poll(() => page.textContent('.link.behind')).toContain('数据滞后 12 s');
    // The numbers look old; the alarms stand in their colours, for the service vouches for them.
    await expect.poll(() => page.$('.desk.behind:not(.stopped)')).not.toBeNull();
  });

  it('says which sign-in failed and keeps the form', async () => {
    const { api, page } = bench;
    await page.goto(api.url);
    await page.fill('input[name=user]', 'province');
    await page.fill('input[name=password]', 'wrong');
    await page.click('button[type=submit]');
    await page.waitForSelector('.trouble');
    await expect.poll(() => page.textContent('.trouble')).toContain('用户名或密码不对');
    await expect.poll(() => page.inputValue('input[name=user]')).toBe('province');
  });

  it('hides what is filtered, counts it, and never an unacknowledged red', async () => {
    const { api, page } = bench;
    await signIn(page, api.url);
    await page.keyboard.press('Digit4');
    await page.waitForSelector(row('orange'), { state: 'detached' });
    const ids = await page.$$eval('.rows .row[data-id]', (rows) => rows.map((one) => one.getAttribute('data-id')));
    expect(ids).toEqual(['red', 'unsaved', 'device']);
    await expect.poll(() => page.textContent('.chips .chip.off >> nth=1')).toContain('橙 已隐藏 2');
    await expect.poll(() => page.textContent('.counter[data-grade=orange]')).toContain('2');
    await page.keyboard.press('Digit0');
    await page.waitForSelector(row('orange'));
  });

  it('explains the grade step by step, draws the trend, and closes with a cause', async () => {
    const { api, page } = bench;
    await signIn(page, api.url);
    await page.waitForSelector('.plot canvas');
    const steps = await page.$$eval('.reasons li[data-step]', (all) => all.map((one) => one.textContent));
    expect(steps).toHaveLength(7);
    expect(steps[0]).toBe('▲橙点 GD-101 达到高高报，为定级起点');
    expect(steps[1]).toBe('+1一级重大危险源属最高监管等级');
    expect(steps[3]).toContain('4 分 0 秒 后达下一限值（拟合 R² 0.93）');
    await expect.poll(async () => Number(await page.getAttribute('.plot', 'data-rows'))).toBeGreaterThan(250);
    await expect.poll(() => page.getAttribute('.plot', 'aria-label')).toContain('近一小时趋势');
    await page.waitForSelector('.log li');
    const red = api.service.book.get('red')!;
    api.service.change({ ...red, active: false, acked: true, ackedLevel: 'province', handling: 'verified' });
    await page.click('.closing button');
    await page.selectOption('.close-dialog select', 'real');
    await page.fill('.close-dialog input', '阀门已更换');
    await page.click('.close-dialog .primary');
    await page.waitForSelector('.commands .pending', { state: 'detached' });
    expect(api.service.commands.at(-1)).toMatchObject({
      alertId: 'red',
      body: { kind: 'close', cause: 'real', note: '阀门已更换' },
    });
  });

  it('finds a closed alert again: in the history by keyboard, and by its address', async () => {
    const { api, page } = bench;
    const { service } = api;
    const mine = service.book.get('mine');
    if (mine === undefined) throw new Error('no mine');
    const now = service.time.now();
    service.change({ ...mine, raisedAt: now - 60_000, handling: 'closed', closedAt: now });
    await signIn(page, api.url);
    expect(await page.$(row('mine'))).toBeNull();
    await page.keyboard.press('KeyH');
    await page.waitForSelector('.past [data-id="mine"]:has-text("一采面")');
    await page.click('.past [data-id="mine"]');
    await page.waitForSelector('.detail .headline.yellow');
    await expect.poll(() => page.textContent('.detail .headline')).toContain('已关闭');
    await page.waitForSelector('.detail .log li');
    expect(await page.$$('.detail .commands')).toEqual([]);
    await page.click('nav a');
    await page.waitForSelector('.rows');
    await page.goto(`${api.url}/#/alarm/mine`);
    await page.reload();
    await page.waitForSelector('.detail .headline.yellow');
  });

  it('claims nothing live where nothing has come since the start', async () => {
    const { api, page } = bench;
    api.service.age = { state: 'no-data-since-start' };
    await signIn(page, api.url);
    await page.waitForSelector('.link.no-data');
    await expect.poll(() => page.textContent('.link')).toContain('启动以来无数据');
  });

  it('claims nothing live where every gateway of the desk is gone, and keeps the colours of what the service vouches for', async () => {
    const { api, page } = bench;
    const now = api.service.time.now();
    api.service.age = { state: 'live', newestAt: now - 70_000 };
    await signIn(page, api.url);
    // A gateway that sends once a minute is not gone.
    await page.waitForSelector('.link.live:has-text("实时 · 最新数据 1 分")');
    api.service.age = { state: 'live', newestAt: now - 163_000 };
    api.service.time.advance(HEARTBEAT_MS);
    await page.waitForSelector('.link.quiet:has-text("连接正常，无新数据 2 分 48 秒")');
    expect(await page.textContent('.link')).not.toMatch(/实时|●/);
    expect(await page.$('.desk.stopped, .desk.behind')).toBeNull();
    await page.click('button:has-text("English")');
    await page.waitForSelector('.link:has-text("Connected, no new data for 2 min")');
  });

  it('keeps few nodes however many alerts there are', async () => {
    const { api, page } = bench;
    const many = Array.from({ length: 3_000 }, (_none, index) =>
      makeAlert({ id: `m${index}`, grade: 'yellow', points: [alertPoint('yt-chem/GD-102', 4)] }),
    );
    api.service.change(...many);
    await signIn(page, api.url);
    await page.waitForSelector(row('red'));
    await expect.poll(() => page.textContent('.counter[data-grade=yellow] > b')).toBe('3001');
    await expect.poll(() => page.$$eval('*', (all) => all.length)).toBeLessThan(1_500);
    await page.focus('.rows');
    await page.keyboard.press('End');
    await page.waitForSelector(`${row('button')}.current`);
  });

  it.each([
    ['en-US', 'en-GB', 'Sign in'],
    ['fr', 'en-GB', 'Sign in'],
    ['zh-CN', 'zh-CN', '登录'],
    ['zh-TW', 'zh-CN', '登录'],
  ])('speaks to a browser of %s that comes for the first time in %s', async (locale, lang, word) => {
    const stranger = await bench.page.context().browser()!.newPage({ locale });
    try {
      await stranger.goto(bench.api.url);
      await stranger.waitForSelector(`button[type=submit]:has-text("${word}")`);
      await expect.poll(() => stranger.getAttribute('html', 'lang')).toBe(lang);
      // What was chosen holds, whatever the browser prefers.
      await stranger.click('.sign-in > button');
      const chosen = lang === 'zh-CN' ? 'en-GB' : 'zh-CN';
      await stranger.waitForSelector(`html[lang=${chosen}]`);
      await stranger.reload();
      await stranger.waitForSelector('button[type=submit]');
      await expect.poll(() => stranger.getAttribute('html', 'lang')).toBe(chosen);
    } finally {
      await stranger.close();
    }
  });

  it('speaks English when asked to and remembers it', async () => {
    const { api, page } = bench;
    await signIn(page, api.url);
    await page.click('button:has-text("English")');
    await page.waitForSelector('html[lang="en-GB"]');
    await expect.poll(() => page.textContent(`${row('red')} .badge`)).toBe('■Red');
    await page.reload();
    await page.waitForSelector(row('red'));
    await expect.poll(() => page.textContent('header h1')).toContain('Fenghuo');
  });
});

describe.skipIf(browser.missing)(`first screen without a network${browser.note}`, () => {
  it('asks nobody outside for anything and logs no error', async () => {
    const api = await TestApi.start({ webRoot: await builtWeb() });
    fillPlant(api.service);
    const chrome = await chromium.launch({
      executablePath: findBinary('chromium'),
      args: ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
    });
    try {
      const page = await chrome.newPage({ viewport: VIEWPORT });
      const [problems, outside]: [string[], string[]] = [[], []];
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
      });
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('request', (request) => {
        if (!request.url().startsWith(api.url)) outside.push(request.url());
      });
      page.on('websocket', (socket) => {
        if (!socket.url().startsWith(api.url.replace('http', 'ws'))) outside.push(socket.url());
      });
      await signIn(page, api.url);
      await page.waitForSelector('.plot canvas');
      await page.waitForSelector('.log li');
      expect(outside).toEqual([]);
      expect(problems).toEqual([]);
    } finally {
      await chrome.close();
      await api.stop();
    }
  });
});
