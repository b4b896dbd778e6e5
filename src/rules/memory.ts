/**
 * Everything the rules remember: a table of points, a table of slots (one rule on one point, never re-used) and the tables
 * of the kinds. It installs configuration and writes and reads the snapshot; judging a reading is evaluate.ts.
 */

import type { Layout } from '../model/columns.ts';
import { Columns } from '../model/columns.ts';
import { limitedSides } from '../model/graded-limit.ts';
import { NONE } from '../model/level.ts';
import type { PointConfig, RuleConfig } from '../model/point.ts';
import { delaysOf, isEventDriven } from '../model/point.ts';
import type { Quality } from '../model/quality.ts';
import { GOOD } from '../model/quality.ts';
import type { StoredTables, TableHeader } from '../model/stored-table.ts';
import { LayoutError } from '../model/stored-table.ts';
import type { EpochMs } from '../model/time.ts';
import { GoneKind } from './gone.ts';
import { facing, lowerAtOnce, rearm, regain, settle } from './hold.ts';
import type { Observation, RuleKind } from './kind.ts';
import { NEVER_QUIET, PRESENT, UNKNOWN } from './kind.ts';
import { newKinds } from './kinds.ts';
import { compileRange, OK_HIGH, OK_LOW, POINT_DANGEROUS_HIGH, POINT_DANGEROUS_LOW, RANGE_WIDTH } from './range.ts';
import { fillSample, newSample } from './sample.ts';
import type { RuleSink } from './sink.ts';
import type { Slots } from './slots.ts';
import {
  CONFIRMED,
  DELAY_WIDTH,
  FLAG_BLIND,
  FLAG_EVENT,
  FLAG_FAULTED,
  FLAG_LOW,
  FLAG_OFF,
  FLAGS,
  KIND,
  LINKS_WIDTH,
  NEXT,
  OFF,
  ON,
  RAW,
  ROW,
  SLOT_LAYOUT,
  STATE_WIDTH,
} from './slots.ts';

/** Names of the tables that every kind shares, as snapshots have them. */
export const POINTS = 'rule-points';
export const SLOTS = 'rule-slots';

const POINT_LAYOUT = {
  cells: ['f64', 8],
  /** Compiled by range.ts. */
  range: ['f64', RANGE_WIDTH],
  /** Valid while POINT_LOST is set: since when nothing good comes. */
  lostAt: 'f64',
} as const satisfies Layout;

/** Cells of `cells`, one cache line: all of a point that a reading at rest touches. */
export const POINT_WIDTH = 8;
/** Between these two a value is in range, and leaves every memoryless rule that is at rest there. */
export const QUIET_ABOVE = 0;
export const QUIET_BELOW = 1;
/** The last usable reading, and the last good one. */
export const LAST_VALUE = 2;
export const LAST_AT = 3;
export const GOOD_VALUE = 4;
export const GOOD_AT = 5;
/** First slot + 1; 0 for a point without rules. */
export const FIRST = 6;
/** The bits below; from QUALITY_SHIFT the quality of the last usable reading. */
export const POINT_FLAGS = 7;

export const POINT_LATCHING = 4;
/** Bad, test, stale or silent since `lostAt`. */
export const POINT_LOST = 8;
/** It has had a usable reading, a good one. */
export const POINT_SEEN = 16;
export const POINT_SEEN_GOOD = 32;
/** A rule watches its instrument. */
export const POINT_WATCHED = 64;
export const QUALITY_SHIFT = 8;
const CONFIGURED = POINT_DANGEROUS_LOW | POINT_DANGEROUS_HIGH | POINT_LATCHING | POINT_WATCHED;

/** The memory as snapshot parts: a JSON header and the columns of every table behind each other. */
export interface RuleMemoryImage {
  readonly header: RuleMemoryHeader;
  /** Views on live memory: copy them before the next input. */
  readonly columns: readonly Uint8Array[];
}

export interface RuleMemoryHeader {
  /** Ids of rules, by the number that stands in the slots. */
  readonly rules: readonly string[];
  /** Names of the kinds, by the code that stands in the slots. */
  readonly kinds: readonly string[];
  /** Those of them that no program has any more: their slots stay, and say nothing. */
  readonly gone: readonly string[];
  readonly tables: readonly TableHeader[];
}

/** What the cells of a stored memory name by number. */
export type StoredNames = Pick<RuleMemoryHeader, 'rules' | 'kinds' | 'gone'>;

