/**
 * Sum of what came in a window: rain by amounts, released energy. Where the sensor was blind for a part of it the sum is "at
 * least so much", and says so by its quality: it may raise, and calms nothing.
 */
import { GOOD, UNCERTAIN } from '../../../model/quality.ts';
import type { EpochMs } from '../../../model/time.ts';
import { BucketRing } from '../bucket-ring.ts';
import type { DerivedFunction, Given, InputNow, Parameters } from '../fn.ts';
import { UNKNOWN_SHARE_MAX, WINDOW } from '../fn.ts';
import { HeldInput } from '../held-input.ts';

/** Sums `amountOf` each reading over the window. */
abstract class InWindow implements DerivedFunction {
  abstract readonly definition: DerivedFunction['definition'];
  private readonly ring = new BucketRing();
  /** The time in which the sensor was known to be there. */
  private readonly held = new HeldInput();
  readonly tables;

  constructor(name: string) {
    this.tables = [
      { name: `derived-${name}`, columns: this.ring.table },
      { name: `derived-${name}-held`, columns: this.held.table },
    ];
  }

  protected abstract amountOf(row: number, input: InputNow, parameters: Parameters): number;

  feed(row: number, input: InputNow, parameters: Parameters): void {
    this.ring.ensure(row, parameters.windowMs);
    this.held.take(row, input.at, 0, input.holdMs, this.seen(row));
    this.ring.add(row, input.at, this.amountOf(row, input, parameters));
  }

  lose(row: number, at: EpochMs, { windowMs }: Parameters): void {
    this.ring.ensure(row, windowMs);
    this.held.lose(row, at, this.seen(row));
  }

  give(row: number, inputs: readonly InputNow[], { windowMs }: Parameters, now: EpochMs, given: Given): void {
    this.ring.ensure(row, windowMs);
    this.held.upTo(row, now, this.seen(row));
    given.value = this.ring.sum(row, now);
    given.blind = inputs[0].lost;
    given.quality = this.ring.knownMs(row, now) >= (1 - UNKNOWN_SHARE_MAX) * windowMs ? GOOD : UNCERTAIN;
    given.changesAt =
      given.value === 0 && given.quality === GOOD ? Number.POSITIVE_INFINITY : this.ring.movesAt(row, now);
  }

  private seen(row: number) {
    return (from: EpochMs, to: EpochMs) => this.ring.addOver(row, from, to, 0);
  }
}

export class WindowSum extends InWindow {
  readonly definition = {
    name: 'windowSum',
    meaning: 'sum of the readings in the window; at least so much where the sensor was blind',
    many: false,
    takes: ['number'],
    gives: 'number',
    unitOf: (unit: string) => unit,
    parameters: { windowMs: WINDOW },
  } as const;

  constructor() {
    super('window-sum');
  }

  protected amountOf(_row: number, { value }: InputNow): number {
    return value;
  }
}

export class WindowCount extends InWindow {
  readonly definition = {
    name: 'windowCount',
    meaning: 'how many readings in the window are at or above a figure (of switches: how many times on)',
    many: false,
    takes: ['number', 'boolean'],
    gives: 'number',
    unitOf: () => undefined,
    parameters: {
      windowMs: WINDOW,
      above: { meaning: 'counted from here on', unit: 'input', min: -1e12, max: 1e12, otherwise: 1 },
    },
  } as const;

  constructor() {
    super('window-count');
  }

  protected amountOf(_row: number, { value }: InputNow, { above }: Parameters): number {
    return value >= above ? 1 : 0;
  }
}
