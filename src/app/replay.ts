/**
 * Recorded readings through the same engine, ticks on the same grid: what `fenghuo replay` prints. It has its own state
 * and touches no store; the same file gives the same lines, byte for byte.
 */
import type { RecordedReading } from '../../simulators/replay-source.ts';
import { clearOut, newOut } from '../engine/effect.ts';
import { tickBefore } from '../engine/grid.ts';
import type { Input } from '../engine/input.ts';
import type { EngineState } from '../engine/state.ts';
import { newState } from '../engine/state.ts';
import { step } from '../engine/step.ts';
import type { Transition } from '../model/alert.ts';
import { GOOD, qualityOf } from '../model/quality.ts';
import type { RefusalReason } from '../model/reading.ts';
import { FLAG, NO_SEQ, newBatch, UNKNOWN_POINT } from '../model/reading.ts';
import type { RegistryChange } from '../model/registry.ts';
import type { EpochMs } from '../model/time.ts';

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

/** Folds readings in file order. Engine time is the newest time seen, as if every reading had arrived when it was taken. */
export class Replay {
  readonly state: EngineState = newState();
  private readonly out = newOut();
  private readonly onTransition: (transition: Transition) => void;

  constructor(onTransition: (transition: Transition) => void) {
    this.onTransition = onTransition;
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

  /** Lets time pass up to `at`. */
  tickTo(at: EpochMs): void {
    for (let tick = tickBefore(this.state, at); tick !== undefined; tick = tickBefore(this.state, at)) this.fold(tick);
  }

  private fold(input: Input, look?: () => void): void {
    clearOut(this.out);
    step(this.state, this.state.n + 1, input, this.out);
    look?.();
    for (const transition of this.out.transitions) this.onTransition(transition);
  }
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
