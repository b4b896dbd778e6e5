/**
 * From files to configuration: a registry point and its pack type become one PointConfig, a registry file one change that
 * the engine can take through the log. What a point states may be stricter than its type; looser needs a reason, and goes with
 * what the type alone says, so that the engine can hold it back. References to what is already registered are the engine's
 * to check.
 */

import type { Derivation } from '../../model/derivation.ts';
import { gradeOf } from '../../model/grade.ts';
import type { StatedFigures } from '../../model/graded-limit.ts';
import { HIGH, HIGH_HIGH, PRE } from '../../model/level.ts';
import { nearby } from '../../model/nearest-names.ts';
import type { Basis, Floor, PointConfig, RuleConfig } from '../../model/point.ts';
import type { RegistryChange, Stated } from '../../model/registry.ts';
import { attributeOf } from '../../model/registry.ts';
import type { EpochMs } from '../../model/time.ts';
import { boundDerivation, derivationErrors, ownParameters } from '../derived/definition.ts';
import type { Loosened } from '../looser.ts';
import { takenFor } from '../points/attribute-figure.ts';
import { milderAt } from '../points/attribute-stricter.ts';
import { checkFigures } from './check.ts';
import { boundConditions } from './conditions.ts';
import type { Pack, PackType, RegistryFile, RegistryPoint } from './definition.ts';
import { readRegistryFile } from './definition.ts';
import { ITEM_NAMES, SECTIONS } from './item-names.ts';
import { stricterPoint, wordOf } from './looser.ts';
import { originsOf, withOrigin } from './origin.ts';
import type { KnownNames } from './references.ts';
import { checkInputs, checkReferences, isAlone } from './references.ts';
import { definitionOf, mergeStated, rulesOf, withoutStated } from './rules-of.ts';
import { kindsOf, remarksOn, resolveSource } from './source.ts';
import type { Path, Places } from './told.ts';
import { NOWHERE, pathOfWords, placed } from './told.ts';

export type Resolved<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly errors: readonly string[] };

/** What a file is resolved with besides the packs. */
export interface Surroundings {
  readonly packs: readonly Pack[];
  /** Stored form of a credential; `owner` is `{enterprise}/{gateway}`, or the enterprise for its site. */
  hashSecret(secret: string, owner: string): string;
  /** What is registered already; undefined: whether what the items name is there is left to the engine. */
  readonly known?: KnownNames | undefined;
  /** When it is to come into force; left out, nothing is said of what would be in vain by then. */
  readonly now?: EpochMs | undefined;
  /** What has learned what is usual, `{point} {rule}`. */
  readonly learned?: ReadonlySet<string> | undefined;
  /** The text that the data was read from. */
  readonly places?: Places | undefined;
}

