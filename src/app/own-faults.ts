/**
 * What the service found out about itself at a start and somebody has to know: told as alarms of its own, to be acknowledged. It
 * finds nothing out itself.
 */
import { openAlerts } from '../engine/describe.ts';
import type { EngineState } from '../engine/state.ts';
import type { InputLog } from '../log/port.ts';
import type { EpochMs } from '../model/time.ts';
import type { Logger } from './logger.ts';
import type { LostStores } from './open/lost-stores.ts';
import type { CrashLedger } from './sequencer/crash-ledger.ts';
import { forgetUnsavedEnd } from './sequencer/epoch.ts';
import type { Pipeline } from './sequencer/pipeline.ts';
import type { StorageGuard } from './sequencer/storage-guard.ts';

interface SetAside {
  readonly pipeline: Pipeline;
  readonly crashes: CrashLedger;
  readonly state: EngineState;
}

/** What was set aside is an alarm for as long as its file lies there. */
export function tellSetAside({ pipeline, crashes, state }: SetAside): void {
  const count = crashes.setAsideCount;
  const isTold = openAlerts(state).some(({ hazard }) => hazard === 'set-aside');
  if (count > 0) pipeline.ownFault('set-aside', true, `${count} inputs have ended the service twice and are set aside`);
  else if (isTold) pipeline.ownFault('set-aside', false, '');
}

export interface StorageFacts {
  readonly dataDir: string;
  readonly pipeline: Pipeline;
  readonly log: InputLog;
  readonly guard: StorageGuard;
  /** When the unsaved mode began in which the last run ended. */
  readonly unsavedSince: EpochMs | undefined;
  readonly lost: LostStores;
  readonly logger: Logger;
}

/**
 * What was judged after the log had stopped is forgotten, and a store that was gone holds nothing of before: an alarm that has
 * returned already, so that it waits for somebody who says that he knows.
 */
export function tellStorage({ dataDir, pipeline, log, guard, unsavedSince, lost, logger }: StorageFacts): void {
  const words = [...lost.words];
  for (const lostWords of words) logger.error(lostWords);
  if (unsavedSince !== undefined) {
    const since = new Date(unsavedSince).toISOString();
    logger.error({ since }, 'the last run ended in unsaved mode: what it judged since then is forgotten');
    words.unshift(`the last run ended in unsaved mode, begun ${since}: what it judged is forgotten`);
  }
  if (words.length > 0) pipeline.ownFault('storage', true, words.join('; '));
  // Nothing is durable now: the next start tells it.
  if (guard.unsaved !== undefined) return;
  if (words.length > 0) pipeline.ownFault('storage', false, '');
  void log
    .flush()
    .then(() => Promise.all([forgetUnsavedEnd(dataDir), lost.told()]))
    .catch((error: unknown) => logger.error({ error }, 'told again'));
}
