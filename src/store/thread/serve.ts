/**
 * The inside of a store's thread: opens the store when it is asked to, carries out calls in the order in which they come, and
 * answers pings between them. It knows no store, and never ends by itself while the store is open.
 */
import type { Asked, Said } from './messages.ts';
import { thrownOf } from './messages.ts';

/** The thread's end of the line; a `MessagePort` is one. */
export interface Hearing {
  on(event: 'message', listener: (asked: Asked) => void): unknown;
  postMessage(said: Said): void;
  close(): void;
}

export interface Opened {
  /** Parts of the store by name, each an object of asynchronous methods. */
  readonly parts: Readonly<Record<string, object>>;
  readonly welcome?: unknown;
  close(): Promise<void>;
}

type Method = (...args: readonly unknown[]) => Promise<unknown>;

/** `open` is called again after it has thrown, whenever the other side asks. */
export function serve(line: Hearing, open: () => Opened): void {
  let opened: Opened | undefined;

  function openNow(): void {
    try {
      opened ??= open();
      line.postMessage({ say: 'opened', welcome: opened.welcome });
    } catch (error) {
      line.postMessage({ say: 'not-opened', error: thrownOf(error) });
    }
  }

  async function call({ id, part, method, args }: Extract<Asked, { ask: 'call' }>): Promise<void> {
    try {
      const target = opened?.parts[part] as Record<string, Method> | undefined;
      if (target === undefined) throw new Error(`the store is not open: ${part}.${method}`);
      const value = await target[method](...args);
      line.postMessage({ say: 'answer', id, value });
    } catch (error) {
      line.postMessage({ say: 'refusal', id, error: thrownOf(error) });
    }
  }

  async function close(): Promise<void> {
    try {
      await opened?.close();
      line.postMessage({ say: 'closed' });
    } catch (error) {
      line.postMessage({ say: 'not-closed', error: thrownOf(error) });
    }
    line.close();
  }

  line.on('message', (asked) => {
    if (asked.ask === 'call') void call(asked);
    else if (asked.ask === 'ping') line.postMessage({ say: 'pong' });
    else if (asked.ask === 'open') openNow();
    else void close();
  });
}
