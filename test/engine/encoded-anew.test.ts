// The same state always encodes to the same bytes: what comes back from a snapshot is what was written, also where nobody has
// said something yet.
import { expect, it } from 'vitest';
import { point } from '../support/build/point.ts';
import { pointsChange } from '../support/build/registry.ts';
import { bytesOf } from '../support/day/plant-day.ts';
import { copied, Desk } from '../support/desk.ts';

const SECOND = 1_000;

it('a part of an import that says nothing of links still says nothing after a snapshot', () => {
  const desk = new Desk({ points: [point('GD-1')] });
  const part = { n: 0, last: false };
  const change = pointsChange(point('GD-2'));
  desk.fold({ kind: 'configuration', at: desk.state.at, commandId: 'import', actor: 'admin', change, part });
  expect(bytesOf(copied(desk.state))).toBe(bytesOf(desk.state));
});

it('a point that is registered after a restart begins as one that is registered after a snapshot', () => {
  const desk = new Desk({ points: [point('GD-1')] });
  desk.reading('GD-1', 0, 1);
  desk.resumed(SECOND, 10 * SECOND);
  const other = desk.fork();
  for (const one of [desk, other]) one.configure(pointsChange(point('GD-2')), 20 * SECOND);
  expect(bytesOf(other.state)).toBe(bytesOf(desk.state));
});
