/**
 * How far somebody has been told: one text that a client keeps, compares and sends back, and never looks into. Inside stand
 * the epoch, whose numbers cannot be compared with another's, and the number reached in the log of each partition.
 */

export interface Position {
  readonly epoch: string;
  /** Number of the newest transition told, of the one log there is here. */
  readonly seq: number;
}

/** The one log of a service that holds everything itself. */
const PARTITION = 0;
const FORM = /^([\w.-]{1,64})~([0-9a-z]{1,4}):(\d{1,15})$/;

export function cursorOf({ epoch, seq }: Position): string {
  return `${epoch}~${PARTITION.toString(36)}:${seq}`;
}

/** Undefined for what we never gave, or gave of other partitions than ours. */
export function positionOf(cursor: string): Position | undefined {
  const [, epoch, partition, seq] = FORM.exec(cursor) ?? [];
  return epoch === undefined || Number.parseInt(partition, 36) !== PARTITION ? undefined : { epoch, seq: Number(seq) };
}
