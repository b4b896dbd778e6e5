/**
 * What `step` gives back: effects, in the order they were derived, in a list that the caller re-uses. They may leave the
 * service only when the input that caused them is durable (or, in unsaved mode, marked so). Shapes only.
 */
import type { Transition } from '../model/alert.ts';
import type { Outcome } from '../model/command.ts';
import type { Loosening } from '../model/loosening.ts';
import type { RefusalReason } from '../model/reading.ts';
import type { EpochMs } from '../model/time.ts';
import type { Counts, ItemChange } from './changes.ts';

/**
 * Sealed when an alert is raised or worsens: all that is needed to judge it again without the log. `before` is the
 * contributors' rule memory before the input, `grading` exactly what the grading function was given.
 */
export interface EvidenceCapsule {
  readonly alert: string;
  /** Transition it explains. */
  readonly seq: number;
  readonly at: EpochMs;
  /** Number of the input that caused it, and the engine version that judged it. */
  readonly input: number;
  readonly engineVersion: string;
  /** Opaque to everyone but engine/evidence: JSON data only. */
  readonly evidence: unknown;
}

/** A reading refused in log order (a duplicate among them), for the quarantine: as it was understood, its text is no input. */
export interface Refusal {
  readonly at: EpochMs;
  readonly gateway: number;
  readonly tag: string;
  readonly sampledAt: EpochMs;
  readonly value: number;
  readonly reason: RefusalReason;
}

/** Answer to a configuration input: applied, or refused whole with every error at once. */
export interface ConfigurationOutcome {
  readonly commandId: string;
  readonly actor: string;
  readonly applied: boolean;
  readonly errors: readonly string[];
  /** Loosenings that were not put in force: the stricter value stands until a second person approves. */
  readonly pending: readonly Loosening[];
  /** What was put in force, item by item and field by field. */
  readonly changes: readonly ItemChange[];
  readonly counts: Counts;
  /**
   * Of a change in parts, where it is not at its end: a part was taken, `applying` when it went into force, `waiting` when
   * it has to wait for the storage.
   */
  readonly progress?: 'staged' | 'applying' | 'waiting' | undefined;
}

/** A point fell silent, or is heard (again, or the first time since the start): its last value is shown as stale, or as what it is. */
interface SilenceChange {
  /** Point number. */
  readonly point: number;
  readonly silent: boolean;
}

/** A value of a derived point that the input led to: part of its record, and of the history. */
export interface DerivedRow {
  /** Point number. */
  readonly point: number;
  /** Wall time it stands for. */
  readonly at: EpochMs;
  readonly value: number;
  /** Quality code (model/quality). */
  readonly quality: number;
  /** FLAG bits (model/reading). */
  readonly flags: number;
}

export interface Out {
  readonly transitions: Transition[];
  readonly capsules: EvidenceCapsule[];
  readonly outcomes: Outcome[];
  readonly configurations: ConfigurationOutcome[];
  readonly refusals: Refusal[];
  readonly silences: SilenceChange[];
  readonly derived: DerivedRow[];
}

export function newOut(): Out {
  return { transitions: [], capsules: [], outcomes: [], configurations: [], refusals: [], silences: [], derived: [] };
}

/** Nearly always nothing is in it: setting the length of an empty array costs more than looking. */
export function clearOut(out: Out): void {
  if (out.transitions.length > 0) out.transitions.length = 0;
  if (out.capsules.length > 0) out.capsules.length = 0;
  if (out.outcomes.length > 0) out.outcomes.length = 0;
  if (out.configurations.length > 0) out.configurations.length = 0;
  if (out.refusals.length > 0) out.refusals.length = 0;
  if (out.silences.length > 0) out.silences.length = 0;
  if (out.derived.length > 0) out.derived.length = 0;
}

/** Shared by every input that led to nothing. */
const NOTHING: Readonly<Out> = Object.freeze({
  transitions: [],
  capsules: [],
  outcomes: [],
  configurations: [],
  refusals: [],
  silences: [],
  derived: [],
});

/** What is in the list now, for keeping: the caller re-uses the list itself. */
export function takenFrom(out: Out): Readonly<Out> {
  const { transitions, capsules, outcomes, configurations, refusals, silences, derived } = out;
  const toldBySome = transitions.length + capsules.length + outcomes.length + configurations.length;
  if (toldBySome + refusals.length + silences.length + derived.length === 0) return NOTHING;
  return {
    transitions: transitions.slice(),
    capsules: capsules.slice(),
    outcomes: outcomes.slice(),
    configurations: configurations.slice(),
    refusals: refusals.slice(),
    silences: silences.slice(),
    derived: derived.slice(),
  };
}
