/**
 * Rules that watch nothing, for health: the stretch that they were to learn from is over and was not seen, or held too few good
 * readings. Nobody may believe that they watch.
 */
import type { EngineState } from '../../engine/state.ts';
import type { EpochMs } from '../../model/time.ts';
import { MINUTE_MS } from '../../model/time.ts';
import { baselinesThat } from '../../rules/view.ts';

/** So many are named. */
const NAMED = 5;

/** In words, looked for once a minute at most: it goes through every rule there is. */
export function baselinesMissed(state: EngineState): () => string | undefined {
  let words: string | undefined;
  let lookedAt: EpochMs = Number.NEGATIVE_INFINITY;
  let lookedIn = -1;
  return () => {
    const isRecent = state.at - lookedAt < MINUTE_MS && state.registry.version === lookedIn;
    if (isRecent) return words;
    lookedAt = state.at;
    lookedIn = state.registry.version;
    words = inWords(state);
    return words;
  };
}

function inWords(state: EngineState): string | undefined {
  const { rules, registry, at } = state;
  const missed = baselinesThat(rules, 'missed', at);
  if (missed.length === 0) return undefined;
  const names = missed
    .slice(0, NAMED)
    .map((slot) => `${registry.points[rules.pointOf(slot)]?.id ?? ''} ${rules.ruleOf(slot)}`);
  const more = missed.length > NAMED ? `, and ${missed.length - NAMED} more` : '';
  return `reference stretch is over and was not learned, they watch nothing: ${names.join(', ')}${more}`;
}
