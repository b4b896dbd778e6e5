/**
 * The registry inside the engine: what exists, under which numbers, and the indexes that admission and judging need. It
 * applies changes that were found valid; it judges nothing and removes nothing. Numbers are never re-used.
 */
import type { Hazard } from '../model/hazard.ts';
import type { PointConfig } from '../model/point.ts';
import type { Division, Enterprise, Gateway, Link, RegistryChange, Source } from '../model/registry.ts';
import { conditionsOf, seasonsOf } from '../rules/points/limits-in-force.ts';
import { Alike } from './alike.ts';
import { DerivedGraph } from './derived/graph.ts';

/** Offline after this many intervals without a reading; stale after STALE_INTERVALS (model/point.ts). */
export const OFFLINE_INTERVALS = 10;

/** The points of one (source, hazard): what coverage counts. */
export interface ObserverGroup {
  readonly key: string;
  readonly source: string;
  readonly hazard: Hazard;
  /** Points of a drill observe nothing real: they are a group of their own. */
  readonly exercise: boolean;
  /** Those that observe it, in their order. */
  readonly points: number[];
}

/** JSON form inside a snapshot. */
export interface RegistryImage {
  readonly divisions: readonly Division[];
  readonly enterprises: readonly Enterprise[];
  readonly sources: readonly Source[];
  readonly gateways: readonly Gateway[];
  readonly points: readonly PointConfig[];
  readonly links: readonly Link[];
  readonly version: number;
}

export class Registry {
  /** Counts applied configuration changes; stands in evidence as the version that was judged with. */
  version = 0;
  readonly divisions = new Map<string, Division>();
  readonly enterprises = new Map<string, Enterprise>();
  readonly sources = new Map<string, Source>();
  /** By source id, then by what tells one from another. */
  readonly links = new Map<string, Map<string, Link>>();
  /** By gateway number. */
  readonly gateways: Gateway[] = [];
  /** By point number. */
  readonly points: PointConfig[] = [];
  readonly gatewayNumbers = new Map<string, number>();
  readonly pointNumbers = new Map<string, number>();
  /** Enterprise id → tag → point number. */
  readonly tags = new Map<string, Map<string, number>>();
  /** By point number: the gateway numbers that may publish it. */
  readonly publishers: number[][] = [];
  /** By point number, for the hot path: its only publisher, or −1 where there are several; 1 where its values are booleans. */
  readonly onlyPublisher: number[] = [];
  readonly booleans: number[] = [];
  /** Who is computed from whom. */
  readonly graph = new DerivedGraph();
  /** Points with limits that go by the calendar. */
  readonly seasonal = new Set<number>();
  /** By gateway number: the points it may publish. */
  readonly published: number[][] = [];
  readonly observers = new Map<string, ObserverGroup>();
  /** By point number: the group of its source and hazard, and 1 where it is an observer there. */
  readonly observerOf: ObserverGroup[] = [];
  readonly observes: number[] = [];
  /** To be asked for every point that comes from outside, once: where it is taken, or read back. */
  readonly alike = new Alike();

  /** Adds and changes; returns the numbers of the points that are new or changed, in order of appearance. */
  apply(change: RegistryChange): number[] {
    for (const division of change.divisions) this.divisions.set(division.code, division);
    for (const enterprise of change.enterprises) this.enterprises.set(enterprise.id, enterprise);
    for (const source of change.sources) this.sources.set(source.id, source);
    for (const gateway of change.gateways) this.putGateway(gateway);
    for (const link of change.links ?? []) this.putLink(link);
    const touched = change.points.map((point) => this.putPoint(point));
    for (const number of touched) this.look(number);
    for (const number of this.concerned(touched)) this.observe(number);
    this.version++;
    return touched;
  }

  image(): RegistryImage {
    return {
      divisions: [...this.divisions.values()],
      enterprises: [...this.enterprises.values()],
      sources: [...this.sources.values()],
      gateways: this.gateways,
      points: this.points,
      links: [...this.links.values()].flatMap((links) => [...links.values()]),
      version: this.version,
    };
  }

  static from(image: RegistryImage): Registry {
    const registry = new Registry();
    registry.apply({ ...image, points: image.points.map((point) => registry.alike.share(point)) });
    registry.version = image.version;
    return registry;
  }

  sourceOf(point: PointConfig): Source {
    const source = this.sources.get(point.source);
    if (source === undefined)
      throw new Error(`point ${point.id} stands at source ${point.source}, which is not registered`);
    return source;
  }

  divisionOf(enterprise: string): string {
    return this.enterprises.get(enterprise)?.division ?? '';
  }

