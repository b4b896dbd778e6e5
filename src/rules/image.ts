/**
 * The rule memory of one point as plain numbers: what is sealed into evidence before a reading changes something, and what
 * judging is repeated from. It judges nothing itself.
 */
import type { PointConfig } from '../model/point.ts';
import type { EpochMs } from '../model/time.ts';
import { breachesOf } from './evaluate.ts';
import { FIRST, POINT_WIDTH, QUIET_ABOVE, QUIET_BELOW, RuleMemory } from './memory.ts';
import { CONFIRMED, KIND, LATCH, NEXT, RAW, ROW, STATE_WIDTH } from './slots.ts';

/** Numbers of the point's row, then of each slot: rule id, slot row, rows of the kind's tables. JSON data. */
export interface PointImage {
  readonly point: readonly number[];
  readonly slots: readonly { readonly rule: string; readonly cells: readonly number[] }[];
}

/** Holds the memory of the one point that is about to be judged; re-used, so that nothing is allocated per reading. */
export class PointScratch {
  private cells = new Float64Array(1_024);
  private point = -1;

  /** Copies the point's memory as it is now. */
  take(memory: RuleMemory, point: number): void {
    this.point = point;
    let offset = memory.points.readRow(point, this.cells, 0);
    for (let next = memory.first(point); next !== 0; next = memory.next(next - 1)) {
      const slot = next - 1;
      const kind = memory.kinds[memory.slots.col.state[slot * STATE_WIDTH + KIND]];
      const needed = offset + memory.slots.cells + kind.tables.reduce((sum, { columns }) => sum + columns.cells, 0);
      if (needed > this.cells.length) this.grow(needed);
      offset = memory.slots.readRow(slot, this.cells, offset);
      for (const { columns } of kind.tables) offset = columns.readRow(memory.row(slot), this.cells, offset);
    }
  }

  /** What was taken of this point, as an image; undefined when another one was taken since. */
  image(memory: RuleMemory, point: number): PointImage | undefined {
    if (point !== this.point) return undefined;
    const width = memory.points.cells;
    let offset = width;
    const slots = memory.slotsOf(point).map((slot) => {
      const kind = memory.kinds[memory.slots.col.state[slot * STATE_WIDTH + KIND]];
      const length = memory.slots.cells + kind.tables.reduce((sum, { columns }) => sum + columns.cells, 0);
      const cells = [...this.cells.subarray(offset, offset + length)];
      offset += length;
      return { rule: memory.ruleOf(slot), cells };
    });
    return { point: [...this.cells.subarray(0, width)], slots };
  }

  private grow(needed: number): void {
    const larger = new Float64Array(needed * 2);
    larger.set(this.cells);
    this.cells = larger;
  }
}

/**
 * Whether a reading of this value can change any confirmed level: false is certain. The way of nearly every reading of a
 * point with limits only: nothing stands, and the value neither breaches nor nears anything.
 */
export function mayChange(memory: RuleMemory, point: number, at: EpochMs, value: number): boolean {
  const { state } = memory.slots.col;
  for (let next = memory.first(point); next !== 0; next = memory.next(next - 1)) {
    const base = (next - 1) * STATE_WIDTH;
    if (!memory.kinds[state[base + KIND]].still(memory.row(next - 1), at)) return true;
    if (state[base + RAW] !== 0 || state[base + CONFIRMED] !== 0 || state[base + LATCH] !== 0) return true;
  }
  const cells = memory.points.col.cells;
  const base = point * POINT_WIDTH;
  // Nearness (PRE) is no breach of a limit, but a level all the same.
  const quiet = value > cells[base + QUIET_ABOVE] && value < cells[base + QUIET_BELOW];
  return !quiet || breachesOf(memory, point, value).length > 0;
}

/** A memory that knows only this point (as number 0), with what the image holds: judging goes on from there. */
export function memoryOf(config: PointConfig, image: PointImage): RuleMemory {
  const memory = new RuleMemory();
  memory.install(config, 0);
  const first = memory.first(0);
  memory.points.writeRow(0, image.point, 0);
  memory.points.col.cells[FIRST] = first;
  for (const slot of memory.slotsOf(0)) {
    const kind = memory.kinds[memory.slots.col.state[slot * STATE_WIDTH + KIND]];
    const sealed = image.slots.find(({ rule }) => rule === memory.ruleOf(slot));
    if (sealed === undefined) continue;
    const row = memory.row(slot);
    const next = memory.next(slot);
    const rule = memory.slots.col.rule[slot];
    let offset = memory.slots.writeRow(slot, sealed.cells, 0);
    // Where it lies is this memory's own; what it remembers is the image's.
    memory.slots.col.point[slot] = 0;
    memory.slots.col.rule[slot] = rule;
    memory.slots.col.state[slot * STATE_WIDTH + KIND] = memory.kinds.indexOf(kind);
    memory.slots.col.state[slot * STATE_WIDTH + ROW] = row;
    memory.slots.col.state[slot * STATE_WIDTH + NEXT] = next;
    for (const { columns } of kind.tables) offset = columns.writeRow(memory.row(slot), sealed.cells, offset);
  }
  return memory;
}
