/** The state store: today a SQLite file in the data folder. It chooses by configuration alone and reads nothing. */
import { join } from 'node:path';
import type { StateStore } from '../../store/state/port.ts';
import { checkState, openState } from '../../store/state/sqlite/open-state.ts';
import type { Config } from '../config.ts';

const fileOf = ({ dataDir }: Config): string => join(dataDir, 'state.db');

/** Throws where it is of a newer program; touches nothing. */
export function checkStateStore(config: Config): void {
  checkState(fileOf(config));
}

export function openStateStore(config: Config): StateStore {
  return openState({ file: fileOf(config) });
}
