/**
 * The small ledgers of the state file: configuration versions, crash marks and inputs set aside, progress and gaps of
 * exports.
 */
import type { RegistryChange } from '../../../model/registry.ts';
import type { EpochMs } from '../../../model/time.ts';
import type { ConfigurationVersion, CrashMark, ExportGap, ExportLedger, SetAside } from '../port.ts';
import { pageLimit } from './page.ts';
import { build, change, rowOf, rowsOf } from './schema.ts';
import type { Sqlite } from './sqlite.ts';

export function addConfiguration(sqlite: Sqlite, version: ConfigurationVersion): void {
  const { number, at, actor, commandId } = version;
  change(
    sqlite,
    build
      .insertInto('configurations')
      .values({ number, at, actor, command_id: commandId, json: JSON.stringify(version.change) })
      .onConflict((conflict) => conflict.doNothing()),
  );
}

export function configurations(sqlite: Sqlite, page: { before?: number; limit: number }): ConfigurationVersion[] {
  let query = build.selectFrom('configurations').selectAll().orderBy('number', 'desc').limit(pageLimit(page.limit));
  if (page.before !== undefined) query = query.where('number', '<', page.before);
  return rowsOf(sqlite, query).map((row) => ({
    number: row.number,
    at: row.at,
    actor: row.actor,
    commandId: row.command_id,
    change: JSON.parse(row.json) as RegistryChange,
  }));
}

export function markCrash(sqlite: Sqlite, position: number, reason: string, at: EpochMs): number {
  return sqlite.transaction(() => {
    const query = build.selectFrom('crash_marks').select('count').where('position', '=', position);
    const count = (rowOf(sqlite, query)?.count ?? 0) + 1;
    change(sqlite, build.replaceInto('crash_marks').values({ position, count, reason, at }));
    return count;
  });
}

export function crashMarks(sqlite: Sqlite): CrashMark[] {
  return rowsOf(sqlite, build.selectFrom('crash_marks').selectAll().orderBy('position'));
}

export function setAside(sqlite: Sqlite, input: SetAside): void {
  change(sqlite, build.replaceInto('set_aside').values({ ...input }));
}

export function setAsides(sqlite: Sqlite): SetAside[] {
  return rowsOf(sqlite, build.selectFrom('set_aside').selectAll().orderBy('position')).map((row) => ({
    position: row.position,
    bytes: new Uint8Array(row.bytes),
    reason: row.reason,
    at: row.at,
  }));
}

export function exportLedger(sqlite: Sqlite, exporter: string): ExportLedger {
  const name = `export:${exporter}`;
  return {
    position() {
      const row = rowOf(sqlite, build.selectFrom('cursors').selectAll().where('name', '=', name));
      if (row === undefined) return { position: 0 };
      return { position: row.position, ...(row.at === null ? {} : { completeTo: row.at }) };
    },
    advance(position, completeTo) {
      sqlite.run(
        `INSERT INTO cursors (name, position, seq, at) VALUES (?, ?, 0, ?) ON CONFLICT (name) DO UPDATE SET
          position = max(position, excluded.position), at = coalesce(max(at, excluded.at), excluded.at, at)`,
        [name, position, completeTo],
      );
    },
    gaps: () => readGaps(sqlite, exporter),
    addGap: (gap) => addGap(sqlite, exporter, gap),
  };
}

function readGaps(sqlite: Sqlite, exporter: string): ExportGap[] {
  const query = build.selectFrom('export_gaps').selectAll().where('exporter', '=', exporter).orderBy('id');
  return rowsOf(sqlite, query).map((row) => ({
    from: row.from_position,
    to: row.to_position,
    count: row.count,
    fromAt: row.from_at,
    toAt: row.to_at,
    reason: row.reason,
    recordedAt: row.recorded_at,
  }));
}

function addGap(sqlite: Sqlite, exporter: string, gap: ExportGap): void {
  change(
    sqlite,
    build
      .insertInto('export_gaps')
      .values({
        exporter,
        from_position: gap.from,
        to_position: gap.to,
        count: gap.count,
        from_at: gap.fromAt,
        to_at: gap.toAt,
        reason: gap.reason,
        recorded_at: gap.recordedAt,
      })
      .onConflict((conflict) => conflict.doNothing()),
  );
}
