/**
 * Live numbers of contributors, and the open alerts with them: for transitions while folding, and for whoever shows a
 * restored state. Reading only.
 */
import type { PointNumbers } from '../alerts/record.ts';
import type { Alert, UnclearTrend } from '../model/alert.ts';
import type { Level } from '../model/level.ts';
import { NONE } from '../model/level.ts';
import { QUALITY_NAMES } from '../model/quality.ts';
import { NO_NUMBERS } from '../rules/kind.ts';
import type { RuleMemory } from '../rules/memory.ts';
import { unclearTrend, viewSlot } from '../rules/view.ts';
import { rowOf } from './engine-slots.ts';
import { AWAITED, RELEASED, SEEN } from './observers.ts';
import type { EngineState } from './state.ts';

/**
 * Of what the engine itself contributes, which has no rule memory, only how often it came. `ended`: the level that has just
 * been left.
 */
export function describeSlot({ rules, faults }: EngineState, slot: number, ended: Level = NONE): PointNumbers {
  if (slot < 0) return { excursions: Math.max(1, faults.col.times[rowOf(slot)] ?? 1) };
  const { quality, value, sampledAt, peak, excursions, latched, blindSince, bulletin, explanation } = viewSlot(
    rules,
    slot,
    ended,
  );
  return {
    excursions,
    latched,
    value,
    sampledAt,
    quality: quality === undefined ? undefined : QUALITY_NAMES[quality],
    peak,
    limit: explanation.limit?.name,
    limitValue: explanation.limit?.value,
    blindSince,
    // Absent where there are none, as it is in what older releases stored.
    numbers: explanation.numbers === NO_NUMBERS ? undefined : explanation.numbers,
    bulletin,
    unclear: describeTrend(rules, rules.pointOf(slot)),
  };
}

/** What a trend of a point says where nothing is foretold of it. */
export function describeTrend(rules: RuleMemory, point: number): UnclearTrend | undefined {
  const { limit, numbers, unclear } = unclearTrend(rules, point) ?? {};
  if (unclear === undefined || numbers === undefined) return undefined;
  return { reason: unclear, limit: limit?.name, limitValue: limit?.value, numbers };
}

/** What is known of a point, before one asks what it says. */
const POINT_STATES = [
  'never-seen',
  'no-data-since-start',
  'observing',
  'stale',
  'offline',
  'unusable',
  'released',
] as const;
export type PointState = (typeof POINT_STATES)[number];

/** `never-seen` and `no-data-since-start` are no normal states: nothing is known of such a point, and it observes nothing. */
export function pointState({ points }: EngineState, number: number): PointState {
  const { seen, silent, lostBy, faulty } = points.col;
  if (faulty[number] === RELEASED) return 'released';
  if (seen[number] === 0) return 'never-seen';
  if (silent[number] !== 0) return silent[number] === 2 ? 'offline' : 'stale';
  if (lostBy[number] === AWAITED) return 'no-data-since-start';
  return lostBy[number] === SEEN ? 'observing' : 'unusable';
}

/** Registered points of a source without those of drills, and how many of them observe nothing now. */
export interface Sight {
  readonly points: number;
  readonly unseen: number;
}

/** By source; one without points is not there. */
export function sightBySource({ points, registry }: EngineState): ReadonlyMap<string, Sight> {
  const { lostBy } = points.col;
  const sight = new Map<string, { points: number; unseen: number }>();
  for (const [number, { source, exercise }] of registry.points.entries()) {
    if (exercise === true) continue;
    const counted = sight.get(source) ?? { points: 0, unseen: 0 };
    counted.points++;
    if (lostBy[number] !== SEEN) counted.unseen++;
    sight.set(source, counted);
  }
  return sight;
}

/** Every alert that is not closed, as it stands now. */
export function openAlerts(state: EngineState): Alert[] {
  const alerts: Alert[] = [];
  for (const { id } of state.book.open) {
    const alert = openAlert(state, id);
    if (alert !== undefined) alerts.push(alert);
  }
  return alerts;
}

/** One of them; undefined when it is closed, or none. */
export function openAlert(state: EngineState, id: string): Alert | undefined {
  return state.book.view(id, (slot) => describeSlot(state, slot), state.partition);
}
