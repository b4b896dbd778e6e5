// Who works by keyboard keeps the place: a dialog has the keys while it is open, and gives them back; and whatever takes away
// what had the focus (an answer, a message, a dialog that closes), in whatever order, the next key is not without a place.
import type { Page, Route } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { needs } from '../support/available.ts';
import { makeAlert } from '../support/build/alert.ts';
import { focused, row, screenBench, signIn } from './support/screen-bench.ts';

const browser = needs('chromium');
const PANE = 'section.detail';
const LIST = 'div.rows';

/** Counts how often the page itself has the focus, between any two things that happen in it. */
const WATCH = `let had = false;
globalThis.fallen = 0;
setInterval(() => {
  const none = document.activeElement === document.body;
  if (none && had) globalThis.fallen++;
  had = !none;
}, 1);`;
/** From now on the page draws no frame. */
const NO_FRAMES = 'globalThis.requestAnimationFrame = () => 0;';

/** What the page is sent, held back until it is let go. */
interface Gate {
  readonly holding: boolean;
  hold(): void;
  letGo(): void;
}

function gate(): Gate & { pass(what: () => void): void } {
  const waiting: (() => void)[] = [];
  let holds = false;
  return {
    get holding() {
      return waiting.length > 0;
    },
    hold() {
      holds = true;
    },
    letGo() {
      holds = false;
      for (const what of waiting.splice(0)) what();
    },
    pass(what) {
      if (holds) waiting.push(what);
      else what();
    },
  };
}

async function gateOfMessages(page: Page): Promise<Gate> {
  const own = gate();
  await page.routeWebSocket(/socket\.io/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => own.pass(() => socket.send(message)));
  });
  return own;
}

/** The service has done the command, and its answer is still under way. */
async function gateOfAnswers(page: Page): Promise<Gate> {
  const own = gate();
  await page.route('**/alerts/*/*', async (route: Route) => {
    if (route.request().method() !== 'POST') return route.continue();
    const response = await route.fetch();
    own.pass(() => void route.fulfill({ response }));
  });
  return own;
}

