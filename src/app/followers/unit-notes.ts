/**
 * Tells the service's own log whose values are far beyond what their instruments can show: one line a gateway and minute. They
 * are judged all the same, as the highest limit where that side has one.
 */
import type { Registry } from '../../engine/registry.ts';
import type { EngineState } from '../../engine/state.ts';
import { MinuteNotes } from '../../ingest/minute-notes.ts';
import { GOOD } from '../../model/quality.ts';
import type { ReadingBatch } from '../../model/reading.ts';
import { VERDICT } from '../../model/reading.ts';
import type { EpochMs } from '../../model/time.ts';
import { spansOf, whyUnit } from '../../model/unit-mistake.ts';
import type { Follower, Released } from '../sequencer/released.ts';

/** Readings of one message that look like another unit. */
export interface OddUnit {
  readonly readings: number;
  /** Tag of the newest of them. */
  readonly point: string;
  readonly detail: string;
}

/** One line; `point` and `detail` are those of the newest reading in it. */
export interface UnitNote extends OddUnit {
  readonly gateway: string;
}

/** Undefined where there are none. To be asked when the message has been judged: what is beyond the span is not good then. */
export function oddUnitsIn(batch: ReadingBatch, { points }: Registry): OddUnit | undefined {
  let readings = 0;
  let newest = -1;
  for (let i = 0; i < batch.count; i++) {
    if (batch.quality[i] === GOOD || batch.verdict[i] !== VERDICT.LIVE) continue;
    if (spansOf(batch.value[i], points[batch.point[i]]?.span) === undefined) continue;
    readings++;
    newest = i;
  }
  if (newest < 0) return undefined;
  const point = points[batch.point[newest]];
  return { readings, point: point.tag, detail: whyUnit(batch.value[newest], point) };
}

export class UnitNotes implements Follower {
  readonly name = 'unit notes';
  private readonly state: EngineState;
  private readonly notes: MinuteNotes<'odd', OddUnit>;

  constructor(state: EngineState, tell: (note: UnitNote) => void) {
    this.state = state;
    this.notes = new MinuteNotes(({ gateway, counts, newest: { point, detail } }) =>
      tell({ gateway, readings: counts.odd ?? 0, point, detail }),
    );
  }

  follow({ at, batch }: Released): void {
    const odd = batch === undefined ? undefined : oddUnitsIn(batch, this.state.registry);
    if (batch === undefined || odd === undefined) return;
    const { enterprise = '', id = '' } = this.state.registry.gateways[batch.gateway] ?? {};
    this.notes.note(`${enterprise}/${id}`, 'odd', odd.readings, odd, at);
  }

  /** To be called about once a minute. */
  flush(now: EpochMs): void {
    this.notes.flush(now);
  }
}
