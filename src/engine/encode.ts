/**
 * Engine state as snapshot parts and back: one JSON header and the typed columns behind it, in a fixed order. Decoding
 * what was encoded gives a state that behaves identically; a header of another format is refused by name.
 */
import { Book, type BookImage } from '../alerts/book.ts';
import type { Outcome } from '../model/command.ts';
import { RuleMemory, type RuleMemoryImage } from '../rules/memory.ts';
import { Registry, type RegistryImage } from './registry.ts';
import { ENGINE_VERSION, type EngineState, newState } from './state.ts';

const FORMAT = 1;

/** The JSON half of a snapshot. */
export interface StateHeader {
  readonly format: number;
  readonly engineVersion: string;
  readonly n: number;
  readonly at: number;
  readonly clockOffsetMs: number;
  readonly seq: number;
  readonly registry: RegistryImage;
  readonly rules: RuleMemoryImage['header'];
  readonly book: BookImage;
  readonly engineSlots: readonly (readonly [string, number])[];
  readonly alertHandles: readonly (readonly [number, string])[];
  readonly nextAlertHandle: number;
  readonly outcomes: readonly Outcome[];
  readonly pendingLoosenings: readonly string[];
  /** Rows of the point, gateway and timer tables and the number of their columns; the rule tables follow. */
  readonly tables: readonly { readonly rows: number; readonly columns: number }[];
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
  const own = [state.points, state.gateways, state.timers.heap];
  const rules = state.rules.encode();
  const columns: Uint8Array[] = [];
  const tables = own.map((table) => {
    const bytes = table.bytes();
    columns.push(...bytes);
    return { rows: table.rows, columns: bytes.length };
  });
  columns.push(...rules.columns);
  return {
    header: {
      format: FORMAT,
      engineVersion: ENGINE_VERSION,
      n: state.n,
      at: state.at,
      clockOffsetMs: state.clockOffsetMs,
      seq: state.seq,
      registry: state.registry.image(),
      rules: rules.header,
      book: state.book.encode(),
      engineSlots: [...state.engineSlots],
      alertHandles: [...state.alertHandles],
      nextAlertHandle: state.nextAlertHandle,
      outcomes: [...state.outcomes.values()],
      pendingLoosenings: state.pendingLoosenings,
      tables,
    },
    columns,
  };
}

/** Throws StateFormatError when the image is of another format. */
export function decodeState(image: StateImage): EngineState {
  const { header, columns } = image;
  if (header.format !== FORMAT) throw new StateFormatError(`snapshot format ${header.format} is not the known format ${FORMAT}`);
  const state = newState();
  state.n = header.n;
  state.at = header.at;
  state.clockOffsetMs = header.clockOffsetMs;
  state.seq = header.seq;
  state.registry = Registry.from(header.registry);
  state.engineSlots = new Map(header.engineSlots);
  state.alertHandles = new Map(header.alertHandles);
  state.nextAlertHandle = header.nextAlertHandle;
  state.outcomes = new Map(header.outcomes.map((outcome) => [outcome.commandId, outcome]));
  state.pendingLoosenings = [...header.pendingLoosenings];
  let next = 0;
  [state.points, state.gateways, state.timers.heap].forEach((table, i) => {
    const { rows, columns: count } = header.tables[i];
    table.load(rows, columns.slice(next, next + count));
    next += count;
  });
  state.rules = RuleMemory.load({ header: header.rules, columns: columns.slice(next) });
  state.book = Book.load(header.book);
  return state;
}
