/** What a snapshot writes is the state at one instant, whatever was kept from the snapshot before. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SnapshotText } from '../../src/app/sequencer/snapshot-text.ts';
import { decodeParts, Snapshotter } from '../../src/app/sequencer/snapshotter.ts';
import { newOut } from '../../src/engine/effect.ts';
import { encodeState } from '../../src/engine/snapshot.ts';
import { newState } from '../../src/engine/state.ts';
import { step } from '../../src/engine/step.ts';
import type { RecordNumber, SnapshotStore } from '../../src/log/port.ts';
import { point } from '../support/build/point.ts';
import { histories } from '../support/build/random-day.ts';
import { plants } from '../support/build/random-plant.ts';
import { Desk } from '../support/desk.ts';
import { deskOf } from '../support/play.ts';
import { bytesOf } from './rig.ts';

/** Keeps what it was last given, and may be slow. */
class Shelf implements SnapshotStore {
  readonly freeable = 0;
  written: { position: RecordNumber; bytes: string } | undefined;
  private held: Promise<void> = Promise.resolve();

  hold(): () => void {
    let release = (): void => undefined;
    this.held = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  }

  async write(position: RecordNumber, parts: readonly Uint8Array[]): Promise<void> {
    await this.held;
    this.written = { position, bytes: bytesOf(decodeParts(parts.map((part) => part.slice()))) };
  }

  async newest(): Promise<undefined> {
    return undefined;
  }

  disown(): void {}

  before(): number {
    return 0;
  }
}

/** Every one of them is compared byte by byte. */
const PATIENCE_MS = 120_000;

describe('a snapshot', () => {
  it(
    'is the state as it is, taken again and again over any history',
    () =>
      fc.assert(
        fc.asyncProperty(plants(), histories(12), fc.integer({ min: 2, max: 6 }), async (plant, acts, every) => {
          const shelf = new Shelf();
          const snapshotter = new Snapshotter(shelf);
          const state = newState();
          for (const [i, input] of deskOf(plant, acts).inputs.entries()) {
            step(state, state.n + 1, structuredClone(input), newOut());
            if (i % every !== 0) continue;
            expect(await snapshotter.take(state, () => undefined)).toBe(state.n);
            expect(shelf.written).toEqual({ position: state.n, bytes: bytesOf(state) });
          }
        }),
        { numRuns: 12 },
      ),
    PATIENCE_MS,
  );

  it(
    'is in pieces exactly the JSON of its header, with every list there is, those that nobody named among them',
    () =>
      fc.assert(
        fc.property(plants(), histories(20), fc.nat(3), fc.jsonValue(), (plant, acts, part, value) => {
          const text = new SnapshotText();
          const state = newState();
          for (const [i, input] of deskOf(plant, acts).inputs.entries()) {
            step(state, i + 1, structuredClone(input), newOut());
            if (i % 3 !== 0) continue;
            const { header } = encodeState(state);
            const added = { added: value, [`list ${i}`]: [1, { value }], absent: undefined };
            const larger = {
              ...header,
              ...(part > 0 ? added : {}),
              book: part > 1 ? { ...added, ...header.book } : header.book,
              registry: part > 2 ? { ...header.registry, ...added } : header.registry,
            };
            const pieces = Buffer.concat(text.pieces(state, larger)).toString();
            expect(pieces).toBe(JSON.stringify(larger));
          }
        }),
        { numRuns: 40 },
      ),
    PATIENCE_MS,
  );

  it('knows an alert that only lost sight, or was only spoken of', async () => {
    const shelf = new Shelf();
    const snapshotter = new Snapshotter(shelf);
    const desk = new Desk({ points: [point('GD-1')] });
    desk.reading('GD-1', 1_000, 30);
    const acts = [
      () => desk.reading('GD-1', 2_000, 30, 'bad'),
      () => desk.reading('GD-1', 3_000, 30),
      () => desk.command('comment', desk.hazards[0], 4_000),
      () => desk.command('verify', desk.hazards[0], 5_000),
    ];
    for (const act of acts) {
      await snapshotter.take(desk.state, () => undefined);
      const before = desk.transitions.length;
      act();
      expect(desk.transitions.length).toBeGreaterThan(before);
      await snapshotter.take(desk.state, () => undefined);
      expect(shelf.written?.bytes).toBe(bytesOf(desk.state));
    }
  });

  it('is not touched by what is judged while it is written, nor by another one that is asked for meanwhile', async () => {
    const shelf = new Shelf();
    const snapshotter = new Snapshotter(shelf);
    const desk = new Desk({ points: [point('GD-1'), point('GD-2')] });
    desk.reading('GD-1', 1_000, 30);
    const release = shelf.hold();
    let copied = 0;
    const wanted: string[] = [];
    const take = () =>
      snapshotter.take(desk.state, () => {
        copied++;
        wanted.push(bytesOf(desk.state));
      });
    const writes = [take(), take(), take()];
    const written: string[] = [];
    for (const write of writes) void write.then(() => written.push(shelf.written?.bytes ?? ''));
    while (copied === 0) await new Promise((resolve) => setImmediate(resolve));
    desk.reading('GD-2', 2_000, 60);
    await new Promise((resolve) => setImmediate(resolve));
    expect(copied).toBe(1);
    release();
    await Promise.all(writes);
    expect(copied).toBe(3);
    expect(written).toEqual(wanted);
  });

  it('is copied in the turn in which `copied` is called, and given up when that fails', async () => {
    const shelf = new Shelf();
    const snapshotter = new Snapshotter(shelf);
    const desk = new Desk({ points: [point('GD-1')] });
    const refused = snapshotter.take(desk.state, () => Promise.reject(new Error('the log is in unsaved mode')));
    await expect(refused).rejects.toThrow('unsaved mode');
    expect(shelf.written).toBeUndefined();
    let at = 0;
    await snapshotter.take(desk.state, () => {
      at = desk.state.n;
      desk.reading('GD-1', 1_000, 30);
    });
    expect(shelf.written?.position).toBe(at);
  });
});
