/** What an exporter remembers survives a restart whole, stays short, and an older folder keeps its cursor. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLedger } from '../../../../src/store/readings/export/ledger.ts';
import { readUpExport } from '../../../../src/store/readings/export/read-up.ts';
import type { ExportGap } from '../../../../src/store/readings/port.ts';
import { openSqlite } from '../../../../src/store/state/sqlite/sqlite.ts';
import { temporaryDirectory } from '../../../support/temporary.ts';

const T = 1_763_775_600_000;
const gapOf = (from: number, to: number, over: Partial<ExportGap> = {}): ExportGap => ({
  cause: 'refused',
  from,
  to,
  count: to - from + 1,
  fromAt: T + from,
  toAt: T + to,
  reason: 'HTTP 400: field type conflict',
  recordedAt: T + to,
  ...over,
});
const place = () => ({ folder: join(temporaryDirectory(), 'exports'), exporter: 'influx' });

describe('the ledger of an export', () => {
  it('begins at nothing and goes on after a restart from where it was, never back', async () => {
    const at = place();
    const first = openLedger(at);
    expect(first.progress()).toEqual({ position: 0 });
    await first.advance({ position: 10 });
    await first.advance({ position: 20, completeTo: T });
    await first.advance({ position: 15 });
    expect(openLedger(at).progress()).toEqual({ position: 20, completeTo: T });
  });

  it('writes a gap and the cursor that passes it at one time', async () => {
    const at = place();
    const first = openLedger(at);
    await first.advance({ position: 10 });
    await first.advance({ position: 30, completeTo: T }, gapOf(11, 30));
    // The cursor alone is lost, as a crash between two writes would lose it.
    writeFileSync(join(at.folder, 'influx.json'), '{"v":1,"position":10}\n');
    const again = openLedger(at);
    expect(again.progress()).toEqual({ position: 30, completeTo: T });
    expect(again.gaps()).toEqual([gapOf(11, 30)]);
    await again.advance({ position: 40 });
    expect(openLedger(at).progress().position).toBe(40);
    expect(readdirSync(at.folder).sort()).toEqual(['influx-gaps.json', 'influx.json']);
  });

  it('makes one gap of what is refused batch after batch', async () => {
    const at = place();
    const ledger = openLedger(at);
    for (let from = 1; from <= 91; from += 10) await ledger.advance({ position: from + 9 }, gapOf(from, from + 9));
    expect(ledger.gaps()).toEqual([gapOf(1, 100)]);
    await ledger.advance({ position: 120 }, gapOf(111, 120));
    await ledger.advance({ position: 130 }, gapOf(121, 130, { cause: 'moved-on' }));
    expect(ledger.gaps().map(({ from, to }) => [from, to])).toEqual([
      [1, 100],
      [111, 120],
      [121, 130],
    ]);
  });

  it('stays short whatever the server refuses, and loses neither count nor extent', async () => {
    const at = place();
    const ledger = openLedger(at);
    for (let i = 1; i <= 700; i += 1) {
      await ledger.advance({ position: i * 3 }, gapOf(i * 3, i * 3, { reason: 'x'.repeat(9_000) }));
    }
    const gaps = ledger.gaps();
    expect(gaps).toHaveLength(500);
    expect(gaps.reduce((sum, { count }) => sum + count, 0)).toBe(700);
    expect([gaps[0].from, gaps[499].to]).toEqual([3, 2_100]);
    expect(readFileSync(join(at.folder, 'influx-gaps.json')).length).toBeLessThan(500 * 600);
  });

  it('refuses by name what a newer program wrote, and touches nothing', async () => {
    const at = place();
    await openLedger(at).advance({ position: 1 });
    const file = join(at.folder, 'influx.json');
    const text = '{"v":2,"position":9}';
    writeFileSync(file, text);
    expect(() => openLedger(at)).toThrow(/influx\.json is of version 2, written by a newer program/);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it.each(['nope', '{"v":1,"pos', '[]'])(
    'puts a damaged file beside (%s), says so by name, and begins anew',
    async (text) => {
      const told: string[] = [];
      const at = { ...place(), damaged: (reason: string) => told.push(reason) };
      await openLedger(at).advance({ position: 1 });
      const file = join(at.folder, 'influx.json');
      writeFileSync(file, text);
      expect(openLedger(at).progress().position).toBe(0);
      expect(told).toEqual([expect.stringContaining(`${file} cannot be read`)]);
      const beside = readdirSync(at.folder).filter((name) => name.startsWith('influx.json.damaged-'));
      expect(beside.map((name) => readFileSync(join(at.folder, name), 'utf8'))).toEqual([text]);
      openLedger(at);
      expect(told).toHaveLength(1);
    },
  );
});

describe('a folder of the first release', () => {
  it('keeps cursor and gaps of its export, and is asked once', async () => {
    const stateFile = join(temporaryDirectory(), 'state.db');
    const sqlite = openSqlite({ file: stateFile });
    sqlite.exec(`CREATE TABLE cursors (
      name TEXT PRIMARY KEY, position INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER) STRICT`);
    sqlite.exec(`CREATE TABLE export_gaps (
      id INTEGER PRIMARY KEY, exporter TEXT NOT NULL, from_position INTEGER NOT NULL, to_position INTEGER NOT NULL,
      count INTEGER NOT NULL, from_at INTEGER NOT NULL, to_at INTEGER NOT NULL, reason TEXT NOT NULL,
      recorded_at INTEGER NOT NULL) STRICT`);
    sqlite.run(`INSERT INTO cursors VALUES ('export:influx', 4711, 0, ?), ('projection', 9, 9, NULL)`, [T]);
    sqlite.run(`INSERT INTO export_gaps VALUES (1, 'influx', 5, 9, 2, ?, ?, 'HTTP 400: no', ?)`, [T + 5, T + 9, T + 9]);
    sqlite.close();
    const at = { ...place(), earlier: () => readUpExport(stateFile, 'influx') };
    const ledger = openLedger(at);
    expect(ledger.progress()).toEqual({ position: 4711, completeTo: T });
    expect(ledger.gaps()).toEqual([gapOf(5, 9, { count: 2, reason: 'HTTP 400: no' })]);
    // A start that is refused later leaves nothing behind.
    expect(existsSync(at.folder)).toBe(false);
    await ledger.settle();
    await ledger.advance({ position: 4712 });
    const again = openLedger({ ...at, earlier: () => expect.unreachable('the files are there') });
    expect(again.progress().position).toBe(4712);
    expect(again.gaps()).toHaveLength(1);
  });

  it('may know nothing of it', () => {
    expect(readUpExport(join(temporaryDirectory(), 'state.db'), 'influx')).toBeUndefined();
    const stateFile = join(temporaryDirectory(), 'state.db');
    openSqlite({ file: stateFile }).close();
    expect(readUpExport(stateFile, 'influx')).toBeUndefined();
  });
});
