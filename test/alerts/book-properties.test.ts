import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Book } from '../../src/alerts/book.ts';
import { CHATTER_MS } from '../../src/alerts/condition/chatter.ts';
import { keyOf } from '../../src/alerts/key.ts';
import type { GroupRef } from '../../src/alerts/record.ts';
import { stateOf } from '../../src/alerts/state/flags.ts';
import type { DutyLevel, Transition } from '../../src/model/alert.ts';
import { DUTY_LEVELS } from '../../src/model/alert.ts';
import type { CommandKind } from '../../src/model/command.ts';
import { COMMAND_KINDS } from '../../src/model/command.ts';
import { gradeOf } from '../../src/model/grade.ts';
import type { Level } from '../../src/model/level.ts';
import { contribution, Desk, GAS, GATEWAY_OFFLINE } from './scenario.ts';

const GROUPS: readonly GroupRef[] = [
  GAS,
  { ...GAS, sourceClass: 'A', hazard: 'fire' },
  { ...GAS, sourceClass: 'D', hazard: 'overfill', response: 'geotechnical' },
  GATEWAY_OFFLINE,
];
/** Slot s belongs to group s mod 4; slots s and s + 4 of one group are two rules of one point for s < 4. */
const groupOf = (slot: number): GroupRef => GROUPS[slot % 4];

type Event =
  | {
      readonly kind: 'level';
      readonly slot: number;
      readonly level: Level;
      readonly uncertain: boolean;
      readonly latched: boolean;
    }
  | { readonly kind: 'clear' | 'limit-changed' | 'blind' | 'sees' | 'good'; readonly slot: number }
  | { readonly kind: 'missed'; readonly slot: number; readonly level: Level; readonly agoMs: number }
  | {
      readonly kind: 'command';
      readonly command: CommandKind;
      readonly level: DutyLevel;
      readonly pick: number;
      readonly stale: number;
    }
  | { readonly kind: 'resumed' }
  | { readonly kind: 'prune' };
interface Happening {
  /** Whether due timers were fired before it; ticks come once a second, readings in between. */
  readonly punctual: boolean;
  readonly afterMs: number;
  readonly event: Event;
}

const slot = fc.integer({ min: 0, max: 11 });
const level = fc.constantFrom<Level>(1, 2, 3);
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('level' as const),
      slot,
      level,
      uncertain: fc.boolean(),
      latched: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('clear', 'limit-changed', 'blind', 'sees'), slot }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('good' as const), slot }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('missed' as const),
      slot,
      level,
      agoMs: fc.integer({ min: 0, max: 3_600_000 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('command' as const),
      command: fc.constantFrom(...COMMAND_KINDS),
      level: fc.constantFrom(...DUTY_LEVELS),
      pick: fc.nat(20),
      stale: fc.integer({ min: 0, max: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'resumed' as const }, { kind: 'prune' as const }) },
);
const history: fc.Arbitrary<Happening[]> = fc.array(
  fc.record({ punctual: fc.boolean(), afterMs: fc.constantFrom(0, 200, 5_000, 61_000, 660_000, 90_000_000), event }),
  { maxLength: 60 },
);

function happen(desk: Desk, { punctual, afterMs, event: e }: Happening): void {
  desk.next(desk.at + afterMs, punctual);
  const { book } = desk;
  if (e.kind === 'resumed') book.resumed(desk.at - 1000, desk);
  else if (e.kind === 'prune') book.prune(desk.at);
  else if (e.kind === 'command') {
    const open = [...book.open];
    if (open.length === 0) return;
    const { id, seq, points } = open[e.pick % open.length];
    const said = { cause: 'real', note: 'seen', points: [points[e.pick % points.length].point], reason: 'taken away' };
    desk.command(e.command, e.level, { alertId: id, seenSeq: seq - e.stale, ...said });
  } else {
    const group = groupOf(e.slot);
    const point = `yt-chem/P-${e.slot % 8}`;
    if (e.kind === 'clear' || e.kind === 'limit-changed') {
      desk.withdraw(group, e.slot, e.kind === 'clear' ? 'cleared' : e.kind);
    } else if (e.kind === 'blind' || e.kind === 'sees') desk.blind(e.slot, e.kind === 'blind', desk.at);
    else if (e.kind === 'good') desk.sampled(keyOf(group), desk.at);
    else if (e.kind === 'missed') {
      desk.missed(group, contribution({ slot: e.slot, level: e.level, at: desk.at - e.agoMs, point }));
    } else if (e.kind === 'level') {
      // Of what the engine itself contributes there is some that comes and goes.
      const chatterMs = e.slot < 8 ? undefined : CHATTER_MS;
      desk.contribute(group, contribution({ ...e, at: desk.at, point, chatterMs }));
    }
  }
}

function play(happenings: readonly Happening[], desk = new Desk()): Desk {
  for (const happening of happenings) happen(desk, happening);
  return desk;
}

/** Pairs of consecutive transitions of one alert. */
function steps(told: readonly Transition[]): [Transition | undefined, Transition][] {
  const last = new Map<string, Transition>();
  return told.map((t) => {
    const pair: [Transition | undefined, Transition] = [last.get(t.alert.id), t];
    last.set(t.alert.id, t);
    return pair;
  });
}