export class RuleMemory {
  readonly slots: Slots = new Columns(SLOT_LAYOUT);
  readonly points = new Columns(POINT_LAYOUT);
  readonly kinds: readonly RuleKind[];
  /** Ids of rules, each once: slots name theirs by its place here. */
  readonly ruleNames: string[] = [];
  private readonly nameNumbers = new Map<string, number>();
  /** Who hears of a rule that threw on a point: it is not asked again until it is installed anew. */
  onFault: (slot: number, message: string) => void = () => undefined;
  /** The last good reading of a point that is judged again. */
  private readonly sample = newSample();

  constructor(kinds: readonly RuleKind[] = newKinds()) {
    this.kinds = kinds;
  }

  /**
   * Compiles the rules of a point, or changes them in place. Slots stay, and so does what they remember, except a window
   * whose length is another one: that rule is warming up. New limits are in force for the next reading; call `rejudge`
   * for what stands already.
   */
  install(point: PointConfig, number: number): void {
    this.points.ensure(number + 1);
    const { cells, range } = this.points.col;
    const base = number * POINT_WIDTH;
    const sides = limitedSides(point);
    const low = sides.has('low') ? POINT_DANGEROUS_LOW : 0;
    const high = sides.has('high') ? POINT_DANGEROUS_HIGH : 0;
    const memory = this.flagsOf(number) & ~CONFIGURED;
    cells[base + POINT_FLAGS] = memory | low | high | (point.latching ? POINT_LATCHING : 0);
    compileRange(point, range, number * RANGE_WIDTH);
    const kept = new Set(point.rules.map((rule) => this.installRule(rule, point, number)));
    for (const slot of this.slotsOf(number)) {
      if (!kept.has(slot)) this.slots.col.state[slot * STATE_WIDTH + FLAGS] |= FLAG_OFF;
    }
    if (this.slotsOf(number).some((slot) => kept.has(slot) && this.kindOf(slot).watch !== undefined)) {
      cells[base + POINT_FLAGS] = this.flagsOf(number) | POINT_WATCHED;
    }
    cells[base + QUIET_ABOVE] = range[number * RANGE_WIDTH + OK_LOW];
    cells[base + QUIET_BELOW] = range[number * RANGE_WIDTH + OK_HIGH];
    for (const slot of this.slotsOf(number)) {
      if (!this.kindOf(slot).memoryless) continue;
      const { above, below } = this.guard(slot, NEVER_QUIET, (kind, row) => kind.quiet(row));
      cells[base + QUIET_ABOVE] = Math.max(cells[base + QUIET_ABOVE], above);
      cells[base + QUIET_BELOW] = Math.min(cells[base + QUIET_BELOW], below);
    }
  }

  /** Grows one of its tables ahead of need, where one asks for it. */
  growAhead(): boolean {
    return this.tables().some(({ columns }) => columns.growAhead());
  }

  /** Flags of a point, and the quality of its last usable reading. */
  flagsOf(number: number): number {
    return this.points.col.cells[number * POINT_WIDTH + POINT_FLAGS] | 0;
  }

  qualityOf(number: number): Quality {
    return (this.flagsOf(number) >> QUALITY_SHIFT) as Quality;
  }

  /** Slots of a point, in judging order. */
  slotsOf(number: number): number[] {
    const found: number[] = [];
    if (number >= this.points.rows) return found;
    for (let next = this.first(number); next !== 0; next = this.next(next - 1)) found.push(next - 1);
    return found;
  }

