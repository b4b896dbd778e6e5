// What an officer reads of limits by grade and of detectors: every limit with its value and what it asks for, which of them are
// reached, and in words what a rule has worked out.
import { beforeEach, describe, expect, it } from 'vitest';
import { needs } from '../support/available.ts';
import { alertPoint, makeAlert } from '../support/build/alert.ts';
import { buildPoint } from '../support/build/point.ts';
import { row, screenBench, signIn } from './support/screen-bench.ts';

const browser = needs('chromium');
const DAM = 'yt-chem/DISP-1';
const OTHER = 'yt-chem/DISP-2';
const UNSTABLE = { hazard: 'dam-stability' as const, source: 'yt-chem/tank-farm-1' };

describe.skipIf(browser.missing)(`limits and detectors on the screen${browser.note}`, () => {
  const bench = screenBench();
  const says = (selector: string) => expect.poll(() => bench.page.textContent(selector));

  beforeEach(() => {
    const { service } = bench.api;
    const common = { source: 'yt-chem/tank-farm-1', unit: 'mm', hazard: 'dam-stability' as const, preBand: undefined };
    const asked = (value: number, action: string, more: object = {}) => ({ value, action, ...more });
    service.points.push(
      {
        number: 20,
        config: buildPoint(DAM, {
          ...common,
          name: '主坝位移',
          limits: {
            high: {
              blue: asked(8, '加密观测'),
              yellow: asked(12.35, '降低库水位'),
              orange: asked(16, '停止排放'),
              red: asked(20, '撤离下游', { beyond: true }),
            },
          },
        }),
      },
      {
        number: 21,
        config: buildPoint(OTHER, {
          ...common,
          name: '副坝位移',
          limits: { high: { blue: { value: 8 }, yellow: { value: 12 } } },
          action: '查副坝',
        }),
      },
    );
  });

  const standing = (grade: 'blue' | 'yellow' | 'orange', level: 'PRE' | 'H' | 'HH', limitValue: number) =>
    alertPoint(DAM, 20, { rule: `limit-high-${grade}`, level, limit: `high.${grade}`, limitValue, value: 17.1 });

  it('lists all four with value and what each asks for, says which are reached, and tells the point once', async () => {
    const { api, page } = bench;
    const unclear = {
      reason: 'wide-bounds' as const,
      limit: 'H',
      limitValue: 12,
      numbers: { timeToLimitEarliestMs: 3.6e6 },
    };
    const reached = [standing('blue', 'PRE', 8), standing('yellow', 'H', 12.35), standing('orange', 'HH', 16)];
    const second = alertPoint(OTHER, 21, {
      rule: 'limit-high-blue',
      level: 'PRE',
      limit: 'high.blue',
      limitValue: 8,
      value: 9.1,
      unclear,
    });
    const alert = makeAlert({ id: 'dam', grade: 'orange', ...UNSTABLE, points: [...reached, second] });
    const [told] = api.service.change(alert);
    Object.assign(told!, { point: DAM, rule: 'limit-high-orange' });
    await signIn(page, api.url);
    await page.click(row('dam'));
    const lines = () => page.$$eval('.limits li', (all) => all.map((one) => one.textContent));
    await expect
      .poll(lines)
      .toEqual([
        '■ 红色高限> 20 mm撤离下游',
        '▲ 橙色高限≥ 16 mm已达停止排放',
        '▼ 黄色高限≥ 12.35 mm已达降低库水位',
        '● 蓝色高限≥ 8 mm已达加密观测',
      ]);
    const points = () => page.$$eval('.contributors li', (all) => all.map((one) => one.textContent));
    await expect.poll(async () => (await points())[0]).toMatch(/^DISP-1 主坝位移橙色高限17\.1 mm \(橙色高限 16\)/);
    await expect
      .poll(async () => (await points())[1])
      .toContain('趋势不明（时间范围过宽），最早 1 时 0 分 后可能达 黄色高限 12');
    expect(await points()).toHaveLength(2);
    // What the other point asks for besides is not left out.
    await says('.guidance').toMatch(/停止排放.*DISP-2 副坝位移 查副坝/);
    await says('.log').toContain('DISP-1 主坝位移 · 橙色高限');
    expect(await page.textContent('.scroll')).not.toMatch(/limit-|high\.|PRE/);
    await page.click('button:has-text("English")');
    await expect.poll(lines).toContain('■ red high limit> 20 mm撤离下游');
    await says('.contributors').toContain('trend unclear (the bounds are too wide): yellow high limit 12 in 1 h 0 min');
  });

  it('says in words what a detector has worked out, and once where its rule for red stands too', async () => {
    const { api, page } = bench;
    const numbers = { velocityPerDay: 18.706_577, backgroundPerDay: 1.016_828, timeToFailureMs: 21_641_917 };
    const runs = (rule: string) => alertPoint(DAM, 20, { rule, level: 'HH', value: 41.97, numbers });
    const band = { level: 4.094, levelLimit: 3.136, drift: 1, driftLimit: 2.7, spread: 1, spreadLimit: 2.4 };
    api.service.change(
      makeAlert({ id: 'runs', grade: 'red', ...UNSTABLE, points: [runs('run-away'), runs('run-away-red')] }),
      makeAlert({
        id: 'unlike',
        grade: 'blue',
        ...UNSTABLE,
        points: [
          alertPoint(OTHER, 21, {
            rule: 'band',
            level: 'PRE',
            value: 12.9,
            numbers: { ...band, referenceMean: 11.995_195, referenceSd: 0.221_951 },
          }),
        ],
      }),
      makeAlert({
        id: 'angle',
        grade: 'red',
        ...UNSTABLE,
        points: [
          alertPoint(DAM, 20, {
            rule: 'tangent-angle',
            level: 'HH',
            value: 215.5,
            numbers: { angleDeg: 86.185_925_165_7, velocityPerDay: 30.000_000_000_001_4, constantPerDay: 2 },
          }),
        ],
      }),
    );
    await signIn(page, api.url);
    await page.click(row('runs'));
    await says('.contributors').toMatch(
      /失稳加速（临滑）.*速率 18\.71 mm\/天（平常 1\.02 mm\/天） · 照此约 6 时 0 分后失稳/,
    );
    expect(await page.$$('.contributors li')).toHaveLength(1);
    await page.click(row('angle'));
    await says('.contributors').toContain('切线角 86.19° · 速率 30 mm/天（平常 2 mm/天）');
    await page.click(row('unlike'));
    await says('.contributors').toContain('偏离 4.09（平常不超过 3.14） · 平常均值 12 mm，标准差 0.222 mm');
  });
});
