/**
 * Recorded readings and commands through the same engine, ticks on the same grid: what `fenghuo replay` prints. It has its own
 * state and touches no store; the same file gives the same lines, byte for byte. Seconds in which nothing is due are left out:
 * they change nothing, and are counted as if they had been folded, so that alerts have the ids that they would have.
 */
import type { RecordedCommand, RecordedReading } from '../../simulators/replay-source.ts';
import { clearOut, newOut } from '../engine/effect.ts';
import { dueTickBefore, tickBefore } from '../engine/grid.ts';
import type { Input, TickInput } from '../engine/input.ts';
import type { EngineState } from '../engine/state.ts';
import { newState } from '../engine/state.ts';
import { step } from '../engine/step.ts';
import type { Alert, Transition } from '../model/alert.ts';
import type { OutcomeCode, Said } from '../model/command.ts';
import { bodyOf } from '../model/command.ts';
import { GOOD, qualityOf } from '../model/quality.ts';
import type { RefusalReason } from '../model/reading.ts';
import { FLAG, NO_SEQ, newBatch, UNKNOWN_POINT } from '../model/reading.ts';
import type { RegistryChange } from '../model/registry.ts';
import type { DurationMs, EpochMs } from '../model/time.ts';
import { SECOND_MS } from '../model/time.ts';
import type { Act } from './replay-officer.ts';
import { Officer } from './replay-officer.ts';

/** One line of output; `from` and `to` are states, `grade` the new grade, `reason` the change by name. */
export interface ReplayLine {
  readonly at: EpochMs;
  readonly alert: string;
  readonly key: string;
  readonly point: string;
  readonly rule: string;
  readonly from: string;
  readonly to: string;
  readonly grade: string;
  readonly reason: string;
}

export interface ReplayOptions {
  /** A simulated officer answers every alert so long after it calls. */
  readonly answeredAfterMs?: DurationMs | undefined;
  /** Folds every second, also those in which nothing is due: the same comes of it, more slowly. */
  readonly everySecond?: boolean | undefined;
}

/** Who answers in a replay. Two persons: a closing may take both. */
const OFFICERS = {
  1: { actor: 'officer', role: 'province-duty' },
  2: { actor: 'second-officer', role: 'county-duty' },
} as const;

/** Folds readings in file order. Engine time is the newest time seen, as if every reading had arrived when it was taken. */
export class Replay {
  readonly state: EngineState = newState();
  private readonly out = newOut();
  private readonly onTransition: (transition: Transition) => void;
  private readonly nextTick: (state: EngineState, at: EpochMs) => TickInput | undefined;
  private readonly officer: Officer | undefined;
  /** Alerts that are open, by id and by key. */
  private readonly open = new Map<string, Alert>();
  private commands = 0;

  constructor(onTransition: (transition: Transition) => void, options: ReplayOptions = {}) {
    this.onTransition = onTransition;
    this.nextTick = options.everySecond === true ? tickBefore : dueTickBefore;
    const { answeredAfterMs } = options;
    this.officer = answeredAfterMs === undefined ? undefined : new Officer(answeredAfterMs);
  }

  /** Registers at `at`; returns the errors, none when applied. */
  configure(change: RegistryChange, at: EpochMs): readonly string[] {
    let errors: readonly string[] = [];
    this.fold({ kind: 'configuration', at, commandId: 'replay', actor: 'replay', change }, () => {
      errors = this.out.configurations[0]?.errors ?? [];
    });
    return errors;
  }

