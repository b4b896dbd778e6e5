/** By floor: how many independent sources stand at each level or worse with it, kept while they come and go. */
import type { Level } from '../../model/level.ts';
import { PRE } from '../../model/level.ts';
import type { Floor } from '../../model/point.ts';

interface Sharing {
  /** Contributors of each source at PRE, H and HH or worse. */
  readonly bySource: Map<string, number[]>;
  /** Sources at PRE, H and HH or worse. */
  readonly sources: number[];
}

export class Sharers {
  private readonly byFloor = new Map<string, Sharing>();

  /** Independent sources that stand at this level or worse, with a floor of this id. */
  count(floor: string, level: Level): number {
    return this.byFloor.get(floor)?.sources[Math.max(PRE, level) - 1] ?? 0;
  }

  /** One contributor more (1) or less (−1) that stands at `level` with these floors. */
  change(floors: readonly Floor[], source: string, level: Level, by: 1 | -1): void {
    // One that a point states twice is counted twice, and counted out twice: it stays one source.
    for (const { id } of floors) this.changeOne(id, source, level, by);
  }

  private changeOne(id: string, source: string, level: Level, by: 1 | -1): void {
    const sharing = this.byFloor.get(id) ?? { bySource: new Map<string, number[]>(), sources: [0, 0, 0] };
    this.byFloor.set(id, sharing);
    const { bySource, sources } = sharing;
    const contributors = bySource.get(source) ?? [0, 0, 0];
    for (let i = 0; i < level; i++) {
      const before = contributors[i];
      contributors[i] += by;
      if (before === 0) sources[i]++;
      else if (contributors[i] === 0) sources[i]--;
    }
    if (contributors[0] > 0) bySource.set(source, contributors);
    else bySource.delete(source);
  }
}