/** Reads and resolves a registry file (parsed YAML or JSON). All or nothing, every error at once. */
export function resolveRegistry(
  data: unknown,
  around: Surroundings,
): Resolved<{ readonly change: RegistryChange; readonly warnings: readonly string[] }> {
  const { packs, hashSecret, places = NOWHERE } = around;
  const { value: file, errors: found, pathOf } = readRegistryFile(data, places);
  const errors = [...found];
  const wrong = (item: object, path: Path, words: string): void => {
    errors.push(placed(places, [...pathOf(item), ...path], words));
  };
  for (const [item, name] of statedTwice(file)) wrong(item, [], `${name}: stated twice`);
  const kinds = kindsOf(packs);
  for (const source of file.sources) {
    if (kinds.has(source.kind)) continue;
    wrong(
      source,
      ['kind'],
      `source ${source.id}: no pack has the kind ${source.kind}${nearby(source.kind, kinds.keys())}`,
    );
  }
  const types = originsOf(packs);
  const points: Stated<PointConfig>[] = [];
  for (const point of file.points) {
    const origin = types.get(point.type);
    if (origin === undefined) {
      wrong(
        point,
        ['type'],
        `point ${point.id}: no pack has the type ${point.type}${nearby(point.type, types.keys())}`,
      );
      continue;
    }
    const resolved = resolvePoint(point, origin.type);
    if (resolved.ok) points.push(withOrigin(resolved.point, point, origin));
    else for (const words of resolved.errors) wrong(point, pathOfWords(words.slice(nameOf(point).length)), words);
  }
  const names = new Map(namesOf(file));
  const wrongOf = (item: object, path: Path, words: string): void =>
    wrong(item, path, `${names.get(item) ?? ''}: ${words}`);
  if (around.known !== undefined) checkReferences(data, file, around.known, wrongOf);
  // Of points that are both in the file it is known whether they go together.
  checkInputs(file, points, around.known !== undefined && isAlone(around.known), wrongOf);
  if (errors.length > 0) return { ok: false, errors: atMost(errors) };
  const change = {
    divisions: file.divisions,
    enterprises: file.enterprises.map(({ siteSecret, ...enterprise }) => ({
      ...enterprise,
      siteSecretHash: siteSecret === undefined ? undefined : hashSecret(siteSecret, enterprise.id),
    })),
    sources: file.sources.map((source) => resolveSource(source, kinds)),
    gateways: file.gateways.map(({ id, enterprise, secret, presence }) => ({
      id,
      enterprise,
      secretHash: hashSecret(secret, `${enterprise}/${id}`),
      presence,
    })),
    points,
    links: file.links,
  };
  const remarks = file.sources.flatMap((source) => remarksOn(source, kinds));
  return { ok: true, change, warnings: [...remarks, ...unstated(change), ...inVain(points, around)] };
}

/** What limits go by and a source does not state, once for each source, in words. */
function unstated({ sources, points }: Pick<RegistryChange, 'sources' | 'points'>): string[] {
  const stated = new Map(sources.map((source) => [source.id, source]));
  const words = points.flatMap((point) => {
    const source = stated.get(point.source);
    if (source === undefined) return [];
    return [...takenFor(point)].flatMap(([name, otherwise]) =>
      attributeOf(source, name) === undefined
        ? [`source ${source.id}: ${name} is not stated: limits of ${point.type} are as for ${otherwise}`]
        : [],
    );
  });
  return [...new Set(words)];
}

/** Rules that would watch nothing, though nobody sees it: by the name of the point. */
function inVain(points: readonly PointConfig[], { now, learned }: Surroundings): string[] {
  if (now === undefined) return [];
  return points.flatMap(({ id, rules }) =>
    rules.flatMap((rule) => {
      if (learned?.has(`${id} ${rule.id}`)) return [];
      const words = definitionOf(rule.kind)?.inVain?.(rule, now);
      return words === undefined ? [] : [`point ${id}: ${words}`];
    }),
  );
}

const nameOf = ({ id }: RegistryPoint): string => `point ${id}: `;

/** One point with everything it does not state taken from its type. */
export function resolvePoint(point: RegistryPoint, type: PackType): Resolved<{ readonly point: Stated<PointConfig> }> {
  const { config, byPack, looser, errors } = resolution(point, type);
  if (looser.length > 0 && point.reason === undefined)
    errors.push(`${looser.join(', ')}: looser than the pack, which needs a reason`);
  if (errors.length > 0) return { ok: false, errors: errors.map((error) => nameOf(point) + error) };
  return { ok: true, point: looser.length > 0 ? { ...config, byPack } : config };
}

/**
 * A registered point by another version of its type. What it states without a reason, and was not looser than the pack before,
 * may be now: then the pack's figure counts, and is told. With a reason it was somebody's decision, and stands as it does.
 */
export function resolveAgain(
  point: RegistryPoint,
  type: PackType,
): Resolved<{ readonly point: PointConfig; readonly overruled: readonly string[] }> {
  const { config, byPack, looser, errors } = resolution(point, type);
  if (errors.length > 0) return { ok: false, errors: errors.map((error) => nameOf(point) + error) };
  if (looser.length === 0 || point.reason !== undefined) return { ok: true, point: config, overruled: [] };
  const overruled = looser.map((words) => `${nameOf(point)}${words}: looser than the pack now, the pack's is in force`);
  return { ok: true, point: stricterPoint(byPack, config).inForce, overruled };
}

