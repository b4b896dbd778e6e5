/**
 * A registry file → the change it asks for, in parts. A file of a province takes seconds to read, so the built program does
 * it in a thread of its own, started for it and ended after it, from which the parts come one by one. Its bytes are not
 * even made text on the thread that judges.
 */
import { Worker } from 'node:worker_threads';
import type { ChosenPacks, Registered } from '../seeds.ts';
import { loadPacks, resolveRegistryText } from '../seeds.ts';
import type { Parts } from './parts.ts';
import { PackedParts, partsOf } from './parts.ts';

export type ResolvedParts =
  | { readonly ok: true; readonly parts: Parts; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly errors: readonly string[] };

/** What the thread is given, and what it says: the parts, packed, then the end. */
export interface Asked {
  readonly file: Uint8Array;
  readonly packs: ChosenPacks;
  readonly known: Registered;
}
export type Said = { readonly part: Uint8Array } | { readonly end: Exclude<ResolvedParts, { ok: true }> | Ended };
interface Ended {
  readonly ok: true;
  readonly warnings: readonly string[];
}

/** Here, on this thread. */
export async function resolveHere({ file, packs: chosen, known }: Asked): Promise<ResolvedParts> {
  const { packs, errors } = loadPacks(chosen);
  if (errors.length > 0) return { ok: false, errors };
  const resolved = await resolveRegistryText(new TextDecoder().decode(file), packs, known);
  if (!resolved.ok) return resolved;
  return { ok: true, parts: partsOf(resolved.change), warnings: resolved.warnings };
}

/** Node 20 runs no TypeScript: from a checkout there is no thread to be had. */
const isBuilt = import.meta.url.endsWith('.js');

export function resolveParts(asked: Asked): Promise<ResolvedParts> {
  return isBuilt ? resolveInThread(asked) : resolveHere(asked);
}

function resolveInThread(asked: Asked): Promise<ResolvedParts> {
  const worker = new Worker(new URL('./thread.js', import.meta.url), { workerData: asked });
  const parts = new PackedParts();
  return new Promise((resolve, reject) => {
    worker.on('message', (said: Said) => {
      if ('end' in said) return resolve(said.end.ok ? { ...said.end, parts } : said.end);
      parts.push(said.part);
      // The next one in another turn: what else has come is judged in between.
      setImmediate(() => worker.postMessage('next'));
    });
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('the thread that reads a registry file ended without an answer')));
  });
}
