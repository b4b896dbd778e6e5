/**
 * The words in which a register describes a hazard source: whose business it is, how closely it is supervised, what its
 * papers say. Fixed lists: a word that is not here is an error in the file, never a new kind of source.
 */

/** Whose business a source is: one supervising department in every division. */
export const INDUSTRIES = [
  'chemical',
  'coal-mine',
  'mine',
  'metallurgy',
  'machinery',
  'pipeline',
  'power',
  'water',
  'municipal',
  'city-gas',
  'construction',
  'transport',
  'shipping',
  'fire',
  'special-equipment',
  'culture-tourism',
  'health',
  'commerce',
  'agriculture',
  'fireworks',
  'waste',
  'other',
] as const;
export type Industry = (typeof INDUSTRIES)[number];

/** Level of a major hazard installation (重大危险源 一级 … 四级, GB 18218), 1 the most dangerous. */
export type SourceLevel = 1 | 2 | 3 | 4;

/** LADDER class of a source: A +1 step, B and C 0, D −1 when the base is ≤ 2. Internal: nobody outside reads the letters. */
export type SourceClass = 'A' | 'B' | 'C' | 'D';

/** What files, answers and screens call the classes: letters run the other way round where enterprises are rated A to D. */
export const ALARM_CLASSES = ['highest', 'raised', 'normal', 'low'] as const;
export type AlarmClass = (typeof ALARM_CLASSES)[number];
/** No register states the mildest one. */
export const STATED_CLASSES = ['highest', 'raised', 'normal'] as const satisfies readonly AlarmClass[];

const LETTERS: readonly SourceClass[] = ['A', 'B', 'C', 'D'];

export function alarmClassOf(letter: SourceClass): AlarmClass {
  return ALARM_CLASSES[LETTERS.indexOf(letter)];
}

export function classOfAlarm(word: AlarmClass): SourceClass {
  return LETTERS[ALARM_CLASSES.indexOf(word)];
}

/** What a source is marked as. Absent flags are not known to be false: nobody has stated them. */
export const SOURCE_FLAGS = [
  /** Mine: more than 30 persons underground; deeper than 800 m. */
  'underground-over-30',
  'deeper-than-800m',
  /** Mine with outburst or rock-burst hazard. */
  'outburst',
  'slope-over-200m',
  /** Tailings pond above dwellings (头顶库), out of use for three years or more, without an operator, struck off (销号). */
  'overhead',
  'idle-over-3-years',
  'no-operator',
  'struck-off',
  /** Pipeline in a high-consequence area. */
  'high-consequence',
  /** 两重点一重大: key supervised process, key supervised chemical, major hazard installation. */
  'key-process',
  'key-chemical',
  'major-hazard',
  /** Ammonia refrigeration: direct evaporation where people work; quick freezer without a room of its own. */
  'ammonia-direct-evaporation',
  'ammonia-freezer-not-separate',
] as const;
export type SourceFlag = (typeof SOURCE_FLAGS)[number];

/** Flags that say a figure: a source whose register states the figure needs no flag beside it. */
export const FLAG_FIGURES = [
  { flag: 'underground-over-30', attribute: 'undergroundPersons', isOver: (persons) => persons > 30 },
  { flag: 'deeper-than-800m', attribute: 'depthM', isOver: (metres) => metres > 800 },
  { flag: 'slope-over-200m', attribute: 'slopeHeightM', isOver: (metres) => metres > 200 },
  { flag: 'idle-over-3-years', attribute: 'idleYears', isOver: (years) => years >= 3 },
] as const satisfies readonly {
  readonly flag: SourceFlag;
  /** As `attributeOf` knows it. */
  readonly attribute: string;
  readonly isOver: (figure: number) => boolean;
}[];

/** Registration of a major hazard installation (重大危险源备案). */
export const FILING_STATES = ['filed', 'due', 'expired', 'not-required'] as const;
export interface Filing {
  readonly state: (typeof FILING_STATES)[number];
  readonly number?: string;
}

/** Tailings pond: 正常, 病, 险, 危. */
export const POND_SAFETY = ['normal', 'defective', 'unsafe', 'dangerous'] as const;
export type PondSafety = (typeof POND_SAFETY)[number];

/** Rating of an enterprise as it was imported, D the worst: 重大风险 D, 较大风险 C. Never mixed with how a source alarms. */
export const ENTERPRISE_RISK_LEVELS = ['A', 'B', 'C', 'D'] as const;
export type EnterpriseRiskLevel = (typeof ENTERPRISE_RISK_LEVELS)[number];

export const DIVISION_FLAGS = ['key-county', 'chemical-park', 'closed-park'] as const;
export type DivisionFlag = (typeof DIVISION_FLAGS)[number];

/** How a source concerns a place or an enterprise that is not its own. */
export const LINK_KINDS = ['downstream', 'route', 'neighbour', 'end'] as const;
export type LinkKind = (typeof LINK_KINDS)[number];
