/** What a chattering point costs the disk: a day of it, judged by the engine and written as the service writes it. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { clearOut, newOut } from '../../../src/engine/effect.ts';
import { step } from '../../../src/engine/step.ts';
import { DAY_MS } from '../../../src/model/time.ts';
import { openState } from '../../../src/store/state/sqlite/open-state.ts';
import { point } from '../../support/build/point.ts';
import { Desk, T0 } from '../../support/desk.ts';
import { temporaryDirectory } from '../../support/temporary.ts';
import { bytesOf, effects } from '../state-fixtures.ts';

/** Above and below its limit in turn, a reading every so often. */
const EVERY_MS = 10_000;
/** Written at once, as a busy projector does. */
const BATCH = 500;
/** A whole alert and its evidence at each change took over 3 kB. */
const BYTES_PER_CHANGE = 400;

it('a day of chatter is some kilobytes an hour, exact to the byte, and thinned away in time', async () => {
  const desk = new Desk({ points: [point('GD-1')] });
  desk.reading('GD-1', 0, 3);
  const [reading] = desk.inputs.slice(-1);
  if (reading.kind !== 'readings') throw new Error('no reading');
  const file = join(temporaryDirectory(), 'state.db');
  const store = openState({ file });
  const { history } = store;
  const out = newOut();
  let whole = 0;
  let changes = 0;
  const sample: string[] = [];
  for (let at = EVERY_MS; at <= DAY_MS; at += EVERY_MS) {
    const isHigh = (at / EVERY_MS) % 2 === 1;
    const { batch } = structuredClone(reading);
    Object.assign(batch, { receivedAt: T0 + at, sampledAt: [T0 + at], value: [isHigh ? 27 + (at % 7) / 10 : 21] });
    step(desk.state, desk.state.n + 1, { kind: 'readings', at: T0 + at, batch }, out);
    if (at % (BATCH * EVERY_MS) !== 0 && at < DAY_MS) continue;
    const { transitions, capsules } = out;
    changes += transitions.length;
    for (const one of [...transitions, ...capsules]) whole += JSON.stringify(one).length;
    sample.push(JSON.stringify(transitions.at(-1)));
    const answer = await history.project(desk.state.n, effects(transitions.slice(), { capsules: capsules.slice() }));
    expect(answer).toEqual({ divergences: [], refused: [] });
    clearOut(out);
  }
  expect(changes).toBe(DAY_MS / EVERY_MS);
  for (const text of sample) {
    const { seq } = JSON.parse(text) as { seq: number };
    expect(JSON.stringify((await history.transitionsAfter(seq - 1, 1)).items[0])).toBe(text);
  }
  await store.close();
  const bytes = bytesOf(file);
  expect(bytes / changes).toBeLessThan(BYTES_PER_CHANGE);
  expect(bytes).toBeLessThan(whole / 5);

  const again = openState({ file });
  await again.history.forget({ closedBefore: 0, fleetingBefore: T0 + 2 * DAY_MS });
  await again.close();
  expect(bytesOf(file)).toBeLessThan(bytes / 4);
});
