/**
 * The alert object as it is stored, pushed and shown, and the numbered transition that changes it. Shapes only: who may
 * change what stands in alerts/.
 */
import type { GradeName } from './grade.ts';
import type { AlertTopic } from './hazard.ts';
import type { LevelName } from './level.ts';
import type { QualityName } from './quality.ts';
import type { EpochMs } from './time.ts';

export type AlertKind = 'hazard' | 'device';

/** ISA-18.2 state names (A NORM, B UNACK, C ACKED, D RTNUN, E SHLVD, F DSUPR, G OOSRV, L LATCH). */
export const ALERT_STATES = [
  'normal',
  'unacknowledged',
  'acknowledged',
  'returned-unacknowledged',
  'shelved',
  'suppressed',
  'out-of-service',
  'latched',
] as const;
export type AlertState = (typeof ALERT_STATES)[number];

export type Handling = 'new' | 'verified' | 'handling' | 'fed-back' | 'closed';

/** Whose duty an acknowledgement is; later in the list is above. `town`: street or development zone (9 digits). */
export const DUTY_LEVELS = ['enterprise', 'park', 'town', 'county', 'city', 'province'] as const;
export type DutyLevel = (typeof DUTY_LEVELS)[number];

/** 0 for the lowest duty level (enterprise), rising upwards. */
export function rankOf(level: DutyLevel): number {
  return DUTY_LEVELS.indexOf(level);
}

export interface Acknowledgement {
  readonly level: DutyLevel;
  readonly by: string;
  readonly at: EpochMs;
  readonly note: string;
  /** The transition number the operator saw: the acknowledgement covers grade and points as of then. */
  readonly seq: number;
}

/** What one duty level owes on this alert, and whether it has answered. */
export interface Duty {
  readonly level: DutyLevel;
  /** Engine time from which it owes its answer. */
  readonly since: EpochMs;
  readonly dueAt?: EpochMs;
  /** The transition number that its newest answer covers. */
  readonly answeredSeq?: number;
}

/**
 * What becomes due on an alert by engine time alone: `regrade` time in state may raise the grade; `ease` a
 * hold is over in which only points that speak on change were there to show less; `end` what has returned can no longer come
 * again as the same trouble, and is over.
 */
export const DEADLINE_PURPOSES = ['regrade', 'ease', 'end'] as const;
export type DeadlinePurpose = (typeof DEADLINE_PURPOSES)[number];

export interface Deadline {
  readonly purpose: DeadlinePurpose;
  readonly dueAt: EpochMs;
}

/** Points named as quiet, up to a grade: any other point, or a worse grade, is heard all the same. */
export interface Hiding {
  readonly points: readonly string[];
  readonly grade: GradeName;
  readonly until: EpochMs;
  readonly reason: string;
  readonly by: string;
  /** The second person, where one is asked for. */
  readonly second?: string;
}

/** A closing that one person has asked for and that waits for a second one; any worsening takes it back. */
export interface ProposedClosing {
  readonly by: string;
  readonly role: string;
  readonly level: DutyLevel;
  readonly at: EpochMs;
  readonly cause: string;
  readonly note: string;
}

/** One grading step, as a stable code with its numbers; the screen words it. */
export interface Reason {
  /** `base`, `class`, `persistence`, `trend`, `breadth`, `coupling`, `neighbours`, `quality`, `cap`, `sign`, `harm`, `floor`, `roll-up`, `clamp`, `device`, `coverage`, `easing`. */
  readonly step: string;
  /** Change in grade steps; of `base`, `cap`, `sign`, `harm`, `floor`, `roll-up`, `clamp`, `device`, `coverage` and `easing` the grade itself. */
  readonly value: number;
  /** Numbers and names behind it, e.g. { point: 'yt-chem/GD-101', level: 'HH' }; of `class` the words and the level of the
   * source; of `coupling` and `neighbours` what comes together, by point with its value, and as `missing` what of it nobody knows. */
  readonly detail: Readonly<Record<string, string | number | boolean>>;
}

/**
 * Why a trend is unclear: samples are wanting in its window, the line explains too little of it, or the far bound may never
 * meet the limit. It is told with its bounds; it starts nothing and ends nothing.
 */
export const UNCLEAR = ['incomplete', 'poor-fit', 'wide-bounds'] as const;
export type Unclear = (typeof UNCLEAR)[number];

/** A trend of a point of which nothing is foretold. */
export interface UnclearTrend {
  readonly reason: Unclear;
  /** Limit ahead. */
  readonly limit?: string;
  readonly limitValue?: number;
  /** `slopePerMinute`, `r2`, the bounds of the time to the limit, and `completeness` where that is wanting. */
  readonly numbers: Readonly<Record<string, number>>;
}

/** A point (or gateway, or the service) that contributes, or has contributed since the alert was raised. */
export interface AlertPoint {
  /** `{enterprise}/{tag}`, gateway id `{enterprise}/~{gateway}`, or `service/{partition}`. */
  readonly id: string;
  /** Point number; −1 for a gateway or the service. */
  readonly number: number;
  /** Rule id, e.g. `limits-high`, `forecast`, `coverage`. */
  readonly rule: string;
  readonly level: LevelName;
  /** Still contributing. */
  readonly active: boolean;
  /** In alarm with no good reading to say otherwise: kept at its last good value. */
  readonly held: boolean;
  readonly latched: boolean;
  readonly since: EpochMs;
  readonly value?: number;
  readonly quality?: QualityName;
  readonly sampledAt?: EpochMs;
  /** Limit that was crossed and its number. */
  readonly limit?: string;
  readonly limitValue?: number;
  /** Worst value since it began to contribute. */
  readonly peak?: number;
  /** How often the raw value entered the alarm since raised (off-delay folds them into one alert). */
  readonly excursions: number;
  readonly blindSince?: EpochMs;
  /** Of a gateway, or the service for its own link: how many points have lost sight by it, also those told in other alerts. */
  readonly blinds?: number;
  /** What else stands behind the level, by the rule's own names, units last: `timeToLimitMs` with its bounds, `slopePerMinute`. */
  readonly numbers?: Readonly<Record<string, number>>;
  /** Of a forecast: the number of its bulletin, from 1 on; of one that has ended the last, which is cancelled. */
  readonly bulletin?: number;
  /** The point has a trend of which nothing is foretold. */
  readonly unclear?: UnclearTrend;
}

