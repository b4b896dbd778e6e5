/**
 * What the alert book remembers of one open alert and of each contributor, as plain JSON data, what it begins as, and the one
 * derivation everyone needs from it: which acknowledgement covers it. It changes nothing.
 */
import type {
  Acknowledgement,
  AlertKind,
  AlertPoint,
  Deadline,
  Duty,
  DutyLevel,
  Handling,
  Hiding,
  ProposedClosing,
  Reason,
} from '../model/alert.ts';
import { rankOf } from '../model/alert.ts';
import type { Grade } from '../model/grade.ts';
import type { AlertTopic } from '../model/hazard.ts';
import type { Level } from '../model/level.ts';
import type { ExtraStep, Floor } from '../model/point.ts';
import type { SourceClass, SourceLevel } from '../model/source.ts';
import type { DurationMs, EpochMs } from '../model/time.ts';
import type { Standing } from './grade/grading.ts';
import type { Flags } from './state/flags.ts';
import { NORMAL } from './state/flags.ts';

/** What alarms together: (source, unit?, hazard) for hazards, (subject, fault) for device alarms. */
export interface GroupRef {
  readonly kind: AlertKind;
  readonly enterprise: string;
  /** GB/T 2260 code; empty for the service's own alarms. */
  readonly division: string;
  readonly source: string;
  readonly unit?: string;
  readonly hazard: AlertTopic;
  readonly sourceClass: SourceClass;
  /** Of its source, where that has one: said beside the class, which follows from it or from something else. */
  readonly sourceLevel?: SourceLevel | undefined;
  /** How long a lower grade must be shown by good readings before the grade comes down one step. */
  readonly response: 'process' | 'geotechnical';
  readonly exercise: boolean;
  /** Device alarms: point id, gateway `{enterprise}/~{gateway}` or `service/{partition}`. */
  readonly subject?: string;
  /** Device alarms: blue or yellow. May change from call to call. */
  readonly deviceGrade?: Grade;
}

/** Numbers of a contributor that the book shows and never judges by. */
export type PointNumbers = Partial<
  Pick<
    AlertPoint,
    | 'value'
    | 'quality'
    | 'sampledAt'
    | 'limit'
    | 'limitValue'
    | 'peak'
    | 'excursions'
    | 'numbers'
    | 'bulletin'
    | 'unclear'
    | 'latched'
    | 'blindSince'
  >
>;

/** One rule on one point says: in alarm, at this level. */
export interface Contribution {
  /** Stable key of the contributor: a rule slot ≥ 0, or a negative number for what the engine itself contributes. */
  readonly slot: number;
  readonly point: string;
  /** Point number; −1 for a gateway, a source or the service. */
  readonly number: number;
  readonly rule: string;
  /** 1 for too much, −1 for too little: an acknowledgement of one covers nothing of the other. */
  readonly side?: 1 | -1;
  readonly level: Level;
  /** Sampling time of the reading that brought it there. */
  readonly at: EpochMs;
  /** No good reading says so. */
  readonly uncertain: boolean;
  /** Its end waits for a named person's reset. */
  readonly latched: boolean;
  readonly offDelayMs: DurationMs;
  /** Coming again within this time of its end it is chatter, heard already; absent: each time is news. */
  readonly chatterMs?: DurationMs | undefined;
  readonly transmitter?: string | undefined;
  /** Of what is computed: the measured point that speaks through it; the two do not corroborate each other. */
  readonly computedFrom?: string | undefined;
  readonly floors: readonly Floor[];
  /** Of a harm that its convention never calls worse (exposure at work: blue and yellow); its floors may. */
  readonly gradeAtMost?: Grade | undefined;
  /** It is one step more for whatever stands beside it, and no base. */
  readonly step?: ExtraStep | undefined;
  /** Of such a step: the independent sources that come together in it. */
  readonly restsOn?: readonly string[] | undefined;
  /** Of such a step: how many of what it looks at nobody knows anything of now. Told, without sound. */
  readonly lacks?: number | undefined;
  readonly persistenceMs: DurationMs;
  readonly responseMs: DurationMs;
  /** Forecast to the next limit, where the rule makes one. */
  readonly timeToLimitMs?: DurationMs;
  readonly r2?: number;
  /** Coverage: a floor of its own, no base. */
  readonly fixedGrade?: Grade;
  /** Names and numbers behind a fixed grade or a step, for its reason. */
  readonly detail?: Reason['detail'];
  /** What it stands for where that can change at one level: hazards that one cause blinds. Told, without sound. */
  readonly about?: readonly string[];
  /** How many points have lost sight by it, wherever they are told. Told, without sound. */
  readonly blinds?: number | undefined;
  /** Numbers to show for a missed excursion, whose reading is not the newest one. */
  readonly shown?: PointNumbers;
}

