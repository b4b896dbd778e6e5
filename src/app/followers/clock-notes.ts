/**
 * Tells the service's own log whose times are wrong and by which slip: one line a gateway and minute. Readings are judged at
 * their arrival all the same; the alarm that says so stands with the gateway.
 */
import type { EngineState } from '../../engine/state.ts';
import type { Skewed } from '../../ingest/codecs/why.ts';
import { skewedIn } from '../../ingest/codecs/why.ts';
import { MinuteNotes } from '../../ingest/minute-notes.ts';
import type { ClockMistake } from '../../model/clock-mistake.ts';
import type { EpochMs } from '../../model/time.ts';
import type { Follower, Released } from '../sequencer/released.ts';

/** One line; `point` and `detail` are those of the newest reading in it. */
export interface ClockNote {
  readonly gateway: string;
  /** Readings by the slip behind them. */
  readonly readings: Readonly<Partial<Record<ClockMistake, number>>>;
  readonly point?: string | undefined;
  readonly detail: string;
}

export class ClockNotes implements Follower {
  readonly name = 'clock notes';
  private readonly state: EngineState;
  private readonly notes: MinuteNotes<ClockMistake, Skewed>;

  constructor(state: EngineState, tell: (note: ClockNote) => void) {
    this.state = state;
    this.notes = new MinuteNotes(({ gateway, counts, newest: { point, detail } }) =>
      tell({ gateway, readings: counts, point: state.registry.points[point]?.tag, detail }),
    );
  }

  follow({ at, batch }: Released): void {
    const skewed = batch === undefined ? undefined : skewedIn(batch);
    if (batch === undefined || skewed === undefined) return;
    const { enterprise = '', id = '' } = this.state.registry.gateways[batch.gateway] ?? {};
    this.notes.note(`${enterprise}/${id}`, skewed.mistake, skewed.readings, skewed, at);
  }

  /** To be called about once a minute. */
  flush(now: EpochMs): void {
    this.notes.flush(now);
  }
}
