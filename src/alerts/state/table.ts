/**
 * The life of an alarm after ISA-18.2 as one total text table, and its reading: every event in every state leads to a state
 * or is refused with a named reason. A table with a hole, a word too many or an unknown letter does not load.
 */
import type { AlertState } from '../../model/alert.ts';
import { ALERT_STATES } from '../../model/alert.ts';
import { parseTextTable } from '../../model/text-table.ts';

// Some cells differ from what one might draw at first sight, each on the side of being heard:
// - a latched alarm whose condition returns goes to unacknowledged, not to acknowledged: it is a new activation;
// - chatter is a condition that comes again before it was away for long (chatter.ts): the answer that was given covers it,
//   and what nobody answered goes on asking;
// - re-annunciating a returned and acknowledged alarm (a missed excursion came to light) makes it owe an answer again;
// - one latched contributor may be reset while others keep the alarm active: the state stays what it was;
// - what was returned but never acknowledged comes out of a shelf that way: an expiring shelf must not calm anything;
// - in E, F and G the condition goes on being judged and recorded; only the picture does not change.
export const LIFECYCLE_TEXT = `
event               | A | B | C | D | L | E | F | G
condition           | B | B | C | B | B | E | F | G
chatter             | C | B | C | B | * | E | F | G
clear               | i | D | A | i | i | E | F | G
clear-latched       | i | L | L | i | i | E | F | G
acknowledge         | n | C | a | A | L | E | F | G
re-annunciate       | D | B | B | D | L | E | F | G
reset               | l | B | C | l | * | E | F | G
shelve              | E | E | E | E | r | x | y | z
unshelve            | s | s | s | s | s | * | F | G
suppress            | F | F | F | F | r | F | y | G
unsuppress          | p | p | p | p | p | p | * | G
remove-from-service | G | G | G | G | r | G | G | z
return-to-service   | o | o | o | o | o | o | o | *
`;

/** Capitals are states (ISA-18.2's letters, L the latch), small letters refusals. */
export const LETTERS_TEXT = `
letter | means
A      | normal
B      | unacknowledged
C      | acknowledged
D      | returned-unacknowledged
E      | shelved
F      | suppressed
G      | out-of-service
L      | latched
*      | beneath
a      | already-acknowledged
i      | not-active
l      | not-latched
n      | nothing-to-acknowledge
o      | not-out-of-service
p      | not-suppressed
r      | reset-first
s      | not-shelved
x      | already-shelved
y      | already-suppressed
z      | already-out-of-service
`;

export const LIFECYCLE_EVENTS = [
  'condition',
  'chatter',
  'clear',
  'clear-latched',
  'acknowledge',
  're-annunciate',
  'reset',
  'shelve',
  'unshelve',
  'suppress',
  'unsuppress',
  'remove-from-service',
  'return-to-service',
] as const;
export type LifecycleEvent = (typeof LIFECYCLE_EVENTS)[number];

const LIFECYCLE_REFUSALS = [
  'not-active',
  'nothing-to-acknowledge',
  'already-acknowledged',
  'not-latched',
  'reset-first',
  'already-shelved',
  'already-suppressed',
  'already-out-of-service',
  'not-shelved',
  'not-suppressed',
  'not-out-of-service',
] as const;
export type LifecycleRefusal = (typeof LIFECYCLE_REFUSALS)[number];

/** `beneath`: whatever the remaining facts say once the covering one is lifted. */
export type Cell = { readonly to: AlertState | 'beneath' } | { readonly refused: LifecycleRefusal };
export type Lifecycle = Readonly<Record<AlertState, Readonly<Record<LifecycleEvent, Cell>>>>;

/** Letters and what they stand for. */
export function readLetters(text: string): ReadonlyMap<string, string> {
  return new Map([...parseTextTable('letters', text, ['letter', 'means'])].map(([letter, row]) => [letter, row.means]));
}

/** The table in its text form as cells. Throws an error that names what is wrong with the text. */
export function readLifecycle(text: string, letters: ReadonlyMap<string, string>): Lifecycle {
  const columns = ALERT_STATES.map((state) => [state, letterOf(letters, state)] as const);
  const rows = parseTextTable('life cycle', text, ['event', ...columns.map(([, letter]) => letter)]);
  for (const event of rows.keys()) {
    if (!isOneOf(LIFECYCLE_EVENTS, event)) throw new Error(`table life cycle: row "${event}": there is no such event`);
  }
  const cells = ([state, letter]: (typeof columns)[number]) => {
    const ofState = LIFECYCLE_EVENTS.map((event) => {
      const row = rows.get(event);
      if (row === undefined) throw new Error(`table life cycle: row "${event}": is missing`);
      return [event, cellOf(letters, row[letter])] as const;
    });
    return [state, Object.fromEntries(ofState)] as const;
  };
  return Object.fromEntries(columns.map(cells)) as Lifecycle;
}

const isOneOf = <T extends string>(list: readonly T[], word: string | undefined): word is T => list.includes(word as T);

function letterOf(letters: ReadonlyMap<string, string>, state: AlertState): string {
  for (const [letter, means] of letters) if (means === state) return letter;
  throw new Error(`table letters: no letter stands for ${state}`);
}

function cellOf(letters: ReadonlyMap<string, string>, letter: string): Cell {
  const means = letters.get(letter);
  if (means === 'beneath') return { to: means };
  if (isOneOf(ALERT_STATES, means)) return { to: means };
  if (isOneOf(LIFECYCLE_REFUSALS, means)) return { refused: means };
  throw new Error(`table life cycle: "${letter}" stands for nothing`);
}
