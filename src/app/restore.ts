/**
 * Restart: the newest verified snapshot, then the rest of the log through the same `step`, gives the state as it was. It
 * recomputes every admission verdict and stops at the first difference; it repairs nothing.
 */
import { clearOut, newOut } from '../engine/effect.ts';
import type { StateHeader } from '../engine/encode.ts';
import { decodeState } from '../engine/encode.ts';
import type { Input } from '../engine/input.ts';
import type { EngineState } from '../engine/state.ts';
import { newState } from '../engine/state.ts';
import { step } from '../engine/step.ts';
import type { InputLog, RecordNumber, SnapshotStore } from '../log/port.ts';
import { decodeRecord } from '../log/record.ts';
import type { Released } from './pipeline.ts';

/** The recorded verdict and the recomputed one differ: the engine that wrote the log was another one, or memory is wrong. */
export class ReplayDivergenceError extends Error {
  override readonly name = 'ReplayDivergenceError';
}

export interface RestoreHooks {
  /** Effects of each replayed input, for projections that had not got them; everything in the log is durable. */
  replayed(released: Released): void;
  /** True when the record is to be set aside: it has ended the process twice. */
  setAside(number: RecordNumber, input: Input, record: Uint8Array): boolean;
  /** Called before each record is folded, so that a crash can be charged to it. */
  folding(number: RecordNumber, input: Input): void;
}

export interface Restored {
  readonly state: EngineState;
  /** Record number of the snapshot that was used; 0 when there was none. */
  readonly snapshotAt: RecordNumber;
  readonly replayed: number;
  /** Snapshots that were passed over because their checksum does not hold. */
  readonly damagedSnapshots: readonly string[];
}

export async function restore(log: InputLog, snapshots: SnapshotStore, hooks: RestoreHooks): Promise<Restored> {
  const snapshot = await snapshots.newest();
  const state = snapshot === undefined ? newState() : decodeParts(snapshot.parts);
  let replayed = 0;
  const out = newOut();
  for await (const record of log.read(state.n + 1)) {
    skipGaps(state, log, record.number);
    const input = decodeRecord(record.bytes);
    if (hooks.setAside(record.number, input, record.bytes)) {
      state.n = record.number;
      continue;
    }
    hooks.folding(record.number, input);
    const recorded = input.kind === 'readings' ? [...input.batch.verdict] : [];
    clearOut(out);
    step(state, input, out);
    compareVerdicts(input, recorded, record.number);
    replayed++;
    hooks.replayed({
      n: state.n,
      at: input.at,
      registryChanged: input.kind === 'configuration',
      transitions: out.transitions.slice(),
      capsules: out.capsules.slice(),
      outcomes: out.outcomes.slice(),
      configurations: out.configurations.slice(),
      refusals: out.refusals.slice(),
      unsaved: false,
      ...(input.kind === 'readings' ? { batch: input.batch } : {}),
    });
  }
  return { state, snapshotAt: snapshot?.position ?? 0, replayed, damagedSnapshots: snapshot?.damaged ?? [] };
}

/** Snapshot parts: the header as UTF-8 JSON, then the columns. */
export function decodeParts(parts: readonly Uint8Array[]): EngineState {
  const header = JSON.parse(Buffer.from(parts[0]).toString('utf8')) as StateHeader;
  return decodeState({ header, columns: parts.slice(1) });
}

/** Records that unsaved mode left out have numbers too; the snapshot taken on leaving it stands behind them. */
function skipGaps(state: EngineState, log: InputLog, next: RecordNumber): void {
  if (next === state.n + 1) return;
  const gap = log.gaps.find(({ from, to }) => from <= state.n + 1 && to === next - 1);
  if (gap === undefined)
    throw new Error(`the log goes on with record ${next}, expected ${state.n + 1}, and no gap says why`);
  throw new Error(
    `records ${gap.from} to ${gap.to} were judged in unsaved mode and the snapshot taken after them is missing or damaged: ` +
      'restore that snapshot from a backup, or remove the log and the snapshots to start anew',
  );
}

function compareVerdicts(input: Input, recorded: readonly number[], number: RecordNumber): void {
  if (input.kind !== 'readings') return;
  const { verdict } = input.batch;
  for (let i = 0; i < recorded.length; i++) {
    if (verdict[i] === recorded[i]) continue;
    throw new ReplayDivergenceError(
      `record ${number}, reading ${i + 1}: the log says verdict ${recorded[i]}, replay says ${verdict[i]}; ` +
        'start the version that wrote this log, or restore a backup',
    );
  }
}
