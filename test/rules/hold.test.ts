// Delays, holds and latches: when what a sensor says becomes an alarm, and what may end one.
import { describe, expect, it } from 'vitest';
import { explainSlot } from '../../src/rules/view.ts';
import { Story } from './harness.ts';

const SECOND = 1_000;

describe('on-delay', () => {
  it('is completed by a reading past it, in sampling time', () => {
    const story = new Story({ onDelayMs: 5 * SECOND }).reading(0, 86).reading(4_999, 86).reading(5_000, 86);
    expect(story.told).toEqual(['5000 limits-high none→H']);
  });

  it('is completed in silence by a tick past it, in engine time', () => {
    const story = new Story({ onDelayMs: 5 * SECOND }).reading(0, 86, 'good', 0, 300);
    expect(story.tick(5_299).told).toEqual([]);
    expect(story.tick(5_300).told).toEqual(['5300 limits-high none→H']);
  });

  it('is reset by a good reading below, and by nothing else', () => {
    const story = new Story({ onDelayMs: 5 * SECOND });
    story.reading(0, 86).reading(1_000, 50, 'bad').reading(2_000, 50, 'uncertain').reading(3_000, 50, 'test');
    expect(story.tick(5_000).told).toEqual(['5000 limits-high none→H', '5000 limits-high blind']);
    const reset = new Story({ onDelayMs: 5 * SECOND }).reading(0, 86).reading(1_000, 50).reading(2_000, 86);
    expect(reset.tick(6_999).told).toEqual([]);
    expect(reset.tick(7_000).told).toEqual(['7000 limits-high none→H']);
  });

  it('runs for each level on its own', () => {
    const story = new Story({ onDelayMs: 5 * SECOND }).reading(0, 86).reading(3_000, 91);
    expect(story.tick(5_000).tick(8_000).told).toEqual(['5000 limits-high none→H', '8000 limits-high H→HH']);
  });

  it('is judged the same from a backlog without ticks: the state lasted until the next reading', () => {
    const story = new Story({ onDelayMs: 5 * SECOND });
    story.reading(0, 86, 'good', 0, 99_000).reading(10_000, 50, 'good', 0, 99_000);
    expect(story.told).toEqual(['10000 limits-high none→H', '10000 limits-high H→none']);
  });

  it('of a point that speaks only of changes is finished by a tick after an outage, its elapsed part kept', () => {
    const fan = { intervalMs: null, onDelayMs: 30 * SECOND };
    const story = new Story(fan).reading(0, 86).resume(10_000, 110_000);
    expect(story.tick(129_999).told).toEqual([]);
    expect(story.tick(130_000).told).toEqual(['130000 limits-high none→H']);
    // What came back meanwhile was in alarm for 10 s that somebody saw, and not for 30.
    const over = new Story(fan).reading(0, 86).resume(10_000, 110_000).reading(115_000, 50);
    expect(over.tick(999_000).told).toEqual([]);
    // A second outage takes nothing from it either.
    const twice = new Story(fan).reading(0, 86).resume(10_000, 110_000).resume(120_000, 500_000);
    expect(twice.tick(509_999).told).toEqual([]);
    expect(twice.tick(510_000).told).toEqual(['510000 limits-high none→H']);
  });

  it('keeps its elapsed part over an outage and needs a reading to finish', () => {
    const story = new Story({ onDelayMs: 60 * SECOND }).reading(0, 86).reading(40_000, 86).resume(45_000, 145_000);
    expect(story.tick(300_000).told).toEqual([]);
    // Time in which nobody looked is no evidence, but the device says that it was in alarm at both ends.
    expect(story.reading(300_000, 86).told).toEqual(['300000 limits-high none→H']);
    const arriving = new Story({ onDelayMs: 60 * SECOND }).reading(0, 86).resume(45_000, 145_000);
    arriving.reading(50_000, 86, 'good', 0, 150_000);
    expect(arriving.tick(164_999).told).toEqual([]);
    expect(arriving.tick(165_000).told).toEqual(['165000 limits-high none→H']);
    const over = new Story({ onDelayMs: 60 * SECOND }).reading(0, 86).resume(45_000, 145_000).reading(200_000, 50);
    expect(over.tick(999_000).told).toEqual([]);
  });
});

