import { describe, expect, it } from 'vitest';
import type { Flags } from '../../src/alerts/state/flags.ts';
import { NORMAL, stateOf } from '../../src/alerts/state/flags.ts';
import { LIFECYCLE, transit } from '../../src/alerts/state/lifecycle.ts';
import type { LifecycleEvent } from '../../src/alerts/state/table.ts';
import {
  LETTERS_TEXT,
  LIFECYCLE_EVENTS,
  LIFECYCLE_TEXT,
  readLetters,
  readLifecycle,
} from '../../src/alerts/state/table.ts';
import type { AlertState } from '../../src/model/alert.ts';
import { ALERT_STATES, DUTY_LEVELS, rankOf } from '../../src/model/alert.ts';

// A NORM, B UNACK, C ACKED, D RTNUN, E SHLVD, F DSUPR, G OOSRV, L LATCH; * whatever lies beneath; . refused.
const LETTERS: Readonly<Record<string, AlertState>> = {
  A: 'normal',
  B: 'unacknowledged',
  C: 'acknowledged',
  D: 'returned-unacknowledged',
  E: 'shelved',
  F: 'suppressed',
  G: 'out-of-service',
  L: 'latched',
};
const STANDARD = `
                      A B C D L E F G
  condition           B B C B B E F G
  chatter             C B C B * E F G
  clear               . D A . . E F G
  clear-latched       . L L . . E F G
  acknowledge         . C . A L E F G
  re-annunciate       D B B D L E F G
  reset               . B C . * E F G
  shelve              E E E E . . . .
  unshelve            . . . . . * F G
  suppress            F F F F . F . G
  unsuppress          . . . . . . * G
  remove-from-service G G G G . G G .
  return-to-service   . . . . . . . *
`;

const EVERY_FLAGS: Flags[] = Array.from({ length: 64 }, (_, bits) => ({
  active: (bits & 1) !== 0,
  acked: (bits & 2) !== 0,
  shelved: (bits & 4) !== 0,
  suppressed: (bits & 8) !== 0,
  outOfService: (bits & 16) !== 0,
  latched: (bits & 32) !== 0,
}));

const rows = STANDARD.trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/));
const columns = rows[0];
const edges = rows
  .slice(1)
  .flatMap(([event, ...cells]) =>
    cells.map((cell, i) => ({ event: event as LifecycleEvent, from: LETTERS[columns[i]], cell })),
  );

describe('life cycle', () => {
  it('has a case for every state and event', () => {
    expect(edges.map(({ event, from }) => `${from} ${event}`).sort()).toEqual(
      ALERT_STATES.flatMap((state) => LIFECYCLE_EVENTS.map((event) => `${state} ${event}`)).sort(),
    );
  });

  it.each(edges)('$from + $event → $cell', ({ event, from, cell }) => {
    const entry = LIFECYCLE[from][event];
    if (cell === '.') expect(entry).toHaveProperty('refused', expect.stringMatching(/^[a-z-]+$/));
    else expect(entry).toEqual({ to: cell === '*' ? 'beneath' : LETTERS[cell] });
  });

  it('agrees with the facts, whatever they are', () => {
    for (const flags of EVERY_FLAGS) {
      for (const event of LIFECYCLE_EVENTS) {
        const cell = LIFECYCLE[stateOf(flags)][event];
        const passage = transit(flags, event);
        if ('refused' in cell) expect(passage).toEqual({ ok: false, reason: cell.refused });
        else if (!passage.ok) expect.unreachable(`${stateOf(flags)} + ${event}`);
        else {
          expect(passage.state).toBe(stateOf(passage.flags));
          if (cell.to !== 'beneath') expect(passage.state).toBe(cell.to);
        }
      }
    }
  });

  it('reaches every state from normal', () => {
    const seen = new Set<AlertState>();
    const reach = (flags: Flags, depth: number): void => {
      seen.add(stateOf(flags));
      if (depth === 0) return;
      for (const event of LIFECYCLE_EVENTS) {
        const passage = transit(flags, event);
        if (passage.ok) reach(passage.flags, depth - 1);
      }
    };
    reach(NORMAL, 3);
    expect([...seen].sort()).toEqual([...ALERT_STATES].sort());
  });

  it('never turns what is in alarm into calm by lifting a shelf, a design or a permit', () => {
    for (const flags of EVERY_FLAGS) {
      for (const event of ['unshelve', 'unsuppress', 'return-to-service'] as const) {
        const passage = transit(flags, event);
        if (!passage.ok || stateOf(flags) === passage.state) continue;
        if (flags.active) expect(['unacknowledged', 'shelved', 'suppressed']).toContain(passage.state);
        if (!flags.acked) expect(passage.state).not.toBe('normal');
        if (flags.latched) expect(passage.state).not.toBe('normal');
      }
    }
  });
});

describe('duty levels', () => {
  it('are ranked upwards', () => {
    expect(DUTY_LEVELS.map(rankOf)).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('the text of the table', () => {
  const letters = readLetters(LETTERS_TEXT);
  it.each([
    ['an event left out', LIFECYCLE_TEXT.replace(/^shelve .*\n/m, ''), 'row "shelve": is missing'],
    ['an event that is none', LIFECYCLE_TEXT.replace(/^clear {2}/m, 'clean  '), 'there is no such event'],
    ['a state left out', LIFECYCLE_TEXT.replace('| L |', '| Q |'), 'no column "L"'],
    ['a letter that stands for nothing', LIFECYCLE_TEXT.replace('| n |', '| k |'), '"k" stands for nothing'],
    ['a cell too few', LIFECYCLE_TEXT.replace(/^(reset .*) \| G$/m, '$1'), 'cells'],
  ])('with %s does not load', (_what, text, why) => {
    expect(() => readLifecycle(text, letters)).toThrow(why);
  });
});
