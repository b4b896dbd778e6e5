/** The desk: the alert list with the pane of one alert beside it, and the keyboard that goes through both. */
import { acknowledge } from '../../live/acting.ts';
import { alerts, cursorId, open, openId, showAll, showOnly, view } from '../../live/desk.ts';
import { Detail } from '../../parts/detail/detail.tsx';
import type { Page } from '../../parts/page.ts';
import { AlertTable } from './alert-table.tsx';
import type { DeskCommand } from './keys.ts';
import { deskCommandOf } from './keys.ts';
import { deskWords } from './words.ts';

export const deskPage: Page = {
  path: '',
  name: () => deskWords.value.page,
  View: () => (
    <>
      <AlertTable />
      <Detail />
    </>
  ),
  press(code) {
    const command = deskCommandOf(code);
    if (command !== undefined) obey(command);
    return command !== undefined;
  },
};

/** How long the cursor rests on a row before it is opened: a key held down must not ask the service for every row it passes. */
const REST_MS = 150;
let resting: ReturnType<typeof setTimeout> | undefined;

/** The pane follows the cursor: what is read on the right is what a key would act on. */
function moveTo(id: string | undefined): void {
  if (id === undefined) return;
  cursorId.value = id;
  clearTimeout(resting);
  resting = setTimeout(() => open(alerts.peek().get(id)), REST_MS);
}

function obey(command: DeskCommand): void {
  const rows = [...view.value.owed, ...view.value.handled];
  const at = rows.findIndex(({ id }) => id === cursorId.value);
  const current = rows[at] ?? (cursorId.value === undefined ? undefined : alerts.value.get(cursorId.value));
  switch (command.do) {
    case 'acknowledge':
      if (current !== undefined && view.value.owed.includes(current)) {
        // Sent, it goes down to what is in hand; the cursor stays with what is owed.
        const next = nextOwed(at);
        acknowledge(current, () => moveTo(next));
      }
      return;
    case 'open':
      open(current);
      document.querySelector<HTMLElement>('.detail')?.focus();
      return;
    case 'back':
      openId.value = undefined;
      document.querySelector<HTMLElement>('.rows')?.focus();
      return;
    case 'show-all':
      showAll();
      return;
    case 'only-grade':
      showOnly(command.grade);
      return;
    case 'next-owed':
      moveTo(nextOwed(at));
      return;
    default:
      moveTo(rows[Math.max(0, Math.min(rows.length - 1, indexOf(command, at, rows.length)))]?.id);
  }
}

function indexOf(command: DeskCommand, at: number, count: number): number {
  if (command.do === 'move') return at + command.by;
  return command.do === 'last' ? count - 1 : 0;
}

/** The owed alert below this row, else the first; undefined where no other is owed. */
function nextOwed(at: number): string | undefined {
  const { owed } = view.value;
  return (owed[at + 1] ?? (at === 0 ? undefined : owed[0]))?.id;
}
