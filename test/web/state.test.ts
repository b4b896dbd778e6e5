// The reducer of the screen: any split of a stream gives the same list, a gap is always noticed, a snapshot is taken
// whole or not at all, and an acknowledgement on its way never hides a lamp that has to be lit.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cursorOf, positionOf } from '../../src/api/cursor.ts';
import type { Alert } from '../../src/api/schemas/alerts.ts';
import type { AlertsMessage, HeartbeatMessage, SnapshotMessage } from '../../src/api/schemas/live.ts';
import { checksumByGrade, countByGrade } from '../../src/api/shapes/alert.ts';
import { HEARTBEAT_MS } from '../../src/api/shapes/live.ts';
import type { Transition } from '../../src/model/alert.ts';
import { ackUnderWay, countAlerts } from '../../web/live/alert-list.ts';
import type { Action, ScreenState } from '../../web/live/state.ts';
import {
  freshness,
  INITIAL,
  LOST_AFTER_MS,
  looksBehind,
  looksStopped,
  reduce,
  serverNow,
  subscribeRequest,
} from '../../web/live/state.ts';
import { makeAlert } from '../support/build/alert.ts';

/** The cursor of a number. */
const at = (seq: number, epoch = 'epoch-1'): string => cursorOf({ epoch, seq });

function run(state: ScreenState, ...actions: Action[]): ScreenState {
  return actions.reduce(reduce, state);
}

function snapshot(alerts: readonly Alert[], to: number, more: Partial<SnapshotMessage> = {}): Action {
  const [counts, checksum] = [countByGrade(alerts), checksumByGrade(alerts)];
  return {
    type: 'snapshot',
    message: { to: at(to), part: 0, last: true, alerts, counts, checksum, ...more },
  };
}

const answer = (whole: boolean): Action => ({
  type: 'answered',
  answer: { to: at(0), snapshot: whole, unknownPoints: [] },
});

const BEGIN: readonly Action[] = [{ type: 'connected' }, { type: 'asked' }, answer(true)];

/** A screen that has taken a snapshot and follows. */
function settled(alerts: readonly Alert[] = [], to = 0): ScreenState {
  return run(INITIAL, ...BEGIN, snapshot(alerts, to));
}

function transitionOf(alert: Alert): Transition {
  return {
    seq: alert.seq,
    at: alert.seq,
    partition: 0,
    change: 'raised',
    from: 'normal',
    to: alert.state,
    gradeBefore: 'none',
    annunciate: true,
    alert,
  };
}

const message = (from: number, to: number, transitions: readonly Transition[] = []): Action => ({
  type: 'alerts',
  message: { from: at(from), to: at(to), transitions },
});

function beat(to: number, more: Partial<HeartbeatMessage> = {}, localMs = 0): Action {
  const health = { state: 'ok' as const, unsaved: false, parts: {} };
  return {
    type: 'heartbeat',
    localMs,
    message: {
      at: 1_000_000,
      wallOffsetMs: 5,
      to: at(to),
      health,
      lagMs: 100,
      data: { state: 'live', newestAt: 999_900 },
      ...more,
    },
  };
}

const GRADES = ['red', 'orange', 'yellow', 'blue'] as const;

/** A stream as the service could send it: few alerts that change, close and come again, numbered without holes. */
const stream = fc
  .array(
    fc.record({
      id: fc.integer({ min: 0, max: 5 }),
      grade: fc.constantFrom(...GRADES),
      closed: fc.boolean(),
      acked: fc.boolean(),
    }),
    { maxLength: 40 },
  )
  .map((steps) =>
    steps.map(({ id, grade, closed, acked }, index) =>
      transitionOf(
        makeAlert({
          id: `a${id}-0`,
          grade,
          seq: index + 1,
          acked,
          ackedLevel: acked ? 'province' : null,
          state: acked ? 'acknowledged' : 'unacknowledged',
          closedAt: closed ? index : undefined,
        }),
      ),
    ),
  );

/** Cuts a list at the places named; numbers of other people's alerts lie between the parts. */
function cut<T>(list: readonly T[], at: readonly number[]): T[][] {
  const ends = [...new Set(at.map((place) => place % (list.length + 1)))].sort((a, b) => a - b);
  return [...ends, list.length].map((end, index) => list.slice(index === 0 ? 0 : ends[index - 1], end));
}

