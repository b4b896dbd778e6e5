/**
 * The one way in and out over MQTT: the embedded broker, or a connection to an external one. It makes the two look alike
 * to the rest and chooses by configuration alone.
 */
import { readFileSync } from 'node:fs';
import type { Registry } from '../../engine/registry.ts';
import { startBroker } from '../../ingest/broker.ts';
import type { VerifySecret } from '../../ingest/credential.ts';
import type { Edge } from '../../ingest/intake.ts';
import { startMqttSource } from '../../ingest/mqtt-source.ts';
import type { Pausable } from '../../ingest/sink.ts';
import { scheduler } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../logger.ts';
import type { Connections } from './connections.ts';

/** How long a broker may take to finish what it holds when the service stops. */
const DRAIN_MS = 3_000;

export interface MqttDoor extends Pausable {
  /** Undefined with an external broker. */
  readonly port: number | undefined;
  publish(topic: string, payload: string, options: { readonly retain: boolean; readonly qos: 0 | 1 }): Promise<void>;
  health(): { readonly ok: boolean; readonly detail: string };
  /** Numbers of the gateways that are connected here; undefined where only their messages tell. */
  connectedGateways(): readonly number[] | undefined;
  stop(): Promise<void>;
}

export interface DoorParts {
  readonly config: Config;
  readonly edge: Edge;
  readonly verifySecret: VerifySecret;
  registry(): Registry;
  readonly logger: Logger;
  readonly connections: Pick<Connections, 'max' | 'refused'>;
  /** The external broker is connected (again): what is retained there is published again. */
  onConnected(): void;
  /** Our own link to it went down or came up; said again and again while it lasts. */
  link(up: boolean): void;
}

export function openMqttDoor(parts: DoorParts): Promise<MqttDoor> {
  const { url } = parts.config.mqtt;
  return url === undefined ? openEmbedded(parts) : Promise.resolve(openExternal(parts, url));
}

async function openEmbedded(parts: DoorParts): Promise<MqttDoor> {
  const { config, edge, verifySecret, registry, logger, connections } = parts;
  const { tls } = config.mqtt;
  // There is none that could be down, whatever was so under another configuration.
  parts.link(true);
  const broker = await startBroker({
    ...edge,
    scheduler,
    host: config.host,
    port: config.mqtt.port,
    tls: tls && { port: tls.port, cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) },
    verifySecret,
    siteSecretHash: (enterprise) => registry().enterprises.get(enterprise)?.siteSecretHash,
    onEvent: (event) => logger.warn(event, `mqtt: ${event.type}`),
    connectionsMax: connections.max.mqtt,
    onFull: (address) => connections.refused('mqtt', address),
  });
  return {
    port: broker.port,
    publish: (topic, payload, options) => broker.publish(topic, payload, options),
    health: () => ({ ok: true, detail: `${broker.connections()} connections` }),
    connectedGateways: () => broker.connectedGateways(),
    pause: () => broker.pause(),
    resume: () => broker.resume(),
    stop: () => broker.stop(DRAIN_MS),
  };
}

function openExternal({ config, edge, logger, onConnected, link }: DoorParts, url: string): MqttDoor {
  const { clientId, username, password } = config.mqtt;
  let lastFailure = 'not connected yet';
  const source = startMqttSource({
    ...edge,
    scheduler,
    url,
    clientId,
    username,
    password,
    onEvent(event) {
      const isWell = event.type === 'connected' || event.type === 'subscribed';
      logger[isWell ? 'info' : 'warn'](event, `mqtt: ${event.type}`);
      if (event.type === 'connected') onConnected();
      // Connected alone we hear nothing: the link is there when both are.
      else link(event.type === 'subscribed');
      if (event.type === 'failed') lastFailure = event.reason;
      if (event.type === 'disconnected') lastFailure = 'connection lost';
    },
  });
  return {
    port: undefined,
    publish: (topic, payload, options) => source.publish(topic, payload, options),
    health: () => ({ ok: source.connected(), detail: source.connected() ? url : `${url}: ${lastFailure}` }),
    connectedGateways: () => undefined,
    pause: () => source.pause(),
    resume: () => source.resume(),
    stop: () => source.stop(DRAIN_MS),
  };
}
