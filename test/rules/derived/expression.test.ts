// Expressions of derived points: what is taken, what is refused and why, and what they say when something is not known.
import { describe, expect, it } from 'vitest';
import type { Values } from '../../../src/rules/derived/expression.ts';
import { compileExpression, partName, wholeName } from '../../../src/rules/derived/expression.ts';
import type { ExpressionSetting } from '../../../src/rules/derived/setting.ts';

const flag = { many: false, valueKind: 'boolean', unit: '' } as const;
const gas = { many: false, valueKind: 'number', unit: '%{LEL}' } as const;
const level = { many: false, valueKind: 'number', unit: '%' } as const;
const heads = { many: true, valueKind: 'number', unit: '%{LEL}' } as const;
const inputs = { fan: flag, producing: flag, a: gas, b: gas, level, heads };
const setting = (of: Partial<ExpressionSetting> = {}): ExpressionSetting => ({
  inputs,
  parameters: ['limit'],
  valueKind: 'boolean',
  unit: '',
  ...of,
});

/** A list that is given is known as a whole, unless something else is said of it. */
const wholeLists = (values: Values): Values =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, given]) =>
      Array.isArray(given)
        ? [
            [partName(name), given],
            [wholeName(name), true],
          ]
        : [],
    ),
  );

const value = (text: string, values: Values, of?: Partial<ExpressionSetting>): number | undefined => {
  const compiled = compileExpression(text, setting(of));
  if (!compiled.ok) throw new Error(compiled.errors.join('; '));
  return compiled.expression.evaluate({ ...wholeLists(values), ...values });
};
const errors = (text: string, of?: Partial<ExpressionSetting>): readonly string[] => {
  const compiled = compileExpression(text, setting(of));
  return compiled.ok ? [] : compiled.errors;
};
const inLel = { valueKind: 'number', unit: '%{LEL}' } as const;

describe('an expression over the values of other points', () => {
  it.each([
    ['producing && !fan', { producing: true, fan: false }, 1],
    ['producing && !fan', { producing: true, fan: true }, 0],
    ['level >= 95 && a > limit', { level: 95, a: 26, limit: 25 }, 1],
    ['heads.filter(v, v >= limit).size() >= 2', { heads: [26, 3, 30], limit: 25 }, 1],
    ['heads.exists(v, v > 50)', { heads: [26, 3, 30] }, 0],
  ] as const)('%s of %o is %i', (text, values, expected) => {
    expect(value(text, values)).toBe(expected);
  });

  it.each([
    ['a - b', { a: 30, b: 12 }, 18],
    ['(a + b) / 2', { a: 30, b: 12 }, 21],
    ['max(a, b) * 1.5', { a: 30, b: 12 }, 45],
    ['min(abs(a - b), 360 - abs(a - b))', { a: 350, b: 10 }, 20],
    ['max(heads) - min(heads)', { heads: [5, 1, 9] }, 8],
    ['sum(heads)', { heads: [5, 1, 9] }, 15],
    ['abs(a - b)', { a: 1, b: 4 }, 3],
  ] as const)('%s of %o is %d', (text, values, expected) => {
    expect(value(text, values, inLel)).toBe(expected);
  });

  it('may ask whether an input is known: open where nobody says, and of an input as such only', () => {
    const text = 'a >= limit && (!known(b) || b >= limit)';
    expect(value(text, { a: 30, limit: 25, known_b: false })).toBe(1);
    expect(value(text, { a: 30, b: 3, limit: 25, known_b: true })).toBe(0);
    expect(value(text, { a: 30, limit: 25 })).toBeUndefined();
    // What it does not need it does not ask for.
    expect(value(text, { a: 3, limit: 25 })).toBe(0);
    expect(value('known(heads) && !known(fan)', { known_heads: true, known_fan: false })).toBe(1);
    expect(errors('known(a + b)')[0]).toContain('known takes the name of an input: fan, producing');
    expect(errors('known(limit)')[0]).toContain('known takes the name of an input');
    expect(errors('known(a, b)')).not.toEqual([]);
  });

  it('divided by nothing is no number, and so compares to nothing', () => {
    expect(value('a / b > 0.5', { a: 0, b: 0 })).toBeNaN();
    expect(value('!(heads.exists(v, v / b > 0.5))', { heads: [0, 0], b: 0 })).toBeNaN();
    expect(value('b > 0 && a / b > 0.5', { a: 0, b: 0 })).toBe(0);
  });

  it('takes its figures as they are written', () => {
    expect(value('a * 0.0000000000012 / 2', { a: 1e12 }, inLel)).toBeCloseTo(0.6, 9);
    expect(value('a * 1e24 / 1e24', { a: 7 }, inLel)).toBeCloseTo(7, 9);
    expect(value('a * (1 / 2)', { a: 30 }, inLel)).toBe(15);
  });

  it('is refused where lists are put together to go through them once more each', () => {
    const long = 'heads + heads';
    expect(errors(`(${long}).exists(x, (${long}).exists(y, x > y))`)[0]).toMatch(/steps/);
  });

  it('finds an answer without what is not known, where there is one', () => {
    expect(value('producing && !fan', { producing: false })).toBe(0);
    expect(value('producing && !fan', { fan: true })).toBe(0);
    expect(value('producing && !fan', { producing: true })).toBeUndefined();
    expect(value('fan || a > 25', { a: 30 })).toBe(1);
    expect(value('fan || a > 25', { a: 3 })).toBeUndefined();
  });

  it('finds one in a list of which some are not known, and none only in the whole list', () => {
    const part = { [partName('heads')]: [26, 3] };
    expect(value('heads.exists(v, v > 25)', part)).toBe(1);
    expect(value('heads.exists(v, v > 50)', part)).toBeUndefined();
    expect(value('heads.all(v, v > 25)', part)).toBe(0);
    expect(value('heads.all(v, v >= 3)', part)).toBeUndefined();
    expect(value('!heads.exists(v, heads.all(w, v >= w))', part)).toBeUndefined();
    expect(value('heads.filter(v, v > 25).size() > 0', part)).toBeUndefined();
    expect(value(`${'heads.exists(v, v > 90) || '.repeat(12)}fan`, { fan: true })).toBe(1);
  });

  it('is not finite where nothing can be computed from what is known, and never throws', () => {
    expect(value('a / b', { a: 1, b: 0 }, { valueKind: 'number', unit: '1' })).toBeNaN();
    expect(value('heads[3] > 1', { heads: [1] })).toBeNaN();
    expect(value('min(heads) > 1', { heads: [] })).toBe(1);
  });
});

