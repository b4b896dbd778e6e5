/**
 * The fields of all rule kinds together, as packs and registry files state them. A kind brings its own
 * (`points/<kind>/definition.ts`); kinds that share a field state the same one.
 */
import type { z } from 'zod';
import { KINDS } from '../kinds.ts';

type Definition = (typeof KINDS)[number]['definition'];
type AllOf<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer I) => void ? I : never;
type PackShape = AllOf<Definition['pack']>;
type RegistryShape = AllOf<Definition['registry']>;

export const packShape = Object.assign({}, ...KINDS.map(({ definition }) => definition.pack)) as PackShape;
export const registryShape = Object.assign({}, ...KINDS.map(({ definition }) => definition.registry)) as RegistryShape;

/** What a point type states of its rules. */
export type Stated = z.infer<z.ZodObject<PackShape>>;
/** What a registry point states otherwise. */
export type Restated = z.infer<z.ZodObject<RegistryShape>>;
