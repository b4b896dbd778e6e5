/**
 * Asks before an alert is closed: the cause, and a note, where the closing table asks for them. Where two persons are asked
 * for, the first is told who the second may be, and the second sees who asked, why, and confirms.
 */
import { useState } from 'preact/hooks';
import type { Alert } from '../../../src/api/schemas/alerts.ts';
import type { CommandBody } from '../../../src/api/schemas/commands.ts';
import type { User } from '../../../src/api/schemas/session.ts';
import { saidOnClosing, secondCloser } from '../../../src/api/shapes/closing.ts';
import { CAUSES } from '../../../src/api/shapes/commands.ts';
import { command } from '../../live/acting.ts';
import { user } from '../../live/desk.ts';
import { personName } from '../../live/registry.ts';
import { alertWords } from '../../words/alerts.ts';
import { screenWords } from '../../words/screen.ts';
import { sentenceOf } from '../alert/alert-text.ts';
import { Badge } from '../alert/badge.tsx';
import { AskingDialog, Fault } from './dialog.tsx';
import { NoteField } from './note-field.tsx';
import { commandWords } from './words.ts';

type Cause = NonNullable<CommandBody['cause']>;

const causeOf = (word: string | undefined): Cause | '' => CAUSES.find((known) => known === word) ?? '';

export function CloseDialog({ alert }: { alert: Alert }) {
  const { closing, close, cause: causeLabel, note: noteLabel, missing } = commandWords.value;
  const asked = alert.closing;
  const [cause, setCause] = useState<Cause | ''>(causeOf(asked?.cause));
  const [note, setNote] = useState('');
  const needs = saidOnClosing(alert);
  // Who confirms need say no more.
  const faults = {
    cause: asked === undefined && needs.cause && cause === '' ? missing.text(causeLabel) : undefined,
    note: asked === undefined && needs.note && note.trim() === '' ? missing.text(noteLabel) : undefined,
  };
  const title = asked === undefined ? closing.ask : closing.confirm;
  return (
    <AskingDialog
      name="close"
      title={title}
      submit={asked === undefined ? close : closing.confirm}
      faults={faults}
      send={() => void command(alert, 'close', { note: note.trim(), cause: cause === '' ? undefined : cause })}
    >
      {(shown) => (
        <>
          <p>
            <Badge grade={alert.peakGrade} /> {sentenceOf(alert)}
          </p>
          {asked !== undefined && <p class="asked">{askedText(asked)}</p>}
          {asked === undefined && <CauseField label={causeLabel} cause={cause} choose={setCause} fault={shown.cause} />}
          <NoteField label={noteLabel} note={note} say={setNote} fault={shown.note} suggestions={[]} />
          {asked === undefined && user.value !== undefined && <Second alert={alert} who={user.value} />}
        </>
      )}
    </AskingDialog>
  );
}

interface Chosen {
  readonly label: string;
  readonly cause: Cause | '';
  readonly fault: string | undefined;
  choose(cause: Cause | ''): void;
}

function CauseField({ label, cause, fault, choose }: Chosen) {
  const { causes } = alertWords.value;
  return (
    <>
      <label>
        {label}
        <select
          name="cause"
          data-first
          value={cause}
          aria-invalid={fault !== undefined}
          aria-describedby="cause-fault"
          onChange={(event) => choose(causeOf(event.currentTarget.value))}
        >
          <option value="">…</option>
          {CAUSES.map((known) => (
            <option key={known} value={known}>
              {causes[known]}
            </option>
          ))}
        </select>
      </label>
      <Fault id="cause-fault" text={fault} />
    </>
  );
}

/** That the alert is not closed with this: who still has to confirm. */
function Second({ alert, who }: { alert: Alert; who: User }) {
  const roles = secondCloser(who, alert);
  return roles === undefined ? null : <p class="second">{commandWords.value.closing.two(rolesText(roles))}</p>;
}

/** `县应急值班或以上`: the roles from which on somebody may. */
export function rolesText(roles: readonly User['role'][]): string {
  const { roles: names, orAbove } = commandWords.value;
  return orAbove(roles.map((role) => names[role]));
}

/** Who asked for the closing, and why. */
export function askedText(asked: NonNullable<Alert['closing']>): string {
  const { causes, dutyLevel } = alertWords.value;
  const cause = (causes as Readonly<Record<string, string>>)[asked.cause] ?? asked.cause;
  const why = [cause, asked.note].filter(Boolean).join(screenWords.value.colon);
  return commandWords.value.closing.asked(`${dutyLevel[asked.level]} ${personName(asked.by)}`, why);
}
