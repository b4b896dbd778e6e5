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

function obey(command: DeskCommand): void {
  const rows = [...view.value.owed, ...view.value.handled];
  const at = rows.findIndex(({ id }) => id === cursorId.value);
  const current = rows[at] ?? (cursorId.value === undefined ? undefined : alerts.value.get(cursorId.value));
  const go = (index: number): void => {
    cursorId.value = rows[Math.max(0, Math.min(rows.length - 1, index))]?.id;
  };
  switch (command.do) {
    case 'move':
      go(at + command.by);
      return;
    case 'first':
      go(0);
      return;
    case 'last':
      go(rows.length - 1);
      return;
    case 'next-owed':
      cursorId.value = (view.value.owed[at + 1] ?? view.value.owed[0])?.id ?? cursorId.value;
      return;
    case 'acknowledge':
      if (current !== undefined && view.value.owed.includes(current)) acknowledge(current);
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
  }
}