/** What of a contribution is remembered as it came: all but what counts at its moment alone. */
type Configured = Omit<Contribution, 'at' | 'uncertain' | 'latched' | 'shown'>;

/**
 * A contributor as remembered. `standings` has one entry a level reached: PRE, H, HH. What comes and goes is null when it
 * is not there, never absent: the same book always encodes to the same bytes. What it counts by is not changed: its alert
 * puts another record in its place (open-alert.ts).
 */
export interface PointRecord extends Configured {
  readonly standings: readonly Standing[];
  readonly active: boolean;
  readonly latched: boolean;
  readonly since: EpochMs;
  /** Since when it contributes without sight; null while it is seen or does not contribute. */
  readonly blindSince: EpochMs | null;
  /** Engine time at which its appearance was last sounded. */
  soundedAt: EpochMs;
  /**
   * Engine time at which the loss of sight that was last heard of it ended: its blindness, or, of what the engine itself
   * contributes, the contribution. Null while nothing was heard.
   */
  lostUntil?: EpochMs | null;
  /** Sampling time of the newest missed excursion already told. */
  missedAt: EpochMs | null;
  /** Its numbers when it last stopped contributing. */
  readonly shown: PointNumbers | null;
}

/** One open occurrence. JSON data only. */
export interface AlertRecord {
  readonly id: string;
  readonly key: string;
  group: GroupRef;
  flags: Flags;
  grade: Grade;
  peakGrade: Grade;
  handling: Handling;
  readonly detectedAt: EpochMs;
  readonly receivedAt: EpochMs;
  readonly raisedAt: EpochMs;
  changedAt: EpochMs;
  /** Engine time at which it last became active: raised, or again after it had returned. */
  activatedAt?: EpochMs | null;
  clearedAt: EpochMs | null;
  closedAt: EpochMs | null;
  acknowledgements: Acknowledgement[];
  /** In order of first contribution. */
  points: PointRecord[];
  reasons: readonly Reason[];
  readonly occurrence: number;
  activations: number;
  readonly reopens?: string;
  readonly retrospective: boolean;
  unsaved: boolean;
  seq: number;
  worsenedSeq: number;
  /** Engine time of its last raise or rise of the grade; a point that joins, or a loss of sight, makes it no younger. */
  worsenedAt: EpochMs;
  shelf: Hiding | null;
  outOfServiceBy: Hiding | null;
  duties: readonly Duty[];
  /** At most one a purpose. */
  deadlines: readonly Deadline[];
  links: readonly string[];
  /** A closing that waits for its second person. */
  closing: ProposedClosing | null;
  /** Engine time since which good readings show less than the alert's grade: of what has returned, since then or the last step. */
  easingSince: EpochMs | null;
}

/** What is known of an occurrence when it begins. */
type Begun = Pick<
  AlertRecord,
  | 'id'
  | 'key'
  | 'group'
  | 'detectedAt'
  | 'receivedAt'
  | 'raisedAt'
  | 'occurrence'
  | 'reopens'
  | 'retrospective'
  | 'unsaved'
>;

/** An occurrence of which nothing else has happened yet. */
export function begun(known: Begun): AlertRecord {
  const { id, key, group, detectedAt, receivedAt, raisedAt, occurrence, reopens, retrospective, unsaved } = known;
  return {
    id,
    key,
    group,
    flags: NORMAL,
    grade: 0,
    peakGrade: 0,
    handling: 'new',
    detectedAt,
    receivedAt,
    raisedAt,
    changedAt: raisedAt,
    activatedAt: null,
    clearedAt: null,
    closedAt: null,
    acknowledgements: [],
    points: [],
    reasons: [],
    occurrence,
    activations: 1,
    reopens,
    retrospective,
    unsaved,
    seq: 0,
    worsenedSeq: 0,
    worsenedAt: raisedAt,
    shelf: null,
    outOfServiceBy: null,
    duties: [],
    deadlines: [],
    links: [],
    closing: null,
    easingSince: null,
  };
}

/** The acknowledgement that covers the alert as it is now, at this duty level or above; the highest such one. */
export function coveringAcknowledgement(record: AlertRecord, level: DutyLevel): Acknowledgement | undefined {
  let best: Acknowledgement | undefined;
  for (const ack of record.acknowledgements) {
    if (ack.seq < record.worsenedSeq || rankOf(ack.level) < rankOf(level)) continue;
    if (best === undefined || rankOf(ack.level) > rankOf(best.level)) best = ack;
  }
  return best;
}