  /**
   * Judges the last good value of a point again under changed limits. Worse is taken like a reading, with its on-delay.
   * Better lowers at once, at `now`, but only while that value is what the point still says: a blind or uncertain contributor
   * stays. A rule that was taken away lets go. What is latched stays latched.
   */
  rejudge(number: number, now: EpochMs, sink: RuleSink): void {
    const cells = this.points.col.cells;
    const base = number * POINT_WIDTH;
    const flags = this.flagsOf(number);
    const good = (flags & (POINT_LOST | POINT_SEEN_GOOD)) === POINT_SEEN_GOOD && this.qualityOf(number) === GOOD;
    const { sample } = this;
    fillSample(sample, cells[base + GOOD_AT], now, cells[base + GOOD_VALUE], GOOD);
    sample.good = good;
    sample.certain = good;
    for (const slot of this.slotsOf(number)) {
      const state = this.slots.col.state;
      const watch = this.kindOf(slot).watch;
      if (watch !== undefined) {
        const isOn = (state[slot * STATE_WIDTH + FLAGS] & FLAG_OFF) === 0;
        sink.faulty(slot, isOn && this.guard(slot, false, (_, row) => watch.standing(row) === PRESENT));
        continue;
      }
      if (state[slot * STATE_WIDTH + FLAGS] & FLAG_OFF) {
        lowerAtOnce(this.slots, slot, 0, now, sink);
        continue;
      }
      rearm(this.slots, slot, sink);
      if (state[slot * STATE_WIDTH + FLAGS] & FLAG_FAULTED) continue;
      // What a rule that threw could not see is seen again by the one that is installed in its place.
      if ((flags & POINT_LOST) === 0) regain(this.slots, slot, now, sink);
      if ((flags & POINT_SEEN_GOOD) === 0) continue;
      const said = this.guard<Observation>(slot, UNKNOWN, (kind, row) => kind.again(row, sample));
      const side = said === UNKNOWN ? undefined : this.sideSaid(slot);
      if (said === UNKNOWN || side === undefined) continue;
      const seen = facing(this.slots, slot, said, side);
      // The same value under the same limits is no new sample: it moves no delay.
      if (seen === state[slot * STATE_WIDTH + RAW]) continue;
      // Where readings had shown less already, its off-delay runs on: no change of limits ends it sooner.
      const lower =
        seen < state[slot * STATE_WIDTH + CONFIRMED] &&
        state[slot * STATE_WIDTH + RAW] >= state[slot * STATE_WIDTH + CONFIRMED];
      if (good && lower) lowerAtOnce(this.slots, slot, seen, now, sink);
      else settle(this.slots, slot, seen, sample, sink);
    }
  }

  /** Asks a rule's kind; where its code throws, `fallback` counts, and the rule is not asked on this point any more. */
  guard<T>(slot: number, fallback: T, ask: (kind: RuleKind, row: number) => T): T {
    try {
      return ask(this.kindOf(slot), this.row(slot));
    } catch (error) {
      this.fault(slot, error);
      return fallback;
    }
  }

  /** A bug in a rule ends no input: everything else goes on, and it is told, once. */
  fault(slot: number, error: unknown): void {
    const flags = slot * STATE_WIDTH + FLAGS;
    if (this.slots.col.state[flags] & FLAG_FAULTED) return;
    this.slots.col.state[flags] |= FLAG_FAULTED;
    this.onFault(slot, error instanceof Error ? error.message : String(error));
  }

  /** The side that a rule says it stands on; undefined where it threw. */
  sideSaid(slot: number): 1 | -1 | undefined {
    return this.guard<1 | -1 | undefined>(slot, undefined, (kind, row) => kind.side(row));
  }

  /** The whole memory; what `load` makes of it judges on identically. */
  encode(): RuleMemoryImage {
    const tables = this.tables();
    return {
      header: {
        rules: this.ruleNames,
        kinds: this.kinds.map(({ name }) => name),
        gone: this.kinds.flatMap((kind) => (kind instanceof GoneKind ? [kind.name] : [])),
        tables: tables.map(({ name, columns }) => columns.header(name)),
      },
      columns: tables.flatMap(({ columns }) => columns.bytes()),
    };
  }

  /**
   * The memory that was stored, under the codes of the kinds there are now: a kind that was not stored starts empty, the slots
   * of one that is gone stay and say nothing until the point is installed anew. Throws LayoutError for a table, a column or a
   * kind that this version does not know: such a snapshot cannot be used.
   */
  static load(header: StoredNames, stored: StoredTables, kinds = newKinds()): RuleMemory {
    const memory = new RuleMemory([...kinds, ...header.gone.map((name) => new GoneKind(name))]);
    for (const name of header.rules) memory.nameOf(name);
    const known = new Map(memory.tables().map(({ name, columns }) => [name, columns]));
    for (const [name, table] of stored) {
      const columns = known.get(name);
      if (columns === undefined) throw new LayoutError(`table ${name}: this version does not know it`);
      columns.load(table);
    }
    // Row n of every table of a kind is its rule n: a table that came later has no rows in what was stored before.
    for (const { tables } of memory.kinds) {
      const rows = Math.max(...tables.map(({ columns }) => columns.rows));
      for (const { columns } of tables) columns.ensure(rows);
    }
    const codes = header.kinds.map((name) => {
      const code = memory.kinds.findIndex((kind) => kind.name === name);
      if (code < 0) throw new LayoutError(`rule kind ${name}: this version does not know it`);
      return code;
    });
    const { state } = memory.slots.col;
    for (let slot = 0; slot < memory.slots.rows; slot++) {
      state[slot * STATE_WIDTH + KIND] = codes[state[slot * STATE_WIDTH + KIND]];
    }
    return memory;
  }

