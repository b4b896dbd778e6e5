// Figures for Prometheus, of the service's parts and of its screens.
import { liveFamilies } from '../../src/api/metrics.ts';
import { FIGURES_TOLD } from '../../src/app/ports/health.ts';
import { table } from './sections.ts';

const NO_SCREENS = { clients: 0, rooms: 0, framesSent: 0, bytesSent: 0, valuesFolded: 0, clientsCut: 0 };

export function metricsTable(): string {
  const told = [...FIGURES_TOLD, ...liveFamilies(NO_SCREENS)];
  return table(
    ['name', 'what it counts'],
    told.map(({ name, help }) => [`\`${name}\``, help]),
  );
}
