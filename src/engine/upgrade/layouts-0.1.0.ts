/**
 * How 0.1.0 laid out the engine's memory. It wrote columns by their order alone, into snapshots and into evidence: these
 * names are what its bytes are read by. A record of the past: nothing here is ever changed.
 */
import type { ColumnHeader } from '../../model/stored-table.ts';
import { columnsFrom } from '../../model/stored-table.ts';
import type { ImageLayout } from '../../rules/image.ts';
import type { Installation } from '../input.ts';

/** In the words of `columnsFrom`. */
const ENGINE_TABLES: Readonly<Record<string, string>> = {
  points:
    'seen:u8 judgedAt:f64 ringMaxAt:f64 ringAt:f64:8 ringValue:f64:8 ringNext:u8 seq:f64 speaker:u32 liveAt:f64 ' +
    'behindMs:f64 behindAt:f64 behindSteady:u8 value:f64 quality:u8 flags:u16 heardAt:f64 lookAt:f64 lost:u8 silent:u8 ' +
    'blame:u8 faulty:u8 doubtful:u8',
  gateways: 'offline:u8 offlineAt:f64 heardAt:f64 silent:u8 skewed:u8',
  timers: 'due:f64 kind:u8 ref:f64',
};

const RULE_TABLES: Readonly<Record<string, string>> = {
  'rule-points': 'cells:f64:8 range:f64:4 lostAt:f64',
  'rule-slots':
    'state:u32:8 point:u32 support:u8 delay:u32:2 clock:f64:8 peak:f64 blindSince:f64 excursions:u32 version:u32 ' +
    'judgedVersion:u32',
  limits: 'limit:f64:7 shown:u8:3',
  boolean: 'critical:u8',
  'rate-of-change':
    'known:u8 head:u8 setup:f64:5 recent:f64:5 rate:f64:2 limit:f64:4 markAt:f64:12 markValue:f64:12 markCount:f64:12',
  forecast: 'line:f64:16',
  'forecast-window': 'open:f64:8 bucketMs:f64 closed:f32:64 meanX:f64:12',
};

/** The kinds it had, by code, each with its tables in the order in which evidence holds them. */
export const OLD_KINDS: Readonly<Record<string, readonly string[]>> = {
  limits: ['limits'],
  boolean: ['boolean'],
  'rate-of-change': ['rate-of-change'],
  forecast: ['forecast', 'forecast-window'],
};

/** What it installed points with. */
export const OLD_INSTALLATION: Installation = { engineVersion: '1', kinds: Object.keys(OLD_KINDS) };

/** Columns of a table in its order; undefined for one it did not have. */
export function oldColumns(table: string): readonly ColumnHeader[] | undefined {
  const words = ENGINE_TABLES[table] ?? RULE_TABLES[table];
  return words === undefined ? undefined : columnsFrom(words);
}

/** How evidence of 0.1.0 holds the memory of a point: it does not say so itself. */
export const OLD_IMAGE: ImageLayout = {
  format: 1,
  kinds: OLD_KINDS,
  tables: RULE_TABLES,
  links: { first: 6, kind: 4, row: 5, next: 6 },
};
