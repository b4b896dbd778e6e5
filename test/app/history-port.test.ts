// The history of a point as the API hands it out: in the time of the devices whatever our own clock did, and whoever was answered
// by the store has what waits for it tried at once.
import { expect, it } from 'vitest';
import type { PortParts } from '../../src/app/ports/service-ports.ts';
import { servicePorts } from '../../src/app/ports/service-ports.ts';
import { newState } from '../../src/engine/state.ts';
import type { QueryOutcome } from '../../src/store/readings/port.ts';
import { openState } from '../../src/store/state/sqlite/open-state.ts';
import { T0 } from '../support/desk.ts';

const HOUR = 3_600_000;
const POINT = { number: 0 } as never;

async function asked(outcome: QueryOutcome, clockOffsetMs = 0) {
  const store = openState({ file: ':memory:' });
  const state = Object.assign(newState(), { clockOffsetMs });
  let hurried = 0;
  const parts = { state, store, readings: { query: async () => outcome }, feed: { hurry: () => hurried++ } };
  const ports = servicePorts({ ...parts, health: {} } as unknown as PortParts);
  const answer = await ports.history(POINT, T0 - HOUR, T0, 100);
  await store.close();
  return { answer, hurried };
}

const rows = {
  downsampled: false,
  items: [{ at: T0 - HOUR, value: 7, quality: 0 }],
  gaps: [],
  completeTo: T0,
} as const;
const answered = { ok: true, answer: rows } as unknown as QueryOutcome;

it('what waits for a store that has answered somebody does not wait for its turn', async () => {
  expect((await asked(answered)).hurried).toBe(1);
  expect(await asked({ ok: false, reason: 'HTTP 503' } as QueryOutcome)).toEqual({
    answer: { unavailable: 'HTTP 503' },
    hurried: 0,
  });
});

it('its rows go by the wall, and so does how far it is complete', async () => {
  const { answer } = await asked(answered, -8 * HOUR);
  expect(answer).toMatchObject({ items: [{ at: T0 - HOUR, value: 7 }], completeTo: T0 - 8 * HOUR });
});
