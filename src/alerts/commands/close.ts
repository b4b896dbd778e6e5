/**
 * Closes an alert that has returned and is answered, by what the closing table asks for its worst grade. Where two persons
 * are asked for, the first one's closing waits for the second's; any worsening takes it back (tell.ts).
 */
import type { ClosingTerms } from '../../model/closing.ts';
import { CLOSING_TERMS, isCloser, mayClose } from '../../model/closing.ts';
import type { BodyOf, Command } from '../../model/command.ts';
import type { GradeName } from '../../model/grade.ts';
import { GRADE_NAMES } from '../../model/grade.ts';
import type { AlertRecord } from '../record.ts';
import type { AlertCommand, Done, Refusal } from './command.ts';

const rowOf = ({ group, peakGrade }: AlertRecord) => ({
  kind: group.kind,
  peakGrade: GRADE_NAMES[peakGrade] as GradeName,
});
const termsOf = (record: AlertRecord): ClosingTerms => {
  const { kind, peakGrade } = rowOf(record);
  return CLOSING_TERMS[kind][peakGrade];
};
const isBlank = (text: string): boolean => text.trim() === '';

export const close: AlertCommand<'close'> = {
  kind: 'close',
  anyTime: false,
  unsaved: false,
  refusal({ record }, { command, body }) {
    const { flags, closing } = record;
    if (flags.active || flags.latched) return { code: 'still-active' };
    if (!flags.acked) return { code: 'not-acknowledged' };
    if (!mayClose(command, rowOf(record))) return { code: 'level-too-low' };
    return closing === null ? contentRefusal(record, body) : confirmationRefusal(record, command);
  },
  apply({ record }, { command, body, ctx }) {
    const { actor: by, role, level } = command;
    const { closing } = record;
    if (termsOf(record).second === undefined) return closed(by, body.cause, [body.note]);
    if (closing !== null) {
      record.closing = null;
      return closed(`${closing.by}, ${by}`, closing.cause, [closing.note, body.note]);
    }
    record.closing = { by, role, level, at: ctx.at, cause: body.cause, note: body.note };
    return { change: 'closing-proposed', by, note: said(body.cause, [body.note]) };
  },
};

function contentRefusal(record: AlertRecord, body: BodyOf<'close'>): Refusal | undefined {
  const { verified, cause, note } = termsOf(record);
  if (verified && record.handling === 'new') return { code: 'not-verified' };
  if (cause && isBlank(body.cause)) return { code: 'cause-required' };
  return note && isBlank(body.note) ? { code: 'note-required' } : undefined;
}

/** The second person need say nothing but who he is; one of the two must be named by the row itself. */
function confirmationRefusal(record: AlertRecord, command: Command): Refusal | undefined {
  const { closing } = record;
  if (closing === null) return undefined;
  if (command.actor === closing.by) return { code: 'same-person', by: closing.by };
  const row = rowOf(record);
  return isCloser(command, row) || isCloser(closing, row)
    ? undefined
    : { code: 'second-person-required', by: closing.by };
}

function closed(by: string, cause: string, notes: readonly string[]): Done {
  return { change: 'closed', by, note: said(cause, notes), closes: true };
}

function said(cause: string, notes: readonly string[]): string {
  return [cause, notes.filter((note) => !isBlank(note)).join('; ')].filter((word) => word !== '').join(': ');
}
