/**
 * A configuration change on its way: its parts as they come, each checked against what is registered and what came before
 * it. Nothing of it is in force until all of it is here and right; from then on nothing can refuse it.
 */
import type { Derivation } from '../model/derivation.ts';
import { inputsOf } from '../model/derivation.ts';
import { RESERVED_GATEWAY_IDS, STATED_NAME } from '../model/ids.ts';
import type { PointConfig } from '../model/point.ts';
import type { RegistryChange } from '../model/registry.ts';
import type { Registry } from './registry.ts';

/** Derived points that stand on each other. */
const DEPTH_MAX = 8;
/** What is wrong beyond this is counted. */
const ERRORS_MAX = 1_000;

/** JSON form inside a snapshot. */
export interface StagingImage {
  readonly commandId: string;
  readonly actor: string;
  readonly parts: readonly RegistryChange[];
  readonly errors: readonly string[];
  readonly moreErrors: number;
  readonly complete: boolean;
  readonly applied: number;
}

export class Staging {
  readonly commandId: string;
  readonly actor: string;
  readonly parts: RegistryChange[] = [];
  /** All parts have come and nothing is wrong: it goes into force, whatever else happens. */
  complete = false;
  /** How many of the parts are in force. */
  applied = 0;
  private readonly errors: string[] = [];
  private moreErrors = 0;
  private readonly divisions = new Set<string>();
  private readonly enterprises = new Set<string>();
  /** Source id → its enterprise. */
  private readonly sources = new Map<string, string>();
  private readonly gateways = new Set<string>();
  private readonly points = new Map<string, PointConfig>();

  constructor(commandId: string, actor: string) {
    this.commandId = commandId;
    this.actor = actor;
  }

  static from(image: StagingImage): Staging {
    const staging = new Staging(image.commandId, image.actor);
    for (const part of image.parts) staging.note(part);
    for (const { points } of image.parts) for (const point of points) staging.points.set(point.id, point);
    staging.errors.push(...image.errors);
    staging.moreErrors = image.moreErrors;
    staging.complete = image.complete;
    staging.applied = image.applied;
    return staging;
  }

  image(): StagingImage {
    const { commandId, actor, parts, errors, moreErrors, complete, applied } = this;
    return { commandId, actor, parts, errors, moreErrors, complete, applied };
  }

  /** Takes the next part. What it names is registered, or stated in it or in a part before it; else it is an error. */
  add(registry: Registry, stated: RegistryChange): void {
    const change = { ...stated, points: stated.points.map((point) => registry.alike.share(point)) };
    this.note(change);
    for (const { id, division } of change.enterprises) {
      if (!this.knowsDivision(registry, division))
        this.wrong(`enterprise ${id}: division ${division} is not registered`);
    }
    for (const { id, enterprise } of change.sources) {
      if (!this.knowsEnterprise(registry, enterprise))
        this.wrong(`source ${id}: enterprise ${enterprise} is not registered`);
    }
    for (const { id, enterprise } of change.gateways) {
      const at = `gateway ${enterprise}/${id}`;
      if (!this.knowsEnterprise(registry, enterprise)) this.wrong(`${at}: enterprise is not registered`);
      if (RESERVED_GATEWAY_IDS.includes(id)) this.wrong(`${at}: the id is reserved`);
    }
    for (const { from, to, kind } of change.links ?? []) {
      const at = `link ${from} ${kind} ${to}`;
      if (this.enterpriseOf(registry, from) === undefined) this.wrong(`${at}: source ${from} is not registered`);
      if (!this.knowsDivision(registry, to) && !this.knowsEnterprise(registry, to))
        this.wrong(`${at}: no division and no enterprise ${to} is registered`);
    }
    for (const point of change.points) {
      if (this.points.has(point.id)) this.wrong(`point ${point.id}: stated twice`);
      this.points.set(point.id, point);
    }
    for (const point of change.points) this.checkPoint(registry, point);
  }

  /** Everything that is wrong so far, in words that name the item; empty when it may go into force. */
  allErrors(): string[] {
    const { errors, moreErrors } = this;
    return moreErrors === 0 ? [...errors] : [...errors, `and ${moreErrors} errors more`];
  }

