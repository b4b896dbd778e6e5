/**
 * Closes an alert that has returned and is answered, by what the closing table asks for its worst grade. Where two persons
 * are asked for, the first one's closing waits for the second's; any worsening takes it back (tell.ts).
 */
import type { ClosingTerms } from '../../model/closing.ts';
import { CLOSING_TERMS, closingHindrance } from '../../model/closing.ts';
import type { BodyOf } from '../../model/command.ts';
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
/** What is refused because of the person who asked first: it is said who. */
const OF_TWO: ReadonlySet<string> = new Set(['same-person', 'second-person-required']);
const isBlank = (text: string): boolean => text.trim() === '';

export const close: AlertCommand<'close'> = {
  kind: 'close',
  anyTime: false,
  unsaved: false,
  refusal({ record }, { command, body }) {
    const { flags, handling } = record;
    const { active, latched, acked } = flags;
    const closing = record.closing ?? undefined;
    const { actor: name, role, level } = command;
    const standing = { ...rowOf(record), active, latched, acked, handling, closing };
    const code = closingHindrance({ name, role, level }, standing);
    if (code === undefined) return closing === undefined ? contentRefusal(record, body) : undefined;
    return OF_TWO.has(code) ? { code, by: closing?.by } : { code };
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
  const { cause, note } = termsOf(record);
  if (cause && isBlank(body.cause)) return { code: 'cause-required' };
  return note && isBlank(body.note) ? { code: 'note-required' } : undefined;
}

function closed(by: string, cause: string, notes: readonly string[]): Done {
  return { change: 'closed', by, note: said(cause, notes), closes: true };
}

function said(cause: string, notes: readonly string[]): string {
  return [cause, notes.filter((note) => !isBlank(note)).join('; ')].filter((word) => word !== '').join(': ');
}
