// Nothing calms by itself. Whoever leaves an alert has shown himself normal by good readings for the whole off-delay, the last
// of them just now, or a person let go of him, or what he is judged by was changed. A grade comes down, an alert is closed, by
// the same evidence. It uses no rule memory.
import type { PointRecord } from '../../../src/alerts/record.ts';
import { hazardName, meaningOf, rowOf } from '../../../src/engine/engine-slots.ts';
import type { Input } from '../../../src/engine/input.ts';
import { SEEN } from '../../../src/engine/observers.ts';
import type { Transition } from '../../../src/model/alert.ts';
import { GOOD } from '../../../src/model/quality.ts';
import type { PlantDay, Watch } from '../day/plant-day.ts';
import type { Judged, Side } from './facts.ts';
import { hasLeft, judgedOf, pointOf, RULE_OF, reached, wrong } from './facts.ts';

/** Good readings on the harmless side without a break, by the readings' time and by ours. */
interface Calm {
  readonly at: number;
  readonly now: number;
  lastAt: number;
}

const SIDES: readonly Side[] = ['high', 'low', 'on'];

/** Its limit holds only while another point says so, and that one is known to say off. */
function isOutOfForce({ state }: PlantDay, number: number, rule: string): boolean {
  const condition = state.registry.points[number]?.rules.find(({ id }) => id === rule)?.while;
  if (typeof condition !== 'string') return false;
  const { seen, lostBy, quality, value } = state.points.col;
  const at = state.registry.pointNumbers.get(condition) ?? -1;
  return seen[at] === 1 && lostBy[at] === SEEN && quality[at] === GOOD && value[at] === 0;
}

export class NothingCalms implements Watch {
  private readonly calm = new Map<string, Calm>();
  /** By point: our time of its newest good live reading. */
  private readonly goodAt = new Map<number, number>();
  /** Who stood where before this input, by alert id and slot, and since when by our time. */
  private standing = new Map<
    string,
    { readonly point: PointRecord; readonly since: number; readonly hazard: boolean }
  >();
  /** Our time at which each alert was told last. */
  private readonly toldAt = new Map<string, number>();
  private online = false;
  looked = 0;

  after(day: PlantDay, input: Input): void {
    const readings = judgedOf(day, input).filter(({ live }) => live);
    for (const reading of readings) this.live(day, reading);
    for (const { point, silent } of day.out.silences) if (silent) this.breakOff(day, point);
    if (input.kind === 'resumed') for (const number of day.state.registry.points.keys()) this.breakOff(day, number);
    this.checkLeaving(day, input, readings);
    for (const transition of day.out.transitions) {
      this.checkTold(day, input, transition, readings);
      this.toldAt.set(transition.alert.id, day.state.at);
    }
    this.online = day.state.gateways.col.known[0] !== 0;
  }

  private live(day: PlantDay, { number, at, value, good }: Judged): void {
    const point = pointOf(day, number);
    if (good) this.goodAt.set(number, day.state.at);
    for (const side of SIDES) {
      const key = `${number} ${side}`;
      const known = this.calm.get(key);
      // What has left the deadband once comes back at the limit only.
      const isCalm = hasLeft(point, side, value) || (known !== undefined && !reached(point, value).get(side));
      if (!good || !isCalm) this.calm.delete(key);
      else if (known === undefined) this.calm.set(key, { at, now: day.state.at, lastAt: at });
      else known.lastAt = Math.max(known.lastAt, at);
    }
  }

  /** Nobody looked for a while: what speaks on change only goes on from now. */
  private breakOff(day: PlantDay, number: number): void {
    const isEvent = pointOf(day, number).intervalMs === null;
    for (const side of SIDES) {
      const key = `${number} ${side}`;
      const known = this.calm.get(key);
      if (known === undefined) continue;
      if (isEvent) this.calm.set(key, { ...known, now: day.state.at });
      else this.calm.delete(key);
    }
  }

  private checkLeaving(day: PlantDay, input: Input, readings: readonly Judged[]): void {
    const now: typeof this.standing = new Map();
    for (const { id, points, group } of day.state.book.open) {
      for (const point of points) {
        if (!point.active) continue;
        const key = `${id} ${point.slot}`;
        const since = this.standing.get(key)?.since ?? day.state.at;
        now.set(key, { point, since, hazard: group.kind === 'hazard' });
      }
    }
    for (const [key, { point, since, hazard }] of this.standing) {
      if (now.has(key) || !hazard || this.isExcused(day, input, point)) continue;
      this.looked++;
      if (point.rule === 'coverage') this.checkSight(day, input, point, since);
      else this.checkCalm(day, input, point, readings);
    }
    this.standing = now;
  }

