// Fixed limits and booleans as an operator would tell them: when an alarm comes, stays and goes.
import { describe, expect, it } from 'vitest';
import { breachesOf } from '../../src/rules/evaluate.ts';
import { Story } from './harness.ts';

describe('limits', () => {
  it.each([
    ['at H', 85, 'H'],
    ['just below H', 84.999, 'none'],
    ['at HH', 90, 'HH'],
    ['at L', 15, 'H'],
    ['just above L', 15.001, 'none'],
    ['at LL', 10, 'HH'],
  ])('a first value %s', (_, value, level) => {
    expect(new Story({}).reading(0, value).level()).toBe(level);
  });

  it('name the limit, its number and the worst value since', () => {
    const story = new Story({ offDelayMs: 60_000 }).reading(0, 86).reading(10, 91).reading(20, 88);
    expect(story.view()).toMatchObject({
      explanation: { limit: { name: 'HH', value: 90 } },
      peak: 91,
      value: 88,
      level: 3,
    });
    const low = new Story({ offDelayMs: 60_000 }).reading(0, 14).reading(10, 12).reading(20, 13);
    expect(low.view()).toMatchObject({ explanation: { limit: { name: 'L', value: 15 } }, peak: 12, level: 2 });
  });

  it('go from one side to the other without passing normal', () => {
    const story = new Story({}).reading(0, 86).reading(10, 9);
    expect(story.told).toEqual(['0 limits-high none→H', '10 limits-high H→none', '10 limits-low none→HH']);
    expect(story.view()).toMatchObject({ explanation: { limit: { name: 'LL', value: 10 } } });
  });

  it('stand on both sides at once while the off-delay of the first runs', () => {
    const story = new Story({ offDelayMs: 60_000 }).reading(0, 86).reading(10_000, 9);
    expect(story.told).toEqual(['0 limits-high none→H', '10000 limits-low none→HH']);
    expect(story.view('limits-high')).toMatchObject({
      level: 2,
      explanation: { limit: { name: 'H', value: 85 } },
      peak: 86,
    });
    expect(story.view('limits-low')).toMatchObject({
      level: 3,
      explanation: { limit: { name: 'LL', value: 10 } },
      peak: 9,
    });
    expect(story.reading(70_000, 9).told.at(-1)).toBe('70000 limits-high H→none');
    expect(story.level('limits-low')).toBe('HH');
  });

  it('latch only the side that was beyond the span', () => {
    const story = new Story({ span: { min: 0, max: 100 }, latching: true }).reading(0, 101).reading(10, 9);
    expect(story.view('limits-high')).toMatchObject({ level: 3, latched: true });
    expect(story.view('limits-low')).toMatchObject({ level: 3, latched: false });
    expect(story.reading(20, 50).levels()).toEqual([3, 0]);
  });

  it('name a side that has only its worst limit by that', () => {
    expect(new Story({ limits: { HH: 90 }, preBand: 5 }).reading(0, 86).view()).toMatchObject({
      level: 1,
      explanation: { limit: { name: 'HH' } },
    });
  });

  it('judge nearness only where the pack asks for it', () => {
    expect(new Story({}).reading(0, 84).level()).toBe('none');
    expect(new Story({ preBand: 2 }).reading(0, 83).level()).toBe('PRE');
    expect(new Story({ preBand: 2 }).reading(0, 17).level()).toBe('PRE');
  });

  it('judge a late value by the limits alone', () => {
    const { memory } = new Story({ preBand: 2, span: { min: 0, max: 100 } });
    expect([84, 85, 95, 101, 14, -3].map((value) => breachesOf(memory, 0, value)[0]?.level ?? 0)).toEqual([
      0, 2, 3, 3, 2, 3,
    ]);
  });
});

describe('deadband', () => {
  it('is left only beyond it', () => {
    const story = new Story({ deadband: 2 }).reading(0, 85).reading(10, 84).reading(20, 83).reading(30, 82.9);
    expect(story.told).toEqual(['0 limits-high none→H', '30 limits-high H→none']);
  });

  it('of HH does not hold H', () => {
    const story = new Story({ deadband: 2 }).reading(0, 90).reading(10, 88).reading(20, 87).reading(30, 82);
    expect(story.told).toEqual(['0 limits-high none→HH', '20 limits-high HH→H', '30 limits-high H→none']);
  });

  it('counts a first value inside it as not in alarm', () => {
    expect(new Story({ deadband: 2 }).reading(0, 84).told).toEqual([]);
  });

  it('keeps the earlier verdict after a gap and after a restart', () => {
    const story = new Story({ deadband: 2 })
      .reading(0, 86)
      .silence(100)
      .restart()
      .resume(100, 9_000)
      .reading(10_000, 84);
    expect(story.level()).toBe('H');
    expect(story.reading(10_010, 82).level()).toBe('none');
  });

  it('is not left by an uncertain reading', () => {
    const story = new Story({ deadband: 2 }).reading(0, 86).reading(10, 50, 'uncertain').reading(20, 84);
    expect(story.told).toEqual(['0 limits-high none→H']);
  });

  it('works the other way round below L', () => {
    const story = new Story({ deadband: 2 }).reading(0, 15).reading(10, 17).reading(20, 17.1);
    expect(story.told).toEqual(['0 limits-low none→H', '20 limits-low H→none']);
  });
});

describe('boolean', () => {
  const button: ConstructorParameters<typeof Story>[0] = {
    valueKind: 'boolean',
    unit: '',
    limits: {},
    criticalWhen: true,
    intervalMs: null,
  };

  it('is HH while it is critical', () => {
    const story = new Story(button).reading(0, 0).reading(10, 1).reading(20, 0);
    expect(story.told).toEqual(['10 boolean none→HH', '20 boolean HH→none']);
  });

  it('is not ended by an uncertain reading, nor by a change of meaning while it is blind', () => {
    const story = new Story(button).reading(0, 1).reading(10, 0, 'uncertain');
    expect(story.level('boolean')).toBe('HH');
    const slow = new Story({ ...button, offDelayMs: 60_000 }).reading(0, 1).reading(10_000, 0, 'uncertain');
    expect(slow.reading(70_000, 0).level('boolean')).toBe('HH');
    expect(slow.reading(130_000, 0).level('boolean')).toBe('none');
    const blind = new Story(button)
      .reading(0, 1)
      .reading(10, 1, 'bad')
      .change({ ...button, criticalWhen: false }, 20);
    expect(blind.level('boolean')).toBe('HH');
    const seeing = new Story(button).reading(0, 1).change({ ...button, criticalWhen: false }, 20);
    expect(seeing.level('boolean')).toBe('none');
  });

  it('can be critical when false', () => {
    expect(new Story({ ...button, criticalWhen: false }).reading(0, 0).view('boolean')).toMatchObject({
      level: 3,
      explanation: { limit: { name: 'critical', value: 0 } },
    });
  });
});
