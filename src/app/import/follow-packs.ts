/**
 * Keeps registered points with the packs in force: at a start, and when somebody asks. Points whose type says something else
 * now go through the log as an import of the service's own; what cannot be followed is told, and the limits stay as they are.
 * It resolves a few points at a time, so that judging goes on in between.
 */
import type { ImportResult } from '../../api/ports.ts';
import { newCounts } from '../../engine/changes.ts';
import type { EngineState } from '../../engine/state.ts';
import type { PointConfig } from '../../model/point.ts';
import { followed, standingOf } from '../../rules/packs/follow.ts';
import { pause } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { ChosenPacks } from '../seeds.ts';
import type { Importer } from './importer.ts';
import { PackedParts, partsOf } from './parts.ts';
import { readPacks } from './read-packs.ts';

/** Resolved between two messages: a few milliseconds. */
const AT_ONCE = 100;

/** Who stands in the log for what a changed pack leads to. */
const BY_PACKS = 'packs';

interface FollowParts {
  readonly packs: ChosenPacks;
  readonly state: EngineState;
  readonly importer: Pick<Importer, 'import'>;
  readonly logger: Logger;
}

export class PackFollower {
  /** What is not as the packs say, for health; undefined where all of it is. */
  complaint: string | undefined;
  private readonly parts: FollowParts;
  /** It could not be done yet: the storage takes nothing, another import is under way. */
  private due = true;

  constructor(parts: FollowParts) {
    this.parts = parts;
  }

  /** Called at the start and once a minute: does what is still to be done. */
  async again(): Promise<void> {
    if (!this.due) return;
    try {
      await this.follow(BY_PACKS, `${BY_PACKS}/${this.parts.state.n}`);
    } catch (error) {
      // What is registered is judged all the same.
      this.due = false;
      this.complaint = `packs are not followed: ${error instanceof Error ? error.message : String(error)}`;
      this.parts.logger.error({ error }, 'packs are not followed');
    }
  }

  /** All or nothing, every error at once. The packs are read anew. */
  async follow(actor: string, commandId: string): Promise<ImportResult | 'timeout'> {
    const result = await this.brought(actor, commandId);
    const { logger } = this.parts;
    if (result === 'timeout') return result;
    if (!result.applied) {
      const complaint = `packs are not followed, limits stay as they are: ${inShort(result.errors)}`;
      if (complaint !== this.complaint)
        logger.error({ errors: result.errors }, 'packs are not followed: registered points keep the limits they have');
      this.complaint = complaint;
      return result;
    }
    this.due = false;
    if (result.changed.point > 0 || result.pending.length > 0)
      logger.warn({ changed: result.changed.point, pending: result.pending.length }, 'packs were followed');
    for (const warning of result.warnings) logger.warn(warning);
    return result;
  }

  private async brought(actor: string, commandId: string): Promise<ImportResult | 'timeout'> {
    const { packs, state, importer } = this.parts;
    const read = await readPacks({ chosen: packs, known: marksOf(state.registry.points) });
    if (read.errors.length > 0) return this.wrong(read.errors);
    const { version } = state.registry;
    const { behind, orphans, rootless } = standingOf(state.registry.points, read.marks);
    const gone = orphans.map((words) => `no pack in force has the type ${words}: limits stay as they are`);
    this.complaint = gone.length === 0 ? undefined : inShort(gone);
    const warnings = [...gone];
    if (rootless > 0)
      warnings.push(`${rootless} points were registered before they knew their pack: import them again to follow it`);
    const errors: string[] = [];
    const points: PointConfig[] = [];
    for (const [i, number] of behind.entries()) {
      const point = state.registry.points[number];
      const [type, mark] = [read.changed.get(point.type), read.marks.get(point.type)];
      // Registered while the packs were read.
      if (type === undefined || mark === undefined) return this.brought(actor, commandId);
      const again = followed(point, { type, mark });
      if (!again.ok) errors.push(...again.errors);
      else {
        points.push(again.point);
        warnings.push(...again.overruled);
      }
      if (i % AT_ONCE === AT_ONCE - 1) await pause(0);
    }
    if (errors.length > 0) return this.wrong(errors);
    if (points.length === 0) return { applied: true, ...newCounts(), pending: [], warnings };
    const packed = new PackedParts();
    for (const part of partsOf({ divisions: [], enterprises: [], sources: [], gateways: [], points, links: [] })) {
      packed.push(PackedParts.pack(part));
      await pause(0);
    }
    // Another import came in between: what it stated must not be undone.
    if (state.registry.version !== version) return this.brought(actor, commandId);
    return importer.import(packed, actor, commandId, warnings);
  }

  /** Nobody need try again before somebody has mended it. */
  private wrong(errors: readonly string[]): ImportResult {
    this.due = false;
    return { applied: false, errors };
  }
}

/** Which marks the points of a type have: more than one, where only some of them were imported since it changed. */
function marksOf(points: readonly PointConfig[]): ReadonlyMap<string, ReadonlySet<string>> {
  const marks = new Map<string, Set<string>>();
  for (const { type, pack } of points) {
    const own = marks.get(type);
    if (pack === undefined) continue;
    if (own === undefined) marks.set(type, new Set([pack]));
    else own.add(pack);
  }
  return marks;
}

/** The first of them, and how many more there are. */
function inShort(words: readonly string[]): string {
  return words.length > 3 ? `${words.slice(0, 3).join('; ')}; and ${words.length - 3} more` : words.join('; ');
}
