// A store behind a line of messages as it is behind a thread, with both ends here: what crosses is copied as it is between
// threads. The thread's end can be held, as by a disk that hangs, and cut.
import { setImmediate as turn } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import type { Asked, Said } from '../../../src/store/thread/messages.ts';
import type { Opened } from '../../../src/store/thread/serve.ts';
import { serve } from '../../../src/store/thread/serve.ts';
import type { Line, StoreThreadParts, ThreadNotice } from '../../../src/store/thread/store-thread.ts';
import { StoreThread } from '../../../src/store/thread/store-thread.ts';

export interface InChannel {
  readonly thread: StoreThread;
  readonly notices: ThreadNotice[];
  /** From here on the thread hears nothing, until it is let go. */
  hold(): void;
  letGo(): void;
  /** The thread ends, with everything it was told. */
  cut(reason: string): void;
  /** Time passes on this side, with a turn for messages after each step. */
  pass(ms: number): Promise<void>;
}

export function inChannel(open: () => Opened, over: Partial<StoreThreadParts> = {}): InChannel {
  const notices: ThreadNotice[] = [];
  const clock = steppedClock();
  let held: Asked[] | undefined;
  let release = (): void => undefined;
  let cut = (_reason: string): void => undefined;

  function begin(): Line {
    const { port1: here, port2: there } = new MessageChannel();
    const end = { isOver: false, ended: (_reason: string): void => undefined };
    serve(
      {
        on(_event, listener) {
          there.on('message', (asked: Asked) => (held === undefined ? listener(asked) : held.push(asked)));
          release = () => {
            const waiting = held ?? [];
            held = undefined;
            for (const asked of waiting) listener(asked);
          };
          return there;
        },
        postMessage: (said: Said) => there.postMessage(said),
        close: () => there.close(),
      },
      open,
    );
    cut = (reason) => {
      end.isOver = true;
      there.close();
      end.ended(reason);
    };
    return {
      post: (asked, transfer) => here.postMessage(asked, transfer),
      listen(heard, ended) {
        end.ended = ended;
        here.on('message', (said: Said) => {
          if (!end.isOver) heard(said);
        });
        here.on('close', () => {
          if (!end.isOver) ended('closed');
        });
      },
    };
  }

  const thread = new StoreThread({
    name: 'the store',
    begin,
    clock,
    notice: (notice) => notices.push(notice),
    ...over,
  });
  return {
    thread,
    notices,
    hold() {
      held = [];
    },
    letGo: () => release(),
    cut: (reason) => cut(reason),
    async pass(ms) {
      for (let passed = 0; passed < ms; passed += 250) {
        clock.step(250);
        for (let i = 0; i < 5; i++) await turn();
      }
    },
  };
}

function steppedClock() {
  let now = 0;
  const timers = new Set<{ at: number; everyMs?: number; run: () => void }>();
  const add = (timer: { at: number; everyMs?: number; run: () => void }) => {
    timers.add(timer);
    return { stop: () => void timers.delete(timer) };
  };
  return {
    now: () => now,
    every: (everyMs: number, run: () => void) => add({ at: now + everyMs, everyMs, run }),
    after: (ms: number, run: () => void) => add({ at: now + ms, run }),
    step(ms: number) {
      now += ms;
      for (const timer of [...timers]) {
        if (timer.at > now) continue;
        if (timer.everyMs === undefined) timers.delete(timer);
        else timer.at = now + timer.everyMs;
        timer.run();
      }
    },
  };
}
