/**
 * What every codec is: a total function from the bytes of one message to reading columns, or to refusals with their
 * reasons. A codec never throws, never repairs and never fills in a default other than the arrival time.
 */
import type { ReadingBatch, RefusalReason } from '../../model/reading.ts';
import type { EpochMs } from '../../model/time.ts';
import type { GatewayEntry } from '../directory.ts';

/** Why a message, or one reading of it, was not taken. */
export interface Refused {
  readonly reason: RefusalReason;
  /** Tag of the reading, where it could be read. */
  readonly tag?: string | undefined;
  /** Place of the reading in the message, as it was sent; absent where the message was refused whole. */
  readonly index?: number;
  /** For people. */
  readonly detail: string;
}

/** `ok` with what could be taken (possibly nothing) and what could not; otherwise the message was refused whole. */
export type Decoded =
  | { readonly ok: true; readonly batch: ReadingBatch; readonly refused: readonly Refused[] }
  | { readonly ok: false; readonly refused: Refused };

/**
 * @param receivedAt arrival, engine time.
 * @param flags FLAG bits that the transport gives every reading of the message (QOS0, REDELIVERED).
 */
export type Decode = (payload: Uint8Array, gateway: GatewayEntry, receivedAt: EpochMs, flags: number) => Decoded;

/** A larger message is refused whole: 5 000 readings of the native form fit. */
export const MESSAGE_BYTES_MAX = 256 * 1024;
export const MESSAGE_READINGS_MAX = 5_000;
/** Deeper payloads are refused: no form that we read nests more than three levels. */
export const MESSAGE_DEPTH_MAX = 16;
