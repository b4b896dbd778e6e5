/**
 * A load of many points, each of which sends once a round of ten seconds, in random order: what rules and `step` cost a
 * reading of it, in processor time. The same seed gives the same values; a few points go through their limits and back.
 */
import { createRandom } from '../simulators/random.ts';
import type { Out } from '../src/engine/effect.ts';
import { clearOut, newOut } from '../src/engine/effect.ts';
import { tickBefore } from '../src/engine/grid.ts';
import { newState } from '../src/engine/state.ts';
import { step } from '../src/engine/step.ts';
import { NONE } from '../src/model/level.ts';
import { GOOD } from '../src/model/quality.ts';
import type { ReadingBatch } from '../src/model/reading.ts';
import { FLAG } from '../src/model/reading.ts';
import type { RegistryChange } from '../src/model/registry.ts';
import { judge } from '../src/rules/evaluate.ts';
import { RuleMemory } from '../src/rules/memory.ts';
import { fillSample, newSample } from '../src/rules/sample.ts';
import type { RuleSink } from '../src/rules/sink.ts';
import { levelOf } from '../src/rules/slots.ts';
import { messagesOf } from './messages.ts';
import type { Site, SitePoint } from './mix-site.ts';
import { GATEWAY, INTERVAL_MS } from './mix-site.ts';
import { shuffled } from './shuffled.ts';

const START = 1_763_775_600_000;
/** So many messages are made ready before the clock runs, as warm as what a codec hands over. */
const BLOCK = 20;
const PER_MESSAGE = 50;
/** One in so many points swings through its nearest limit, once in so many rounds. */
const SWINGING = 200;
const SWING_ROUNDS = 60;
/** Long enough for delays to be over. */
const CALM_ROUNDS = 60;
/** Noise of the others, as a share of the way to the nearest limit. */
const NOISE = 0.03;

/** Values of all points, by round. */
class Values {
  private readonly usual: Float64Array;
  private readonly reach: Float64Array;
  private readonly least: Float64Array;
  private readonly most: Float64Array;
  private readonly noise: Float64Array;
  private readonly swinging: number;

  constructor(points: readonly SitePoint[], swinging: number) {
    this.swinging = swinging;
    this.least = Float64Array.from(points, ({ least }) => least);
    this.most = Float64Array.from(points, ({ most }) => most);
    this.usual = Float64Array.from(points, ({ usual }) => usual);
    this.reach = Float64Array.from(points, ({ reach }) => reach);
    const random = createRandom('mix');
    let slow = 0;
    this.noise = Float64Array.from({ length: 4_096 }, () => {
      slow = 0.8 * slow + 0.6 * random.normal();
      return slow / 3;
    });
  }

  of(point: number, round: number): number {
    const { usual, reach, swinging } = this;
    const swings = point % swinging === 0;
    const phase = point / swinging + round;
    if (reach[point] === 0) return swings && phase % SWING_ROUNDS < 3 ? 1 - usual[point] : usual[point];
    const share = swings
      ? 1.1 * Math.sin((2 * Math.PI * phase) / SWING_ROUNDS)
      : NOISE * this.noise[(point * 7 + round) & 4_095];
    return Math.min(this.most[point], Math.max(this.least[point], usual[point] + share * reach[point]));
  }
}

/** Rules alone: every point is judged, the computed ones with values as if they had been. */
export class RulesLoad {
  readonly memory = new RuleMemory();
  private readonly values: Values;
  private readonly order: readonly number[];
  private readonly sample = newSample();
  private readonly sink: RuleSink = { changed: () => {}, arm: () => {}, held: () => {}, faulty: () => {} };
  private round = 0;

  constructor(points: readonly SitePoint[], swinging = SWINGING) {
    for (const [n, { config }] of points.entries()) this.memory.install(config, n);
    this.values = new Values(points, swinging);
    this.order = shuffled(points.length);
  }

  /** ns a reading. */
  run(rounds: number): number {
    const { memory, order, sample, sink, values } = this;
    const given = new Float64Array(order.length);
    let spentUs = 0;
    for (const end = this.round + rounds; this.round < end; this.round++) {
      for (let i = 0; i < order.length; i++) given[i] = values.of(order[i], this.round);
      const begun = process.cpuUsage();
      for (let i = 0; i < order.length; i++) {
        const point = order[i];
        const at = START + this.round * INTERVAL_MS + (point % 1_000) * 10;
        judge(memory, point, fillSample(sample, at, at, given[i], GOOD), sink);
      }
      spentUs += usSince(begun);
    }
    return (spentUs * 1_000) / (rounds * order.length);
  }
}

