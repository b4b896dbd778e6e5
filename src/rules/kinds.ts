/**
 * The table of rule kinds. A new kind is one folder in points/ and one line in this list. Snapshots know kinds by name: the
 * order is that of judging one point. A line that is taken out needs an upgrade step that names the kind (engine/upgrade/).
 */
import type { RuleKind } from './kind.ts';
import { BAND } from './points/band/definition.ts';
import { BandKind } from './points/band/rule.ts';
import { BOOLEAN } from './points/boolean/definition.ts';
import { BooleanKind } from './points/boolean/rule.ts';
import { DRIFT } from './points/drift/definition.ts';
import { DriftKind } from './points/drift/rule.ts';
import { EVENT } from './points/event/definition.ts';
import { EventKind } from './points/event/rule.ts';
import { FORECAST } from './points/forecast/definition.ts';
import { ForecastKind } from './points/forecast/rule.ts';
import { INVERSE_VELOCITY } from './points/inverse-velocity/definition.ts';
import { InverseVelocityKind } from './points/inverse-velocity/rule.ts';
import { LIMIT_HIGH } from './points/limit-high/definition.ts';
import { newLimitHigh } from './points/limit-high/rule.ts';
import { LIMIT_LOW } from './points/limit-low/definition.ts';
import { newLimitLow } from './points/limit-low/rule.ts';
import { LIMITS_HIGH } from './points/limits-high/definition.ts';
import { newLimitsHigh } from './points/limits-high/rule.ts';
import { LIMITS_LOW } from './points/limits-low/definition.ts';
import { newLimitsLow } from './points/limits-low/rule.ts';
import { NOVELTY } from './points/novelty/definition.ts';
import { NoveltyKind } from './points/novelty/rule.ts';
import { PERIODIC_FORECAST } from './points/periodic-forecast/definition.ts';
import { PeriodicForecastKind } from './points/periodic-forecast/rule.ts';
import { RATE_OF_CHANGE } from './points/rate-of-change/definition.ts';
import { RateOfChangeKind } from './points/rate-of-change/rule.ts';
import { RUN_AWAY } from './points/run-away/definition.ts';
import { RunAwayKind } from './points/run-away/rule.ts';
import { SPIKE } from './points/spike/definition.ts';
import { SpikeKind } from './points/spike/rule.ts';
import { STUCK } from './points/stuck/definition.ts';
import { StuckKind } from './points/stuck/rule.ts';
import { TANGENT_ANGLE } from './points/tangent-angle/definition.ts';
import { TangentAngleKind } from './points/tangent-angle/rule.ts';

export const KINDS = [
  { definition: LIMITS_HIGH, create: newLimitsHigh },
  { definition: LIMITS_LOW, create: newLimitsLow },
  { definition: LIMIT_HIGH, create: newLimitHigh },
  { definition: LIMIT_LOW, create: newLimitLow },
  { definition: BOOLEAN, create: () => new BooleanKind() },
  { definition: RATE_OF_CHANGE, create: () => new RateOfChangeKind() },
  { definition: FORECAST, create: () => new ForecastKind() },
  { definition: STUCK, create: () => new StuckKind() },
  { definition: SPIKE, create: () => new SpikeKind() },
  { definition: DRIFT, create: () => new DriftKind() },
  { definition: BAND, create: () => new BandKind() },
  { definition: TANGENT_ANGLE, create: () => new TangentAngleKind() },
  { definition: INVERSE_VELOCITY, create: () => new InverseVelocityKind() },
  { definition: RUN_AWAY, create: () => new RunAwayKind() },
  { definition: NOVELTY, create: () => new NoveltyKind() },
  { definition: PERIODIC_FORECAST, create: () => new PeriodicForecastKind() },
  { definition: EVENT, create: () => new EventKind() },
  // The next kind goes here.
] as const;

/** Fresh tables of every kind, by code. */
export function newKinds(): readonly RuleKind[] {
  return KINDS.map(({ create }) => create());
}
