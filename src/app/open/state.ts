/** The state store: today a SQLite file in the data folder. It chooses by configuration alone and reads nothing. */
import { join } from 'node:path';
import type { StateStore } from '../../store/state/port.ts';
import { openState } from '../../store/state/sqlite/open-state.ts';
import type { Config } from '../config.ts';

export function openStateStore({ dataDir }: Config): StateStore {
  return openState({ file: join(dataDir, 'state.db') });
}
