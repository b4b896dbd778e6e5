// Somebody opens a connection to the broker and never says who he is: he is let go, so that his place is free for a gateway.
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { endAll, start } from './broker-rig.ts';

afterEach(endAll);

describe('who does not say who he is', () => {
  it.each(['plain', 'encrypted'] as const)('is let go by the %s listener', async (listener) => {
    const { broker } = await start({ tls: { port: 0, cert: '', key: '' }, connectWithinMs: 50 });
    const port = listener === 'plain' ? broker.port : broker.tlsPort;
    if (port === undefined) throw new Error('no such listener');
    const socket = connect(port, '127.0.0.1').resume();
    await once(socket, 'close');
    expect(socket.destroyed).toBe(true);
  });

  it('holds up no stop of the service', async () => {
    const { broker } = await start({ tls: { port: 0, cert: '', key: '' } });
    const sockets = [broker.port, broker.tlsPort ?? 0].map((port) => connect(port, '127.0.0.1').resume());
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    await broker.stop(0);
    await Promise.all(sockets.map((socket) => socket.closed || once(socket, 'close')));
  }, 5_000);
});
