/**
 * Asks before an alert is closed: the cause, and a note. Where two persons are asked for, the second sees who asked, why,
 * and confirms. What the service asks for beyond that it says in its refusal.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Alert } from '../../../src/api/schemas/alerts.ts';
import type { CommandBody } from '../../../src/api/schemas/commands.ts';
import { CAUSES } from '../../../src/api/shapes/commands.ts';
import { command } from '../../live/acting.ts';
import { asking } from '../../live/desk.ts';
import { personName } from '../../live/registry.ts';
import { alertWords } from '../../words/alerts.ts';
import { screenWords } from '../../words/screen.ts';
import { sentenceOf } from '../alert/alert-text.ts';
import { Badge } from '../alert/badge.tsx';
import { commandWords } from './words.ts';

type Cause = NonNullable<CommandBody['cause']>;

export function CloseDialog({ alert }: { alert: Alert }) {
  const { closing, close, cause: causeLabel, note: noteLabel } = commandWords.value;
  const { causes } = alertWords.value;
  const asked = alert.closing;
  const [cause, setCause] = useState<Cause | ''>(CAUSES.find((known) => known === asked?.cause) ?? '');
  const [note, setNote] = useState('');
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const end = (): void => {
    asking.value = undefined;
    document.querySelector<HTMLElement>('.detail')?.focus();
  };
  const send = (event: Event): void => {
    event.preventDefault();
    void command(alert, 'close', { note: note.trim(), cause: cause === '' ? undefined : cause });
    end();
  };
  return (
    <dialog ref={dialog} onClose={end} aria-labelledby="close-title" class="close-dialog">
      <form onSubmit={send}>
        <h2 id="close-title">{asked === undefined ? closing.ask : closing.confirm}</h2>
        <p>
          <Badge grade={alert.peakGrade} /> {sentenceOf(alert)}
        </p>
        {asked !== undefined && <p class="asked">{askedText(asked)}</p>}
        {asked === undefined && (
          <label>
            {causeLabel}
            <select
              required
              value={cause}
              onChange={(event) => setCause(CAUSES.find((known) => known === event.currentTarget.value) ?? '')}
            >
              <option value="">…</option>
              {CAUSES.map((known) => (
                <option key={known} value={known}>
                  {causes[known]}
                </option>
              ))}
            </select>
          </label>
        )}
        <label>
          {noteLabel}
          <input
            value={note}
            maxLength={500}
            required={asked === undefined && alert.kind === 'hazard' && alert.peakGrade === 'red'}
            onInput={(event) => setNote(event.currentTarget.value)}
          />
        </label>
        {asked === undefined && alert.kind === 'hazard' && alert.peakGrade === 'red' && <p>{closing.two}</p>}
        <p class="buttons">
          <button type="submit" class="primary">
            {asked === undefined ? close : closing.confirm}
          </button>
          <button type="button" onClick={end}>
            {screenWords.value.action.cancel}
          </button>
        </p>
      </form>
    </dialog>
  );
}

/** Who asked for the closing, and why. */
export function askedText(asked: NonNullable<Alert['closing']>): string {
  const { causes, dutyLevel } = alertWords.value;
  const cause = (causes as Readonly<Record<string, string>>)[asked.cause] ?? asked.cause;
  const why = [cause, asked.note].filter(Boolean).join('：');
  return commandWords.value.closing.asked(`${dutyLevel[asked.level]} ${personName(asked.by)}`, why);
}