function messagesOf(parts: readonly (readonly Transition[])[]): AlertsMessage[] {
  let from = 0;
  return parts.map((transitions) => {
    const to = transitions.at(-1)?.seq ?? from;
    const one = { from: at(from), to: at(to), transitions };
    from = to;
    return one;
  });
}

function expected(transitions: readonly Transition[]): Map<string, Alert> {
  const open = new Map<string, Alert>();
  for (const { alert } of transitions) {
    if (alert.closedAt === undefined) open.set(alert.id, alert);
    else open.delete(alert.id);
  }
  return open;
}

const byId = (alerts: ReadonlyMap<string, Alert>): [string, Alert][] =>
  [...alerts].sort(([a], [b]) => (a < b ? -1 : 1));

describe('reducer: following the stream', () => {
  it('gives the same list however the stream is split, and counts that equal it', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(50), { maxLength: 8 }), (transitions, places) => {
        const messages = messagesOf(cut(transitions, places));
        const state = messages.reduce((s, m) => reduce(s, { type: 'alerts', message: m }), settled());
        expect(byId(state.alerts)).toEqual(byId(expected(transitions)));
        expect(state.to).toBe(at(transitions.length));
        expect(state.sync).toBe('settled');
        const counts = countAlerts(state.alerts.values(), { level: 'county', scope: {} });
        for (const grade of GRADES) {
          const list = [...state.alerts.values()].filter((alert) => alert.grade === grade);
          expect(counts.all[grade]).toBe(list.length);
          expect(counts.owed[grade]).toBe(list.filter(({ state: s }) => s === 'unacknowledged').length);
        }
      }),
    );
  });

  it('notices every message that is missing, changes nothing more, and asks for what it lacks', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(50), { maxLength: 8 }), fc.nat(10), (transitions, places, which) => {
        const messages = messagesOf(cut(transitions, places)).filter(({ from, to }) => to !== from);
        fc.pre(messages.length >= 2);
        // The last one may be missing too: then only the heartbeat can tell.
        const lost = which % messages.length;
        const kept = messages.filter((_message, index) => index !== lost);
        let state = kept.reduce((s, m) => reduce(s, { type: 'alerts', message: m }), settled());
        state = reduce(state, beat(transitions.length));
        expect(state.sync).toBe('wanted');
        expect(state.gaps).toBe(1);
        const before = positionOf(messages[lost].from)?.seq ?? -1;
        expect(state.to).toBe(at(before));
        expect(byId(state.alerts)).toEqual(byId(expected(transitions.slice(0, before))));
        expect(subscribeRequest(state, ['p/1'])).toEqual({ points: ['p/1'], after: at(before) });

        const rest = transitions.slice(before);
        state = run(state, { type: 'asked' }, answer(false), message(before, transitions.length, rest));
        expect(byId(state.alerts)).toEqual(byId(expected(transitions)));
        expect(state.sync).toBe('settled');
      }),
    );
  });

  it('leaves what comes between question and answer to the answer, which brings it again', () => {
    const one = transitionOf(makeAlert({ id: 'one', seq: 1 }));
    let state = run(settled(), { type: 'points-changed' }, { type: 'asked' }, message(0, 1, [one]));
    expect(state.to).toBe(at(0));
    state = run(state, answer(false), message(0, 1, [one]), message(1, 2));
    expect([state.to, state.gaps, [...state.alerts.keys()]]).toEqual([at(2), 0, ['one']]);
  });

  it('goes on from its last number after a lost connection and keeps showing what it has', () => {
    const alert = makeAlert({ id: 'kept', seq: 4 });
    const state = run(settled([alert], 4), { type: 'disconnected' }, { type: 'connected' });
    expect([...state.alerts.keys()]).toEqual(['kept']);
    expect(subscribeRequest(state, [])).toEqual({ points: [], after: at(4) });
  });
});

