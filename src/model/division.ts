/**
 * Administrative divisions as codes and as paths of whole segments, of any depth: where something lies, whose it is, and
 * which tier answers for it. It knows no register: whether a division exists is asked elsewhere.
 */
import type { DutyLevel } from './alert.ts';

/**
 * GB/T 2260: province 2 digits, city 4, county 6; below it by the statistics code: town, street or development zone 9,
 * village or grid 12, and further groups of three. A park is `-pNN` below a county or a town.
 */
export const DIVISION_CODE = /^(\d{2}|\d{4}|\d{6}(\d{3})*|\d{6}(\d{3})?-p\d{2})$/;

export type DivisionLevel = Exclude<DutyLevel, 'enterprise'>;

const COUNTY_DIGITS = 6;

/**
 * Scope path of a division code: `320921-p01` → `32/3209/320921/p01`. Compared by whole segments, never by prefix of text.
 */
export function divisionPath(code: string): string {
  const [digits, park] = code.split('-');
  let path = digits.slice(0, 2);
  for (let length = 4; length <= digits.length; length += length < COUNTY_DIGITS ? 2 : 3)
    path += `/${digits.slice(0, length)}`;
  return park === undefined ? path : `${path}/${park}`;
}

/** A code and those above it, itself first: `320921-p01` → itself, 320921, 3209, 32. None for the empty code. */
export function divisionsAbove(code: string): string[] {
  const [digits, park] = code.split('-');
  const codes: string[] = [];
  for (let length = 2; length <= digits.length; length += length < COUNTY_DIGITS ? 2 : 3)
    codes.unshift(digits.slice(0, length));
  return park === undefined ? codes : [code, ...codes];
}

/** Which tier answers for a division; towns are everything of 9 digits and deeper. */
export function levelOfDivision(code: string): DivisionLevel {
  if (code.includes('-')) return 'park';
  if (code.length > COUNTY_DIGITS) return 'town';
  if (code.length === COUNTY_DIGITS) return 'county';
  return code.length > 2 ? 'city' : 'province';
}

/** True when `path` lies in `scope` or is it. The empty scope holds everything. */
export function pathWithin(path: string, scope: string): boolean {
  return scope === '' || path === scope || path.startsWith(`${scope}/`);
}
