/**
 * The scratch of a step, one an engine, re-used for the next input: engine time, the input's number, and the two listeners
 * through which rules and book speak (confirmed levels in, transitions out). It carries decisions from one to the other and takes none itself.
 */
import type { EndCause } from '../alerts/condition/fact.ts';
import type { GradingInput, GradingResult } from '../alerts/grade/grading.ts';
import type { Contribution, GroupRef, PointNumbers } from '../alerts/record.ts';
import type { BookContext } from '../alerts/tell.ts';
import type { Transition } from '../model/alert.ts';
import { floorsOf } from '../model/graded-limit.ts';
import type { Level } from '../model/level.ts';
import { NONE } from '../model/level.ts';
import { delaysOf } from '../model/point.ts';
import type { EpochMs } from '../model/time.ts';
import type { Given, InputNow } from '../rules/derived/fn.ts';
import { newGiven, newInput } from '../rules/derived/fn.ts';
import { lose } from '../rules/hold.ts';
import type { PointImage } from '../rules/image.ts';
import { PointScratch } from '../rules/image.ts';
import type { Sample } from '../rules/sample.ts';
import { newSample } from '../rules/sample.ts';
import type { RuleSink } from '../rules/sink.ts';
import { levelOf, sideOf } from '../rules/slots.ts';
import { explainSlot, viewSlot } from '../rules/view.ts';
import type { Admission } from './admit.ts';
import { newAdmission } from './admit.ts';
import { speaksThrough } from './derived/speaks-through.ts';
import { comingTogether } from './derived/together.ts';
import { describeSlot } from './describe.ts';
import type { EvidenceCapsule, Out } from './effect.ts';
import { newOut } from './effect.ts';
import { isKnownOnline, speaksOnChangeAlone } from './gateways.ts';
import type { Heard } from './heard.ts';
import { newHeard } from './heard.ts';
import { SEEN } from './observers.ts';
import type { EngineState } from './state.ts';
import { TIMER } from './timers.ts';

/** `row` while nothing of the batch is judged: a tick, a change of limits. */
const NO_ROW = -1;
/** `row` while derived points are computed. */
export const DERIVED_ROW = -2;

/** A confirmed level on its way from one to another. */
interface Passage {
  readonly slot: number;
  readonly from: Level;
  readonly to: Level;
  readonly at: EpochMs;
}

/** A confirmed level that changed while the rules ran, with what it stood for at that moment. */
export interface LevelChange {
  readonly kind: 'level';
  readonly slot: number;
  readonly to: Level;
  readonly at: EpochMs;
  /** Row of the batch that caused it, −1 when none did (tick, limit change). */
  readonly row: number;
  readonly group: GroupRef;
  /** Undefined where the level went back to none. */
  readonly contribution: Contribution | undefined;
  /** Said again for a further bulletin of a forecast. */
  readonly hasNews?: boolean;
  /** The slot's own numbers; where it lost sight in the same moment, they say so. */
  numbers: PointNumbers;
}

/**
 * One fact of an input for the alert book. All facts of an input (levels, sight, faults, coverage, what was missed) stand in
 * one list in the order in which they happened, and contribution.ts applies them in that order when the input is judged.
 */
export type Change =
  | LevelChange
  /** A slot in alarm lost or regained good sight. */
  | {
      readonly kind: 'sight';
      readonly slot: number;
      readonly blind: boolean;
      readonly at: EpochMs;
      readonly numbers: PointNumbers;
    }
  /** A good reading of a point, which may let a grade ease. */
  | { readonly kind: 'sampled'; readonly key: string; readonly point: string; readonly at: EpochMs }
  /** A breach that came to light too late for its delays. */
  | { readonly kind: 'missed'; readonly group: GroupRef; readonly contribution: Contribution }
  /** A rule threw and is not asked again. */
  | { readonly kind: 'faulted'; readonly slot: number; readonly message: string }
  /** The fault that a rule watches its instrument for is there, or is not. */
  | { readonly kind: 'instrument'; readonly slot: number; readonly isThere: boolean }
  /** What the engine itself contributes (device faults, coverage) stands at this, or ended where it is undefined. */
  | {
      readonly kind: 'alarm';
      readonly group: GroupRef;
      readonly slot: number;
      readonly contribution: Contribution | undefined;
      readonly cause: EndCause;
      /** Subject (gateway, service) whose alert tells it from now on. */
      readonly toldIn?: string | undefined;
    };

