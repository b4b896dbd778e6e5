// Gateways that publish one reading a message at a steady rate over real MQTT, and remember which were acknowledged. It is
// a sender only: what became of the readings is for the test to ask.
import type { MqttClient } from 'mqtt';
import { connectGateway, dataTopicOf } from './gateway.ts';

export interface SentReading {
  /** `{enterprise}/{tag}`. */
  readonly point: string;
  readonly at: number;
  readonly value: number;
}

export interface LoadPlan {
  readonly url: string;
  /** `{enterprise}/{gateway}` and the tags it publishes, in turn. */
  readonly gateways: readonly { readonly name: string; readonly tags: readonly string[] }[];
  readonly messagesPerSecond: number;
  /** The value of the `n`th reading of a point. */
  readonly value: (tag: string, n: number) => number;
}

const BEAT_MS = 10;
/** What is sent at once after this process itself was held up. */
const BURST_MAX = 500;

export class SteadyLoad {
  /** In the order of their PUBACKs. */
  readonly acknowledged: SentReading[] = [];
  sent = 0;
  private readonly plan: LoadPlan;
  private readonly clients: MqttClient[] = [];
  private readonly newestAt = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  private constructor(plan: LoadPlan) {
    this.plan = plan;
  }

  static async start(plan: LoadPlan): Promise<SteadyLoad> {
    const load = new SteadyLoad(plan);
    for (const { name } of plan.gateways) {
      const client = await connectGateway(plan.url, name);
      // The service is killed under it: that is what it is for.
      client.on('error', () => {});
      load.clients.push(client);
    }
    const begun = performance.now();
    load.timer = setInterval(() => {
      const due = Math.floor(((performance.now() - begun) * plan.messagesPerSecond) / 1_000) - load.sent;
      for (let i = 0; i < Math.min(due, BURST_MAX); i++) load.send();
    }, BEAT_MS);
    return load;
  }

  /** Stops sending; what is on the way may still be acknowledged. */
  pause(): void {
    clearInterval(this.timer);
  }

  async end(): Promise<void> {
    this.pause();
    await Promise.all(this.clients.map((client) => client.endAsync(true)));
  }

  private send(): void {
    const n = this.sent++;
    const which = n % this.plan.gateways.length;
    const { name, tags } = this.plan.gateways[which];
    if (!this.clients[which].connected) return;
    const turn = Math.floor(n / this.plan.gateways.length);
    const tag = tags[turn % tags.length];
    const point = `${name.slice(0, name.indexOf('/'))}/${tag}`;
    // Two readings of a point at one time would be one row of its history.
    const at = Math.max(Date.now(), (this.newestAt.get(point) ?? 0) + 1);
    this.newestAt.set(point, at);
    const value = this.plan.value(tag, Math.floor(turn / tags.length));
    const message = JSON.stringify({ point: tag, at, value });
    this.clients[which].publish(dataTopicOf(name), message, { qos: 1 }, (error) => {
      if (!error) this.acknowledged.push({ point, at, value });
    });
  }
}
