/**
 * The small ledgers of the state file: configuration versions, crash marks and inputs set aside.
 */
import type { EpochMs } from '../../../model/time.ts';
import { stampedChange, upcastChange } from '../../../model/upcast.ts';
import type { ConfigurationVersion, CrashMark, SetAside } from '../port.ts';
import { pageLimit } from './page.ts';
import { build, change, rowOf, rowsOf } from './schema.ts';
import type { Sqlite } from './sqlite.ts';

export function addConfiguration(sqlite: Sqlite, version: ConfigurationVersion): void {
  const { number, at, actor, commandId } = version;
  change(
    sqlite,
    build
      .insertInto('configurations')
      .values({ number, at, actor, command_id: commandId, json: JSON.stringify(stampedChange(version.change)) })
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
    change: upcastChange(JSON.parse(row.json)),
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
