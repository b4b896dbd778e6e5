/**
 * The operator commands in one list, and what is the same for all: as of which transition they are said, what is taken in
 * unsaved mode, how they are told. Who may send one was decided before and is recorded in it.
 */
import type { BodyOf, Command, CommandKind } from '../../model/command.ts';
import { returned } from '../condition/leave.ts';
import { end, endIfOver } from '../ending.ts';
import { reconsider } from '../grade/reconsider.ts';
import type { OpenAlert } from '../open-alert.ts';
import type { OpenAlerts } from '../open-alerts.ts';
import type { BookContext } from '../tell.ts';
import { beforeOf, tell } from '../tell.ts';
import { acknowledge } from './acknowledge.ts';
import { close } from './close.ts';
import type { AlertCommand, LetGo, Refusal } from './command.ts';
import { comment } from './comment.ts';
import { release } from './release.ts';
import { reset } from './reset.ts';
import { verify } from './verify.ts';

const COMMANDS: { readonly [K in CommandKind]: AlertCommand<K> } = {
  acknowledge,
  comment,
  verify,
  reset,
  release,
  close,
};

/** The command's own half, with the body that belongs to it. A kind that nobody knows is a bug of whoever let it through. */
function of<K extends CommandKind>(body: BodyOf<K> & { readonly kind: K }): AlertCommand<K> {
  const known: AlertCommand<K> | undefined = COMMANDS[body.kind];
  if (known === undefined) throw new Error(`no command is called ${body.kind}`);
  return known;
}

/** The first thing that stands against the command, or undefined. */
export function refusalOf(alert: OpenAlert, command: Command, ctx: BookContext): Refusal | undefined {
  const body = command.body as BodyOf<CommandKind>;
  const own = of(body) as AlertCommand<CommandKind>;
  if (ctx.unsaved && !own.unsaved) return { code: 'unsaved-mode' };
  // Said about the alert as the person saw it.
  if (!own.anyTime && command.seenSeq < alert.record.worsenedSeq) return { code: 'alert-changed' };
  return own.refusal(alert, { command, body, ctx });
}

/** What the rules let go of before it is performed. */
export function letGoOf(alert: OpenAlert, { body }: Command): LetGo | undefined {
  const { letsGo } = of(body as BodyOf<CommandKind>) as AlertCommand<CommandKind>;
  if (letsGo === undefined) return undefined;
  // What the engine itself contributes has no rule.
  return { of: letsGo.of, slots: letsGo.slots(alert, body).filter((slot) => slot >= 0) };
}

/** Applies a command that was not refused, tells it, and ends the alert where it is over with it. */
export function perform(alerts: OpenAlerts, alert: OpenAlert, command: Command, ctx: BookContext): void {
  const body = command.body as BodyOf<CommandKind>;
  const before = beforeOf(alert.record);
  const own = of(body) as AlertCommand<CommandKind>;
  const { closes, returns, ...news } = own.apply(alert, { command, body, ctx });
  if (closes === true) {
    end(alerts, alert, ctx, before, news);
    return;
  }
  if (returns === true) returned(alert, ctx, before, news);
  // Who was let go counts no more; who stays may have become worse by time meanwhile.
  else if (own.letsGo !== undefined && alert.record.flags.active) reconsider(alert, ctx, { before, news });
  else tell(alert, ctx, before, news);
  endIfOver(alerts, alert, ctx);
}
