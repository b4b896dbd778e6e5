/**
 * The publisher as the benchmarks see it: a process of its own (publisher.ts) that is told what to send and says what was
 * acknowledged. The same one feeds both sides of every comparison.
 */
import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** One gateway: its credential, its topic and its points. */
export interface LaneSpec {
  readonly user: string;
  readonly secret: string;
  readonly topic: string;
  readonly tags: readonly string[];
}

export interface Order {
  /** Readings a message. */
  readonly batch: number;
  /** Most messages without PUBACK, a gateway. */
  readonly window: number;
  /** Ends after so many messages, seconds, or rounds over the points of every gateway; whichever comes first. */
  readonly messages?: number;
  readonly seconds?: number;
  readonly rounds?: number;
  /** Messages a second over all gateways; as fast as the windows allow when absent. */
  readonly ratePerSecond?: number;
  /** Every reading has this value; a slow wave far below the limits when absent. */
  readonly value?: number;
  /** Not counted in `perSecond`: the first seconds, in which code is compiled and buffers grow. */
  readonly warmUpSeconds?: number;
}

export interface Report {
  readonly sent: number;
  readonly acknowledged: number;
  /** PUBACKs a second between the warm-up and the last message sent. */
  readonly perSecond: number;
  /** On the machine's monotonic clock, milliseconds: first message sent, last one sent, last PUBACK. */
  readonly firstSentMs: number;
  readonly lastSentMs: number;
  readonly lastAcknowledgedMs: number;
}

export type ToPublisher =
  | { readonly open: { readonly port: number; readonly lanes: readonly LaneSpec[] } }
  | { readonly order: Order };
export type FromPublisher = { readonly opened: true } | { readonly report: Report } | { readonly failed: string };

/** Milliseconds of the machine's monotonic clock: the same in every process. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}

export class Publisher {
  private readonly child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.child = child;
  }

  static async open(port: number, lanes: readonly LaneSpec[]): Promise<Publisher> {
    const child = fork(fileURLToPath(new URL('publisher.js', import.meta.url)), { execArgv: [] });
    const publisher = new Publisher(child);
    await publisher.ask({ open: { port, lanes } });
    return publisher;
  }

  async run(order: Order): Promise<Report> {
    const answer = await this.ask({ order });
    if (!('report' in answer)) throw new Error('the publisher gave no report');
    return answer.report;
  }

  async close(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.disconnect();
    await gone;
  }

  private async ask(message: ToPublisher): Promise<FromPublisher> {
    const ended = new AbortController();
    this.child.send(message);
    try {
      const [answer] = (await Promise.race([
        once(this.child, 'message', { signal: ended.signal }),
        once(this.child, 'exit', { signal: ended.signal }).then(() => [{ failed: 'the publisher ended' }]),
      ])) as [FromPublisher];
      if ('failed' in answer) throw new Error(answer.failed);
      return answer;
    } finally {
      ended.abort();
    }
  }
}
