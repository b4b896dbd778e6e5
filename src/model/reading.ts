/**
 * One message's readings as parallel columns: the unit that the codecs make, the log stores and the engine folds. The
 * admission columns (`verdict`, out-flags) are filled by the engine, in log order, and travel with the record.
 */
import type { EpochMs } from './time.ts';

/** Flag bits of one reading. In-flags come from the sender or the transport, out-flags from admission and judging. */
export const FLAG = {
  /** in: the sender marks it as back-fill. */
  HISTORICAL: 1,
  /** in: it came without `at`; the arrival time is used. May not feed count, duration, energy or rain rules. */
  NO_AT: 2,
  /** in: taken at QoS 0, outside the no-loss promise. */
  QOS0: 4,
  /** in: the transport marks the message as redelivered (MQTT DUP). */
  REDELIVERED: 8,
  /** in: the value was a boolean on the wire. */
  BOOLEAN: 16,
  /** out: device time unusable; judged at arrival time, both times kept. */
  CLOCK_SKEWED: 32,
  /** out: older than the newest judged reading of the point; stored, skips windows and delays. */
  LATE: 64,
  /** out: judged after the fact; what it raised was already over when it arrived. */
  RETROSPECTIVE: 128,
  /** out: beyond the instrument's span on the dangerous side; judged as the highest limit of that side. */
  OVER_RANGE: 256,
  /** out: same sampling time as a stored reading but another value; judged, the first one stays stored. */
  CONFLICT: 512,
  /** out: judged while the log could not be written. */
  UNSAVED: 1024,
  /** out: of a derived point: no less than its value and perhaps more, what was seen of a window that is not known whole. */
  AT_LEAST: 16_384,
} as const;

/** Three bits among the flags: the sender's quality code + 1 where it is not the judged one, 0 where it is. */
const SENT_QUALITY_SHIFT = 11;
const SENT_QUALITY_MASK = 7;

/** The flags of a stored row, with the quality that was sent: what judges another time must know it. */
export function withSentQuality(flags: number, sent: number, judged: number): number {
  return sent === judged ? flags : flags | ((sent + 1) << SENT_QUALITY_SHIFT);
}

/** The quality that the sender gave a stored row. */
export function sentQualityOf(flags: number, judged: number): number {
  const code = (flags >> SENT_QUALITY_SHIFT) & SENT_QUALITY_MASK;
  return code === 0 ? judged : code - 1;
}

/** Admission verdicts as stored with the record: interface words, one byte each. Refusals start at 16. */
export const VERDICT = {
  LIVE: 0,
  HISTORY: 1,
  DUPLICATE: 2,
  REFUSED_UNKNOWN_POINT: 16,
  REFUSED_NOT_AUTHORISED: 17,
  REFUSED_WRONG_TYPE: 18,
  REFUSED_UNKNOWN_GATEWAY: 19,
} as const;
export type VerdictCode = (typeof VERDICT)[keyof typeof VERDICT];

/** Every reason a message or reading may be refused with; counted and listed with a payload prefix. */
export const REFUSAL_REASONS = [
  'malformed',
  'too-large',
  'unknown-gateway',
  'unknown-point',
  'not-finite',
  'wrong-type',
  'duplicate',
  'retained',
  'not-authorised',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** Why a reading with this verdict is not in the history; undefined for those that are. */
export const REFUSAL_OF_VERDICT: Readonly<Record<number, RefusalReason>> = {
  [VERDICT.DUPLICATE]: 'duplicate',
  [VERDICT.REFUSED_UNKNOWN_POINT]: 'unknown-point',
  [VERDICT.REFUSED_NOT_AUTHORISED]: 'not-authorised',
  [VERDICT.REFUSED_WRONG_TYPE]: 'wrong-type',
  [VERDICT.REFUSED_UNKNOWN_GATEWAY]: 'unknown-gateway',
};

/** Point number of a reading whose tag the registry did not know; its tag stands in `unknownTags`, in order. */
export const UNKNOWN_POINT = 0xffff_ffff;

/** No sequence number was sent. */
export const NO_SEQ = -1;

/** Readings of one message of one gateway. Columns have `count` valid rows, sorted by `sampledAt`, ties in sent order. */
export interface ReadingBatch {
  /** Gateway number of the registry (never re-used). */
  gateway: number;
  /** Arrival, in engine time. */
  receivedAt: EpochMs;
  /** Digest of the message's bytes, below 2^53, by which a redelivery is known; 0 where there was no message. */
  digest: number;
  count: number;
  point: number[];
  /** Device time, which is wall time; the arrival time where the sender gave none (then FLAG.NO_AT). */
  sampledAt: number[];
  /** Finite number; booleans are 1/0 with FLAG.BOOLEAN. */
  value: number[];
  /** Quality code: the sender's, replaced by what span and plausibility make of it when it is judged. */
  quality: number[];
  /** The sender's quality code, kept beside the judged one; empty while they do not differ. */
  sentQuality: number[];
  /** Sender's sequence number or NO_SEQ. */
  seq: number[];
  flags: number[];
  /** VERDICT code, written by admission. */
  verdict: number[];
  /** Wall time the reading was judged at, written by admission: `sampledAt`, or the arrival where that clock was wrong. */
  judgedAt: number[];
  /** Tags of the readings whose point is UNKNOWN_POINT, in row order. */
  unknownTags: string[];
}

/** An empty batch for one message; codecs fill it with `addReading`. */
export function newBatch(gateway: number, receivedAt: EpochMs): ReadingBatch {
  return {
    gateway,
    receivedAt,
    digest: 0,
    count: 0,
    point: [],
    sampledAt: [],
    value: [],
    quality: [],
    sentQuality: [],
    seq: [],
    flags: [],
    verdict: [],
    judgedAt: [],
    unknownTags: [],
  };
}
