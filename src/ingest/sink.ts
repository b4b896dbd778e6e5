/**
 * The port into which every source pours what it has decoded, in arrival order. Behind it stand the log and the engine;
 * sources know neither.
 */
import type { ReadingBatch } from '../model/reading.ts';

export interface IngestSink {
  /**
   * One decoded message with at least one reading. `bytes` is its size on the wire, for back-pressure. `done` is to be
   * called exactly once, possibly before this returns, when the message may be acknowledged: it is durable, or it was
   * judged in unsaved mode.
   */
  readings(batch: ReadingBatch, bytes: number, done: () => void): void;
  /** A gateway came or went, as its connection, its own word or its will says. */
  gateway(number: number, online: boolean, cause: 'connection' | 'status' | 'will'): void;
}

/** A source that can be told to stop reading. Neither call waits; both may be repeated. */
export interface Pausable {
  pause(): void;
  resume(): void;
}
