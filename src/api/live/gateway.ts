/**
 * The live connections (socket.io, namespace /live): who may connect, what goes out when, who is cut. The one file that
 * knows socket.io. It changes no state of the service; what a screen may see the policy decides.
 */
import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { DefaultEventsMap, Socket } from 'socket.io';
import { Server } from 'socket.io';
import { ApiError } from '../errors.ts';
import type { LiveFigures } from '../metrics.ts';
import { roleMay } from '../policy/roles.ts';
import type { ServicePorts, Stop } from '../ports.ts';
import type { ClientToServer, DataAge, HeartbeatMessage, ServerToClient, SubscribeAnswer } from '../schemas/live.ts';
import { subscribeBody } from '../schemas/live.ts';
import { HEARTBEAT_MS, LAG_WARN_MS, LIVE_NAMESPACE } from '../shapes/live.ts';
import type { Authenticator, SignedIn } from '../sign-in/auth.ts';
import { fromOwnPage, hostOf, sessionCookie } from '../sign-in/authentication.ts';
import type { View } from '../view.ts';
import { roomOf } from '../view.ts';
import type { OutboxLimits } from './outbox.ts';
import { OUTBOX_LIMITS, Outbox } from './outbox.ts';
import { Subscriber, Subscriptions } from './subscriptions.ts';
import type { Frame } from './wire.ts';
import { encodeFrame } from './wire.ts';

export interface GatewayOptions {
  readonly outbox?: OutboxLimits;
  /** Screens at once; above it a new one is refused rather than all served badly. */
  readonly maxClients?: number;
  /** Behind a proxy that sets X-Forwarded-Host. */
  readonly trustProxy?: boolean;
}

/** Values go out this often at most: 2 a second for each point. */
const VALUES_MS = 500;
/** How often a connection's session is looked at again: signed out elsewhere, user disabled, scope changed. */
const RECHECK_MS = 30_000;
const MAX_CLIENTS = 2_000;
/** Who was told to go is gone after this. */
const CLOSE_WITHIN_MS = 2_000;
/** Answers that nothing was read of: who goes on asking all the same would fill the memory with answers. */
const MAX_UNREAD_ANSWERS = 20;
/** Faults of one message that are told: half a million wrong items must not become an answer of many megabytes. */
const MAX_FAULTS_TOLD = 10;

interface SocketData {
  session: SignedIn;
}
type LiveSocket = Socket<ClientToServer, ServerToClient, DefaultEventsMap, SocketData>;

interface Client {
  readonly socket: LiveSocket;
  readonly subscriber: Subscriber;
  /** Answers since the connection last took what it was given. */
  unreadAnswers: number;
}

interface SaidOnce {
  readonly health: HeartbeatMessage['health'];
  dataAge(view: View): DataAge;
}

/** What of engine.io is used beneath socket.io: write a finished packet and learn when it, or everything, has left. */
interface RawConnection {
  /** Not heard while the other end does not read. */
  on(event: 'drain', listener: () => void): unknown;
  write(data: string, options: { compress: false; wsPreEncodedFrame: readonly Buffer[] }, sent: () => void): unknown;
}

export class LiveGateway {
  private readonly ports: ServicePorts;
  private readonly auth: Authenticator;
  private readonly options: GatewayOptions;
  private readonly io: Server<ClientToServer, ServerToClient, DefaultEventsMap, SocketData>;
  private readonly subscriptions: Subscriptions;
  private readonly clients = new Set<Client>();
  /** Beneath the screens, and beneath who has not said yet that he is one: the HTTP server knows of them no more. */
  private readonly upgraded = new Set<Duplex>();
  private readonly stops: Stop[] = [];
  private framesSent = 0;
  private bytesSent = 0;
  private clientsCut = 0;

