/**
 * Reads what was configured when: versions, and every change of one item. It tells what stood in the registry; what an alert
 * was judged with stands in its capsule.
 */
import type { ItemChange } from '../../../engine/changes.ts';
import { wordClassOfFields } from '../../../model/from-letters.ts';
import type { ConfigurationVersion, ItemVersion } from '../port.ts';
import { pageLimit } from './page.ts';
import { build, rowsOf } from './schema.ts';
import type { Sqlite } from './sqlite.ts';

export function configurations(
  sqlite: Sqlite,
  page: { readonly before?: number | undefined; readonly limit: number },
): ConfigurationVersion[] {
  let query = build.selectFrom('configurations').selectAll().orderBy('number', 'desc').limit(pageLimit(page.limit));
  if (page.before !== undefined) query = query.where('number', '<', page.before);
  return rowsOf(sqlite, query).map(({ partition: _one, command_id, applied, errors, pending, ...rest }) => ({
    ...rest,
    commandId: command_id,
    applied: applied === 1,
    errors: JSON.parse(errors) as ConfigurationVersion['errors'],
    pending: JSON.parse(pending) as ConfigurationVersion['pending'],
  }));
}

export function itemHistory(sqlite: Sqlite, item: ItemChange['item'], id: string, limit: number): ItemVersion[] {
  const query = build
    .selectFrom('configuration_items as i')
    .innerJoin('configurations as c', (join) =>
      join.onRef('c.partition', '=', 'i.partition').onRef('c.number', '=', 'i.number'),
    )
    .select(['c.number', 'c.at', 'c.actor', 'i.fields'])
    .where('i.item', '=', item)
    .where('i.id', '=', id)
    .orderBy('i.number', 'desc')
    .limit(pageLimit(limit));
  const inPartitions = query.where('i.partition', 'in', build.selectFrom('projected').select('partition'));
  return rowsOf(sqlite, inPartitions).map(({ number, at, actor, fields }) => ({
    number,
    at,
    actor,
    // Rows of before have no version: what they said in letters is known by its name.
    fields: (item === 'source' ? wordClassOfFields(JSON.parse(fields)) : JSON.parse(fields)) as ItemVersion['fields'],
  }));
}