  /** A person did it, or what it is judged by is another now. */
  private isExcused(day: PlantDay, input: Input, { number, point, rule }: PointRecord): boolean {
    if (isOutOfForce(day, number, rule)) return true;
    if (input.kind === 'configuration' || input.kind === 'apply' || input.kind === 'install') return true;
    if (input.kind !== 'command') return false;
    return day.out.transitions.some(({ change, by, points = [], point: first }) => {
      return by !== undefined && (change === 'reset' || (change === 'released' && [first, ...points].includes(point)));
    });
  }

  private checkCalm(
    day: PlantDay,
    input: Input,
    { number, rule, point: id }: PointRecord,
    all: readonly Judged[],
  ): void {
    const point = pointOf(day, number);
    const side = SIDES.find((one) => RULE_OF[one] === rule);
    const isSeen = all.some((reading) => reading.number === number && reading.good);
    const isEvent = point.intervalMs === null;
    if (!isSeen && !(isEvent && input.kind === 'tick' && this.online)) wrong(day, input, `${id} ${rule} left unseen`);
    if (side === undefined) return;
    const calm = this.calm.get(`${number} ${side}`);
    // It came back within the message that calmed it: then it was raised anew, and the new one is told.
    if (calm === undefined && isSeen && all.filter((reading) => reading.number === number).length > 1) return;
    if (calm === undefined) wrong(day, input, `${id} ${rule} left, and it does not show itself normal`);
    const lasted = isSeen ? calm.lastAt - calm.at : day.state.at - calm.now;
    if (lasted < point.offDelayMs) wrong(day, input, `${id} ${rule} left after ${lasted} of ${point.offDelayMs} ms`);
  }

  /** Lost sight: somebody of each hazard has given a good reading since, or it is told by another alert. */
  private checkSight(day: PlantDay, input: Input, { about, point, slot }: PointRecord, since: number): void {
    const meaning = meaningOf(day.state.engineSlots.names[rowOf(slot)]);
    const names = about ?? (meaning.kind === 'hazard' ? [meaning.group] : []);
    for (const name of names) {
      const group = day.state.registry.observers.get(name);
      if (group === undefined || this.isToldElsewhere(day, name)) continue;
      const isSeen = group.points.some((number) => {
        if (pointOf(day, number).intervalMs === null) return true;
        return (this.goodAt.get(number) ?? 0) >= since;
      });
      if (!isSeen) wrong(day, input, `${point} is no longer told as blind for ${name}, and nobody saw it`);
    }
  }

  private isToldElsewhere(day: PlantDay, name: string): boolean {
    const own = day.state.engineSlots.find(hazardName(name));
    for (const { points } of day.state.book.open) {
      if (points.some(({ active, about, slot }) => active && (slot === own || about?.includes(name) === true)))
        return true;
    }
    return false;
  }

  private checkTold(day: PlantDay, input: Input, transition: Transition, readings: readonly Judged[]): void {
    const { change, alert, by } = transition;
    const say = (said: string) => wrong(day, input, `${change} of ${alert.key}: ${said}`);
    if (alert.kind === 'device') return;
    if (change === 'eased') {
      const isSeen = readings.some(({ good, number }) => good && this.concerns(day, number, alert.key));
      // Lost sight is nobody's reading: of what it blinds, somebody else may show less.
      const events = alert.points.flatMap(({ active, number }) =>
        active && number >= 0 ? [pointOf(day, number).intervalMs] : [],
      );
      if (!isSeen && !(input.kind === 'tick' && events.every((ms) => ms === null))) say('nobody showed less');
    }
    if (change === 'closed') {
      if (alert.active || !alert.acked) say('active, or not answered');
      if (by === undefined && alert.peakGrade !== 'blue') say('nobody closed it');
    }
    if (change === 'sight-restored' && input.kind !== 'readings' && input.kind !== 'device') {
      if (
        input.kind !== 'configuration' &&
        input.kind !== 'apply' &&
        input.kind !== 'install' &&
        input.kind !== 'tick'
      ) {
        // That fewer are blind is told with the next tick: what comes before it tells of who was heard until then.
        const toldAt = this.toldAt.get(alert.id) ?? 0;
        if (![...this.goodAt.values()].some((goodAt) => goodAt >= toldAt)) say('nobody was heard');
      }
    }
    const number = day.state.registry.pointNumbers.get(transition.point ?? '') ?? -1;
    const byItself = isOutOfForce(day, number, transition.rule ?? '');
    if (change === 'limit-changed' && !byItself && !['configuration', 'apply', 'install'].includes(input.kind))
      say('no limit changed');
  }

  private concerns(day: PlantDay, number: number, key: string): boolean {
    return day.state.groups.keysOf(number).includes(key);
  }
}
