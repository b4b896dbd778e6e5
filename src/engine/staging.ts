/**
 * A configuration change on its way: its parts as they come, each checked against what is registered and what came before
 * it. Nothing of it is in force until all of it is here and right; from then on nothing can refuse it.
 */
import { RESERVED_GATEWAY_IDS, STATED_NAME } from '../model/ids.ts';
import type { PointConfig } from '../model/point.ts';
import type { RegistryChange, Source, Stated } from '../model/registry.ts';
import { inputErrors } from '../rules/derived/bound-inputs.ts';
import { followsAttributes } from '../rules/points/attribute-figure.ts';
import { checkLimits } from '../rules/points/limits-definition.ts';
import { conditionsOf } from '../rules/points/limits-in-force.ts';
import { completedSource, concerned, figured } from './attributes.ts';
import type { Registry } from './registry.ts';

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
  private readonly sources = new Map<string, Source>();
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
    for (const point of [...change.points, ...concerned(registry, change)]) this.checkFigures(registry, point);
  }

  /** What limits that follow the source come to: only here are both known. */
  private checkFigures(registry: Registry, point: Stated<PointConfig>): void {
    if (!followsAttributes(point)) return;
    const errors: string[] = [];
    const sourceOf = (id: string): Source | undefined => {
      const stated = this.sources.get(id);
      return stated === undefined ? registry.sources.get(id) : completedSource(registry, stated);
    };
    const { rules } = figured(point, sourceOf, (words) => errors.push(words));
    errors.push(...rules.flatMap((rule) => checkLimits(rule, rules)));
    for (const words of new Set(errors)) this.wrong(`point ${point.id}: ${words}`);
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
    for (const source of change.sources) this.sources.set(source.id, source);
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
    if (point.derive !== undefined) {
      // A new one goes into force as it is, beside what is in force of the others: their unit and kind change behind two persons.
      const isNew = !registry.pointNumbers.has(point.id);
      const lookup = (id: string) =>
        isNew
          ? (pointInForce(registry, id) ?? this.points.get(id))
          : (this.points.get(id) ?? pointInForce(registry, id));
      for (const { words } of inputErrors(point, point.derive, lookup, (id) => `point ${id} is not registered`))
        this.wrong(`${at}: ${words}`);
    } else if (point.gateways.length === 0) this.wrong(`${at}: no gateway may publish it`);
    for (const id of point.gateways) {
      const key = `${point.enterprise}/${id}`;
      if (!this.gateways.has(key) && !registry.gatewayNumbers.has(key))
        this.wrong(`${at}: gateway ${id} is not registered`);
    }
    for (const id of conditionsOf(point)) {
      const condition = this.points.get(id) ?? pointInForce(registry, id);
      if (condition === undefined) this.wrong(`${at}: limits hold while ${id}, which is not registered`);
      else if (condition.valueKind !== 'boolean')
        this.wrong(`${at}: limits hold while ${id}, which is no boolean point`);
    }
    const number = registry.pointNumbers.get(point.id);
    const before = number === undefined ? point.valueKind : registry.points[number].valueKind;
    if (before !== point.valueKind)
      this.wrong(`${at}: was ${before}, cannot become ${point.valueKind}; register it under another tag`);
  }

  private knowsDivision(registry: Registry, code: string): boolean {
    return this.divisions.has(code) || registry.divisions.has(code);
  }

  private knowsEnterprise(registry: Registry, id: string): boolean {
    return this.enterprises.has(id) || registry.enterprises.has(id);
  }

  private enterpriseOf(registry: Registry, source: string): string | undefined {
    return (this.sources.get(source) ?? registry.sources.get(source))?.enterprise;
  }

  private wrong(error: string): void {
    if (this.errors.length < ERRORS_MAX) this.errors.push(error);
    else this.moreErrors++;
  }
}

function pointInForce({ points, pointNumbers }: Registry, id: string): PointConfig | undefined {
  return points[pointNumbers.get(id) ?? -1];
}
