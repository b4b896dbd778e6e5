/**
 * What was released and is not in the state store yet, by what it weighs: while the store is away it must not grow with the
 * outage. What does not fit is dropped whole, because the log has it: from where on everything is here, it says.
 */
import type { ConfigurationOutcome } from '../../engine/effect.ts';
import type { RecordNumber } from '../../log/port.ts';
import type { Released } from '../sequencer/released.ts';
import { weightOf } from './recent-transitions.ts';

/** Without the readings, and without what only an answer needs. */
export type Kept = Pick<Released, 'n' | 'at' | 'transitions' | 'capsules' | 'outcomes'> & {
  readonly configurations: readonly Omit<ConfigurationOutcome, 'counts'>[];
};

const MIB = 1024 * 1024;
const QUEUE_BYTES_MAX = 32 * MIB;
/** As much as crosses to the store's thread in a few milliseconds of this one; more is taken in the next round. */
const BATCH_ROWS = 200;
const BATCH_BYTES = MIB / 2;
/** As objects in memory, about: an input, and each thing it led to. */
const INPUT_BYTES = 200;
const OUTCOME_BYTES = 300;
const CAPSULE_BYTES = 4_000;
const CAPSULE_POINT_BYTES = 1_000;
const CHANGE_BYTES = 300;
const FIELD_BYTES = 150;

export const isNothing = ({ transitions, capsules, outcomes, configurations }: Kept): boolean =>
  transitions.length + capsules.length + outcomes.length + configurations.length === 0;

/** Some of what was released, in order. */
export class Batch {
  readonly kept: Kept[] = [];
  private rows = 0;
  private bytes = 0;

  get isFull(): boolean {
    return this.rows >= BATCH_ROWS || this.bytes >= BATCH_BYTES;
  }

  add(kept: Kept): void {
    this.kept.push(kept);
    this.rows += kept.configurations.reduce((sum, { changes }) => sum + changes.length, kept.transitions.length);
    this.bytes += bytesOf(kept);
  }
}

export class ProjectionQueue {
  private readonly bytesMax: number;
  private kept: Kept[] = [];
  private bytes = 0;
  private reachesBackTo: RecordNumber = 0;
  private droppedInputs = 0;

  constructor(bytesMax = QUEUE_BYTES_MAX) {
    this.bytesMax = bytesMax;
  }

  /** Everything that followed this input is here. */
  get from(): RecordNumber {
    return this.reachesBackTo;
  }

  /** What is held weighs this much. */
  get weight(): number {
    return this.bytes;
  }

  get isEmpty(): boolean {
    return this.kept.length === 0;
  }

  /** Inputs that led to something, those that were dropped among them. */
  get waiting(): number {
    return this.kept.length + this.droppedInputs;
  }

  /** What comes follows this input; nothing is here yet. */
  beginAfter(n: RecordNumber): void {
    this.reachesBackTo = n;
  }

  push(kept: Kept): void {
    const bytes = bytesOf(kept);
    if (this.kept.length > 0 && this.bytes + bytes > this.bytesMax) this.drop(kept.n - 1);
    this.kept.push(kept);
    this.bytes += bytes;
  }

  take(): Kept[] {
    const batch = new Batch();
    for (const kept of this.kept) {
      if (batch.isFull) break;
      batch.add(kept);
    }
    this.kept.splice(0, batch.kept.length);
    for (const kept of batch.kept) this.bytes -= bytesOf(kept);
    return batch.kept;
  }

  putBack(batch: readonly Kept[]): void {
    this.kept.unshift(...batch);
    for (const kept of batch) this.bytes += bytesOf(kept);
  }

  /** Of what was dropped, this much is in the store by another way. */
  recovered(inputs: number): void {
    this.droppedInputs = Math.max(0, this.droppedInputs - inputs);
  }

  /** Everything up to this input is in the store by another way. */
  passedTo(n: RecordNumber): void {
    this.droppedInputs = 0;
    while (this.kept.length > 0 && this.kept[0].n <= n) this.bytes -= bytesOf(this.kept.shift()!);
  }

  private drop(upTo: RecordNumber): void {
    this.droppedInputs += this.kept.length;
    this.kept = [];
    this.bytes = 0;
    this.reachesBackTo = upTo;
  }
}

function bytesOf({ transitions, capsules, outcomes, configurations }: Kept): number {
  let bytes = INPUT_BYTES + OUTCOME_BYTES * outcomes.length;
  const points = new Map<number, number>();
  for (const { seq, alert } of transitions) {
    bytes += weightOf(alert);
    if (capsules.length > 0) points.set(seq, alert.points.length);
  }
  for (const { seq } of capsules) bytes += CAPSULE_BYTES + CAPSULE_POINT_BYTES * (points.get(seq) ?? 1);
  for (const { changes } of configurations)
    for (const { fields } of changes) bytes += CHANGE_BYTES + FIELD_BYTES * Object.keys(fields).length;
  return bytes;
}