/** What a point and its type make together, and what is wrong with it. */
function resolution(statedPoint: RegistryPoint, ofPack: PackType) {
  const { point, type } = boundConditions(statedPoint, ofPack);
  const stated = mergeStated(type, point);
  const figures = merged(point, type);
  const config: PointConfig = { ...figures, rules: rulesOf(stated, figures) };
  const errors = [...checkFigures(config, stated), ...derivedErrors(point, type)];
  const byPack = byType(config, point, type);
  if (point.source.split('/')[0] !== config.enterprise) errors.push(`source: ${point.source} is of another enterprise`);
  return { config, byPack, looser: loosened(byPack, config), errors };
}

/** A point has either somebody who publishes it, or something that it is derived from. */
function derivedErrors(point: RegistryPoint, { derive, value, unit }: PackType): string[] {
  const { gateways, inputs, parameters } = point;
  if (derive === undefined) {
    const only = Object.entries({ inputs, parameters }).filter(([, stated]) => stated !== undefined);
    const errors = only.map(([field]) => `${field}: only a derived point has it, and ${point.type} is none`);
    return gateways.length === 0 ? [...errors, 'gateways: must name at least one'] : errors;
  }
  const errors = gateways.length > 0 ? [`gateways: nobody publishes ${point.type}, it is derived`] : [];
  const [enterprise] = point.id.split('/');
  const bound = boundDerivation(derive, enterprise, { inputs: inputs ?? {}, parameters: parameters ?? {} });
  const figures = { ...derive, parameters: { ...derive.parameters, ...parameters } };
  return [...errors, ...bound.errors, ...derivationErrors(figures, { valueKind: value, unit })];
}

/** Everything of a point but its rules. */
function merged(point: RegistryPoint, type: PackType): Omit<PointConfig, 'rules'> {
  const [enterprise, tag] = point.id.split('/');
  const {
    type: _type,
    name: _name,
    nameEn: _nameEn,
    value,
    floors,
    rollUp,
    gradeAtMost,
    basis,
    derive,
    ...template
  } = withoutStated(type);
  const { reason: _reason, basis: _basis, inputs = {}, parameters = {}, ...own } = withoutStated(point);
  return {
    onDelayMs: 0,
    offDelayMs: 0,
    latching: false,
    ...template,
    ...own,
    enterprise,
    tag,
    valueKind: value,
    derive: derive && boundDerivation(derive, enterprise, { inputs, parameters }).derive,
    floors: [
      ...(floors ?? []).map(
        (floor): Floor => ({
          ...floor,
          level: floor.level === 'HH' ? HIGH_HIGH : HIGH,
          grade: gradeOf(floor.grade),
        }),
      ),
      ...rollUpFloors(rollUp),
    ],
    gradeAtMost: gradeAtMost && gradeOf(gradeAtMost),
    basis: basisOf(point, basis),
  };
}

/** So many points of one item at a colour are at least the next one. */
function rollUpFloors(rollUp: PackType['rollUp']): Floor[] {
  if (rollUp === undefined) return [];
  const { item, basis } = rollUp;
  const steps = [
    { level: PRE, points: rollUp.blue, grade: gradeOf('yellow') },
    { level: HIGH, points: rollUp.yellow, grade: gradeOf('orange') },
    { level: HIGH_HIGH, points: rollUp.orange, grade: gradeOf('red') },
  ] as const;
  return steps.map((step) => ({ id: `roll-up ${item}`, ...step, basis, item }));
}

/** Point types and kinds of sources that more than one pack (or one pack twice) gives. */
export function duplicateTypes(packs: readonly Pack[]): string[] {
  const types = packs.flatMap(({ id, pointTypes }) => pointTypes.map(({ type }) => ({ id, what: `type ${type}` })));
  const kinds = packs.flatMap(({ id, sourceKinds }) => sourceKinds.map(({ kind }) => ({ id, what: `kind ${kind}` })));
  return [types, kinds].flatMap((names) =>
    names
      .filter(({ what }, i) => names.findIndex((name) => name.what === what) !== i)
      .map(({ id, what }) => `pack ${id}: ${what} is stated twice`),
  );
}

