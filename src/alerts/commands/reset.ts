/** Lets go of every latch of the alert, once the rules have let go of theirs: what still holds goes on by itself. */
import { passed } from '../state/lifecycle.ts';
import type { AlertCommand } from './command.ts';

export const reset: AlertCommand<'reset'> = {
  kind: 'reset',
  anyTime: false,
  unsaved: false,
  refusal({ record }, { ctx }) {
    const latched = record.points.some((p) => p.latched || (p.active && ctx.describe(p.slot).latched === true));
    return latched ? undefined : { code: 'not-latched' };
  },
  apply(alert, { command, body: { note } }) {
    const { record } = alert;
    for (const point of record.points) if (point.latched) alert.put({ ...point, latched: false });
    // While others keep the alarm active the latch was theirs alone; else the alarm itself leaves its latched state.
    if (record.flags.active || record.flags.latched) record.flags = passed(record.flags, 'reset');
    return { change: 'reset', by: command.actor, note };
  },
  letsGo: {
    of: 'latch',
    slots: ({ record }) => record.points.filter((p) => p.active || p.latched).map((p) => p.slot),
  },
};
