/**
 * Live numbers of contributors, and the open alerts with them: for transitions while folding, and for whoever shows a
 * restored state. Reading only.
 */
import type { PointNumbers } from '../alerts/record.ts';
import type { Alert } from '../model/alert.ts';
import type { Level } from '../model/level.ts';
import { NONE } from '../model/level.ts';
import { QUALITY_NAMES } from '../model/quality.ts';
import { NO_NUMBERS } from '../rules/kind.ts';
import type { RuleMemory } from '../rules/memory.ts';
import { viewSlot } from '../rules/view.ts';
import type { EngineState } from './state.ts';

/** Empty for what the engine itself contributes: it has no rule memory. `ended`: the level that has just been left. */
export function describeSlot(rules: RuleMemory, slot: number, ended: Level = NONE): PointNumbers {
  if (slot < 0) return {};
  const { quality, value, sampledAt, peak, excursions, latched, blindSince, explanation } = viewSlot(
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
  };
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
  return state.book.view(id, (slot) => describeSlot(state.rules, slot), state.partition);
}
