/**
 * What operators do to alerts. The policy is asked before anything is written; the answer comes when the command is
 * durable and the engine has said what became of it.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Alert } from '../../model/alert.ts';
import type { CommandKind, Outcome } from '../../model/command.ts';
import { bodyOf, COMMAND_KINDS } from '../../model/command.ts';
import type { Api, RouteContext } from '../api.ts';
import { principalOf } from '../api.ts';
import { ApiError } from '../errors.ts';
import { decisionOf, mayCommand } from '../policy/policy.ts';
import { commandAnswer, commandBody, idempotencyKey } from '../schemas/commands.ts';
import { idParams } from '../schemas/scalars.ts';
import { ERROR_CODES } from '../shapes/error-codes.ts';
import { asSeenBy, visibleAlert } from './alerts.ts';

const SUMMARIES: Readonly<Record<CommandKind, string>> = {
  acknowledge: 'Acknowledge as of the `seq` that was seen: covers the grade and points of then',
  comment: 'Write a note on it',
  verify: 'Verified on site or by camera',
  reset: 'Reset a latched alert after its condition is gone',
  release: 'Let go of points that are held in alarm without sight, by name, with the reason',
  close: 'Close it; from yellow up with a cause, orange and red verified, red with a note and by two persons',
};

export function commandRoutes(api: Api, context: RouteContext): void {
  for (const kind of COMMAND_KINDS) commandRoute(api, context, kind);
}

function commandRoute(api: Api, { ports, auth }: RouteContext, kind: CommandKind): void {
  api.post(
    `/alerts/:id/${kind}`,
    {
      schema: {
        summary: SUMMARIES[kind],
        tags: ['commands'],
        params: idParams,
        headers: z.object({ 'idempotency-key': idempotencyKey.optional() }),
        body: commandBody,
        response: { 200: commandAnswer },
      },
    },
    async (request) => {
      const [user, { id }, { seenSeq, ...said }] = [principalOf(request), request.params, request.body];
      const alert = await visibleAlert(user, ports, id);
      const entry = { actor: user.name, action: kind, object: id, address: request.ip };
      const refused = mayCommand(user, kind, alert);
      if (refused !== undefined) {
        auth.audit({ ...entry, outcome: 'refused', detail: refused });
        throw new ApiError(refused);
      }
      const outcome = await ports.inputs.command({
        // A key is the caller's own, for one kind and one alert: used again elsewhere it must not answer with what
        // became of something else, or an operator would take an alert for acknowledged that is not.
        commandId: `${user.name}/${kind}/${id}/${request.headers['idempotency-key'] ?? randomUUID()}`,
        actor: user.name,
        role: user.role,
        level: user.level,
        alertId: id,
        seenSeq,
        body: bodyOf(kind, said),
        policy: decisionOf(user, kind),
      });
      const answer = answerOf(outcome);
      auth.audit({ ...entry, outcome: answer.ok ? 'done' : 'refused', detail: answer.ok ? '' : answer.error.code });
      if (!answer.ok) throw answer.error;
      const now: Alert = ports.live.alert(id) ?? (await ports.state.alert(id)) ?? alert;
      return { at: answer.outcome.at, seq: answer.outcome.seq, alert: asSeenBy(user, now) };
    },
  );
}

type Answer = { readonly ok: true; readonly outcome: Outcome } | { readonly ok: false; readonly error: ApiError };

/** The engine's word as an HTTP answer: its codes are codes of ours. */
function answerOf(outcome: Outcome | 'timeout'): Answer {
  if (outcome === 'timeout') return { ok: false, error: new ApiError('not-confirmed') };
  if (outcome.code === 'applied') return { ok: true, outcome };
  const detail = outcome.by === undefined ? undefined : `${ERROR_CODES[outcome.code].title}: ${outcome.by}`;
  return { ok: false, error: new ApiError(outcome.code, detail, { by: outcome.by }) };
}
