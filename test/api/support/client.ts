// A real server on a free port and what speaks to it: fetch for HTTP, socket.io-client for /live.
import { randomBytes } from 'node:crypto';
import type { Socket } from 'socket.io-client';
import { io } from 'socket.io-client';
import type { Problem } from '../../../src/api/schemas/error-codes.ts';
import type {
  AlertsMessage,
  ClientToServer,
  CutMessage,
  HeartbeatMessage,
  ServerToClient,
  SnapshotMessage,
  SubscribeAnswer,
  SubscribeBody,
  ValuesMessage,
} from '../../../src/api/schemas/live.ts';
import type { LoginAnswer } from '../../../src/api/schemas/session.ts';
import type { ApiOptions, ApiServer } from '../../../src/api/server.ts';
import { createApi } from '../../../src/api/server.ts';
import { LIVE_NAMESPACE } from '../../../src/api/shapes/live.ts';
import { hashToken, SESSION_MS } from '../../../src/api/sign-in/auth.ts';
import { FakeService, PASSWORD } from './service.ts';

export type Message =
  | { readonly event: 'snapshot'; readonly body: SnapshotMessage }
  | { readonly event: 'alerts'; readonly body: AlertsMessage }
  | { readonly event: 'values'; readonly body: ValuesMessage }
  | { readonly event: 'heartbeat'; readonly body: HeartbeatMessage }
  | { readonly event: 'cut'; readonly body: CutMessage }
  | { readonly event: 'disconnect'; readonly body: string };

export interface Answer<T = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
  readonly problem: Problem;
}

/** A screen: keeps what it was sent, and lets a test wait for what must come. */
export class Screen {
  readonly messages: Message[] = [];
  readonly socket: Socket<ServerToClient, ClientToServer>;
  private waiting: (() => void)[] = [];

  constructor(socket: Socket<ServerToClient, ClientToServer>) {
    this.socket = socket;
    socket.on('snapshot', (body) => this.arrived({ event: 'snapshot', body }));
    socket.on('alerts', (body) => this.arrived({ event: 'alerts', body }));
    socket.on('values', (body) => this.arrived({ event: 'values', body }));
    socket.on('heartbeat', (body) => this.arrived({ event: 'heartbeat', body }));
    socket.on('cut', (body) => this.arrived({ event: 'cut', body }));
    socket.on('disconnect', (reason) => this.arrived({ event: 'disconnect', body: reason }));
  }

  of<E extends Message['event']>(event: E): Extract<Message, { event: E }>['body'][] {
    return this.messages.flatMap((one) => (one.event === event ? [one.body as never] : []));
  }

  subscribe(body: SubscribeBody): Promise<SubscribeAnswer> {
    return this.socket.timeout(5_000).emitWithAck('subscribe', body);
  }

  /** Resolves once `done` holds; the test's own time limit is the limit. */
  async until(done: (screen: Screen) => boolean): Promise<void> {
    while (!done(this)) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private arrived(message: Message): void {
    this.messages.push(message);
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}

export class TestApi {
  readonly service: FakeService;
  readonly server: ApiServer;
  readonly url: string;
  private readonly screens: Screen[] = [];

  private constructor(service: FakeService, server: ApiServer, port: number) {
    this.service = service;
    this.server = server;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(options: Partial<ApiOptions> = {}): Promise<TestApi> {
    const service = new FakeService();
    await service.addUser('admin', 'admin', 'province', {});
    await service.addUser('province', 'province-duty', 'province', { division: '32' });
    await service.addUser('county', 'county-duty', 'county', { division: '320921' });
    await service.addUser('other-county', 'county-duty', 'county', { division: '320922' });
    await service.addUser('operator', 'operator', 'enterprise', { enterprise: 'yt-chem' });
    await service.addUser('viewer', 'viewer', 'enterprise', { division: '32' });
    const server = await createApi(service, { version: '0.1.0', ...options });
    return new TestApi(service, server, await server.listen('127.0.0.1', 0));
  }

  async stop(): Promise<void> {
    for (const { socket } of this.screens) socket.disconnect();
    await this.server.stop();
  }

  async request<T = unknown>(method: string, path: string, init: RequestInit = {}): Promise<Answer<T>> {
    const response = await fetch(`${this.url}${path}`, { method, ...init });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') === true;
    const body = json ? JSON.parse(text) : text;
    return { status: response.status, headers: response.headers, body, problem: body };
  }

  async signIn(user: string, password = PASSWORD): Promise<Answer<LoginAnswer>> {
    return this.request('POST', '/api/v1/session', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user, password }),
    });
  }

  /** A session as signing in leaves it, without the time that scrypt takes on purpose. */
  async token(user: string): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    const createdAt = this.service.time.wall();
    const tokenHash = hashToken(token);
    this.service.sessions.set(tokenHash, { tokenHash, user, createdAt, expiresAt: createdAt + SESSION_MS });
    return token;
  }

  async as(user: string): Promise<Caller> {
    return new Caller(this, await this.token(user));
  }

  /** Connects to /live; rejects with the refusal. */
  async screen(token: string | undefined, extraHeaders: Record<string, string> = {}): Promise<Screen> {
    const socket: Socket<ServerToClient, ClientToServer> = io(`${this.url}${LIVE_NAMESPACE}`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      auth: token === undefined ? {} : { token },
      extraHeaders,
    });
    const screen = new Screen(socket);
    this.screens.push(screen);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('connect_error', reject);
    });
    return screen;
  }
}

/** Someone who is signed in by bearer token. */
export class Caller {
  readonly api: TestApi;
  readonly token: string;

  constructor(api: TestApi, token: string) {
    this.api = api;
    this.token = token;
  }

  get<T = unknown>(path: string): Promise<Answer<T>> {
    return this.api.request('GET', `/api/v1${path}`, { headers: this.headers() });
  }

  post<T = unknown>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer<T>> {
    return this.api.request('POST', `/api/v1${path}`, {
      headers: { ...this.headers(), 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  delete(path: string): Promise<Answer> {
    return this.api.request('DELETE', `/api/v1${path}`, { headers: this.headers() });
  }

  private headers(): Record<string, string> {
    return { authorization: `Bearer ${this.token}` };
  }
}
