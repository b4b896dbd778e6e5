/** Every scenario by name; a new one is one file and one line here. */
import { demo } from './demo.ts';
import { gatewayLoss } from './gateway-loss.ts';
import { leak } from './leak.ts';
import { methane } from './methane.ts';
import { normal } from './normal.ts';
import { overfill } from './overfill.ts';
import { risingPhreatic } from './rising-phreatic.ts';
import type { Scenario } from './scenario.ts';
import { sensorDropout } from './sensor-dropout.ts';

export const SCENARIOS: readonly Scenario[] = [
  demo,
  normal,
  leak,
  overfill,
  risingPhreatic,
  methane,
  sensorDropout,
  gatewayLoss,
];

export function findScenario(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