describe('reducer: snapshots', () => {
  const alerts = [1, 2, 3].map((n) => makeAlert({ id: `s${n}`, seq: n }));
  const whole = snapshot(alerts, 3);
  const part = (number: number, some: readonly Alert[], last: boolean): Action =>
    whole.type === 'snapshot'
      ? { type: 'snapshot', message: { ...whole.message, part: number, last, alerts: some } }
      : whole;

  it('shows the former list until all parts are there', () => {
    const old = makeAlert({ id: 'old', seq: 1 });
    const asked = run(settled([old], 1), { type: 'connected' }, { type: 'asked' }, answer(true));
    const half = reduce(asked, part(0, alerts.slice(0, 2), false));
    expect([...half.alerts.keys()]).toEqual(['old']);
    const done = reduce(half, part(1, alerts.slice(2), true));
    expect([...done.alerts.keys()]).toEqual(['s1', 's2', 's3']);
    expect([done.to, done.sync, done.complete]).toEqual([at(3), 'settled', true]);
  });

  it('asks for everything again when a part is missing', () => {
    const state = run(INITIAL, ...BEGIN, part(0, alerts.slice(0, 1), false), part(2, alerts.slice(2), true));
    expect([state.sync, state.fresh, state.complete]).toEqual(['wanted', true, false]);
    expect(subscribeRequest(state, [])).toEqual({ points: [] });
  });

  it('shows a list whose checksum disagrees, asks again, and says so in the end', () => {
    const wrong = snapshot(alerts.slice(1), 3, { checksum: checksumByGrade(alerts) });
    let state = run(INITIAL, ...BEGIN, wrong);
    expect([state.alerts.size, state.sync, state.fresh, state.disagreements]).toEqual([2, 'wanted', true, 1]);
    state = run(state, { type: 'asked' }, answer(true), wrong, { type: 'asked' }, answer(true), wrong);
    expect([state.sync, state.disagreements]).toEqual(['settled', 3]);
    expect(run(state, { type: 'connected' }, { type: 'asked' }, answer(true), whole).disagreements).toBe(0);
  });

  it('notices another epoch, whatever number it is at, and takes the whole list that is the answer', () => {
    const state = reduce(settled(alerts, 3), beat(3, { to: at(3, 'epoch-2') }));
    expect([state.sync, state.gaps]).toEqual(['wanted', 1]);
    const next = snapshot([], 0, { to: at(0, 'epoch-2') });
    const taken = run(state, { type: 'asked' }, answer(true), next);
    expect([taken.to, taken.alerts.size, taken.sync]).toEqual([at(0, 'epoch-2'), 0, 'settled']);
  });
});

describe('reducer: freshness', () => {
  it('looks live, reconnecting and lost by heartbeats alone', () => {
    const state = reduce(settled(), beat(0, {}, 1_000));
    expect(freshness(settled(), 0).kind).toBe('waiting');
    expect(freshness(state, 1_000)).toEqual({ kind: 'live', lagMs: 100, dataAgeMs: 100 });
    expect(freshness(state, 1_000 + 3 * HEARTBEAT_MS).kind).toBe('live');
    expect(freshness(state, 1_000 + LOST_AFTER_MS)).toEqual({ kind: 'lost', silentMs: LOST_AFTER_MS });
    // Values that still flow do not prove that the list does.
    const fed = reduce(state, { type: 'values', message: { at: 1, values: [[0, 3, 1, 2, 'good']], folded: 0 } });
    expect(freshness(fed, 1_000 + LOST_AFTER_MS).kind).toBe('lost');
    expect(freshness(reduce(state, { type: 'disconnected' }), 2_000).kind).toBe('reconnecting');
  });

  it('claims nothing live where nothing has come since the start, and counts the age of what has', () => {
    const silent = reduce(settled(), beat(0, { data: { state: 'no-data-since-start' } }));
    expect(freshness(silent, 2_000)).toEqual({ kind: 'no-data' });
    const slow = reduce(settled(), beat(0, { data: { state: 'live', newestAt: 1_000_000 - 600_000 } }));
    expect(freshness(slow, 3_000)).toEqual({ kind: 'quiet', dataAgeMs: 603_000 });
  });

  it('calls lagging data behind', () => {
    const state = reduce(settled(), beat(0, { lagMs: 12_000, behind: true }));
    expect(freshness(state, 0)).toEqual({ kind: 'behind', lagMs: 12_000 });
  });

  it('takes no colour off an alarm that the service vouches for, however far behind; and goes on saying it on the way back', () => {
    const state = reduce(settled(), beat(0, { lagMs: 12_000, behind: true }));
    expect([looksStopped(freshness(state, 0)), looksBehind(freshness(state, 0))]).toEqual([false, true]);
    const away = freshness(reduce(state, { type: 'disconnected' }), 2_000);
    expect([away.kind, looksStopped(away), looksBehind(away)]).toEqual(['reconnecting', false, true]);
    expect(looksStopped(freshness(state, LOST_AFTER_MS))).toBe(true);
  });

  it('tells the time of the service and stops telling it when it no longer hears it', () => {
    const state = reduce(settled(), beat(0, {}, 500));
    expect(serverNow(state, 2_500)).toBe(1_002_000);
    expect(serverNow(state, 900_000)).toBe(1_000_000 + LOST_AFTER_MS);
    expect(serverNow(INITIAL, 1)).toBeUndefined();
  });
});

