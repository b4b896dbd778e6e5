/**
 * Asks for the note that acknowledging red or orange takes. It acknowledges the alert as it was when the dialog opened:
 * if it grew worse meanwhile the service refuses, and that is shown.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Alert } from '../../../src/api/schemas/alerts.ts';
import { command } from '../../live/acting.ts';
import { asking } from '../../live/desk.ts';
import { screenWords } from '../../words/screen.ts';
import { sentenceOf } from '../alert/alert-text.ts';
import { Badge } from '../alert/badge.tsx';
import { commandWords } from './words.ts';

export function NoteDialog({ alert }: { alert: Alert }) {
  const { action } = screenWords.value;
  const text = commandWords.value;
  const [note, setNote] = useState(text.notes[0]);
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    field.current?.select();
  }, []);
  const close = (): void => {
    asking.value = undefined;
    document.querySelector<HTMLElement>('.rows')?.focus();
  };
  const send = (event: Event): void => {
    event.preventDefault();
    void command(alert, 'acknowledge', { note: note.trim() });
    close();
  };
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="note-title">
      <form onSubmit={send}>
        <h2 id="note-title">{text.askNote}</h2>
        <p>
          <Badge grade={alert.grade} /> {sentenceOf(alert)}
        </p>
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
