// From wherever any day has led: silence, a restart, and readings that are spoiled, repeated or old make nothing calmer.
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { INSTALLATION } from '../../../src/engine/state.ts';
import { spoiled } from '../../support/build/random-day.ts';
import { expectNoCalmer, expectNoCalmNews } from '../../support/calm.ts';
import { anyDays } from '../../support/day/any-day.ts';
import { PATIENCE_MS, tried } from '../../support/day/runs.ts';
import type { Desk } from '../../support/desk.ts';
import { spoil } from '../../support/play.ts';

const SECOND = 1_000;
const downMs = fc.constantFrom(SECOND, 60 * SECOND, 3_600 * SECOND, 30 * 3_600 * SECOND);

function restart(desk: Desk, ms: number): void {
  const { at, seq } = desk.state;
  desk.fold({ kind: 'resumed', at: at + ms, downFrom: at, seqFloor: seq, restarted: true });
}

/** What speaks on change only shows by its silence that all is well, once somebody is there: no reading is needed to end it. */
function speaksInSilence({ state }: Desk): boolean {
  return [...state.book.open].some(({ group, flags, points }) => {
    if (!flags.active) return false;
    return group.hazard === 'fire' || points.some(({ about = [] }) => about.some((name) => name.endsWith('|fire')));
  });
}

describe('after any day', { timeout: PATIENCE_MS }, () => {
  it('a restart clears, eases and acknowledges nothing', () => {
    fc.assert(
      fc.property(anyDays(25), downMs, (any, ms) => {
        const before = any.play();
        const after = before.fork();
        restart(after, ms);
        after.tickTo(after.now + 20 * SECOND);
        expectNoCalmer(after, before);
        expectNoCalmNews(after, before);
      }),
      tried(6),
    );
  });

  it('nor does a restart into another program, which installs every point anew', () => {
    fc.assert(
      fc.property(anyDays(25), downMs, (any, ms) => {
        const before = any.play();
        const after = before.fork();
        restart(after, ms);
        after.fold({ kind: 'install', at: after.state.at, installation: INSTALLATION });
        after.tickTo(after.now + 20 * SECOND);
        expectNoCalmer(after, before);
      }),
      tried(6),
    );
  });

  it('readings that are spoiled, repeated or old lower and clear nothing', () => {
    fc.assert(
      fc.property(anyDays(25), spoiled, (any, readings) => {
        const before = any.play();
        fc.pre(!speaksInSilence(before));
        const after = before.fork();
        spoil(after, readings);
        expectNoCalmer(after, before);
      }),
      tried(6),
    );
  });
});
