/**
 * Readings from an external MQTT broker, over a persistent session. The broker authenticates the gateways and the topic
 * says which one it is; a PUBACK leaves only when the message is done. It never unsubscribes: what arrives while the
 * service is down waits in the broker.
 */
import type { IPublishPacket } from 'mqtt-packet';
import { FLAG } from '../model/reading.ts';
import type { DurationMs } from '../model/time.ts';
import type { Arrival, Edge } from './intake.ts';
import { parseStatus, refuseWhole, takeReadings } from './intake.ts';
import { MqttConnection } from './mqtt-connection.ts';
import type { PublishOptions } from './outlet.ts';
import { PubackQueue } from './puback-queue.ts';
import type { Scheduler, Timer } from './scheduler.ts';
import { wait, waitUntil } from './scheduler.ts';
import type { Pausable } from './sink.ts';
import type { Topic } from './topic.ts';
import { DATA_FILTER, parseTopic, SERVICE_STATUS_TOPIC, STATUS_FILTER } from './topic.ts';

export interface MqttSourceOptions extends Edge {
  readonly scheduler: Scheduler;
  /** `mqtt://host:port` or `mqtts://host:port`. */
  readonly url: string;
  /** Always the same for one service: the broker keeps the session under it. */
  readonly clientId: string;
  readonly username?: string;
  readonly password?: string;
  readonly keepAliveMs?: DurationMs;
  readonly reconnectMs?: DurationMs;
  readonly onEvent?: (event: MqttSourceEvent) => void;
}

/** For the service's own log; at `connected` whatever is kept retained should be published again. */
export type MqttSourceEvent =
  | { readonly type: 'connected'; readonly sessionPresent: boolean }
  /** From here on what gateways send arrives. */
  | { readonly type: 'subscribed' }
  | { readonly type: 'disconnected'; readonly reason: string }
  | { readonly type: 'failed'; readonly reason: string };

export interface MqttSource extends Pausable {
  /** Connected and subscribed. */
  readonly connected: () => boolean;
  /**
   * Resolves when the broker has it. Nothing is queued while there is no connection: then it rejects, and what matters
   * is published again at `connected`.
   */
  publish(topic: string, payload: string | Uint8Array, options?: PublishOptions): Promise<void>;
  /** Takes nothing more, waits up to `drainMs` for what it holds to be done, tells the sites, and leaves. */
  stop(drainMs?: DurationMs): Promise<void>;
}

const KEEP_ALIVE_MS: DurationMs = 30_000;
const RECONNECT_MS: DurationMs = 1_000;
const CONNECT_WITHIN_MS: DurationMs = 10_000;
/** A refused or unanswered subscription is asked for again. */
const SUBSCRIBE_AGAIN_MS: DurationMs = 5_000;
const SUBSCRIBE_WITHIN_MS: DurationMs = 5_000;
/** For each of the two steps of leaving, where the broker does not answer. */
const LEAVE_WITHIN_MS: DurationMs = 1_000;
const PUBLISHES_IN_FLIGHT_MAX = 1_000;
/** Topics of which the parts are remembered; more gateways than any broker of ours has. */
const TOPICS_REMEMBERED = 20_000;

export function startMqttSource(options: MqttSourceOptions): MqttSource {
  return new ExternalSource(options);
}

class ExternalSource implements MqttSource {
  private readonly options: MqttSourceOptions;
  private readonly topics = new Map<string, Topic | undefined>();
  private connection: MqttConnection;
  private acknowledgements: PubackQueue;
  private subscribed = false;
  /** Asks again for the subscriptions, or connects again. */
  private againTimer: Timer | undefined;
  private publishing = 0;
  private paused = false;
  private stopping = false;

  constructor(options: MqttSourceOptions) {
    this.options = options;
    [this.connection, this.acknowledgements] = this.open();
  }

  readonly connected = (): boolean => this.connection.established && this.subscribed;

  publish(
    topic: string,
    payload: string | Uint8Array,
    { qos = 1, retain = false }: PublishOptions = {},
  ): Promise<void> {
    if (this.publishing >= PUBLISHES_IN_FLIGHT_MAX) return Promise.reject(new Error('too many publications in flight'));
    this.publishing++;
    return this.connection.publish({ topic, payload, qos, retain }).finally(() => {
      this.publishing--;
    });
  }

  pause(): void {
    if (this.stopping) return;
    this.paused = true;
    this.connection.pause();
  }

  resume(): void {
    this.paused = false;
    this.connection.resume();
  }

  async stop(drainMs: DurationMs = 3_000): Promise<void> {
    if (this.stopping) return;
    // From here on messages are read but neither taken nor acknowledged: the broker gives them to the next start.
    this.stopping = true;
    this.resume();
    const { scheduler } = this.options;
    await waitUntil(scheduler, () => this.held() === 0, drainMs);
    this.againTimer?.stop();
    const said = this.publish(SERVICE_STATUS_TOPIC, '{"online":false}', { retain: true });
    await Promise.race([said.catch(() => {}), wait(scheduler, LEAVE_WITHIN_MS)]);
    await Promise.race([this.connection.leave(), wait(scheduler, LEAVE_WITHIN_MS)]);
    this.connection.close('left');
  }

  /** Messages whose PUBACK is owed on the present connection. */
  private held(): number {
    return this.connection.established ? this.acknowledgements.size : 0;
  }

