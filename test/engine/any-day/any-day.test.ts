// Any day at any plant, whatever happens on it: what an operator may rely on, each sentence tried on many days. A day that
// breaks one is printed as its story, shrunk to what it takes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Input } from '../../../src/engine/input.ts';
import { anyDays } from '../../support/day/any-day.ts';
import type { PlantDay, Watch } from '../../support/day/plant-day.ts';
import { PATIENCE_MS, tried } from '../../support/day/runs.ts';
import { Agreement } from '../../support/watch/agreement.ts';
import { Answers } from '../../support/watch/answers.ts';
import { Bounds } from '../../support/watch/bounds.ts';
import { Grades } from '../../support/watch/grades.ts';
import { NoAlarmLost } from '../../support/watch/no-alarm-lost.ts';
import { NothingCalms } from '../../support/watch/nothing-calms.ts';
import { Totals } from '../../support/watch/totals.ts';

const SENTENCES: readonly (readonly [string, () => Watch])[] = [
  ['whatever was in breach for its on-delay stands on an alert, on each side', () => new NoAlarmLost()],
  ['nothing calms without good readings that are newer, or a person', () => new NothingCalms()],
  ['the grade is the one that the ladder says, or comes down from it step by step', () => new Grades()],
  ['an answer holds until something is new, and only what is new sounds', () => new Answers()],
  ['rules, alerts, faults and observers tell the same story', () => new Agreement()],
  ['what is kept counted is what counting anew gives', () => new Totals()],
  ['nothing grows with the day, and whatever is refused is refused by name', () => new Bounds()],
];

/** Days are played once, before all watches at the same time; only a sentence that was broken is played alone, to be shrunk. */
class Guarded implements Watch {
  private readonly watch: Watch;
  private readonly onBreak: () => void;
  private isBroken = false;

  constructor(watch: Watch, onBreak: () => void) {
    this.watch = watch;
    this.onBreak = onBreak;
  }

  after(day: PlantDay, input: Input): void {
    if (this.isBroken) return;
    try {
      this.watch.after(day, input);
    } catch {
      this.isBroken = true;
      this.onBreak();
    }
  }
}

const DAYS = tried(16);

describe('on any day', { timeout: PATIENCE_MS }, () => {
  const broken = new Set<string>();

  it('the engine takes whatever comes, and a restart leads to where it was', () => {
    const looked = new Map<string, number>();
    fc.assert(
      fc.property(anyDays(), (any) => {
        const watches = SENTENCES.map(([sentence, watch]) => [sentence, watch()] as const);
        any.play(watches.map(([sentence, watch]) => new Guarded(watch, () => broken.add(sentence))));
        for (const [sentence, watch] of watches)
          looked.set(sentence, (looked.get(sentence) ?? 0) + (watch.looked ?? 1));
      }),
      DAYS,
    );
    for (const [sentence, often] of looked) expect(often, sentence).toBeGreaterThan(0);
  });

  it.each(SENTENCES)('%s', (sentence, watch) => {
    if (!broken.has(sentence)) return;
    fc.assert(
      fc.property(anyDays(), (any) => {
        any.play([watch()]);
      }),
      DAYS,
    );
  });
});
