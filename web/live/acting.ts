/**
 * What a person can do to an alert: what they may, what they still have to say, and the command on its way. The service
 * decides; nothing is shown as done before its own word arrives.
 */
import { computed } from '@preact/signals';
import type { Alert } from '../../src/api/schemas/alerts.ts';
import { whyNot } from '../../src/api/shapes/acts.ts';
import type { Hindrance } from '../../src/api/shapes/closing.ts';
import { hindersClosing } from '../../src/api/shapes/closing.ts';
import { sendCommand } from '../service/api.ts';
import { alerts, asking, dispatch, readOnly, screen, user } from './desk.ts';
import type { Pending, Said } from './state.ts';
import { seenBody } from './state.ts';

/** What the role may do here and now; the service decides for the single alert. */
export function mayDo(kind: Pending['kind']): boolean {
  return user.value?.may.command.includes(kind) === true && !readOnly.value;
}

/** While nothing can be saved the service takes no other command. */
export const onlyAcknowledging = computed(() => screen.value.beat?.health.unsaved === true);

/** What stands against closing this alert now, or letting go of points that are held without sight; undefined where nothing does. */
export function hindrance(kind: 'close' | 'release', alert: Alert): Hindrance | undefined {
  if (user.value === undefined) return undefined;
  const who = { ...user.value, readOnly: readOnly.value };
  return kind === 'close' ? hindersClosing(who, alert) : whyNot(who, kind, alert);
}

/**
 * What this desk has to do with a closing that waits for its second person: `asked` by the one who sits here, `wanted` from
 * them, or nothing, where somebody else has to confirm it.
 */
export function closingHere(alert: Alert): 'asked' | 'wanted' | undefined {
  if (alert.closing === undefined) return undefined;
  if (alert.closing.by === user.value?.name) return 'asked';
  return hindrance('close', alert) === undefined ? 'wanted' : undefined;
}

/** The alerts whose closing waits for the person who sits here, whatever is filtered. */
export const closingsWanted = computed(() =>
  [...alerts.value.values()].filter((alert) => closingHere(alert) === 'wanted'),
);

/** Points, by id, that stand in the alert at their last value because nobody sees them any more. */
export function heldBlind({ points }: Alert): string[] {
  const held = points.filter(
    ({ active, blindSince, rule }) => active && blindSince !== undefined && rule !== 'coverage',
  );
  return [...new Set(held.map(({ id }) => id))];
}

export async function command(alert: Alert, kind: Pending['kind'], said: Said = {}): Promise<void> {
  if (!mayDo(kind)) return;
  const { id, seq } = alert;
  dispatch({ type: 'command-sent', id, kind, seenSeq: seq });
  const answer = await sendCommand(id, kind, seenBody(alert, said));
  if (answer.ok) dispatch({ type: 'command-applied', id, seq: answer.body.seq });
  else dispatch({ type: 'command-failed', id, code: answer.code, by: answer.by });
}

/** Red and orange ask for a note first; what is acknowledged is the alert as it was seen now. */
export function acknowledge(alert: Alert, sent?: () => void): void {
  if (!mayDo('acknowledge')) return;
  if (alert.grade === 'red' || alert.grade === 'orange') {
    asking.value = { kind: 'acknowledge', alert, sent };
    return;
  }
  void command(alert, 'acknowledge');
  sent?.();
}
