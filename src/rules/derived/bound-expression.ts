/**
 * An expression with the inputs of one derived point: which of them stands under which name, and what comes out of them as they
 * stand. What does not change from one reading to the next is looked up once. It remembers nothing of a reading.
 */
import type { Derivation } from '../../model/derivation.ts';
import { BAD, GOOD, UNCERTAIN } from '../../model/quality.ts';
import type { Expression, Values } from './expression.ts';
import { asksWhatIsKnown, knownName, partName, wholeName } from './expression.ts';
import type { Given, InputNow } from './fn.ts';

/** One name of the expression, and where its points lie among the inputs. */
interface Named {
  readonly name: string;
  /** The name that says whether it is known. */
  readonly known: string;
  /** Of several: the names of those that are known, and of whether they are all. */
  readonly part: string;
  readonly whole: string;
  readonly from: number;
  readonly to: number;
  readonly many: boolean;
  readonly isSwitch: boolean;
  /** What is at least so much may stand here: the value of the expression never falls as it grows. */
  readonly grows: boolean;
}

type OpenValues = Record<string, Values[string]>;

export class BoundExpression {
  private readonly expression: Expression;
  private readonly named: readonly Named[];
  private readonly parameters: Values;
  private readonly asks: boolean;
  /** Of inputs that are all known: every name has a value, so one object serves for all of them. */
  private readonly whole: OpenValues;

  constructor(expression: Expression, { inputs, parameters = {}, expression: text = '' }: Derivation) {
    this.expression = expression;
    this.parameters = parameters;
    this.asks = asksWhatIsKnown(text);
    let next = 0;
    this.named = Object.entries(inputs).map(([name, { points, many, valueKind }]) => {
      const from = next;
      next += points.length;
      const names = { name, known: knownName(name), part: partName(name), whole: wholeName(name) };
      const grows = expression.neverFalls(name, parameters);
      return { ...names, from, to: next, many, isSwitch: valueKind === 'boolean', grows };
    });
    this.whole = { ...parameters };
    for (const { known, whole, many } of this.named) {
      this.whole[known] = true;
      if (many) this.whole[whole] = true;
    }
  }

  /**
   * First from what is surely known; where that does not decide, from what is uncertain too, and at last from what is lost being
   * lost, where it asks for that (`known`): that may raise, and calms nothing. What matters to none is no part of the quality.
   * What is at least so much stands where it lets the value grow, which then is at least so much itself; elsewhere there is no
   * value before all of it is known. Nobody is blind for that: it is a matter of time.
   */
  give(inputs: readonly InputNow[], given: Given): void {
    let isLost = false;
    let isUncertain = false;
    for (const { lost, quality } of inputs) {
      if (lost) isLost = true;
      else if (quality !== GOOD) isUncertain = true;
    }
    const { expression } = this;
    const sure = expression.evaluate(isLost || isUncertain ? this.valuesOf(inputs, GOOD) : this.wholeOf(inputs));
    const doubtful = sure ?? (isUncertain ? expression.evaluate(this.valuesOf(inputs, UNCERTAIN)) : undefined);
    const value =
      doubtful ?? (isLost && this.asks ? expression.evaluate(this.valuesOf(inputs, UNCERTAIN, false)) : undefined);
    given.value = value ?? Number.NaN;
    given.blind = value === undefined && isLost;
    given.atLeast = sure === undefined && value !== undefined && this.restsOnLeast(inputs);
    given.quality = sure === undefined ? UNCERTAIN : GOOD;
    // Known, and still nothing can be made of it: a division by nothing.
    if (value !== undefined && !Number.isFinite(value)) given.quality = BAD;
  }

  private restsOnLeast(inputs: readonly InputNow[]): boolean {
    return this.named.some(
      ({ from, to, grows }) => grows && inputs.slice(from, to).some(({ lost, atLeast }) => atLeast && !lost),
    );
  }

  /** The way of nearly every reading. Valid until the next call. */
  private wholeOf(inputs: readonly InputNow[]): Values {
    for (const named of this.named) {
      const value = valueAt(named, inputs);
      this.whole[named.name] = value;
      if (named.many) this.whole[named.part] = value;
    }
    return this.whole;
  }

  /**
   * By name, what is known at least so well; a list of which one is missing, by those that are there, and not as a whole. Of what
   * is lost it is left open whether it is known, unless it is said what it is taken for.
   */
  private valuesOf(inputs: readonly InputNow[], atBest: number, lostAs?: false): Values {
    const values: OpenValues = { ...this.parameters };
    for (const named of this.named) {
      const own = inputs.slice(named.from, named.to);
      const lost = own.filter((one) => one.lost);
      // Who has had no time yet to speak is not missing.
      const known = lost.length === 0 ? true : lost.some(({ awaited }) => awaited) ? undefined : lostAs;
      if (known !== undefined) values[named.known] = known;
      const there = own.filter((one) => !one.lost && one.quality <= atBest && (named.grows || !one.atLeast));
      if (named.many) values[named.part] = valuesIn(there, named.isSwitch);
      if (there.length < own.length) continue;
      values[named.name] = valueAt(named, inputs);
      if (named.many) values[named.whole] = true;
    }
    return values;
  }
}

function valueAt({ from, to, many, isSwitch }: Named, inputs: readonly InputNow[]): Values[string] {
  if (!many) return isSwitch ? inputs[from].value !== 0 : inputs[from].value;
  return valuesIn(inputs.slice(from, to), isSwitch);
}

const valuesIn = (inputs: readonly InputNow[], isSwitch: boolean): Values[string] =>
  isSwitch ? inputs.map(({ value }) => value !== 0) : inputs.map(({ value }) => value);