  constructor(server: HttpServer, ports: ServicePorts, auth: Authenticator, options: GatewayOptions = {}) {
    this.ports = ports;
    this.auth = auth;
    this.options = options;
    this.subscriptions = new Subscriptions(ports);
    this.io = new Server(server, {
      transports: ['websocket'],
      // Deflate costs 4 to 22 times the time and 200 kB a screen; alerts are small and values are numbers.
      perMessageDeflate: false,
      httpCompression: false,
      serveClient: false,
      maxHttpBufferSize: 1_000_000,
      pingInterval: 10_000,
      pingTimeout: 10_000,
      connectTimeout: 10_000,
      // It would half close them, and who does not close his half would keep his place.
      destroyUpgrade: false,
    });
    server.on('upgrade', ({ url = '' }, connection) => {
      // Whatever else was asked for is not here.
      if (!url.startsWith(`${this.io.path()}/`)) connection.destroy();
      this.upgraded.add(connection);
      connection.once('close', () => this.upgraded.delete(connection));
    });
    // Only /live is for anyone; a connection that stays outside is closed by connectTimeout.
    this.io.use((_socket, next) => next(new Error('not-found')));
    const namespace = this.io.of(LIVE_NAMESPACE);
    namespace.use((socket, next) => {
      this.admit(socket).then(
        (refusal) => next(refusal === undefined ? undefined : new Error(refusal)),
        (error: unknown) => {
          if (error instanceof ApiError) return next(new Error(error.code));
          ports.report(error, 'live connection');
          next(new Error('internal-error'));
        },
      );
    });
    namespace.on('connection', (socket) => this.connected(socket));
    const { time, live } = ports;
    this.stops.push(
      live.onTransitions((transitions) => this.subscriptions.transitions(transitions)),
      time.every(VALUES_MS, () => this.flushValues()),
      time.every(HEARTBEAT_MS, () => this.heartbeat()),
      time.every(RECHECK_MS, () => void this.recheck().catch((error) => ports.report(error, 'live recheck'))),
    );
  }

  figures(): LiveFigures {
    const { framesSent, bytesSent, clientsCut, subscriptions } = this;
    const { roomCount, valuesFolded } = subscriptions;
    return { clients: this.clients.size, rooms: roomCount, framesSent, bytesSent, valuesFolded, clientsCut };
  }

  /** Ends the connections of a session that signed out. */
  signedOut(tokenHash: string): void {
    for (const { socket, subscriber } of this.clients) {
      if (socket.data.session.tokenHash === tokenHash) subscriber.outbox.end('signed-out');
    }
  }

  /** Tells every screen and ends; the HTTP server itself is not ours to close. */
  stop(): void {
    for (const stop of this.stops.splice(0)) stop();
    for (const { subscriber } of this.clients) subscriber.outbox.end('stopping');
    this.io.disconnectSockets(true);
    this.io.engine.close();
    for (const connection of this.upgraded) this.closeSoon(connection);
  }

  /** Who connects; gives the code of the refusal, if it is one. */
  private async admit(socket: LiveSocket): Promise<string | undefined> {
    if (!this.ports.live.ready()) return 'not-ready';
    if (this.clients.size >= (this.options.maxClients ?? MAX_CLIENTS)) return 'too-many-requests';
    const token = tokenOf(socket, this.options.trustProxy === true);
    if (token === 'wrong-origin') return 'wrong-origin';
    const session = token === undefined ? undefined : await this.auth.authenticate(token.value);
    if (session === undefined) return 'not-signed-in';
    if (!roleMay(session.principal.role, 'read')) return 'not-permitted';
    socket.data.session = session;
    return undefined;
  }

  private connected(socket: LiveSocket): void {
    const outbox = new Outbox(
      {
        send: (frame, sent) => this.write(socket, frame, sent),
        cut: (reason) => {
          if (reason === 'too-slow') this.clientsCut++;
          socket.emit('cut', { reason });
          socket.disconnect(true);
          this.closeSoon(socket.request.socket);
        },
      },
      (values, folded) => encodeFrame('values', JSON.stringify({ at: this.ports.time.now(), values, folded })),
      this.options.outbox ?? OUTBOX_LIMITS,
    );
    const client: Client = { socket, subscriber: new Subscriber(outbox), unreadAnswers: 0 };
    this.clients.add(client);
    const connection: RawConnection = socket.conn;
    connection.on('drain', () => {
      client.unreadAnswers = 0;
    });
    socket.on('disconnect', () => {
      this.clients.delete(client);
      this.subscriptions.leave(client.subscriber);
    });
    socket.on('subscribe', (body: unknown, answer: unknown) => this.subscribe(client, body, answer));
  }

  /** One that does not read does not answer a close either, and would hold our stop and its memory for half a minute. */
  private closeSoon(connection: Duplex): void {
    if (connection.destroyed) return;
    const cancel = this.ports.time.after(CLOSE_WITHIN_MS, () => connection.destroy());
    connection.once('close', cancel);
  }

