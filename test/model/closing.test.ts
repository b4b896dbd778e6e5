// Who may close: one table for the policy and the engine, in which no word may be wrong and no grade missing.
import { describe, expect, it } from 'vitest';
import { CLOSING_TERMS, isCloser, mayClose, parseClosing } from '../../src/model/closing.ts';

const TABLE = `
alert         | roles       | duty level | cause | verified | note | second
hazard blue   | operator    | enterprise | no    | no       | no   | -
hazard yellow | park-duty   | park       | yes   | no       | no   | -
hazard orange | county-duty | county     | yes   | yes      | no   | -
hazard red    | city-duty   | city       | yes   | yes      | yes  | orange
device blue   | operator    | enterprise | no    | no       | no   | -
device yellow | park-duty   | enterprise | no    | no       | no   | -
device orange | county-duty | enterprise | no    | no       | no   | -
device red    | city-duty   | enterprise | no    | no       | no   | -
`;

describe('closing', () => {
  it('who may close a worse grade may close a milder one', () => {
    const { hazard } = parseClosing(TABLE);
    expect([...hazard.blue.roles]).toEqual(['operator', 'park-duty', 'county-duty', 'city-duty']);
    expect([...hazard.red.roles]).toEqual(['city-duty']);
  });

  it('an operator does not close a red, and a city officer at the desk of a county neither', () => {
    const red = { kind: 'hazard', peakGrade: 'red' } as const;
    expect(mayClose({ role: 'operator', level: 'city' }, red)).toBe(false);
    expect(isCloser({ role: 'city-duty', level: 'county' }, red)).toBe(false);
    expect(isCloser({ role: 'city-duty', level: 'city' }, red)).toBe(true);
    expect(mayClose({ role: 'a role of yesterday', level: 'province' }, red)).toBe(false);
  });

  it('takes two persons for a red: the other one may be of the county', () => {
    const red = { kind: 'hazard', peakGrade: 'red' } as const;
    expect(CLOSING_TERMS.hazard.red).toMatchObject({ verified: true, note: true, second: 'orange' });
    expect(mayClose({ role: 'county-duty', level: 'county' }, red)).toBe(true);
    expect(isCloser({ role: 'county-duty', level: 'county' }, red)).toBe(false);
    expect(mayClose({ role: 'safety-director', level: 'enterprise' }, red)).toBe(false);
  });

  it('from yellow up a hazard is not closed without a cause', () => {
    const causes = (['blue', 'yellow', 'orange', 'red'] as const).map((grade) => CLOSING_TERMS.hazard[grade].cause);
    expect(causes).toEqual([false, true, true, true]);
  });

  it.each([
    ['a grade left out', TABLE.replace(/^device blue.*\n/m, ''), 'the two kinds by the four grades'],
    ['a grade that is none', TABLE.replace('device blue ', 'device green'), 'row "device blue": is missing'],
    ['an unknown role', TABLE.replace('| operator ', '| operater '), 'unknown role "operater"'],
    ['an unknown level', TABLE.replace('| park   ', '| parks  '), 'unknown duty level "parks"'],
    ['half an answer', TABLE.replace('| yes', '| ja'), '"ja" is neither yes nor no'],
    ['a second person for a grade that is none', TABLE.replace('| orange\n', '| ogre\n'), 'unknown grade "ogre"'],
    ['an unknown column', TABLE.replace('| cause', '| causes'), 'no column "cause"'],
  ])('a table with %s ends the start', (_what, text, why) => {
    expect(() => parseClosing(text)).toThrow(why);
  });
});
