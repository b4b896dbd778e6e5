// What a desk was told of, in words that a test can compare.
import type { Desk } from './desk.ts';

/** Hazards as they were raised and as they ended: `raised dust`, `cleared dust`. */
export const raised = (desk: Desk): string[] =>
  desk.transitions
    .filter(({ alert, change }) => alert.kind === 'hazard' && (change === 'raised' || change === 'cleared'))
    .map(({ change, alert }) => `${change} ${alert.hazard}`);

/** Number of a point of the enterprise `yt`. */
export const numberOf = (desk: Desk, tag: string): number => desk.state.registry.pointNumbers.get(`yt/${tag}`) ?? -1;

/** The newest value of it, whatever its quality. */
export const value = (desk: Desk, tag: string): number => desk.state.points.col.value[numberOf(desk, tag)];
