/**
 * Restart: the newest verified snapshot, then the rest of the log through the same `step`, gives the state as it was. It
 * recomputes every admission verdict and stops at the first difference; it repairs nothing.
 */
import type { DerivedRow, Out } from '../../engine/effect.ts';
import { clearOut, newOut, takenFrom } from '../../engine/effect.ts';
import type { Input } from '../../engine/input.ts';
import { StateFormatError } from '../../engine/snapshot.ts';
import type { EngineState } from '../../engine/state.ts';
import { isForeign, newState } from '../../engine/state.ts';
import { step } from '../../engine/step.ts';
import { OLD_INSTALLATION } from '../../engine/upgrade/layouts-0.1.0.ts';
import type { InputLog, LogRecord, RecordNumber, SnapshotStore } from '../../log/port.ts';
import { FencedError } from '../../log/port.ts';
import { readHeader, readRecord } from '../../log/record.ts';
import { NewerVersionError } from '../../model/version.ts';
import type { Released } from './released.ts';
import { decodeParts } from './snapshotter.ts';

/** The recorded verdict and the recomputed one differ: the engine that wrote the log was another one, or memory is wrong. */
export class ReplayDivergenceError extends Error {
  override readonly name = 'ReplayDivergenceError';
}

export interface RestoreHooks {
  /** Effects of each replayed input, for projections that had not got them; everything in the log is durable. */
  replayed(released: Released): void;
  /** True when the record is to be set aside: it has ended the process twice. */
  setAside(number: RecordNumber, record: Uint8Array): boolean;
  /** The record could not be read or folded: a bug that ends the process, charged to the record. */
  crashed(number: RecordNumber, error: unknown): void;
}

export interface Restored {
  readonly state: EngineState;
  /** Record number of the snapshot that was used; 0 when there was none. */
  readonly snapshotAt: RecordNumber;
  readonly replayed: number;
  /** Snapshots that were passed over because their checksum does not hold. */
  readonly damagedSnapshots: readonly string[];
  /** Snapshots that were passed over because this version cannot use them, and why. */
  readonly unusableSnapshots: readonly string[];
  /** Verdicts that came out otherwise: of another engine version, or behind a record that was set aside. */
  readonly changedVerdicts: number;
}

export async function restore(log: InputLog, snapshots: SnapshotStore, hooks: RestoreHooks): Promise<Restored> {
  const { state, ...start } = await startingState(log, snapshots);
  let replayed = 0;
  let changedVerdicts = 0;
  // Behind what another engine version judged, what this one says is counted, and nobody need be wrong.
  let isWhole = true;
  const out = newOut();
  for await (const { number, bytes } of log.read(state.n + 1)) {
    if (skipGaps(state, log, number)) isWhole = false;
    beginAs(state, { number, bytes });
    if (isForeign(state)) isWhole = false;
    if (hooks.setAside(number, bytes)) {
      state.n = number;
      isWhole = false;
      continue;
    }
    const { input, changed } = fold(state, { number, bytes }, out, hooks);
    if (changed !== undefined && isWhole) throw divergence(number, changed);
    if (changed !== undefined) changedVerdicts++;
    replayed++;
    hooks.replayed({
      ...takenFrom(out),
      n: state.n,
      at: input.at,
      unsaved: state.unsaved,
      batch: input.kind === 'readings' ? input.batch : undefined,
    });
  }
  // The newest numbers may be a gap with nothing behind it.
  skipGaps(state, log, log.next);
  return { ...start, state, replayed, changedVerdicts };
}

type Start = Pick<Restored, 'state' | 'snapshotAt' | 'damagedSnapshots' | 'unusableSnapshots'>;

/**
 * The state of the newest snapshot that this version can use, at or before record `upTo` where that is stated. Throws when there
 * are some and none of them serves.
 */
export async function startingState(log: InputLog, snapshots: SnapshotStore, upTo?: RecordNumber): Promise<Start> {
  const unusableSnapshots: string[] = [];
  const damagedSnapshots = new Set<string>();
  for (;;) {
    const snapshot = await snapshots.newest(upTo);
    if (snapshot === undefined) break;
    const { position, damaged } = snapshot;
    for (const name of damaged) damagedSnapshots.add(name);
    try {
      const state = decodeParts(snapshot.parts);
      return { state, snapshotAt: position, damagedSnapshots: [...damagedSnapshots], unusableSnapshots };
    } catch (error) {
      if (!(error instanceof StateFormatError)) throw error;
      unusableSnapshots.push(`snapshot at record ${position}: ${error.message}`);
      snapshots.disown(position);
    }
  }
  if (unusableSnapshots.length > 0 && log.oldest > 1) throw new StateFormatError(unusableSnapshots.join('; '));
  return { state: newState(), snapshotAt: 0, damagedSnapshots: [...damagedSnapshots], unusableSnapshots };
}

