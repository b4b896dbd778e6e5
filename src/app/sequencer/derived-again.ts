/**
 * What the inputs of the log led to, derived again for a follower that could not keep it: from the newest snapshot before, by
 * the same `step`, in slices that let the loop go on. The state in it is its own; what cannot be derived any more is named.
 */
import type { ItemChange } from '../../engine/changes.ts';
import { allOf } from '../../engine/changes.ts';
import { openAlerts } from '../../engine/describe.ts';
import { newOut, takenFrom } from '../../engine/effect.ts';
import type { EngineState } from '../../engine/state.ts';
import type { InputLog, RecordNumber, SnapshotStore } from '../../log/port.ts';
import type { Alert } from '../../model/alert.ts';
import type { EpochMs } from '../../model/time.ts';
import type { Pace } from '../../store/pace.ts';
import type { Released } from './released.ts';
import type { RestoreHooks } from './restore.ts';
import { beginAs, foldRecord, startingState } from './restore.ts';

/** So long at a time, so that readings, ticks and commands pass in between. */
const SLICE_MS = 4;

/** A stretch of inputs of which it cannot be said any more what each led to; what they amount to is known all the same. */
export interface Missing {
  readonly missing: { readonly from: RecordNumber; readonly to: RecordNumber; readonly reason: string };
  /** Alerts that were open behind it, as they stood. */
  readonly open: readonly Alert[];
  /** What was registered behind it, where that may have changed on the way. */
  readonly registered?: { readonly at: EpochMs; readonly changes: readonly ItemChange[] };
}

/** One input and what it led to, which may be nothing. */
export type Again = (Omit<Released, 'batch'> & { readonly missing?: undefined }) | Missing;

export interface DerivedAgainParts {
  readonly log: InputLog;
  readonly snapshots: SnapshotStore;
  readonly setAside: RestoreHooks['setAside'];
  readonly pace: Pace;
  /** Nobody wants more of it. */
  readonly over?: AbortSignal;
}

/**
 * At or before which records there must be a snapshot, so that everything after `position` can be derived again: at `position`
 * itself, and behind each stretch that the log has not got.
 */
export function startsFor(position: RecordNumber, { gaps }: Pick<InputLog, 'gaps'>): RecordNumber[] {
  return [position, ...gaps.flatMap(({ to }) => (to > position ? [to] : []))];
}

/** Every input after `after` up to the newest durable one, in order; ends when it has come to that. Throws what reading throws. */
export async function* derivedAgain(after: RecordNumber, parts: DerivedAgainParts): AsyncGenerator<Again, void> {
  const { log, pace } = parts;
  let state = await stateAt(after, parts);
  if (state.n > after) {
    const reason = 'no snapshot is left from which it could be derived again';
    const registered = { at: state.at, changes: allOf(state.registry) };
    yield { missing: { from: after + 1, to: state.n, reason }, open: openAlerts(state), registered };
  }
  const out = newOut();
  let since = pace.now();
  while (state.n < log.durable) {
    const before = state.n;
    for await (const record of log.read(state.n + 1)) {
      if (record.number !== state.n + 1) break;
      beginAs(state, record);
      if (parts.setAside(record.number, record.bytes)) {
        state.n = record.number;
        continue;
      }
      const { at } = foldRecord(state, record, out).input;
      if (state.n > after) yield { ...takenFrom(out), n: state.n, at, unsaved: state.unsaved };
      if (pace.now() - since < SLICE_MS) continue;
      await pace.pause();
      if (parts.over?.aborted === true) return;
      since = pace.now();
    }
    const next = await behindGap(state, parts);
    if (next.n > Math.max(after, state.n) && !next.setAside) {
      const reason = 'judged in unsaved mode while the state store took nothing';
      yield { missing: { from: Math.max(after, state.n) + 1, to: next.n, reason }, open: openAlerts(next.state) };
    }
    ({ state } = next);
    if (next.n === before) throw new Error(`the log has no record ${state.n + 1}`);
    state.n = next.n;
  }
}

interface Next {
  readonly state: EngineState;
  readonly n: RecordNumber;
  readonly setAside: boolean;
}

/** As a restart passes over numbers that are not in the log: set aside by an operator, or judged in unsaved mode. */
async function behindGap(state: EngineState, parts: DerivedAgainParts): Promise<Next> {
  const gap = parts.log.gaps.find(({ from, to }) => from <= state.n + 1 && state.n + 1 <= to);
  if (gap === undefined) return { state, n: state.n, setAside: false };
  if (gap.setAside === true) return { state, n: gap.to, setAside: true };
  const next = await stateAt(gap.to, parts);
  if (next.n < gap.to) throw new Error(`the snapshot behind records ${gap.from} to ${gap.to} is missing or damaged`);
  return { state: next, n: next.n, setAside: false };
}

/**
 * The state after a record, or the newest one before it that the log can be folded into; where there is none, the earliest later
 * one from which on the log has everything.
 */
async function stateAt(record: RecordNumber, { log, snapshots }: DerivedAgainParts): Promise<EngineState> {
  const { state } = await startingState(log, snapshots, record);
  if (state.n + 1 >= log.oldest) return state;
  const newest = await startingState(log, snapshots);
  let earliest = newest.state.n;
  for (let at = snapshots.before(earliest - 1); at > 0 && at + 1 >= log.oldest; at = snapshots.before(at - 1))
    earliest = at;
  if (earliest === newest.state.n) return newest.state;
  const earlier = await startingState(log, snapshots, earliest);
  return earlier.state.n + 1 >= log.oldest ? earlier.state : newest.state;
}
