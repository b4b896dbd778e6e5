/**
 * How a change of an alert is told: one numbered transition with the whole alert, and what an acknowledgement must have
 * seen from then on. It decides neither what changed nor whether it sounds.
 */
import type { AlertState, Change, Transition } from '../model/alert.ts';
import type { Grade } from '../model/grade.ts';
import { GRADE_NAMES } from '../model/grade.ts';
import type { EpochMs } from '../model/time.ts';
import type { GradingInput, GradingResult } from './grade/grading.ts';
import type { OpenAlert } from './open-alert.ts';
import type { AlertRecord, PointNumbers } from './record.ts';
import { stateOf } from './state/flags.ts';
import { passed } from './state/lifecycle.ts';
import { viewOf } from './view.ts';

/** What the book needs from the step it is called in. */
export interface BookContext {
  /** Engine time. */
  readonly at: EpochMs;
  /** Which log it is of. */
  readonly partition: number;
  /** Number of the input being folded. */
  readonly input: number;
  /** Arrival of that input. */
  readonly receivedAt: EpochMs;
  /** The log cannot be written just now. */
  readonly unsaved: boolean;
  emit(transition: Transition): void;
  nextSeq(): number;
  /** 0, 1, 2 … within the input. */
  nextIndex(): number;
  /** Live numbers of a contributor. */
  describe(slot: number): PointNumbers;
  /** Please call `due(alertId)` once engine time ≥ `dueAt`. May be late or repeated. */
  arm(alertId: string, dueAt: EpochMs): void;
  /**
   * Of a point that speaks on change only, whether somebody who would tell a change is there: then time is as good as a good
   * reading. Undefined of one that reports, and of what the engine itself contributes: time says nothing of them.
   */
  watchedInSilence?(point: number): boolean | undefined;
  /** An alert was raised or has worsened, told by transition `seq`: seal the evidence. */
  worsened?(alertId: string, seq: number, grading: GradingInput, result: GradingResult): void;
}

/** State and grade before a change. */
export interface Before {
  readonly state: AlertState;
  readonly grade: Grade;
}

export const beforeOf = (record: AlertRecord): Before => ({ state: stateOf(record.flags), grade: record.grade });

/** What is told with a transition. */
export interface News {
  readonly change: Change;
  readonly point?: string;
  readonly rule?: string | undefined;
  /** All points it is about, where there are several. */
  readonly points?: readonly string[] | undefined;
  readonly bulletin?: number | undefined;
  readonly by?: string;
  readonly note?: string | undefined;
  readonly divisionBefore?: string;
  /** Calls the levels that owe an answer; silent where a shelf, a design or a permit hides the alert. */
  readonly sound?: boolean;
  /** Acknowledgements given before this transition no longer cover the alert. */
  readonly worsens?: boolean;
}

/**
 * An alert is as old as its grade. A point that joins, or a loss of sight, has to be answered anew; that the danger has stood
 * at this grade for so long stays true.
 */
const isOfNewAge = (change: Change): boolean => change === 'raised' || change === 're-raised';

/** `numbers`: those of slots that were meant as they were at their change, and not as they are now. */
export function tell(
  alert: OpenAlert,
  ctx: BookContext,
  before: Before,
  news: News,
  numbers?: ReadonlyMap<number, PointNumbers>,
): void {
  const { record } = alert;
  const seq = ctx.nextSeq();
  record.seq = seq;
  record.changedAt = ctx.at;
  record.unsaved = ctx.unsaved;
  if (news.worsens === true) {
    record.worsenedSeq = seq;
    if (isOfNewAge(news.change) || record.grade > before.grade) record.worsenedAt = ctx.at;
    // What somebody wanted to close was another alert than this one is now.
    record.closing = null;
    record.flags = passed(record.flags, 're-annunciate');
  }
  const { shelved, suppressed, outOfService } = record.flags;
  ctx.emit({
    seq,
    partition: ctx.partition,
    at: ctx.at,
    change: news.change,
    from: before.state,
    to: stateOf(record.flags),
    gradeBefore: GRADE_NAMES[before.grade],
    point: news.point,
    rule: news.rule,
    points: news.points,
    bulletin: news.bulletin,
    by: news.by,
    note: news.note,
    divisionBefore: news.divisionBefore,
    annunciate: news.sound === true && !shelved && !suppressed && !outOfService,
    alert: viewOf(alert, (slot) => numbers?.get(slot) ?? ctx.describe(slot), ctx.partition),
  });
}