describe('an expression that cannot be used is refused with everything that is wrong', () => {
  it.each([
    ['producing &&', {}, /^column \d+: ends too soon \/ 表达式不完整$/],
    ['producing && fann', {}, /^column 14 "fann": there is no input fann; there are fan, .*没有名为 fann 的输入/],
    ['level + 1', {}, /gives a number, where a boolean is needed/],
    ['fan', inLel, /gives a boolean, where a number is needed/],
    ['fan > 1', {}, /^column 1 "fan > 1": ">" cannot stand between a boolean and a number \/ “>”不能用于开关量与数值$/],
    ['heads > 25', {}, /go through the list, as in list.exists/],
    ['fan and producing', {}, /^column 5 "and": .*write &&/],
    ['a > 1 &&\n lell > 2', {}, /^line 2 column 2 "lell"/],
    ['a && fan', {}, /must be true or false, and is a number/],
    ['min(a) > 1', {}, /min does not take a number/],
    ['(a > 1', {}, /"\)" is missing/],
    ['a > level', {}, /^column 1 "a > level": %\{LEL\} and % are not of one unit \/ .*单位不一致$/],
    ['level + 1', inLel, /gives %, and the point is in %\{LEL\}/],
    ['heads.map(v, v + level).size() > 1', {}, /not of one unit/],
    ['"aaa".matches("(a+)+")', {}, /matches: not to be used here/],
    ['timestamp("2026-01-01T00:00:00Z") > timestamp("2025-01-01T00:00:00Z")', {}, /timestamp: not to be used here/],
    ['heads.all(v, heads.all(w, heads.all(x, x > v && v > w)))', {}, /takes up to/],
    [`${'a > 1 && '.repeat(80)}fan`, {}, /too long or too deep/],
    ['level > 95 && a > level && lel > 2', {}, /lel/],
  ] as const)('%s', (text, of, why) => {
    expect(errors(text, of).join('\n')).toMatch(why);
  });

  it('all of it at once', () => {
    expect(errors('a + level > size("x")', {}).length).toBeGreaterThan(1);
  });

  it('a product has the unit that the point states', () => {
    expect(errors('a * b', { valueKind: 'number', unit: '%' })).toEqual([]);
    // People by their approved number: the figure of the site is in people too.
    expect(errors('a / limit * 100', { valueKind: 'number', unit: '%' })).toEqual([]);
    expect(errors('a - limit', { valueKind: 'number', unit: '%' })).toEqual([
      'gives %{LEL}, and the point is in % / 结果的单位是 %{LEL}，而测点是 %',
    ]);
    expect(errors('a * 2', { valueKind: 'number', unit: '%' })).toEqual([
      'gives %{LEL}, and the point is in % / 结果的单位是 %{LEL}，而测点是 %',
    ]);
  });
});
