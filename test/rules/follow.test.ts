// What a registered point keeps of its register and its pack is enough to make it again, exactly: else a pack that changes one
// figure would change another, or forget what a site has stated.
import { describe, expect, it } from 'vitest';
import { followed, standingOf } from '../../src/rules/packs/follow.ts';
import { originsOf } from '../../src/rules/packs/origin.ts';
import { resolveRegistry } from '../../src/rules/packs/resolve.ts';
import { demoRegistry, loaded } from '../seeds/seed-files.ts';

const origins = originsOf(loaded.packs);
const marks = new Map([...origins].map(([type, { mark }]) => [type, mark]));
const resolved = resolveRegistry(demoRegistry(), { packs: loaded.packs, hashSecret: () => 'salt:hash' });
/** As they come out of the log, where JSON has dropped what is not there. */
const points = resolved.ok ? (JSON.parse(JSON.stringify(resolved.change.points)) as typeof resolved.change.points) : [];

describe('a registered point', () => {
  it('is made again as it is, of each of the demo', () => {
    expect(points.length).toBeGreaterThan(500);
    for (const { byPack: _byPack, ...point } of points) {
      const again = followed(point, origins.get(point.type)!);
      expect(again.ok ? JSON.parse(JSON.stringify(again.point)) : again.errors).toEqual(point);
    }
  });

  it('is behind where its type says anything else, and no other is', () => {
    expect(standingOf(points, marks)).toEqual({ behind: [], orphans: [], rootless: 0 });
    const [{ type }] = points;
    const others = new Map(marks).set(type, 'another@1.0.0#00000000');
    const numbers = points.flatMap((point, number) => (point.type === type ? [number] : []));
    expect(standingOf(points, others).behind).toEqual(numbers);
  });
});
