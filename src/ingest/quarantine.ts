/**
 * Every refusal, counted by reason; the last 1 000 with the head of their payload, made safe to print. Its memory is
 * bounded whatever is sent; it refuses nothing itself.
 */
import type { RefusalReason } from '../model/reading.ts';
import { REFUSAL_REASONS } from '../model/reading.ts';
import type { EpochMs } from '../model/time.ts';

export const QUARANTINE_ENTRIES = 1_000;
const PREFIX_BYTES = 256;
const TEXT_CHARACTERS = 256;

export interface Refusal {
  /** Engine time. */
  readonly at: EpochMs;
  readonly enterprise: string;
  readonly gateway: string;
  /** MQTT topic, or the route of another door. */
  readonly topic: string;
  readonly reason: RefusalReason;
  readonly tag?: string | undefined;
  readonly detail: string;
  /** First 256 bytes as they came, as text; what cannot be printed is shown as `\xNN` or `\u{…}`. Absent where nobody has them any more. */
  readonly payloadPrefix?: string | undefined;
  /** What is known of a reading whose bytes are gone. */
  readonly understood?: Understood | undefined;
}

/** A reading as it was understood, never as it was written: a boolean is 1 or 0, and a missing time the arrival. */
interface Understood {
  readonly at: EpochMs;
  readonly value: number;
}

export type RefusalReport = Omit<Refusal, 'payloadPrefix'> & { readonly payload?: Uint8Array };

/** Who wants to hear of every refusal that is listed, and how many like it are only counted. */
export type RefusalListener = (refusal: Refusal, alike: number) => void;

// Controls, line separators and the marks that turn the direction of text: printed raw they could rewrite a log line.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffd]/gu;

export class Quarantine {
  private readonly ring: Refusal[] = [];
  private next = 0;
  private readonly perReason = new Map<RefusalReason, number>(REFUSAL_REASONS.map((reason) => [reason, 0]));
  private readonly listener: RefusalListener | undefined;

  constructor(listener?: RefusalListener) {
    this.listener = listener;
  }

  /** Counts one refusal and keeps it among the last 1 000; `alike`: so many more of its message that are not listed. */
  refuse(report: RefusalReport, alike = 0): void {
    this.count(report.reason);
    const { payload, tag, ...rest } = report;
    const refusal: Refusal = {
      ...rest,
      enterprise: printable(rest.enterprise),
      gateway: printable(rest.gateway),
      topic: printable(rest.topic),
      detail: printable(rest.detail),
      tag: tag === undefined ? undefined : printable(tag),
      payloadPrefix: payload === undefined ? undefined : printablePrefix(payload),
    };
    this.ring[this.next] = refusal;
    this.next = (this.next + 1) % QUARANTINE_ENTRIES;
    this.listener?.(refusal, alike);
  }

  /** Counts refusals without keeping them: the rest of a message whose first ones are listed. */
  count(reason: RefusalReason, times = 1): void {
    this.perReason.set(reason, (this.perReason.get(reason) ?? 0) + times);
  }

  /** Newest first, at most 1 000. */
  list(): Refusal[] {
    return [...this.ring.slice(this.next), ...this.ring.slice(0, this.next)].reverse();
  }

  /** Since the start of the process; every reason is present. */
  counts(): Record<RefusalReason, number> {
    return Object.fromEntries(this.perReason) as Record<RefusalReason, number>;
  }
}

function printable(text: string): string {
  return owned(text.slice(0, TEXT_CHARACTERS)).replace(UNPRINTABLE, escaped);
}

/** A slice keeps the whole text it was cut from in memory, a message of 256 KiB for a tag of 64: a copy does not. */
function owned(slice: string): string {
  return Buffer.from(slice, 'utf16le').toString('utf16le');
}

function printablePrefix(payload: Uint8Array): string {
  const head = Buffer.from(payload.buffer, payload.byteOffset, Math.min(payload.byteLength, PREFIX_BYTES));
  let text: string;
  try {
    // As a stream, a character cut in two by the end of the prefix is left out instead of being an error.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(head, { stream: true });
  } catch {
    // Bytes that are no UTF-8 are shown one by one; as replacement characters they would all look alike.
    text = head.toString('latin1');
  }
  return text.replace(UNPRINTABLE, escaped);
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}
