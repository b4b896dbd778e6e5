/**
 * Every format of stored engine memory, and the way from each to the newest. A snapshot goes this way whole, evidence with the
 * memory of one point.
 */
import { NewerVersionError } from '../../model/version.ts';
import { bringUpFrom1 } from './from-0.1.0.ts';
import { smallCells } from './small-cells.ts';
import type { StoredState, UpgradeStep } from './stored-state.ts';
import { unpaddedCells } from './unpadded-cells.ts';

/** From format n to n + 1, at place n − 1. */
const FORMATS: readonly UpgradeStep[] = [bringUpFrom1, smallCells, unpaddedCells];

export const SNAPSHOT_FORMAT = FORMATS.length + 1;

/** Throws NewerVersionError for a format that this version does not know. */
export function bringUpStored(stored: StoredState): StoredState {
  const format = stored.header.format as number;
  if (format > SNAPSHOT_FORMAT) throw new NewerVersionError('its format', format, SNAPSHOT_FORMAT);
  return FORMATS.slice(format - 1).reduce((older, step) => step(older), stored);
}
