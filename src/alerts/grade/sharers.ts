/**
 * By floor: how many independent sources stand at each step or worse with it, kept while they come and go. A step is a level
 * (PRE, H, HH), and of a floor that rolls up a monitoring item a colour (blue, yellow, orange, red).
 */
import type { Grade } from '../../model/grade.ts';
import { PRE } from '../../model/level.ts';
import type { Floor } from '../../model/point.ts';
import { countedBy } from './colour.ts';
import type { GradingContributor } from './grading.ts';

interface Sharing {
  /** Contributors of each source at each step or worse. */
  readonly bySource: Map<string, number[]>;
  /** Sources at each step or worse. */
  readonly sources: number[];
}

export class Sharers {
  private readonly byFloor = new Map<string, Sharing>();

  /** Independent sources that stand at this step or worse, with a floor of this id. */
  count({ id }: Pick<Floor, 'id'>, step: Grade): number {
    return this.byFloor.get(id)?.sources[Math.max(PRE, step) - 1] ?? 0;
  }

  /** One contributor more (1) or less (−1). */
  change(c: Pick<GradingContributor, 'floors' | 'level'>, source: string, by: 1 | -1): void {
    // One that a point states twice is counted twice, and counted out twice: it stays one source.
    for (const floor of c.floors) this.changeOne(floor.id, source, countedBy(floor, c), by);
  }

  private changeOne(id: string, source: string, step: Grade, by: 1 | -1): void {
    const sharing = this.byFloor.get(id) ?? { bySource: new Map<string, number[]>(), sources: [0, 0, 0, 0] };
    this.byFloor.set(id, sharing);
    const { bySource, sources } = sharing;
    const contributors = bySource.get(source) ?? [0, 0, 0, 0];
    for (let i = 0; i < step; i++) {
      const before = contributors[i];
      contributors[i] += by;
      if (before === 0) sources[i]++;
      else if (contributors[i] === 0) sources[i]--;
    }
    if (contributors[0] > 0) bySource.set(source, contributors);
    else bySource.delete(source);
  }
}
