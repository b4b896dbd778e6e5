/**
 * Which operator commands an alert accepts as it is now, why not, and what an accepted one does to its record. Who may send
 * a command was decided before, and closing is asked again of the same table, as the alert is now; telling it is the book's.
 */
import type { Acknowledgement } from '../../model/alert.ts';
import { CLOSING_TERMS, mayClose } from '../../model/closing.ts';
import type { Command, OutcomeCode } from '../../model/command.ts';
import type { GradeName } from '../../model/grade.ts';
import { GRADE_NAMES } from '../../model/grade.ts';
import type { EpochMs } from '../../model/time.ts';
import type { AlertRecord } from '../record.ts';
import { coveringAcknowledgement } from '../record.ts';
import type { News } from '../tell.ts';
import { passed } from '../tell.ts';

/** Newest acknowledgements kept on an alert; all of them are in the history. */
const ACKNOWLEDGEMENTS_MAX = 50;

export interface Refusal {
  readonly code: Exclude<OutcomeCode, 'applied'>;
  readonly by?: string;
}

/** The first thing that stands against the command, or undefined. `latched`: something waits for a reset. */
export function refusalOf(
  record: AlertRecord,
  command: Command,
  unsaved: boolean,
  latched: boolean,
): Refusal | undefined {
  // What a person says while nothing can be kept must be heard again later; only the answer to an alarm cannot wait.
  const { body } = command;
  if (unsaved && body.kind !== 'acknowledge') return { code: 'unsaved-mode' };
  if (body.kind === 'comment') return undefined;
  // Everything else is said about the alert as the person saw it.
  if (command.seenSeq < record.worsenedSeq) return { code: 'alert-changed' };
  switch (body.kind) {
    case 'acknowledge': {
      const covering = coveringAcknowledgement(record, command.level);
      return covering === undefined ? undefined : { code: 'already-acknowledged', by: covering.by };
    }
    case 'verify':
      return undefined;
    case 'reset':
      return latched ? undefined : { code: 'not-latched' };
    case 'close':
      return closingRefusal(record, command, body.cause);
  }
}

function closingRefusal(record: AlertRecord, command: Command, cause: string): Refusal | undefined {
  const { flags, group } = record;
  if (flags.active || flags.latched) return { code: 'still-active' };
  if (!flags.acked) return { code: 'not-acknowledged' };
  const peakGrade = GRADE_NAMES[record.peakGrade] as GradeName;
  if (!mayClose(command, { kind: group.kind, peakGrade })) return { code: 'level-too-low' };
  if (CLOSING_TERMS[group.kind][peakGrade].cause && cause.trim() === '') return { code: 'cause-required' };
  return undefined;
}

/** Applies an accepted command to the record and says what is to be told of it. */
export function applyCommand(record: AlertRecord, command: Command, at: EpochMs): News {
  const { actor, body } = command;
  const { note } = body;
  const said = { by: actor, note };
  switch (body.kind) {
    case 'acknowledge': {
      const seq = Math.min(command.seenSeq, record.seq);
      const ack: Acknowledgement = { level: command.level, by: actor, at, note, seq };
      record.acknowledgements = [...record.acknowledgements, ack].slice(-ACKNOWLEDGEMENTS_MAX);
      // The flags are those of the lowest level; a higher level's answer after it changes only whose it is.
      if (!record.flags.acked) record.flags = passed(record.flags, 'acknowledge');
      return { change: 'acknowledged', ...said };
    }
    case 'comment':
      return { change: 'commented', ...said };
    case 'verify':
      record.handling = 'verified';
      return { change: 'verified', ...said };
    case 'reset':
      for (const point of record.points) point.latched = false;
      // While others keep the alarm active the latch was theirs alone; else the alarm itself leaves its latched state.
      if (record.flags.active || record.flags.latched) record.flags = passed(record.flags, 'reset');
      return { change: 'reset', ...said };
    case 'close':
      return { change: 'closed', by: actor, note: [body.cause, note].filter((word) => word !== '').join(': ') };
  }
}

/**
 * Whether an alert that has returned is over without anybody closing it: blue hazards and device alarms once acknowledged;
 * blue device alarms even unanswered, so that a flapping gateway does not bury the list under what is already over.
 */
export function endsByItself(record: AlertRecord): boolean {
  const { flags, group, peakGrade } = record;
  if (flags.active || flags.latched || flags.shelved || flags.suppressed || flags.outOfService) return false;
  if (group.kind === 'device') return flags.acked || peakGrade <= 1;
  return flags.acked && peakGrade <= 1;
}
