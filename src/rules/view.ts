/**
 * A slot in words, for alerts and explanations. Reading only; called when something changed, never per reading.
 */
import type { Baseline } from '../model/baseline.ts';
import type { Level } from '../model/level.ts';
import { NONE } from '../model/level.ts';
import type { Quality } from '../model/quality.ts';
import type { EpochMs } from '../model/time.ts';
import type { Explanation, PastEvents } from './kind.ts';
import { NO_NUMBERS } from './kind.ts';
import type { RuleMemory } from './memory.ts';
import { LAST_AT, LAST_VALUE, POINT_SEEN, POINT_WIDTH } from './memory.ts';
import {
  CLOCK_WIDTH,
  FLAG_BLIND,
  FLAG_FAULTED,
  FLAG_OFF,
  FLAGS,
  KIND,
  LATCH,
  levelOf,
  RAW,
  SINCE,
  STATE_WIDTH,
  sideOf,
} from './slots.ts';

const NOTHING: Explanation = { numbers: NO_NUMBERS };

/** What stands on an alert's point; level 0 once it no longer contributes. */
export interface SlotView {
  /** Id of the rule on its point, and its kind. */
  readonly rule: string;
  readonly kind: string;
  /** Confirmed level, or the one the latch keeps. */
  readonly level: Level;
  /** In alarm since. */
  readonly since: EpochMs;
  /** Last usable (good or uncertain) reading of the point; absent when it was never seen. */
  readonly value?: number;
  readonly quality?: Quality;
  readonly sampledAt?: EpochMs;
  readonly peak?: number;
  /** How often the raw level entered the alarm while it stood; kept after clearing, until the next raise. */
  readonly excursions: number;
  /** In alarm without good sight. */
  readonly held: boolean;
  readonly blindSince?: EpochMs;
  readonly latched: boolean;
  /** Of what is told in numbered bulletins: the one that stands, or stood last. */
  readonly bulletin?: number | undefined;
  /** Why: the limit and the kind's own numbers; none where the rule does not stand. */
  readonly explanation: Explanation;
}

/** What an explanation needs besides. */
export interface SlotDetail {
  /** What the readings say before delays. */
  readonly raw: Level;
  readonly faulted: boolean;
  /** The configuration no longer asks for the rule. */
  readonly off: boolean;
  /** A certain reading has shown this level or worse since the condition began: then its later doubt is no ground to ease. */
  readonly goodSupport: boolean;
  /** Parameters in force, and the ones the level was judged with. */
  readonly version: number;
  readonly judgedVersion: number;
  /** The kind's own numbers: fit, bounds, limit ahead; also where the rule is not in alarm. */
  readonly explanation: Explanation;
}

/** `ended`: the level that has just been left, where there was one: its limit is told with the end. */
export function viewSlot(memory: RuleMemory, slot: number, ended: Level = NONE): SlotView {
  const { state, clock, peak, blindSince, excursions } = memory.slots.col;
  const base = slot * STATE_WIDTH;
  const level = levelOf(memory.slots, slot);
  const point = memory.pointOf(slot);
  const kind = memory.kinds[state[base + KIND]];
  const seen = (memory.flagsOf(point) & POINT_SEEN) !== 0;
  const sampledAt = memory.points.col.cells[point * POINT_WIDTH + LAST_AT];
  const held = (state[base + FLAGS] & FLAG_BLIND) !== 0;
  const began = level > 0 || state[base + RAW] > 0 || excursions[slot] > 0;
  const stood = Math.max(level, ended) as Level;
  return {
    rule: memory.ruleOf(slot),
    kind: kind.name,
    level,
    since: clock[slot * CLOCK_WIDTH + SINCE],
    value: seen ? memory.points.col.cells[point * POINT_WIDTH + LAST_VALUE] : undefined,
    sampledAt: seen ? sampledAt : undefined,
    quality: seen ? memory.qualityOf(point) : undefined,
    peak: began ? peak[slot] : undefined,
    excursions: excursions[slot],
    held,
    blindSince: held ? blindSince[slot] : undefined,
    latched: state[base + LATCH] > 0,
    bulletin: stood === NONE ? undefined : bulletinOf(memory, slot),
    explanation: stood === NONE ? NOTHING : explained(memory, slot, stood, sampledAt),
  };
}

