/**
 * Plays a plant of a case through `step` on a virtual clock: ticks on the grid of live judging, each reading when it is taken.
 * It answers how the engine stands at an instant, and decides nothing.
 */
import { clearOut, newOut } from '../../engine/effect.ts';
import { dueTickBefore } from '../../engine/grid.ts';
import type { Input } from '../../engine/input.ts';
import type { EngineState } from '../../engine/state.ts';
import { newState } from '../../engine/state.ts';
import { step } from '../../engine/step.ts';
import type { CommandKind, OutcomeCode } from '../../model/command.ts';
import { bodyOf } from '../../model/command.ts';
import type { Loosening } from '../../model/loosening.ts';
import { qualityOf } from '../../model/quality.ts';
import { FLAG, NO_SEQ, newBatch, VERDICT } from '../../model/reading.ts';
import type { RegistryChange } from '../../model/registry.ts';
import type { DurationMs, EpochMs } from '../../model/time.ts';
import type { SentReading } from './plant.ts';
import { idOf } from './plant.ts';

/** The newest value of a point, as a screen would have it. */
export interface Newest {
  readonly value: number;
  readonly quality: number;
}

export class Play {
  readonly state: EngineState = newState();
  /** By point number: of derived points, which no table of readings has. */
  readonly derived = new Map<number, Newest>();
  private readonly out = newOut();
  private readonly start: EpochMs;
  private commands = 0;

  constructor(start: EpochMs) {
    this.start = start;
  }

  /** What is wrong with it, and what of it would wait for a second person. */
  register(change: RegistryChange): { readonly errors: readonly string[]; readonly pending: readonly Loosening[] } {
    this.fold({ kind: 'configuration', at: this.start, commandId: 'case', actor: 'case', change });
    const [{ errors, pending }] = this.out.configurations;
    for (const gateway of this.state.registry.gateways.keys()) this.gateway(gateway, true, 0);
    return { errors, pending };
  }

  gateway(gateway: number, online: boolean, at: DurationMs): void {
    this.passTo(at);
    this.fold({ kind: 'device', at: this.now(at), event: { type: 'gateway', gateway, online, cause: 'connection' } });
  }

  /** Readings of one instant and one gateway. */
  readings(gateway: number, readings: readonly SentReading[], at: DurationMs): void {
    this.passTo(at);
    const batch = newBatch(gateway, this.now(at));
    for (const { tag, value, quality } of readings) {
      batch.count++;
      batch.point.push(this.state.registry.pointNumbers.get(idOf(tag))!);
      batch.sampledAt.push(this.now(at));
      batch.value.push(Number(value));
      batch.quality.push(qualityOf(quality));
      batch.seq.push(NO_SEQ);
      batch.flags.push(typeof value === 'boolean' ? FLAG.BOOLEAN : 0);
      batch.verdict.push(VERDICT.LIVE);
      batch.judgedAt.push(this.now(at));
    }
    this.fold({ kind: 'readings', at: this.now(at), batch });
  }

  /** By a person of the province, who has seen everything. */
  command(kind: CommandKind, alertId: string, at: DurationMs): OutcomeCode | undefined {
    this.passTo(at);
    const who = { actor: 'case', role: 'province-duty', level: 'province' } as const;
    const policy = { act: kind, role: who.role, rule: 'case', scope: {} };
    const body = bodyOf(kind, { note: 'case', cause: 'real' });
    const command = { ...who, policy, body, alertId, commandId: `case-${this.commands++}`, seenSeq: this.state.seq };
    this.fold({ kind: 'command', at: this.now(at), command });
    return this.out.outcomes.at(-1)?.code;
  }

  /** Lets time pass. */
  passTo(at: DurationMs): void {
    const until = this.now(at);
    for (let tick = dueTickBefore(this.state, until); tick !== undefined; tick = dueTickBefore(this.state, until))
      this.fold(tick);
  }

  private now(at: DurationMs): EpochMs {
    return this.start + at;
  }

  private fold(input: Input): void {
    clearOut(this.out);
    step(this.state, this.state.n + 1, input, this.out);
    for (const { point, value, quality } of this.out.derived) this.derived.set(point, { value, quality });
  }
}