describe('any history', () => {
  it('goes on the same after encoding and loading at any point', () => {
    fc.assert(
      fc.property(history, fc.nat(), (happenings, cut) => {
        const at = happenings.length === 0 ? 0 : cut % happenings.length;
        const straight = play(happenings);
        const desk = play(happenings.slice(0, at));
        desk.book = Book.load(JSON.parse(JSON.stringify(desk.book.encode())));
        play(happenings.slice(at), desk);
        expect(JSON.stringify(desk.told)).toBe(JSON.stringify(straight.told));
        expect(JSON.stringify(desk.book.encode())).toBe(JSON.stringify(straight.book.encode()));
      }),
      { numRuns: 300 },
    );
  });

  it('tells a gapless story in which each step begins where the last one ended', () => {
    fc.assert(
      fc.property(history, (happenings) => {
        const { told } = play(happenings);
        expect(told.map((t) => t.seq)).toEqual(told.map((_, i) => i + 1));
        for (const [before, t] of steps(told)) {
          expect(t.from).toBe(before?.to ?? 'normal');
          expect(t.gradeBefore).toBe(before?.alert.grade ?? 'none');
          expect(t.to).toBe(t.alert.state);
          expect(t.alert.state).toBe(stateOf(t.alert));
          expect(t.alert.seq).toBe(t.seq);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('gives every alert a cause, and every active contributor an active alert', () => {
    fc.assert(
      fc.property(history, (happenings) => {
        const { told, book } = play(happenings);
        for (const { alert } of told) {
          expect(alert.active).toBe(alert.points.some((p) => p.active));
          expect(gradeOf(alert.grade)).toBeGreaterThan(0);
          expect(gradeOf(alert.peakGrade)).toBeGreaterThanOrEqual(gradeOf(alert.grade));
          expect(alert.acked).toBe(alert.ackedLevel !== null);
          if (alert.kind === 'device') expect(['blue', 'yellow']).toContain(alert.peakGrade);
        }
        const counts = book.counts();
        expect(counts.open).toBe([...book.open].length);
        expect(Object.values(counts.byState).reduce((a, b) => a + b)).toBe(counts.open);
      }),
      { numRuns: 300 },
    );
  });

  it('lowers a grade only by easing one step; raises none without sound; closes nothing that is active or unanswered', () => {
    fc.assert(
      fc.property(history, (happenings) => {
        for (const [before, t] of steps(play(happenings).told)) {
          const lower = gradeOf(t.alert.grade) - gradeOf(before?.alert.grade ?? 'none');
          if (t.change === 'eased') expect(lower).toBe(-1);
          else if (t.change !== 're-raised') expect(lower).toBeGreaterThanOrEqual(0);
          if (lower > 0) expect(['raised', 're-raised', 'worse-grade']).toContain(t.change);
          if (t.change !== 'closed') continue;
          expect(t.alert.active || t.alert.latched).toBe(false);
          expect(t.alert.acked || (t.alert.kind === 'device' && t.alert.peakGrade === 'blue')).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('quiets nothing but by a person, and sounds only what asks for an answer', () => {
    fc.assert(
      fc.property(history, (happenings) => {
        for (const [before, t] of steps(play(happenings).told)) {
          if (t.alert.acked && !(before?.alert.acked ?? false)) expect(t.change).toBe('acknowledged');
          if (t.annunciate) expect(t.to).toBe('unacknowledged');
          if (t.annunciate) expect(t.alert.worsenedSeq).toBe(t.seq);
          const isNews = ['raised', 'worse-grade', 'missed-excursion'].includes(t.change);
          // What chatters is told without sound, and stays answered as it was.
          if (isNews || t.annunciate) expect(t.alert.acked).toBe(false);
          else if (['re-raised', 'went-blind'].includes(t.change)) expect(t.alert.acked).toBe(before?.alert.acked);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is no calmer where good readings went missing', () => {
    fc.assert(
      fc.property(history, (happenings) => {
        const nobodySpeaks = happenings.filter(({ event: e }) => e.kind !== 'command' && e.kind !== 'limit-changed');
        const missing = nobodySpeaks.map(
          (h): Happening =>
            h.event.kind === 'good' || h.event.kind === 'clear' ? { ...h, event: { kind: 'prune' } } : h,
        );
        const blinder = new Map([...play(missing).book.open].map((record) => [record.key, record]));
        for (const record of play(nobodySpeaks).book.open) {
          if (!record.flags.active) continue;
          const other = blinder.get(record.key);
          expect(other?.flags.active).toBe(true);
          expect(other?.grade).toBeGreaterThanOrEqual(record.grade);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('in one group changes nothing in another', () => {
    fc.assert(
      fc.property(history, (happenings) => {
        const own = (h: Happening): boolean => !('slot' in h.event) || h.event.slot % 4 === 0;
        const withoutCommands = happenings.filter((h) => h.event.kind !== 'command');
        const alone = withoutCommands.map((h): Happening => (own(h) ? h : { ...h, event: { kind: 'prune' } }));
        const story = (desk: Desk) =>
          desk.told
            .filter((t) => t.alert.key === keyOf(GAS))
            .map((t) => [t.at, t.change, t.from, t.to, t.alert.grade, t.annunciate, t.alert.points]);
        expect(story(play(withoutCommands))).toEqual(story(play(alone)));
      }),
      { numRuns: 200 },
    );
  });
});

describe('many alerts', () => {
  it('holds ten thousand open ones, each found and changed by itself', () => {
    const desk = new Desk();
    const group = (i: number): GroupRef => ({ ...GAS, source: `yt-chem/source-${i}` });
    for (let i = 0; i < 10_000; i++) {
      desk.contribute(group(i), contribution({ slot: i, level: 2, at: desk.at }));
    }
    expect(desk.book.counts().byGrade.yellow).toBe(10_000);
    desk.withdraw(group(5_000), 5_000);
    expect(desk.told.at(-1)?.alert.source).toBe('yt-chem/source-5000');
    expect(desk.book.counts().byState['returned-unacknowledged']).toBe(1);
    const loaded = Book.load(desk.book.encode());
    expect(loaded.counts()).toEqual(desk.book.counts());
  });
});
