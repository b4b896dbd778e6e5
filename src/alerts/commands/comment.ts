/** A note for the record; it may be said at any time and changes nothing. */
import type { AlertCommand } from './command.ts';

export const comment: AlertCommand<'comment'> = {
  kind: 'comment',
  anyTime: true,
  unsaved: false,
  refusal: () => undefined,
  apply: (_alert, { command, body: { note } }) => ({ change: 'commented', by: command.actor, note }),
};
