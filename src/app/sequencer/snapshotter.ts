/**
 * Takes snapshots of the engine: copies the columns into a kept second set and the text that has changed (a few milliseconds
 * on the loop), then writes them paced in the background. One at a time; it says when the log may be freed and frees
 * nothing itself.
 *
 * Parts: the number of pieces of the header as JSON, the pieces, the columns.
 */
import { decodeState, encodeState } from '../../engine/snapshot.ts';
import type { EngineState } from '../../engine/state.ts';
import type { RecordNumber, SnapshotStore } from '../../log/port.ts';
import { SnapshotText } from './snapshot-text.ts';

/** What is written ahead of a snapshot rests after this long, so that readings and commits pass in between. */
const SLICE_MS = 4;

export class Snapshotter {
  private readonly store: SnapshotStore;
  private readonly alsoFor: () => readonly RecordNumber[];
  private readonly text = new SnapshotText();
  private kept: Uint8Array[] = [];
  private running: Promise<RecordNumber> | undefined;
  private lastBlockedMs = 0;

  /** `alsoFor`: records from which on somebody may have to derive again what followed. */
  constructor(store: SnapshotStore, alsoFor: () => readonly RecordNumber[] = () => []) {
    this.store = store;
    this.alsoFor = alsoFor;
  }

  /** How long the newest snapshot held the loop, for health. */
  get blockedMs(): number {
    return this.lastBlockedMs;
  }

  get freeable(): RecordNumber {
    return this.store.freeable;
  }

  /** The newest snapshot from which what followed this record can be derived again; 0 for none. */
  before(record: RecordNumber): RecordNumber {
    return this.store.before(record);
  }

  /**
   * Copies the state and resolves with its position once it is written and verified. `copied` is called in the same turn as
   * the copy is made; writing begins when what it returns has resolved, and a rejection gives the snapshot up.
   */
  async take(state: EngineState, copied: () => Promise<void> | void): Promise<RecordNumber> {
    await this.prepare(state);
    // The kept second set holds one copy: whoever comes while it is being written waits, and looks again.
    while (this.running !== undefined) await this.running.catch(() => undefined);
    const parts = this.copy(state);
    const position = state.n;
    const ready = copied();
    this.running = Promise.resolve(ready)
      .then(() => this.store.write(position, parts, this.alsoFor()))
      .then(() => position)
      .finally(() => {
        this.running = undefined;
      });
    return this.running;
  }

  /** Writes the text that has changed ahead of the copy, so that only what changes meanwhile is left for it. */
  private async prepare(state: EngineState): Promise<void> {
    let start = performance.now();
    for (const _ of this.changes(state)) {
      if (performance.now() - start < SLICE_MS) continue;
      await new Promise((resolve) => setImmediate(resolve));
      start = performance.now();
    }
  }

  private *changes(state: EngineState): Generator<void> {
    yield* this.text.refresh(state);
    // Nothing grows while a copy is being written: it stands in these rooms.
    if (this.running !== undefined) return;
    const { columns } = encodeState(state);
    for (let i = 0; i < columns.length; i++) {
      this.makeRoom(i, columns[i].byteLength);
      yield;
    }
  }

  private makeRoom(i: number, byteLength: number): Uint8Array {
    const room = this.kept[i];
    if (room !== undefined && room.byteLength >= byteLength) return room;
    // Written over at once, so that the memory is there when the copy needs it.
    this.kept[i] = new Uint8Array(Math.ceil(byteLength * 1.5)).fill(1, 0, byteLength);
    return this.kept[i];
  }

  private copy(state: EngineState): Uint8Array[] {
    const start = performance.now();
    const image = encodeState(state);
    const pieces = this.text.pieces(state, image.header);
    const parts: Uint8Array[] = [Buffer.from(JSON.stringify({ pieces: pieces.length }), 'utf8'), ...pieces];
    image.columns.forEach((column, i) => {
      const copy = this.makeRoom(i, column.byteLength).subarray(0, column.byteLength);
      copy.set(column);
      parts.push(copy);
    });
    this.lastBlockedMs = performance.now() - start;
    return parts;
  }
}

/** The state that a snapshot's parts were taken of. */
export function decodeParts(parts: readonly Uint8Array[]): EngineState {
  const { pieces } = JSON.parse(textOf(parts.slice(0, 1))) as { pieces: number };
  return decodeState(JSON.parse(textOf(parts.slice(1, 1 + pieces))), parts.slice(1 + pieces));
}

function textOf(parts: readonly Uint8Array[]): string {
  return Buffer.concat(parts).toString('utf8');
}
