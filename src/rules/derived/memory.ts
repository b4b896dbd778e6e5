/**
 * Everything that derived points remember and are computed with: compiled expressions, named functions with their tables,
 * and which row of a function is whose. It computes values from what it is given; where inputs come from, and what becomes of
 * the value, is the engine's.
 */

import { Columns } from '../../model/columns.ts';
import type { Derivation } from '../../model/derivation.ts';
import type { PointConfig } from '../../model/point.ts';
import { GOOD } from '../../model/quality.ts';
import type { StoredTables, TableHeader } from '../../model/stored-table.ts';
import { LayoutError } from '../../model/stored-table.ts';
import type { EpochMs } from '../../model/time.ts';
import { sameData } from '../looser.ts';
import { BoundExpression } from './bound-expression.ts';
import type { Expression } from './expression.ts';
import { compileExpression } from './expression.ts';
import type { DerivedFunction, Given, InputNow } from './fn.ts';
import { newFunctions } from './functions.ts';

/** Name of the table of all derived points that use a function. */
const DERIVED = 'derived';

const LAYOUT = {
  point: 'u32',
  /** Place of the function in the list of names. */
  fn: 'u8',
  row: 'u32',
  /** When time alone may make it another value; 0 where nobody waits for that. */
  dueAt: 'f64',
  /** Place (from 1) of the input that stood out last; 0 where none did. */
  odd: 'u8',
} as const;

/** As snapshots have it; the columns of the tables follow. */
export interface DerivedHeader {
  /** Names of the functions, by the number that stands in the table. */
  readonly functions: readonly string[];
  readonly tables: readonly TableHeader[];
}

interface Computed {
  readonly derive: Derivation;
  /** Number of a row of `slots`; −1 for an expression. */
  readonly slot: number;
  readonly expression: BoundExpression | undefined;
}

export class DerivedMemory {
  private readonly functions: readonly DerivedFunction[];
  private readonly slots = new Columns(LAYOUT);
  /** By point number. */
  private readonly computed: (Computed | undefined)[] = [];
  /** Compiled once for all points of a type. */
  private readonly compiled = new Map<string, Expression>();

  /** Rows that each function has given out. */
  private readonly used: number[];

  constructor(functions = newFunctions()) {
    this.functions = functions;
    this.used = functions.map(() => 0);
  }

  /** Takes up a derived point, or its change: another derivation forgets what was remembered for the one before. */
  install(point: PointConfig, number: number): void {
    const { derive } = point;
    const before = this.computed[number];
    if (derive === undefined || (before !== undefined && sameData(before.derive, derive))) return;
    const { expression, function: called } = derive;
    if (expression !== undefined) {
      const bound = new BoundExpression(this.expressionOf(expression, point, derive), derive);
      this.put(number, { derive, slot: -1, expression: bound });
      return;
    }
    const fn = this.functions.findIndex(({ definition }) => definition.name === called);
    if (fn < 0) throw new Error(`point ${point.id}: there is no function ${called}`);
    const slot = this.slots.add();
    this.slots.col.point[slot] = number;
    this.slots.col.fn[slot] = fn;
    this.slots.col.row[slot] = this.used[fn];
    this.used[fn]++;
    this.put(number, { derive, slot, expression: undefined });
  }

  derivationOf(number: number): Derivation | undefined {
    return this.computed[number]?.derive;
  }

  /** One usable reading of one of its inputs, for what remembers. */
  feed(number: number, input: InputNow): void {
    this.remembering(number, (fn, row, { parameters = {} }) => fn.feed?.(row, input, parameters));
  }

  /** Whether it asks who was there first, and so has to see its inputs behind every reading. */
  notes(number: number): boolean {
    const slot = this.computed[number]?.slot ?? -1;
    return slot >= 0 && this.functions[this.slots.col.fn[slot]].note !== undefined;
  }

  /** Its inputs as they stand behind a reading of one of them. */
  note(number: number, inputs: readonly InputNow[]): void {
    this.remembering(number, (fn, row, { parameters = {} }) => fn.note?.(row, inputs, parameters));
  }

  /** One of its inputs, which speaks on change only, is answered for again from `input.at` on. */
  resume(number: number, input: InputNow): void {
    this.remembering(number, (fn, row, { parameters = {} }) => fn.resume?.(row, input, parameters));
  }

  /** From `at` on nothing is known of one of its inputs. */
  lose(number: number, at: EpochMs): void {
    this.remembering(number, (fn, row, { parameters = {} }) => fn.lose?.(row, at, parameters));
  }

  /** Nobody looked from `downFrom` to `now`; after a restart, nothing is known of any input since. */
  lookedAway(downFrom: EpochMs, now: EpochMs, restarted: boolean): void {
    for (const [number, computed] of this.computed.entries()) {
      if (computed === undefined) continue;
      if (restarted) this.lose(number, downFrom);
      this.remembering(number, (fn, row) => fn.lookedAway?.(row, downFrom, now));
    }
  }