/** The point as its type alone has it. Where and how a device is put up, no type says: that is the site's own. */
function byType({ unitGroup, transmitter, exercise }: PointConfig, point: RegistryPoint, type: PackType): PointConfig {
  const { id, source, gateways, inputs, type: typeName, name } = point;
  const parameters = type.derive && ownParameters(type.derive, point.parameters ?? {});
  const bare = { id, source, gateways, inputs, parameters, type: typeName, name, unitGroup, transmitter, exercise };
  const figures = merged(bare, type);
  return { ...figures, rules: rulesOf(mergeStated(type, {}), figures) };
}

/** What the point states looser than its type, in words. */
function loosened(byPack: PointConfig, config: PointConfig): string[] {
  const { held } = stricterPoint({ ...byPack, basis: config.basis }, config);
  const words = held.flatMap(
    (one) =>
      byAttribute(one) ?? byParameters(one) ?? `${wordOf(one.field)} ${figure(one.to)} (pack ${figure(one.from)})`,
  );
  // What both sides of the limits have in common is stated once.
  return [...new Set(words)];
}

/** Of a derived point: its figures that are others; undefined where it is computed otherwise. */
function byParameters({ field, from, to }: Loosened): string[] | undefined {
  if (field !== 'derive') return undefined;
  const [before, after] = [from, to].map((derive) => (derive as Derivation).parameters ?? {});
  const other = Object.keys({ ...before, ...after }).filter((name) => before[name] !== after[name]);
  return other.length === 0
    ? undefined
    : other.map((name) => `parameters.${name} ${after[name]} (pack ${before[name]})`);
}

/** Of a limit that follows an attribute: where it is milder, and by how much. */
function byAttribute({ field, from, to }: Loosened): string | undefined {
  if (!field.endsWith('.stated')) return undefined;
  const limit = wordOf(field.slice(0, -'.stated'.length));
  const milder = milderAt(field.startsWith('limit-low') ? 1 : -1, from as StatedFigures, to as StatedFigures);
  if (milder === undefined) return `${limit}, which follows an attribute, is met or left otherwise`;
  return `${limit} ${milder.next} at ${milder.attribute} ${milder.at} (pack ${milder.old})`;
}

/** As a person would state it: of a rule its figures. */
function figure(value: unknown): string {
  if (value === null) return 'off';
  if (typeof value !== 'object') return String(value);
  const { id: _id, kind: _kind, ...figures } = value as Partial<RuleConfig>;
  return JSON.stringify(Array.isArray(value) ? value : figures);
}

/** The point's own basis where it states one; text alone is not verified. A reason for loosening stands with it. */
function basisOf({ basis: stated, reason }: RegistryPoint, template: Basis): Basis {
  const basis: Basis = typeof stated === 'string' ? { source: stated, mark: 'M' } : (stated ?? template);
  return reason === undefined ? basis : { ...basis, source: `${basis.source}; ${reason}` };
}

/** Every item with what it is called in errors. */
function namesOf(file: RegistryFile): (readonly [item: object, name: string])[] {
  return SECTIONS.flatMap((section) => file[section].map((item) => [item, ITEM_NAMES[section](item)] as const));
}

function statedTwice(file: RegistryFile): (readonly [item: object, name: string])[] {
  const seen = new Set<string>();
  return namesOf(file).filter(([, name]) => seen.size === seen.add(name).size);
}

/** A file that is wrong throughout is not told line by line. */
const ERRORS_MAX = 1_000;

function atMost(errors: readonly string[]): readonly string[] {
  if (errors.length <= ERRORS_MAX) return errors;
  return [...errors.slice(0, ERRORS_MAX), `and ${errors.length - ERRORS_MAX} errors more`];
}
