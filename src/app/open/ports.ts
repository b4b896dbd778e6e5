/**
 * The ports that the service is about to listen on, tried all of them before anything is opened, so that whoever starts it for
 * the first time hears of every one that is not to be had. Between this and the start proper somebody may still take one.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Config } from '../config.ts';

/** `127.0.0.1:8080 is taken by another program: choose another one by http.port or FENGHUO_HTTP_PORT`; none where all are free. */
export async function portsNotFree({ host, http, mqtt }: Config): Promise<string[]> {
  const wanted: (readonly [port: number, setting: string])[] = [[http.port, 'http.port or FENGHUO_HTTP_PORT']];
  if (mqtt.url === undefined) {
    wanted.push([mqtt.port, 'mqtt.port or FENGHUO_MQTT_PORT']);
    if (mqtt.tls !== undefined) wanted.push([mqtt.tls.port, 'mqtt.tls.port']);
  }
  const words: string[] = [];
  const seen = new Map<number, string>();
  for (const [port, setting] of wanted) {
    const other = port === 0 ? undefined : seen.get(port);
    seen.set(port, setting);
    const why = other === undefined ? await whyNot(host, port) : `is what ${other} says too`;
    if (why !== undefined) words.push(`${host}:${port} ${why}: choose another one by ${setting}`);
  }
  return words;
}

async function whyNot(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') return 'is taken by another program';
    if (code === 'EACCES') return 'is not allowed to this user (below 1024?)';
    // Whatever is no matter of the port, the start proper says.
    return undefined;
  }
}
