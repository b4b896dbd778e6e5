/**
 * Which pack a registered point takes from, and what its register stated of it besides: from both the point is made again when
 * the pack is another one (ADR 0020). A registration from before this was kept has neither, and follows no pack.
 */
import type { PointConfig } from '../../model/point.ts';
import type { Stated } from '../../model/registry.ts';
import type { Pack, PackType, RegistryPoint } from './definition.ts';

/** A type of a pack, with the mark by which points know it. */
export interface Origin {
  readonly type: PackType;
  /** `chemical-tank-farm@1.0.0#8f0c21aa`: of what the type says, all of it; figures it is computed from included. */
  readonly mark: string;
}

/** Worked out when it is asked for: a registry names few of the types that there are. */
class PackOrigin implements Origin {
  readonly type: PackType;
  private readonly pack: string;
  private known: string | undefined;

  constructor(type: PackType, pack: string) {
    this.type = type;
    this.pack = pack;
  }

  get mark(): string {
    this.known ??= `${this.pack}#${digestOf(this.type)}`;
    return this.known;
  }
}

/** By the name of the type. A name given by two packs is the first one's; `fenghuo check` names the second. */
export function originsOf(packs: readonly Pack[]): ReadonlyMap<string, Origin> {
  const origins = new Map<string, Origin>();
  for (const { id, version, pointTypes } of packs) {
    for (const type of pointTypes)
      if (!origins.has(type.type)) origins.set(type.type, new PackOrigin(type, `${id}@${version}`));
  }
  return origins;
}

/** Of a mark: the pack and its version, as people call it. */
export const packOf = (mark: string): string => mark.split('#')[0];

/** FNV-1a over the JSON, 32 bits: two versions of one type must differ, nobody is kept from making them alike. */
function digestOf(type: PackType): string {
  let hash = 0x811c_9dc5;
  for (const letter of JSON.stringify(type)) hash = Math.imul(hash ^ letter.codePointAt(0)!, 0x0100_0193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}

/** What the register says of where and how the point is put up stands in the point itself. */
const IN_POINT = [
  'id',
  'source',
  'gateways',
  'type',
  'name',
  'unitGroup',
  'transmitter',
  'exercise',
  'inputs',
] as const satisfies readonly (keyof RegistryPoint)[];

/** Inputs that limits depend on stand in no derivation. */
function forLimits({ derive }: PointConfig, { inputs = {} }: RegistryPoint): { readonly conditions?: object } {
  const others = Object.entries(inputs).filter(([name]) => derive?.inputs[name] === undefined);
  return others.length === 0 ? {} : { conditions: Object.fromEntries(others) };
}

/** The point, and what its type alone has made of it, with where they come from. */
export function withOrigin(point: Stated<PointConfig>, item: RegistryPoint, { mark }: Origin): Stated<PointConfig> {
  const own = Object.entries({ ...item, ...forLimits(point, item) }).filter(
    ([field, value]) => value !== undefined && !(IN_POINT as readonly string[]).includes(field),
  );
  const stated = own.length === 0 ? undefined : Object.fromEntries(own);
  const { byPack } = point;
  return { ...point, pack: mark, stated, byPack: byPack && { ...byPack, pack: mark, stated } };
}

/** What the register stated of a point that has an origin. */
export function restated(point: PointConfig): RegistryPoint {
  const { id, source, gateways, type, name, unitGroup, transmitter, exercise, derive, stated } = point;
  const tagOf = (input: string): string => input.slice(input.indexOf('/') + 1);
  const inputs =
    derive &&
    Object.fromEntries(
      Object.entries(derive.inputs).map(([input, { points, many }]) => {
        const tags = points.map(tagOf);
        return [input, many ? tags : tags[0]];
      }),
    );
  const { conditions, ...others } = (stated ?? {}) as { readonly conditions?: RegistryPoint['inputs'] };
  const all = conditions === undefined ? inputs : { ...conditions, ...inputs };
  return { ...others, id, source, gateways: [...gateways], type, name, unitGroup, transmitter, exercise, inputs: all };
}
