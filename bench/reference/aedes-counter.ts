/**
 * The bare broker that the embedded one is measured against: aedes as it comes, with a hook that counts each publish and
 * lets it be acknowledged at once. It checks no credential, parses nothing and keeps nothing.
 */
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { Aedes } from 'aedes';

let count = 0;
const aedes = await Aedes.createBroker({
  // As the service sets it: nobody subscribes here, but the default of 100 would be another broker.
  concurrency: 0,
  authorizePublish(_client, _packet, callback) {
    count++;
    callback(null);
  },
});
const server = createServer({ noDelay: true }, aedes.handle);
server.listen(0, '127.0.0.1', () => process.send?.({ ready: true, port: (server.address() as AddressInfo).port }));
process.on('message', () => process.send?.({ count }));
process.on('disconnect', () => process.exit(0));