describe('off-delay', () => {
  const held = { offDelayMs: 60 * SECOND };

  it('is completed by good readings only', () => {
    const story = new Story(held).reading(0, 86).reading(10_000, 50).tick(100_000);
    expect(story.told).toEqual(['0 limits-high none→H']);
    expect(story.reading(69_999, 50).level()).toBe('H');
    expect(story.reading(70_000, 50).told).toEqual(['0 limits-high none→H', '70000 limits-high H→none']);
  });

  it.each(['bad', 'uncertain', 'test', 'stale'] as const)('begins again after a %s reading', (quality) => {
    const story = new Story(held).reading(0, 86).reading(10_000, 50).reading(40_000, 50, quality).reading(70_000, 50);
    expect(story.level()).toBe('H');
    expect(story.reading(129_999, 50).level()).toBe('H');
    expect(story.reading(130_000, 50).level()).toBe('none');
  });

  it('begins again after silence and after an outage', () => {
    expect(new Story(held).reading(0, 86).reading(10_000, 50).silence(40_000).reading(70_000, 50).level()).toBe('H');
    expect(new Story(held).reading(0, 86).reading(10_000, 50).resume(20_000, 60_000).reading(70_000, 50).level()).toBe(
      'H',
    );
  });

  it('falls to the highest level seen inside it', () => {
    const story = new Story(held).reading(0, 91).reading(10_000, 86).reading(40_000, 50).reading(70_000, 50);
    expect(story.level()).toBe('H');
    expect(story.reading(99_999, 50).level()).toBe('H');
    expect(story.reading(100_000, 50).told.at(-1)).toBe('100000 limits-high H→none');
  });

  it('of an event-driven point is completed by a tick while its gateway is online', () => {
    const event = { ...held, intervalMs: null };
    const story = new Story(event).reading(0, 86).reading(10_000, 50);
    expect(story.tick(69_999, true).level()).toBe('H');
    expect(story.tick(70_000, true).told.at(-1)).toBe('70000 limits-high H→none');
    const offline = new Story(event).reading(0, 86).reading(10_000, 50).tick(70_000, false);
    expect(offline.level()).toBe('H');
    expect(offline.tick(130_000, true).level()).toBe('none');
  });

  it('of an event-driven point is not completed by a tick after a bad reading', () => {
    const story = new Story({ ...held, intervalMs: null })
      .reading(0, 86)
      .reading(10_000, 50)
      .reading(20_000, 50, 'bad');
    expect(story.tick(500_000, true).level()).toBe('H');
  });
});

describe('twenty short excursions', () => {
  const spikes = (story: Story): Story => {
    for (let i = 0; i < 20; i++) story.reading(i * 1_000, 95 + (i === 7 ? 2 : 0)).reading(i * 1_000 + 200, 50);
    return story;
  };

  it('are twenty alarms without delay and deadband', () => {
    const { told } = spikes(new Story({}));
    expect(told.filter((line) => line.endsWith('none→HH'))).toHaveLength(20);
    expect(told.filter((line) => line.endsWith('HH→none'))).toHaveLength(20);
  });

  it('are one alarm under an off-delay, counted, with their peak', () => {
    const story = spikes(new Story({ offDelayMs: 60 * SECOND }));
    expect(story.told).toEqual(['0 limits-high none→HH']);
    expect(story.view()).toMatchObject({ excursions: 20, peak: 97 });
    expect(story.reading(100_000, 50).told.at(-1)).toBe('100000 limits-high HH→none');
    expect(story.view()).toMatchObject({ excursions: 20, peak: 97, level: 0 });
    expect(story.reading(200_000, 86).view()).toMatchObject({ excursions: 1, peak: 86 });
  });

  it('are not counted for a dip from HH to H', () => {
    const story = new Story({ offDelayMs: 60 * SECOND }).reading(0, 91).reading(1_000, 86).reading(2_000, 91);
    expect(story.view()?.excursions).toBe(1);
  });
});

