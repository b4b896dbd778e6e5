/**
 * What the items of a registry file name must be there: in the file, or registered already. It tells every name that is not, with
 * those that are near it, before anything goes to the engine; which checks the same once more, in the order of the log.
 */
import { nearby } from '../../model/nearest-names.ts';
import type { PointConfig } from '../../model/point.ts';
import { inputErrors } from '../derived/bound-inputs.ts';
import { conditionsOf } from '../points/limits-in-force.ts';
import type { RegistryFile } from './definition.ts';
import type { Path } from './told.ts';

/** Names that are registered already. */
export interface KnownNames {
  readonly divisions: readonly string[];
  readonly enterprises: readonly string[];
  readonly sources: readonly string[];
  /** `{enterprise}/{gateway}`. */
  readonly gateways: readonly string[];
}

type Names = { readonly [K in keyof KnownNames]: ReadonlySet<string> };
type Wrong = (item: object, path: Path, words: string) => void;

/** Of a file that stands alone. */
export const NOTHING_KNOWN: KnownNames = { divisions: [], enterprises: [], sources: [], gateways: [] };

export const isAlone = (known: KnownNames): boolean => Object.values(known).every((list) => list.length === 0);

/** Names near the wrong one are looked for so many times: then it is no slip of the pen. */
const SUGGESTED_MAX = 100;

/** `data`: the file as it was parsed; what has errors of its own in it is not also missing. */
export function checkReferences(data: unknown, file: RegistryFile, known: KnownNames, wrong: Wrong): void {
  const names = namesOf(data, known);
  const nowhere = isAlone(known) ? 'is not in this file' : 'is neither in this file nor registered';
  let suggested = 0;
  const need = (item: object, path: Path, section: keyof Names, name: string): void => {
    if (names[section].has(name)) return;
    const near = suggested++ < SUGGESTED_MAX ? nearby(name, names[section]) : '';
    wrong(item, path, `${section.slice(0, -1)} ${name} ${nowhere}${near}`);
  };
  for (const one of file.enterprises) need(one, ['division'], 'divisions', one.division);
  for (const one of file.sources) need(one, ['id'], 'enterprises', one.id.split('/')[0]);
  for (const one of file.gateways) need(one, ['enterprise'], 'enterprises', one.enterprise);
  for (const one of file.points) {
    need(one, ['source'], 'sources', one.source);
    for (const [i, id] of one.gateways.entries())
      need(one, ['gateways', i], 'gateways', `${one.id.split('/')[0]}/${id}`);
  }
  for (const one of file.links) {
    need(one, ['from'], 'sources', one.from);
    if (!names.divisions.has(one.to)) need(one, ['to'], /^\d/.test(one.to) ? 'divisions' : 'enterprises', one.to);
  }
}

function namesOf(data: unknown, known: KnownNames): Names {
  const stated = (section: string, nameOf: (item: Record<string, unknown>) => unknown): string[] => {
    const list: unknown = Object(data)[section];
    return Array.isArray(list) ? list.map((item) => String(nameOf(Object(item)))) : [];
  };
  const gateways = stated('gateways', ({ enterprise, id }) => `${enterprise}/${id}`);
  return {
    divisions: new Set([...known.divisions, ...stated('divisions', ({ code }) => code)]),
    enterprises: new Set([...known.enterprises, ...stated('enterprises', ({ id }) => id)]),
    sources: new Set([...known.sources, ...stated('sources', ({ id }) => id)]),
    gateways: new Set([...known.gateways, ...gateways]),
  };
}

/**
 * What derived points are bound to, and what limits depend on, as far as the file has it. A point that the file has not may be registered: that, and of what
 * kind it is, the engine knows alone. `resolved`: those of its points that are right by themselves.
 */
export function checkInputs(
  { points }: RegistryFile,
  resolved: readonly PointConfig[],
  isAlone: boolean,
  wrong: Wrong,
): void {
  const byId = new Map(resolved.map((point) => [point.id, point]));
  const stated = new Map(points.map((item) => [item.id, item]));
  const missing = (id: string): string | undefined =>
    stated.has(id) || !isAlone ? undefined : `point ${id} is not in this file${nearby(id, stated.keys())}`;
  for (const point of resolved) {
    const item = stated.get(point.id);
    if (item === undefined) continue;
    for (const id of conditionsOf(point)) {
      const words = missing(id) ?? (byId.get(id)?.valueKind === 'number' ? `${id} is no boolean point` : undefined);
      if (words !== undefined) wrong(item, ['limits'], `limits hold while ${words}`);
    }
    if (point.derive === undefined) continue;
    for (const { input, words } of inputErrors(point, point.derive, (id) => byId.get(id), missing))
      wrong(item, input === undefined ? [] : ['inputs', input], words);
  }
  // Of a point with other errors, whom it names is told all the same.
  for (const item of points.filter(({ id }) => !byId.has(id))) {
    const [enterprise] = item.id.split('/');
    for (const [input, bound] of Object.entries(item.inputs ?? {})) {
      const absent = [bound].flat().flatMap((tag) => missing(`${enterprise}/${tag}`) ?? []);
      for (const words of absent) wrong(item, ['inputs', input], `inputs.${input}: ${words}`);
    }
  }
}
