/**
 * The quality of one reading. Quality decides whether a reading may start or raise an alert; it never lowers or ends one.
 */

export type QualityName = 'good' | 'uncertain' | 'bad' | 'test' | 'stale';

/** Stored as one byte; the order is the wire order and never changes. */
export type Quality = 0 | 1 | 2 | 3 | 4;

export const GOOD = 0;
export const UNCERTAIN = 1;
export const BAD = 2;

export const QUALITY_NAMES: readonly QualityName[] = ['good', 'uncertain', 'bad', 'test', 'stale'];

export function qualityOf(name: QualityName): Quality {
  return QUALITY_NAMES.indexOf(name) as Quality;
}
