import { expect, it } from 'vitest';
import { copiesOf, mixedSite } from '../../bench/mix-site.ts';

it('takes a point of every shipped type into a registry without an error, some with what sites state besides', () => {
  const site = mixedSite(() => new Set());
  const kinds = new Set(site.points.flatMap(({ config }) => config.rules.map(({ kind }) => kind)));
  for (const kind of ['band', 'novelty', 'run-away', 'drift', 'spike', 'stuck']) expect(kinds).toContain(kind);

  const { change, points } = copiesOf(site, 2, (length) => Array.from({ length }, (_, n) => n));
  expect(points).toHaveLength(2 * site.points.length);
  expect(new Set(change.points!.map(({ id }) => id)).size).toBe(points.length);
});
