/**
 * Somebody opens connections and says nothing: the doors take no more than they may, say so, and let go of who says nothing, so that
 * gateways and screens come in again.
 */
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { environment, loadConfig } from '../../src/app/config.ts';
import { Connections } from '../../src/app/open/connections.ts';
import { connectGateway } from '../support/gateway.ts';
import type { RunningService } from '../support/service.ts';
import { eventually, register, signIn, startService } from '../support/service.ts';
import { SILENT } from './rig.ts';

const MAX = 6;
const SETTINGS = { FENGHUO_MQTT_MAX_CONNECTIONS: String(MAX), FENGHUO_HTTP_MAX_CONNECTIONS: String(MAX) };

/** Connections that say nothing, twice as many as the door takes; gives how many of them are still open. */
async function silent(port: number): Promise<{ open(): number; end(): void }> {
  const sockets: Socket[] = [];
  const closed = new Set<Socket>();
  for (let i = 0; i < 2 * MAX; i++) {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => closed.add(socket));
    // Whatever comes is read, so that an end is heard.
    socket.on('close', () => closed.add(socket)).resume();
  }
  return { open: () => sockets.length - closed.size, end: () => sockets.forEach((socket) => void socket.destroy()) };
}

const refusedOf = async ({ url }: RunningService, door: string): Promise<number> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`fenghuo_connections_refused_total{door="${door}"} (\\d+)`).exec(text)?.[1] ?? 0);
};

describe('the doors together', () => {
  it('leave descriptors for the log and its snapshots, whatever is configured', () => {
    const loaded = loadConfig({ ...environment, FENGHUO_MQTT_MAX_CONNECTIONS: '90000' });
    if (!loaded.ok) throw new Error(loaded.errors.join('; '));
    expect(new Connections(loaded.config, SILENT, 1_000_000).max).toEqual({ mqtt: 90_000, http: 4_000 });
    const { mqtt, http } = new Connections(loaded.config, SILENT, 4_096).max;
    // Two listeners of MQTT, one of HTTP.
    expect(2 * mqtt + http).toBeLessThan(0.8 * 4_096);
    expect(mqtt).toBeGreaterThan(1_000);
    // Who installs it as it comes is told nothing.
    const unit = readFileSync(fileURLToPath(new URL('../../packaging/fenghuo.service', import.meta.url)), 'utf8');
    const installed = loadConfig(environment);
    if (!installed.ok) throw new Error(installed.errors.join('; '));
    const { max } = new Connections(installed.config, SILENT, Number(/LimitNOFILE=(\d+)/.exec(unit)?.[1]));
    expect(max).toEqual({ mqtt: 20_000, http: 4_000 });
  });
});

describe('a door with as many connections as it takes', () => {
  it('refuses more by name, lets go of who says nothing, and takes gateways and screens again', async () => {
    const service = await startService({ settings: SETTINGS });
    await register(await signIn(service.url), [{ id: 'yt-chem/GD-1' }]);

    const onMqtt = await silent(service.ports.mqtt);
    await eventually('the surplus is refused', () => onMqtt.open() <= MAX);
    await eventually('it is said', () => service.output().includes('too many connections: mqtt'));
    expect(await refusedOf(service, 'mqtt')).toBe(MAX);
    await eventually('who said nothing is let go', () => onMqtt.open() === 0, 60_000);
    const gateway = await connectGateway(service.mqttUrl, 'yt-chem/gw1');
    await gateway.endAsync();

    const onHttp = await silent(service.ports.http);
    await eventually('it is said', () => service.output().includes('too many connections: http'));
    await eventually('who said nothing is let go', () => onHttp.open() === 0, 60_000);
    await eventually('a caller is answered', async () => (await refusedOf(service, 'http')) > 0);
    onMqtt.end();
    onHttp.end();
    expect(await service.stop()).toBe(0);
  }, 180_000);
});
