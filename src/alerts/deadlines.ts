/**
 * What falls due on an alert by engine time alone, at most one instant a purpose. It does nothing when an instant has come.
 */
import type { DeadlinePurpose } from '../model/alert.ts';
import type { EpochMs } from '../model/time.ts';
import type { AlertRecord } from './record.ts';
import type { BookContext } from './tell.ts';

export function deadlineOf(
  { deadlines }: Pick<AlertRecord, 'deadlines'>,
  purpose: DeadlinePurpose,
): EpochMs | undefined {
  return deadlines.find((deadline) => deadline.purpose === purpose)?.dueAt;
}

/** Moves the one deadline of this purpose, and asks to be called then; undefined takes it away. */
export function setDeadline(
  record: AlertRecord,
  purpose: DeadlinePurpose,
  dueAt: EpochMs | undefined,
  ctx: Pick<BookContext, 'arm'>,
): void {
  if (dueAt === deadlineOf(record, purpose)) return;
  const others = record.deadlines.filter((deadline) => deadline.purpose !== purpose);
  record.deadlines = dueAt === undefined ? others : [...others, { purpose, dueAt }];
  if (dueAt !== undefined) ctx.arm(record.id, dueAt);
}
