// One named function of derived points, asked as the engine asks it.
import { BAD, GOOD } from '../../../src/model/quality.ts';
import { SECOND_MS } from '../../../src/model/time.ts';
import type { Given, InputNow, Parameters } from '../../../src/rules/derived/fn.ts';
import { newFunctions } from '../../../src/rules/derived/functions.ts';

export const START = 1_763_775_600_000;
export const NEVER = Number.POSITIVE_INFINITY;

/** One derived point of a function, asked as the engine asks it. */
export class Bench {
  readonly inputs: InputNow[];
  now = START;
  private readonly fn;
  private readonly parameters: Parameters;

  constructor(name: string, parameters: Parameters, inputs = 1, holdMs = 30 * SECOND_MS) {
    this.fn = newFunctions().find(({ definition }) => definition.name === name)!;
    this.parameters = parameters;
    this.inputs = Array.from({ length: inputs }, () => ({
      value: Number.NaN,
      quality: BAD,
      certain: true,
      at: 0,
      lost: true,
      awaited: false,
      holdMs,
      isSwitch: false,
      untimed: false,
      atLeast: false,
    }));
  }

  says(value: number | boolean, { afterMs = 0, input = 0, quality = GOOD as InputNow['quality'] } = {}): Given {
    this.now += afterMs;
    Object.assign(this.inputs[input], { value: Number(value), quality, at: this.now, lost: false });
    this.fn.feed?.(0, this.inputs[input], this.parameters);
    return this.given();
  }

  /** A reading that was taken at `at` and is handed on now; nobody asks yet. */
  takes(value: number, at: number, input = 0): void {
    Object.assign(this.inputs[input], { value, quality: GOOD, at, lost: false });
    this.fn.feed?.(0, this.inputs[input], this.parameters);
  }

  loses(input = 0, afterMs = 0): Given {
    this.now += afterMs;
    this.inputs[input].lost = true;
    this.fn.lose?.(0, this.now, this.parameters);
    return this.given();
  }

  given(afterMs = 0): Given {
    this.now += afterMs;
    this.fn.note?.(0, this.inputs, this.parameters);
    const given: Given = { value: Number.NaN, quality: GOOD, atLeast: false, blind: false, changesAt: NEVER, odd: -1 };
    this.fn.give(0, this.inputs, this.parameters, this.now, given);
    return given;
  }
}