  /** The reason when the reading is not judged: a wrong registry must not look like calm. */
  reading(reading: RecordedReading): RefusalReason | undefined {
    const at = Math.max(reading.at, this.state.at);
    this.tickTo(at);
    const { registry } = this.state;
    const number = registry.pointNumbers.get(reading.point);
    const gateway = number === undefined ? 0 : registry.publishers[number][0];
    const batch = newBatch(gateway, at);
    batch.count = 1;
    batch.point.push(number ?? UNKNOWN_POINT);
    if (number === undefined) batch.unknownTags.push(reading.point);
    batch.sampledAt.push(reading.at);
    batch.value.push(Number(reading.value));
    batch.quality.push(reading.quality === undefined ? GOOD : qualityOf(reading.quality));
    batch.seq.push(NO_SEQ);
    // A line that goes back in time was recorded out of order; it says nothing about a clock.
    batch.flags.push((typeof reading.value === 'boolean' ? FLAG.BOOLEAN : 0) | FLAG.HISTORICAL);
    batch.verdict.push(0);
    batch.judgedAt.push(reading.at);
    let refused: RefusalReason | undefined;
    this.fold({ kind: 'readings', at, batch }, () => {
      refused = this.out.refusals[0]?.reason;
    });
    return refused;
  }

  /** What somebody did then; the reason where it was not taken. */
  command(recorded: RecordedCommand): OutcomeCode | undefined {
    const at = Math.max(recorded.at, this.state.at);
    this.tickTo(at);
    const alert = this.open.get(recorded.alert);
    if (alert === undefined) return 'no-such-alert';
    const { command: kind, by, role, level, ...said } = recorded;
    return this.give({ kind, alert, person: 1 }, { actor: by, role, level, said }, at);
  }

  /** Lets time pass up to `at`. */
  tickTo(at: EpochMs): void {
    for (;;) {
      const visitAt = this.officer?.nextAt ?? Number.POSITIVE_INFINITY;
      const tick = this.nextTick(this.state, Math.min(at, visitAt));
      if (tick !== undefined) this.fold(tick);
      else if (visitAt <= at) this.visit(visitAt);
      else return;
    }
  }

  private visit(at: EpochMs): void {
    this.officer?.visit((act) => {
      const said = { note: 'answered', cause: 'real' };
      this.give(act, { ...OFFICERS[act.person], level: 'province', said }, Math.max(at, this.state.at));
      return this.open.get(act.alert.id);
    });
  }

  private give({ kind, alert }: Act, who: Giver, at: EpochMs): OutcomeCode | undefined {
    const { actor, role, level, said } = who;
    const policy = { act: kind, role, rule: 'replay', scope: {} };
    const body = bodyOf(kind, said);
    const named = { commandId: `replay-${this.commands++}`, alertId: alert.id, seenSeq: alert.seq };
    let code: OutcomeCode | undefined;
    this.fold({ kind: 'command', at, command: { ...named, actor, role, level, body, policy } }, () => {
      code = this.out.outcomes[0]?.code;
    });
    return code === 'applied' ? undefined : code;
  }

  private fold(input: Input, look?: () => void): void {
    clearOut(this.out);
    step(this.state, this.numberOf(input), input, this.out);
    look?.();
    for (const transition of this.out.transitions) {
      const { alert } = transition;
      for (const name of [alert.id, alert.key])
        if (alert.closedAt === undefined) this.open.set(name, alert);
        else this.open.delete(name);
      this.officer?.note(transition);
      this.onTransition(transition);
    }
  }

  /** As it would be if every second had been folded. */
  private numberOf({ kind, at }: Input): number {
    const { n, at: before } = this.state;
    const seconds = before === 0 ? 0 : Math.floor(at / SECOND_MS) - Math.floor(before / SECOND_MS);
    return n + (kind === 'tick' ? seconds : seconds + 1);
  }
}

interface Giver {
  readonly actor: string;
  readonly role: string;
  readonly level: RecordedCommand['level'];
  readonly said: Said;
}

export function replayLine(transition: Transition): ReplayLine {
  const { at, alert, point, rule, from, to, change } = transition;
  return {
    at,
    alert: alert.id,
    key: alert.key,
    point: point ?? '',
    rule: rule ?? '',
    from,
    to,
    grade: alert.grade,
    reason: change,
  };
}
