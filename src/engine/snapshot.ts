/**
 * Engine state as snapshot parts and back: one JSON header and the typed columns behind it, every table and column under its
 * name. Decoding what was encoded gives a state that behaves identically; an older one is brought up (upgrade/), and what no
 * step names is refused.
 */
import { Book } from '../alerts/book.ts';
import type { BookImage } from '../alerts/open-alerts.ts';
import type { Outcome } from '../model/command.ts';
import type { Loosening } from '../model/loosening.ts';
import type { PointConfig } from '../model/point.ts';
import type { Division, Enterprise, Gateway, Link, RegistryChange, Source } from '../model/registry.ts';
import type { StoredTables, TableHeader } from '../model/stored-table.ts';
import { LayoutError, storedTables } from '../model/stored-table.ts';
import type { ShapeName } from '../model/upcast.ts';
import { bringUp, versionsOf } from '../model/upcast.ts';
import { NewerVersionError } from '../model/version.ts';
import type { DerivedHeader } from '../rules/derived/memory.ts';
import { DerivedMemory } from '../rules/derived/memory.ts';
import type { RuleMemoryHeader } from '../rules/memory.ts';
import { RuleMemory } from '../rules/memory.ts';
import { EngineSlots } from './engine-slots.ts';
import { adoptStanding } from './faults.ts';
import type { Installation, Stall } from './input.ts';
import type { RegistryImage } from './registry.ts';
import { Registry } from './registry.ts';
import type { StagingImage } from './staging.ts';
import { Staging } from './staging.ts';
import type { EngineState } from './state.ts';
import { newState } from './state.ts';
import { bringUpStored, SNAPSHOT_FORMAT } from './upgrade/bring-up.ts';
import { nameColumnsOf1 } from './upgrade/from-0.1.0.ts';
import type { Json, StoredState } from './upgrade/stored-state.ts';
import { rulesOf } from './upgrade/stored-state.ts';

/** The JSON half of a snapshot. */
export interface StateHeader {
  readonly format: number;
  readonly installed: Installation;
  readonly partition: number;
  readonly n: number;
  readonly at: number;
  readonly clockOffsetMs: number;
  readonly seq: number;
  readonly unsaved: boolean;
  readonly linkDown: boolean;
  readonly registry: RegistryImage;
  readonly book: BookImage;
  /** Names in the order of their keys −1, −2 … */
  readonly engineSlots: readonly string[];
  readonly alertHandles: readonly (readonly [number, string])[];
  readonly nextAlertHandle: number;
  readonly stalls: readonly Stall[];
  readonly outcomes: readonly Outcome[];
  readonly pendingLoosenings: readonly Loosening[];
  /** A configuration change in parts that is not wholly in force. */
  readonly staging?: StagingImage | undefined;
  /** Versions of the JSON shapes in the lists of this header. */
  readonly shapes: Readonly<Record<ListedShape, number>>;
  /** The tables whose columns follow, in order; behind them those of the rules. */
  readonly tables: readonly TableHeader[];
  readonly rules: RuleMemoryHeader;
  /** Behind those of the rules. Of a state that was stored before there were derived points, absent. */
  readonly derived?: DerivedHeader | undefined;
}

const LISTED = [
  'division',
  'enterprise',
  'source',
  'gateway',
  'point',
  'link',
  'alert-record',
  'past',
  'outcome',
  'loosening',
] as const satisfies readonly ShapeName[];
type ListedShape = (typeof LISTED)[number];

interface StateImage {
  readonly header: StateHeader;
  /** Views on live memory: copy them before the next step. */
  readonly columns: readonly Uint8Array[];
}

/** A snapshot that this version cannot use, and why. The one before it may do. */
export class StateFormatError extends Error {
  override readonly name = 'StateFormatError';
}

export function encodeState(state: EngineState): StateImage {
  const own = ownTables(state);
  const rules = state.rules.encode();
  const derived = state.derived.encode();
  return {
    header: {
      format: SNAPSHOT_FORMAT,
      installed: state.installed,
      partition: state.partition,
      n: state.n,
      at: state.at,
      clockOffsetMs: state.clockOffsetMs,
      seq: state.seq,
      unsaved: state.unsaved,
      linkDown: state.linkDown,
      registry: state.registry.image(),
      book: state.book.encode(),
      engineSlots: [...state.engineSlots.names],
      alertHandles: [...state.alertHandles],
      nextAlertHandle: state.nextAlertHandle,
      stalls: state.stalls,
      outcomes: [...state.outcomes.values()],
      pendingLoosenings: state.pendingLoosenings,
      staging: state.staging?.image(),
      shapes: versionsOf(...LISTED),
      tables: own.map(({ name, table }) => table.header(name)),
      rules: rules.header,
      derived: derived.header,
    },
    columns: [...own.flatMap(({ table }) => table.bytes()), ...rules.columns, ...derived.columns],
  };
}

