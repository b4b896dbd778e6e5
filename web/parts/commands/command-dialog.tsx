/**
 * Asks for the words that a command takes, and for `release` which points it is about. It commands the alert as it was when
 * the dialog opened: if it grew worse meanwhile the service refuses, and that is shown.
 */
import { useState } from 'preact/hooks';
import type { Alert } from '../../../src/api/schemas/alerts.ts';
import { command, heldBlind } from '../../live/acting.ts';
import type { SpokenCommand } from '../../live/desk.ts';
import { pointNameById, sentenceOf } from '../alert/alert-text.ts';
import { Badge } from '../alert/badge.tsx';
import { AskingDialog, Fault } from './dialog.tsx';
import { NoteField } from './note-field.tsx';
import { commandWords } from './words.ts';

interface Spoken {
  readonly alert: Alert;
  readonly kind: SpokenCommand;
  readonly sent?: () => void;
}

export function CommandDialog({ alert, kind, sent }: Spoken) {
  const text = commandWords.value.asks[kind];
  const { missing } = commandWords.value;
  // An acknowledgement says little by itself, and its first suggestion is true of every one; anything else is said by hand.
  const [note, setNote] = useState(kind === 'acknowledge' ? (text.notes[0] ?? '') : '');
  const held = kind === 'release' ? heldBlind(alert) : [];
  const [points, setPoints] = useState<readonly string[]>(held.length === 1 ? held : []);
  const words = note.trim();
  const faults = {
    points: kind === 'release' && points.length === 0 ? missing.points : undefined,
    note: kind !== 'acknowledge' && words === '' ? missing.text(text.note) : undefined,
  };
  const send = (): void => {
    void command(alert, kind, kind === 'release' ? { points: [...points], reason: words } : { note: words });
    sent?.();
  };
  return (
    <AskingDialog name="command" title={text.title} submit={text.send} faults={faults} send={send}>
      {(shown) => (
        <>
          <p>
            <Badge grade={alert.grade} /> {sentenceOf(alert)}
          </p>
          {text.means !== '' && <p>{text.means}</p>}
          {held.length > 0 && <Choice all={held} chosen={points} choose={setPoints} fault={shown.points} />}
          <NoteField label={text.note} note={note} say={setNote} fault={shown.note} suggestions={text.notes} />
        </>
      )}
    </AskingDialog>
  );
}

interface Chosen {
  readonly all: readonly string[];
  readonly chosen: readonly string[];
  readonly fault: string | undefined;
  choose(points: readonly string[]): void;
}

/** Which points: where there are several none is chosen beforehand, for each is let go of by name. */
function Choice({ all, chosen, fault, choose }: Chosen) {
  return (
    <fieldset aria-describedby="points-fault">
      <legend>{commandWords.value.heldBlind}</legend>
      {all.map((id) => (
        <label key={id} class="choice">
          <input
            type="checkbox"
            name="points"
            checked={chosen.includes(id)}
            onChange={(event) =>
              choose(event.currentTarget.checked ? [...chosen, id] : chosen.filter((other) => other !== id))
            }
          />
          {pointNameById(id)}
        </label>
      ))}
      <Fault id="points-fault" text={fault} />
    </fieldset>
  );
}
