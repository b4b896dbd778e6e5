/**
 * Asks for the note that acknowledging red or orange takes. It acknowledges the alert as it was when the dialog opened:
 * if it grew worse meanwhile the service refuses, and that is shown.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Alert } from '../../src/api/schemas/alerts.ts';
import { command, noteFor, words } from '../live/desk.ts';
import { sentenceOf } from '../pages/desk/alert-words.ts';
import { Badge } from './badge.tsx';

export function NoteDialog({ alert }: { alert: Alert }) {
  const { action } = words.value;
  const [note, setNote] = useState(action.notes[0]);
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    field.current?.select();
  }, []);
  const close = (): void => {
    noteFor.value = undefined;
    document.querySelector<HTMLElement>('.rows')?.focus();
  };
  const send = (event: Event): void => {
    event.preventDefault();
    void command(alert, 'acknowledge', note.trim());
    close();
  };
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="note-title">
      <form onSubmit={send}>
        <h2 id="note-title">{action.askNote}</h2>
        <p>
          <Badge grade={alert.grade} /> {sentenceOf(alert)}
        </p>
        <div class="chips">
          {action.notes.map((text) => (
            <button
              key={text}
              type="button"
              class={text === note ? 'chip chosen' : 'chip'}
              onClick={() => {
                setNote(text);
                field.current?.focus();
              }}
            >
              {text}
            </button>
          ))}
        </div>
        <label>
          {action.note}
          <input ref={field} value={note} maxLength={500} onInput={(event) => setNote(event.currentTarget.value)} />
        </label>
        <p class="buttons">
          <button type="submit" class="primary">
            {action.acknowledge}
          </button>
          <button type="button" onClick={close}>
            {action.cancel}
          </button>
        </p>
      </form>
    </dialog>
  );
}
