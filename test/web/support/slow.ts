// A slow line and a slow machine, for looking whether a test of the screen waits for what it asserts: with
// FENGHUO_SLOW_SCREEN=1 every answer and every message is late by chance, each by itself, and the browser has a sixth of its
// speed. Off by default.
import type { Page } from 'playwright-core';

const ANSWER_MS = 1_500;
const MESSAGE_MS = 400;
const CPU = 6;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function slowDown(page: Page): Promise<void> {
  if (process.env.FENGHUO_SLOW_SCREEN !== '1') return;
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: CPU });
  await page.route('**/api/**', async (route) => {
    await wait(Math.random() * ANSWER_MS);
    // The page may have gone meanwhile.
    await route.continue().catch(() => undefined);
  });
  await page.routeWebSocket(/socket\.io/, (socket) => {
    const server = socket.connectToServer();
    let last = Promise.resolve();
    // In their order, as a socket brings them.
    server.onMessage((message) => {
      last = last.then(() => wait(Math.random() * MESSAGE_MS)).then(() => socket.send(message));
    });
    // What was said before the end still comes.
    server.onClose((code, reason) => void last.then(() => socket.close({ code, reason })));
  });
}
