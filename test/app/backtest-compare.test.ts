// Which alerts two judgings share: the same by pairing them as the standard of the words says, and for a month of a point that chatters.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compared } from '../../src/app/backtest/compare.ts';
import type { Episode } from '../../src/app/backtest/episodes.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const episode = (key: string, raisedAt: number, endedAt: number | undefined, over: Partial<Episode> = {}): Episode => ({
  key,
  alert: `${key}-${raisedAt}`,
  kind: 'hazard',
  enterprise: 'yt',
  source: 'yt/farm',
  hazard: 'flammable-gas',
  raisedAt,
  endedAt,
  grade: 'yellow',
  points: ['yt/GD-1'],
  ...over,
});

/** Times of one alert, one after the other; the last may go on. */
const course = (key: string) =>
  fc
    .tuple(
      fc.array(
        fc.record({
          after: fc.integer({ min: 1, max: 100 }),
          lasts: fc.integer({ min: 0, max: 90 }),
          grade: fc.constantFrom('yellow', 'red'),
          point: fc.constantFrom('yt/GD-1', 'yt/GD-2'),
        }),
        { maxLength: 12 },
      ),
      fc.boolean(),
    )
    .map(([times, goesOn]) => {
      let at = 0;
      return times.map(({ after, lasts, grade, point }, i) => {
        const raisedAt = at + after * MINUTE;
        at = raisedAt + lasts * MINUTE;
        const endedAt = goesOn && i === times.length - 1 ? undefined : at;
        return episode(key, raisedAt, endedAt, { grade: grade as 'red', points: [point] });
      });
    });
const side = fc
  .tuple(course('a'), course('b'))
  .map((both) => both.flat().sort((a, b) => a.raisedAt - b.raisedAt || (a.key < b.key ? -1 : 1)));

const end = ({ endedAt }: Episode): number => endedAt ?? Number.POSITIVE_INFINITY;
const meet = (a: Episode, b: Episode): boolean => a.key === b.key && a.raisedAt <= end(b) && b.raisedAt <= end(a);
const isOne = (a: Episode, b: Episode): boolean =>
  a.key === b.key &&
  (meet(a, b) || (Math.abs(a.raisedAt - b.raisedAt) <= HOUR && a.points.some((point) => b.points.includes(point))));

/** Everything looked at for everything. */
function paired(was: readonly Episode[], drafted: readonly Episode[]) {
  const left = [...drafted];
  const pairs = was.flatMap((one) => {
    const other = left.find((candidate) => isOne(one, candidate));
    if (other !== undefined) left.splice(left.indexOf(other), 1);
    return other === undefined ? [] : [[one, other] as const];
  });
  const alone = was.filter((one) => !pairs.some(([mine]) => mine === one));
  return {
    pairs: pairs.map(([mine, other]) => [mine.alert, other.alert]),
    gained: left.filter((one) => !pairs.some(([mine]) => meet(mine, one))).map(({ alert }) => alert),
    lost: alone.filter((one) => !pairs.some(([, other]) => meet(other, one))).map(({ alert }) => alert),
  };
}

it('is what looking at all of them for each comes to', () => {
  fc.assert(
    fc.property(side, side, (was, drafted) => {
      const { lead, gained, lost } = compared(was, drafted);
      expect({
        pairs: lead.items.map((one) => [one.was.alert, one.drafted.alert]),
        gained: gained.items.map(({ alert }) => alert).sort(),
        lost: lost.items.map(({ alert }) => alert),
      }).toEqual(((told) => ({ ...told, gained: [...told.gained].sort() }))(paired(was, drafted)));
    }),
    { numRuns: 500 },
  );
});

it('of a month of a point that chatters is told too', () => {
  const chatter = (period: number) =>
    Array.from({ length: 60_000 }, (_, i) => episode('a', i * period, i * period + 1_000, { points: [`p${period}`] }));
  const { gained, lost, lead } = compared(chatter(13_000), chatter(12_000));
  expect(lead.total + lost.total).toBe(60_000);
  expect(gained.total).toBeGreaterThan(0);
});
