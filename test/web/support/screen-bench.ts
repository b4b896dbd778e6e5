// A screen of its own for each test: a real browser on the real API server, with a service that does only what the test says.
// Time at the service stands still, so heartbeats come when a test lets them.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { TestApi } from '../../api/support/client.ts';
import { PASSWORD } from '../../api/support/service.ts';
import type { RunningBrowser } from '../../support/chromium.ts';
import { startChromium } from '../../support/chromium.ts';
import { builtWeb } from './built-web.ts';
import { fillPlant } from './plant.ts';
import { slowDown } from './slow.ts';

export const VIEWPORT = { width: 1600, height: 900 };

export async function signIn(page: Page, url: string, user = 'province'): Promise<void> {
  await page.goto(url);
  await page.fill('input[name=user]', user);
  await page.fill('input[name=password]', PASSWORD);
  await page.click('button[type=submit]');
  await page.waitForSelector('.rows .row');
}

/** A row of the list. */
export const row = (id: string): string => `.rows .row[data-id="${id}"]`;

/** A property of an element as the browser draws it. */
export function styleOf(page: Page, selector: string, property: string): Promise<string> {
  return page.$eval(selector, (one, name) => one.ownerDocument.defaultView!.getComputedStyle(one)[name], property);
}

/** What has the keyboard: the name of a field, else element and class; `body` when nothing has it. */
export function focused(page: Page): Promise<string> {
  return page.$eval('body', ({ ownerDocument: { activeElement: one } }) => {
    if (one === null) return 'nothing';
    const tag = one.tagName.toLowerCase();
    return one.getAttribute('name') ?? (one.className === '' ? tag : `${tag}.${one.className}`);
  });
}

export interface ScreenBench {
  readonly api: TestApi;
  readonly page: Page;
}

/** The bench of a suite; what it holds is new in each test, and an error in the page fails the test. */
export function screenBench(): ScreenBench {
  let chrome: RunningBrowser | undefined;
  let api: TestApi;
  let page: Page;
  const errors: string[] = [];
  beforeAll(async () => {
    await builtWeb();
    chrome = await startChromium();
  });
  afterAll(() => chrome?.stop());
  beforeEach(async () => {
    api = await TestApi.start({ webRoot: await builtWeb() });
    fillPlant(api.service);
    page = await chrome!.browser.newPage({ viewport: VIEWPORT, locale: 'zh-CN', timezoneId: 'America/New_York' });
    errors.length = 0;
    await slowDown(page);
    page.on('pageerror', (error) => errors.push(error.message));
  });
  afterEach(async () => {
    await page.close();
    await api.stop();
    expect(errors).toEqual([]);
  });
  return {
    get api() {
      return api;
    },
    get page() {
      return page;
    },
  };
}
