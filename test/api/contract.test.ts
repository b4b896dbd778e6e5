// The pure questions a screen asks of an alert. A wrong answer here silences somebody's alarm, so all cases are written out.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/api/schemas/alerts.ts';
import { alertSchema } from '../../src/api/schemas/alerts.ts';
import { queryList, queryNumber } from '../../src/api/schemas/scalars.ts';
import {
  ackedAt,
  checksumByGrade,
  countByGrade,
  GRADES_WORST_FIRST,
  owesAcknowledgement,
  stateFor,
  worstFirst,
} from '../../src/api/shapes/alert.ts';
import { ERROR_CODES } from '../../src/api/shapes/error-codes.ts';
import { follows } from '../../src/api/shapes/live.ts';
import { DUTY_LEVELS } from '../../src/model/alert.ts';
import { OUTCOME_CODES } from '../../src/model/command.ts';
import { makeAlert } from '../support/build/alert.ts';

describe('whose acknowledgement covers', () => {
  it('an acknowledgement covers its own level and every one below, none above', () => {
    for (const [i, given] of DUTY_LEVELS.entries()) {
      for (const [j, asked] of DUTY_LEVELS.entries()) {
        expect(ackedAt(makeAlert({ acked: true, ackedLevel: given }), asked)).toBe(i >= j);
      }
    }
  });

  it('covers nobody when none stands', () => {
    for (const level of DUTY_LEVELS) expect(ackedAt(makeAlert(), level)).toBe(false);
  });

  it.each([
    // state as the lowest level sees it, acked there, level whose acknowledgement covers → as enterprise, county, province see it
    ['unacknowledged', null, 'unacknowledged', 'unacknowledged', 'unacknowledged'],
    ['acknowledged', 'enterprise', 'acknowledged', 'unacknowledged', 'unacknowledged'],
    ['acknowledged', 'county', 'acknowledged', 'acknowledged', 'unacknowledged'],
    ['acknowledged', 'province', 'acknowledged', 'acknowledged', 'acknowledged'],
    ['returned-unacknowledged', null, 'returned-unacknowledged', 'returned-unacknowledged', 'returned-unacknowledged'],
    ['normal', 'enterprise', 'normal', 'returned-unacknowledged', 'returned-unacknowledged'],
    ['normal', 'province', 'normal', 'normal', 'normal'],
    ['shelved', 'enterprise', 'shelved', 'shelved', 'shelved'],
    ['latched', 'enterprise', 'latched', 'latched', 'latched'],
    ['suppressed', null, 'suppressed', 'suppressed', 'suppressed'],
    ['out-of-service', null, 'out-of-service', 'out-of-service', 'out-of-service'],
  ] as const)('%s, acknowledged up to %s', (state, ackedLevel, enterprise, county, province) => {
    const alert = makeAlert({ state, ackedLevel, acked: ackedLevel !== null });
    expect(stateFor(alert, 'enterprise')).toBe(enterprise);
    expect(stateFor(alert, 'county')).toBe(county);
    expect(stateFor(alert, 'province')).toBe(province);
  });

  it('a closed alert owes nobody an answer', () => {
    const closed = makeAlert({
      state: 'normal',
      acked: true,
      ackedLevel: 'enterprise',
      handling: 'closed',
      closedAt: 9,
    });
    for (const level of DUTY_LEVELS) expect(owesAcknowledgement(closed, level)).toBe(false);
  });
});

describe('worst first', () => {
  it('puts what I still owe first, then the worse grade, then the newer', () => {
    const quietRed = makeAlert({ id: 'a', grade: 'red', state: 'acknowledged', acked: true, ackedLevel: 'city' });
    const blue = makeAlert({ id: 'b', grade: 'blue' });
    const orange = makeAlert({ id: 'c', grade: 'orange', raisedAt: 5 });
    const newerOrange = makeAlert({ id: 'd', grade: 'orange', raisedAt: 6 });
    const sorted = (level: 'county' | 'province') =>
      [quietRed, blue, orange, newerOrange].sort(worstFirst(level)).map(({ id }) => id);
    expect(sorted('county')).toEqual(['d', 'c', 'b', 'a']);
    // The province has not acknowledged the red one: for it, that is the first.
    expect(sorted('province')).toEqual(['a', 'd', 'c', 'b']);
  });

  const anyAlert = fc
    .record({
      id: fc.string({ minLength: 1, maxLength: 3 }),
      grade: fc.constantFrom(...GRADES_WORST_FIRST),
      raisedAt: fc.integer({ min: 0, max: 3 }),
      seq: fc.integer({ min: 1, max: 9 }),
      ackedLevel: fc.constantFrom(null, ...DUTY_LEVELS),
    })
    .map((given): Alert => {
      const acked = given.ackedLevel !== null;
      return makeAlert({ ...given, acked, state: acked ? 'acknowledged' : 'unacknowledged' });
    });

  it('is a total order whatever the order it is given', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyAlert, { selector: ({ id }) => id }),
        fc.constantFrom(...DUTY_LEVELS),
        (alerts, level) => {
          const once = [...alerts].sort(worstFirst(level));
          expect([...alerts].reverse().sort(worstFirst(level))).toEqual(once);
        },
      ),
    );
  });

  it('the checksum does not depend on the order and tells a missed change', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyAlert, { selector: ({ id }) => id, minLength: 1 }), (alerts) => {
        const sum = checksumByGrade(alerts);
        expect(checksumByGrade([...alerts].reverse())).toEqual(sum);
        const [first, ...rest] = alerts;
        expect(checksumByGrade([{ ...first, seq: first.seq + 1 }, ...rest])).not.toEqual(sum);
        expect(checksumByGrade(rest)).not.toEqual(sum);
      }),
    );
  });
});

describe('the rest of the contract', () => {
  it('counts by grade', () => {
    expect(
      countByGrade([makeAlert({ grade: 'red' }), makeAlert({ grade: 'red' }), makeAlert({ grade: 'blue' })]),
    ).toEqual({
      red: 2,
      orange: 0,
      yellow: 0,
      blue: 1,
    });
  });

  it('a message follows only when it begins where the last one ended', () => {
    expect(follows('e~0:7', { from: 'e~0:7' })).toBe(true);
    expect(follows('e~0:7', { from: 'e~0:8' })).toBe(false);
    expect(follows('e~0:7', { from: 'd~0:7' })).toBe(false);
  });

  it('every refusal of the engine is a code of the error table', () => {
    for (const code of OUTCOME_CODES) if (code !== 'applied') expect(ERROR_CODES).toHaveProperty(code);
  });

  it('lets nothing out that is not in the contract', () => {
    expect(alertSchema.parse({ ...makeAlert({ id: 'a' }), memory: 'internal' })).not.toHaveProperty('memory');
  });

  it('takes lists and numbers of a query only as they are meant', () => {
    expect(queryList(['a', 'b']).parse('b,a')).toEqual(['b', 'a']);
    for (const bad of ['', 'c', 'a,,b', 'a;b']) expect(queryList(['a', 'b']).safeParse(bad).success, bad).toBe(false);
    expect(queryNumber.parse('1763775600000')).toBe(1_763_775_600_000);
    for (const bad of ['', '-1', '1.5', '1e9', ' 1', '99999999999999999']) {
      expect(queryNumber.safeParse(bad).success, bad).toBe(false);
    }
  });
});
