/**
 * One connection to an MQTT 3.1.1 broker, from CONNECT to its end: packets in and out, keep-alive, and an answer to every
 * publish and subscribe of ours. It acknowledges nothing that it receives and never connects again: both are its owner's,
 * because a PUBACK is a promise and only the owner knows when it may be given.
 */
import { connect as connectTcp } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { IPublishPacket, Packet } from 'mqtt-packet';
import { generate, parser as newParser } from 'mqtt-packet';
import { createWebSocketStream, WebSocket } from 'ws';
import type { DurationMs } from '../model/time.ts';
import type { Scheduler, Timer } from './scheduler.ts';

export interface ConnectionOptions {
  readonly scheduler: Scheduler;
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`. */
  readonly url: string;
  readonly clientId: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly keepAliveMs: DurationMs;
  /** From opening the socket to CONNACK. */
  readonly connectWithinMs: DurationMs;
  readonly will: Publication;
  onConnected(sessionPresent: boolean): void;
  onPublish(packet: IPublishPacket): void;
  /** Called once, whatever ended it. `reason` is in words. */
  onClosed(reason: string): void;
}

export interface Publication {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

/** CONNACK return codes [MQTT-3.2.2.3]. */
const REFUSED: Readonly<Record<number, string>> = {
  1: 'the broker does not speak MQTT 3.1.1',
  2: 'the broker refuses the client id',
  3: 'the broker is not available',
  4: 'the broker refuses user name or password',
  5: 'the broker does not let this client in',
};
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'mqtt:': 1883, 'mqtts:': 8883 };
const PACKET_IDS = 0xffff;
const REFUSED_QOS = 128;

type Settle = (error?: Error) => void;

export class MqttConnection {
  readonly stream: Duplex;
  private readonly options: ConnectionOptions;
  private readonly timers: Timer[] = [];
  /** By packet id: what waits for its PUBACK or SUBACK. */
  private readonly owed = new Map<number, Settle>();
  private lastId = 0;
  private state: 'opening' | 'established' | 'closed' = 'opening';
  private paused = false;
  /** Something came since the last ping. */
  private heard = true;

  constructor(options: ConnectionOptions) {
    this.options = options;
    this.stream = openStream(options.url);
    const parser = newParser({ protocolVersion: 4 });
    parser.on('packet', (packet: Packet) => this.received(packet));
    parser.on('error', (error: Error) => this.close(`the broker sends no MQTT: ${error.message}`));
    this.stream.on('data', (chunk: Buffer) => {
      this.heard = true;
      parser.parse(chunk);
    });
    this.stream.once('error', (error) => this.close(error.message));
    this.stream.once('close', () => this.close('the broker closed the connection'));
    this.send(connectPacket(options));
    const { scheduler, connectWithinMs, keepAliveMs } = options;
    this.timers.push(
      scheduler.after(connectWithinMs, () => this.state === 'opening' && this.close('no answer in time')),
    );
    // Twice in the keep-alive: the broker hears us in time, and a dead one is given up within it.
    this.timers.push(scheduler.every(keepAliveMs / 2, () => this.keepAlive()));
  }

  get established(): boolean {
    return this.state === 'established';
  }

  /** Resolves when the broker has it (QoS 1) or it is written (QoS 0); rejects when the connection ends before. */
  publish({ topic, payload, qos, retain }: Publication): Promise<void> {
    if (!this.established) return Promise.reject(new Error('not connected'));
    const packet = { cmd: 'publish', topic, payload: Buffer.from(payload), qos, retain, dup: false } as const;
    if (qos === 0) {
      this.send(packet);
      return Promise.resolve();
    }
    return this.ask((messageId) => ({ ...packet, messageId }));
  }

  /** Rejects when the broker refuses one of the filters. */
  subscribe(filters: readonly string[]): Promise<void> {
    const subscriptions = filters.map((topic) => ({ topic, qos: 1 as const }));
    return this.ask((messageId) => ({ cmd: 'subscribe', messageId, subscriptions }));
  }

  write(bytes: Uint8Array): void {
    if (this.state !== 'closed') this.stream.write(bytes);
  }

  /** Reads nothing more: TCP holds the broker back. The connection is kept alive all the same. */
  pause(): void {
    this.paused = true;
    this.stream.pause();
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.heard = true;
    this.stream.resume();
  }

  /** Says goodbye, so that the broker does not publish the will, and resolves when the socket is closed. */
  async leave(): Promise<void> {
    if (this.state === 'closed') return;
    const closed = new Promise<void>((resolve) => this.stream.once('close', () => resolve()));
    this.send({ cmd: 'disconnect' });
    this.stream.resume();
    this.stream.end();
    await closed;
  }

  /** Ends it without a goodbye. */
  close(reason: string): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    for (const timer of this.timers) timer.stop();
    this.stream.on('error', () => {});
    this.stream.destroy();
    for (const settle of this.owed.values()) settle(new Error('not connected: the connection was lost'));
    this.owed.clear();
    this.options.onClosed(reason);
  }

  private received(packet: Packet): void {
    if (this.state === 'closed') return;
    switch (packet.cmd) {
      case 'publish':
        this.options.onPublish(packet);
        break;
      case 'connack':
        if (packet.returnCode !== 0) {
          this.close(REFUSED[packet.returnCode ?? -1] ?? `the broker refuses with code ${packet.returnCode}`);
          break;
        }
        this.state = 'established';
        this.options.onConnected(packet.sessionPresent);
        break;
      case 'puback':
        this.settle(packet.messageId);
        break;
      case 'suback':
        this.settle(
          packet.messageId,
          packet.granted.some((qos) => qos === REFUSED_QOS) ? 'refused by the broker' : undefined,
        );
        break;
    }
  }

  private settle(messageId: number | undefined, refused?: string): void {
    const settle = messageId === undefined ? undefined : this.owed.get(messageId);
    if (settle === undefined || messageId === undefined) return;
    this.owed.delete(messageId);
    settle(refused === undefined ? undefined : new Error(refused));
  }

  private ask(packet: (messageId: number) => Packet): Promise<void> {
    if (this.owed.size >= PACKET_IDS) return Promise.reject(new Error('too many packets wait for their answer'));
    do this.lastId = (this.lastId % PACKET_IDS) + 1;
    while (this.owed.has(this.lastId));
    const messageId = this.lastId;
    return new Promise((resolve, reject) => {
      this.owed.set(messageId, (error) => (error === undefined ? resolve() : reject(error)));
      this.send(packet(messageId));
    });
  }

  private send(packet: Packet): void {
    this.write(generate(packet, { protocolVersion: 4 }));
  }

  /** While we do not read, answers to pings are not seen: then silence is ours, not the broker's. */
  private keepAlive(): void {
    if (!this.established) return;
    if (!this.heard && !this.paused) {
      this.close('the broker does not answer');
      return;
    }
    this.heard = false;
    this.send({ cmd: 'pingreq' });
  }
}

function openStream(url: string): Duplex {
  const { protocol, hostname, port } = new URL(url);
  if (protocol === 'ws:' || protocol === 'wss:') return createWebSocketStream(new WebSocket(url, 'mqtt'));
  const host = hostname.replace(/^\[|\]$/g, '');
  const address = { host, port: port === '' ? DEFAULT_PORTS[protocol] : Number(port) };
  if (protocol === 'mqtts:') return connectTls({ ...address, servername: host });
  return connectTcp({ ...address, noDelay: true });
}

/** A persistent session: what is published while we are away waits in the broker. */
function connectPacket({ clientId, username, password, keepAliveMs, will }: ConnectionOptions): Packet {
  return {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: false,
    clientId,
    username,
    password: password === undefined ? undefined : Buffer.from(password),
    keepalive: Math.ceil(keepAliveMs / 1_000),
    will: { ...will, payload: Buffer.from(will.payload) },
  };
}
