/**
 * The embedded MQTT 3.1.1 broker. A gateway's PUBACK leaves when its message is done, its connection is its presence, and
 * nothing that a client publishes is routed to another client: what goes out to sites comes from the service alone.
 */
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { AuthenticateError, Client, PublishPacket } from 'aedes';
import { Aedes } from 'aedes';
import type { DurationMs } from '../model/time.ts';
import type { AccessOptions } from './broker-access.ts';
import { credentialInForce, identify, SERVER_UNAVAILABLE } from './broker-access.ts';
import { Publishing } from './broker-publishing.ts';
import type { BrokerClient } from './broker-session.ts';
import { KEEP_ALIVE_REFRESH_MS, Session } from './broker-session.ts';
import type { Edge } from './intake.ts';
import type { PublishOptions } from './outlet.ts';
import { Presence } from './presence.ts';
import type { Scheduler, Timer } from './scheduler.ts';
import { wait, waitUntil } from './scheduler.ts';
import type { Pausable } from './sink.ts';
import { SERVICE_STATUS_TOPIC } from './topic.ts';

export interface BrokerOptions extends Edge, AccessOptions {
  readonly scheduler: Scheduler;
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** A second listener, encrypted. Certificate and key in PEM. */
  readonly tls?: { readonly port: number; readonly cert: string | Buffer; readonly key: string | Buffer };
  readonly onEvent?: (event: BrokerEvent) => void;
  /** At once, for each listener; more are closed as they come. */
  readonly connectionsMax?: number;
  /** Called for each of those. */
  readonly onFull?: (address: string) => void;
  /** Who has not said by then who it is is let go, and on the encrypted listener who has not finished the handshake. */
  readonly connectWithinMs?: DurationMs;
  /** A gateway whose connection ended while we did not read it is reported gone after this time. */
  readonly presenceGraceMs?: DurationMs;
}

/** For the service's own log; none of these needs an answer. */
export type BrokerEvent =
  | { readonly type: 'connection-refused'; readonly user: string; readonly address: string; readonly reason: string }
  | { readonly type: 'connection-closed'; readonly user: string; readonly address: string; readonly reason: string };

export interface Broker extends Pausable {
  readonly port: number;
  readonly tlsPort: number | undefined;
  /** Resolves when the message was handed to every subscriber that is connected. An empty retained one deletes. */
  publish(topic: string, payload: string | Uint8Array, options?: PublishOptions): Promise<void>;
  /** Connections that are not read because of us. */
  readonly pausedClients: () => number;
  readonly connections: () => number;
  /** Numbers of the gateways that are connected now. */
  readonly connectedGateways: () => number[];
  /** Takes nothing more, waits up to `drainMs` for what it holds to be done, tells the sites, and closes. */
  stop(drainMs?: DurationMs): Promise<void>;
}

const CONNECT_WITHIN_MS: DurationMs = 10_000;
/** A site that does not read for so long is cut; until then its messages are kept in memory. */
const DRAIN_WITHIN_MS: DurationMs = 10_000;
/** Finds the half-open connection of a client that asked for no keep-alive. */
const TCP_KEEP_ALIVE_MS: DurationMs = 60_000;
const PRESENCE_GRACE_MS: DurationMs = 30_000;
const CONNECTIONS_MAX = 20_000;

type Done = (error?: Error) => void;

/** The fields of a CONNECT that are looked at, or changed, before the broker handles it. */
interface ConnectPacket {
  clientId: string;
  clean?: boolean;
  readonly username?: string;
  readonly protocolVersion?: number;
}

/** What a client published has been dealt with when its hook answers; routing it further would only cost. */
class ConsumingAedes extends Aedes {
  override publish(packet: PublishPacket, clientOrDone: Client | null | Done, done?: Done): void {
    if (typeof clientOrDone === 'function') super.publish(packet, clientOrDone);
    else done?.();
  }
}

export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const broker = new EmbeddedBroker(options);
  try {
    await broker.start();
  } catch (error) {
    // Half of it runs already and would keep a process alive that has said it could not start.
    await broker.stop(0);
    throw error;
  }
  return broker;
}

class EmbeddedBroker implements Broker {
  port = 0;
  tlsPort: number | undefined;
  private readonly options: BrokerOptions;
  private readonly connectWithinMs: DurationMs;
  private readonly aedes: Aedes;
  private readonly sessions = new Map<Client, Session>();
  private readonly presence: Presence;
  private readonly publishing: Publishing;
  private readonly servers: Server[] = [];
  /** As they came, those too whose TLS handshake is not finished: a server does not close before they have. */
  private readonly sockets = new Set<Socket>();
  private keepAliveTimer: Timer | undefined;
  private paused = false;
  private stopping = false;