/** A reading on its way into the rules: [judged at, value, quality it came with]. */
export type JudgedReading = readonly [EpochMs, number, number];

/** A point's rule memory before the input changed a level, and what was judged from there on. */
export interface Before {
  readonly image: PointImage;
  readonly readings: JudgedReading[];
  /** Slots whose delay has ended by time alone, so far. */
  readonly due: number[];
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
  row = NO_ROW;
  /** Only time has passed. */
  isTick = false;
  /** Numbers of derived points to be computed once the input is folded. */
  readonly toDerive = new Set<number>();
  /** Numbers of points on whose word limits of others depend: these are looked at again once the input is folded. */
  readonly toLimit = new Set<number>();
  /** Numbers of points at whose seasons this input has looked. */
  readonly turned = new Set<number>();
  readonly changes: Change[] = [];
  /** By key: hazards whose observers changed in this input, with who took the newest eye (coverage.ts). */
  readonly unobserved = new Map<string, number>();
  /** Lost causes whose alert has to be looked at again at the end of the input. */
  readonly causes = new Set<number>();
  /** By the slot name of a lost cause's alert: who tells from this input on a hazard that was told there. */
  readonly movedTo = new Map<string, number>();
  /** By point number: evidence for the alerts that this input raises or worsens. */
  readonly before = new Map<number, Before>();
  readonly sink: RuleSink;
  /** The reading being judged. */
  readonly sample: Sample = newSample();
  /** The same on its way there, measured or derived. */
  readonly value: Heard = newHeard();
  /** Inputs of the derived point being computed, of one that notes who was first, one that is handed on; what came of it, and would without the doubt of watches. */
  readonly inputs: InputNow[] = [];
  readonly noted: InputNow[] = [];
  readonly handed: InputNow = newInput();
  readonly given: Given = newGiven();
  readonly undoubted: Given = newGiven();
  /** What admission found of the row being judged. */
  readonly admission: Admission = newAdmission();
  /** Holds at most one point's memory, and only while that point is judged. */
  private readonly scratch = new PointScratch();
  private readonly seal: Seal;
  private index = 0;
  /** Whether the newest level change was a slot's coming into alarm. */
  private fresh = false;
  /** Point whose memory the scratch holds as of this input; −1 for none. */
  private taken = -1;

  constructor(state: EngineState, seal: Seal) {
    this.state = state;
    this.seal = seal;
    this.sink = {
      changed: (slot, from, to, changedAt) => this.changed(slot, from, to, changedAt),
      arm: (slot, dueAt) => state.timers.arm(TIMER.RULE, slot, dueAt),
      held: (slot, blind, heldAt) => this.held(slot, blind, heldAt),
      news: (slot, at) => this.news(slot, at),
      faulty: (slot, isThere) => this.changes.push({ kind: 'instrument', slot, isThere }),
    };
    state.rules.onFault = (slot, message) => {
      this.changes.push({ kind: 'faulted', slot, message });
      lose(state.rules.slots, slot, this.at, this.sink);
    };
  }

