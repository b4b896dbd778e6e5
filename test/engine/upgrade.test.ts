// A snapshot of 0.1.0, where one rule judged both sides of a point: every alarm stands where it stood, and the side that had
// no memory of its own is judged from then on.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeState } from '../../src/engine/snapshot.ts';
import { INSTALLATION } from '../../src/engine/state.ts';
import { bringUpStored, SNAPSHOT_FORMAT } from '../../src/engine/upgrade/bring-up.ts';
import { CELL_ARRAYS, columnsFrom, tableOf } from '../../src/model/stored-table.ts';
import { RuleMemory } from '../../src/rules/memory.ts';
import { viewSlot } from '../../src/rules/view.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;

interface Kept {
  readonly header: unknown;
  readonly columns: readonly string[];
}

/**
 * Taken at 32 s of a day: LT-1 at 30 and back at 15 since (off-delay running), LT-2 at 7, LT-3 and LT-4 normal; a fan that
 * stands still, which is critical at 0.
 */
function restored(): Desk {
  const path = new URL('../fixtures/snapshots/0.1.0-both-sides.json', import.meta.url);
  const { header, columns } = JSON.parse(readFileSync(path, 'utf8')) as Kept;
  const desk = new Desk();
  desk.state = decodeState(
    header,
    columns.map((bytes) => new Uint8Array(Buffer.from(bytes, 'base64'))),
  );
  desk.fold({ kind: 'install', at: desk.state.at, installation: INSTALLATION });
  return desk;
}

/** `LT-1 limits-high H`, of every rule in alarm. */
function standing(desk: Desk): string[] {
  const { rules, registry } = desk.state;
  return registry.points.flatMap(({ tag }, number) =>
    rules
      .slotsOf(number)
      .map((slot) => viewSlot(rules, slot))
      .filter(({ level }) => level > 0)
      .map(({ rule, level }) => `${tag} ${rule} ${level}`),
  );
}

const openKeys = (desk: Desk): string[] =>
  [...desk.state.book.open].map(({ key, flags }) => `${key} ${flags.active ? 'active' : 'returned'}`).sort();

describe('a snapshot from the time of one rule for both sides', () => {
  it('keeps every alarm on the side it stood on, and tells nothing anew', () => {
    const desk = restored();
    expect(standing(desk)).toEqual(['LT-1 limits-high 2', 'LT-2 limits-low 2', 'FAN boolean 3']);
    expect(desk.transitions).toEqual([]);
    expect(openKeys(desk)).toEqual([
      'yt/farm||equipment|hazard active',
      'yt/farm||low-level|hazard active',
      'yt/farm||overfill|hazard active',
    ]);
    const rules = [...desk.state.book.open].flatMap(({ points }) => points.map(({ rule }) => rule));
    expect(rules.sort()).toEqual(['boolean', 'coverage', 'limits-high', 'limits-low']);
  });

  it('judges both sides from there', () => {
    const desk = restored();
    // The off-delay of the high side, which began before, ends; the low side of the same point begins.
    for (let at = 42; at <= 82; at += 10) desk.reading('LT-1', at * SECOND, 15);
    desk.reading('LT-1', 92 * SECOND, 3);
    expect(standing(desk)).toEqual(['LT-1 limits-low 3', 'LT-2 limits-low 2', 'FAN boolean 3']);
    desk.reading('LT-3', 93 * SECOND, 60);
    expect(standing(desk)).toContain('LT-3 limits-high 3');
  });

  it('ends what good readings end, in its time', () => {
    const desk = restored();
    for (let at = 40; at < 100; at += 10) desk.reading('LT-2', at * SECOND, 15);
    expect(standing(desk)).toContain('LT-2 limits-low 2');
    desk.reading('LT-2', 100 * SECOND, 15);
    desk.reading('FAN', 101 * SECOND, 1);
    expect(standing(desk)).toEqual(['LT-1 limits-high 2']);
  });
});

it('numbers that moved into smaller cells are the same numbers, row by row', () => {
  const rows = [0, 20].map((first) => Array.from({ length: 16 }, (_, i) => first + i));
  const slots = columnsFrom('state:u32:8 clock:f64:8 version:u32 judgedVersion:u32 peak:f64');
  const slot = (first: number) => [
    ...rows[first].slice(0, 8),
    ...rows[first].map((n) => n * 1.5).slice(0, 8),
    9,
    8,
    0.5,
  ];
  const stored = [
    tableOf('rule-slots', slots, [slot(0), slot(1)]),
    tableOf('forecast', columnsFrom('line:f64:16'), rows),
  ];
  const { header, tables } = bringUpStored({
    header: { format: 2 },
    tables: new Map(stored.map((table) => [table.name, table])),
  });
  const numbers = (table: string) =>
    tables
      .get(table)
      ?.columns.map(({ name, type, bytes }) => [name, type, ...new CELL_ARRAYS[type](bytes.slice().buffer)]);
  expect(header.format).toBe(SNAPSHOT_FORMAT);
  expect(numbers('rule-slots')).toEqual([
    ['state', 'u8', 0, 1, 2, 3, 4, 7, 20, 21, 22, 23, 24, 27],
    ['links', 'u32', 5, 6, 25, 26],
    ['clock', 'f64', 0, 1.5, 3, 4.5, 6, 7.5, 9, 30, 31.5, 33, 34.5, 36, 37.5, 39],
    ['version', 'u16', 9, 9],
    ['judgedVersion', 'u16', 8, 8],
    ['peak', 'f64', 0.5, 0.5],
  ]);
  const [line, said] = numbers('forecast') ?? [];
  expect(line).toEqual(['line', 'f64', ...rows[0].slice(0, 11), ...rows[1].slice(0, 11)]);
  expect(said).toEqual(['said', 'u8', 13, 11, 14, 15, 33, 31, 34, 35]);
});

it('the buckets of a forecast are the same without the cells that only filled up their line', () => {
  const closed = [0, 100].map((first) => Array.from({ length: 64 }, (_, i) => (i < 60 ? first + i : 0)));
  const window = columnsFrom('open:f64:8 bucketMs:f64 closed:f32:64 meanX:f64:12');
  const row = (cells: readonly number[]) => [...Array(8).fill(1), 50_000, ...cells, ...Array(12).fill(2)];
  const stored = [
    tableOf('rule-slots', columnsFrom('point:u32 rule:u32'), [
      [7, 300],
      [8, 2],
    ]),
    tableOf('forecast-window', window, closed.map(row)),
    tableOf('periodic-forecast-window', window, closed.map(row).reverse()),
  ];
  const { tables } = bringUpStored({
    header: { format: 3 },
    tables: new Map(stored.map((table) => [table.name, table])),
  });
  const memory = new RuleMemory();
  for (const { tables: own } of memory.kinds) {
    for (const { name, columns } of own.filter(({ name }) => name.endsWith('forecast-window'))) {
      columns.load(tables.get(name)!);
      const read = [0, 1].map((n) => [...columns.col.closed.subarray(n * 60, (n + 1) * 60)]);
      const wanted = closed.map((cells) => cells.slice(0, 60));
      expect(read).toEqual(name === 'forecast-window' ? wanted : wanted.reverse());
    }
  }
  const rule = tables.get('rule-slots')?.columns.find(({ name }) => name === 'rule');
  expect(rule?.type).toBe('u16');
  expect([...new Uint16Array(rule!.bytes.slice().buffer)]).toEqual([300, 2]);
});
