/**
 * Which registered tags somebody may have meant by one that nobody knows, with the sources they stand at: for who looks for a
 * mistyped tag. It is looked up seldom: made-up tags come as fast as a line carries them.
 */
import type { EngineState } from '../../engine/state.ts';
import { nearestNames } from '../../model/nearest-names.ts';
import type { EpochMs } from '../../model/time.ts';
import { MINUTE_MS } from '../../model/time.ts';

/** Tags looked up in a minute; of further ones nothing near is told. */
const LOOKED_UP_MAX = 100;

export class NearTags {
  private readonly state: EngineState;
  private readonly found = new Map<string, string>();
  private since: EpochMs = Number.NEGATIVE_INFINITY;
  private version = -1;

  constructor(state: EngineState) {
    this.state = state;
  }

  /** `; near it: GD-1 (yt-chem/farm-1)`, or nothing. */
  words(enterprise: string, tag: string, at: EpochMs): string {
    const { registry } = this.state;
    if (registry.version !== this.version || at - this.since >= MINUTE_MS) {
      this.found.clear();
      this.since = at;
      this.version = registry.version;
    }
    const key = `${enterprise}/${tag}`;
    const known = this.found.get(key);
    if (known !== undefined) return known;
    if (this.found.size >= LOOKED_UP_MAX) return '';
    const tags = registry.tags.get(enterprise) ?? new Map<string, number>();
    const near = nearestNames(tag, tags.keys()).map((one) => `${one} (${registry.points[tags.get(one) ?? 0].source})`);
    const words = near.length === 0 ? '' : `; near it: ${near.join(', ')}`;
    this.found.set(key, words);
    return words;
  }
}