  /** Starts the next input: nothing of the one before is left. */
  begin(at: EpochMs, out: Out): this {
    this.at = at;
    this.out = out;
    this.receivedAt = at;
    this.input = this.state.n;
    this.row = NO_ROW;
    this.isTick = false;
    this.index = 0;
    this.taken = -1;
    if (this.changes.length > 0) this.changes.length = 0;
    if (this.unobserved.size > 0) this.unobserved.clear();
    if (this.causes.size > 0) this.causes.clear();
    if (this.movedTo.size > 0) this.movedTo.clear();
    if (this.before.size > 0) this.before.clear();
    if (this.toDerive.size > 0) this.toDerive.clear();
    if (this.toLimit.size > 0) this.toLimit.clear();
    if (this.turned.size > 0) this.turned.clear();
    return this;
  }

  get partition(): number {
    return this.state.partition;
  }

  /** What could not be followed to its end leaves no half of itself behind. */
  dropChanges(): void {
    this.changes.length = 0;
  }

  get unsaved(): boolean {
    return this.state.unsaved;
  }

  /** Remembers a point's memory before it is judged, so that a change can be explained from it. */
  aboutToJudge(number: number): void {
    this.scratch.take(this.state.rules, number);
    this.taken = number;
  }

  /** The alert group of a rule slot, by the side it stands on or has just left. */
  groupOf(slot: number): GroupRef {
    const { rules, groups } = this.state;
    return groups.ref(rules.pointOf(slot), sideOf(rules.slots, slot));
  }

  contribution(slot: number, level: Level, at: EpochMs): Contribution {
    const { rules, registry } = this.state;
    const number = rules.pointOf(slot);
    const point = registry.points[number];
    const view = viewSlot(rules, slot);
    const rule = point.rules.find(({ id }) => id === view.rule);
    // A forecast counts as long as it stands, by its own contribution: whoever else stands at its point has none.
    const { unclear, numbers } = view.explanation;
    const { timeToLimitMs, r2 } = numbers;
    const measured = speaksThrough(this.state, number, this.groupOf(slot));
    const together = point.step && comingTogether(this.state, number);
    const isForecast = timeToLimitMs !== undefined && r2 !== undefined && unclear === undefined;
    return {
      slot,
      point: point.id,
      number,
      rule: view.rule,
      side: sideOf(rules.slots, slot),
      level,
      at,
      uncertain: !explainSlot(rules, slot).goodSupport,
      latched: view.latched,
      offDelayMs: delaysOf(rule, point).offDelayMs,
      transmitter: point.transmitter ?? measured?.transmitter,
      computedFrom: measured?.id,
      floors: floorsOf(point, rule),
      gradeAtMost: point.gradeAtMost,
      step: point.step,
      restsOn: together?.restsOn,
      lacks: together?.lacks,
      detail: together?.detail,
      persistenceMs: point.persistenceMs,
      responseMs: point.responseMs,
      timeToLimitMs: isForecast ? timeToLimitMs : undefined,
      r2: isForecast ? r2 : undefined,
    };
  }

  /** A breach that nobody judged in time. */
  missedContribution(slot: number, level: Level, at: EpochMs, value: number): Contribution {
    return {
      ...this.contribution(slot, level, at),
      side: this.sideSaid(slot),
      uncertain: false,
      latched: false,
      shown: { value, sampledAt: at, peak: value, excursions: 1 },
    };
  }

  /** The alert group of a rule that stands at nothing, but was breached by a value that came too late. */
  missedGroup(slot: number): GroupRef {
    const { rules, groups } = this.state;
    return groups.ref(rules.pointOf(slot), this.sideSaid(slot));
  }

  private sideSaid(slot: number): 1 | -1 {
    const { rules } = this.state;
    return rules.sideSaid(slot) ?? sideOf(rules.slots, slot);
  }

  /** The slot of that name of what the engine itself contributes, made where there was none. */
  engineSlot(name: string): number {
    const { engineSlots, faults } = this.state;
    const known = engineSlots.find(name);
    if (known !== undefined) return known;
    const slot = engineSlots.add(name);
    faults.ensure(engineSlots.names.length);
    return slot;
  }

