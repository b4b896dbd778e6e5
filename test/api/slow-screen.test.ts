// A screen that does not read: its real socket is paused until the kernel takes no more. The others must not notice.
import { afterEach, expect, it } from 'vitest';
import type { AlertsMessage } from '../../src/api/schemas/live.ts';
import { makeAlert } from '../support/build/alert.ts';
import type { Screen } from './support/client.ts';
import { TestApi } from './support/client.ts';

let api: TestApi;
afterEach(() => api.stop());

/** The TCP socket under a screen of this process. */
function wire(screen: Screen): { pause(): void; resume(): void } {
  const transport = screen.socket.io.engine.transport as unknown as {
    ws: { _socket: { pause(): void; resume(): void } };
  };
  return transport.ws._socket;
}

/** An alert of some 40 kB, so that a few hundred fill every buffer on the way. */
const large = (id: string) =>
  makeAlert({ id, reasons: [{ step: 'base', value: 2, detail: { note: 'x'.repeat(40_000) } }] });

async function screens(): Promise<[Screen, Screen]> {
  const both: Screen[] = [];
  for (let i = 0; i < 2; i++) {
    const screen = await api.screen(await api.token('county'));
    await screen.subscribe({ points: ['yt-chem/GD-101'] });
    await screen.until(() => screen.of('heartbeat').length === 1);
    both.push(screen);
  }
  return [both[0], both[1]];
}

const seqs = (messages: readonly AlertsMessage[]): number[] =>
  messages.flatMap(({ transitions }) => transitions.map(({ seq }) => seq));
const figure = async (name: string): Promise<number> => {
  const { body } = await api.request<string>('GET', '/metrics');
  return Number(new RegExp(`^fenghuo_live_${name} (\\d+)$`, 'm').exec(body)?.[1]);
};

it('slow: every alert in order when it reads on, values folded to the newest', async () => {
  api = await TestApi.start({ gateway: { outbox: { slowBytes: 64 * 1024, hopelessBytes: 64 * 1024 * 1024 } } });
  const [slow, quick] = await screens();
  wire(slow).pause();
  const count = 500;
  for (let i = 1; i <= count; i++) {
    api.service.change(large(`a${i}`));
    await quick.until(() => seqs(quick.of('alerts')).length === i);
    api.service.time.advance(20);
  }
  for (let i = 1; i <= 10; i++) {
    api.service.dirty.push([0, 3, i, i, 'good']);
    api.service.time.advance(500);
  }
  await quick.until(() => quick.of('values').length === 10);
  expect(await figure('values_folded_total')).toBe(9);
  wire(slow).resume();
  await slow.until(() => seqs(slow.of('alerts')).length === count);
  expect(seqs(slow.of('alerts'))).toEqual(Array.from({ length: count }, (_, i) => i + 1));
  const beats = slow.of('heartbeat').length;
  api.service.time.advance(5_000);
  await slow.until(() => slow.of('values').length > 0 && slow.of('heartbeat').length > beats);
  expect(slow.of('values').map(({ values, folded }) => [values, folded])).toEqual([[[[0, 3, 10, 10, 'good']], 9]]);
  expect(slow.of('heartbeat').at(-1)?.to).toBe(`epoch-1~0:${count}`);
});

it('hopeless: cut and counted, and the others get everything', async () => {
  api = await TestApi.start({ gateway: { outbox: { slowBytes: 64 * 1024, hopelessBytes: 1024 * 1024 } } });
  const [hopeless, quick] = await screens();
  wire(hopeless).pause();
  let sent = 0;
  while ((await figure('clients_cut_total')) === 0) {
    for (let i = 0; i < 20; i++) api.service.change(large(`a${++sent}`));
    await quick.until(() => seqs(quick.of('alerts')).length === sent);
    api.service.time.advance(1_000);
  }
  expect(await figure('clients')).toBe(1);
  expect(seqs(quick.of('alerts'))).toEqual(Array.from({ length: sent }, (_, i) => i + 1));
  wire(hopeless).resume();
  await hopeless.until(() => hopeless.of('disconnect').length === 1);
  expect(hopeless.of('cut')).toEqual([{ reason: 'too-slow' }]);
  // What it did get is a chain without a hole: nothing was dropped in the middle.
  const got = seqs(hopeless.of('alerts'));
  expect(got).toEqual(Array.from({ length: got.length }, (_, i) => i + 1));
  expect(got.length).toBeLessThan(sent);
});

it('one that asks and asks and reads no answer is cut, and the answers it did not read with it', async () => {
  api = await TestApi.start();
  const [greedy, quick] = await screens();
  wire(greedy).pause();
  const points = Array.from({ length: 4_900 }, (_, i) => String(i).padEnd(180, 'x'));
  let asked = 0;
  while ((await figure('clients_cut_total')) === 0) {
    expect(++asked).toBeLessThan(60);
    greedy.socket.emit('subscribe', { points }, () => undefined);
  }
  expect(await figure('clients')).toBe(1);
  expect(await quick.subscribe({})).toMatchObject({ snapshot: true });
  wire(greedy).resume();
});

it('one that reads may ask as often as it likes, and hears of a message full of faults only the first', async () => {
  api = await TestApi.start();
  const [screen] = await screens();
  const points = Array.from({ length: 100_000 }, () => 1);
  for (let i = 0; i < 60; i++) expect(await screen.subscribe({ points: [] })).toMatchObject({ snapshot: true });
  const answer = (await screen.subscribe({ points: points as never })) as { error: { detail: string } };
  expect(answer.error.detail.length).toBeLessThan(2_000);
  expect(await figure('clients_cut_total')).toBe(0);
});

it('one that does not read does not hold the stop of the service back', async () => {
  api = await TestApi.start();
  const [stuck] = await screens();
  wire(stuck).pause();
  let over = false;
  const stopped = api.server.stop().then(() => {
    over = true;
  });
  while (!over) {
    api.service.time.advance(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await stopped;
  api = await TestApi.start();
});