export function explainSlot(memory: RuleMemory, slot: number): SlotDetail {
  const { state, version, judgedVersion } = memory.slots.col;
  const base = slot * STATE_WIDTH;
  const flags = state[base + FLAGS];
  const level = levelOf(memory.slots, slot);
  const sampledAt = memory.points.col.cells[memory.pointOf(slot) * POINT_WIDTH + LAST_AT];
  return {
    raw: state[base + RAW] as Level,
    faulted: (flags & FLAG_FAULTED) !== 0,
    off: (flags & FLAG_OFF) !== 0,
    goodSupport: level > 0 && memory.slots.col.support[slot] >= level,
    version: version[slot],
    judgedVersion: judgedVersion[slot],
    explanation: explained(memory, slot, level, sampledAt),
  };
}

/** A limit is passed and waits for its on-delay, or its readings in a row: the newest reading showed more than what stands. */
export function isRising(memory: RuleMemory, point: number): boolean {
  const { state } = memory.slots.col;
  for (let next = memory.first(point); next !== 0; next = memory.next(next - 1)) {
    const slot = next - 1;
    const base = slot * STATE_WIDTH;
    if (state[base + FLAGS] & (FLAG_OFF | FLAG_FAULTED)) continue;
    if (state[base + RAW] > levelOf(memory.slots, slot)) return true;
  }
  return false;
}

/** A trend of the point of which nothing is foretold, by whichever of its rules; undefined where there is none. */
export function unclearTrend(memory: RuleMemory, point: number): Explanation | undefined {
  for (let next = memory.first(point); next !== 0; next = memory.next(next - 1)) {
    const slot = next - 1;
    if (memory.slots.col.state[slot * STATE_WIDTH + FLAGS] & (FLAG_OFF | FLAG_FAULTED)) continue;
    if (memory.kindOf(slot).unclear?.(memory.row(slot)) === undefined) continue;
    const { explanation } = explainSlot(memory, slot);
    if (explanation.unclear !== undefined) return explanation;
  }
  return undefined;
}

/** What a rule that learns what is usual has to judge by. */
export interface BaselineView {
  readonly rule: string;
  readonly baseline: Baseline;
  /** The kind's own numbers, and what the baseline has left out. */
  readonly numbers: Explanation['numbers'];
}

/** Of every rule of a point that learns what is usual. */
export function baselinesOf(memory: RuleMemory, point: number, now: EpochMs): BaselineView[] {
  return memory.slotsOf(point).flatMap((slot): BaselineView[] => {
    const baseline = baselineOf(memory, slot, now);
    if (baseline === undefined) return [];
    return [{ rule: memory.ruleOf(slot), baseline, numbers: explainSlot(memory, slot).explanation.numbers }];
  });
}

/** Slots of rules in force whose baseline stands so. */
export function baselinesThat(memory: RuleMemory, wanted: Baseline, now: EpochMs): number[] {
  const found: number[] = [];
  for (let slot = 0; slot < memory.slots.rows; slot++)
    if (memory.kindOf(slot).learner !== undefined && baselineOf(memory, slot, now) === wanted) found.push(slot);
  return found;
}

function baselineOf(memory: RuleMemory, slot: number, now: EpochMs): Baseline | undefined {
  if (memory.slots.col.state[slot * STATE_WIDTH + FLAGS] & (FLAG_OFF | FLAG_FAULTED)) return undefined;
  return memory.guard<Baseline | undefined>(slot, undefined, (kind, row) => kind.learner?.baseline(row, now));
}

function bulletinOf(memory: RuleMemory, slot: number): number | undefined {
  const since = memory.slots.col.clock[slot * CLOCK_WIDTH + SINCE];
  return memory.guard<number | undefined>(slot, undefined, (kind, row) => kind.bulletin?.(row, since));
}

function explained(memory: RuleMemory, slot: number, level: Level, at: EpochMs): Explanation {
  return memory.guard(slot, NOTHING, (kind, row) => {
    const side = level === NONE ? kind.side(row) : sideOf(memory.slots, slot);
    const explanation = kind.explain(row, level, at, side);
    const leftOut = kind.learner?.leftOut(row);
    if (leftOut === undefined || Object.keys(leftOut).length === 0) return explanation;
    return { ...explanation, numbers: { ...explanation.numbers, ...leftOut } };
  });
}

/** What the point was beyond that is no alarm, by the names of its rules; undefined where nothing of it is kept. */
export function eventsOf(memory: RuleMemory, point: number): Readonly<Record<string, PastEvents>> | undefined {
  const found: Record<string, PastEvents> = {};
  for (const slot of memory.slotsOf(point)) {
    if (memory.slots.col.state[slot * STATE_WIDTH + FLAGS] & FLAG_OFF) continue;
    const events = memory.guard(slot, undefined, (kind, row) => kind.events?.(row));
    if (events !== undefined) found[memory.ruleOf(slot)] = events;
  }
  return Object.keys(found).length === 0 ? undefined : found;
}