describe('quality', () => {
  it('uncertain may start and raise, never lower', () => {
    const story = new Story({})
      .reading(0, 86, 'uncertain')
      .reading(1_000, 91, 'uncertain')
      .reading(2_000, 50, 'uncertain');
    expect(story.told).toEqual(['0 limits-high none→H', '1000 limits-high H→HH']);
    expect(explainSlot(story.memory, 0).goodSupport).toBe(false);
    expect(explainSlot(story.reading(3_000, 95).memory, 0).goodSupport).toBe(true);
  });

  it.each(['bad', 'test', 'stale'] as const)('%s starts nothing, and holds what stands', (quality) => {
    expect(new Story({}).reading(0, 99, quality).told).toEqual([]);
    const story = new Story({}).reading(0, 86).reading(1_000, 50, quality).reading(2_000, 50, quality);
    expect(story.told).toEqual(['0 limits-high none→H', '1000 limits-high blind']);
    expect(story.view()).toMatchObject({ held: true, value: 86, quality: 0 });
    expect(story.reading(3_000, 50).told.slice(2)).toEqual(['3000 limits-high sees', '3000 limits-high H→none']);
  });

  it('silence holds what stands, and a good reading gives sight back', () => {
    const story = new Story({}).reading(0, 86).silence(30_000).reading(40_000, 87);
    expect(story.told).toEqual(['0 limits-high none→H', '30000 limits-high blind', '40000 limits-high sees']);
  });

  it('an alarm that an uncertain reading raises after bad ones is blind from the start', () => {
    const story = new Story({}).reading(0, 50, 'bad').reading(1_000, 86, 'uncertain');
    expect(story.told).toEqual(['1000 limits-high none→H', '1000 limits-high blind']);
  });
});

describe('span and plausibility', () => {
  const gas = { limits: { H: 25, HH: 50 }, span: { min: -5, max: 100 }, latching: true };

  it('beyond the span on the dangerous side is over-range: uncertain, judged as the highest limit, latched', () => {
    const story = new Story(gas).reading(0, 104);
    expect(story.told).toEqual(['0 limits-high none→HH']);
    expect([story.sample.quality, story.sample.over !== 0]).toEqual([1, true]);
    expect(story.reading(1_000, 0).reading(100_000, 0).view()).toMatchObject({ level: 3, latched: true });
    expect(story.reset(0, 101_000).told.at(-1)).toBe('101000 limits-high HH→none');
  });

  it('a reset while it still stands over range latches again with the next such reading', () => {
    const story = new Story({ ...gas, offDelayMs: 10_000 }).reading(0, 104).reset(0, 500);
    expect(story.view()).toMatchObject({ level: 3, latched: false });
    expect(story.reading(1_000, 30).reset(0, 1_500).reading(2_000, 30).view()?.latched).toBe(false);
    expect(story.reading(3_000, 104).view()?.latched).toBe(true);
  });

  it('over-range is as high as the highest limit the side has, even where that lies beyond the span', () => {
    expect(new Story({ limits: { H: 120 }, span: { max: 100 } }).reading(0, 101).level()).toBe('H');
    expect(new Story({ limits: { L: 19.5 }, span: { min: 0 } }).reading(0, -1).level()).toBe('H');
  });

  it('beyond the span on the harmless side is bad', () => {
    const story = new Story(gas).reading(0, 30).reading(1_000, -6);
    expect(story.told).toEqual(['0 limits-high none→H', '1000 limits-high blind']);
    expect([story.sample.quality, story.sample.over !== 0]).toEqual([2, false]);
    expect(new Story({ limits: { L: 5 }, span: { max: 100 } }).reading(0, 101).sample.quality).toBe(2);
  });

  it('the harmless side is bounded by what is plausible where that is stated', () => {
    const wide = { limits: { H: 50 }, span: { min: -50, max: 150 }, plausible: { min: -60, max: 120 } };
    expect(new Story(wide).reading(0, -55).sample.quality).toBe(0);
    expect(new Story(wide).reading(0, -61).sample.quality).toBe(2);
  });

  it('implausible on the dangerous side is uncertain and judged by its value', () => {
    const story = new Story({ limits: { H: 50, HH: 140 }, span: { max: 150 }, plausible: { max: 120 } }).reading(
      0,
      130,
    );
    expect(story.told).toEqual(['0 limits-high none→H']);
    expect([story.sample.quality, story.sample.over !== 0]).toEqual([1, false]);
  });

  it('what was sent as bad or test stays so at any value; no number is bad', () => {
    expect(new Story(gas).reading(0, 104, 'test').sample.quality).toBe(3);
    expect(new Story(gas).reading(0, 104, 'test').told).toEqual([]);
    expect(new Story(gas).reading(0, Number.POSITIVE_INFINITY).sample.quality).toBe(2);
  });

  it('over-range within an on-delay latches when the delay is over', () => {
    const story = new Story({ ...gas, onDelayMs: 5_000 }).reading(0, 104).tick(5_000);
    expect(story.view()).toMatchObject({ level: 3, latched: true });
    const inside = new Story({ ...gas, onDelayMs: 5_000 }).reading(0, 104).reading(1_000, 60).tick(5_000);
    expect(inside.view()).toMatchObject({ level: 3, latched: false });
    const spike = new Story({ ...gas, onDelayMs: 5_000 }).reading(0, 104).reading(1_000, 0).tick(9_000);
    expect(spike.view()).toMatchObject({ level: 0, latched: false });
  });
});