  constructor(options: BrokerOptions) {
    this.options = options;
    this.connectWithinMs = options.connectWithinMs ?? CONNECT_WITHIN_MS;
    this.publishing = new Publishing(options, (session, reason) => this.closeFor(session, reason));
    this.presence = new Presence({
      sink: { gateway: (...event) => this.stopping || options.sink.gateway(...event) },
      scheduler: options.scheduler,
      graceMs: options.presenceGraceMs ?? PRESENCE_GRACE_MS,
      paused: () => this.paused,
    });
    this.aedes = new ConsumingAedes({
      // Unlimited: a site that does not read would otherwise take the places of all until it is cut.
      concurrency: 0,
      connectTimeout: this.connectWithinMs,
      drainTimeout: DRAIN_WITHIN_MS,
      // Ids carry the user name; see `connecting`.
      maxClientsIdLength: 0xffff,
      // Packets that came together with CONNECT: at most what one read of the socket holds.
      queueLimit: 0xffff,
      preConnect: (client, packet, callback) => callback(null, this.connecting(client, packet)),
      authenticate: (client, user, password, callback) => {
        void this.authenticate(client, user, password).then((refusal) => {
          callback(refusal ?? null, refusal === undefined);
        });
      },
      authorizePublish: (client, packet, callback) => this.published(client, packet, callback),
      authorizeSubscribe: (client, subscription, callback) => {
        callback(null, this.sessions.get(client)?.mayReceive(subscription.topic) ? subscription : null);
      },
      authorizeForward: (client, packet) => (this.sessions.get(client)?.mayReceive(packet.topic) ? packet : null),
    });
  }

  async start(): Promise<void> {
    const { host, port, tls } = this.options;
    await this.aedes.listen();
    await this.publish(SERVICE_STATUS_TOPIC, '{"online":true}', { qos: 1, retain: true });
    this.port = await this.listen(
      createServer({ noDelay: true }, (socket) => this.accept(socket)),
      host,
      port,
    );
    if (tls !== undefined) {
      const { cert, key } = tls;
      const options = { cert, key, handshakeTimeout: this.connectWithinMs };
      const server = createTlsServer(options, (socket) => this.accept(socket));
      this.tlsPort = await this.listen(server, host, tls.port);
    }
    this.keepAliveTimer = this.options.scheduler.every(KEEP_ALIVE_REFRESH_MS, () => {
      for (const session of this.sessions.values()) {
        session.keepAlive();
        this.mayStay(session);
      }
    });
  }

  publish(
    topic: string,
    payload: string | Uint8Array,
    { qos = 1, retain = false }: PublishOptions = {},
  ): Promise<void> {
    const packet = { cmd: 'publish', topic, payload: Buffer.from(payload), qos, retain, dup: false } as const;
    return new Promise((resolve, reject) => {
      this.aedes.publish(packet, (error) => (error ? reject(error) : resolve()));
    });
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    for (const session of this.sessions.values()) session.wake();
  }

  readonly pausedClients = (): number => [...this.sessions.values()].filter((session) => session.stopped).length;
  readonly connections = (): number => this.sessions.size;
  readonly connectedGateways = (): number[] => this.presence.gateways();

