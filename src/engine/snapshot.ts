/**
 * Engine state as snapshot parts and back: one JSON header and the typed columns behind it, in a fixed order. Decoding
 * what was encoded gives a state that behaves identically; a header of another format is refused by name.
 */
import type { BookImage } from '../alerts/book.ts';
import { Book } from '../alerts/book.ts';
import type { Outcome } from '../model/command.ts';
import type { RuleMemoryImage } from '../rules/memory.ts';
import { RuleMemory } from '../rules/memory.ts';
import type { RegistryImage } from './registry.ts';
import { Registry } from './registry.ts';
import type { EngineState } from './state.ts';
import { ENGINE_VERSION, newState } from './state.ts';

const FORMAT = 1;

interface TableHeader {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
}

/** The JSON half of a snapshot. */
export interface StateHeader {
  readonly format: number;
  readonly engineVersion: string;
  readonly n: number;
  readonly at: number;
  readonly clockOffsetMs: number;
  readonly seq: number;
  readonly unsaved: boolean;
  readonly registry: RegistryImage;
  readonly book: BookImage;
  /** Names in the order of their keys −1, −2 … */
  readonly engineSlots: readonly string[];
  readonly alertHandles: readonly (readonly [number, string])[];
  readonly nextAlertHandle: number;
  readonly outcomes: readonly Outcome[];
  readonly pendingLoosenings: readonly string[];
  /** The tables whose columns follow, in order: points, gateways, timers; behind them those of the rules. */
  readonly tables: readonly TableHeader[];
  readonly rules: RuleMemoryImage['header'];
}

export interface StateImage {
  readonly header: StateHeader;
  /** Views on live memory: copy them before the next step. */
  readonly columns: readonly Uint8Array[];
}

export class StateFormatError extends Error {
  override readonly name = 'StateFormatError';
}

export function encodeState(state: EngineState): StateImage {
  const own = ownTables(state).map(({ name, table }) => ({ name, rows: table.rows, parts: table.bytes() }));
  const rules = state.rules.encode();
  return {
    header: {
      format: FORMAT,
      engineVersion: ENGINE_VERSION,
      n: state.n,
      at: state.at,
      clockOffsetMs: state.clockOffsetMs,
      seq: state.seq,
      unsaved: state.unsaved,
      registry: state.registry.image(),
      book: state.book.encode(),
      engineSlots: [...state.engineSlots.keys()],
      alertHandles: [...state.alertHandles],
      nextAlertHandle: state.nextAlertHandle,
      outcomes: [...state.outcomes.values()],
      pendingLoosenings: state.pendingLoosenings,
      tables: own.map(({ name, rows, parts }) => ({ name, rows, columns: parts.length })),
      rules: rules.header,
    },
    columns: [...own.flatMap(({ parts }) => parts), ...rules.columns],
  };
}

/** Throws StateFormatError when the image is of another format. */
export function decodeState(image: StateImage): EngineState {
  const { header, columns } = image;
  if (header.format !== FORMAT)
    throw new StateFormatError(`snapshot format ${header.format} is not the known format ${FORMAT}`);
  const state = newState(Registry.from(header.registry));
  state.n = header.n;
  state.at = header.at;
  state.clockOffsetMs = header.clockOffsetMs;
  state.seq = header.seq;
  state.unsaved = header.unsaved;
  state.engineSlots = new Map(header.engineSlots.map((name, i) => [name, -1 - i]));
  state.alertHandles = new Map(header.alertHandles);
  state.nextAlertHandle = header.nextAlertHandle;
  state.outcomes = new Map(header.outcomes.map((outcome) => [outcome.commandId, outcome]));
  state.pendingLoosenings = [...header.pendingLoosenings];
  let next = 0;
  ownTables(state).forEach(({ table }, i) => {
    const { rows, columns: count } = header.tables[i];
    table.load(rows, columns.slice(next, next + count));
    next += count;
  });
  state.rules = RuleMemory.load({ header: header.rules, columns: columns.slice(next) });
  state.book = Book.load(header.book);
  return state;
}

function ownTables(state: EngineState) {
  return [
    { name: 'points', table: state.points },
    { name: 'gateways', table: state.gateways },
    { name: 'timers', table: state.timers.heap },
  ] as const;
}
