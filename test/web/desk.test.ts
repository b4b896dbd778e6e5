// The opened alert that is not on the list, from a link of yesterday: what the desk asks the service for, and how often.
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';

/** As little of `web/live/desk.ts` as is played with: tests are compiled without a page, and it is of a page. */
interface Desk {
  startDesk(): void;
  readonly screen: { value: object };
  readonly openId: { value: string | undefined };
  readonly opened: { readonly value: unknown };
}

const DESK = '../../web/live/desk.ts';

let desk: Desk;
let asked: string[] = [];
let answer: () => Response;

const json = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
const noSuchAlert = () => json(404, { code: 'no-such-alert', detail: 'gone' });

/** What a page has and Node has not. */
function storage() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
    removeItem: (key: string) => void kept.delete(key),
  };
}

beforeAll(async () => {
  vi.useFakeTimers();
  vi.stubGlobal('localStorage', storage());
  vi.stubGlobal('sessionStorage', storage());
  vi.stubGlobal('navigator', { language: 'zh-CN' });
  vi.stubGlobal('document', { documentElement: { classList: { toggle() {} }, dataset: {}, lang: '' }, title: '' });
  vi.stubGlobal('fetch', async (url: string) => {
    if (url.includes('/alerts/')) asked.push(url.slice(url.lastIndexOf('/') + 1));
    return answer();
  });
  desk = (await import(DESK)) as Desk;
  desk.startDesk();
});
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
beforeEach(() => {
  desk.openId.value = undefined;
  desk.screen.value = { ...desk.screen.value, complete: true };
  asked = [];
});

/** Messages of half a minute, as they come to any desk. */
async function messages(): Promise<void> {
  for (let i = 0; i < 60; i++) {
    desk.screen.value = { ...desk.screen.value, values: new Map() };
    await vi.advanceTimersByTimeAsync(500);
  }
}

it('a link to an alert that is kept no more is asked for once, not at every message', async () => {
  answer = noSuchAlert;
  desk.openId.value = 'cn-1';
  await messages();
  expect(asked).toEqual(['cn-1']);
  expect(desk.opened.value).toBeUndefined();
  desk.openId.value = 'cn-2';
  await messages();
  expect(asked).toEqual(['cn-1', 'cn-2']);
});

it('a service that is not there is asked again until it answers, and the alert is shown', async () => {
  let tries = 0;
  answer = () => {
    if (++tries < 3) throw new TypeError('fetch failed');
    return json(200, { id: 'cn-3' });
  };
  desk.openId.value = 'cn-3';
  await messages();
  expect(asked).toEqual(['cn-3', 'cn-3', 'cn-3']);
  expect(desk.opened.value).toEqual({ id: 'cn-3' });
});

it('nobody is asked any more for what the desk has turned away from', async () => {
  answer = () => {
    throw new TypeError('fetch failed');
  };
  desk.openId.value = 'cn-4';
  await vi.advanceTimersByTimeAsync(500);
  desk.openId.value = undefined;
  await messages();
  expect(asked).toEqual(['cn-4']);
});