  private open(): [MqttConnection, PubackQueue] {
    const { scheduler, url, clientId, username, password, keepAliveMs = KEEP_ALIVE_MS } = this.options;
    const connection = new MqttConnection({
      scheduler,
      url,
      clientId,
      username,
      password,
      keepAliveMs,
      connectWithinMs: CONNECT_WITHIN_MS,
      will: { topic: SERVICE_STATUS_TOPIC, payload: '{"online":false}', qos: 1, retain: true },
      onConnected: (sessionPresent) => this.onConnected(sessionPresent),
      onPublish: (packet) => this.received(packet),
      onClosed: (reason) => this.onClosed(reason),
    });
    if (this.paused) connection.pause();
    // The broker gives everything un-acknowledged again under new packet ids; the old ones mean nothing any more.
    return [connection, new PubackQueue((bytes) => connection.write(bytes))];
  }

  private onConnected(sessionPresent: boolean): void {
    this.options.onEvent?.({ type: 'connected', sessionPresent });
    this.subscribe();
  }

  private onClosed(reason: string): void {
    const { scheduler, onEvent, reconnectMs = RECONNECT_MS } = this.options;
    const wasThere = this.subscribed;
    this.subscribed = false;
    this.againTimer?.stop();
    if (this.stopping) return;
    onEvent?.(wasThere ? { type: 'disconnected', reason } : { type: 'failed', reason });
    // A broker that is restarting may refuse for a while; giving up would be silence.
    this.againTimer = scheduler.after(reconnectMs, () => {
      [this.connection, this.acknowledgements] = this.open();
    });
  }

  /** Asked for at every connection, so that filters new in this version reach an old session. */
  private subscribe(): void {
    const { connection } = this;
    const { scheduler, onEvent } = this.options;
    const unanswered = new Promise<never>((_, reject) => {
      this.againTimer = scheduler.after(SUBSCRIBE_WITHIN_MS, () => reject(new Error('not answered')));
    });
    Promise.race([connection.subscribe([DATA_FILTER, STATUS_FILTER]), unanswered]).then(
      () => {
        if (this.connection !== connection) return;
        this.againTimer?.stop();
        this.subscribed = connection.established;
        if (this.subscribed) onEvent?.({ type: 'subscribed' });
        // Who reads it may count on us from here on, and on the session. Lost with the connection, it is said again.
        this.publish(SERVICE_STATUS_TOPIC, '{"online":true}', { retain: true }).catch(() => {});
      },
      (error: Error) => {
        if (this.connection !== connection || !connection.established || this.stopping) return;
        this.againTimer?.stop();
        onEvent?.({ type: 'failed', reason: `subscription: ${error.message}` });
        this.againTimer = scheduler.after(SUBSCRIBE_AGAIN_MS, () => this.subscribe());
      },
    );
  }

  private received(packet: IPublishPacket): void {
    const flags = (packet.qos === 0 ? FLAG.QOS0 : 0) | (packet.dup ? FLAG.REDELIVERED : 0);
    if (packet.qos === 0) this.take(packet, flags, () => {});
    else if (!this.stopping) this.take(packet, flags, this.acknowledgements.add(packet.messageId ?? 0));
  }

  private take(packet: IPublishPacket, flags: number, done: () => void): void {
    const { options } = this;
    const payload = packet.payload as Buffer;
    const topic = this.topicOf(packet.topic);
    if (topic?.kind !== 'data' && topic?.kind !== 'status') {
      const nobody = { enterprise: '', gateway: '', topic: packet.topic, payload, flags };
      refuseWhole(options, nobody, { reason: 'malformed', detail: 'no topic of this service' }, done);
      return;
    }
    const { enterprise, gateway } = topic;
    const arrival: Arrival = { enterprise, gateway, topic: packet.topic, payload, flags };
    if (topic.kind === 'status') {
      this.takeStatus(arrival, packet.retain, done);
    } else if (packet.retain) {
      const detail = 'a reading that the broker had kept retained; when it was published is not known';
      refuseWhole(options, arrival, { reason: 'retained', detail }, done);
    } else {
      takeReadings(options, arrival, done);
    }
  }

  private takeStatus(arrival: Arrival, retained: boolean, done: () => void): void {
    const { options } = this;
    const gateway = options.directory.find(arrival.enterprise, arrival.gateway);
    if (gateway === undefined) {
      refuseWhole(options, arrival, { reason: 'unknown-gateway', detail: 'not in the registry' }, done);
      return;
    }
    const online = parseStatus(arrival.payload);
    // A status that is removed (empty and retained) says nothing about the gateway.
    if (online === undefined && arrival.payload.byteLength > 0) {
      refuseWhole(options, arrival, { reason: 'malformed', detail: 'status is not {"online":true|false}' }, done);
      return;
    }
    // The will of a gateway is published by the broker and looks like its own word; only when it is given late, from
    // what the broker keeps, is it certainly just its last known state.
    if (online !== undefined) options.sink.gateway(gateway.number, online, online || retained ? 'status' : 'will');
    done();
  }

  private topicOf(topic: string): Topic | undefined {
    const known = this.topics.get(topic);
    if (known !== undefined) return known;
    const parsed = parseTopic(topic);
    if (parsed !== undefined) {
      if (this.topics.size >= TOPICS_REMEMBERED) this.topics.clear();
      this.topics.set(topic, parsed);
    }
    return parsed;
  }
}