describe('reducer: commands on their way', () => {
  const alert = makeAlert({ id: 'x', grade: 'red', seq: 7, worsenedSeq: 7 });
  const sent: Action = { type: 'command-sent', id: 'x', kind: 'acknowledge', seenSeq: 7 };
  const acked: Alert = { ...alert, seq: 8, acked: true, ackedLevel: 'county', state: 'acknowledged' };

  it('is done when the transition arrives, before or after the answer', () => {
    const applied: Action = { type: 'command-applied', id: 'x', seq: 8 };
    const arrives = message(7, 8, [transitionOf(acked)]);
    const waiting = run(settled([alert], 7), sent, applied);
    expect(ackUnderWay(alert, waiting.pending.get('x'))).toBe(true);
    expect(reduce(waiting, arrives).pending.size).toBe(0);
    expect(run(settled([alert], 7), sent, arrives, applied).pending.size).toBe(0);
  });

  it('gives the lamp back with the named error when it fails, until somebody has seen it', () => {
    const failed = run(settled([alert], 7), sent, {
      type: 'command-failed',
      id: 'x',
      code: 'already-acknowledged',
      by: 'wang',
    });
    expect(failed.pending.size).toBe(0);
    expect(failed.failures.get('x')).toEqual({ kind: 'acknowledge', code: 'already-acknowledged', by: 'wang' });
    expect(reduce(failed, { type: 'failure-seen', id: 'x' }).failures.size).toBe(0);
    expect(reduce(failed, sent).failures.size).toBe(0);
  });

  it('gives the lamp back at once when the alert becomes worse meanwhile', () => {
    const worse: Alert = { ...alert, seq: 8, worsenedSeq: 8 };
    const state = run(settled([alert], 7), sent, message(7, 8, [transitionOf(worse)]));
    expect(ackUnderWay(worse, state.pending.get('x'))).toBe(false);
  });

  it('forgets commands and failures of alerts that are gone', () => {
    const gone = transitionOf({ ...alert, seq: 8, closedAt: 9 });
    const closing = run(settled([alert], 7), sent, message(7, 8, [gone]));
    expect(closing.pending.size).toBe(0);
    const failed = run(settled([alert], 7), sent, { type: 'command-failed', id: 'x', code: 'unreachable' });
    expect(reduce(failed, message(7, 8, [gone])).failures.size).toBe(0);
  });
});

describe('reducer: refusals', () => {
  it('keeps the list when the session has ended, and says why', () => {
    const state = run(
      settled([makeAlert({ id: 'x' })], 1),
      { type: 'cut', reason: 'signed-out' },
      { type: 'disconnected' },
    );
    expect([state.refused, state.alerts.size, state.sync]).toEqual(['signed-out', 1, 'off']);
    expect(reduce(state, { type: 'refused', code: 'not-signed-in' }).refused).toBe('not-signed-in');
    expect(reduce(state, { type: 'connected' }).refused).toBeUndefined();
  });

  it('forgets everything at signing out', () => {
    expect(reduce(settled([makeAlert()], 1), { type: 'signed-out' })).toBe(INITIAL);
  });
});
