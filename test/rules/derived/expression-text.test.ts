// What runs is what was stated: every form against the same in JavaScript, whose operators bind alike.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../../src/rules/derived/expression.ts';

const VALUES = { a: 100, b: 30, c: 50, s: true, l: [1, 4] };
const NUMBER = { many: false, valueKind: 'number', unit: '' } as const;
const inputs = {
  a: NUMBER,
  b: NUMBER,
  c: NUMBER,
  s: { ...NUMBER, valueKind: 'boolean' },
  l: { ...NUMBER, many: true },
} as const;

function run(text: string): number | undefined {
  const compiled = compileExpression(text, { inputs, parameters: [], valueKind: 'number', unit: '' });
  if (!compiled.ok) throw new Error(`${text}: ${compiled.errors.join('; ')}`);
  const known = { known_a: true, known_b: true, known_c: true, known_s: true, known_l: true };
  return compiled.expression.evaluate({ ...VALUES, part_l: VALUES.l, whole_l: true, ...known });
}

describe('an expression', () => {
  it.each([
    ['a - (b + c)', 20],
    ['a - (b - c)', 120],
    ['a - b - c', 20],
    ['-(s ? a : b)', -100],
    ['(s ? a : b) + c', 150],
    ['a / (b / c)', 100 / (30 / 50)],
    ['-(-a)', 100],
    ['a * (b + c) - -c', 8_050],
    ['sum(l.map(x, x - (b - c)))', 45],
    ['!(s && a < b) ? max(a, -(b + c)) : 0.0', 100],
    ['double(size(l.filter(x, x > 2.0)))', 1],
    ['[a, b][1]', 30],
    ['a in l ? 1.0 : 2.0', 2],
  ])('%s is %d', (text, value) => {
    expect(run(text)).toBeCloseTo(value, 9);
  });

  it('is computed as it stands, whatever its parentheses', () => {
    const numeral = fc.letrec<{ numeral: string }>((tie) => ({
      numeral: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('a', 'b', 'c', '2.5'),
        fc
          .tuple(tie('numeral'), fc.constantFrom('+', '-', '*'), tie('numeral'), fc.boolean())
          .map(([x, sign, y, closed]) => (closed ? `(${x} ${sign} ${y})` : `${x} ${sign} ${y}`)),
        tie('numeral').map((x) => `-(${x})`),
        fc.tuple(tie('numeral'), tie('numeral'), tie('numeral')).map(([x, y, z]) => `(${x} < ${y} ? ${y} : ${z})`),
      ),
    })).numeral;
    fc.assert(
      fc.property(numeral, (text) => {
        fc.pre(text.length < 200);
        const { a, b, c } = VALUES;
        const stated = new Function('a', 'b', 'c', `return ${text};`)(a, b, c) as number;
        expect(run(text)).toBeCloseTo(stated, 6 - Math.ceil(Math.log10(1 + Math.abs(stated))));
      }),
      { numRuns: 500 },
    );
  });
});
