/**
 * Everything that can change what the service believes: the inputs of `step`, each with engine time. Shapes only. The
 * number of an input is its record number in the log, handed to `step` beside it.
 */
import type { RecordedAlert } from '../alerts/reconcile.ts';
import type { Command } from '../model/command.ts';
import type { DeviceFault } from '../model/hazard.ts';
import type { ReadingBatch } from '../model/reading.ts';
import type { RegistryChange } from '../model/registry.ts';
import type { DurationMs, EpochMs } from '../model/time.ts';

export interface ReadingsInput {
  readonly kind: 'readings';
  readonly at: EpochMs;
  readonly batch: ReadingBatch;
}

/** A gateway came or went (connection, status message, will), or the service noticed a fault of its own. */
export type DeviceEvent =
  | {
      readonly type: 'gateway';
      /** Gateway number. */
      readonly gateway: number;
      readonly online: boolean;
      readonly cause: 'connection' | 'status' | 'will';
    }
  | {
      readonly type: 'fault';
      readonly fault: DeviceFault;
      /** `service`, or a gateway `{enterprise}/~{gateway}`. */
      readonly subject: string;
      readonly active: boolean;
      readonly detail: string;
    };

interface DeviceInput {
  readonly kind: 'device';
  readonly at: EpochMs;
  readonly event: DeviceEvent;
}

/** Time has passed: once per second of engine time, before the first input at or after that second. */
export interface TickInput {
  readonly kind: 'tick';
  readonly at: EpochMs;
  /** Time up to now in which the service folded nothing, or gave nobody an answer: silence in it is its own. */
  readonly stalled?: Stall | undefined;
}

export interface Stall {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** The wall clock was stepped: changes what is shown, never what is timed. */
interface ClockInput {
  readonly kind: 'clock';
  readonly at: EpochMs;
  /** Wall time minus engine time. */
  readonly offsetMs: DurationMs;
}

/** The service looks again after a time in which nobody looked. */
export interface ResumedInput {
  readonly kind: 'resumed';
  readonly at: EpochMs;
  readonly downFrom: EpochMs;
  /** Newest transition number that ever left: numbers given in unsaved mode before a crash are not given again. */
  readonly seqFloor: number;
  /** The process is a new one; without it, it only stood still. */
  readonly restarted?: true;
}

/** Our own link to an external broker came up or went down: while it is down nobody behind it is known to be online. */
interface LinkInput {
  readonly kind: 'link';
  readonly at: EpochMs;
  readonly up: boolean;
}

interface CommandInput {
  readonly kind: 'command';
  readonly at: EpochMs;
  readonly command: Command;
}

export interface ConfigurationInput {
  readonly kind: 'configuration';
  readonly at: EpochMs;
  readonly commandId: string;
  readonly actor: string;
  readonly change: RegistryChange;
  /** Of a change too large for one record: which part, from 0, and whether it is the last. Absent: the change is whole. */
  readonly part?: { readonly n: number; readonly last: boolean };
}

/** The next part of a change that has come in parts goes into force; one that has not come whole is given up. */
export interface ApplyInput {
  readonly kind: 'apply';
  readonly at: EpochMs;
  readonly commandId: string;
}

/** What a point's rules are made with. */
export interface Installation {
  readonly engineVersion: string;
  /** Names of the rule kinds, in judging order. */
  readonly kinds: readonly string[];
}

/** Alerts that the history has otherwise than the log led to: what was recorded stands, and what is believed is told. */
export interface ReconciledInput {
  readonly kind: 'reconciled';
  readonly at: EpochMs;
  /** Number of the newest transition that was recorded when the service started. */
  readonly upTo: number;
  readonly alerts: readonly RecordedAlert[];
}

/** Another program than the one that installed the points goes on with them: every point is installed anew. */
export interface InstallInput {
  readonly kind: 'install';
  readonly at: EpochMs;
  readonly installation: Installation;
}

export type Input =
  | ReadingsInput
  | DeviceInput
  | TickInput
  | ClockInput
  | ResumedInput
  | LinkInput
  | CommandInput
  | ConfigurationInput
  | ApplyInput
  | InstallInput
  | ReconciledInput;
