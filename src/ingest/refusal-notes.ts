/**
 * Tells the service's own log why a gateway's messages are refused: one line a gateway and minute. What was refused is listed
 * by the quarantine.
 */
import type { RefusalReason } from '../model/reading.ts';
import type { EpochMs } from '../model/time.ts';
import { MinuteNotes } from './minute-notes.ts';
import type { Refusal } from './quarantine.ts';

/** One line. `detail` and `topic` are those of the newest refusal in it. */
export interface RefusalNote {
  /** `{enterprise}/{gateway}`; empty where the topic names none. */
  readonly gateway: string;
  readonly refused: Readonly<Partial<Record<RefusalReason, number>>>;
  readonly topic: string;
  readonly point?: string | undefined;
  readonly detail: string;
}

export class RefusalNotes {
  private readonly notes: MinuteNotes<RefusalReason, Refusal>;

  constructor(tell: (note: RefusalNote) => void) {
    this.notes = new MinuteNotes(({ gateway, counts, newest: { topic, tag, detail } }) =>
      tell({ gateway, refused: counts, topic, point: tag, detail }),
    );
  }

  /** `alike`: so many more of its message that are not listed. */
  note(refusal: Refusal, alike: number): void {
    this.notes.note(nameOf(refusal), refusal.reason, 1 + alike, refusal, refusal.at);
  }

  flush(now: EpochMs): void {
    this.notes.flush(now);
  }
}

const nameOf = ({ enterprise, gateway }: Refusal): string => (enterprise === '' ? '' : `${enterprise}/${gateway}`);
