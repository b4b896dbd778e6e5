/**
 * What an instrument does wrong, laid over what it would show in order: seeded, and by the instant alone, so that the same look
 * at it gives the same whoever looks how often. It knows no plant and no detector. Faults of the process itself are in
 * process-faults.ts.
 */
import type { QualityName } from '../src/model/quality.ts';
import { createRandom } from './random.ts';

/** One look at an instrument, in the point's unit. */
interface Look {
  /** What it would show in order. */
  readonly value: number | boolean;
  /** What it showed last in order, before the fault began. */
  readonly before: number | boolean;
  /** Which look it is, counted from anywhere. */
  readonly number: number;
  /** How far the fault has grown, 0 … 1. */
  readonly extent: number;
  /** Of a drift where it ends, of a spike how far off, of a noise its standard deviation. */
  readonly size: number;
  readonly seed: string;
}

/** What is sent instead. NaN: what comes is no number. */
interface Shown {
  readonly value: number | boolean;
  readonly quality?: QualityName;
}

/** undefined: nothing is sent. */
type InstrumentFault = (look: Look) => Shown | undefined;

/** Above every span of the packs: what a broken head or a cut cable shows. */
const OVER_RANGE = 1_000_000;
/** One look in so many is a spike; never two in a row. */
const SPIKE_EVERY = 20;

/** A switch has no figure to be wrong: it shows what it would. A figure has six significant digits. */
const figure =
  (wrong: (look: Look, value: number) => number): InstrumentFault =>
  (look) => ({ value: typeof look.value === 'number' ? Number(wrong(look, look.value).toPrecision(6)) : look.value });

/** Every way of being wrong, by name. */
export const INSTRUMENT_FAULTS = {
  /** Cut off, or without power. */
  silent: () => undefined,
  /** It says itself that it is not to be believed. */
  bad: ({ value }) => ({ value, quality: 'bad' }),
  /** Frozen, iced up, hung up: it repeats what it showed last. */
  stuck: ({ before }) => ({ value: before }),
  'over-range': figure(() => OVER_RANGE),
  /** Its converter divides by nothing. */
  'not-a-number': figure(() => Number.NaN),
  /** Fouled, or out of calibration: it moves away from the truth as the fault grows. */
  drift: figure(({ extent, size }, value) => value + extent * size),
  /** A bad plug: single wild values to either side, in order between them. */
  spike: figure(({ number, size, seed }, value) => {
    const random = createRandom(`${seed}/spike/${Math.floor(number / SPIKE_EVERY)}`);
    const at = 1 + Math.floor(random.uniform() * (SPIKE_EVERY - 2));
    const side = random.uniform() < 0.5 ? -1 : 1;
    return number % SPIKE_EVERY === at ? value + side * size * random.between(0.8, 1.2) : value;
  }),
  /** A loose terminal, a disturbed line: it scatters more than it did. */
  noise: figure(
    ({ extent, size, number, seed }, value) => value + extent * size * createRandom(`${seed}/noise/${number}`).normal(),
  ),
} as const satisfies Readonly<Record<string, InstrumentFault>>;
export type InstrumentFaultName = keyof typeof INSTRUMENT_FAULTS;

interface Recording {
  readonly fault: InstrumentFaultName;
  /** In the unit of the readings; see `Look`. */
  readonly size?: number;
  /** Number of the first reading with the fault, from 0 on. */
  readonly from: number;
  /** Over so many readings it grows; at once where absent. */
  readonly growsOver?: number;
  readonly seed: string;
}

/** Readings of an instrument in order, as one would have sent them that goes wrong on the way. */
export function* faultyReadings(
  healthy: Iterable<number>,
  { fault, size = 0, from, growsOver = 0, seed }: Recording,
): Generator<Shown | undefined> {
  let number = 0;
  let before = Number.NaN;
  for (const value of healthy) {
    const age = number - from;
    if (age < 0) {
      before = value;
      yield { value };
    } else {
      const extent = growsOver > 0 ? Math.min(1, age / growsOver) : 1;
      yield INSTRUMENT_FAULTS[fault]({ value, before, number, extent, size, seed });
    }
    number++;
  }
}
