/**
 * The scratch of a step, one an engine, re-used for the next input: engine time, the input's number, and the two listeners
 * through which rules and book speak (confirmed levels in, transitions out). It carries decisions from one to the other and takes none itself.
 */
import type { GradingInput, GradingResult } from '../alerts/grade/ladder.ts';
import type { Contribution, GroupRef, PointNumbers } from '../alerts/record.ts';
import type { BookContext } from '../alerts/tell.ts';
import type { Transition } from '../model/alert.ts';
import type { Level } from '../model/level.ts';
import { NONE } from '../model/level.ts';
import { UNCERTAIN } from '../model/quality.ts';
import type { EpochMs } from '../model/time.ts';
import type { RuleSink } from '../rules/evaluate.ts';
import type { PointImage } from '../rules/image.ts';
import { PointScratch } from '../rules/image.ts';
import { explainSlot, viewSlot } from '../rules/view.ts';
import type { Admission } from './admit.ts';
import { newAdmission } from './admit.ts';
import { describeSlot } from './describe.ts';
import type { EvidenceCapsule, Out } from './effect.ts';
import { newOut } from './effect.ts';
import type { EngineState } from './state.ts';
import { TIMER } from './timers.ts';

/** A confirmed level that changed while the rules ran; applied to the book when the message has been judged whole. */
export interface LevelChange {
  readonly slot: number;
  readonly to: Level;
  readonly at: EpochMs;
  /** Row of the batch that caused it, −1 when none did (tick, limit change). */
  readonly row: number;
}

/** A reading as it was judged: [judged at, value, quality]. */
export type JudgedReading = readonly [EpochMs, number, number];

/** A point's rule memory before the input changed a level, and what was judged from there on. */
export interface Before {
  readonly image: PointImage;
  readonly readings: JudgedReading[];
}

export type Seal = (
  fold: Fold,
  alertId: string,
  seq: number,
  grading: GradingInput,
  result: GradingResult,
) => EvidenceCapsule;

export class Fold implements BookContext {
  readonly state: EngineState;
  out: Out = newOut();
  at: EpochMs = 0;
  input = 0;
  receivedAt: EpochMs = 0;
  /** Row being judged, for the causes of level changes. */
  row = -1;
  readonly changes: LevelChange[] = [];
  readonly faults: { readonly slot: number; readonly message: string }[] = [];
  /** By point number: evidence for the alerts that this input raises or worsens. */
  readonly before = new Map<number, Before>();
  readonly sink: RuleSink;
  /** What admission found of the row being judged. */
  readonly admission: Admission = newAdmission();
  /** Holds at most one point's memory, and only while that point is judged. */
  private readonly scratch = new PointScratch();
  private readonly seal: Seal;
  private index = 0;
  /** Point whose memory the scratch holds as of this input; −1 for none. */
  private taken = -1;

  constructor(state: EngineState, seal: Seal) {
    this.state = state;
    this.seal = seal;
    this.sink = {
      changed: (slot, _from, to, changedAt) => this.changed(slot, to, changedAt),
      arm: (slot, dueAt) => state.timers.arm(TIMER.RULE, slot, dueAt),
      held: (slot, blind, heldAt) => state.book.blind(slot, blind, heldAt, this),
      faulted: (slot, message) => this.faults.push({ slot, message }),
    };
  }

  /** Starts the next input: nothing of the one before is left. */
  begin(at: EpochMs, out: Out): this {
    this.at = at;
    this.out = out;
    this.receivedAt = at;
    this.input = this.state.n;
    this.row = -1;
    this.index = 0;
    this.taken = -1;
    if (this.changes.length > 0) this.changes.length = 0;
    if (this.faults.length > 0) this.faults.length = 0;
    if (this.before.size > 0) this.before.clear();
    return this;
  }

  get unsaved(): boolean {
    return this.state.unsaved;
  }

  /** Remembers a point's memory before it is judged, so that a change can be explained from it. */
  aboutToJudge(number: number): void {
    this.scratch.take(this.state.rules, number);
    this.taken = number;
  }

  /** The alert group of a rule slot, by the limit it stands at. */
  groupOf(slot: number): GroupRef {
    const { rules, groups } = this.state;
    return groups.ref(rules.pointOf(slot), viewSlot(rules, slot).limit);
  }

  contribution(slot: number, level: Level, at: EpochMs): Contribution {
    const { rules, registry } = this.state;
    const number = rules.pointOf(slot);
    const point = registry.points[number];
    const view = viewSlot(rules, slot);
    return {
      slot,
      point: point.id,
      number,
      rule: view.rule,
      level,
      at,
      uncertain: view.quality === UNCERTAIN && !explainSlot(rules, slot).goodSupport,
      latched: view.latched,
      offDelayMs: point.offDelayMs,
      ...(point.transmitter === undefined ? {} : { transmitter: point.transmitter }),
      floors: point.floors,
      persistenceMs: point.persistenceMs,
      responseMs: point.responseMs,
      ...this.forecastOf(number),
    };
  }

  /** A breach that nobody judged in time. */
  missedContribution(slot: number, level: Level, at: EpochMs, value: number): Contribution {
    return {
      ...this.contribution(slot, level, at),
      uncertain: false,
      latched: false,
      shown: { value, sampledAt: at, peak: value, excursions: 1 },
    };
  }

  /** The alert group of a value that no rule slot stands for any more. */
  missedGroup(number: number, value: number): GroupRef {
    const { groups, registry } = this.state;
    const { L, LL } = registry.points[number].limits;
    const low = value <= Math.max(L ?? Number.NEGATIVE_INFINITY, LL ?? Number.NEGATIVE_INFINITY);
    return groups.ref(number, low ? 'L' : undefined);
  }

  /** Stable negative key of something the engine itself contributes. */
  engineSlot(name: string): number {
    const { engineSlots } = this.state;
    const known = engineSlots.get(name);
    if (known !== undefined) return known;
    const slot = -1 - engineSlots.size;
    engineSlots.set(name, slot);
    return slot;
  }

  emit(transition: Transition): void {
    this.out.transitions.push(transition);
  }

  nextSeq(): number {
    return ++this.state.seq;
  }

  nextIndex(): number {
    return this.index++;
  }

  describe(slot: number): PointNumbers {
    return describeSlot(this.state.rules, slot);
  }

  arm(alertId: string, dueAt: EpochMs): void {
    const handle = this.state.nextAlertHandle++;
    this.state.alertHandles.set(handle, alertId);
    this.state.timers.arm(TIMER.ALERT, handle, dueAt);
  }

  worsened(alertId: string, seq: number, grading: GradingInput, result: GradingResult): void {
    this.out.capsules.push(this.seal(this, alertId, seq, grading, result));
  }

  private changed(slot: number, to: Level, at: EpochMs): void {
    this.changes.push({ slot, to, at, row: this.row });
    const number = this.state.rules.pointOf(slot);
    if (to === NONE || number !== this.taken || this.before.has(number)) return;
    const image = this.scratch.image(this.state.rules, number);
    if (image !== undefined) this.before.set(number, { image, readings: [] });
  }

  /** The point's own forecast, whichever of its rules contributes: the grading's trend step asks for it. */
  private forecastOf(number: number): { timeToLimitMs?: number; r2?: number } {
    const { rules } = this.state;
    for (const slot of rules.slotsOf(number)) {
      const { timeToLimitMs, r2 } = viewSlot(rules, slot);
      if (timeToLimitMs !== undefined && r2 !== undefined) return { timeToLimitMs, r2 };
    }
    return {};
  }
}
