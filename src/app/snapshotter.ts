/**
 * Takes snapshots of the engine: copies the columns into a kept second set (a few milliseconds on the loop), then writes
 * them paced in the background. One at a time; it says when the log may be freed and frees nothing itself.
 */
import { encodeState } from '../engine/encode.ts';
import type { EngineState } from '../engine/state.ts';
import type { RecordNumber, SnapshotStore } from '../log/port.ts';

export class Snapshotter {
  private readonly store: SnapshotStore;
  private kept: Uint8Array[] = [];
  private running: Promise<RecordNumber> | undefined;
  private lastBlockedMs = 0;

  constructor(store: SnapshotStore) {
    this.store = store;
  }

  /** How long the newest snapshot held the loop, for health. */
  get blockedMs(): number {
    return this.lastBlockedMs;
  }

  get freeable(): RecordNumber {
    return this.store.freeable;
  }

  /**
   * Copies the state and resolves with its position once it is written and verified. `copied` is called in the same turn as
   * the copy is made; writing begins when what it returns has resolved, and a rejection gives the snapshot up.
   */
  async take(state: EngineState, copied: () => Promise<void> | void): Promise<RecordNumber> {
    // The kept second set holds one copy: whoever comes while it is being written waits, and looks again.
    while (this.running !== undefined) await this.running.catch(() => undefined);
    const parts = this.copy(state);
    const position = state.n;
    const ready = copied();
    this.running = Promise.resolve(ready)
      .then(() => this.store.write(position, parts))
      .then(() => position)
      .finally(() => {
        this.running = undefined;
      });
    return this.running;
  }

  private copy(state: EngineState): Uint8Array[] {
    const start = performance.now();
    const image = encodeState(state);
    const parts: Uint8Array[] = [Buffer.from(JSON.stringify(image.header), 'utf8')];
    image.columns.forEach((column, i) => {
      const room = this.kept[i];
      if (room === undefined || room.byteLength < column.byteLength)
        this.kept[i] = new Uint8Array(column.byteLength * 2);
      const copy = this.kept[i].subarray(0, column.byteLength);
      copy.set(column);
      parts.push(copy);
    });
    this.lastBlockedMs = performance.now() - start;
    return parts;
  }
}
