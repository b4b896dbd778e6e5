/**
 * Lets go of contributors that are held without sight, by name and with a reason: a detector that was taken away. Only data
 * or a named person ends what nobody sees any more; the point then counts as not observing until it is seen again.
 */
import { mayRelease } from '../../model/closing.ts';
import type { GradeName } from '../../model/grade.ts';
import { GRADE_NAMES } from '../../model/grade.ts';
import { leave } from '../condition/contributors.ts';
import type { OpenAlert } from '../open-alert.ts';
import type { PointRecord } from '../record.ts';
import { numbersOf } from '../view.ts';
import type { AlertCommand } from './command.ts';

export const release: AlertCommand<'release'> = {
  kind: 'release',
  anyTime: false,
  unsaved: false,
  refusal(alert, { command, body }) {
    const { group, peakGrade } = alert.record;
    const worst = { kind: group.kind, peakGrade: GRADE_NAMES[peakGrade] as GradeName };
    if (!mayRelease(command, worst)) return { code: 'level-too-low' };
    if (body.reason.trim() === '') return { code: 'note-required' };
    const held = new Set(heldOf(alert, body.points).map(({ point }) => point));
    // All or nothing: who names a point that is still seen has another picture of it than we have.
    return held.size > 0 && body.points.every((point) => held.has(point)) ? undefined : { code: 'not-held' };
  },
  apply(alert, { command, body, ctx }) {
    const held = heldOf(alert, body.points);
    for (const point of held) {
      // Whoever was let go is covered by nothing: seen again and in alarm, it is heard at once.
      const unheard = { ...point, latched: false, soundedAt: Number.MIN_SAFE_INTEGER };
      leave(alert, unheard, numbersOf(ctx.describe(point.slot)), ctx.at);
      const left = alert.find(point.slot);
      if (left !== undefined) left.lostUntil = null;
    }
    const points = [...new Set(held.map(({ point }) => point))];
    return {
      change: 'released',
      point: points[0],
      points: points.length > 1 ? points : undefined,
      by: command.actor,
      note: body.reason,
      returns: alert.record.flags.active && !alert.isActive,
    };
  },
  letsGo: { of: 'sight', slots: (alert, { points }) => heldOf(alert, points).map(({ slot }) => slot) },
};

function heldOf(alert: OpenAlert, points: readonly string[]): PointRecord[] {
  return points.flatMap((point) => alert.ofPoint(point).filter((p) => p.active && p.blindSince !== null));
}
