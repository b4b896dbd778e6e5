/**
 * Where in a registry file the items stand that errors name: of what is found wrong only once it is put in force, by whoever has the
 * items and not the text. It finds no errors of its own.
 */
import { listOf } from '../rules/packs/definition-reader.ts';
import { ITEM_NAMES, SECTIONS } from '../rules/packs/item-names.ts';
import type { Path } from '../rules/packs/told.ts';
import { inOrderOfPlace, parseText, placesIn } from './yaml-text.ts';

/** The errors with line and column in front, as one meets them from the top; what names nothing that is found comes last, as it is. */
export function placedByName(text: string, errors: readonly string[]): string[] {
  const parsed = parseText(text);
  const paths = parsed.ok ? pathsOf(parsed.value) : new Map<string, Path>();
  const places = placesIn(text);
  const placed = errors.map((error) => {
    const path = paths.get(error.slice(0, Math.max(0, error.indexOf(': '))));
    const at = path && places.at(path);
    return at === undefined ? error : `${at}: ${error}`;
  });
  return inOrderOfPlace(placed);
}

function pathsOf(file: unknown): Map<string, Path> {
  const paths = new Map<string, Path>();
  for (const section of SECTIONS) {
    const items = listOf(file, section);
    for (const [i, item] of items.entries()) paths.set(ITEM_NAMES[section](Object(item)), [section, i]);
  }
  return paths;
}
