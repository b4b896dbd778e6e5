/**
 * A breach that nobody judged in time: a reading too late for the delays, or an alarm already over when its readings
 * arrived. On record as not yet answered, without sound.
 */
import { NONE } from '../../model/level.ts';
import type { DurationMs } from '../../model/time.ts';
import { MINUTE_MS } from '../../model/time.ts';
import { gradeAsOf, grown } from '../grade/regrade.ts';
import { keyOf } from '../key.ts';
import type { OpenAlerts } from '../open-alerts.ts';
import type { Contribution, PointRecord } from '../record.ts';
import type { BookContext } from '../tell.ts';
import { beforeOf, tell } from '../tell.ts';
import { leave, takeIn } from './contributors.ts';
import type { MissedFact } from './fact.ts';

/** Late readings closer together than this are one missed excursion. */
const MISSED_GAP_MS: DurationMs = MINUTE_MS;

export function missed(alerts: OpenAlerts, { group, contribution: c }: MissedFact, ctx: BookContext): void {
  if (c.level === NONE || c.excluded !== undefined) return;
  const key = keyOf(group);
  const open = alerts.ofKey(key);
  if (open !== undefined) alerts.touched.add(open.record);
  const known = open?.find(c.slot);
  if (known !== undefined && isOldNews(known, c)) {
    known.missedAt = Math.max(known.missedAt ?? c.at, c.at);
    return;
  }
  const alert = open ?? alerts.begin(group, key, { at: c.at, retrospective: true }, ctx);
  const { record } = alert;
  const before = beforeOf(record);
  const graded = gradeAsOf(record, c);
  if (known === undefined || !known.active) {
    takeIn(alert, { ...c, latched: false }, ctx.at, {});
    leave(alert.find(c.slot)!, c.shown ?? {});
    if (!record.flags.active) {
      record.clearedAt = ctx.at;
      record.easingSince = ctx.at;
    }
    if (alerts.ofSlot(c.slot) === undefined) alerts.assign(c.slot, alert);
  }
  alert.find(c.slot)!.missedAt = c.at;
  grown(record, graded.result, open === undefined);
  const change = open === undefined ? 'raised' : 'missed-excursion';
  tell(alert, ctx, before, { change, point: c.point, rule: c.rule, worsens: true });
  ctx.worsened?.(record.id, record.seq, graded.input, graded.result);
}

/** True when the reading tells nothing that the alert's story does not have yet. */
function isOldNews(point: PointRecord, c: Contribution): boolean {
  if (c.level > point.level) return false;
  if (point.active && c.at >= point.since) return true;
  return point.missedAt !== null && Math.abs(c.at - point.missedAt) <= Math.max(MISSED_GAP_MS, point.offDelayMs);
}