/** What came out otherwise than it stands in the record, in words. */
type Changed = string;

/** Which engine begins a log says its first input, `install`; 0.1.0 knew none. Every record is of the partition. */
export function beginAs(state: EngineState, { number, bytes }: LogRecord): void {
  const { format, partition } = readHeader(bytes);
  if (partition !== state.partition)
    throw new Error(`record ${number} is of partition ${partition}, this log of partition ${state.partition}`);
  if (state.n === 0 && format === 1) state.installed = OLD_INSTALLATION;
}

/** Folds a record as its input was folded when it came; the verdicts that it carries are compared. */
export function foldRecord(state: EngineState, record: LogRecord, out: Out): { input: Input; changed?: Changed } {
  clearOut(out);
  const { input, derived } = readRecord(record.bytes);
  const recorded = input.kind === 'readings' ? [...input.batch.verdict] : [];
  step(state, record.number, input, out);
  return { input, changed: changedVerdict(input, recorded) ?? changedValue(derived, out.derived) };
}

function fold(state: EngineState, record: LogRecord, out: Out, hooks: RestoreHooks) {
  try {
    return foldRecord(state, record, out);
  } catch (error) {
    // What a newer program wrote is no crash of this one: the record is right, and stays.
    if (error instanceof NewerVersionError) throw error;
    hooks.crashed(record.number, error);
    throw error;
  }
}

function changedVerdict(input: Input, recorded: readonly number[]): Changed | undefined {
  if (input.kind !== 'readings') return undefined;
  const { verdict } = input.batch;
  const row = recorded.findIndex((code, i) => verdict[i] !== code);
  if (row < 0) return undefined;
  return `reading ${row + 1}: the log says verdict ${recorded[row]}, replay says ${verdict[row]}`;
}

/** A value of a derived point that is computed otherwise than it was. */
function changedValue(recorded: readonly DerivedRow[], derived: readonly DerivedRow[]): Changed | undefined {
  const told = (row: DerivedRow | undefined) =>
    row === undefined ? 'nothing' : `${row.value} of point number ${row.point}, quality ${row.quality}`;
  for (let row = 0; row < Math.max(recorded.length, derived.length); row++) {
    const [before, now] = [told(recorded[row]), told(derived[row])];
    if (before !== now) return `derived value ${row + 1}: the log says ${before}, replay says ${now}`;
  }
  return undefined;
}

function divergence(number: RecordNumber, changed: Changed): ReplayDivergenceError {
  return new ReplayDivergenceError(
    `record ${number}, ${changed}; start the version that wrote this log, or restore a backup`,
  );
}

/**
 * Makes log and state go on with the same number, `floor` or later. They differ after a crash in unsaved mode: numbers that
 * screens or stores have seen are not given again. The snapshot comes first, so that the gap is never without its state. Where the
 * disk takes neither, it gives why: the state is ahead of the log then, as in unsaved mode.
 */
export async function goOnFrom(
  state: EngineState,
  floor: RecordNumber,
  log: InputLog,
  snapshot: (state: EngineState) => Promise<RecordNumber>,
): Promise<string | undefined> {
  if (state.n + 1 === log.next && floor <= state.n) return undefined;
  state.n = Math.max(state.n, floor, log.next - 1);
  try {
    await snapshot(state);
    log.abandon();
    await log.resumeAt(state.n + 1);
    return undefined;
  } catch (error) {
    if (error instanceof FencedError) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * Passes over numbers that are not in the log. True when they were set aside by an operator, with what they changed. Those
 * that unsaved mode left out can only be passed by the snapshot that was taken behind them.
 */
function skipGaps(state: EngineState, log: InputLog, next: RecordNumber): boolean {
  if (next <= state.n + 1) return false;
  while (state.n + 1 < next) {
    const gap = log.gaps.find(({ from, to }) => from <= state.n + 1 && state.n + 1 <= to);
    if (gap === undefined)
      throw new Error(`the log goes on with record ${next}, expected ${state.n + 1}, and no gap says why`);
    if (gap.setAside !== true) {
      throw new Error(
        `records ${gap.from} to ${gap.to} were judged in unsaved mode and the snapshot taken after them is missing or damaged: ` +
          'restore that snapshot from a backup, or remove the log and the snapshots to start anew',
      );
    }
    state.n = gap.to;
  }
  return true;
}
