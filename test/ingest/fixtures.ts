// What the tests of the edge stand on: a small registry, a sink that remembers and acknowledges when told, and a clock.
// It decides nothing.
import { scheduler } from '../../src/app/clock.ts';
import type { GatewayDirectory, GatewayEntry } from '../../src/ingest/directory.ts';
import { Quarantine } from '../../src/ingest/quarantine.ts';
import type { IngestSink } from '../../src/ingest/sink.ts';
import type { ReadingBatch } from '../../src/model/reading.ts';

/** Engine time at which every test stands. */
export const NOW = 1_763_775_600_000;

/** The stored form of a secret in these tests, where the cost of scrypt is not the point. */
export const hashOf = (secret: string): string => `hash of ${secret}`;
export const verifySecret = (secret: string, hash: string): boolean => hash === hashOf(secret);

const yt = new Map([
  ['GD-101', 10],
  ['GD-102', 11],
  ['LT-201', 12],
]);
const other = new Map([['GD-101', 20]]);

function gateway(number: number, enterprise: string, id: string, tags: Map<string, number>): GatewayEntry {
  return { number, enterprise, id, tags, secretHash: hashOf(`secret of ${id}`) };
}

export const gw1 = gateway(1, 'yt-chem', 'gw1', yt);
const gw2 = gateway(2, 'yt-chem', 'gw2', yt);
const other1 = gateway(3, 'other', 'gw1', other);

export const directory: GatewayDirectory = {
  version: 1,
  find: (enterprise, id) => [gw1, gw2, other1].find((entry) => entry.enterprise === enterprise && entry.id === id),
};

export type Held = { readonly batch: ReadingBatch; readonly bytes: number; readonly done: () => void };
export type Seen = { readonly number: number; readonly online: boolean; readonly cause: string };

/** A sink that keeps what it is given; with `hold` it acknowledges nothing until told. */
export class RecordingSink implements IngestSink {
  readonly held: Held[] = [];
  readonly gateways: Seen[] = [];
  hold = false;

  readings(batch: ReadingBatch, bytes: number, done: () => void): void {
    this.held.push({ batch, bytes, done });
    if (!this.hold) done();
  }

  gateway(number: number, online: boolean, cause: 'connection' | 'status' | 'will'): void {
    this.gateways.push({ number, online, cause });
  }

  /** All values in order of arrival. */
  values(): number[] {
    return this.held.flatMap(({ batch }) => batch.value);
  }
}

export function newEdge() {
  const sink = new RecordingSink();
  const quarantine = new Quarantine();
  return { sink, quarantine, directory, scheduler, now: () => NOW };
}

export const reading = (value: unknown, point = 'GD-101', at: unknown = NOW): string =>
  JSON.stringify({ point, at, value });

/** Waits for something that real servers do in their own time; only a broken one ever lets it reach its end. */
export async function eventually<T>(what: string, look: () => T | undefined | false, withinMs = 15_000): Promise<T> {
  for (let waitedMs = 0; waitedMs < withinMs; waitedMs += 5) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`never came about: ${what}`);
}
