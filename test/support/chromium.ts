// Starts the installed Chromium for tests of the dashboard. It downloads no browser and makes no outside request.
import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';
import { findBinary } from './available.ts';
import { forgetProcess, rememberProcess } from './temporary.ts';

/** A browser of the run; `pause` and `resume` freeze the whole of it, as a sleeping laptop does. */
export type RunningBrowser = {
  readonly browser: Browser;
  readonly pid: number;
  stop(): Promise<void>;
  kill(): Promise<void>;
  pause(): void;
  resume(): void;
};

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

/**
 * A headless browser; pages come from `browser.newPage()`.
 *
 * @throws when Chromium is not installed; a suite that may lack it says so with `needs('chromium')`.
 */
export async function startChromium(): Promise<RunningBrowser> {
  const executablePath = findBinary('chromium');
  if (executablePath === undefined)
    throw new Error("chromium is not installed; guard the suite with needs('chromium')");
  const server = await chromium.launchServer({ executablePath, args: flags, headless: true });
  const { pid } = server.process();
  if (pid === undefined) throw new Error('chromium has no process');
  rememberProcess(pid);
  server.once('close', () => forgetProcess(pid));
  const browser = await chromium.connect(server.wsEndpoint());
  // Chromium is the head of its own process group: a signal to the group reaches renderers and network service too.
  const signalAll = (name: NodeJS.Signals): void => {
    process.kill(-pid, name);
  };
  return {
    browser,
    pid,
    async stop() {
      await browser.close();
      await server.close();
    },
    kill: () => server.kill(),
    pause: () => signalAll('SIGSTOP'),
    resume: () => signalAll('SIGCONT'),
  };
}
