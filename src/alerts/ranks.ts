/** Places in ranks, each rank in the order of its places: the first so many of the highest ranks without a look at the rest. */
import { firstFrom } from './rising.ts';

export class Ranks {
  private readonly ranks: number[][] = [];

  /** `from` undefined: the place is new. */
  move(place: number, from: number | undefined, to: number): void {
    if (from === to) return;
    if (from !== undefined) this.ranks[from].splice(firstFrom(this.ranks[from], place), 1);
    this.ranks[to] ??= [];
    this.ranks[to].splice(firstFrom(this.ranks[to], place), 0, place);
  }

  /** The highest rank first. */
  first(most: number): number[] {
    const places: number[] = [];
    for (let rank = this.ranks.length - 1; rank >= 0 && places.length < most; rank--) {
      for (const place of (this.ranks[rank] ?? []).slice(0, most - places.length)) places.push(place);
    }
    return places;
  }
}
