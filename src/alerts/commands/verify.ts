/** Somebody has verified on site or by camera what the alert says: from then on its grade may come down all the way. */
import type { AlertCommand } from './command.ts';

export const verify: AlertCommand<'verify'> = {
  kind: 'verify',
  anyTime: false,
  unsaved: false,
  refusal: () => undefined,
  apply({ record }, { command, body: { note } }) {
    record.handling = 'verified';
    return { change: 'verified', by: command.actor, note };
  },
};