describe('a change of limits', () => {
  it('raises at once from the last good value', () => {
    const story = new Story({}).reading(0, 80).change({ limits: { H: 75 } }, 5_000);
    expect(story.told).toEqual(['0 limits-high none→H']);
  });

  it('lets go at once what the last good value no longer bears out, without off-delay', () => {
    const story = new Story({ offDelayMs: 60_000 })
      .reading(0, 86)
      .change({ limits: { H: 88 }, offDelayMs: 60_000 }, 5_000);
    expect(story.told).toEqual(['0 limits-high none→H', '5000 limits-high H→none']);
  });

  it('lets go nothing of a contributor that is blind or uncertain', () => {
    const looser = { limits: { H: 95 } };
    expect(new Story({}).reading(0, 86).reading(10, 86, 'bad').change(looser, 20).level()).toBe('H');
    expect(new Story({}).reading(0, 80).reading(5, 86, 'uncertain').change(looser, 20).level()).toBe('H');
    expect(new Story({}).reading(0, 86).silence(10).change(looser, 20).level()).toBe('H');
  });

  it('keeps the value inside a deadband in alarm', () => {
    const story = new Story({ deadband: 2 }).reading(0, 86).change({ limits: { H: 87 }, deadband: 2 }, 10);
    expect(story.level()).toBe('H');
  });

  it('counts versions, and keeps the one an alarm was judged with', () => {
    const story = new Story({})
      .reading(0, 86)
      .change({ limits: { H: 84 } }, 10)
      .change({ limits: { H: 84 } }, 20);
    expect(explainSlot(story.memory, 0)).toMatchObject({ version: 2, judgedVersion: 1 });
  });

  it('of the delay alone shortens what is running', () => {
    const story = new Story({ onDelayMs: 60_000 }).reading(0, 86).change({ onDelayMs: 5_000 }, 1_000).tick(5_000);
    expect(story.told).toEqual(['5000 limits-high none→H']);
  });

  it('that takes the rule away lets it go, and bringing it back uses the same slot', () => {
    const story = new Story({}).reading(0, 86).change({ limits: {} }, 10);
    expect(story.told).toEqual(['0 limits-high none→H', '10 limits-high H→none']);
    expect(story.reading(20, 99).change({}, 30).told.at(-1)).toBe('20 limits-high none→HH');
    expect(story.memory.slots.rows).toBe(2);
    const banded = new Story({ deadband: 2 }).reading(0, 86).change({ limits: {} }, 10).reading(20, 84);
    expect(banded.change({ deadband: 2 }, 30).level()).toBe('none');
  });
});

describe('a rule that throws', () => {
  it('is caught, named and left out, while the limits of the point are still judged', () => {
    const story = new Story({ rateOfChange: { windowMs: 60_000, perMinute: 1, direction: 'up' } });
    const broken = story.memory.kinds.find(({ name }) => name === 'rate-of-change')!;
    broken.observe = () => {
      throw new Error('no such cell');
    };
    story.reading(0, 50).reading(1_000, 91);
    expect(story.told).toEqual(['rate-of-change faulted: no such cell', '1000 limits-high none→HH']);
  });
});
