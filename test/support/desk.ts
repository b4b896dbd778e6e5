// A desk for engine tests: it folds readings and time into the engine the way the service does (ticks on the second, before
// the input), and keeps everything that came out.
import { crc32 } from 'node:zlib';
import type { EvidenceCapsule, Refusal } from '../../src/engine/effect.ts';
import { clearOut, newOut } from '../../src/engine/effect.ts';
import { tickBefore } from '../../src/engine/grid.ts';
import type { DeviceEvent, Input } from '../../src/engine/input.ts';
import { decodeState, encodeState } from '../../src/engine/snapshot.ts';
import type { EngineState } from '../../src/engine/state.ts';
import { newState } from '../../src/engine/state.ts';
import { step } from '../../src/engine/step.ts';
import type { Alert, Transition } from '../../src/model/alert.ts';
import type { CommandKind, Outcome } from '../../src/model/command.ts';
import { looseningInWords } from '../../src/model/loosening.ts';
import type { QualityName } from '../../src/model/quality.ts';
import { qualityOf } from '../../src/model/quality.ts';
import type { ReadingBatch } from '../../src/model/reading.ts';
import { FLAG, newBatch, UNKNOWN_POINT } from '../../src/model/reading.ts';
import type { RegistryChange } from '../../src/model/registry.ts';
import { addRow } from './build/batch.ts';
import type { CommandOptions } from './build/command.ts';
import { commandOf } from './build/command.ts';
import type { Plant } from './build/registry.ts';
import { registryOf } from './build/registry.ts';

/** Wednesday 2025-11-19 08:00 in Yancheng: any round instant does. */
export const T0 = 1_763_510_400_000;

/** A name of the plant's own enterprise, or one with its enterprise before a slash. */
const full = (id: string): string => (id.includes('/') ? id : `yt/${id}`);

/** One reading on its way: `at` in ms after T0. */
export interface Sent {
  readonly tag: string;
  readonly at?: number;
  readonly value: number;
  readonly quality?: QualityName;
  readonly seq?: number;
  readonly flags?: number;
}

/** What was told is told: whatever is done to it from then on, within the same input too, throws. */
class Told extends Array<Transition> {
  override push(...told: Transition[]): number {
    for (const one of told) fixed(one);
    return super.push(...told);
  }
}

/** Parts that two tellings share are fixed already. */
function fixed(told: object): void {
  if (Object.isFrozen(told)) return;
  Object.freeze(told);
  for (const part of Object.values(told)) if (typeof part === 'object' && part !== null) fixed(part);
}

/** What a control room would see: feeds the engine and keeps everything that came out. */
export class Desk {
  state: EngineState = newState();
  readonly transitions: Transition[] = [];
  readonly outcomes: Outcome[] = [];
  readonly capsules: EvidenceCapsule[] = [];
  readonly refusals: Refusal[] = [];
  /** Every input, as it would stand in the log. */
  readonly inputs: Input[] = [];
  /** What the newest input led to. */
  readonly out = { ...newOut(), transitions: new Told() };
  private commands = 0;

  constructor(plant?: Plant) {
    if (plant !== undefined) this.configure(registryOf(plant));
  }

  configure(change: RegistryChange, at = 0): readonly string[] {
    this.tickTo(at);
    this.fold({
      kind: 'configuration',
      at: Math.max(T0 + at, this.state.at),
      commandId: `c${this.commands++}`,
      actor: 'admin',
      change,
    });
    return this.out.configurations[0].errors;
  }

  /** What the last change left waiting for a second person. */
  get pending(): readonly string[] {
    return this.state.pendingLoosenings.map(looseningInWords);
  }

  /** Readings of one message, received `receivedAt` ms after T0 (default: when the newest was taken). */
  send(readings: readonly Sent[], receivedAt?: number, gateway = 'gw1'): ReadingBatch {
    const newest = Math.max(...readings.map(({ at }) => at ?? 0));
    const arrival = T0 + (receivedAt ?? newest);
    const batch = newBatch(this.state.registry.gatewayNumbers.get(full(gateway)) ?? 999, arrival);
    batch.digest = crc32(JSON.stringify([readings, gateway])) + 1;
    const sorted = [...readings].sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
    for (const { tag, at, value, quality = 'good', seq, flags = 0 } of sorted) {
      const number = this.state.registry.pointNumbers.get(full(tag)) ?? UNKNOWN_POINT;
      if (number === UNKNOWN_POINT) batch.unknownTags.push(tag);
      addRow(batch, {
        point: number,
        sampledAt: at === undefined ? arrival : T0 + at,
        value,
        quality: qualityOf(quality),
        seq,
        flags: flags | (at === undefined ? FLAG.NO_AT : 0),
      });
    }
    this.tickTo(arrival - T0);
    this.fold({ kind: 'readings', at: Math.max(arrival, this.state.at), batch });
    return batch;
  }

