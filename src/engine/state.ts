/**
 * Everything `step` reads and changes, in one place: registry, point and gateway tables, rule memory, alert book, timers,
 * counters and remembered outcomes. What is not here cannot influence a decision. Shapes and construction only.
 */
import { Book } from '../alerts/book.ts';
import type { Outcome } from '../model/command.ts';
import type { Loosening } from '../model/loosening.ts';
import type { PointConfig } from '../model/point.ts';
import type { DurationMs, EpochMs } from '../model/time.ts';
import { DerivedMemory } from '../rules/derived/memory.ts';
import { newKinds } from '../rules/kinds.ts';
import { RuleMemory } from '../rules/memory.ts';
import { EngineSlots } from './engine-slots.ts';
import type { FaultTable } from './fault-table.ts';
import { newFaultTable } from './fault-table.ts';
import type { GatewayTable } from './gateways.ts';
import { newGatewayTable } from './gateways.ts';
import { Groups } from './groups.ts';
import type { Installation, Stall } from './input.ts';
import { Observers } from './observers.ts';
import type { PointTable } from './points.ts';
import { newPointTable } from './points.ts';
import { Registry } from './registry.ts';
import type { Staging } from './staging.ts';
import { Timers } from './timers.ts';

/** Changes when the same inputs may lead to other effects; stands in snapshots, capsules and health. */
export const ENGINE_VERSION = '2';

/** What this program installs a point with. */
export const INSTALLATION: Installation = { engineVersion: ENGINE_VERSION, kinds: newKinds().map(({ name }) => name) };

/** Whether the points were installed by a program that makes rules otherwise: input `install` is due. */
export function isForeign({ installed }: EngineState): boolean {
  const { engineVersion, kinds } = INSTALLATION;
  return installed.engineVersion !== engineVersion || installed.kinds.join() !== kinds.join();
}

export interface EngineState {
  /** Which log it folds: 0 of an installation with one log. u16. */
  readonly partition: number;
  /** Number of the last input folded: its record number in the log. */
  n: number;
  /** Engine time of the last input; never decreasing. */
  at: EpochMs;
  /** What every point was last installed with; where it is not `INSTALLATION`, input `install` is due. */
  installed: Installation;
  /** Wall time minus engine time: for showing, and for comparing device times with; it times nothing. */
  clockOffsetMs: DurationMs;
  /** Number of the last transition. */
  seq: number;
  /** From device event `storage` on until its end or a restart: what is derived meanwhile is marked. */
  unsaved: boolean;
  registry: Registry;
  /** Derived from the registry; not part of a snapshot. */
  groups: Groups;
  points: PointTable;
  gateways: GatewayTable;
  /** By engine slot: faults, and whether their alarms stand. */
  faults: FaultTable;
  /** Derived from registry, points and faults; not part of a snapshot. */
  coverage: Observers;
  /** Our own link to an external broker is known to be down. */
  linkDown: boolean;
  rules: RuleMemory;
  derived: DerivedMemory;
  book: Book;
  timers: Timers;
  /** What the engine itself contributes (device faults, coverage). */
  engineSlots: EngineSlots;
  /** Timer handles of alerts. */
  alertHandles: Map<number, string>;
  nextAlertHandle: number;
  /** Outcomes by command id, oldest first, kept for OUTCOME_KEPT_MS. */
  outcomes: Map<string, Outcome>;
  /** When the service itself stood still, oldest first. */
  stalls: Stall[];
  /** Loosenings that wait for a second person: the stricter value is in force. */
  pendingLoosenings: Loosening[];
  /** By point: what a draft has instead of whatever is stated, looser or not, as nobody acts on it. Of a backtest; no part of a snapshot. */
  drafted: ReadonlyMap<string, Partial<PointConfig>>;
  /** A configuration change in parts that is not wholly in force. */
  staging: Staging | undefined;
  /** Working memory of `step`, made by its first call: it carries nothing from one input to the next. */
  scratch: unknown;
}

export function newState(registry = new Registry(), partition = 0): EngineState {
  return {
    partition,
    n: 0,
    at: 0,
    installed: INSTALLATION,
    clockOffsetMs: 0,
    seq: 0,
    unsaved: false,
    registry,
    groups: new Groups(registry),
    points: newPointTable(),
    gateways: newGatewayTable(),
    faults: newFaultTable(),
    coverage: new Observers(),
    linkDown: false,
    rules: new RuleMemory(),
    derived: new DerivedMemory(),
    book: new Book(),
    timers: new Timers(),
    engineSlots: new EngineSlots(),
    alertHandles: new Map(),
    stalls: [],
    nextAlertHandle: 1,
    outcomes: new Map(),
    pendingLoosenings: [],
    drafted: new Map(),
    staging: undefined,
    scratch: undefined,
  };
}
