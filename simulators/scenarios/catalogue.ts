/** Every scenario by name; a new one is one file and one line here. */
import { demo } from './demo.ts';
import { gatewayLoss } from './gateway-loss.ts';
import { instrumentFaults } from './instrument-faults.ts';
import { leak } from './leak.ts';
import { manholeGas, manholeSilent, ponding, waterBurst } from './lifelines.ts';
import { limits } from './limits.ts';
import { methane } from './methane.ts';
import { normal } from './normal.ts';
import { overfill } from './overfill.ts';
import { risingPhreatic } from './rising-phreatic.ts';
import type { Scenario } from './scenario.ts';
import { sensorDropout } from './sensor-dropout.ts';
import { slopeFailure, slopeFog, slopeRain } from './slope.ts';

export const SCENARIOS: readonly Scenario[] = [
  demo,
  normal,
  leak,
  overfill,
  risingPhreatic,
  methane,
  sensorDropout,
  instrumentFaults,
  gatewayLoss,
  slopeFailure,
  slopeRain,
  slopeFog,
  manholeGas,
  manholeSilent,
  waterBurst,
  ponding,
  limits,
];

export function findScenario(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
