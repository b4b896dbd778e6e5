// Whose times are wrong, at night in the service's log: which slip it is and what to send, a line a gateway and minute.
import { describe, expect, it } from 'vitest';
import type { ClockNote } from '../../src/app/followers/clock-notes.ts';
import { ClockNotes } from '../../src/app/followers/clock-notes.ts';
import { newBatch } from '../../src/model/reading.ts';
import { addRow } from '../support/build/batch.ts';
import type { Rig } from './rig.ts';
import { GAS, register, startRig } from './rig.ts';

async function noted() {
  const rig = await startRig();
  const told: ClockNote[] = [];
  const notes = new ClockNotes(rig.state, (note) => told.push(note));
  rig.followers.push(notes);
  await register(rig, GAS);
  return { rig, notes, told };
}

/** One message of gw1 that arrives now: point number and device time of each reading. */
function send({ clock, pipeline }: Rig, ...rows: (readonly [point: number, sampledAt: number])[]): void {
  const batch = newBatch(0, clock.now());
  for (const [point, sampledAt] of rows) addRow(batch, { point, sampledAt, value: 3 });
  pipeline.readings(batch, () => undefined);
}

describe('a clock that is wrong', () => {
  it('is noted at once with the point and the slip, and what follows once a minute', async () => {
    const { rig, notes, told } = await noted();
    for (let s = 0; s < 90; s++) {
      const now = rig.clock.now();
      send(rig, [0, Math.floor(now / 1_000)], [1, now]);
      rig.clock.pass(1_000);
    }
    await rig.log.flush();
    expect(told.map(({ readings }) => readings)).toEqual([{ seconds: 1 }, { seconds: 60 }]);
    expect(told[0]).toMatchObject({ gateway: 'yt/gw1', point: 'GD-1' });
    expect(told[0].detail).toMatch(/`at` is \d{10}, seconds since 1970: send ms, \d{13}$/);
    notes.flush(rig.clock.now() + 60_000);
    expect(told[2].readings).toEqual({ seconds: 29 });
  });

  it('is noted by each slip while an integrator tries, and not at all once it is right', async () => {
    const { rig, told } = await noted();
    const now = rig.clock.now();
    send(rig, [0, now]);
    expect(told).toEqual([]);
    send(rig, [1, now + 8 * 3_600_000]);
    rig.clock.pass(61_000);
    send(rig, [0, rig.clock.now()]);
    send(rig, [1, rig.clock.now() + 300_000]);
    await rig.log.flush();
    expect(told.map(({ point, readings }) => [point, readings])).toEqual([
      ['GD-2', { 'local-time': 1 }],
      ['GD-2', { fast: 1 }],
    ]);
  });
});
