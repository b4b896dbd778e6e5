/**
 * The step from one rule `limits` a point to one a side. A slot goes to the side it last alarmed on, with what was shown there;
 * the other side has none yet: it begins at rest when the points are installed anew, and is judged again at once.
 */
import type { StoredColumn, StoredTable } from '../../model/stored-table.ts';
import type { Json, StoredState, UpgradeStep } from './stored-state.ts';
import { columnOf, rulesOf } from './stored-state.ts';

/** Cells of the old row: LL, L, nearness low and high, H, HH, deadband; shown high, shown low, last alarm low. */
const OLD_LIMIT = { LL: 0, L: 1, PRE_LOW: 2, PRE_HIGH: 3, H: 4, HH: 5, DEADBAND: 6, WIDTH: 7 };
const OLD_SHOWN = { HIGH: 0, LOW: 1, LAST_LOW: 2, WIDTH: 3 };
/** Cells of a new row, each times the side: nearness, mild and worst limit, deadband. */
const NEW_WIDTH = 4;
/** Cells of a slot's state, and the flag of one that alarms where a smaller value is worse. */
const STATE = { WIDTH: 8, FLAGS: 3, KIND: 4, ROW: 5 };
const FLAG_LOW = 16;

/** The cell by which each other kind told which way it alarmed: below this bound is low. */
const TOWARDS: Readonly<Record<string, { column: string; width: number; cell: number; bound: number }>> = {
  boolean: { column: 'critical', width: 1, cell: 0, bound: 1 },
  'rate-of-change': { column: 'rate', width: 2, cell: 0, bound: 0 },
  forecast: { column: 'line', width: 16, cell: 8, bound: 0 },
};

export const splitLimits: UpgradeStep = ({ header, tables }) => {
  const rules = rulesOf(header);
  const limits = tables.get('limits');
  const slots = tables.get('rule-slots');
  const code = rules.kinds.indexOf('limits');
  if (limits === undefined || slots === undefined || code < 0) return { header, tables };
  const kinds = [...rules.kinds.map((kind) => (kind === 'limits' ? 'limits-high' : kind)), 'limits-low'];
  const low = kinds.length - 1;
  const sides = sidesOf(slots, limits, code);
  const split = new Map(tables);
  split.delete('limits');
  split.set('limits-high', sideTable('limits-high', limits));
  split.set('limits-low', sideTable('limits-low', limits));
  split.set('rule-slots', withSides(slots, { sides, low, isLow: alarmedLow(tables, rules.kinds) }));
  return {
    // A rule was called by its kind: the names of the rules are those of the kinds, by the same numbers.
    header: { ...header, rules: { ...rules, kinds, rules: kinds }, book: withRules(header.book as Json, sides) },
    tables: split,
  };
};

/** Slots of limits, each with its side. */
type Sides = ReadonlyMap<number, 'limits-high' | 'limits-low'>;

function sidesOf(slots: StoredTable, limits: StoredTable, code: number): Sides {
  const state = u32(columnOf(slots, 'state'));
  const shown = columnOf(limits, 'shown').bytes;
  const sides = new Map<number, 'limits-high' | 'limits-low'>();
  for (let slot = 0; slot < slots.rows; slot++) {
    if (state[slot * STATE.WIDTH + STATE.KIND] !== code) continue;
    const row = state[slot * STATE.WIDTH + STATE.ROW];
    sides.set(slot, shown[row * OLD_SHOWN.WIDTH + OLD_SHOWN.LAST_LOW] === 1 ? 'limits-low' : 'limits-high');
  }
  return sides;
}

/** Every old row, so that a slot keeps the row it has. */
function sideTable(name: 'limits-high' | 'limits-low', old: StoredTable): StoredTable {
  const isHigh = name === 'limits-high';
  const before = f64(columnOf(old, 'limit'));
  const limit = new Float64Array(old.rows * NEW_WIDTH);
  const shown = new Uint8Array(old.rows);
  const was = columnOf(old, 'shown').bytes;
  for (let row = 0; row < old.rows; row++) {
    const from = row * OLD_LIMIT.WIDTH;
    const { PRE_HIGH, H, HH, PRE_LOW, L, LL, DEADBAND } = OLD_LIMIT;
    const cells = isHigh
      ? [before[from + PRE_HIGH], before[from + H], before[from + HH]]
      : [-before[from + PRE_LOW], -before[from + L], -before[from + LL]];
    limit.set([...cells, before[from + DEADBAND]], row * NEW_WIDTH);
    shown[row] = was[row * OLD_SHOWN.WIDTH + (isHigh ? OLD_SHOWN.HIGH : OLD_SHOWN.LOW)];
  }
  return {
    name,
    rows: old.rows,
    columns: [
      { name: 'limit', type: 'f64', width: NEW_WIDTH, bytes: new Uint8Array(limit.buffer) },
      { name: 'shown', type: 'u8', width: 1, bytes: shown },
    ],
  };
}

interface Split {
  readonly sides: Sides;
  /** Code of the kind that judges the low side. */
  readonly low: number;
  /** Whether a rule of another kind alarms where a smaller value is worse. */
  readonly isLow: (kind: number, row: number) => boolean;
}

function withSides(slots: StoredTable, { sides, low, isLow }: Split): StoredTable {
  const state = u32(columnOf(slots, 'state'));
  const rule = new Uint32Array(slots.rows);
  for (let slot = 0; slot < slots.rows; slot++) {
    const base = slot * STATE.WIDTH;
    const side = sides.get(slot);
    if (side === 'limits-low') state[base + STATE.KIND] = low;
    const kind = state[base + STATE.KIND];
    rule[slot] = kind;
    if (side === undefined ? isLow(kind, state[base + STATE.ROW]) : kind === low) state[base + STATE.FLAGS] |= FLAG_LOW;
  }
  const columns = slots.columns.map(
    (column): StoredColumn => (column.name === 'state' ? { ...column, bytes: new Uint8Array(state.buffer) } : column),
  );
  return {
    ...slots,
    columns: [...columns, { name: 'rule', type: 'u32', width: 1, bytes: new Uint8Array(rule.buffer) }],
  };
}

function alarmedLow(tables: StoredState['tables'], kinds: readonly string[]): Split['isLow'] {
  const cells = kinds.map((kind) => {
    const table = tables.get(kind);
    if (table === undefined || TOWARDS[kind] === undefined) return undefined;
    const column = columnOf(table, TOWARDS[kind].column);
    return column.type === 'u8' ? column.bytes : f64(column);
  });
  return (kind, row) => {
    const of = cells[kind];
    const { width, cell, bound } = TOWARDS[kinds[kind]] ?? { width: 0, cell: 0, bound: 0 };
    return of !== undefined && of[row * width + cell] < bound;
  };
}

/** Open alerts name the rule of each contributor. */
function withRules(book: Json, sides: Sides): Json {
  const alerts = book.alerts as readonly (Json & { readonly points: readonly (Json & { readonly slot: number })[] })[];
  return {
    ...book,
    alerts: alerts.map((alert) => ({
      ...alert,
      points: alert.points.map((point) => {
        const rule = sides.get(point.slot);
        return rule === undefined ? point : { ...point, rule, side: rule === 'limits-low' ? -1 : 1 };
      }),
    })),
  };
}

/** Bytes of a snapshot lie anywhere: aligned anew, so that they can be read as numbers. */
function u32({ bytes }: StoredColumn): Uint32Array {
  return new Uint32Array(bytes.slice().buffer);
}

function f64({ bytes }: StoredColumn): Float64Array {
  return new Float64Array(bytes.slice().buffer);
}
