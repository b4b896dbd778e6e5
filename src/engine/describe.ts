/**
 * Live numbers of contributors, and the open alerts with them: for transitions while folding, and for whoever shows a
 * restored state. Reading only.
 */
import type { PointNumbers } from '../alerts/record.ts';
import type { Alert } from '../model/alert.ts';
import { QUALITY_NAMES } from '../model/quality.ts';
import type { RuleMemory } from '../rules/memory.ts';
import { viewSlot } from '../rules/view.ts';
import type { EngineState } from './state.ts';

/** Empty for what the engine itself contributes: it has no rule memory. */
export function describeSlot(rules: RuleMemory, slot: number): PointNumbers {
  if (slot < 0) return {};
  const { quality, limit, limitValue, value, sampledAt, peak, excursions, latched, blindSince, timeToLimitMs, r2 } =
    viewSlot(rules, slot);
  return {
    excursions,
    latched,
    ...(value === undefined ? {} : { value, sampledAt }),
    ...(quality === undefined ? {} : { quality: QUALITY_NAMES[quality] }),
    ...(peak === undefined ? {} : { peak }),
    ...(limit === undefined ? {} : { limit, limitValue }),
    ...(blindSince === undefined ? {} : { blindSince }),
    ...(timeToLimitMs === undefined ? {} : { timeToLimitMs }),
    ...(r2 === undefined ? {} : { r2 }),
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
