/**
 * Registered points after a pack has changed: those whose type says something else now are stated anew, everything else stays.
 * What becomes stricter goes into force through the log, what becomes looser waits there, as with any import. It reads no
 * file and changes nothing itself.
 */
import type { PointConfig } from '../../model/point.ts';
import type { Origin } from './origin.ts';
import { packOf, restated, withOrigin } from './origin.ts';
import type { Resolved } from './resolve.ts';
import { resolveAgain } from './resolve.ts';

/** A point, stated anew; and what its register stated that the pack does not allow any more, in words. */
export type Followed = Resolved<{ readonly point: PointConfig; readonly overruled: readonly string[] }>;

export function followed(point: PointConfig, origin: Origin): Followed {
  const item = restated(point);
  const again = resolveAgain(item, origin.type);
  if (!again.ok) return again;
  return { ...again, point: withOrigin(again.point, item, origin) };
}

/** What registered points have to do with the packs in force. */
export interface Standing {
  /** Numbers of the points whose type says something else now. */
  readonly behind: readonly number[];
  /** Of points whose type no pack in force has, and which pack they took it from: their limits stay as they are. */
  readonly orphans: readonly string[];
  /** How many were registered before a point knew its pack: they follow none until they are imported again. */
  readonly rootless: number;
}

/** `marks`: of the types in force, by their names. */
export function standingOf(points: readonly PointConfig[], marks: ReadonlyMap<string, string>): Standing {
  const behind: number[] = [];
  const orphaned = new Map<string, number>();
  let rootless = 0;
  for (const [number, { type, pack }] of points.entries()) {
    const mark = marks.get(type);
    const from = pack === undefined ? '' : ` of ${packOf(pack)}`;
    if (mark === undefined) orphaned.set(type + from, (orphaned.get(type + from) ?? 0) + 1);
    else if (pack === undefined) rootless++;
    else if (pack !== mark) behind.push(number);
  }
  const orphans = [...orphaned].map(([type, count]) => `${type}, ${count} ${count === 1 ? 'point' : 'points'}`);
  return { behind, orphans, rootless };
}