  async stop(drainMs: DurationMs = 3_000): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    this.paused = true;
    const closed = this.servers.map((server) => new Promise((resolve) => server.close(resolve)));
    await waitUntil(this.options.scheduler, () => this.heldMessages() === 0, drainMs);
    await this.publish(SERVICE_STATUS_TOPIC, '{"online":false}', { qos: 1, retain: true });
    // Acknowledgements and the last word are written at the end of the turn they were given in.
    await wait(this.options.scheduler, 1);
    this.keepAliveTimer?.stop();
    this.presence.stop();
    await new Promise<void>((resolve) => this.aedes.close(resolve));
    for (const { socket } of this.sessions.values()) socket.destroy();
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(closed);
  }

  private heldMessages(): number {
    let held = 0;
    for (const session of this.sessions.values()) held += session.heldMessages;
    return held;
  }

  private async listen(server: Server, host: string, port: number): Promise<number> {
    server.maxConnections = this.options.connectionsMax ?? CONNECTIONS_MAX;
    server.on('drop', (from) => this.options.onFull?.(from?.remoteAddress ?? ''));
    // A failed TLS handshake ends that connection and concerns nobody else; one that is not finished in time is ours to end.
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
    this.servers.push(server);
    return (server.address() as AddressInfo).port;
  }

  private accept(socket: Socket): void {
    socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS);
    const session = new Session(
      socket,
      () => this.paused,
      (bytes) => this.publishing.oversize(session, bytes),
    );
    const client = this.aedes.handle(socket);
    session.client = client as unknown as BrokerClient;
    this.sessions.set(client, session);
    socket.once('close', () => {
      this.sessions.delete(client);
      if (session.identity?.kind === 'gateway') this.presence.left(session.identity.number, session.stopped);
    });
  }

  /**
   * Every session is a clean one: what a site missed it finds retained, and a queue kept for a client that never comes
   * back would grow for ever. Client ids count per user, so that nobody takes over another's connection with its id.
   */
  private connecting(client: Client, packet: ConnectPacket): boolean {
    const session = this.sessions.get(client);
    if (session === undefined || this.stopping) return false;
    if ((packet.protocolVersion ?? 4) > 4) {
      // The broker answers with return code 1 by itself; here stands what that means.
      const reason = `MQTT ${packet.protocolVersion} is not spoken here: set the gateway to MQTT 3.1.1 (protocol version 4)`;
      const address = session.socket.remoteAddress ?? '';
      this.options.onEvent?.({ type: 'connection-refused', user: packet.username ?? '', address, reason });
    }
    session.authenticating = true;
    packet.clean = true;
    if (packet.clientId !== '') packet.clientId = `${packet.username ?? ''} ${packet.clientId}`;
    return true;
  }

  /** Why the client is not let in, or undefined when it is. */
  private async authenticate(
    client: Client,
    user: string | undefined,
    password: Buffer | undefined,
  ): Promise<AuthenticateError | undefined> {
    const access = await identify(this.options, user, password?.toString('utf8'));
    const session = this.sessions.get(client);
    if (session === undefined) return refusal(SERVER_UNAVAILABLE, 'already closed');
    session.authenticating = false;
    if (!access.ok) {
      const address = session.socket.remoteAddress ?? '';
      this.options.onEvent?.({ type: 'connection-refused', user: user ?? '', address, reason: access.reason });
      return refusal(access.returnCode, access.reason);
    }
    session.identity = access.identity;
    session.secretHash = access.secretHash;
    // Counted before the broker closes the connection that this one replaces: so the gateway is never gone between.
    if (access.identity.kind === 'gateway') this.presence.arrived(access.identity.number);
    return undefined;
  }

  /**
   * `acknowledge` is the PUBACK. It is never given an error for a publish: that would close the client without an
   * answer, and it would send the same message again for ever.
   */
  private published(client: Client | null, packet: PublishPacket, acknowledge: (error?: Error | null) => void): void {
    const session = client === null ? undefined : this.sessions.get(client);
    if (session?.identity === undefined) {
      session?.socket.destroy();
      return;
    }
    if (!this.mayStay(session)) {
      acknowledge(new Error('its credential is no longer in force'));
      return;
    }
    // After the close of a client comes nothing but its will.
    if (session.client.closed) {
      if (this.believesWillOf(session)) this.publishing.will(session, packet);
      acknowledge(new Error('a will is not routed'));
      return;
    }
    if (!session.mayPublish(packet.topic)) {
      this.publishing.foreign(session, packet, () => acknowledge(null));
      return;
    }
    session.foreignInRow = 0;
    const bytes = packet.payload.length;
    session.hold(bytes);
    this.publishing.take(session, packet, () => {
      session.release(bytes);
      if (!session.client.closed) acknowledge(null);
    });
  }

  /** Not while the gateway has a newer connection, or where this one could not be kept because of us. */
  private believesWillOf({ identity, stopped }: Session): boolean {
    return !this.stopping && identity?.kind === 'gateway' && this.presence.count(identity.number) <= 1 && !stopped;
  }

  /** False, and closed, once another credential is in force than the one it signed in with, or none. */
  private mayStay(session: Session): boolean {
    const { identity, checkedVersion, secretHash, revoked } = session;
    const { version } = this.options.directory;
    if (revoked || identity === undefined || checkedVersion === version) return !revoked;
    session.checkedVersion = version;
    if (credentialInForce(this.options, identity) === secretHash) return true;
    session.revoked = true;
    this.closeFor(session, 'its credential is no longer in force');
    // Without waiting for what it may not want to read.
    session.socket.destroy();
    return false;
  }

  private closeFor(session: Session, reason: string): void {
    const address = session.socket.remoteAddress ?? '';
    this.options.onEvent?.({ type: 'connection-closed', user: userOf(session), address, reason });
    session.socket.destroySoon();
  }
}

function userOf({ identity }: Session): string {
  if (identity === undefined) return '';
  return `${identity.enterprise}/${identity.kind === 'gateway' ? identity.gateway : '~site'}`;
}

function refusal(returnCode: number, reason: string): AuthenticateError {
  return Object.assign(new Error(reason), { returnCode });
}
