/** An answer of one duty level: it covers grade and contributing points as of the transition the person saw. */
import type { Acknowledgement } from '../../model/alert.ts';
import { coveringAcknowledgement } from '../record.ts';
import { passed } from '../state/lifecycle.ts';
import type { AlertCommand } from './command.ts';

/** Newest acknowledgements kept on an alert; all of them are in the history. */
const ACKNOWLEDGEMENTS_MAX = 50;

export const acknowledge: AlertCommand<'acknowledge'> = {
  kind: 'acknowledge',
  anyTime: false,
  // Only the answer to an alarm cannot wait for the storage.
  unsaved: true,
  refusal({ record }, { command }) {
    const covering = coveringAcknowledgement(record, command.level);
    return covering === undefined ? undefined : { code: 'already-acknowledged', by: covering.by };
  },
  apply({ record }, { command, body: { note }, ctx }) {
    const { actor: by, level, seenSeq } = command;
    const ack: Acknowledgement = { level, by, at: ctx.at, note, seq: Math.min(seenSeq, record.seq) };
    record.acknowledgements = [...record.acknowledgements, ack].slice(-ACKNOWLEDGEMENTS_MAX);
    // The flags are those of the lowest level; a higher level's answer after it changes only whose it is.
    if (!record.flags.acked) record.flags = passed(record.flags, 'acknowledge');
    return { change: 'acknowledged', by, note };
  },
};
