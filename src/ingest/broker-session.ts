/**
 * One connection to the embedded broker: who it is, what of it is not yet acknowledged, and whether we read it. It stops
 * reading by giving the broker nothing to read, which lets TCP hold the sender back.
 */
import type { Socket } from 'node:net';
import type { DurationMs } from '../model/time.ts';
import { dataTopic, readsOnlyAlertsOf, SERVICE_STATUS_TOPIC, statusTopic } from './topic.ts';

export type Identity =
  | {
      readonly kind: 'gateway';
      readonly enterprise: string;
      readonly gateway: string;
      readonly number: number;
      readonly dataTopic: string;
      readonly statusTopic: string;
    }
  | { readonly kind: 'site'; readonly enterprise: string };

/**
 * What of the broker's client is used although it is not in its published types (aedes 1.2.0; test/ingest/broker.test.ts
 * fails when it changes): the keep-alive timer, and the length that a half-received packet has announced.
 */
export interface BrokerClient {
  readonly closed: boolean;
  readonly _keepaliveTimer: NodeJS.Timeout | null;
  readonly _parser: { readonly packet: { readonly length: number } };
}

/** Before the credential is checked only a CONNECT with its will is expected. */
const UNKNOWN_PACKET_BYTES_MAX = 64 * 1024;
/** What a known client may send in one packet so that it can be refused by name and acknowledged. */
export const PACKET_BYTES_MAX = 8 * 1024 * 1024;
/** Of one connection, not yet acknowledged: beyond it that connection waits, so that it cannot take the room of all. */
const HELD_BYTES_MAX = 1024 * 1024;
/** Shorter than the shortest keep-alive, 1 s and half of it again. */
export const KEEP_ALIVE_REFRESH_MS: DurationMs = 500;

export class Session {
  readonly socket: Socket;
  /** Set at once after construction; the broker makes its client from the socket. */
  client!: BrokerClient;
  identity: Identity | undefined;
  /** Stored form of the credential it signed in with, and the version of the directory in which that was found in force. */
  secretHash: string | undefined;
  checkedVersion = -1;
  /** Its credential is no longer in force: nothing it says is taken any more, not even its will. */
  revoked = false;
  /** Between CONNECT and the answer to it nothing more is read: what comes early must find the client authorised. */
  authenticating = false;
  /** Being closed by us; what still comes is counted. */
  closing = false;
  heldMessages = 0;
  foreignInRow = 0;
  private heldBytes = 0;
  private readonly pausedByAll: () => boolean;
  private readonly onOversize: (bytes: number) => void;

  constructor(socket: Socket, pausedByAll: () => boolean, onOversize: (bytes: number) => void) {
    this.socket = socket;
    this.pausedByAll = pausedByAll;
    this.onOversize = onOversize;
    const read = socket.read.bind(socket);
    // read(0) is the stream asking itself for more and takes nothing.
    socket.read = (size?: number) => (size !== 0 && !this.mayRead() ? null : read(size));
  }

  /** True while we, not the client, are the reason that nothing is read. */
  get stopped(): boolean {
    return this.identity !== undefined && (this.pausedByAll() || this.heldBytes > HELD_BYTES_MAX);
  }

  hold(bytes: number): void {
    this.heldMessages++;
    this.heldBytes += bytes;
  }

  /** To be called before the acknowledgement: it is what makes the broker look for bytes again. */
  release(bytes: number): void {
    this.heldMessages--;
    this.heldBytes -= bytes;
  }

  /** After a pause of all: lets the broker look for bytes. Not from inside a read, which its parser does not stand. */
  wake(): void {
    setImmediate(() => {
      if (!this.client.closed && !this.stopped) this.socket.emit('readable');
    });
  }

  /** A client cannot send its ping while we do not read it, or while its earlier packets wait for their commit. */
  keepAlive(): void {
    if (!this.client.closed && (this.stopped || this.heldMessages > 0)) this.client._keepaliveTimer?.refresh();
  }

  mayPublish(topic: string): boolean {
    const { identity } = this;
    return identity?.kind === 'gateway' && (topic === identity.dataTopic || topic === identity.statusTopic);
  }

  /** For subscription filters and for topics alike. */
  mayReceive(filter: string): boolean {
    if (this.identity === undefined) return false;
    if (filter === SERVICE_STATUS_TOPIC) return true;
    return this.identity.kind === 'site' && readsOnlyAlertsOf(this.identity.enterprise, filter);
  }

  private mayRead(): boolean {
    if (this.authenticating || this.stopped) return false;
    const announced = this.client._parser.packet.length;
    if (announced <= (this.identity === undefined ? UNKNOWN_PACKET_BYTES_MAX : PACKET_BYTES_MAX)) return true;
    this.onOversize(announced);
    return false;
  }
}

export function gatewayIdentity(enterprise: string, gateway: string, number: number): Identity {
  return {
    kind: 'gateway',
    enterprise,
    gateway,
    number,
    dataTopic: dataTopic(enterprise, gateway),
    statusTopic: statusTopic(enterprise, gateway),
  };
}
