// The gateways that speak for a small plant over real MQTT, with their credentials.
import type { MqttClient } from 'mqtt';
import { connectAsync } from 'mqtt';
import { SECRET } from './build/registry-file.ts';

/** A gateway's connection; `name` is `{enterprise}/{gateway}`. It reconnects only when told to. */
export function connectGateway(url: string, name: string, secret = SECRET): Promise<MqttClient> {
  return connectAsync(url, { username: name, password: secret, reconnectPeriod: 0, keepalive: 0 });
}

export function dataTopicOf(name: string): string {
  return `fenghuo/v1/${name}/data`;
}

/** Resolves at the PUBACK. */
export async function publish(gateway: MqttClient, name: string, message: unknown): Promise<void> {
  await gateway.publishAsync(dataTopicOf(name), JSON.stringify(message), { qos: 1 });
}
