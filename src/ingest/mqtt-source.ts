/**
 * Readings from an external MQTT broker, over a persistent session. The broker authenticates the gateways and the topic
 * says which one it is; a PUBACK leaves only when the message is done. It never unsubscribes: what arrives while the
 * service is down waits in the broker.
 */
import type { Duplex } from 'node:stream';
import type { MqttClient } from 'mqtt';
import { connect } from 'mqtt';
import { FLAG } from '../model/reading.ts';
import type { DurationMs } from '../model/time.ts';
import type { Arrival, Edge } from './intake.ts';
import { parseStatus, refuseWhole, takeReadings } from './intake.ts';
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
  | { readonly type: 'disconnected' }
  | { readonly type: 'failed'; readonly reason: string };

export interface MqttSource extends Pausable {
  /** Connected and subscribed. */
  readonly connected: () => boolean;
  /**
   * Resolves when the broker has it. Nothing is queued while there is no connection: then it rejects, and what matters
   * is published again at `connected`.
   */
  publish(topic: string, payload: string | Uint8Array, options?: SourcePublishOptions): Promise<void>;
  /** Takes nothing more, waits up to `drainMs` for what it holds to be done, tells the sites, and leaves. */
  stop(drainMs?: DurationMs): Promise<void>;
}

export interface SourcePublishOptions {
  readonly qos?: 0 | 1;
  readonly retain?: boolean;
}

const KEEP_ALIVE_MS: DurationMs = 30_000;
const RECONNECT_MS: DurationMs = 1_000;
const CONNECT_WITHIN_MS: DurationMs = 10_000;
/** A refused or unanswered subscription is asked for again. */
const SUBSCRIBE_AGAIN_MS: DurationMs = 5_000;
/** For each of the two steps of leaving, where the broker does not answer. */
const LEAVE_WITHIN_MS: DurationMs = 1_000;
const PUBLISHES_IN_FLIGHT_MAX = 1_000;
/** Topics of which the parts are remembered; more gateways than any broker of ours has. */
const TOPICS_REMEMBERED = 20_000;

/** The fields of a PUBLISH as mqtt.js hands it to its `packetreceive` listeners. */
interface PublishPacket {
  readonly cmd: string;
  readonly topic: string;
  readonly payload: Buffer;
  readonly retain: boolean;
  readonly dup: boolean;
  readonly messageId?: number;
  qos: 0 | 1 | 2;
}

export function startMqttSource(options: MqttSourceOptions): MqttSource {
  return new ExternalSource(options);
}

class ExternalSource implements MqttSource {
  private readonly options: MqttSourceOptions;
  private readonly client: MqttClient;
  private readonly topics = new Map<string, Topic | undefined>();
  private acknowledgements: PubackQueue | undefined;
  private subscribed = false;
  private subscribeTimer: Timer | undefined;
  private publishing = 0;
  private paused = false;
  private stopping = false;
  /** Lets mqtt.js go on with the packets behind the one at which it was held. */
  private goOn: (() => void) | undefined;
  private readonly pinger: Timer;

  constructor(options: MqttSourceOptions) {
    this.options = options;
    const keepAliveMs = options.keepAliveMs ?? KEEP_ALIVE_MS;
    this.client = connect(options.url, {
      clientId: options.clientId,
      username: options.username,
      password: options.password,
      clean: false,
      protocolVersion: 4,
      keepalive: Math.ceil(keepAliveMs / 1000),
      reconnectPeriod: options.reconnectMs ?? RECONNECT_MS,
      // A broker that is restarting may refuse for a while; giving up would be silence.
      reconnectOnConnackError: true,
      connectTimeout: CONNECT_WITHIN_MS,
      // Asked for at every connection, so that filters new in this version reach an old session.
      resubscribe: false,
      queueQoSZero: false,
      will: { topic: SERVICE_STATUS_TOPIC, payload: Buffer.from('{"online":false}'), qos: 1, retain: true },
    });
    this.client.on('connect', ({ sessionPresent }) => this.onConnect(sessionPresent));
    this.client.on('close', () => this.onClose());
    this.client.on('error', (error) => options.onEvent?.({ type: 'failed', reason: error.message }));
    this.client.on('packetreceive', (packet) => {
      if (packet.cmd === 'publish') this.received(packet as PublishPacket);
    });
    // The answer to a message is also what lets the client parse the next one: held, the socket fills and TCP holds the
    // broker back.
    this.client.handleMessage = (_packet, callback) => {
      if (this.paused) this.goOn = callback;
      else callback();
    };
    this.pinger = options.scheduler.every(Math.max(keepAliveMs / 3, 250), () => this.keepAlive());
  }

  readonly connected = (): boolean => this.client.connected && this.subscribed;

