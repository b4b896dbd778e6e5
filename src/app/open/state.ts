/** The state store: today a SQLite file in the data folder, in a thread of its own. It chooses by configuration alone. */
import { join } from 'node:path';
import { NewerVersionError } from '../../model/version.ts';
import { stateStoreOver } from '../../store/state/over-thread.ts';
import type { StateStore } from '../../store/state/port.ts';
import type { FoundState } from '../../store/state/sqlite/open-state.ts';
import { findState } from '../../store/state/sqlite/open-state.ts';
import { StoreFileError } from '../../store/state/sqlite/sqlite.ts';
import type { StoreThread } from '../../store/thread/store-thread.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../logger.ts';
import { beginThread } from './thread.ts';

export type { FoundState };

const fileOf = ({ dataDir }: Config): string => join(dataDir, 'state.db');

/** Of a file that cannot be read: judging does not wait for it. */
const UNREADABLE: FoundState = { cursor: undefined, isBegun: true, users: [], sessions: [] };

/** What stands in it, as it is; throws where it is of a newer program, and touches nothing. */
export function findStateStore(config: Config): FoundState | undefined {
  try {
    return findState(fileOf(config));
  } catch (error) {
    if (error instanceof StoreFileError) return UNREADABLE;
    throw error;
  }
}

export interface OpenedState {
  readonly store: StateStore;
  readonly thread: StoreThread;
  /** Set when it could not be opened yet: what was found in it is all that is known of it. */
  readonly found: FoundState | undefined;
}

/**
 * Begins its thread. A file that cannot be written at present is tried again and again, as long as there is something to judge:
 * `hasPast`.
 *
 * @throws what opening it throws, where it can never be opened, or a new installation cannot begin.
 */
export async function openStateStore(
  config: Config,
  { found, hasPast }: { readonly found: FoundState | undefined; readonly hasPast: boolean },
  logger: Logger,
): Promise<OpenedState> {
  const entry = new URL('../../store/state/sqlite/thread.js', import.meta.url);
  const thread = beginThread({ name: 'the state store', entry, file: fileOf(config), logger });
  const store = stateStoreOver(thread);
  const failure = await thread.opened();
  if (failure === undefined) return { store, thread, found: undefined };
  // What was registered is watched, whether or not there is a file.
  const known = found ?? (hasPast ? UNREADABLE : undefined);
  if (known !== undefined && !(failure instanceof NewerVersionError)) return { store, thread, found: known };
  await store.close();
  throw failure;
}
