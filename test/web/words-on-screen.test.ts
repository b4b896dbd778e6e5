// What the screen says of an alert must be true: names for ids, low limits as low, what is over as over, what a person may
// not do as not theirs, and nothing of a service that is not heard.
import { describe, expect, it } from 'vitest';
import { HEARTBEAT_MS } from '../../src/api/shapes/live.ts';
import { LOST_AFTER_MS } from '../../web/live/state.ts';
import { needs } from '../support/available.ts';
import { alertPoint, makeAlert } from '../support/build/alert.ts';
import { buildPoint, restated } from '../support/build/point.ts';
import { row, screenBench, signIn, styleOf } from './support/screen-bench.ts';

const browser = needs('chromium');
const MINUTE_MS = 60_000;

describe.skipIf(browser.missing)(`what the screen says${browser.note}`, () => {
  const bench = screenBench();
  const ago = (minutes: number) => {
    const at = bench.api.service.time.now() - minutes * MINUTE_MS;
    return { raisedAt: at, worsenedAt: at };
  };
  const answered = (level: 'enterprise' | 'province', by: string, note: string) => ({
    state: 'acknowledged' as const,
    acked: true,
    ackedLevel: level,
    acknowledgements: [{ level, by, at: bench.api.service.time.now() - 5 * MINUTE_MS, note, seq: 1 }],
  });
  const text = (selector: string) => bench.page.textContent(selector);

  it('tells a low limit as low: in the row, in why, and as the lowest value', async () => {
    const { api, page } = bench;
    const point = { rule: 'limits-low', level: 'HH' as const, value: 8.2, peak: 7.9, limit: 'LL', limitValue: 10 };
    api.service.change(
      makeAlert({
        id: 'low',
        grade: 'orange',
        hazard: 'low-level',
        ...ago(2),
        reasons: [{ step: 'base', value: 3, detail: { point: 'yt-chem/LT-201', rule: 'limits-low', level: 'HH' } }],
        points: [alertPoint('yt-chem/LT-201', 5, point)],
      }),
    );
    await signIn(page, api.url);
    await page.click(row('low'));
    await page.waitForSelector('.headline:has-text("低液位")');
    await expect.poll(() => text(`${row('low')} .value`)).toBe('8.2 % (LL 10)');
    await expect.poll(() => text('.reasons li[data-step=base]')).toContain('LT-201 二号储罐液位 达到低低报');
    await expect.poll(() => text('.contributors li')).toMatch(/低低报.*8\.2 % \(LL 10\).*最低 7\.9 %/);
    expect(await text('.contributors li')).not.toMatch(/高|峰值|越限/);
  });

  it('says why a value on the good side of its limit still alarms: near it, heading for it, or not yet for long enough', async () => {
    const { api, page } = bench;
    const { service } = api;
    const tank = (more: object) => [
      alertPoint('yt-chem/LT-201', 5, { value: 84, limit: 'H', limitValue: 85, ...more }),
    ];
    service.change(
      makeAlert({ id: 'near', grade: 'blue', points: tank({ level: 'PRE' }) }),
      makeAlert({ id: 'ahead', grade: 'blue', points: tank({ level: 'PRE', rule: 'forecast' }) }),
      makeAlert({ id: 'back', grade: 'yellow', points: tank({ level: 'H' }) }),
    );
    service.newestValues.set(5, [0, 5, service.time.now(), 84, 'good']);
    await signIn(page, api.url);
    await page.waitForSelector(`${row('back')} .state:has-text("已回限内")`);
    await expect.poll(() => text(`${row('near')} .value`)).toBe('84 % (接近 H 85)');
    await expect.poll(() => text(`${row('ahead')} .value`)).toBe('84 % (趋向 H 85)');
    await expect.poll(() => text(`${row('back')} .value`)).toBe('84 % (H 85)');
    expect(await text(`${row('near')} .state`)).not.toContain('已回限内');
    await page.click(row('back'));
    await page.waitForSelector('.contributors li:has-text("已回限内，待稳定后退出")');
  });

  it('speaks of the rule that stands: of a rate as a rate, with the name of no limit that it has not reached', async () => {
    const { api, page } = bench;
    const sampledAt = api.service.time.now() - MINUTE_MS;
    const rising = { windowMs: 5 * MINUTE_MS, perMinute: 1, direction: 'both' as const };
    const tank = api.service.points.findIndex(({ number }) => number === 5);
    const { config } = api.service.points[tank]!;
    api.service.points.splice(tank, 1, { number: 5, config: restated(config, { rateOfChange: rising }) });
    const common = { value: 12, sampledAt, since: sampledAt };
    const rate = { rule: 'rate-of-change', limit: 'LL', limitValue: 10, numbers: { slopePerMinute: -2.4 } };
    const base = { step: 'base', value: 3 };
    const points = [
      // One point twice: by its rate, which came first, and at its limit. Why must speak of the one that it names.
      alertPoint('yt-chem/LT-201', 5, { ...common, ...rate, level: 'H', since: sampledAt - 1 }),
      alertPoint('yt-chem/LT-201', 5, { ...common, level: 'H', rule: 'limits-low', limit: 'L', limitValue: 15 }),
    ];
    const of = (rule: string) => [{ ...base, detail: { point: 'yt-chem/LT-201', rule, level: 'H' } }];
    const low = { hazard: 'low-level' as const, grade: 'orange' as const, points };
    api.service.change(
      makeAlert({ id: 'at-limit', ...low, reasons: of('limits-low') }),
      makeAlert({ id: 'by-rate', ...low, reasons: of('rate-of-change') }),
    );
    await signIn(page, api.url);
    await page.click(row('at-limit'));
    // Twice in the alert, it is one point.
    expect(await text(`${row('at-limit')} .subject`)).not.toMatch(/等 \d 点/);
    await page.waitForSelector('.reasons li[data-step=base]:has-text("二号储罐液位 达到低报")');
    const contributor = '.contributors li[data-rule="rate-of-change"]';
    await expect
      .poll(() => text(contributor))
      .toMatch(/变化速率 · 报警12 % \(趋向 LL 10\)速率 -2\.4 %\/分钟，按 5 分 0 秒计（16:52:20 时）/);
    expect(await text(contributor)).not.toMatch(/低报|低低报|高报/);
    await page.click(row('by-rate'));
    await page.waitForSelector('.reasons li[data-step=base]:has-text("二号储罐液位 变化速率达到报警")');
  });

  it('calls a value beyond its span what it is, in the row, in the banner and in full, in both languages', async () => {
    const { api, page } = bench;
    const { service } = api;
    const config = buildPoint('yt-chem/GD-102', { source: 'yt-chem/tank-farm-1', span: { min: 0, max: 100 } });
    service.points.splice(
      service.points.findIndex(({ number }) => number === 4),
      1,
      { number: 4, config },
    );
    const value = { value: 27_500, quality: 'uncertain' as const, level: 'HH' as const, limit: 'HH', limitValue: 50 };
    service.change(makeAlert({ id: 'ppm', grade: 'red', ...ago(0), points: [alertPoint('yt-chem/GD-102', 4, value)] }));
    await signIn(page, api.url);
    await page.click(row('ppm'));
    await page.waitForSelector('.contributors .beyond');
    await expect.poll(() => text('.contributors .beyond')).toBe('超出量程（0–100），按最高限值判定；请核对单位');
    await expect.poll(() => text(`${row('ppm')} .value`)).toBe('27500 %LEL (HH 50) 超量程');
    await expect.poll(() => text('.banner')).toContain('27500 %LEL (HH 50) 超量程');
    await page.click('button:has-text("English")');
    await page.waitForSelector(`${row('ppm')} .value:has-text("beyond span")`);
    await expect
      .poll(() => text('.contributors .beyond'))
      .toBe('beyond span (0–100), judged as highest limit; check the unit');
    // Doubtful inside its span is another thing.
    service.dirty.push([0, 4, service.time.now() + 1, 60, 'uncertain']);
    service.time.advance(500);
    await page.waitForSelector(`${row('ppm')} .value:has-text("uncertain")`);
    expect(await page.$('.contributors .beyond')).toBeNull();
  });

  it('says what a lost gateway blinds by name and count, and whom to call there', async () => {
    const { api, page } = bench;
    const detail = { point: 'yt-chem/~gw1', rule: 'coverage', live: 0, declared: 5, hazards: 1 };
    api.service.change(
      makeAlert({
        id: 'gone',
        hazard: 'coverage',
        source: 'yt-chem/~gw1',
        grade: 'orange',
        reasons: [{ step: 'coverage', value: 3, detail: { ...detail, 'yt-chem/tank-farm-1|flammable-gas': '0/5' } }],
        points: [alertPoint('yt-chem/~gw1', -1, { rule: 'coverage', level: 'HH', blinds: 12 })],
      }),
      makeAlert({
        id: 'away',
        kind: 'device',
        hazard: 'offline',
        source: 'yt-chem/~gw2',
        grade: 'blue',
        reasons: [{ step: 'device', value: 1, detail: { point: 'yt-chem/~gw2', rule: 'offline' } }],
        points: [alertPoint('yt-chem/~gw2', -1, { rule: 'offline', level: 'H', blinds: 1 })],
      }),
    );
    await signIn(page, api.url);
    await page.click(row('gone'));
    // Also those that the alerts of their own hazards tell.
    await expect.poll(() => text(`${row('gone')} .value`)).toContain('共 12 点失去监测 · 判定时在测 0 / 5');
    await expect.poll(() => text(`${row('away')} .value`)).toContain('共 1 点失去监测');
    // What is told of when it was judged says nothing of detectors that are back.
    await expect
      .poll(() => text('.reasons li[data-step=coverage]'))
      .toContain('当时应有 5 个测点在监测，实际只有 0 个');
    await page.waitForSelector('.contacts:has-text("李")');
    await expect.poll(() => page.getAttribute('.contacts a', 'href')).toBe('tel:1');
    await expect.poll(() => text('.reasons')).toContain('一号罐区 可燃气体 0/5');
    await expect.poll(() => text('.contributors li')).toContain('网关 gw1监测中断 · 监测不足');
    expect(await text('.contributors li')).not.toMatch(/触发|高报/);
  });

  it('says what of a point has calmed down: its rate, while it stands beyond its limit', async () => {
    const { api, page } = bench;
    const { service } = api;
    const red = service.book.get('red')!;
    const [told] = service.changeAs('point-cleared', red);
    Object.assign(told!, {
      point: 'yt-chem/GD-101',
      rule: 'rate-of-change',
      points: ['yt-chem/GD-101', 'yt-chem/GD-102'],
    });
    await signIn(page, api.url);
    await page.waitForSelector('.log li:has-text("点 GD-101 等 2 点 · 变化速率")');
  });

  it('calls people by name: who acknowledged, who asked to close, who was first', async () => {
    const { api, page } = bench;
    const { service } = api;
    const closing = { role: 'county-duty', level: 'county' as const, at: 1, cause: 'real', note: '已处置' };
    service.change(
      makeAlert({ id: 'taken', grade: 'orange', ...answered('province', 'county', '已通知企业') }),
      makeAlert({ id: 'asked', grade: 'red', ...ago(1), closing: { ...closing, by: 'county' } }),
    );
    await signIn(page, api.url);
    await page.waitForSelector(`${row('taken')} .state:has-text("county 先生 16:48:20 已通知企业")`);
    await page.click(row('taken'));
    await page.waitForSelector('.detail .log li:has-text("省 · county 先生")');
    await page.click(row('asked'));
    await page.waitForSelector('.closing .asked:has-text("县 county 先生 申请关闭")');
  });

  it('tells a desk above what a level below has taken in hand, which is still owed here', async () => {
    const { api, page } = bench;
    api.service.change(makeAlert({ id: 'below', grade: 'red', ...ago(1), ...answered('enterprise', 'operator', '') }));
    await signIn(page, api.url);
    await expect.poll(() => text(`${row('below')} .state`)).toContain('企业已确认');
    await expect.poll(() => page.$(`${row('below')} .lamp`)).not.toBeNull();
  });

  it('does not let what is in hand and still stands look like what is over', async () => {
    const { api, page } = bench;
    const over = { active: false, state: 'returned-unacknowledged' as const };
    api.service.change(
      makeAlert({ id: 'stands', grade: 'red', ...answered('province', 'province', '') }),
      makeAlert({ id: 'over', grade: 'red', ...over, clearedAt: api.service.time.now() }),
    );
    await signIn(page, api.url);
    const colour = (id: string): Promise<string> => styleOf(page, `${row(id)} .subject b`, 'color');
    const plain = await styleOf(page, 'body', 'color');
    await expect.poll(() => colour('stands')).toBe(plain);
    expect(await colour('over')).not.toBe(plain);
  });

  it('offers the alarms of the service itself to nobody who may not answer them, and does not count them as owed', async () => {
    const { api, page } = bench;
    const own = { kind: 'device' as const, hazard: 'behind' as const, division: '', enterprise: '', source: 'service' };
    api.service.change(
      makeAlert({ id: 'own', grade: 'yellow', ...own, points: [alertPoint('service', -1, { rule: 'behind' })] }),
    );
    await signIn(page, api.url, 'county');
    await expect.poll(() => text(`${row('own')} .subject`)).toContain('本系统');
    expect(await page.$(`${row('own')} .ack, ${row('own')} .lamp`)).toBeNull();
    await expect.poll(() => text('.counter[data-grade=yellow]')).toBe('▼黄1未确认 0');
    await page.click(row('own'));
    await page.waitForSelector('.headline:has-text("处理滞后")');
    expect(await page.$('.commands')).toBeNull();
  });

  it('names the county where several are in view, and nobody their own', async () => {
    const { api, page } = bench;
    await signIn(page, api.url);
    await page.waitForSelector(`${row('red')} .place:has-text("响水县")`);
    await expect.poll(() => text(`${row('red')} .place`)).toBe('一号罐区 · 盐通化工响水县');
    // However narrow the column: the county is not what gets cut.
    await page.setViewportSize({ width: 1280, height: 900 });
    const [cell, county] = await page.$eval(`${row('red')} .place`, (place) =>
      [place, place.querySelector('b')!].map((one) => one.getBoundingClientRect().right),
    );
    expect(county!).toBeLessThanOrEqual(cell!);
    await page.click('.person button >> nth=2');
    await signIn(page, api.url, 'operator');
    await page.waitForSelector(`${row('red')} .place:has-text("一号罐区")`);
    await expect.poll(() => text(`${row('red')} .place`)).toBe('一号罐区');
    await expect.poll(() => page.getAttribute(`${row('red')} .place`, 'title')).toContain('响水县');
  });

  it('knows nothing of a service that it does not hear, and takes no colour off what one behind vouches for', async () => {
    const { api, page } = bench;
    await page.clock.install();
    await signIn(page, api.url);
    await page.waitForSelector('.link.live');
    await expect.poll(() => text('.health')).toBe('系统正常');
    const red = await styleOf(page, `${row('red')} .badge`, 'backgroundColor');
    api.service.lag = 12_000;
    api.service.time.advance(HEARTBEAT_MS);
    await page.waitForSelector('.desk.behind');
    await expect.poll(() => styleOf(page, 'main', 'filter')).toBe('none');
    await expect.poll(() => styleOf(page, `${row('red')} .badge`, 'backgroundColor')).toBe(red);
    await page.clock.fastForward(LOST_AFTER_MS + 1_000);
    await page.waitForSelector('.desk.stopped');
    await expect.poll(() => text('.health')).toBe('系统状态未知');
    await expect.poll(() => styleOf(page, 'main', 'filter')).toBe('grayscale(1)');
  });
});
