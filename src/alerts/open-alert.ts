/**
 * An open alert at work: its record, which is all that is stored, its contributors found by slot and by point without a
 * search, and what they amount to, kept while single ones change. Contributors only come: who has left stands there as no
 * longer active. It tells nobody and decides nothing.
 */
import type { AlertPoint } from '../model/alert.ts';
import { POINTS_SHOWN_MAX } from '../model/alert.ts';
import { LEVEL_NAMES } from '../model/level.ts';
import type { EpochMs } from '../model/time.ts';
import { Counted } from './grade/counted.ts';
import { Ranks } from './ranks.ts';
import type { AlertRecord, PointRecord } from './record.ts';
import { RunningTotal } from './running-total.ts';

/** A contributor as it was shown, and the record it was shown of. */
interface Shown {
  readonly of: PointRecord;
  readonly point: AlertPoint;
}

export class OpenAlert {
  readonly record: AlertRecord;
  /** By slot, what was last shown of it: what did not change is not made again, so that transitions share it. */
  readonly shown = new Map<number, Shown>();
  /** Whoever is in alarm, seen or held, and whoever is latched. */
  readonly counted = new Counted((point) => this.byPoint.get(point) ?? []);
  private readonly bySlot = new Map<number, number>();
  private readonly byPoint = new Map<string, number[]>();
  private readonly blind = new RunningTotal<EpochMs>((i) => this.record.points[i].blindSince, Math.min);
  private activeCount = 0;
  private latchedCount = 0;
  /** Once there are too many to show them all. */
  private ranks: Ranks | undefined;

  constructor(record: AlertRecord) {
    this.record = record;
    record.points.forEach((point, i) => {
      this.index(point, i);
      this.follow(i, undefined, point);
    });
  }

  /** Contributing or not. */
  find(slot: number): PointRecord | undefined {
    const i = this.bySlot.get(slot);
    return i === undefined ? undefined : this.record.points[i];
  }

  active(slot: number): PointRecord | undefined {
    const point = this.find(slot);
    return point?.active ? point : undefined;
  }

  /** All rules of one point. */
  ofPoint(id: string): PointRecord[] {
    return (this.byPoint.get(id) ?? []).map((i) => this.record.points[i]);
  }

  /** True while any rule of the point has lost sight. */
  isBlind(id: string): boolean {
    return this.ofPoint(id).some((p) => p.blindSince !== null);
  }

  /** True while anybody contributes. */
  get isActive(): boolean {
    return this.activeCount > 0;
  }

  get isLatched(): boolean {
    return this.latchedCount > 0;
  }

  /** Since when the first of the contributors now without sight has been so. */
  get blindSince(): EpochMs | undefined {
    return this.blind.total ?? undefined;
  }

  /** All in order of appearance; of very many the ones still in alarm and furthest gone, of these the ones that came first. */
  get foremost(): readonly PointRecord[] {
    const { points } = this.record;
    if (points.length <= POINTS_SHOWN_MAX) return points;
    if (this.ranks === undefined) {
      this.ranks = new Ranks();
      for (const [i, point] of points.entries()) this.ranks.move(i, undefined, rankOf(point));
    }
    return this.ranks.first(POINTS_SHOWN_MAX).map((i) => points[i]);
  }

  /** A contributor as it is from now on, in the place of what its slot was before. */
  put(point: PointRecord): void {
    const { points } = this.record;
    const known = this.bySlot.get(point.slot);
    const i = known ?? points.length;
    const before = known === undefined ? undefined : points[known];
    points[i] = point;
    if (known === undefined) this.index(point, i);
    this.follow(i, before, point);
  }

  private index({ slot, point }: PointRecord, i: number): void {
    this.bySlot.set(slot, i);
    const others = this.byPoint.get(point);
    if (others === undefined) this.byPoint.set(point, [i]);
    else others.push(i);
  }

  /** Keeps what they amount to. */
  private follow(i: number, before: PointRecord | undefined, now: PointRecord): void {
    this.activeCount += Number(now.active) - Number(before?.active ?? false);
    this.latchedCount += Number(now.latched) - Number(before?.latched ?? false);
    if (now.blindSince !== (before?.blindSince ?? null)) this.blind.changed(i);
    this.counted.put(i, now.active || now.latched ? now : undefined);
    this.ranks?.move(i, before && rankOf(before), rankOf(now));
  }
}

/** A limit that gives its grade by itself comes before others of its level. */
const rankOf = ({ active, level, floors }: PointRecord): number =>
  Number(active) * (LEVEL_NAMES.length + 1) + level + Number(floors.some(({ limit }) => limit !== undefined));