  /** Tells the level and the sight of a rule slot, where the book has them otherwise. */
  tellUntold(slot: number): void {
    const { rules, book } = this.state;
    const level = levelOf(rules.slots, slot);
    const { since, blindSince } = viewSlot(rules, slot);
    const told = book.contributor(slot);
    if (level !== (told?.level ?? NONE)) {
      this.fresh = false;
      const contribution = level === NONE ? undefined : this.contribution(slot, level, since);
      this.note({ slot, from: level, to: level, at: level === NONE ? this.at : since }, contribution);
    }
    const isBlind = level > NONE && blindSince !== undefined;
    if (isBlind !== ((told?.blindSince ?? null) !== null)) this.held(slot, isBlind, blindSince ?? this.at);
  }

  /** A level first known from an uncertain reading is borne out by a good one. */
  confirmed(slot: number, level: Level, at: EpochMs): void {
    this.fresh = false;
    this.note({ slot, from: level, to: level, at }, this.contribution(slot, level, at));
  }

  /** What a contributor stands on is otherwise known than before; it stands as it did. */
  restated(slot: number, level: Level, lacks: number | undefined): void {
    this.fresh = false;
    this.note({ slot, from: level, to: level, at: this.at }, { ...this.contribution(slot, level, this.at), lacks });
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

  /** Live numbers. */
  describe(slot: number): PointNumbers {
    return describeSlot(this.state, slot);
  }

  watchedInSilence(number: number): boolean | undefined {
    const { registry, points } = this.state;
    if (registry.points[number] === undefined || !speaksOnChangeAlone(registry, number)) return undefined;
    return points.col.lostBy[number] === SEEN && isKnownOnline(this.state, number);
  }

  arm(alertId: string, dueAt: EpochMs): void {
    const handle = this.state.nextAlertHandle++;
    this.state.alertHandles.set(handle, alertId);
    this.state.timers.arm(TIMER.ALERT, handle, dueAt);
  }

  worsened(alertId: string, seq: number, grading: GradingInput, result: GradingResult): void {
    this.out.capsules.push(this.seal(this, alertId, seq, grading, result));
  }

  private changed(slot: number, from: Level, to: Level, at: EpochMs): void {
    const { rules } = this.state;
    const number = rules.pointOf(slot);
    const contribution = to === NONE ? undefined : this.contribution(slot, to, at);
    // From here on a good reading may confirm what only an uncertain one has shown.
    if (contribution?.uncertain) this.state.points.col.doubtful[number] = 1;
    this.fresh = from === NONE;
    this.note({ slot, from, to, at }, contribution);
    if (to !== NONE && number === this.taken && !this.before.has(number)) {
      const image = this.scratch.image(rules, number);
      if (image !== undefined) this.before.set(number, { image, readings: [], due: [] });
    }
    if (this.row === NO_ROW) this.before.get(number)?.due.push(slot);
  }

  /** What is known of a slot's level now, for the book. */
  private note({ slot, from, to, at }: Passage, contribution: Contribution | undefined, hasNews = false): void {
    const numbers = describeSlot(this.state, slot, from);
    const group = this.groupOf(slot);
    this.changes.push({ kind: 'level', slot, to, at, row: this.row, group, contribution, numbers, hasNews });
  }

  private news(slot: number, at: EpochMs): void {
    const level = levelOf(this.state.rules.slots, slot);
    this.fresh = false;
    this.note({ slot, from: level, to: level, at }, this.contribution(slot, level, at), true);
  }

  private held(slot: number, blind: boolean, at: EpochMs): void {
    const numbers = describeSlot(this.state, slot);
    const last = this.changes.at(-1);
    // It came into alarm without good sight: that is one fact.
    if (blind && this.fresh && last?.kind === 'level' && last.slot === slot) last.numbers = numbers;
    else this.changes.push({ kind: 'sight', slot, blind, at, numbers });
  }
}
