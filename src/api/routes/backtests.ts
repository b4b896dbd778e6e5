/**
 * Backtests: a draft of limits, rules or packs against recorded history. Who may is the role's; what they may draft, and whose
 * results they see, is their scope's.
 */
import type { Api, RouteContext } from '../api.ts';
import { found, principalOf } from '../api.ts';
import { ApiError } from '../errors.ts';
import type { Principal } from '../policy/policy.ts';
import { mayBacktest, mayRead } from '../policy/policy.ts';
import type { Backtest } from '../schemas/backtests.ts';
import { backtestBody, backtestSchema, backtestsAnswer } from '../schemas/backtests.ts';
import { idParams } from '../schemas/scalars.ts';
import { placeOf } from '../view.ts';

const tags = ['backtests'];
/** A pack of a domain has some hundred kilobytes. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

export function backtestRoutes(api: Api, context: RouteContext): void {
  tryRoute(api, context);
  lookRoutes(api, context);
}

/** Whether the enterprise lies in their scope. */
function reads({ ports }: RouteContext, user: Principal, enterprise: string): boolean {
  const place = placeOf(ports.registry, enterprise);
  return place !== undefined && mayRead(user, place);
}

function tryRoute(api: Api, context: RouteContext): void {
  const { ports, auth } = context;
  api.post(
    '/backtests',
    {
      bodyLimit: MAX_BODY_BYTES,
      schema: {
        summary: 'Try draft limits, rules or packs against recorded history; one at a time',
        tags,
        body: backtestBody,
        response: { 202: backtestSchema },
      },
    },
    async (request, reply) => {
      const user = principalOf(request);
      const note = { actor: user.name, action: 'backtest', object: '', address: request.ip };
      const refuse = (
        code: 'backtest-running' | 'backtest-refused',
        detail: string,
        errors: readonly string[] = [],
      ) => {
        auth.audit({ ...note, outcome: 'refused', detail });
        return new ApiError(code, detail, { errors: errors.map((message) => ({ message })) });
      };
      const refused = mayBacktest(user);
      if (refused !== undefined) {
        auth.audit({ ...note, outcome: 'refused', detail: refused });
        throw new ApiError(refused);
      }
      const { from, to, ...stated } = request.body;
      const mayDraft = ({ enterprise }: { readonly enterprise: string }) => reads(context, user, enterprise);
      const answer = await ports.backtests.start({ from, to, stated, actor: user.name, mayDraft });
      if (answer.ok) {
        const { id, points } = answer.backtest;
        auth.audit({ ...note, object: id, outcome: 'done', detail: `${points.length} points` });
        return reply.code(202).send(answer.backtest);
      }
      if ('running' in answer) throw refuse('backtest-running', `${answer.running} is running`);
      const count = answer.errors.length;
      throw refuse(
        'backtest-refused',
        `${count} ${count === 1 ? 'error' : 'errors'}; nothing was tried`,
        answer.errors,
      );
    },
  );
}

function lookRoutes(api: Api, context: RouteContext): void {
  const { ports, auth } = context;
  const sees = (user: Principal, { enterprises }: Backtest): boolean =>
    enterprises.every((one) => reads(context, user, one));
  const seen = (user: Principal, id: string): Backtest => {
    const backtest = ports.backtests.get(id);
    return found(backtest !== undefined && sees(user, backtest) ? backtest : undefined);
  };
  api.get(
    '/backtests',
    { schema: { summary: 'Backtests, newest first, without their results', tags, response: { 200: backtestsAnswer } } },
    async (request) => {
      const user = principalOf(request);
      return { items: ports.backtests.list().filter((one) => sees(user, one)) };
    },
  );
  api.get(
    '/backtests/:id',
    {
      schema: {
        summary: 'A backtest: how far it is, or what came of it',
        tags,
        params: idParams,
        response: { 200: backtestSchema },
      },
    },
    async (request) => seen(principalOf(request), request.params.id),
  );
  api.delete(
    '/backtests/:id',
    {
      schema: {
        summary: 'Cancel a backtest that is running',
        tags,
        params: idParams,
        response: { 200: backtestSchema },
      },
    },
    async (request) => {
      const user = principalOf(request);
      const { id } = seen(user, request.params.id);
      const note = { actor: user.name, action: 'cancel-backtest', object: id, address: request.ip };
      const refused = mayBacktest(user);
      if (refused !== undefined) {
        auth.audit({ ...note, outcome: 'refused', detail: refused });
        throw new ApiError(refused);
      }
      auth.audit({ ...note, outcome: 'done', detail: '' });
      return found(ports.backtests.cancel(id));
    },
  );
}
