/**
 * What a login name is called: whoever acknowledged, noted or closed is shown as a person. The name alone, and only of
 * people above, below or beside whom one works; anybody else is called as they sign, whether they are there or not.
 */
import type { Api, RouteContext } from '../api.ts';
import { principalOf } from '../api.ts';
import { mayKnow } from '../policy/policy.ts';
import { idParams } from '../schemas/scalars.ts';
import type { DataScope } from '../schemas/session.ts';
import { personSchema } from '../schemas/session.ts';
import { placeOf } from '../view.ts';

export function peopleRoutes(api: Api, { ports }: RouteContext): void {
  const seatOf = ({ division, enterprise }: DataScope) =>
    enterprise === undefined ? { division: division ?? '', enterprise: '' } : placeOf(ports.registry, enterprise);
  api.get(
    '/people/:id',
    {
      schema: {
        summary: 'A person by login name',
        tags: ['session'],
        params: idParams,
        response: { 200: personSchema },
      },
    },
    async (request) => {
      const [asker, other] = [principalOf(request), await ports.accounts.user(request.params.id)];
      const near =
        other !== undefined &&
        mayKnow({ ...asker, seat: seatOf(asker.scope) }, { ...other, seat: seatOf(other.scope) });
      return { name: request.params.id, displayName: (near ? other.displayName : undefined) ?? request.params.id };
    },
  );
}