/** Through `step`, in messages of fifty readings of one gateway; what is computed is computed. */
export class StepLoad {
  readonly state = newState();
  private readonly out: Out = newOut();
  private readonly values: Values;
  private readonly messages: readonly ReadingBatch[];
  private readonly isSwitch: readonly boolean[];
  /** In a round. */
  readonly readings: number;
  private round = 1;
  /** Processor time of ticks since it began. */
  tickUs = 0;

  constructor(change: RegistryChange, points: readonly SitePoint[], swinging = SWINGING) {
    const input = { kind: 'configuration', at: START, commandId: 'c', actor: 'bench', change } as const;
    step(this.state, 1, input, this.out);
    const [{ errors, pending }] = this.out.configurations;
    if (errors.length + pending.length > 0) throw new Error(JSON.stringify([...errors, ...pending].slice(0, 5)));
    this.values = new Values(points, swinging);
    this.isSwitch = points.map(({ config }) => config.valueKind === 'boolean');
    const bySite = new Map<string, number[]>();
    for (const n of shuffled(points.length)) {
      const { enterprise, derive } = points[n].config;
      if (derive !== undefined) continue;
      const site = bySite.get(enterprise);
      if (site === undefined) bySite.set(enterprise, [n]);
      else site.push(n);
    }
    const { gatewayNumbers } = this.state.registry;
    const messages = [...bySite].flatMap(([site, numbers]) =>
      messagesOf(numbers, PER_MESSAGE, gatewayNumbers.get(`${site}/${GATEWAY}`)),
    );
    this.messages = shuffled(messages.length).map((n) => messages[n]);
    this.readings = messages.reduce((sum, { count }) => sum + count, 0);
  }

  /** ns a reading, ticks not counted. */
  run(rounds: number): number {
    const { state, out, messages } = this;
    let spentUs = 0;
    for (const end = this.round + rounds; this.round < end; this.round++) {
      const at = START + this.round * INTERVAL_MS;
      const begunTicks = process.cpuUsage();
      for (let tick = tickBefore(state, at); tick !== undefined; tick = tickBefore(state, at)) {
        clearOut(out);
        step(state, state.n + 1, tick, out);
      }
      this.tickUs += usSince(begunTicks);
      for (let from = 0; from < messages.length; from += BLOCK) {
        spentUs += this.send(messages.slice(from, from + BLOCK), at);
      }
    }
    return (spentUs * 1_000) / (rounds * this.readings);
  }

  /** Microseconds. */
  private send(block: readonly ReadingBatch[], at: number): number {
    const { state, out } = this;
    for (const batch of block) this.fill(batch, at);
    const begun = process.cpuUsage();
    for (const batch of block) {
      clearOut(out);
      step(state, state.n + 1, { kind: 'readings', at, batch }, out);
    }
    return usSince(begun);
  }

  /** Types of which a point stands in alarm. */
  standing(): ReadonlySet<string> {
    const { rules, registry } = this.state;
    const types = new Set<string>();
    for (let slot = 0; slot < rules.slots.rows; slot++) {
      if (levelOf(rules.slots, slot) > NONE) types.add(registry.points[rules.pointOf(slot)].type);
    }
    return types;
  }

  private fill(batch: ReadingBatch, at: number): void {
    batch.receivedAt = at;
    batch.sentQuality = [];
    for (let i = 0; i < batch.count; i++) {
      const point = batch.point[i];
      batch.sampledAt[i] = at - 200;
      batch.value[i] = this.values.of(point, this.round);
      batch.quality[i] = GOOD;
      batch.flags[i] = this.isSwitch[point] ? FLAG.BOOLEAN : 0;
    }
  }
}

/** Of this process, not wall time: on a shared machine the neighbours are not part of the price. */
function usSince(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun);
  return user + system;
}

/** Types of which a point stands in a site where every value is as usual: see `mixedSite`. */
export function standingIn({ change, points }: Site): ReadonlySet<string> {
  const load = new StepLoad(change, points, Number.POSITIVE_INFINITY);
  load.run(CALM_ROUNDS);
  return load.standing();
}
