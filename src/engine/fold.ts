/**
 * The scratch of one step: engine time, the input's number, and the two listeners through which rules and book speak
 * (confirmed levels in, transitions out). It carries decisions from one to the other and takes none itself.
 */
import type { BookContext, Contribution, GroupRef } from '../alerts/book.ts';
import type { GradingInput, GradingResult } from '../alerts/grading.ts';
import type { AlertPoint, Transition } from '../model/alert.ts';
import type { Level } from '../model/level.ts';
import { LEVEL_NAMES, NONE } from '../model/level.ts';
import { QUALITY_NAMES, UNCERTAIN } from '../model/quality.ts';
import type { EpochMs } from '../model/time.ts';
import type { RuleSink } from '../rules/evaluate.ts';
import { viewSlot } from '../rules/memory.ts';
import { raiseDeviceAlarm, pointSubject } from './device-alarms.ts';
import type { Out } from './effect.ts';
import { sealCapsule } from './capsule.ts';
import type { EngineState } from './state.ts';
import { TIMER } from './timers.ts';

/** A confirmed level that changed while the rules ran; applied to the book when the message has been judged whole. */
interface LevelChange {
  readonly slot: number;
  readonly to: Level;
  readonly at: EpochMs;
  /** Row of the batch that caused it, −1 when none did (tick, limit change). */
  readonly row: number;
}

export class Fold implements BookContext {
  readonly state: EngineState;
  readonly out: Out;
  readonly at: EpochMs;
  readonly input: number;
  receivedAt: EpochMs;
  /** Row being judged, for the causes of level changes. */
  row = -1;
  readonly changes: LevelChange[] = [];
  readonly sink: RuleSink;
  private index = 0;

  constructor(state: EngineState, at: EpochMs, out: Out) {
    this.state = state;
    this.out = out;
    this.at = at;
    this.receivedAt = at;
    this.input = state.n;
    this.sink = {
      changed: (slot, _from, to, changedAt) => {
        this.changes.push({ slot, to, at: changedAt, row: this.row });
      },
      arm: (slot, dueAt) => state.timers.arm(TIMER.RULE, slot, dueAt),
      held: (slot, blind, heldAt) => state.book.blind(slot, blind, heldAt, this),
      faulted: (slot, message) => this.ruleFaulted(slot, message),
    };
  }

  get unsaved(): boolean {
    return this.state.unsaved;
  }

  /** Hands the gathered level changes to the book, in the order they happened. */
  settle(): void {
    for (let i = 0; i < this.changes.length; i++) {
      const { slot, to, at } = this.changes[i];
      const number = this.state.rules.slots.col.point[slot];
      if (to === NONE) this.state.book.withdraw(this.groupOf(number), slot, at, this, 'cleared');
      else this.state.book.contribute(this.groupOf(number), this.contribution(slot, to, at), this);
    }
    this.changes.length = 0;
  }

  groupOf(number: number): GroupRef {
    const { registry } = this.state;
    const point = registry.points[number];
    return {
      kind: 'hazard',
      enterprise: point.enterprise,
      division: registry.divisionOf(point.enterprise),
      source: point.source,
      ...(point.unitGroup === undefined ? {} : { unit: point.unitGroup }),
      hazard: point.hazard,
      sourceClass: registry.sourceOf(point).class,
      response: point.response,
      exercise: false,
    };
  }

  contribution(slot: number, level: Level, at: EpochMs): Contribution {
    const { state } = this;
    const number = state.rules.slots.col.point[slot];
    const point = state.registry.points[number];
    const view = viewSlot(state.rules, slot);
    return {
      slot,
      point: point.id,
      number,
      rule: view.rule,
      level,
      at,
      uncertain: view.quality === UNCERTAIN,
      latched: view.latched,
      offDelayMs: point.offDelayMs,
      ...(point.transmitter === undefined ? {} : { transmitter: point.transmitter }),
      floors: point.floors,
      persistenceMs: point.persistenceMs,
      responseMs: point.responseMs,
    };
  }

  /** Stable negative key of something the engine itself contributes. */
  engineSlot(name: string): number {
    const { engineSlots } = this.state;
    let slot = engineSlots.get(name);
    if (slot === undefined) engineSlots.set(name, (slot = -1 - engineSlots.size));
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

  describe(slot: number): Partial<AlertPoint> {
    if (slot < 0) return {};
    const view = viewSlot(this.state.rules, slot);
    const { quality, level, rule, ...numbers } = view;
    return {
      ...numbers,
      ...(level === NONE ? {} : { level: LEVEL_NAMES[level] }),
      ...(quality === undefined ? {} : { quality: QUALITY_NAMES[quality] }),
    };
  }

  arm(alertId: string, dueAt: EpochMs): void {
    const handle = this.state.nextAlertHandle++;
    this.state.alertHandles.set(handle, alertId);
    this.state.timers.arm(TIMER.ALERT, handle, dueAt);
  }

  worsened(alertId: string, seq: number, grading: GradingInput, result: GradingResult): void {
    this.out.capsules.push(sealCapsule(this, alertId, seq, grading, result));
  }

  private ruleFaulted(slot: number, message: string): void {
    const number = this.state.rules.slots.col.point[slot];
    const { rule } = viewSlot(this.state.rules, slot);
    raiseDeviceAlarm(this, pointSubject(this, number), 'rule-fault', 'yellow', { rule, message });
  }
}