  /** The value of a derived point from its inputs as they stand, in the order in which its derivation names them. */
  give(number: number, inputs: readonly InputNow[], now: EpochMs, given: Given): void {
    const computed = this.computed[number];
    // What the point computed before it was given is none of this one's.
    given.value = Number.NaN;
    given.quality = GOOD;
    given.atLeast = false;
    given.blind = false;
    given.changesAt = Number.POSITIVE_INFINITY;
    given.odd = -1;
    if (computed?.expression !== undefined) computed.expression.give(inputs, given);
    else {
      this.remembering(number, (fn, row, { parameters = {} }) => {
        fn.give(row, inputs, parameters, now, given);
        if (fn.definition.grows && inputs.some(({ lost, atLeast }) => atLeast && !lost)) given.atLeast = true;
      });
    }
  }

  /** Place (0 …) of the input that stands out, as it was given last; −1 where none does. */
  oddOf(number: number): number {
    const slot = this.computed[number]?.slot ?? -1;
    return slot < 0 ? -1 : this.slots.col.odd[slot] - 1;
  }

  /** That input stands out from now on. */
  setOdd(number: number, odd: number): void {
    const slot = this.computed[number]?.slot ?? -1;
    if (slot >= 0) this.slots.col.odd[slot] = odd + 1;
  }

  /** Whether somebody has to wait for that time from now on: not where one waits for an earlier one already. */
  isDueBefore(number: number, at: EpochMs): boolean {
    const slot = this.computed[number]?.slot ?? -1;
    if (slot < 0 || !Number.isFinite(at)) return false;
    const { dueAt } = this.slots.col;
    if (dueAt[slot] !== 0 && dueAt[slot] <= at) return false;
    dueAt[slot] = at;
    return true;
  }

  /** That time has come. False where it is not the one that is waited for any more. */
  takeDue(number: number, at: EpochMs): boolean {
    const slot = this.computed[number]?.slot ?? -1;
    const { dueAt } = this.slots.col;
    if (slot < 0 || dueAt[slot] !== at) return false;
    dueAt[slot] = 0;
    return true;
  }

  encode(): { readonly header: DerivedHeader; readonly columns: readonly Uint8Array[] } {
    const tables = this.tables();
    return {
      header: {
        functions: this.functions.map(({ definition }) => definition.name),
        tables: tables.map(({ name, columns }) => columns.header(name)),
      },
      columns: tables.flatMap(({ columns }) => columns.bytes()),
    };
  }

  /** What was stored, for these points. Throws LayoutError for a function or a table that this version does not know. */
  static load(names: readonly string[], stored: StoredTables, points: readonly PointConfig[]): DerivedMemory {
    const memory = new DerivedMemory();
    const known = new Map(memory.tables().map(({ name, columns }) => [name, columns]));
    for (const [name, table] of stored) {
      const columns = known.get(name);
      if (columns === undefined) throw new LayoutError(`table ${name}: this version does not know it`);
      columns.load(table);
    }
    const codes = names.map((name) => {
      const code = memory.functions.findIndex(({ definition }) => definition.name === name);
      if (code < 0) throw new LayoutError(`function ${name}: this version does not know it`);
      return code;
    });
    const { point, fn } = memory.slots.col;
    const slots = new Map<number, number>();
    for (let slot = 0; slot < memory.slots.rows; slot++) {
      fn[slot] = codes[fn[slot]];
      memory.used[fn[slot]]++;
      // The newest one of a point is the one in use.
      slots.set(point[slot], slot);
    }
    for (const [number, config] of points.entries()) memory.takeUp(config, number, slots.get(number));
    return memory;
  }

  /** Grows one of its tables ahead of need, where one asks for it. */
  growAhead(): boolean {
    return this.tables().some(({ columns }) => columns.growAhead());
  }

  private takeUp(point: PointConfig, number: number, slot: number | undefined): void {
    const { derive } = point;
    if (derive?.function === undefined || slot === undefined) this.install(point, number);
    else this.put(number, { derive, slot, expression: undefined });
  }

  private put(number: number, computed: Computed): void {
    // Without holes, whatever number comes first: it is asked for each reading of an input.
    while (this.computed.length < number) this.computed.push(undefined);
    this.computed[number] = computed;
  }

  private tables() {
    return [{ name: DERIVED, columns: this.slots }, ...this.functions.flatMap(({ tables }) => tables)];
  }

  private remembering(number: number, act: (fn: DerivedFunction, row: number, derive: Derivation) => void): void {
    const computed = this.computed[number];
    if (computed === undefined || computed.slot < 0) return;
    const { fn, row } = this.slots.col;
    act(this.functions[fn[computed.slot]], row[computed.slot], computed.derive);
  }

  private expressionOf(text: string, { id, valueKind, unit }: PointConfig, derive: Derivation): Expression {
    const { inputs, parameters = {} } = derive;
    const shape = Object.entries(inputs).map(([name, { many, valueKind, unit }]) => [name, many, valueKind, unit]);
    const key = JSON.stringify([text, shape, Object.keys(parameters), valueKind, unit]);
    const known = this.compiled.get(key);
    if (known !== undefined) return known;
    const compiled = compileExpression(text, { inputs, parameters: Object.keys(parameters), valueKind, unit });
    if (!compiled.ok) throw new Error(`point ${id}: ${compiled.errors.join('; ')}`);
    this.compiled.set(key, compiled.expression);
    return compiled.expression;
  }
}