  /** One reading, sent when it was taken. */
  reading(tag: string, at: number, value: number, quality: QualityName = 'good'): ReadingBatch {
    return this.send([{ tag, at, value, quality }]);
  }

  device(event: DeviceEvent, at: number): void {
    this.tickTo(at);
    this.fold({ kind: 'device', at: Math.max(T0 + at, this.state.at), event });
  }

  /** Our own link to an external broker. */
  link(up: boolean, at: number): void {
    this.tickTo(at);
    this.fold({ kind: 'link', at: Math.max(T0 + at, this.state.at), up });
  }

  gateway(online: boolean, at: number, id = 'gw1'): void {
    const gateway = this.state.registry.gatewayNumbers.get(full(id)) ?? 0;
    this.device({ type: 'gateway', gateway, online, cause: 'connection' }, at);
  }

  command(kind: CommandKind, alert: Alert, at: number, over: CommandOptions = {}): Outcome {
    this.tickTo(at);
    const seen = { alertId: alert.id, seenSeq: alert.seq };
    const command = commandOf(kind, { commandId: `k${this.commands++}`, ...seen, ...over });
    this.fold({ kind: 'command', at: Math.max(T0 + at, this.state.at), command });
    return this.out.outcomes[this.out.outcomes.length - 1];
  }

  /** A new process goes on from what the log holds: it knows of nobody whether he is there. */
  resumed(downFrom: number, at: number): void {
    this.fold({ kind: 'resumed', at: T0 + at, downFrom: T0 + downFrom, seqFloor: 0, restarted: true });
  }

  /** The same process judges again after it stood still. */
  stoodStill(downFrom: number, at: number): void {
    this.fold({ kind: 'resumed', at: T0 + at, downFrom: T0 + downFrom, seqFloor: 0 });
  }

  /** Lets time pass in silence up to `at` ms after T0. */
  tickTo(at: number): void {
    for (let tick = tickBefore(this.state, T0 + at); tick !== undefined; tick = tickBefore(this.state, T0 + at)) {
      this.fold(tick);
    }
  }

  /** A desk that goes on from here; what this one does afterwards is unknown to it. */
  fork(): Desk {
    const copy = new Desk();
    copy.state = copied(this.state);
    copy.transitions.push(...this.transitions);
    copy.inputs.push(...this.inputs);
    copy.commands = this.commands;
    return copy;
  }

  /** ms after T0 of the last input. */
  get now(): number {
    return this.state.at - T0;
  }

  fold(input: Input): void {
    // The log keeps its own bytes: what step writes into a batch must not reach back.
    this.inputs.push(input.kind === 'readings' ? structuredClone(input) : input);
    clearOut(this.out);
    step(this.state, this.state.n + 1, input, this.out);
    this.transitions.push(...this.out.transitions);
    this.outcomes.push(...this.out.outcomes);
    this.capsules.push(...this.out.capsules);
    this.refusals.push(...this.out.refusals);
  }

  /** The newest state of every alert that is not closed. */
  get open(): Alert[] {
    const alerts = new Map<string, Alert>();
    for (const { alert } of this.transitions) alerts.set(alert.id, alert);
    return [...alerts.values()].filter(({ closedAt }) => closedAt === undefined);
  }

  get hazards(): Alert[] {
    return this.open.filter(({ kind }) => kind === 'hazard');
  }

  get devices(): Alert[] {
    return this.open.filter(({ kind }) => kind === 'device');
  }

  /** "raised yellow", "cleared yellow" … of hazard alerts, in order. */
  get story(): string[] {
    return this.transitions
      .filter(({ alert }) => alert.kind === 'hazard')
      .map(({ change, alert }) => `${change} ${alert.grade}`);
  }
}

/** The state as a snapshot would bring it back: through JSON text and copied bytes. */
export function copied(state: EngineState): EngineState {
  const { header, columns } = encodeState(state);
  return decodeState(
    JSON.parse(JSON.stringify(header)),
    columns.map((bytes) => bytes.slice()),
  );
}
