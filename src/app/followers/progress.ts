/**
 * How far what was let out has come, for who counts from outside: numbers that a crash can take back are told to nobody. It
 * counts and keeps nothing else.
 */
import type { EngineState } from '../../engine/state.ts';
import type { RecordNumber } from '../../log/port.ts';
import type { Follower, Released } from '../sequencer/released.ts';

export class Progress implements Follower {
  readonly name = 'progress';
  private input: RecordNumber;
  private transition: number;
  private registered: number;

  /** The state as restored: everything restored is durable. */
  constructor({ n, seq, registry }: EngineState) {
    this.input = n;
    this.transition = seq;
    this.registered = registry.points.length;
  }

  /** Number of the newest input let out. */
  get n(): RecordNumber {
    return this.input;
  }

  /** Number of the newest transition let out. */
  get seq(): number {
    return this.transition;
  }

  /** Registered points. */
  get points(): number {
    return this.registered;
  }

  follow({ n, transitions, configurations }: Released): void {
    this.input = n;
    if (transitions.length > 0) this.transition = transitions[transitions.length - 1].seq;
    for (const { counts } of configurations) this.registered += counts.added.point;
  }
}
