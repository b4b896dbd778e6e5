/**
 * One gateway as the broker sees it: MQTT 3.1.1, its own credential, QoS 1, a will. The only file of the simulators that
 * speaks MQTT. What is not acknowledged is kept and sent again; it never reads a clock and never looks into a payload.
 */
import type { MqttClient } from 'mqtt';
import { connect } from 'mqtt';
import { dataTopic, gatewayUserName, statusTopic } from '../src/ingest/topic.ts';

export interface GatewayIdentity {
  readonly enterprise: string;
  readonly gateway: string;
  readonly secret: string;
}

export type LinkNote =
  | { readonly kind: 'connected' | 'disconnected'; readonly gateway: string }
  | { readonly kind: 'trouble'; readonly gateway: string; readonly reason: string; readonly cause: TroubleCause };

/** `refused`: the broker answered that it does not let this gateway in. `no-mqtt`: what answered is no broker. */
type TroubleCause = 'refused' | 'no-mqtt' | 'network';

export interface GatewayLink {
  /**
   * Sends one data message at QoS 1. `acknowledged` is called once, at its PUBACK, however often it had to be sent.
   *
   * @returns false when too many messages wait for their PUBACK: then this one was not taken.
   */
  publish(payload: string, acknowledged?: () => void): boolean;
  /** Messages waiting for their PUBACK. */
  pending(): number;
  /** Resolves at the next CONNACK, at once when connected. */
  connected(): Promise<void>;
  /** Cuts the TCP connection without a DISCONNECT, so that the broker publishes the will. Nothing is sent until `restore`. */
  drop(): void;
  /** Connects again and sends what was not acknowledged, in order. */
  restore(): void;
  /** Says `{"online":false}` and disconnects; gives up on PUBACKs that do not come within two seconds. */
  close(): Promise<void>;
}

export interface LinkOptions {
  /** Most messages waiting for their PUBACK; MQTT itself allows 65 535. */
  readonly maxPending?: number;
  readonly onNote?: (note: LinkNote) => void;
}

const ONLINE = '{"online":true}';
const OFFLINE = '{"online":false}';
const RECONNECT_MS = 1_000;
const CLOSE_WAIT_MS = 2_000;
/** Return codes of a CONNACK: bad user name or password, not authorised. */
const NOT_LET_IN: readonly unknown[] = [4, 5];
const DEFAULT_MAX_PENDING = 10_000;

interface Pending {
  readonly payload: string;
  readonly acknowledged: (() => void) | undefined;
}

/** Opens the connection in the background; until it is there, messages wait. */
export function connectGateway(url: string, identity: GatewayIdentity, options: LinkOptions = {}): GatewayLink {
  const { enterprise, gateway } = identity;
  const name = gatewayUserName(enterprise, gateway);
  const maxPending = options.maxPending ?? DEFAULT_MAX_PENDING;
  // A Map keeps its order: what is sent again leaves in the order it first left.
  const pending = new Map<number, Pending>();
  let nextId = 0;
  let connection: Connection | undefined;

  const send = (id: number, { payload }: Pending): void => {
    const sender = connection;
    sender?.client.publish(dataTopic(enterprise, gateway), payload, { qos: 1 }, (error) => {
      // A failed or outlived attempt changes nothing: the message stays pending until a later connection sends it.
      if (error || sender !== connection) return;
      const message = pending.get(id);
      pending.delete(id);
      message?.acknowledged?.();
    });
  };
  const open = (): void => {
    connection = openClient(url, identity, name, options.onNote);
    for (const [id, message] of pending) send(id, message);
  };
  open();
  return {
    publish: (payload, acknowledged) => {
      if (pending.size >= maxPending) return false;
      const message = { payload, acknowledged };
      pending.set(nextId, message);
      send(nextId++, message);
      return true;
    },
    pending: () => pending.size,
    connected: () =>
      new Promise((resolve) => {
        if (connection === undefined || connection.greeted()) resolve();
        else connection.client.once('connect', () => resolve());
      }),
    drop: () => {
      // A forced end destroys the socket and sends no DISCONNECT.
      connection?.client.end(true);
      connection = undefined;
    },
    restore: () => {
      if (connection === undefined) open();
    },
    close: async () => {
      if (connection === undefined) return;
      await closeClient(connection, statusTopic(enterprise, gateway));
      connection = undefined;
    },
  };
}

function openClient(
  url: string,
  { enterprise, gateway, secret }: GatewayIdentity,
  name: string,
  onNote: LinkOptions['onNote'],
): Connection {
  const topic = statusTopic(enterprise, gateway);
  const client = connect(url, {
    clientId: name,
    username: name,
    password: secret,
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: RECONNECT_MS,
    // The registry may be imported after the devices were switched on.
    reconnectOnConnackError: true,
    will: { topic, payload: Buffer.from(OFFLINE), qos: 1, retain: true },
  });
  let greeted = false;
  client.on('close', () => {
    greeted = false;
  });
  client.on('connect', () => {
    if (client.disconnecting) return;
    client.publish(topic, ONLINE, { qos: 1, retain: true });
    greeted = true;
    onNote?.({ kind: 'connected', gateway: name });
  });
  client.on('offline', () => onNote?.({ kind: 'disconnected', gateway: name }));
  client.on('error', (error) => {
    onNote?.({ kind: 'trouble', gateway: name, reason: error.message, cause: causeOf(error) });
  });
  return { client, greeted: () => greeted };
}

function causeOf(error: Error & { readonly code?: unknown }): TroubleCause {
  if (NOT_LET_IN.includes(error.code)) return 'refused';
  // The network's errors have a code, those of a packet that cannot be read have none.
  return error.code === undefined ? 'no-mqtt' : 'network';
}

interface Connection {
  readonly client: MqttClient;
  /** True when this connection has said that it is online. */
  readonly greeted: () => boolean;
}

/** Waits for the PUBACK of the last word, but not for ever: a broker that is gone must not hold the simulator. */
async function closeClient({ client, greeted }: Connection, topic: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const said = await Promise.race([
    new Promise<boolean>((resolve) => {
      const sayGoodbye = (): void => {
        client.publish(topic, OFFLINE, { qos: 1, retain: true }, (error) => resolve(!error));
      };
      // mqtt.js is connected for some turns before it says so: a goodbye then would go out ahead of the greeting, and
      // the greeting would stay behind as the retained status.
      if (!client.connected) resolve(false);
      else if (greeted()) sayGoodbye();
      else client.once('connect', sayGoodbye);
    }),
    new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), CLOSE_WAIT_MS);
    }),
  ]);
  clearTimeout(timer);
  await new Promise<void>((resolve) => client.end(!said, {}, () => resolve()));
}
