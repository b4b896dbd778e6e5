/**
 * Who observes which hazard, counted: how many points of a (source, hazard) are lost, and to whom. It writes who took a
 * point's sight, so that counts and points never disagree; grading and telling is coverage.ts.
 */

import type { EngineSlots } from './engine-slots.ts';
import { hazardName, rowOf } from './engine-slots.ts';
import type { FaultTable } from './fault-table.ts';
import type { PointTable } from './points.ts';
import type { ObserverGroup, Registry } from './registry.ts';

/** Who took the sight of a point, or of a hazard. A gateway is FIRST_GATEWAY + its number. */
export const SEEN = 0;
export const BY_ITSELF = 1;
export const BY_LINK = 2;
/** Not heard yet, since it was registered or since our start: it observes nothing, but its first deadline has not passed. */
export const AWAITED = 3;
export const FIRST_GATEWAY = 4;

/** Value of a point's `faulty`: what it sends is unusable; a named person let go of it. */
export const UNUSABLE = 1;
export const RELEASED = 2;

const NOBODY: readonly number[] = [];

/** Its newest value says something of now: whoever is lost may have come back with a doubtful word. */
export const saysOfNow = ({ col }: PointTable, number: number): boolean =>
  col.lostBy[number] === SEEN || col.vague[number] !== 0;

/** What is counted, as it stands in the engine's state. */
export interface Tables {
  readonly registry: Registry;
  readonly points: PointTable;
  readonly faults: FaultTable;
  readonly engineSlots: EngineSlots;
}

/** What is known of one (source, hazard). */
export interface Tally {
  readonly group: ObserverGroup;
  /** How many of its points are lost (or awaited) by whom. */
  readonly lostBy: Map<number, number>;
  lost: number;
  awaited: number;
}

/** Counts of observers, kept with every change; made anew from the tables when the registry changes or a state is read. */
export class Observers {
  private version = -1;
  private readonly tallies = new Map<string, Tally>();
  /** Who took the sight → the hazards told there, or about to be. */
  private readonly hazards = new Map<number, Set<Tally>>();
  /** Who took the sight → how many points, wherever their hazards are told; of a drill, and of what is real. */
  private readonly ofDrill = new Map<number, number>();
  private readonly ofReal = new Map<number, number>();
  /** Of whom it has changed since somebody asked. */
  private readonly recounted = new Set<number>();

  /** Somebody else (or nobody any more) answers for the point's sight. The one place where that is written. */
  set(tables: Tables, number: number, by: number): void {
    const { lostBy } = tables.points.col;
    const { observerOf, observes } = tables.registry;
    const tally = this.tally(tables, observerOf[number]);
    const before = lostBy[number];
    if (observes[number] !== 0) count(tally, before, -1);
    this.blind(before, tally.group, -1);
    lostBy[number] = by;
    if (observes[number] !== 0) count(tally, by, 1);
    this.blind(by, tally.group, 1);
  }

  /** How many points a gateway, or our own link, has taken the sight of: real ones, or those of a drill. */
  blindedBy(tables: Tables, cause: number, exercise: boolean): number {
    this.renew(tables);
    return (exercise ? this.ofDrill : this.ofReal).get(cause) ?? 0;
  }

  /** Those whose count has changed since this was last asked, in their order. */
  takeRecounted(tables: Tables): readonly number[] {
    this.renew(tables);
    // The way of nearly every input.
    if (this.recounted.size === 0) return NOBODY;
    const causes = [...this.recounted].sort((a, b) => a - b);
    this.recounted.clear();
    return causes;
  }

  /** Whether an alert of lost sight, real or of a drill, stands or waits for its delay for that gateway or our link. */
  tells(tables: Tables, cause: number, exercise: boolean): boolean {
    this.renew(tables);
    for (const { group } of this.hazards.get(cause) ?? []) if (group.exercise === exercise) return true;
    return false;
  }

  tally(tables: Tables, group: ObserverGroup): Tally {
    this.renew(tables);
    let tally = this.tallies.get(group.key);
    if (tally === undefined) {
      tally = { group, lostBy: new Map(), lost: 0, awaited: 0 };
      for (const number of group.points) count(tally, tables.points.col.lostBy[number], 1);
      this.tallies.set(group.key, tally);
    }
    return tally;
  }

  /** The hazards a lost cause answers for, in the order of their keys. */
  under(tables: Tables, cause: number): Tally[] {
    this.renew(tables);
    return [...(this.hazards.get(cause) ?? [])].sort((a, b) => (a.group.key < b.group.key ? -1 : 1));
  }

  /** Moves a hazard from one cause to another; SEEN for none. */
  move(tally: Tally, from: number, to: number): void {
    this.hazards.get(from)?.delete(tally);
    if (to === SEEN) return;
    const told = this.hazards.get(to) ?? new Set();
    this.hazards.set(to, told.add(tally));
  }

  private blind(cause: number, { exercise }: ObserverGroup, change: 1 | -1): void {
    if (!takesSight(cause)) return;
    const counts = exercise ? this.ofDrill : this.ofReal;
    counts.set(cause, (counts.get(cause) ?? 0) + change);
    this.recounted.add(cause);
  }

  private renew(tables: Tables): void {
    const { registry, points, engineSlots, faults } = tables;
    if (this.version === registry.version) return;
    this.version = registry.version;
    this.tallies.clear();
    this.hazards.clear();
    for (const counts of [this.ofDrill, this.ofReal]) {
      for (const cause of counts.keys()) this.recounted.add(cause);
      counts.clear();
    }
    const { lostBy } = points.col;
    for (let number = 0; number < points.rows; number++) this.blind(lostBy[number], registry.observerOf[number], 1);
    for (const group of registry.observers.values()) {
      const slot = engineSlots.find(hazardName(group.key));
      if (slot === undefined) continue;
      this.move(this.tally(tables, group), SEEN, faults.col.cause[rowOf(slot)]);
    }
  }
}

/** A gateway, or our own link: whoever takes the sight of others. */
const takesSight = (by: number): boolean => by === BY_LINK || by >= FIRST_GATEWAY;

function count(tally: Tally, by: number, change: 1 | -1): void {
  if (by === SEEN) return;
  if (by === AWAITED) tally.awaited += change;
  else tally.lost += change;
  tally.lostBy.set(by, (tally.lostBy.get(by) ?? 0) + change);
}
