/** The dialog that asks for what a command still lacks, whichever page it was begun on. */
import { asking } from '../../live/desk.ts';
import { CloseDialog } from './close-dialog.tsx';
import { NoteDialog } from './note-dialog.tsx';

export function Dialogs() {
  const asked = asking.value;
  if (asked === undefined) return null;
  const { kind, alert } = asked;
  return kind === 'close' ? <CloseDialog key={alert.id} alert={alert} /> : <NoteDialog key={alert.id} alert={alert} />;
}
