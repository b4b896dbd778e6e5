// A duty desk over a real socket.io connection: it keeps the snapshot and every numbered transition it is sent, and counts
// each message that does not follow the one before. It draws nothing.
import type { Socket } from 'socket.io-client';
import { io } from 'socket.io-client';
import type { Alert, Transition } from '../../src/api/schemas/alerts.ts';
import type {
  ClientToServer,
  HeartbeatMessage,
  ServerToClient,
  SubscribeAnswer,
  SubscribeBody,
  ValuesMessage,
} from '../../src/api/schemas/live.ts';
import { follows, LIVE_NAMESPACE } from '../../src/api/shapes/live.ts';

export class DeskClient {
  /** Of the newest snapshot, all parts. */
  snapshot: Alert[] = [];
  readonly transitions: Transition[] = [];
  readonly values: ValuesMessage[] = [];
  readonly heartbeats: HeartbeatMessage[] = [];
  /** Messages whose `from` is not the `to` before. */
  gaps = 0;
  to: string | undefined;
  private readonly socket: Socket<ServerToClient, ClientToServer>;

  private constructor(socket: Socket<ServerToClient, ClientToServer>) {
    this.socket = socket;
    socket.on('snapshot', (message) => {
      this.snapshot = message.part === 0 ? [...message.alerts] : [...this.snapshot, ...message.alerts];
      this.to = message.to;
    });
    socket.on('alerts', (message) => {
      if (!follows(this.to, message)) this.gaps += 1;
      this.to = message.to;
      this.transitions.push(...message.transitions);
    });
    socket.on('values', (message) => this.values.push(message));
    socket.on('heartbeat', (message) => this.heartbeats.push(message));
  }

  /** Rejects with the refusal of the service. */
  static async open(url: string, token: string): Promise<DeskClient> {
    const socket: Socket<ServerToClient, ClientToServer> = io(`${url}${LIVE_NAMESPACE}`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      auth: { token },
    });
    const desk = new DeskClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('connect_error', reject);
    });
    return desk;
  }

  subscribe(body: SubscribeBody = {}): Promise<SubscribeAnswer> {
    return this.socket.timeout(5_000).emitWithAck('subscribe', body);
  }

  close(): void {
    this.socket.disconnect();
  }
}
