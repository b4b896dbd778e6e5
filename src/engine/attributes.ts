/**
 * Limits that follow an attribute of their source, as a change brings them: each has the figure that the attributes give, and a
 * change of a source states its points anew, so that what that makes looser is held back like any other change. It judges
 * nothing.
 */
import type { PointConfig } from '../model/point.ts';
import type { RegistryChange, Source, Stated } from '../model/registry.ts';
import { attributeOf, flagsWithFigures } from '../model/registry.ts';
import { sameData } from '../rules/looser.ts';
import { followsAttributes, withAttributes } from '../rules/points/attribute-figure.ts';
import type { Registry } from './registry.ts';

type SourceOf = (id: string) => Source | undefined;

/** The change with every limit at its figure, and with the points that it does not state and whose source it changes. */
export function followAttributes(registry: Registry, change: RegistryChange): RegistryChange {
  const stated = new Map(change.sources.map((source) => [source.id, source]));
  const sourceOf: SourceOf = (id) => stated.get(id) ?? registry.sources.get(id);
  const points = [...change.points, ...concerned(registry, change)];
  return { ...change, points: points.map((point) => figured(point, sourceOf, () => undefined)) };
}

/** The source as it is to be: what it does not state, it keeps, of its attributes each; its flags follow its figures. */
export function completedSource(registry: Registry, stated: Stated<Source>): Stated<Source> {
  const known = registry.sources.get(stated.id);
  const whole = kept(known, stated);
  const attributes =
    known?.attributes === undefined || stated.attributes === undefined
      ? whole.attributes
      : { ...known.attributes, ...stated.attributes };
  // A list that is left out is as it was; what a figure says of it, says the newest figure.
  const flags = flagsWithFigures({ ...whole, attributes }, stated.flags ?? [], whole.flags);
  return { ...whole, attributes, flags: whole.flags === undefined && flags.length === 0 ? undefined : flags };
}

/** A field that is undefined is not stated: the log's JSON drops it, and a replay must come out the same. */
export function kept<T extends object>(known: T | undefined, stated: T): T {
  return { ...known, ...Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined)) } as T;
}

/** The point with the figures that its source gives; `wrong`: what has none. */
export function figured(
  point: Stated<PointConfig>,
  sourceOf: SourceOf,
  wrong: (words: string) => void,
): Stated<PointConfig> {
  const { byPack } = point;
  // Of a hundred thousand points next to none does.
  if (!followsAttributes(point) && (byPack === undefined || !followsAttributes(byPack))) return point;
  const source = sourceOf(point.source);
  const attribute = (name: string): number | undefined => source && attributeOf(source, name);
  const own = withAttributes(point, attribute, wrong);
  return byPack === undefined ? own : { ...own, byPack: withAttributes(byPack, attribute, wrong) };
}

/** The registered points of sources whose figures are other ones, where their limits go by them. */
export function concerned(registry: Registry, change: RegistryChange): PointConfig[] {
  const moved = new Set(
    change.sources
      .filter((source) => {
        const before = registry.sources.get(source.id);
        return before !== undefined && !sameData(figuresOf(before), figuresOf(source));
      })
      .map(({ id }) => id),
  );
  if (moved.size === 0) return [];
  const stated = new Set(change.points.map(({ id }) => id));
  return registry.points.filter(
    (point) => moved.has(point.source) && !stated.has(point.id) && followsAttributes(point),
  );
}

const figuresOf = ({ attributes, slopeHeightM, downstreamPopulation, level }: Source) => ({
  slopeHeightM,
  downstreamPopulation,
  level,
  ...attributes,
});
