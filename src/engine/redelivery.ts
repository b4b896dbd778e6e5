/**
 * The digests of the newest messages of each gateway: a transport that delivers at least once may bring one of them again,
 * marked or not. What came again changes nothing, however many readings it holds.
 */
import type { ReadingBatch } from '../model/reading.ts';
import { FLAG } from '../model/reading.ts';
import { refusalOf } from './refusal.ts';
import type { EngineState } from './state.ts';

/** So many messages of a gateway are remembered. */
const MESSAGES_REMEMBERED = 64;

/** True where the same bytes are among the gateway's newest messages; else they are remembered from here on. */
export function isRedelivered(state: EngineState, batch: ReadingBatch): boolean {
  const { gateway, digest } = batch;
  if (digest === 0 || gateway >= state.registry.gateways.length) return false;
  const { digests, nextDigest } = state.gateways.col;
  const start = gateway * MESSAGES_REMEMBERED;
  if (mayHaveCome(state, batch)) {
    for (let k = start; k < start + MESSAGES_REMEMBERED; k++) if (digests[k] === digest) return true;
  }
  digests[start + nextDigest[gateway]] = digest;
  nextDigest[gateway] = (nextDigest[gateway] + 1) % MESSAGES_REMEMBERED;
  return false;
}

/** A first reading newer than any of its point was in no message before: the way of nearly every one. */
function mayHaveCome({ points, registry }: EngineState, batch: ReadingBatch): boolean {
  const { point, sampledAt, flags, count } = batch;
  for (let i = 0; i < count; i++) {
    // What was refused left nothing behind by which one could tell.
    if (refusalOf(registry, batch, i) !== undefined) continue;
    return (flags[i] & FLAG.NO_AT) !== 0 || sampledAt[i] <= points.col.ringMaxAt[point[i]];
  }
  return count > 0;
}
