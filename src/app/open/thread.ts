/** A store in a thread of its own, begun for this process: who keeps its time, and who writes down what becomes of it. */
import { loopPace } from '../../store/pace.ts';
import type { ThreadNotice } from '../../store/thread/store-thread.ts';
import { StoreThread } from '../../store/thread/store-thread.ts';
import { workerLine } from '../../store/thread/worker-line.ts';
import { scheduler } from '../clock.ts';
import type { Logger } from '../logger.ts';

const SAID: Readonly<Record<ThreadNotice['what'], readonly ['warn' | 'error', string]>> = {
  'not-opened': ['error', 'cannot be opened: it is tried again, and judging goes on without it'],
  opened: ['warn', 'is open now'],
  silent: ['error', 'does not answer: judging goes on without it'],
  answers: ['warn', 'answers again'],
  ended: ['error', 'has lost its thread: another one is begun'],
};

export interface ThreadBegin {
  /** In words: `the state store`. */
  readonly name: string;
  /** The built file of the thread. */
  readonly entry: URL;
  readonly file: string;
  readonly logger: Logger;
  welcomed?(welcome: unknown): void;
}

export function beginThread({ name, entry, file, logger, welcomed }: ThreadBegin): StoreThread {
  return new StoreThread({
    name,
    begin: () => workerLine(entry, { file }),
    clock: { now: loopPace.now, every: scheduler.every, after: scheduler.after },
    notice({ what, detail }) {
      const [level, words] = SAID[what];
      logger[level]({ detail }, `${name} ${words}`);
    },
    welcomed,
  });
}
