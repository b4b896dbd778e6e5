// The opened alert chatters: its timeline grows by what the screen hears, and the service is asked again only where it must be.
import { expect, it } from 'vitest';
import type { AlertDetail, Transition } from '../../src/api/schemas/alerts.ts';
import { asRead, continued, joinings, withOlder } from '../../web/live/known-timeline.ts';
import type { ScreenState } from '../../web/live/state.ts';
import { INITIAL, reduce } from '../../web/live/state.ts';
import { buildTransition } from '../support/build/alert.ts';

const ID = 'a1-0';
const SETTLED: ScreenState = { ...INITIAL, connected: true, sync: 'settled', complete: true, to: '0' };

/** One transition a message, as they come. */
function heard(transitions: readonly Transition[], from = SETTLED): ScreenState {
  return transitions.reduce<ScreenState>((state, transition) => {
    const message = { from: state.to ?? '', to: `${transition.seq}`, transitions: [transition] };
    return reduce(state, { type: 'alerts', message });
  }, from);
}

const told = (seq: number, id = ID) => buildTransition(seq, { id, seq }, { change: 're-raised' });

function detail(seqs: readonly number[], nextCursor?: string): AlertDetail {
  const { alert } = told(seqs.at(-1) ?? 0);
  const timeline = seqs.map((seq) => {
    const { alert: of, ...entry } = told(seq);
    return { ...entry, grade: of.grade };
  });
  return { ...alert, acts: [], timeline, nextCursor };
}

const shown = (state: ScreenState) => state.alerts.get(ID)!;
const seqs = (known: ReturnType<typeof continued>) => known?.entries.map(({ seq }) => seq);

it('goes on by what is heard of it, other alerts between or not', () => {
  const known = asRead(detail([4, 5]));
  const state = heard([told(6, 'other'), told(7), told(8, 'other'), told(9)]);
  expect(seqs(continued(known, shown(state), state.told))).toEqual([4, 5, 7, 9]);
});

it('is read again where something was not heard: before the first message, or after everything was asked for anew', () => {
  const known = asRead(detail([4, 5]));
  const late = heard([told(9)]);
  expect(continued(known, shown(late), late.told)).toBeUndefined();
  expect(continued(undefined, shown(late), late.told)).toBeUndefined();
  expect(continued({ ...known, alertId: 'other' }, shown(late), late.told)).toBeUndefined();
  // What was heard before a whole snapshot says nothing of what came in between.
  const { alert } = told(12);
  const counts = { red: 0, orange: 0, yellow: 1, blue: 0 };
  const message = { to: '12', part: 0, last: true, alerts: [alert], counts, checksum: counts };
  const anew = reduce({ ...heard([told(6)]), sync: 'loading' }, { type: 'snapshot', message });
  expect(anew.told).toEqual([]);
  expect(continued(known, alert, anew.told)).toBeUndefined();
});

it('of a storm that the screen could not draw in time is read again', () => {
  const known = asRead(detail([4, 5]));
  const state = heard(Array.from({ length: 400 }, (_, i) => told(6 + i)));
  expect(state.told.length).toBeLessThan(400);
  expect(continued(known, shown(state), state.told)).toBeUndefined();
});

it('may be newer than what was heard so far, and takes what came before it', () => {
  const known = asRead(detail([8, 9], 'older'));
  const state = heard([told(7)]);
  expect(continued(known, shown(state), state.told)).toBe(known);
  const whole = withOlder(known, detail([1, 2]));
  expect([seqs(whole), whole.older, whole.seq]).toEqual([[1, 2, 8, 9], undefined, 9]);
});

it('calls a point new only where the whole story has been read', () => {
  const named = (known: ReturnType<typeof asRead>) => ({
    ...known,
    entries: known.entries.map((entry) => ({ ...entry, point: 'e/GD-1' })),
  });
  expect([...joinings(named(asRead(detail([4, 5]))))]).toEqual([
    [4, 'new'],
    [5, 'further'],
  ]);
  expect(joinings(named(asRead(detail([4, 5], 'older')))).get(4)).toBe('unknown');
});
