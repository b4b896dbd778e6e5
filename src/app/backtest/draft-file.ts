/**
 * A draft as people keep it in a file: `points:` and `packs:`, or one pack as it is; and where in the file an error stands. What the
 * draft means of the points in force it does not know.
 */
import { nearby } from '../../model/nearest-names.ts';
import type { Path } from '../../rules/packs/told.ts';
import { inOrderOfPlace, parseText, placesIn } from '../yaml-text.ts';
import type { StatedDraft } from './draft.ts';
import { idOf } from './draft.ts';

const KEYS = ['points', 'packs'];
/** What no draft has and every pack. */
const OF_A_PACK = 'pointTypes';

interface DraftFile {
  readonly stated: StatedDraft;
  /** Errors of the draft as a whole, each with line and column where its item is in the file. */
  placed(errors: readonly string[]): string[];
}

type ReadFile =
  | { readonly ok: true; readonly draft: DraftFile }
  | { readonly ok: false; readonly errors: readonly string[] };

export function readDraftFile(text: string): ReadFile {
  const parsed = parseText(text);
  if (!parsed.ok) return parsed;
  const { value } = parsed;
  if (value !== null && (typeof value !== 'object' || Array.isArray(value)))
    return { ok: false, errors: [`is ${Array.isArray(value) ? 'a list' : 'a single value'}: ${EXPECTED}`] };
  const whole = Object(value) as Readonly<Record<string, unknown>>;
  const isPack = OF_A_PACK in whole;
  const errors = isPack ? [] : Object.entries(whole).flatMap(([key, items]) => wrongOf(key, items));
  if (errors.length > 0) return { ok: false, errors };
  const stated: StatedDraft = isPack ? { packs: [whole] } : whole;
  const placed = (told: readonly string[]): string[] => {
    const places = placesIn(text);
    const placeOf = (error: string): string | undefined => {
      const path = pathOf(error, stated);
      return path && places.at(isPack ? [] : path);
    };
    const at = told.map((error) => {
      const place = placeOf(error);
      return place === undefined ? error : `${place}: ${error}`;
    });
    return inOrderOfPlace(at);
  };
  return { ok: true, draft: { stated, placed } };
}

const EXPECTED = 'a draft is `points:`, `packs:` or both, or a pack as it is';

function wrongOf(key: string, items: unknown): string[] {
  if (!KEYS.includes(key)) return [`${key}: is not known${nearby(key, KEYS)}; ${EXPECTED}`];
  return Array.isArray(items) ? [] : [`${key}: must be a list`];
}

/** Of `points[3] …`, `point yt/GD-1: …` and `packs[0]: …`. */
function pathOf(error: string, { points = [] }: StatedDraft): Path | undefined {
  const [, list, index] = /^(points|packs)\[(\d+)\]/.exec(error) ?? [];
  if (list !== undefined) return [list, Number(index)];
  const [, id] = /^point (\S+): /.exec(error) ?? [];
  const at = points.findIndex((item) => id !== undefined && idOf(item) === id);
  return at < 0 ? undefined : ['points', at];
}