describe.skipIf(browser.missing)(`the keyboard${browser.note}`, () => {
  const bench = screenBench();
  const fallen = (): Promise<unknown> => bench.page.evaluate('globalThis.fallen');

  /** Somebody has gone to a button by keyboard; from here on the page is watched. */
  async function goTo(button: string): Promise<void> {
    await bench.page.locator(button).focus();
    await bench.page.evaluate(WATCH);
  }
  async function note(button: string): Promise<void> {
    const { page } = bench;
    await goTo(button);
    await page.keyboard.press('Enter');
    await page.fill('dialog input', '现场核实属实');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog', { state: 'detached' });
  }
  const comment = '.commands button:has-text("说明")';
  const idle = `${comment}:not(:disabled)`;

  it('stays in a dialog, comes out by Escape, and goes back to where it was', async () => {
    const { api, page } = bench;
    await signIn(page, api.url);
    await goTo(comment);
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog[open]');
    expect(await focused(page)).toBe('note');
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('Tab');
      // Beyond the dialog there is the browser's own frame, and nothing of the page.
      expect(await page.$('.desk > :not(dialog):focus-within, .detail:focus-within')).toBeNull();
    }
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { state: 'detached' });
    expect(await page.locator(comment).evaluate((one) => one.matches(':focus'))).toBe(true);
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog[open]');
    await page.click('dialog .buttons button:has-text("取消")');
    await page.waitForSelector('dialog', { state: 'detached' });
    expect(await page.locator(comment).evaluate((one) => one.matches(':focus'))).toBe(true);
  });

  it('opens with the press: a second one on a page that draws nothing yet stays in the dialog, and it can be left', async () => {
    const { api, page } = bench;
    await signIn(page, api.url);
    await goTo(comment);
    await page.evaluate(NO_FRAMES);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog .fault:has-text("请填写")');
    await page.click('dialog .buttons button:has-text("取消")');
    await page.waitForSelector('dialog', { state: 'detached' });
    expect(await page.locator(comment).evaluate((one) => one.matches(':focus'))).toBe(true);
    expect(api.service.commands).toEqual([]);
  });

  it('is on the pane after a command, also where answer and message come before the next frame', async () => {
    const { api, page } = bench;
    await signIn(page, api.url);
    await page.evaluate(NO_FRAMES);
    await note(comment);
    await page.waitForSelector(idle);
    expect(await focused(page)).toBe(PANE);
    expect(await fallen()).toBe(0);
  });

  it('is on the pane where the message comes before the answer, and where it comes after it', async () => {
    const { api, page } = bench;
    const [answers, messages] = [await gateOfAnswers(page), await gateOfMessages(page)];
    await signIn(page, api.url);
    for (const [late, place] of [
      [answers, '.detail .log q:has-text("现场核实属实")'],
      [messages, '.commands .pending'],
    ] as const) {
      late.hold();
      await note(comment);
      await page.waitForSelector(place);
      await expect.poll(() => late.holding).toBe(true);
      expect(await focused(page)).toBe(PANE);
      late.letGo();
      await page.waitForSelector(idle);
      expect(await focused(page)).toBe(PANE);
      expect(await fallen()).toBe(0);
    }
  });

  it('is on the pane where the service refuses', async () => {
    const { api, page } = bench;
    await signIn(page, api.url);
    api.service.nextOutcome = 'alert-changed';
    await note(comment);
    await page.waitForSelector('.commands .trouble');
    expect(await focused(page)).toBe(PANE);
    // What was refused is put away; the button for that goes with it.
    await page.locator('.commands .trouble button').focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('.commands .trouble', { state: 'detached' });
    expect(await focused(page)).toBe(PANE);
    expect(await fallen()).toBe(0);
  });

  it('is on the pane when the button it was on goes away by what others do, the alert with it', async () => {
    const { api, page } = bench;
    const alert = makeAlert({ id: 'late', grade: 'orange' });
    api.service.change(alert);
    await signIn(page, api.url);
    await page.click(row('late'));
    const verify = '.commands button:has-text("核实")';
    await goTo(verify);
    api.service.change({ ...alert, handling: 'verified' });
    await page.waitForSelector(verify, { state: 'detached' });
    expect(await focused(page)).toBe(PANE);
    await page.locator(comment).focus();
    api.service.changeAs('closed', { ...alert, active: false, closedAt: api.service.time.now() });
    await page.waitForSelector('.commands', { state: 'detached' });
    expect(await focused(page)).toBe(PANE);
    expect(await fallen()).toBe(0);
  });

  it('is on the pane when the alert has gone while a dialog about it was open', async () => {
    const { api, page } = bench;
    const alert = makeAlert({ id: 'gone', grade: 'orange' });
    api.service.change(alert);
    await signIn(page, api.url);
    await page.click(row('gone'));
    await page.waitForSelector('.headline.orange');
    await goTo(comment);
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog[open]');
    api.service.changeAs('closed', { ...alert, active: false, closedAt: api.service.time.now() });
    await page.waitForSelector('.commands', { state: 'detached' });
    expect(await focused(page)).toBe('note');
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { state: 'detached' });
    expect(await focused(page)).toBe(PANE);
  });

  it('is in the list after an acknowledgement from a row, from the banner and by key', async () => {
    const { api, page } = bench;
    await signIn(page, api.url);
    await goTo(`${row('unsaved')} .ack`);
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${row('unsaved')}.acknowledged`);
    expect(await focused(page)).toBe(LIST);
    await page.locator('.banner .primary').focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog[open]');
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${row('red')}.acknowledged`);
    expect(await focused(page)).toBe(LIST);
    await page.keyboard.press('KeyN');
    await page.waitForSelector(`${row('orange')}.current`);
    await page.keyboard.press('KeyA');
    await page.waitForSelector('dialog[open]');
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${row('orange')}.acknowledged`);
    expect(await focused(page)).toBe(LIST);
    expect(await fallen()).toBe(0);
  });

  it('has its place after a key when nothing had it before', async () => {
    const { api, page } = bench;
    await signIn(page, api.url);
    expect(await focused(page)).toBe('body');
    await page.keyboard.press('KeyA');
    await page.waitForSelector('dialog[open]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog', { state: 'detached' });
    expect(await focused(page)).toBe(LIST);
  });

  it('leaves what a person has left by pressing beside it', async () => {
    const { api, page } = bench;
    await signIn(page, api.url);
    await page.locator(comment).focus();
    await page.click('.clock');
    api.service.change(makeAlert({ id: 'new', grade: 'red' }));
    await page.waitForSelector(row('new'));
    expect(await focused(page)).toBe('body');
  });
});