/** Points an alert object carries: one alert of thousands of points must not weigh as much as all of them, each time. */
export const POINTS_SHOWN_MAX = 200;

export interface Alert {
  /** One occurrence: `a` + partition + `.` + input number, both in base 36, + `-` + index. The same in replay; opaque. */
  readonly id: string;
  /** source|unit|hazard|kind|exercise? for hazards, an empty unit where there is none; subject|fault|device for device alarms. */
  readonly key: string;
  /** The log whose inputs made it: 0 where there is one. */
  readonly partition: number;
  readonly kind: AlertKind;
  readonly enterprise: string;
  readonly source: string;
  readonly unit?: string;
  readonly hazard: AlertTopic;
  /** GB/T 2260 code of the enterprise (empty for the service's own alarms, which everyone sees). */
  readonly division: string;
  /** ISA-18.2 state as the lowest duty level sees it; `ackedLevel` gives every other level's. */
  readonly state: AlertState;
  readonly active: boolean;
  readonly acked: boolean;
  /** Highest duty level whose acknowledgement covers the alert as it is now; null when none does. */
  readonly ackedLevel: DutyLevel | null;
  readonly shelved: boolean;
  readonly suppressed: boolean;
  readonly outOfService: boolean;
  readonly latched: boolean;
  readonly blindSince?: EpochMs;
  readonly grade: GradeName;
  readonly peakGrade: GradeName;
  readonly handling: Handling;
  /** Device time of the reading that raised it, its arrival, engine time of judging. */
  readonly detectedAt: EpochMs;
  readonly receivedAt: EpochMs;
  readonly raisedAt: EpochMs;
  readonly changedAt: EpochMs;
  /** Engine time since which it has this grade or a worse one: its last raise, or rise of the grade. No joining point moves it. */
  readonly worsenedAt: EpochMs;
  /** Engine time at which it last became active, raised or again after it had returned; absent where it never was. */
  readonly activatedAt?: EpochMs;
  /** Engine time at which its newest transition left the service; absent where a restart derived it again. */
  readonly publishedAt?: EpochMs;
  readonly clearedAt?: EpochMs;
  readonly closedAt?: EpochMs;
  readonly acknowledgements: readonly Acknowledgement[];
  readonly shelf?: Hiding;
  readonly outOfServiceBy?: Hiding;
  /** Who owes an answer, lowest level first. */
  readonly duties: readonly Duty[];
  readonly deadlines: readonly Deadline[];
  /** Divisions outside its own that are told of it and may read it. */
  readonly links: readonly string[];
  readonly closing?: ProposedClosing;
  /** The worst first POINTS_SHOWN_MAX of them; `pointsTotal` counts all where there are more. */
  readonly points: readonly AlertPoint[];
  readonly pointsTotal?: number;
  readonly reasons: readonly Reason[];
  /** How many occurrences this key has had, this one included. */
  readonly occurrence: number;
  /** How often it became active within this occurrence. */
  readonly activations: number;
  /** Id of the occurrence closed less than 24 h before this one began. */
  readonly reopens?: string;
  readonly exercise: boolean;
  readonly retrospective: boolean;
  readonly unsaved: boolean;
  /** Number of the last transition that changed it. */
  readonly seq: number;
  /** Number of the last worsening (raise, worse grade, new point, went blind): what an acknowledgement must have seen. */
  readonly worsenedSeq: number;
}

export const CHANGES = [
  'raised',
  're-raised',
  'worse-grade',
  'new-point',
  'bulletin',
  'went-blind',
  'point-cleared',
  'sight-restored',
  'eased',
  'cleared',
  'acknowledged',
  'latched',
  'reset',
  'commented',
  'verified',
  'released',
  'closing-proposed',
  'closed',
  'limit-changed',
  'told-elsewhere',
  'moved',
  'missed-excursion',
  'reconciled',
] as const;
export type Change = (typeof CHANGES)[number];

/** One numbered change of one alert: effect of the engine, row of the history, message to screens and sites. */
export interface Transition {
  /** 1, 2, 3 … per partition, from the engine's own counter. */
  readonly seq: number;
  readonly partition: number;
  /** Engine time of judging. */
  readonly at: EpochMs;
  readonly change: Change;
  readonly from: AlertState;
  readonly to: AlertState;
  /** Grade before; `none` at the first raise. */
  readonly gradeBefore: GradeName | 'none';
  /** What caused it: the point and rule, or the person. */
  readonly point?: string;
  readonly rule?: string;
  /** All points that did so in the same message, where there are several; `point` is the one that counts most. */
  readonly points?: readonly string[];
  /** Of `bulletin` its number; of a forecast that ends, the number that is cancelled. */
  readonly bulletin?: number;
  readonly by?: string;
  readonly note?: string;
  /** Of `moved`: where the alert stood before. Who answers there hears of it this last time. */
  readonly divisionBefore?: string;
  /** Whether levels that owe an answer are called (again): the sound. */
  readonly annunciate: boolean;
  /** The whole alert after the change. */
  readonly alert: Alert;
}