  private subscribe(client: Client, body: unknown, answer: unknown): void {
    const { socket, subscriber } = client;
    if (++client.unreadAnswers > MAX_UNREAD_ANSWERS) {
      subscriber.outbox.end('too-slow');
      return;
    }
    // Whatever a client sends: it must not be able to make us throw.
    const reply =
      typeof answer === 'function' ? (given: SubscribeAnswer): void => answer(given) : (): void => undefined;
    const parsed = subscribeBody.safeParse(body);
    if (!parsed.success) {
      const faults = parsed.error.issues.slice(0, MAX_FAULTS_TOLD);
      const detail = faults.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
      reply({ error: { code: 'invalid-request', detail } });
      return;
    }
    try {
      this.subscriptions.subscribe(subscriber, socket.data.session.principal, parsed.data, reply);
      if (subscriber.subscribed) subscriber.outbox.heartbeat(() => this.heartbeatFrame(client, this.saidOnce()));
    } catch (error) {
      this.ports.report(error, 'live subscribe');
      socket.disconnect(true);
    }
  }

  private write(socket: LiveSocket, frame: Frame, sent: () => void): void {
    this.framesSent++;
    this.bytesSent += frame.bytes;
    const connection: RawConnection = socket.conn;
    connection.write(frame.text, { compress: false, wsPreEncodedFrame: frame.parts }, sent);
  }

  private flushValues(): void {
    this.subscriptions.values(this.ports.live.takeDirty());
    for (const { subscriber } of this.clients) subscriber.outbox.flushValues();
  }

  private heartbeat(): void {
    const said = this.saidOnce();
    for (const client of this.clients) {
      if (client.subscriber.subscribed) client.subscriber.outbox.heartbeat(() => this.heartbeatFrame(client, said));
    }
  }

  /** What many screens are told in one beat, found out once: the health of the service, and the age of the data of a view. */
  private saidOnce(): SaidOnce {
    const { live } = this.ports;
    const health = live.health();
    const ages = new Map<string, DataAge>();
    return {
      health,
      dataAge(view) {
        const room = roomOf(view);
        const age = ages.get(room) ?? live.dataAge(view);
        ages.set(room, age);
        return age;
      },
    };
  }

  /** Made when it goes out, so that `to` is what has gone out before it. */
  private heartbeatFrame({ socket, subscriber }: Client, said: SaidOnce): Frame {
    const { live, time } = this.ports;
    const [at, wall, lagMs] = [time.now(), time.wall(), live.lagMs()];
    const message: HeartbeatMessage = {
      at,
      wallOffsetMs: wall - at,
      to: this.subscriptions.cursor(subscriber.sentTo),
      health: said.health,
      lagMs,
      data: said.dataAge(subscriber.view),
      behind: lagMs > LAG_WARN_MS || undefined,
      readOnly: wall >= socket.data.session.expiresAt || undefined,
    };
    return encodeFrame('heartbeat', JSON.stringify(message));
  }

  /**
   * Cuts who may no longer see what they see. An expired session is no reason: a duty desk goes on showing. One that
   * disappeared before its time was signed out; another scope takes a new connection.
   */
  private async recheck(): Promise<void> {
    for (const { socket, subscriber } of [...this.clients]) {
      const { tokenHash, expiresAt, principal } = socket.data.session;
      const session = await this.auth.bySession(tokenHash);
      const expired = this.ports.time.wall() >= expiresAt;
      if (session === undefined ? expired : sameRights(session.principal, principal)) continue;
      subscriber.outbox.end('signed-out');
    }
  }
}

function sameRights(a: SignedIn['principal'], b: SignedIn['principal']): boolean {
  return JSON.stringify([a.role, a.level, a.scope]) === JSON.stringify([b.role, b.level, b.scope]);
}

/** The session token of a connection: stated by the client, or a cookie when it is one of our own pages. */
function tokenOf(socket: LiveSocket, trustProxy: boolean): { value: string } | 'wrong-origin' | undefined {
  const stated: unknown = socket.handshake.auth.token;
  if (typeof stated === 'string') return { value: stated };
  const { headers }: IncomingMessage = socket.request;
  const cookie = sessionCookie(headers);
  if (cookie === undefined) return undefined;
  // A websocket is not bound by the same-origin rule: without this any page could listen in.
  return fromOwnPage(headers, hostOf(headers, trustProxy)) ? { value: cookie } : 'wrong-origin';
}
