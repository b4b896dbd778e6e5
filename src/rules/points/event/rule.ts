/**
 * Events: stretches in which a point is beyond a limit that nobody has to act on. Each is kept with its begin, its end and its
 * furthest value, the newest few of them, and all are counted. It has no level, so that no alarm and no grade comes of it; a
 * doubtful reading, by whatever it is doubtful, may begin one and ends none; one that says nothing and silence do neither.
 */
import { Columns } from '../../../model/columns.ts';
import type { PointConfig } from '../../../model/point.ts';
import type { Doubt, Explanation, InstrumentWatch, PastEvents } from '../../kind.ts';
import { ABSENT, NO_DOUBT, NO_NUMBERS } from '../../kind.ts';
import type { Sample } from '../../sample.ts';
import { InstrumentKind, setParameters } from '../instrument.ts';
import type { Event } from './definition.ts';

/** So many are kept. */
const KEPT = 8;

const SETUP_WIDTH = 3;
const LIMIT = 0;
const CLEAR = 1;
/** 1 where it is above the limit, −1 where it is below. */
const SIDE = 2;

/** Cells of one event. */
const EVENT_WIDTH = 3;
const FROM = 0;
const TO = 1;
const PEAK = 2;

const LAYOUT = {
  /** 1 while one goes on: the newest. */
  isOn: 'u8',
  /** All there were; the newest stands at this number, less one, in the ring. */
  count: 'u32',
  setup: ['f64', SETUP_WIDTH],
  events: ['f64', KEPT * EVENT_WIDTH],
} as const;

export class EventKind extends InstrumentKind<Event> {
  readonly name = 'event';
  private readonly table = new Columns(LAYOUT);
  readonly tables = [{ name: 'event', columns: this.table }];
  readonly watch: InstrumentWatch = {
    look: (row, sample) => this.look(row, sample),
    standing: () => ABSENT,
  };

  install(row: number, { high, low, clear }: Event, _point: PointConfig): boolean {
    const limit = high ?? low ?? 0;
    return setParameters(this.table.col.setup, row * SETUP_WIDTH, [limit, clear ?? limit, high === undefined ? -1 : 1]);
  }

  silence(): void {
    // Nobody knows whether it is over.
  }

  explain(): Explanation {
    return { numbers: NO_NUMBERS };
  }

  events(row: number): PastEvents {
    const { count, isOn, setup, events } = this.table.col;
    const total = count[row];
    const newest = Array.from({ length: Math.min(KEPT, total) }, (_, back) => {
      const at = cellOf(row, total - back);
      const goesOn = back === 0 && isOn[row] === 1;
      return { from: events[at + FROM], to: goesOn ? undefined : events[at + TO], peak: events[at + PEAK] };
    });
    return { limit: setup[row * SETUP_WIDTH + LIMIT], count: total, newest };
  }

  private look(row: number, { at, value, good }: Sample): Doubt {
    const { count, isOn, setup, events } = this.table.col;
    const base = row * SETUP_WIDTH;
    const side = setup[base + SIDE];
    const beyond = (limit: number): boolean => side * (value - limit) >= 0;
    if (isOn[row] === 0) {
      if (!beyond(setup[base + LIMIT])) return NO_DOUBT;
      isOn[row] = 1;
      count[row]++;
      const begun = cellOf(row, count[row]);
      events[begun + FROM] = at;
      events[begun + PEAK] = value;
      return NO_DOUBT;
    }
    const newest = cellOf(row, count[row]);
    if (side * (value - events[newest + PEAK]) > 0) events[newest + PEAK] = value;
    // With a clear value it goes on as far as that; what is just there is still part of it.
    if (!good || beyond(setup[base + CLEAR])) return NO_DOUBT;
    isOn[row] = 0;
    events[newest + TO] = at;
    return NO_DOUBT;
  }
}

/** First cell of the n-th event of a row, n from 1. */
const cellOf = (row: number, n: number): number => (row * KEPT + ((n - 1) % KEPT)) * EVENT_WIDTH;
