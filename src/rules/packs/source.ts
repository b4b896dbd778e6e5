/**
 * From a source as a registry file states it to one as the engine keeps it: class and industry follow from what is stated,
 * else from its kind in the packs. It grades nothing.
 */
import type { Source, Stated } from '../../model/registry.ts';
import { flagsWithFigures } from '../../model/registry.ts';
import type { SourceClass, SourceFlag } from '../../model/source.ts';
import { alarmClassOf, classOfAlarm } from '../../model/source.ts';
import type { Pack, RegistryFile, SourceKind } from './definition.ts';
import { stricterSource } from './looser.ts';

export type StatedSource = RegistryFile['sources'][number];
export type SourceKinds = ReadonlyMap<string, SourceKind>;

/** Of the highest class, whatever else is stated. */
const HIGHEST: readonly SourceFlag[] = ['overhead', 'outburst', 'high-consequence', 'slope-over-200m'];
/** Never below `raised`: named major hazards of ammonia refrigeration. */
const RAISED: readonly SourceFlag[] = ['ammonia-direct-evaporation', 'ammonia-freezer-not-separate'];

/** What the packs say of kinds of sources. A kind given by two packs is the first one's; `fenghuo check` names the second. */
export function kindsOf(packs: readonly Pack[]): SourceKinds {
  const kinds = new Map<string, SourceKind>();
  for (const kind of packs.flatMap(({ sourceKinds }) => sourceKinds))
    if (!kinds.has(kind.kind)) kinds.set(kind.kind, kind);
  return kinds;
}

/** As it is stated; where that is looser than what follows from its flags, its level and its kind, with what follows. */
export function resolveSource(stated: StatedSource, kinds: SourceKinds): Stated<Source> {
  const source = asStated(stated, kinds);
  const byPack = asStated({ ...stated, class: undefined, alarmClass: undefined, industry: undefined }, kinds);
  // A kind that no pack knows says nothing of whose business it is.
  const base = byPack.industry === undefined ? { ...byPack, industry: source.industry } : byPack;
  return stricterSource(base, source).held.length > 0 ? { ...source, byPack: base } : source;
}

function asStated(stated: StatedSource, kinds: SourceKinds): Source {
  const { class: _letter, alarmClass: _word, overhead: _o, outburst: _b, highConsequence: _h, ...attributes } = stated;
  const flags = flagsOf(stated);
  return {
    ...attributes,
    enterprise: stated.id.split('/')[0],
    class: sourceClass(stated, kinds),
    industry: stated.industry ?? kinds.get(stated.kind)?.industry,
    flags: flags.length === 0 ? stated.flags : flags,
  };
}

/** As stated, else what its flags and figures ask for, else its major-hazard level, else what its kind is. */
export function sourceClass(source: StatedSource, kinds: SourceKinds): SourceClass {
  const { alarmClass, level } = source;
  if (alarmClass !== undefined) return classOfAlarm(alarmClass);
  if (source.class !== undefined) return stricterThanD(source.class);
  const flags = flagsWithFigures(source, flagsOf(source));
  if (flags.some((flag) => HIGHEST.includes(flag)) || level === 1) return 'A';
  if (isUnregistered(source, kinds)) return 'A';
  if (level === 2 || level === 3 || flags.some((flag) => RAISED.includes(flag))) return 'B';
  if (level === 4) return 'C';
  return classOfAlarm(kinds.get(source.kind)?.alarmClass ?? 'normal');
}

/** Nobody has said how many people live below it: not known is not nobody. */
function isUnregistered({ kind, downstreamPopulation }: StatedSource, kinds: SourceKinds): boolean {
  return downstreamPopulation === undefined && kinds.get(kind)?.downstream === true;
}

/** What whoever wrote it should know, in words: what is missing, and what is written otherwise now. */
export function remarksOn(source: StatedSource, kinds: SourceKinds): string[] {
  const missing = isUnregistered(source, kinds) && source.alarmClass === undefined && source.class === undefined;
  const words = `source ${source.id}: downstreamPopulation 下游人口未登记: judged as overhead 头顶库 until somebody states it`;
  return missing ? [words, ...outdated(source)] : outdated(source);
}

function outdated(source: StatedSource): string[] {
  if (source.class === undefined) return [];
  if (source.alarmClass !== undefined) return [`source ${source.id}: class is not read, alarmClass is`];
  const word = alarmClassOf(stricterThanD(source.class));
  return [`source ${source.id}: class with a letter was read as alarmClass ${word}; write that`];
}

/** The mildest class is for what is not registered. */
function stricterThanD(letter: SourceClass): SourceClass {
  return letter === 'D' ? 'C' : letter;
}

function flagsOf({ flags = [], overhead, outburst, highConsequence }: StatedSource): SourceFlag[] {
  const all: SourceFlag[] = [...flags];
  if (overhead) all.push('overhead');
  if (outburst) all.push('outburst');
  if (highConsequence) all.push('high-consequence');
  return [...new Set(all)];
}
