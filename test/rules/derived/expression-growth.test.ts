// What is known only as "at least so much" may stand in an expression where more of it makes the value grow, and nowhere else.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../../src/rules/derived/expression.ts';

const NUMBER = { many: false, valueKind: 'number', unit: '' } as const;
const FIGURES = { plus: 3, minus: -2 };
const LIST = [1, 4];

function compiled(text: string, valueKind: 'number' | 'boolean' = 'number') {
  const inputs = { a: NUMBER, b: NUMBER, l: { ...NUMBER, many: true } };
  const found = compileExpression(text, { inputs, parameters: Object.keys(FIGURES), valueKind, unit: '' });
  if (!found.ok) throw new Error(`${text}: ${found.errors.join('; ')}`);
  return found.expression;
}
const growing = (text: string, valueKind?: 'number' | 'boolean'): string =>
  ['a', 'b', 'l'].filter((input) => compiled(text, valueKind).neverFalls(input, FIGURES)).join(' ');

describe('an input that is at least so much', () => {
  it.each([
    ['a + b', 'a b l'],
    ['a - b', 'a l'],
    ['a / plus * 100', 'a b l'],
    ['a / minus', 'b l'],
    // The inflow by its average: a smaller average is a greater rise.
    ['a / b', 'l'],
    ['a * b', 'l'],
    ['-a', 'b l'],
    ['abs(a)', 'b l'],
    ['max(a, min(b, 2.0))', 'a b l'],
    ['sum(l) - a', 'b l'],
    ['b > 0.0 ? a : 0.0', 'a l'],
    ['sum(l.map(x, x * minus))', 'a b'],
    ['double(size(l.filter(x, x > a)))', 'b'],
  ])('stands in %s as %s', (text, names) => {
    expect(growing(text)).toBe(names);
  });

  it.each([
    ['a > plus && b < 2', 'a l'],
    ['!(a > 3)', 'b l'],
    ['a == 3.0', 'b l'],
    ['l.exists(x, x >= a)', 'b l'],
    ['l.all(x, x < 5)', 'a b'],
    ['known(a) && b >= 1', 'a b l'],
  ])('stands in %s as %s', (text, names) => {
    expect(growing(text, 'boolean')).toBe(names);
  });

  it('never makes less of the truth than it is', () => {
    const { numeral } = fc.letrec<{ numeral: string; truth: string }>((tie) => ({
      numeral: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        fc.constantFrom('a', 'b', 'plus', 'minus', '2', '-1.5', 'sum(l)', 'max(l)'),
        fc
          .tuple(tie('numeral'), fc.constantFrom('+', '-', '*', '/'), tie('numeral'))
          .map(([x, sign, y]) => `(${x} ${sign} ${y} * 1.0)`),
        fc.tuple(fc.constantFrom('abs', '-', 'double'), tie('numeral')).map(([f, x]) => `${f}(${x} + 0.0)`),
        fc
          .tuple(fc.constantFrom('max', 'min'), tie('numeral'), tie('numeral'))
          .map(([f, x, y]) => `${f}(${x} + 0.0, ${y} + 0.0)`),
        fc.tuple(tie('truth'), tie('numeral'), tie('numeral')).map(([x, y, z]) => `(${x} ? ${y} + 0.0 : ${z} + 0.0)`),
      ),
      truth: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        fc
          .tuple(tie('numeral'), fc.constantFrom('<', '<=', '>', '>='), tie('numeral'))
          .map(([x, sign, y]) => `(${x} + 0.0 ${sign} ${y} + 0.0)`),
        fc.tuple(tie('truth'), fc.constantFrom('&&', '||'), tie('truth')).map(([x, sign, y]) => `(${x} ${sign} ${y})`),
        tie('truth').map((x) => `!${x}`),
        tie('numeral').map((x) => `l.exists(i, i > ${x} + 0.0)`),
      ),
    }));
    const figure = fc.double({ min: -8, max: 8, noNaN: true });
    let held = 0;
    fc.assert(
      fc.property(numeral, figure, figure, figure, (text, a, b, more) => {
        // What takes too long is refused, whatever it says.
        fc.pre(text.length < 300 && text.split('exists').length < 3);
        const expression = compiled(`${text} + 0.0`);
        const values = { a, b, l: LIST, part_l: LIST, whole_l: true, ...FIGURES };
        const seen = expression.evaluate(values) ?? Number.NaN;
        const raised = Math.abs(more);
        const truths = {
          a: { ...values, a: a + raised },
          b: { ...values, b: b + raised },
          l: { ...values, l: [LIST[0] + raised, LIST[1]], part_l: [LIST[0] + raised, LIST[1]] },
        };
        for (const [input, truth] of Object.entries(truths)) {
          const known = expression.evaluate(truth) ?? Number.NaN;
          if (!expression.neverFalls(input, FIGURES) || !Number.isFinite(known) || !Number.isFinite(seen)) continue;
          if (text.includes(input)) held++;
          expect(known, `${text} as ${input} grows`).toBeGreaterThanOrEqual(seen - 1e-9 * Math.abs(seen));
        }
      }),
      { numRuns: 1_000 },
    );
    expect(held).toBeGreaterThan(100);
  });
});