  publish(
    topic: string,
    payload: string | Uint8Array,
    { qos = 1, retain = false }: SourcePublishOptions = {},
  ): Promise<void> {
    if (!this.client.connected) return Promise.reject(new Error('not connected'));
    if (this.publishing >= PUBLISHES_IN_FLIGHT_MAX) return Promise.reject(new Error('too many publications in flight'));
    this.publishing++;
    return new Promise((resolve, reject) => {
      this.client.publish(topic, Buffer.from(payload), { qos, retain }, (error) => {
        this.publishing--;
        if (error) reject(error);
        else resolve();
      });
    });
  }

  pause(): void {
    this.paused = !this.stopping;
  }

  resume(): void {
    this.paused = false;
    this.proceed();
  }

  async stop(drainMs: DurationMs = 3_000): Promise<void> {
    if (this.stopping) return;
    // From here on messages are read but neither taken nor acknowledged: the broker gives them to the next start.
    this.stopping = true;
    this.paused = false;
    this.proceed();
    const { scheduler } = this.options;
    await waitUntil(scheduler, () => this.held() === 0, drainMs);
    this.pinger.stop();
    this.subscribeTimer?.stop();
    const said = this.publish(SERVICE_STATUS_TOPIC, '{"online":false}', { retain: true });
    await Promise.race([said.catch(() => {}), wait(scheduler, LEAVE_WITHIN_MS)]);
    const left = new Promise<void>((resolve) => this.client.end(!this.client.connected, {}, () => resolve()));
    await Promise.race([left, wait(scheduler, LEAVE_WITHIN_MS)]);
    this.client.stream.destroy();
  }

  /** Messages whose PUBACK is owed on the present connection. */
  private held(): number {
    return this.client.connected ? (this.acknowledgements?.size ?? 0) : 0;
  }

  private proceed(): void {
    const { goOn } = this;
    this.goOn = undefined;
    goOn?.();
  }

  private onConnect(sessionPresent: boolean): void {
    this.options.onEvent?.({ type: 'connected', sessionPresent });
    // Lost with the connection, it is said again at the next one.
    this.publish(SERVICE_STATUS_TOPIC, '{"online":true}', { retain: true }).catch(() => {});
    this.subscribe();
  }

  private onClose(): void {
    // The broker gives everything un-acknowledged again under new packet ids; the old ones mean nothing any more.
    this.acknowledgements = undefined;
    // What was parsed and not handed on belongs to the old connection; a pump that is superseded drops it.
    this.goOn = undefined;
    this.subscribed = false;
    this.subscribeTimer?.stop();
    if (!this.stopping) this.options.onEvent?.({ type: 'disconnected' });
  }

  private subscribe(): void {
    const again = (reason: string): void => {
      if (!this.client.connected || this.stopping) return;
      this.options.onEvent?.({ type: 'failed', reason: `subscription: ${reason}` });
      this.subscribeTimer = this.options.scheduler.after(SUBSCRIBE_AGAIN_MS, () => this.subscribe());
    };
    this.client.subscribe([DATA_FILTER, STATUS_FILTER], { qos: 1 }, (error, granted) => {
      if (error) again(error.message);
      else if (granted?.some(({ qos }) => qos === 128)) again('refused by the broker');
      else this.subscribed = true;
    });
  }

  /**
   * mqtt.js 5.16 announces a packet here before it handles it, and answers a QoS 1 message as soon as its listeners
   * return; to hold the answer back by its own means makes it take one message at a time. A packet that is turned into
   * QoS 0 here is handled without an answer, and the answer is ours (pinned; test/ingest/mqtt-source.test.ts).
   */
  private received(packet: PublishPacket): void {
    const flags = (packet.qos === 0 ? FLAG.QOS0 : 0) | (packet.dup ? FLAG.REDELIVERED : 0);
    let done = (): void => {};
    if (packet.qos === 1) {
      packet.qos = 0;
      if (this.stopping) return;
      this.acknowledgements ??= this.newQueue(this.client.stream as unknown as Duplex);
      done = this.acknowledgements.add(packet.messageId as number);
    }
    this.take(packet, flags, done);
  }

  private newQueue(stream: Duplex): PubackQueue {
    return new PubackQueue((bytes) => {
      if (this.client.connected && (this.client.stream as unknown as Duplex) === stream) stream.write(bytes);
    });
  }

  private take(packet: PublishPacket, flags: number, done: () => void): void {
    const { options } = this;
    const topic = this.topicOf(packet.topic);
    if (topic?.kind !== 'data' && topic?.kind !== 'status') {
      const nobody = { enterprise: '', gateway: '', topic: packet.topic, payload: packet.payload, flags };
      refuseWhole(options, nobody, { reason: 'malformed', detail: 'no topic of this service' }, done);
      return;
    }
    const { enterprise, gateway } = topic;
    const arrival: Arrival = { enterprise, gateway, topic: packet.topic, payload: packet.payload, flags };
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

  /** While we do not read, answers to pings are not seen: the client must neither give up nor fall silent. */
  private keepAlive(): void {
    if (!this.paused || !this.client.connected) return;
    this.client.sendPing();
    this.client.reschedulePing(true);
  }
}
