/** Where the simulators publish, and whether anybody listens there at all: asked before hundreds of gateways try. */
import { connect } from 'node:net';
import { InvalidArgumentError } from 'commander';
import type { DurationMs } from '../../model/time.ts';
import { watch } from '../clock.ts';

export const DEFAULT_BROKER = 'mqtt://127.0.0.1:1883';
const PORTS: Readonly<Record<string, number>> = { 'mqtt:': 1883, 'mqtts:': 8883, 'ws:': 80, 'wss:': 443 };
const ANSWER_WITHIN_MS: DurationMs = 5_000;

/** Option reader: an MQTT address. */
export function brokerUrl(text: string): string {
  if (URL.canParse(text) && PORTS[new URL(text).protocol] !== undefined && new URL(text).hostname !== '') return text;
  throw new InvalidArgumentError('An address such as mqtt://127.0.0.1:1883 is expected.');
}

/** Why no broker answers at this address; undefined when somebody takes the connection. */
export async function whyNoBroker(url: string): Promise<string | undefined> {
  const { hostname, port, protocol } = new URL(url);
  const socket = connect({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? PORTS[protocol] : Number(port),
  });
  const answer = new Promise<string | undefined>((resolve) => {
    socket.once('connect', () => resolve(undefined));
    socket.once('error', (error) => resolve(error.message || String((error as NodeJS.ErrnoException).code)));
  });
  const why = await Promise.race([answer, watch(ANSWER_WITHIN_MS).then(() => `no answer in ${ANSWER_WITHIN_MS} ms`)]);
  socket.destroy();
  return why === undefined ? undefined : `no broker at ${url}: ${why}`;
}
