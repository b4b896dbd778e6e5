/**
 * What stands where: sign-in for a stranger, the desk for everybody else. It holds the keyboard, too.
 */
import { useEffect } from 'preact/hooks';
import {
  acknowledge,
  alerts,
  behind,
  closeFor,
  cursorId,
  known,
  noteFor,
  open,
  openId,
  showAll,
  showOnly,
  signingInAgain,
  stopped,
  user,
  view,
  words,
} from '../live/desk.ts';
import { AlertTable } from '../pages/desk/alert-table.tsx';
import { CloseDialog } from '../pages/desk/close-dialog.tsx';
import { Detail } from '../pages/desk/detail.tsx';
import { HistoryPage } from '../pages/history/page.tsx';
import { NoteDialog } from '../parts/note-dialog.tsx';
import { Banner } from './banner.tsx';
import { Header } from './header.tsx';
import type { DeskCommand } from './keys.ts';
import { commandOf } from './keys.ts';
import { route } from './route.ts';
import { SignIn, SignInAgain } from './sign-in.tsx';
import { StatusBars } from './status-bars.tsx';

export function App() {
  if (!known.value) return <p class="empty">{words.value.link.waiting}</p>;
  return user.value === undefined ? <SignIn /> : <Desk />;
}

function Desk() {
  useEffect(() => {
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, []);
  useEffect(() => {
    if (route.value.page === 'alarm') openId.value = route.value.id;
  }, [route.value]);
  return (
    <div class={`desk${stopped.value ? ' stopped' : ''}${behind.value ? ' behind' : ''}`}>
      <Header />
      <StatusBars />
      <Banner />
      <main>
        {route.value.page === 'history' ? <HistoryPage /> : <AlertTable />}
        <Detail />
      </main>
      {noteFor.value !== undefined && <NoteDialog key={noteFor.value.id} alert={noteFor.value} />}
      {closeFor.value !== undefined && <CloseDialog key={closeFor.value.id} alert={closeFor.value} />}
      {signingInAgain.value && <SignInAgain />}
    </div>
  );
}

function pressed(event: KeyboardEvent): void {
  const target = event.target instanceof HTMLElement ? event.target : undefined;
  const inField = target?.closest('input, select, textarea, dialog') != null;
  // A focused button answers to Enter itself; letters and arrows stay the list's.
  const onButton = target?.closest('button, a') != null && /Enter$/.test(event.code);
  // The keys of the list belong to the list; the history is read with the browser's own.
  if (route.value.page === 'history' && event.code !== 'KeyH') return;
  const command = commandOf({
    code: event.code,
    isComposing: event.isComposing,
    ctrlKey: event.ctrlKey,
    altKey: event.altKey,
    metaKey: event.metaKey,
    taken: inField || onButton || noteFor.value !== undefined || closeFor.value !== undefined || signingInAgain.value,
  });
  if (command === undefined) return;
  event.preventDefault();
  obey(command);
}

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
    case 'history':
      location.hash = route.value.page === 'history' ? '#/' : '#/history';
      return;
    case 'show-all':
      showAll();
      return;
    case 'only-grade':
      showOnly(command.grade);
      return;
  }
}
