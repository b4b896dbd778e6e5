/**
 * 0.1.0 knew of a lost point only that it was lost, and of the service only one. Who took its sight is what it was told as
 * then: itself; and the service's own alarms are those of partition 0.
 */
import type { AlertRecord } from '../../alerts/record.ts';
import type { StoredTable } from '../../model/stored-table.ts';
import type { Json, UpgradeStep } from './stored-state.ts';
import { changeHeader, changeTable, columnOf, dropColumn, inOrder } from './stored-state.ts';

const SEEN = 0;
const BY_ITSELF = 1;
const AWAITED = 3;

const lostByOf = changeTable('points', (table: StoredTable): StoredTable => {
  const lost = columnOf(table, 'lost').bytes;
  const seen = columnOf(table, 'seen').bytes;
  const by = new Uint32Array(table.rows);
  for (let row = 0; row < table.rows; row++) by[row] = lost[row] !== 0 ? BY_ITSELF : seen[row] !== 0 ? SEEN : AWAITED;
  const column = { name: 'lostBy', type: 'u32', width: 1, bytes: new Uint8Array(by.buffer) } as const;
  return { ...table, columns: [...table.columns, column] };
});

const OLD = /^service\|/;
const named = (text: string): string => (text === 'service' ? 'service/0' : text.replace(OLD, 'service/0|'));

function renamed(record: AlertRecord): AlertRecord {
  const { group } = record;
  if (group.source !== 'service') return record;
  return {
    ...record,
    key: named(record.key),
    group: { ...group, source: 'service/0', subject: named(group.subject ?? 'service') },
    points: record.points.map((point) => ({ ...point, point: named(point.point) })),
  };
}

const partitionOfService = changeHeader((header: Json): Json => {
  // What evidence holds is no whole state.
  if (header.engineSlots === undefined) return header;
  const book = header.book as { alerts: AlertRecord[]; past: [string, unknown][] };
  return {
    ...header,
    linkDown: false,
    engineSlots: (header.engineSlots as string[]).map(named),
    book: { ...book, alerts: book.alerts.map(renamed), past: book.past.map(([key, past]) => [named(key), past]) },
  };
});

export const sightOf: UpgradeStep = inOrder([
  lostByOf,
  dropColumn('points', 'lost'),
  dropColumn('points', 'blame'),
  dropColumn('gateways', 'skewed'),
  partitionOfService,
]);
