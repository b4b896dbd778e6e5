/**
 * What a named function of derived points is: what it takes and gives, the settings it asks for, and what it remembers. A
 * function knows nothing of limits, delays or alerts: what it gives is judged like any reading. Shapes, and fresh ones of them.
 */
import type { Columns, Layout } from '../../model/columns.ts';
import type { Quality } from '../../model/quality.ts';
import { GOOD } from '../../model/quality.ts';
import type { DurationMs, EpochMs } from '../../model/time.ts';

/** One input as it stands now. Re-used. */
export interface InputNow {
  /** The newest, also of one that is lost; NaN where there was none. */
  value: number;
  quality: Quality;
  /** Good but for the doubt of a watch of clock or instrument, which takes nothing from a grade. */
  certain: boolean;
  /** When it was taken: engine time, as it was judged. */
  at: EpochMs;
  /** Nothing of it is usable now: never heard, bad, or silent since. What has come back and is doubtful is not lost. */
  lost: boolean;
  /** Lost, but only because it has had no time yet to speak, since it was registered or since our start. */
  awaited: boolean;
  /** How long a value of it holds at most: as long as it may be silent; infinite where it speaks on change only. */
  holdMs: DurationMs;
  /** Its values are on and off, and no figures. */
  isSwitch: boolean;
  /**
   * Its newest value came without the time it was taken at, or rests on one that did: it comes at least once, and whenever the
   * sender likes, so that nothing is counted, summed or timed by it.
   */
  untimed: boolean;
  /** It is no less than `value` and may be any more: what was seen of a window that is not known whole. */
  atLeast: boolean;
}

/** What a function gives. Written anew by every call. */
export interface Given {
  /** Not finite where there is none. What is given although blind may raise, and calms nothing. */
  value: number;
  quality: Quality;
  /** It is no less than `value` and may be any more. Then it is uncertain. */
  atLeast: boolean;
  /** An input that is needed says nothing of now. */
  blind: boolean;
  /** When it may be another value by time alone; infinite where only readings change it. */
  changesAt: EpochMs;
  /** Place of the input (0 …) that stands out from the others of one thing; −1 where none does. */
  odd: number;
}

/**
 * What a lost voter may be by now: what it was last, `worst` where that was no good word (one that calms nothing calms no more by
 * being the last), NaN where it was never heard.
 */
export const lostValue = ({ value, quality }: InputNow, worst: number): number =>
  quality !== GOOD && !Number.isNaN(value) ? worst : value;

export const newInput = (): InputNow => ({
  value: 0.5,
  quality: GOOD,
  certain: true,
  at: 0.5,
  lost: true,
  awaited: true,
  holdMs: 0.5,
  isSwitch: false,
  untimed: false,
  atLeast: false,
});
export const newGiven = (): Given => ({
  value: 0.5,
  quality: GOOD,
  atLeast: false,
  blind: false,
  changesAt: 0.5,
  odd: -1,
});

export interface ParameterSpec {
  readonly meaning: string;
  /** UCUM unit, `ms` of durations; `input` for that of the inputs. */
  readonly unit: string;
  /** It counts inputs: a whole number, and no more than there are. */
  readonly countsInputs?: boolean;
  readonly min: number;
  readonly max: number;
  /** Of one that need not be stated. */
  readonly otherwise?: number;
}

export type Parameters = Readonly<Record<string, number>>;

export const WINDOW: ParameterSpec = {
  meaning: 'how far it looks back',
  unit: 'ms',
  min: 60_000,
  max: 400 * 86_400_000,
};

/** What a function says of itself: read by imports, `fenghuo types` and the printed documents. */
export interface FunctionDefinition {
  readonly name: string;
  readonly meaning: string;
  /** It takes one input, or several. */
  readonly many: boolean;
  /** So many at most, where it is more than an expression takes: it looks at each once and remembers none. */
  readonly inputsMax?: number;
  readonly takes: readonly ('number' | 'boolean')[];
  /** It asks its inputs only whether they are there: a type may say `unit: '*'`, whatever they measure. */
  readonly readsNoValue?: boolean;
  readonly gives: 'number' | 'boolean';
  /** What it gives never falls as an input grows: of inputs that are at least so much, so is it. */
  readonly grows?: true;
  /** Unit of what it gives, from that of its inputs; undefined where any may be stated. */
  readonly unitOf: (inputs: string) => string | undefined;
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
}

/** Inputs of one derived point: vehicles of a fleet, heads of a plant. Each reading of one of them looks at all. */
export const CROWD_MAX = 1_000;

/** Of what should be there: those that have no point at all count too. */
const REGISTERED: ParameterSpec = {
  meaning: 'how many there should be, those without a point too; else as many as the inputs',
  unit: '1',
  min: 0,
  max: 1_000_000,
  otherwise: 0,
};

/** What all share rates of a crowd say of themselves: they ask who is there, whatever is measured, and give percent. */
export const OF_REGISTERED = {
  many: true,
  inputsMax: CROWD_MAX,
  takes: ['number', 'boolean'],
  readsNoValue: true,
  gives: 'number',
  unitOf: () => '%',
  parameters: { registered: REGISTERED },
} as const;

/** Unit of inputs of which only the sight counts. */
export const ANY_UNIT = '*';

/** What a window leaves unknown at most, as a share of it. */
export const UNKNOWN_SHARE_MAX = 0.1;

/** A function with the memory of all points that use it; row n of every table is one of them. */
export interface DerivedFunction {
  readonly definition: FunctionDefinition;
  /** Names stand in snapshots. */
  readonly tables: readonly { readonly name: string; readonly columns: Columns<Layout> }[];
  /** Takes one usable reading of an input, in the order in which they are judged. Absent: what stands when it is asked is enough. */
  feed?(row: number, input: InputNow, parameters: Parameters): void;
  /** All its inputs as they stand behind a reading of one of them: of what asks who was there first. Repeated, it does no harm. */
  note?(row: number, inputs: readonly InputNow[], parameters: Parameters): void;
  /** An input that speaks on change only is answered for again: what it said last holds again from `input.at` on. */
  resume?(row: number, input: InputNow, parameters: Parameters): void;
  /** Nobody looked from `downFrom` to `now`: a time that is no evidence of silence, nor of anything that lasted. */
  lookedAway?(row: number, downFrom: EpochMs, now: EpochMs): void;
  /** From `at` on nothing is known of an input. */
  lose?(row: number, at: EpochMs, parameters: Parameters): void;
  /** What it makes of all that at `now`. Asked again, it says the same. */
  give(row: number, inputs: readonly InputNow[], parameters: Parameters, now: EpochMs, given: Given): void;
}
