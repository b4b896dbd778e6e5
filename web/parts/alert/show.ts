/**
 * Opens an alert because somebody asked for it: on a narrow screen, where the pane lies below the list, it is brought into
 * sight. And its address.
 */
import type { Alert } from '../../../src/api/schemas/alerts.ts';
import { open } from '../../live/desk.ts';

/** Below this the screen is one column. The same figure stands in the style sheets. */
const narrow = matchMedia('(max-width: 1000px)');

export function show(alert: Alert | undefined): void {
  open(alert);
  if (narrow.matches) bringIntoSight('.detail');
}

/** Address of an alert, to be sent to a colleague: it leads there after signing in, open or closed. */
export function addressOf(id: string): string {
  return `#/alarm/${encodeURIComponent(id)}`;
}

export function bringIntoSight(selector: string): void {
  // The pane of what was just opened is drawn with the next frame.
  requestAnimationFrame(() => document.querySelector(selector)?.scrollIntoView());
}
