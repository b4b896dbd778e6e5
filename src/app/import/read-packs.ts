/**
 * What the packs in force say, read beside the thread that judges: a folder of packs takes a second. What comes back is as small
 * as what has changed.
 */
import { Worker } from 'node:worker_threads';
import type { PackType } from '../../rules/packs/definition.ts';
import { originsOf } from '../../rules/packs/origin.ts';
import type { ChosenPacks } from '../seeds.ts';
import { loadPacks } from '../seeds.ts';

/** What the thread is given. */
export interface AskedPacks {
  readonly chosen: ChosenPacks;
  /** By type: the marks that registered points of it have. */
  readonly known: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface PacksRead {
  /** With file and line; nothing else counts where there are any. */
  readonly errors: readonly string[];
  /** By type. */
  readonly marks: ReadonlyMap<string, string>;
  /** By type, those of which some point has another mark. */
  readonly changed: ReadonlyMap<string, PackType>;
}

/** Here, on this thread. */
export function readPacksHere({ chosen, known }: AskedPacks): PacksRead {
  const { packs, errors } = loadPacks(chosen);
  const origins = [...(errors.length > 0 ? [] : originsOf(packs))];
  const isBehind = (type: string, mark: string) => [...(known.get(type) ?? [])].some((other) => other !== mark);
  return {
    errors,
    marks: new Map(origins.map(([type, { mark }]) => [type, mark])),
    changed: new Map(
      origins.flatMap(([name, { type, mark }]) => (isBehind(name, mark) ? [[name, type] as const] : [])),
    ),
  };
}

/** Node 20 runs no TypeScript: from a checkout there is no thread to be had. */
const isBuilt = import.meta.url.endsWith('.js');

export async function readPacks(asked: AskedPacks): Promise<PacksRead> {
  if (!isBuilt) return readPacksHere(asked);
  const worker = new Worker(new URL('./packs-thread.js', import.meta.url), { workerData: asked });
  return new Promise((resolve, reject) => {
    worker.on('message', resolve);
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('the thread that reads the packs ended without an answer')));
  });
}
