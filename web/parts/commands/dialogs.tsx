/** The dialog that asks for what a command still lacks, whichever page it was begun on. */
import { asking } from '../../live/desk.ts';
import { CloseDialog } from './close-dialog.tsx';
import { CommandDialog } from './command-dialog.tsx';

export function Dialogs() {
  const asked = asking.value;
  if (asked === undefined) return null;
  const { kind, alert, sent } = asked;
  if (kind === 'close') return <CloseDialog key={alert.id} alert={alert} />;
  return <CommandDialog key={`${alert.id} ${kind}`} alert={alert} kind={kind} sent={sent} />;
}
