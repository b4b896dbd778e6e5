/**
 * Reads what releases up to 0.1 kept of an export in the state file (tables `cursors` and `export_gaps`), so that an older
 * folder keeps its cursor. It changes nothing there.
 */
import { existsSync } from 'node:fs';
import { namingFile, readSqlite, StoreFileError } from '../../state/sqlite/sqlite.ts';
import type { ExportGap } from '../port.ts';
import type { ExportMemory } from './ledger.ts';

/** Undefined when the file, the tables or the exporter are not there, or the file cannot be read. */
export function readUpExport(stateFile: string, exporter: string): ExportMemory | undefined {
  if (!existsSync(stateFile)) return undefined;
  try {
    return namingFile(stateFile, () => readUp(stateFile, exporter));
  } catch (error) {
    if (error instanceof StoreFileError) return undefined;
    throw error;
  }
}

function readUp(stateFile: string, exporter: string): ExportMemory | undefined {
  const sqlite = readSqlite(stateFile);
  try {
    const has = (table: string) =>
      sqlite.get("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", [table]) !== undefined;
    const cursor = has('cursors')
      ? sqlite.get('SELECT position, at FROM cursors WHERE name = ?', [`export:${exporter}`])
      : undefined;
    const gaps = has('export_gaps')
      ? sqlite.all('SELECT * FROM export_gaps WHERE exporter = ? ORDER BY id', [exporter]).map(gapOf)
      : [];
    if (cursor === undefined && gaps.length === 0) return undefined;
    return {
      position: (cursor?.position as number | undefined) ?? 0,
      completeTo: (cursor?.at as number | null | undefined) ?? undefined,
      gaps,
    };
  } finally {
    sqlite.close();
  }
}

function gapOf(row: Record<string, unknown>): ExportGap {
  const reason = row.reason as string;
  return {
    cause: reason.startsWith('disk budget')
      ? 'moved-on'
      : reason.startsWith('judged in unsaved')
        ? 'unsaved'
        : 'refused',
    from: row.from_position as number,
    to: row.to_position as number,
    count: row.count as number,
    fromAt: row.from_at as number,
    toAt: row.to_at as number,
    reason,
    recordedAt: row.recorded_at as number,
  };
}
