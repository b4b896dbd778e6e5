/** Grades again what stays active. Time may have made it worse meanwhile, whatever the occasion: that sounds. */

import { setDeadline } from '../deadlines.ts';
import type { OpenAlert } from '../open-alert.ts';
import type { Before, BookContext, News } from '../tell.ts';
import { beforeOf, tell } from '../tell.ts';
import { awaitEasing } from './ease-in-silence.ts';
import { gradeNow, takeGrade } from './regrade.ts';

/** What happened to it, and what it was before. */
interface Occasion {
  readonly before: Before;
  readonly news: News;
}

/** The occasion is told with the reasons as they are by it; what time has made worse meanwhile is news of its own, after it. */
export function reconsider(alert: OpenAlert, ctx: BookContext, occasion?: Occasion): void {
  const { record } = alert;
  const { input, result } = gradeNow(alert, ctx.at);
  const isWorse = result.grade > record.grade;
  if (!isWorse) takeGrade(record, result, ctx.at);
  if (occasion !== undefined) tell(alert, ctx, occasion.before, occasion.news);
  if (isWorse) {
    const before = beforeOf(record);
    takeGrade(record, result, ctx.at);
    tell(alert, ctx, before, { change: 'worse-grade', sound: true, worsens: true });
    ctx.worsened?.(record.id, record.seq, input(), result);
  }
  setDeadline(record, 'regrade', result.dueAt, ctx);
  awaitEasing(record, ctx);
}
