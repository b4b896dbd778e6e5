/** Evidence is judged again by any later program: its numbers are found by the names that were sealed beside them. */
import { join } from 'node:path';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import type { EvidenceCapsule } from '../../src/engine/effect.ts';
import type { Evidence } from '../../src/engine/evidence.ts';
import { evidenceOf, judgeAgain } from '../../src/engine/evidence.ts';
import { cellsOf, columnsFrom } from '../../src/model/stored-table.ts';
import { openState } from '../../src/store/state/sqlite/open-state.ts';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';
import { folderFixtures, unpacked } from '../support/folder-fixture.ts';

/** The capsules of a leak that goes on: raised, worse, with a second head. */
function sealed(): EvidenceCapsule[] {
  const desk = new Desk({ points: [point('GD-1', { onDelayMs: 5_000 }), point('GD-2')] });
  desk.reading('GD-1', 1_000, 30);
  desk.reading('GD-1', 7_000, 31);
  desk.reading('GD-2', 8_000, 26);
  desk.reading('GD-1', 9_000, 61);
  desk.reading('GD-1', 16_000, 62);
  return JSON.parse(JSON.stringify(desk.capsules)) as EvidenceCapsule[];
}

/** As a program sealed it that laid the columns of a table the other way round. */
function reversed(capsule: EvidenceCapsule, table: 'rule-points' | 'rule-slots'): EvidenceCapsule {
  const evidence = evidenceOf(capsule);
  const layout = evidence.layout!;
  const columns = columnsFrom(layout.tables[table]);
  const cells = cellsOf(columns);
  const turned = <T>(row: readonly T[]): T[] => {
    const parts = columns.map(({ width }, i) => row.slice(cellsOf(columns.slice(0, i))).slice(0, width));
    return [...parts.reverse().flat(), ...row.slice(cells)];
  };
  return {
    ...capsule,
    evidence: {
      ...(capsule.evidence as object),
      layout: { ...layout, tables: { ...layout.tables, [table]: layout.tables[table].split(' ').reverse().join(' ') } },
      points: evidence.points.map((one) => ({
        ...one,
        before:
          table === 'rule-points'
            ? { ...one.before, point: turned(one.before.point) }
            : { ...one.before, slots: one.before.slots.map((slot) => ({ ...slot, cells: turned(slot.cells) })) },
      })),
    },
  };
}

describe('evidence', () => {
  it('says how its numbers lie, and is judged again whatever their order', () => {
    const capsules = sealed();
    expect(capsules.length).toBeGreaterThanOrEqual(3);
    for (const capsule of capsules) {
      expect(judgeAgain(capsule)).toEqual([]);
      expect(judgeAgain(reversed(capsule, 'rule-points'))).toEqual([]);
      expect(judgeAgain(reversed(capsule, 'rule-slots'))).toEqual([]);
    }
  });

  it('of a program with a column that is unknown here says so, and is not judged by guessing', () => {
    const [capsule] = sealed();
    const { layout, ...rest } = capsule.evidence as Evidence & { v: number };
    const tables = { ...layout?.tables, 'rule-points': `${layout?.tables['rule-points']} aura:u8` };
    const other = { ...capsule, engineVersion: '9', evidence: { ...rest, layout: { ...layout, tables } } };
    expect(judgeAgain(other)).toEqual([
      'cannot be judged again: sealed by engine version 9: column rule-points.aura: this version does not know it',
    ]);
    const newer = { ...capsule, evidence: { ...rest, layout: { ...layout, format: 99 } } };
    expect(judgeAgain(newer)).toEqual([expect.stringContaining('version 99, written by a newer program')]);
  });

  it.each(folderFixtures())('that $name sealed gives what was recorded', async (fixture) => {
    const file = join(unpacked(fixture), 'state.db');
    const store = openState({ file });
    const rows = new Database(file).prepare('SELECT alert, seq FROM capsules').all() as {
      alert: string;
      seq: number;
    }[];
    expect(rows.length).toBeGreaterThan(10);
    for (const { alert, seq } of rows) {
      const capsule = await store.history.capsule(alert, seq);
      expect([alert, seq, ...(capsule === undefined ? ['is not there'] : judgeAgain(capsule))]).toEqual([alert, seq]);
    }
    await store.close();
  });
});
