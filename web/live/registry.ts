/**
 * Names of places, sources, points and people, fetched when they are first shown and kept. An id that is not known (yet) shows
 * as itself: a name that is missing must never hide an alert.
 */
import { signal } from '@preact/signals';
import type { Division, Enterprise, Point, Source } from '../../src/api/schemas/registry.ts';
import type { Person } from '../../src/api/schemas/session.ts';
import { divisionsAbove } from '../../src/api/shapes/division.ts';
import { request } from '../service/api.ts';

type Kind = 'divisions' | 'enterprises' | 'sources' | 'points' | 'people';
interface Things {
  divisions: Division;
  enterprises: Enterprise;
  sources: Source;
  points: Point;
  people: Person;
}

const AT_ONCE = 6;
/** A failed look-up is tried again when the thing is shown later than this. */
const RETRY_MS = 30_000;

const known = new Map<string, Things[Kind]>();
const asked = new Map<string, number>();
let queue: { readonly kind: Kind; readonly id: string }[] = [];
let running = 0;
let generation = 0;
/** Counts up when a name has arrived: whoever shows names reads it and is drawn again. */
const arrived = signal(0);
let announcing = false;

function look<K extends Kind>(kind: K, id: string): Things[K] | undefined {
  void arrived.value;
  const key = `${kind} ${id}`;
  const found = known.get(key) as Things[K] | undefined;
  if (found === undefined && id !== '') ask(kind, id, key);
  return found;
}

function ask(kind: Kind, id: string, key: string): void {
  const before = asked.get(key);
  if (before !== undefined && performance.now() - before < RETRY_MS) return;
  asked.set(key, performance.now());
  queue.push({ kind, id });
  pump();
}

function pump(): void {
  while (running < AT_ONCE) {
    const next = queue.shift();
    if (next === undefined) return;
    running++;
    void fetchOne(next.kind, next.id, generation).finally(() => {
      running--;
      pump();
    });
  }
}

async function fetchOne(kind: Kind, id: string, ofGeneration: number): Promise<void> {
  const answer = await request<Things[Kind]>(`/${kind}/${encodeURIComponent(id)}`);
  if (!answer.ok || ofGeneration !== generation) return;
  known.set(`${kind} ${id}`, answer.body);
  if (announcing) return;
  // Forty names arriving together are one new drawing.
  announcing = true;
  requestAnimationFrame(() => {
    announcing = false;
    arrived.value++;
  });
}

export const pointById = (id: string): Point | undefined => look('points', id);
export const sourceById = (id: string): Source | undefined => look('sources', id);
export const enterpriseById = (id: string): Enterprise | undefined => look('enterprises', id);

/** What a login name is called. */
export const personName = (name: string): string => look('people', name)?.displayName ?? name;

/** A division and those above it with their names, leaf first. */
export function divisionsOf(code: string): { readonly code: string; readonly name: string }[] {
  return divisionsAbove(code).map((above) => ({ code: above, name: look('divisions', above)?.name ?? above }));
}

/** Another person has signed in: what this one may know is not what that one may know. */
export function forgetNames(): void {
  generation++;
  known.clear();
  asked.clear();
  queue = [];
}
