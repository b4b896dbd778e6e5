// Somebody takes a place at the HTTP door and does nothing with it: reads no answer, or asks for a protocol that is not here. He is
// let go, and a stop does not wait for him.
import { once } from 'node:events';
import { get } from 'node:http';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { TestApi } from './support/client.ts';

const upgrade = (path: string): string =>
  [
    `GET ${path} HTTP/1.1`,
    'Host: x',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    '\r\n',
  ].join('\r\n');
const ELSEWHERE = upgrade('/elsewhere');
const NO_SCREEN = upgrade('/socket.io/?EIO=4&transport=websocket');
/** More than the buffers between the two hold. */
const MANY_ANSWERS = 'GET /docs/static/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(20);

const sockets: Socket[] = [];
let api: TestApi;

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await api.stop();
});

async function caller(says: string): Promise<Socket> {
  const socket = connect({ port: Number(new URL(api.url).port), host: '127.0.0.1', allowHalfOpen: true });
  sockets.push(socket);
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(says);
  return socket;
}

const isAnswered = (): Promise<boolean> =>
  new Promise((resolve) => {
    const asked = get(`${api.url}/healthz`, { agent: false }, (answer) => resolve(answer.statusCode === 200));
    asked.on('error', () => resolve(false));
  });

describe('who takes a place at the HTTP door', () => {
  it.each([
    ['reads no answer', MANY_ANSWERS],
    ['asks for a protocol that is not here', ELSEWHERE],
  ])('and %s is let go, and the next one is answered', async (_what, says) => {
    const withinMs = { request: 1_000, headers: 1_000, looked: 100, still: 200 };
    api = await TestApi.start({ withinMs, connectionsMax: 1 });
    await caller(says);
    await expect.poll(isAnswered, { timeout: 10_000 }).toBe(true);
  });

  it.each([
    ['reads no answer', MANY_ANSWERS],
    ['asks for a protocol that is not here', ELSEWHERE],
    ['opens a live connection and says nothing', NO_SCREEN],
  ])('and %s holds up no stop', async (_what, says) => {
    api = await TestApi.start();
    await caller(says);
    await expect.poll(isAnswered).toBe(true);
    let isOver = false;
    const stopped = api.stop().then(() => {
      isOver = true;
    });
    const isOverLater = (): boolean => {
      api.service.time.advance(1_000);
      return isOver;
    };
    await expect.poll(isOverLater, { timeout: 4_000 }).toBe(true);
    await stopped;
  });
});
