/**
 * How the grade comes down where all that stands speaks on change only: their silence is good reading after good reading, as
 * long as somebody is there who would tell a change. Time in which nobody is begins the hold anew. It takes no step itself.
 */
import { sampled } from '../condition/sampled.ts';
import { deadlineOf, setDeadline } from '../deadlines.ts';
import type { OpenAlert } from '../open-alert.ts';
import type { OpenAlerts } from '../open-alerts.ts';
import type { AlertRecord } from '../record.ts';
import type { BookContext } from '../tell.ts';
import { easingDueAt } from './easing.ts';

/** To be called after whatever may begin or end a hold. */
export function awaitEasing(record: AlertRecord, ctx: BookContext): void {
  const dueAt = easingDueAt(record, ctx.at);
  const isAsked = dueAt !== undefined && isWatched(record, ctx) !== undefined;
  setDeadline(record, 'ease', isAsked ? dueAt : undefined, ctx);
}

/** Somebody sees again, or would tell a change again: what was blind meanwhile showed nothing, and the hold is a whole one. */
export function awaitEasingAnew(record: AlertRecord, ctx: BookContext): void {
  if (record.easingSince === null) return;
  record.easingSince = ctx.at;
  awaitEasing(record, ctx);
}

/** Engine time has come to a deadline, perhaps to this one. */
export function easeInSilence(alerts: OpenAlerts, { record }: OpenAlert, ctx: BookContext): void {
  if (ctx.at < (deadlineOf(record, 'ease') ?? Number.POSITIVE_INFINITY)) return;
  alerts.touched.add(record);
  const watched = isWatched(record, ctx);
  if (watched === true) sampled(alerts, record.key, ctx.at, ctx);
  else if (watched === false) record.easingSince = ctx.at;
  awaitEasing(record, ctx);
}

/** Undefined where anybody who stands, or of whom it is remembered that he did, reports by himself. */
function isWatched({ flags, points }: AlertRecord, ctx: BookContext): boolean | undefined {
  let isAll: boolean | undefined;
  for (const { slot, number, active } of points) {
    // Lost observers show nothing: blindness is asked for with each step.
    if (slot < 0 || (flags.active && !active)) continue;
    const one = ctx.watchedInSilence?.(number);
    if (one === undefined) return undefined;
    isAll = (isAll ?? true) && one;
  }
  return isAll;
}
