// What is sealed of one point: taken only when a reading may change something, and enough to judge on from.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../src/rules/evaluate.ts';
import { layoutOf, mayChange, PointScratch, storedImage } from '../../src/rules/image.ts';
import { RuleMemory } from '../../src/rules/memory.ts';
import { fillSample, newSample } from '../../src/rules/sample.ts';
import { viewSlot } from '../../src/rules/view.ts';
import { START, Story } from './harness.ts';

describe('the image of a point', () => {
  it('is not needed for a reading that cannot change a level, and never missed for one that can', () => {
    const { memory } = new Story({ preBand: 2, span: { min: 0, max: 100 } });
    expect([50, 82.9, 83, 86, 17.1, 17, 101].map((value) => mayChange(memory, 0, START, value))).toEqual([
      false,
      false,
      true,
      true,
      false,
      true,
      true,
    ]);
    const button = new Story({ valueKind: 'boolean', unit: '', limits: {}, criticalWhen: true, intervalMs: null });
    expect([0, 1].map((value) => mayChange(button.memory, 0, START, value))).toEqual([false, true]);
    expect(mayChange(new Story({}).reading(0, 86).memory, 0, START + 1_000, 50)).toBe(true);
  });

  it('is taken before every reading that changes a level, whatever the trends of the point', () => {
    const step = fc.record({
      wait: fc.integer({ min: 1, max: 90_000 }),
      change: fc.double({ min: -6, max: 8, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 200 }), (steps) => {
        const story = new Story({
          forecast: { windowMs: 600_000, minR2: 0.5 },
          rateOfChange: { windowMs: 120_000, perMinute: 3, direction: 'both' },
        });
        let changed = false;
        const sink = {
          ...story.sink,
          changed: () => {
            changed = true;
          },
        };
        const sample = newSample();
        let at = START;
        let value = 40;
        for (const { wait, change } of steps) {
          at += wait;
          value = Math.max(0, value + change);
          changed = false;
          const foretold = mayChange(story.memory, 0, at, value);
          judge(story.memory, 0, fillSample(sample, at, at, value, 0), sink);
          if (changed) expect(foretold).toBe(true);
        }
      }),
    );
  });

  it('judges on as the memory it was taken from', () => {
    const config = { onDelayMs: 5_000, offDelayMs: 60_000, forecast: { windowMs: 600_000, minR2: 0.7 } };
    const story = new Story({}, {}, config);
    for (let i = 0; i < 70; i++) story.reading(i * 10_000, 30 + i * 0.7, 'good', 2);
    const scratch = new PointScratch();
    scratch.take(story.memory, 2);
    const image = scratch.image(story.memory, 2);
    if (image === undefined) throw new Error('nothing was taken');
    const { names, tables } = storedImage(
      image,
      layoutOf(story.memory, 1, new Set(image.slots.map(({ kind }) => kind))),
    );
    const sealed = RuleMemory.load(names, tables);
    const at = 700_000 + START;
    story.reading(700_000, 91, 'good', 2);
    judge(sealed, 0, fillSample(newSample(), at, at, 91, 0), { ...story.sink, changed: () => {}, arm: () => {} });
    const before = story.memory.slotsOf(2).map((slot) => viewSlot(story.memory, slot));
    expect(sealed.slotsOf(0).map((slot) => viewSlot(sealed, slot))).toEqual(before);
  });
});
