/**
 * The history goes on where it was found: how far it was, who compares what it has with what is believed, and what is derived
 * again for it. It writes nothing itself.
 */
import { openAlert } from '../../engine/describe.ts';
import type { EngineState } from '../../engine/state.ts';
import type { InputLog, RecordNumber, SnapshotStore } from '../../log/port.ts';
import { loopPace } from '../../store/pace.ts';
import type { Logger } from '../logger.ts';
import type { OpenedState } from '../open/state.ts';
import type { Again } from '../sequencer/derived-again.ts';
import { derivedAgain } from '../sequencer/derived-again.ts';
import type { RestoreHooks } from '../sequencer/restore.ts';
import { startingState } from '../sequencer/restore.ts';
import type { Projector } from './projector.ts';
import { Reconciler } from './reconciler.ts';
import type { OverAgain } from './site-publisher.ts';

export interface Restored {
  readonly log: InputLog;
  readonly snapshots: SnapshotStore;
  readonly state: EngineState;
  readonly logger: Logger;
  readonly over: OverAgain;
  readonly setAside: RestoreHooks['setAside'];
  readonly snapshotAt: RecordNumber;
}

export async function followHistory({ store, found }: OpenedState, projector: Projector, restored: Restored) {
  const { log, snapshots, state, logger, over: sites, setAside, snapshotAt } = restored;
  const { history } = store;
  // Of a file that cannot be read nothing is known: then it is at its beginning until it says more.
  const cursor = found === undefined ? await history.cursor() : found.cursor;
  const { position, seq: recordedSeq } = cursor ?? { position: 0, seq: 0 };
  const reconciler = new Reconciler({
    history,
    logger,
    pace: loopPace,
    restoredSeq: state.seq,
    recordedSeq,
    believed: (id) => openAlert(state, id),
  });
  await projector.open(history, {
    found,
    snapshotAt,
    asSnapshotted: async () => (await startingState(log, snapshots)).state,
    derivedAgain: (after, over) =>
      heard(derivedAgain(after, { log, snapshots, setAside, pace: loopPace, over }), sites),
    durable: () => log.durable,
    diverged: (divergences) => reconciler.diverged(divergences),
  });
  return { position, recordedSeq, reconciler };
}

/** What is derived again for the history, the sites hear too. */
async function* heard(inputs: AsyncIterable<Again>, over: OverAgain): AsyncGenerator<Again, void> {
  for await (const one of inputs) {
    if (one.missing === undefined) over.note(one);
    yield one;
  }
}