  /** First slot of a point + 1, and the one after a slot + 1; 0 at the end. */
  first(number: number): number {
    return this.points.col.cells[number * POINT_WIDTH + FIRST] | 0;
  }

  next(slot: number): number {
    return this.slots.col.links[slot * LINKS_WIDTH + NEXT];
  }

  row(slot: number): number {
    return this.slots.col.links[slot * LINKS_WIDTH + ROW];
  }

  pointOf(slot: number): number {
    return this.slots.col.point[slot];
  }

  kindOf(slot: number): RuleKind {
    return this.kinds[this.slots.col.state[slot * STATE_WIDTH + KIND]];
  }

  /** Id of the rule on its point. */
  ruleOf(slot: number): string {
    return this.ruleNames[this.slots.col.rule[slot]];
  }

  private tables(): { name: string; columns: Columns<Layout> }[] {
    return [
      { name: POINTS, columns: this.points },
      { name: SLOTS, columns: this.slots },
      ...this.kinds.flatMap(({ tables }) => tables),
    ];
  }

  /** The slot of the rule, by its id on the point: a new one where the point has none of that id and kind. */
  private installRule(rule: RuleConfig, point: PointConfig, number: number): number {
    const code = this.kinds.findIndex(({ name }) => name === rule.kind);
    if (code < 0) throw new Error(`point ${point.id}: there is no rule kind ${rule.kind}`);
    const kind = this.kinds[code];
    const known = this.slotsOf(number).find(
      (slot) => this.ruleOf(slot) === rule.id && this.slots.col.state[slot * STATE_WIDTH + KIND] === code,
    );
    const slot = known ?? this.addSlot(number, code, rule.id);
    const { state, delay, version } = this.slots.col;
    const flags = slot * STATE_WIDTH + FLAGS;
    const delays = slot * DELAY_WIDTH;
    const { onDelayMs, offDelayMs } = delaysOf(rule, point);
    const other = delay[delays + ON] !== onDelayMs || delay[delays + OFF] !== offDelayMs;
    delay[delays + ON] = onDelayMs;
    delay[delays + OFF] = offDelayMs;
    // What a rule remembers from before it was taken away is not what it would have seen since.
    if (state[flags] & FLAG_OFF) for (const { columns } of kind.tables) columns.clearRow(this.row(slot));
    const kept = state[flags] & (FLAG_BLIND | FLAG_LOW);
    state[flags] = kept | (isEventDriven(point) ? FLAG_EVENT : 0);
    if (this.guard(slot, true, (kind, row) => kind.install(row, rule, point)) || other) version[slot]++;
    return slot;
  }

  /** What the rule remembers of readings goes; what it is made with stays. */
  forget(slot: number, point: PointConfig): void {
    const rule = point.rules.find(({ id, kind }) => id === this.ruleOf(slot) && kind === this.kindOf(slot).name);
    this.slots.col.support[slot] = NONE;
    if (rule === undefined) return;
    for (const { columns } of this.kindOf(slot).tables) columns.clearRow(this.row(slot));
    this.guard(slot, true, (kind, row) => kind.install(row, rule, point));
  }

  private addSlot(number: number, code: number, rule: string): number {
    const slot = this.slots.add();
    let row = 0;
    for (const { columns } of this.kinds[code].tables) row = columns.add();
    const { point, state, links } = this.slots.col;
    point[slot] = number;
    this.slots.col.rule[slot] = this.nameOf(rule);
    links[slot * LINKS_WIDTH + ROW] = row;
    state[slot * STATE_WIDTH + KIND] = code;
    const before = this.slotsOf(number).at(-1);
    if (before === undefined) this.points.col.cells[number * POINT_WIDTH + FIRST] = slot + 1;
    else links[before * LINKS_WIDTH + NEXT] = slot + 1;
    return slot;
  }

  private nameOf(rule: string): number {
    const known = this.nameNumbers.get(rule);
    if (known !== undefined) return known;
    this.nameNumbers.set(rule, this.ruleNames.length);
    this.ruleNames.push(rule);
    return this.ruleNames.length - 1;
  }
}