  private putLink(link: Link): void {
    let links = this.links.get(link.from);
    if (links === undefined) {
      links = new Map();
      this.links.set(link.from, links);
    }
    links.set(linkKey(link), link);
  }

  private putGateway(gateway: Gateway): void {
    const key = `${gateway.enterprise}/${gateway.id}`;
    const known = this.gatewayNumbers.get(key);
    const number = known ?? this.gateways.length;
    this.gateways[number] = gateway;
    if (known !== undefined) return;
    this.gatewayNumbers.set(key, number);
    this.published[number] = [];
  }

  private putPoint(point: PointConfig): number {
    const known = this.pointNumbers.get(point.id);
    const number = known ?? this.points.length;
    if (known === undefined) {
      this.pointNumbers.set(point.id, number);
      let tags = this.tags.get(point.enterprise);
      if (tags === undefined) {
        tags = new Map();
        this.tags.set(point.enterprise, tags);
      }
      tags.set(point.tag, number);
    }
    this.points[number] = point;
    this.booleans[number] = point.valueKind === 'boolean' ? 1 : 0;
    this.publish(point, number);
    return number;
  }

  /** These, and all that is computed from them. */
  concerned(numbers: readonly number[]): ReadonlySet<number> {
    const found = new Set(numbers);
    for (const number of found) for (const dependent of this.graph.dependentsOf(number)) found.add(dependent);
    return found;
  }

  /** What it is computed from: asked when all points of the change have their numbers. */
  private look(number: number): void {
    const point = this.points[number];
    const { id, derive } = point;
    const inputs = derive && Object.values(derive.inputs).flatMap(({ points }) => points);
    const numbers = inputs?.map((input) => {
      const found = this.pointNumbers.get(input);
      if (found === undefined) throw new Error(`point ${id} is derived from ${input}, which is not registered`);
      return found;
    });
    this.graph.put(number, numbers);
    this.graph.limit(
      number,
      conditionsOf(point).map((condition) => this.pointNumbers.get(condition)!),
    );
    if (seasonsOf(point).length > 0) this.seasonal.add(number);
    else this.seasonal.delete(number);
  }

  /** Who may publish it. The lists are touched only where something is another: they are as long as a gateway has points. */
  private publish(point: PointConfig, number: number): void {
    const before = this.publishers[number] ?? [];
    const now = point.gateways.map((id) => {
      const gateway = this.gatewayNumbers.get(`${point.enterprise}/${id}`);
      if (gateway === undefined) throw new Error(`point ${point.id} names gateway ${id}, which is not registered`);
      return gateway;
    });
    this.publishers[number] = now;
    this.onlyPublisher[number] = now.length === 1 ? now[0] : -1;
    for (const gateway of before) if (!now.includes(gateway)) remove(this.published[gateway], number);
    for (const gateway of now) if (!before.includes(gateway)) insert(this.published[gateway], number);
  }

  /**
   * A point observes the hazard of its source. A derived one does only where none of the measured points that it rests on does
   * the same: the head that is lost is not still there because a recipe can do without it.
   */
  private observe(number: number): void {
    const point = this.points[number];
    const key = observerKey(point);
    const isDerived = this.graph.isDerived(number);
    const observes =
      !isDerived || !this.graph.measuredUnder(number).some((one) => observerKey(this.points[one]) === key);
    const before = this.observerOf[number];
    if (before?.key === key && (this.observes[number] !== 0) === observes) return;
    if (before !== undefined && this.observes[number] !== 0) {
      remove(before.points, number);
      if (before.points.length === 0) this.observers.delete(before.key);
    }
    let group = this.observers.get(key);
    if (group === undefined) {
      const { source, hazard } = point;
      group = { key, source, hazard, exercise: point.exercise === true, points: [] };
      this.observers.set(key, group);
    }
    if (observes) insert(group.points, number);
    this.observes[number] = observes ? 1 : 0;
    this.observerOf[number] = group;
  }
}

const observerKey = ({ source, hazard, exercise }: PointConfig): string =>
  `${source}|${hazard}${exercise === true ? '|exercise' : ''}`;

/** What tells one link from another. */
export function linkKey({ from, kind, to }: Link): string {
  return `${from} ${kind} ${to}`;
}

/** Keeps the order of numbers, so that a registry read back from its image walks the same way. */
function insert(list: number[], item: number): void {
  let at = list.length;
  while (at > 0 && list[at - 1] > item) at--;
  if (list[at - 1] !== item) list.splice(at, 0, item);
}

function remove(list: number[], item: number): void {
  const index = list.indexOf(item);
  if (index >= 0) list.splice(index, 1);
}
