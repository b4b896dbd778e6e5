/**
 * The bare consumer that the service is measured against: mqtt.js subscribes at QoS 1, answers every message by itself
 * as soon as it is handled, and counts. It keeps nothing, and loses what it has answered when it is killed. Told to, it
 * also does what nobody who wants the readings can leave out: JSON.parse.
 * Usage: node mqtt-counter.js mqtt://127.0.0.1:1883 'filter/#' [parse]
 */
import { connect } from 'mqtt';

const [, , url, filter, parse] = process.argv;
let count = 0;
let readings = 0;

const client = connect(url, {
  clientId: `bare-counter-${parse ?? 'only'}`,
  // A session that outlives the connection, as the service has one: the broker then does the same work for both.
  clean: false,
  protocolVersion: 4,
});
client.on('message', (_topic, payload) => {
  count++;
  if (parse === undefined) return;
  const message = JSON.parse(payload.toString()) as { readings?: unknown[] };
  readings += message.readings?.length ?? 1;
});
client.on('connect', () => {
  client.subscribe(filter, { qos: 1 }, (error) => process.send?.(error ? { error: error.message } : { ready: true }));
});
process.on('message', () => process.send?.({ count, readings }));
process.on('disconnect', () => process.exit(0));
