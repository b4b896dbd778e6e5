/**
 * What a scenario is: troubles as data, laid over whatever sources a registry has. It judges nothing and sends nothing.
 */
import type { Disturbance } from '../plant.ts';
import type { SourceView } from '../site.ts';

export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** Plant time after which it is over; null for one that goes on until it is stopped. */
  readonly durationMs: number | null;
  /** Its troubles for these sources; undefined where none of them has what it needs, with `needs` to say so. */
  plan(sources: readonly SourceView[]): readonly Disturbance[] | undefined;
  readonly needs: string;
}

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;

/** How many points of the source the test accepts. */
function countOf(source: SourceView, accepts: (type: string) => boolean): number {
  return source.points.filter(({ type }) => accepts(type)).length;
}

/** Sources with at least `least` such points, the most dangerous and best observed first. */
export function sourcesWith(
  sources: readonly SourceView[],
  accepts: (type: string) => boolean,
  least: number,
): SourceView[] {
  return sources
    .filter((source) => countOf(source, accepts) >= least)
    .sort((a, b) => a.danger - b.danger || countOf(b, accepts) - countOf(a, accepts));
}

export function isLevelGauge(type: string): boolean {
  return type === 'tank_level_pct' || type === 'tank_level';
}
