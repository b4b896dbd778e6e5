// A consumer of its own process, to be killed: an external source whose "durable" is a line in a file, written before the
// acknowledgement. It is run by mqtt-source.test.ts.

import { openSync, writeSync } from 'node:fs';
import { scheduler } from '../../src/app/clock.ts';
import { startMqttSource } from '../../src/ingest/mqtt-source.ts';
import { Quarantine } from '../../src/ingest/quarantine.ts';
import type { ReadingBatch } from '../../src/model/reading.ts';
import { directory, NOW } from './fixtures.ts';

const [url, file] = process.argv.slice(-2);
const lines = openSync(file, 'a');
let group: { batch: ReadingBatch; done: () => void }[] = [];

startMqttSource({
  url,
  clientId: 'fenghuo-consumer',
  directory,
  scheduler,
  quarantine: new Quarantine(),
  now: () => NOW,
  reconnectMs: 20,
  sink: {
    gateway: () => {},
    readings: (batch, _bytes, done) => group.push({ batch, done }),
  },
});

setInterval(() => {
  if (group.length === 0) return;
  const committed = group;
  group = [];
  writeSync(lines, committed.map(({ batch }) => `${batch.value[0]} ${batch.flags[0]}\n`).join(''));
  for (const { done } of committed) done();
}, 20);
