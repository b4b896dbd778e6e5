// The backtests of a service as people meet them: one at a time, cancelled, and what a restart makes of one that was under way.
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BacktestRequest } from '../../src/api/ports.ts';
import { ServiceBacktests } from '../../src/app/backtest/backtests.ts';
import type { BacktestTask, Said } from '../../src/app/backtest/begin.ts';
import { Registry } from '../../src/engine/registry.ts';
import { eventually } from '../support/service.ts';
import { temporaryDirectory } from '../support/temporary.ts';

/** A thread that says what the test has it say. */
class Thread {
  readonly task: BacktestTask;
  readonly hear: (said: Said) => void;
  isCancelled = false;

  constructor(task: BacktestTask, hear: (said: Said) => void) {
    this.task = task;
    this.hear = hear;
  }
}

const NOW = 1_763_510_400_000;
let folder: string;
const threads: Thread[] = [];

beforeEach(() => {
  folder = temporaryDirectory('backtests');
  threads.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const service = () =>
  new ServiceBacktests({
    dataDir: folder,
    packs: { folder },
    state: { registry: new Registry() },
    log: { durable: 7 },
    logger: { warn: () => undefined },
    now: () => NOW,
    begin(task, hear) {
      const thread = new Thread(task, hear);
      threads.push(thread);
      return {
        cancel() {
          thread.isCancelled = true;
        },
      };
    },
  });
const request = (over: Partial<BacktestRequest> = {}): BacktestRequest => ({
  from: NOW - 1_000,
  to: NOW,
  stated: { points: [{ id: 'yt/GD-1' }] },
  actor: 'li',
  mayDraft: () => true,
  ...over,
});

/** One that was taken and is running. */
async function running(backtests: ServiceBacktests): Promise<string> {
  const asked = backtests.start(request());
  threads.at(-1)?.hear({ taken: ['yt/GD-1'] });
  const answer = await asked;
  if (!answer.ok) throw new Error('was refused');
  return answer.backtest.id;
}

describe('the backtests of a service', () => {
  it('run one at a time, from what is durable, and say how far they are', async () => {
    const backtests = service();
    const id = await running(backtests);
    expect(threads[0].task).toMatchObject({ upTo: 7, from: NOW - 1_000, to: NOW });
    expect(await backtests.start(request())).toEqual({ ok: false, running: id });
    threads[0].hear({ share: 0.25 });
    expect(backtests.get(id)).toMatchObject({ state: 'running', progress: 0.25, by: 'li', enterprises: ['yt'] });
    threads[0].hear({ error: 'the log is damaged' });
    expect(backtests.get(id)).toMatchObject({ state: 'failed', reason: 'the log is damaged' });
    await running(backtests);
    expect(threads).toHaveLength(2);
  });

  it('end when they are cancelled, and take no result afterwards; the next one waits until the thread has ended', async () => {
    const backtests = service();
    const id = await running(backtests);
    expect(backtests.cancel(id)).toMatchObject({ state: 'cancelled', endedAt: NOW });
    expect(threads[0].isCancelled).toBe(true);
    const next = backtests.start(request());
    expect(threads).toHaveLength(1);
    threads[0].hear({ result: undefined });
    await eventually('it is begun', () => threads[1]);
    threads[1].hear({ taken: ['yt/GD-1'] });
    expect(await next).toMatchObject({ ok: true, backtest: { state: 'running' } });
    expect(backtests.get(id)).toMatchObject({ state: 'cancelled' });
  });

  it('that are refused leave nothing behind, and name a wrong time beside the rest', async () => {
    const backtests = service();
    const asked = backtests.start(request({ from: NOW + 5, to: NOW }));
    const wrong = ['from: must be before `to`', 'from: is yet to come'];
    expect(threads[0].task).toMatchObject({ wrong });
    threads[0].hear({ refused: ['point yt/GD-1: is not registered', ...wrong] });
    expect(await asked).toEqual({ ok: false, errors: ['point yt/GD-1: is not registered', ...wrong] });
    expect(backtests.list()).toEqual([]);
    await running(backtests);
  });

  it('that were under way when the process died are interrupted', async () => {
    const id = await running(service());
    const after = await eventually('it is written down', () => {
      const found = service().get(id);
      return found?.state === 'interrupted' ? found : undefined;
    });
    expect(after.reason).toMatch(/ask again/);
  });
});