  private note(change: RegistryChange): void {
    this.parts.push(change);
    for (const { code } of change.divisions) this.divisions.add(code);
    for (const { id } of change.enterprises) this.enterprises.add(id);
    for (const { id, enterprise } of change.sources) this.sources.set(id, enterprise);
    for (const { id, enterprise } of change.gateways) this.gateways.add(`${enterprise}/${id}`);
  }

  private checkPoint(registry: Registry, point: PointConfig): void {
    const at = `point ${point.id}`;
    if (point.id !== `${point.enterprise}/${point.tag}`)
      this.wrong(`${at}: the id must be ${point.enterprise}/${point.tag}`);
    if (!STATED_NAME.test(point.tag))
      this.wrong(`${at}: the tag must be 1–64 characters without space, "/", "+", "#" and "|", and not begin with "~"`);
    const owner = this.enterpriseOf(registry, point.source);
    if (owner === undefined) this.wrong(`${at}: source ${point.source} is not registered`);
    else if (owner !== point.enterprise) this.wrong(`${at}: source ${point.source} is of another enterprise`);
    if (point.derive !== undefined) this.checkInputs(registry, point, point.derive);
    else if (point.gateways.length === 0) this.wrong(`${at}: no gateway may publish it`);
    for (const id of point.gateways) {
      const key = `${point.enterprise}/${id}`;
      if (!this.gateways.has(key) && !registry.gatewayNumbers.has(key))
        this.wrong(`${at}: gateway ${id} is not registered`);
    }
    const number = registry.pointNumbers.get(point.id);
    const before = number === undefined ? point.valueKind : registry.points[number].valueKind;
    if (before !== point.valueKind)
      this.wrong(`${at}: was ${before}, cannot become ${point.valueKind}; register it under another tag`);
  }

  /** What it is derived from is there, is what it is taken for, and is not derived from it. */
  private checkInputs(registry: Registry, point: PointConfig, derive: Derivation): void {
    for (const [name, { points, valueKind, unit }] of Object.entries(derive.inputs)) {
      for (const id of points) {
        const at = `point ${point.id}: inputs.${name}`;
        const input = this.pointOf(registry, id);
        if (input === undefined) this.wrong(`${at}: point ${id} is not registered`);
        else if (input.enterprise !== point.enterprise) this.wrong(`${at}: ${id} is of another enterprise`);
        else if (input.valueKind !== valueKind)
          this.wrong(`${at}: must be a ${valueKind}, ${id} is a ${input.valueKind}`);
        else if (input.unit !== unit) this.wrong(`${at}: must be in ${unit || 'no unit'}, ${id} is in ${input.unit}`);
      }
    }
    const circle = this.circleFrom(registry, point.id, [point.id]);
    if (circle !== undefined) this.wrong(`point ${point.id}: is derived from itself: ${circle.join(' ← ')}`);
  }

  /** The way from a point through what it is derived from back to the first of `path`. */
  private circleFrom(registry: Registry, id: string, path: readonly string[]): readonly string[] | undefined {
    const derive = this.pointOf(registry, id)?.derive;
    for (const input of derive === undefined ? [] : inputsOf(derive)) {
      const way = [...path, input];
      if (input === path[0]) return way;
      // Deeper than anybody means it: a circle that does not lead back here is told where it begins.
      const found = way.length > DEPTH_MAX ? undefined : this.circleFrom(registry, input, way);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private pointOf(registry: Registry, id: string): PointConfig | undefined {
    return this.points.get(id) ?? registry.points[registry.pointNumbers.get(id) ?? -1];
  }

  private knowsDivision(registry: Registry, code: string): boolean {
    return this.divisions.has(code) || registry.divisions.has(code);
  }

  private knowsEnterprise(registry: Registry, id: string): boolean {
    return this.enterprises.has(id) || registry.enterprises.has(id);
  }

  private enterpriseOf(registry: Registry, source: string): string | undefined {
    return this.sources.get(source) ?? registry.sources.get(source)?.enterprise;
  }

  private wrong(error: string): void {
    if (this.errors.length < ERRORS_MAX) this.errors.push(error);
    else this.moreErrors++;
  }
}