/**
 * The state that was stored; `header` is what the JSON says, of this format or an older one. Throws StateFormatError, naming
 * the reason, for a snapshot that this version cannot use.
 */
export function decodeState(header: unknown, columns: readonly Uint8Array[]): EngineState {
  try {
    return built(broughtUp(header as Json, columns));
  } catch (error) {
    if (error instanceof LayoutError || error instanceof NewerVersionError) {
      throw new StateFormatError(`the snapshot cannot be used: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

/** The stored state in this version's format. */
function broughtUp(header: Json, columns: readonly Uint8Array[]): StoredState {
  // The columns are found by what the header says of them: a newer one is refused before that.
  const format = header.format as number;
  if (format > SNAPSHOT_FORMAT) throw new NewerVersionError('its format', format, SNAPSHOT_FORMAT);
  const named = format === 1 ? nameColumnsOf1(header) : header;
  const headers = [...(named.tables as readonly TableHeader[]), ...rulesOf(named).tables, ...derivedOf(named).tables];
  return bringUpStored({ header: named, tables: storedTables(headers, columns) });
}

function built({ header: json, tables }: StoredState): EngineState {
  const header = upcastLists(json as unknown as StateHeader);
  const state = newState(Registry.from(header.registry), header.partition);
  state.n = header.n;
  state.at = header.at;
  state.installed = header.installed;
  state.clockOffsetMs = header.clockOffsetMs;
  state.seq = header.seq;
  state.unsaved = header.unsaved;
  state.linkDown = header.linkDown;
  state.engineSlots = new EngineSlots(header.engineSlots);
  state.alertHandles = new Map(header.alertHandles);
  state.nextAlertHandle = header.nextAlertHandle;
  state.stalls = [...header.stalls];
  state.outcomes = new Map(header.outcomes.map((outcome) => [outcome.commandId, outcome]));
  state.pendingLoosenings = [...header.pendingLoosenings];
  if (header.staging !== undefined) state.staging = Staging.from(header.staging);
  const left = new Map(tables);
  for (const { name, table } of ownTables(state)) {
    const stored = tables.get(name);
    if (stored !== undefined) table.load(stored);
    left.delete(name);
  }
  const derived = new Map(derivedOf(json).tables.map(({ name }) => [name, left.get(name)!] as const));
  for (const name of derived.keys()) left.delete(name);
  state.derived = DerivedMemory.load(derivedOf(json).functions, derived, state.registry.points);
  state.rules = RuleMemory.load(header.rules, left as StoredTables);
  state.book = Book.load(header.book);
  adoptStanding(state);
  return state;
}

/** The items of the header's lists, each brought up from the version that the header states for it. */
function upcastLists(header: StateHeader): StateHeader {
  const up = <T>(shape: ListedShape, items: readonly unknown[]): T[] =>
    items.map((item) => bringUp<T>(shape, item, header.shapes[shape]));
  const items = ({ divisions, enterprises, sources, gateways, points, links }: RegistryChange) => ({
    divisions: up<Division>('division', divisions),
    enterprises: up<Enterprise>('enterprise', enterprises),
    sources: up<Source>('source', sources),
    gateways: up<Gateway>('gateway', gateways),
    points: up<PointConfig>('point', points),
    // What a part of an import does not state stays unstated: the same state always encodes to the same bytes.
    links: links === undefined ? undefined : up<Link>('link', links),
  });
  const { registry, staging, book, outcomes, pendingLoosenings } = header;
  const registered = items(registry);
  return {
    ...header,
    registry: { version: registry.version, ...registered, links: registered.links ?? [] },
    staging: staging === undefined ? undefined : { ...staging, parts: staging.parts.map(items) },
    book: {
      ...book,
      alerts: up('alert-record', book.alerts),
      past: book.past.map(([key, past]) => [key, bringUp('past', past, header.shapes.past)] as const),
    },
    outcomes: up('outcome', outcomes),
    pendingLoosenings: up('loosening', pendingLoosenings),
  };
}

function derivedOf({ derived }: Json): DerivedHeader {
  return (derived as DerivedHeader | undefined) ?? { functions: [], tables: [] };
}

function ownTables(state: EngineState) {
  return [
    { name: 'points', table: state.points },
    { name: 'gateways', table: state.gateways },
    { name: 'timers', table: state.timers.heap },
    { name: 'faults', table: state.faults },
  ] as const;
}
