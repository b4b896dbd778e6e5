/**
 * Asks for the words that a command takes, and for `release` which points it is about. It commands the alert as it was when
 * the dialog opened: if it grew worse meanwhile the service refuses, and that is shown.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Alert } from '../../../src/api/schemas/alerts.ts';
import { command, heldBlind } from '../../live/acting.ts';
import type { SpokenCommand } from '../../live/desk.ts';
import { asking } from '../../live/desk.ts';
import { screenWords } from '../../words/screen.ts';
import { pointNameById, sentenceOf } from '../alert/alert-text.ts';
import { Badge } from '../alert/badge.tsx';
import { commandWords } from './words.ts';

interface Spoken {
  readonly alert: Alert;
  readonly kind: SpokenCommand;
  readonly sent?: () => void;
}

export function CommandDialog({ alert, kind, sent }: Spoken) {
  const text = commandWords.value.asks[kind];
  // An acknowledgement says little by itself, and its first suggestion is true of every one; anything else is said by hand.
  const [note, setNote] = useState(kind === 'acknowledge' ? (text.notes[0] ?? '') : '');
  const held = kind === 'release' ? heldBlind(alert) : [];
  const [points, setPoints] = useState<readonly string[]>(held.length === 1 ? held : []);
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    field.current?.focus();
    field.current?.select();
  }, []);
  const close = (): void => {
    asking.value = undefined;
    document.querySelector<HTMLElement>(kind === 'acknowledge' ? '.rows' : '.detail')?.focus();
  };
  const send = (event: Event): void => {
    event.preventDefault();
    const words = note.trim();
    void command(alert, kind, kind === 'release' ? { points: [...points], reason: words } : { note: words });
    close();
    sent?.();
  };
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="command-title" class="command-dialog">
      <form onSubmit={send}>
        <h2 id="command-title">{text.title}</h2>
        <p>
          <Badge grade={alert.grade} /> {sentenceOf(alert)}
        </p>
        {text.means !== '' && <p>{text.means}</p>}
        {held.length > 0 && <Choice all={held} chosen={points} choose={setPoints} />}
        <div class="chips">
          {text.notes.map((words) => (
            <button
              key={words}
              type="button"
              class={words === note ? 'chip chosen' : 'chip'}
              onClick={() => {
                setNote(words);
                field.current?.focus();
              }}
            >
              {words}
            </button>
          ))}
        </div>
        <label>
          {text.note}
          <input
            ref={field}
            value={note}
            maxLength={500}
            required={kind !== 'acknowledge'}
            pattern=".*\S.*"
            onInput={(event) => setNote(event.currentTarget.value)}
          />
        </label>
        <p class="buttons">
          <button type="submit" class="primary" disabled={kind === 'release' && points.length === 0}>
            {text.send}
          </button>
          <button type="button" onClick={close}>
            {screenWords.value.action.cancel}
          </button>
        </p>
      </form>
    </dialog>
  );
}

interface Chosen {
  readonly all: readonly string[];
  readonly chosen: readonly string[];
  choose(points: readonly string[]): void;
}

/** Which points: where there are several none is chosen beforehand, for each is let go of by name. */
function Choice({ all, chosen, choose }: Chosen) {
  return (
    <fieldset>
      <legend>{commandWords.value.heldBlind}</legend>
      {all.map((id) => (
        <label key={id} class="choice">
          <input
            type="checkbox"
            checked={chosen.includes(id)}
            onChange={(event) =>
              choose(event.currentTarget.checked ? [...chosen, id] : chosen.filter((other) => other !== id))
            }
          />
          {pointNameById(id)}
        </label>
      ))}
    </fieldset>
  );
}
