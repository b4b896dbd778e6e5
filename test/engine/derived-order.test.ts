// Who was there first: a gateway may send what it has in one message, repeat what it has sent, or send each reading by itself.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derivedPoint, switchPoint } from '../support/build/derived.ts';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;

interface Row {
  readonly tag: string;
  readonly at: number;
  readonly value: number;
}

const said = (desk: Desk, tag: string): number =>
  desk.state.points.col.value[desk.state.registry.pointNumbers.get(`yt/${tag}`) ?? -1];

/** Three trips of one compressor. */
function compressor(): Desk {
  const trips = ['A', 'B', 'C'].map((tag) => switchPoint(tag, { intervalMs: 10 * SECOND }));
  const limits = { valueKind: 'number', unit: '', limits: { H: 1 }, hazard: 'equipment' } as const;
  const desk = new Desk({
    points: [...trips, derivedPoint('FIRST', { of: { trips }, function: 'firstOut', ...limits })],
  });
  desk.send(['A', 'B', 'C'].map((tag) => ({ tag, at: 0, value: 0 })));
  return desk;
}

/** Three heads down the wind. */
function heads(): Desk {
  const row = ['A', 'B', 'C'].map((tag) => point(tag, { limits: undefined, intervalMs: 10 * SECOND }));
  const parameters = { above: 25, withinMs: 60 * SECOND };
  const plume = derivedPoint('PLUME', { of: { heads: row }, function: 'inOrder', parameters, hazard: 'flammable-gas' });
  const desk = new Desk({ points: [...row, plume] });
  desk.send(['A', 'B', 'C'].map((tag) => ({ tag, at: 0, value: 0 })));
  return desk;
}

function sent(desk: Desk, messages: readonly (readonly Row[])[]): Desk {
  for (const rows of messages) desk.send([...rows]);
  return desk;
}
const singly = (rows: readonly Row[]) => rows.map((row) => [row]);

describe('which trip came first', () => {
  it('is the one that tripped first, though the message repeats it behind the second', () => {
    const rows: Row[] = [];
    for (let second = 1; second <= 5; second++) {
      rows.push({ tag: 'A', at: second * SECOND, value: second >= 2 ? 1 : 0 });
      if (second <= 4) rows.push({ tag: 'B', at: second * SECOND, value: second >= 4 ? 1 : 0 });
    }
    expect(said(sent(compressor(), [rows]), 'FIRST')).toBe(1);
    expect(said(sent(compressor(), singly(rows)), 'FIRST')).toBe(1);
  });

  it('begins anew behind a moment in which all were off, also within a message', () => {
    const rows = [
      { tag: 'B', at: SECOND, value: 1 },
      { tag: 'A', at: 2 * SECOND, value: 1 },
      { tag: 'B', at: 3 * SECOND, value: 0 },
      { tag: 'A', at: 4 * SECOND, value: 0 },
      { tag: 'C', at: 5 * SECOND, value: 1 },
      { tag: 'A', at: 6 * SECOND, value: 1 },
    ];
    expect(said(sent(compressor(), [rows]), 'FIRST')).toBe(3);
  });
});

describe('a cloud that comes to two heads one behind the other', () => {
  it('is seen in one message as in single readings, and stays while they are there', () => {
    const rows: Row[] = [];
    for (let second = 5; second <= 60; second += 5) {
      rows.push({ tag: 'A', at: second * SECOND, value: second >= 10 ? 40 : 0 });
      if (second < 60) rows.push({ tag: 'B', at: second * SECOND, value: second >= 30 ? 40 : 0 });
    }
    for (const desk of [sent(heads(), [rows]), sent(heads(), singly(rows))]) {
      expect(said(desk, 'PLUME')).toBe(1);
      for (const tag of ['A', 'B']) desk.reading(tag, 65 * SECOND, 40);
      expect(said(desk, 'PLUME')).toBe(1);
    }
  });
});

describe.each([
  { name: 'the first trip', plant: compressor, of: 'FIRST', on: 1 },
  { name: 'the way of a cloud', plant: heads, of: 'PLUME', on: 40 },
])('$name', ({ plant, of, on }) => {
  it('is the same however the readings are cut into messages, and repeats change nothing', () => {
    const step = fc.record({
      tag: fc.constantFrom('A', 'B', 'C'),
      isOn: fc.boolean(),
      isRepeated: fc.boolean(),
      cut: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), (steps) => {
        const rows = steps.map(({ tag, isOn }, i) => ({ tag, at: (i + 1) * 1_500, value: isOn ? on : 0 }));
        // What holds is said once more, a second behind.
        const repeated = rows.flatMap((row, i) =>
          steps[i].isRepeated ? [row, { ...row, at: row.at + SECOND }] : [row],
        );
        const messages: Row[][] = [[]];
        for (const row of repeated) {
          messages.at(-1)?.push(row);
          if (steps[Math.floor(row.at / 1_500) - 1].cut) messages.push([]);
        }
        const expected = said(sent(plant(), singly(rows)), of);
        expect(
          said(
            sent(
              plant(),
              messages.filter(({ length }) => length > 0),
            ),
            of,
          ),
        ).toBe(expected);
        expect(said(sent(plant(), [repeated]), of)).toBe(expected);
      }),
      { numRuns: 60 },
    );
  });
});
