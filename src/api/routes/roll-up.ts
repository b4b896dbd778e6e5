/** How a division or an enterprise stands: worst and count of its open alerts, and of what lies directly below it. */
import type { Api, RouteContext } from '../api.ts';
import { found, principalOf } from '../api.ts';
import { belowDivision, belowEnterprise, Totals } from '../roll-up.ts';
import { rollUpQuery, rollUpSchema } from '../schemas/roll-up.ts';
import { inView, viewFor } from '../view.ts';

export function rollUpRoutes(api: Api, { ports }: RouteContext): void {
  api.get(
    '/roll-up',
    {
      schema: {
        summary:
          'Worst grade and counts of a division or an enterprise and of what lies directly below it, worst first',
        tags: ['alerts'],
        querystring: rollUpQuery,
        response: { 200: rollUpSchema },
      },
    },
    async (request) => {
      const { registry, live } = ports;
      const view = found(viewFor(principalOf(request), request.query, registry));
      // The service's own alarms lie nowhere, and a drill is nowhere real.
      const { unsaved, bySource } = live.sight();
      const alerts = live
        .openAlerts()
        .filter((alert) => alert.division !== '' && !alert.exercise && inView(view, alert));
      const totals = new Totals(alerts, bySource, registry);
      if (view.enterprise !== undefined) {
        const { id, name } = found(registry.enterprise(view.enterprise));
        return { unsaved, ...totals.of('enterprise', id, name), below: belowEnterprise(totals, registry, id) };
      }
      const { division = '' } = view;
      const name = division === '' ? '' : found(registry.division(division)).name;
      return { unsaved, ...totals.of('division', division, name), below: belowDivision(totals, registry, division) };
    },
  );
}
