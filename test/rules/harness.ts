// A point, a clock and a listener: what every story about the rules needs, and nothing of the engine. Due times are kept in
// a list and asked for by ticks, as the engine does.

import type { Level } from '../../src/model/level.ts';
import { LEVEL_NAMES } from '../../src/model/level.ts';
import type { PointConfig } from '../../src/model/point.ts';
import type { QualityName } from '../../src/model/quality.ts';
import { qualityOf } from '../../src/model/quality.ts';
import { storedTables } from '../../src/model/stored-table.ts';
import { judge, judgeDue, judgeSilence, releaseLatch, resume } from '../../src/rules/evaluate.ts';
import { lose } from '../../src/rules/hold.ts';
import { RuleMemory } from '../../src/rules/memory.ts';
import { fillSample, newSample } from '../../src/rules/sample.ts';
import type { RuleSink } from '../../src/rules/sink.ts';
import { levelOf } from '../../src/rules/slots.ts';
import type { SlotView } from '../../src/rules/view.ts';
import { viewSlot } from '../../src/rules/view.ts';
import { watchDue } from '../../src/rules/watch.ts';
import type { StatedPoint } from '../support/build/point.ts';
import { buildPoint } from '../support/build/point.ts';

/** Stories begin here, so that times in them are small numbers and the code still sees epoch milliseconds. */
export const START = 1_763_775_600_000;

export function pointOf(changes: Partial<StatedPoint> = {}): PointConfig {
  return buildPoint('yt-chem/T-1', {
    hazard: 'overfill',
    type: 'test',
    unit: '%',
    limits: { L: 15, LL: 10, H: 85, HH: 90 },
    basis: { source: 'test', mark: 'OURS' },
    ...changes,
  });
}

/** One plant of points 0 … n-1 with its listener. Times are milliseconds since START. */
export class Story {
  memory = new RuleMemory();
  /** `0 limits none→H`, `5 limits H blind`, in order. */
  readonly told: string[] = [];
  now = 0;
  readonly sample = newSample();
  private readonly due: { slot: number; at: number }[] = [];
  readonly sink: RuleSink = {
    changed: (slot, from, to, at) => {
      this.told.push(`${at - START} ${this.name(slot)} ${LEVEL_NAMES[from]}→${LEVEL_NAMES[to]}`);
    },
    arm: (slot, dueAt) => this.due.push({ slot, at: dueAt - START }),
    held: (slot, blind, at) => {
      this.told.push(`${at - START} ${this.name(slot)} ${blind ? 'blind' : 'sees'}`);
    },
    faulty: (slot, isThere) => {
      this.told.push(`${this.now} ${this.name(slot)} ${isThere ? 'there' : 'gone'}`);
    },
  };

  constructor(...points: Partial<StatedPoint>[]) {
    this.memory.onFault = (slot, message) => {
      this.told.push(`${this.name(slot)} faulted: ${message}`);
      lose(this.memory.slots, slot, this.now + START, this.sink);
    };
    for (const [number, changes] of points.entries()) this.memory.install(pointOf(changes), number);
  }

  /** A reading sampled at `at`, judged then or at `now` when it arrives later. */
  reading(at: number, value: number, quality: QualityName = 'good', point = 0, now = at): this {
    this.now = now;
    judge(this.memory, point, fillSample(this.sample, at + START, now + START, value, qualityOf(quality)), this.sink);
    return this;
  }

  /** Engine time comes to `now`. */
  tick(now: number, gatewayOnline = false): this {
    this.now = now;
    for (let i = 0; i < this.due.length; i++) {
      if (this.due[i].at > now) continue;
      const [{ slot }] = this.due.splice(i--, 1);
      judgeDue(this.memory, slot, now + START, this.sink, gatewayOnline);
      // Others have moved just now.
      watchDue(this.memory, slot, now + START, () => now + START, this.sink);
    }
    return this;
  }

  silence(now: number, point = 0): this {
    judgeSilence(this.memory, point, now + START, this.sink);
    return this;
  }

  resume(downFrom: number, now: number): this {
    resume(this.memory, downFrom + START, now + START, this.sink);
    return this;
  }

  reset(slot: number, now: number): this {
    releaseLatch(this.memory, slot, now + START, this.sink);
    return this;
  }

  change(changes: Partial<StatedPoint>, now: number, point = 0): this {
    this.memory.install(pointOf(changes), point);
    this.memory.rejudge(point, now + START, this.sink);
    return this;
  }

  /** Level of a rule of a point, by id; `limits` is the side that has gone further. */
  level(rule = 'limits', point = 0): string {
    return LEVEL_NAMES[this.view(rule, point)?.level ?? 0];
  }

  levels(): Level[] {
    return Array.from({ length: this.memory.slots.rows }, (_, slot) => levelOf(this.memory.slots, slot));
  }

  view(rule = 'limits', point = 0): SlotView | undefined {
    return this.memory
      .slotsOf(point)
      .map((slot) => viewSlot(this.memory, slot))
      .filter((view) => view.rule === rule || view.rule.startsWith(`${rule}-`))
      .sort((a, b) => b.level - a.level)[0];
  }

  /** Replaces the memory by what its own image gives. */
  restart(): this {
    const { header, columns } = this.memory.encode();
    const stored = JSON.parse(JSON.stringify(header)) as typeof header;
    const tables = storedTables(
      stored.tables,
      columns.map((part) => part.slice()),
    );
    this.memory = RuleMemory.load(stored, tables);
    return this;
  }

  private name(slot: number): string {
    const point = this.memory.pointOf(slot);
    const { rule } = viewSlot(this.memory, slot);
    return point === 0 ? rule : `${point}:${rule}`;
  }
}
