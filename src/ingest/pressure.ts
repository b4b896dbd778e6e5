/**
 * The bound on what was taken in and is not yet durable: past it the sources stop reading, and go on when half of it is
 * gone. It loses and orders nothing; it only counts and tells.
 */
import type { IngestSink, Pausable } from './sink.ts';

/** About a second of the fastest gateway; a commit group is 2 MB. */
const HELD_BYTES_MAX = 32 * 1024 * 1024;

export interface Pressure {
  /** To be given to the sources in place of the sink it was made from. */
  readonly sink: IngestSink;
  /** Bytes on the wire of messages that are not yet done. */
  readonly heldBytes: () => number;
  readonly paused: () => boolean;
  /** From now on the source is paused and resumed with the others. */
  attach(source: Pausable): void;
  /** True in unsaved mode: whoever cannot save must go on reading and judging. */
  exempt(exempt: boolean): void;
}

export function createPressure(sink: IngestSink, heldBytesMax = HELD_BYTES_MAX): Pressure {
  const sources: Pausable[] = [];
  let held = 0;
  let exempted = false;
  let paused = false;

  function judge(): void {
    const wanted = !exempted && (paused ? held > heldBytesMax / 2 : held > heldBytesMax);
    if (wanted === paused) return;
    paused = wanted;
    for (const source of sources) {
      if (paused) source.pause();
      else source.resume();
    }
  }

  return {
    sink: {
      readings(batch, bytes, done) {
        held += bytes;
        sink.readings(batch, bytes, () => {
          held -= bytes;
          done();
          if (paused) judge();
        });
        if (held > heldBytesMax) judge();
      },
      gateway: (number, online, cause) => sink.gateway(number, online, cause),
    },
    heldBytes: () => held,
    paused: () => paused,
    attach(source) {
      sources.push(source);
      if (paused) source.pause();
    },
    exempt(exempt) {
      exempted = exempt;
      judge();
    },
  };
}
