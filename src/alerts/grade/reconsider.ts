/** Grades again what stays active. Time may have made it worse meanwhile, whatever the occasion: that sounds. */

import { setDeadline } from '../deadlines.ts';
import type { OpenAlert } from '../open-alert.ts';
import type { BookContext } from '../tell.ts';
import { beforeOf, tell } from '../tell.ts';
import { awaitEasing } from './ease-in-silence.ts';
import { regrade } from './regrade.ts';

export function reconsider(alert: OpenAlert, ctx: BookContext): void {
  const { record } = alert;
  const before = beforeOf(record);
  const graded = regrade(alert, ctx.at);
  if (record.grade > before.grade) {
    tell(alert, ctx, before, { change: 'worse-grade', sound: true, worsens: true });
    ctx.worsened?.(record.id, record.seq, graded.input(), graded.result);
  }
  setDeadline(record, 'regrade', graded.result.dueAt, ctx);
  awaitEasing(record, ctx);
}
