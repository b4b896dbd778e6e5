/**
 * Sum of what came in a window: rain by amounts, released energy. Where more than a tenth of it is unknown or
 * doubtful the sum is "at least so much", and says so by its quality: it may raise, and calms nothing. A reading without its
 * time may come twice: it shows that somebody is there, adds nothing, and its time is doubtful.
 */
import { Columns } from '../../../model/columns.ts';
import { GOOD, UNCERTAIN } from '../../../model/quality.ts';
import type { EpochMs } from '../../../model/time.ts';
import type { DerivedFunction, Given, InputNow, Parameters } from '../fn.ts';
import { UNKNOWN_SHARE_MAX, WINDOW } from '../fn.ts';
import { HeldWindow } from '../held-window.ts';

/** Sums `amountOf` each reading over the window. */
abstract class InWindow implements DerivedFunction {
  abstract readonly definition: DerivedFunction['definition'];
  private readonly window;
  readonly tables: DerivedFunction['tables'];

  constructor(name: string, others: DerivedFunction['tables'] = []) {
    this.window = new HeldWindow(`derived-${name}`, false);
    this.tables = [...this.window.tables, ...others];
  }

  protected abstract amountOf(row: number, input: InputNow, parameters: Parameters): number;

  feed(row: number, input: InputNow, parameters: Parameters): void {
    this.window.take(row, input, parameters.windowMs);
    if (!input.untimed) this.window.add(row, input.at, this.amountOf(row, input, parameters));
  }

  resume(row: number, input: InputNow, { windowMs }: Parameters): void {
    this.window.take(row, input, windowMs);
  }

  lose(row: number, at: EpochMs): void {
    this.window.lose(row, at);
  }

  give(row: number, inputs: readonly InputNow[], { windowMs }: Parameters, now: EpochMs, given: Given): void {
    const { sum, sureMs } = this.window.look(row, windowMs, now);
    given.value = sum;
    given.atLeast = sureMs < (1 - UNKNOWN_SHARE_MAX) * windowMs;
    given.blind = inputs[0].lost;
    given.quality = given.atLeast ? UNCERTAIN : GOOD;
    given.changesAt = sum === 0 && given.quality === GOOD ? Number.POSITIVE_INFINITY : this.window.movesAt(row, now);
  }
}

export class WindowSum extends InWindow {
  readonly definition = {
    name: 'windowSum',
    meaning: 'sum of the readings in the window; at least so much where more than a tenth of it is unknown',
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

/** What a switch said last; 0 where it has said nothing yet. */
const WAS_OFF = 1;
const WAS_ON = 2;
const SWITCH_LAYOUT = { was: 'u8' } as const;

export class WindowCount extends InWindow {
  readonly definition = {
    name: 'windowCount',
    meaning: 'how many readings in the window are at or above a figure; of a switch: how many times it came on',
    many: false,
    takes: ['number', 'boolean'],
    gives: 'number',
    unitOf: () => undefined,
    parameters: {
      windowMs: WINDOW,
      above: { meaning: 'counted from here on', unit: 'input', min: -1e12, max: 1e12, otherwise: 1 },
    },
  } as const;

  private readonly switches;

  constructor() {
    const switches = new Columns(SWITCH_LAYOUT);
    super('window-count', [{ name: 'derived-window-count-switch', columns: switches }]);
    this.switches = switches;
  }

  protected amountOf(row: number, { value, isSwitch }: InputNow, { above }: Parameters): number {
    return isSwitch ? this.cameOn(row, value !== 0) : value >= above ? 1 : 0;
  }

  /** One that says again that it is on has not come on; nor has one that nobody has known to be off. */
  private cameOn(row: number, isOn: boolean): number {
    this.switches.ensure(row + 1);
    const { was } = this.switches.col;
    const before = was[row];
    was[row] = isOn ? WAS_ON : WAS_OFF;
    return isOn && before === WAS_OFF ? 1 : 0;
  }
}
