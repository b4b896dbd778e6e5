// A limit that nobody has to act on is an event and no alarm: kept with its begin, its end and its furthest value, told to nobody.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPack, readRegistryFile } from '../../src/rules/packs/definition.ts';
import { resolvePoint } from '../../src/rules/packs/resolve.ts';
import { eventsOf } from '../../src/rules/view.ts';
import { lively, MINUTE } from '../scenarios/stage/course.ts';
import { Stage } from '../scenarios/stage/stage.ts';
import { START, Story } from './harness.ts';

const kept = (story: Story, rule = 'event-filled') => eventsOf(story.memory, 0)?.[rule];

describe('an event', () => {
  it('is kept with begin, end and peak, and counted; it has no level and tells nobody', () => {
    const story = new Story({ limits: {}, events: { filled: { high: 70, clear: 65 } } });
    for (const [at, value] of [69, 70, 84, 66, 65, 64, 71].entries()) story.reading(at * MINUTE, value);
    story.tick(10 * MINUTE);
    expect(kept(story)).toEqual({
      limit: 70,
      count: 2,
      newest: [
        { from: START + 6 * MINUTE, to: undefined, peak: 71 },
        { from: START + MINUTE, to: START + 5 * MINUTE, peak: 84 },
      ],
    });
    expect(story.told).toEqual([]);
    expect(story.levels()).toEqual([0]);
  });

  it('is one, though the instrument has jumped to its other side and back meanwhile', () => {
    const story = new Story({
      limits: {},
      intervalMs: MINUTE,
      span: { min: 0, max: 100 },
      spike: {},
      events: { busy: { high: 60 } },
    });
    for (let minute = 0; minute < 40; minute++) story.reading(minute * MINUTE, minute === 20 ? 5 : 70 + (minute % 2));
    expect(kept(story, 'event-busy')).toMatchObject({ count: 1, newest: [{ from: START, to: undefined, peak: 71 }] });
  });

  it('neither begins nor grows by an instrument that stands still', () => {
    const watched = { limits: {}, intervalMs: MINUTE, span: { min: 0, max: 100 }, stuck: { range: 1 } };
    const story = new Story({ ...watched, events: { busy: { high: 60 } } });
    for (let minute = 0; minute < 90; minute++) story.reading(minute * MINUTE, 59.5).tick(minute * MINUTE);
    for (let minute = 90; minute < 100; minute++) story.reading(minute * MINUTE, 60.2);
    expect(kept(story, 'event-busy')).toMatchObject({ count: 0 });
    story.reading(100 * MINUTE, 61);
    expect(kept(story, 'event-busy')).toMatchObject({ count: 1, newest: [{ peak: 61 }] });
  });

  it('that a doubtful reading begins is ended by a good one only, and silence ends none', () => {
    const story = new Story({ limits: {}, events: { dry: { low: 5 } } });
    story
      .reading(0, 4, 'uncertain')
      .reading(MINUTE, 8, 'uncertain')
      .reading(2 * MINUTE, 1, 'bad');
    story.silence(60 * MINUTE);
    expect(kept(story, 'event-dry')?.newest).toEqual([{ from: START, to: undefined, peak: 4 }]);
    story.reading(90 * MINUTE, 8);
    expect(kept(story, 'event-dry')?.newest[0].to).toBe(START + 90 * MINUTE);
  });

  it('is the same found out anew from all readings, through restarts; the newest eight are kept', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 80 }), fc.nat(80), (values, cut) => {
        const story = new Story({ limits: {}, events: { filled: { high: 6, clear: 3 } } });
        const all: { from: number; to: number | undefined; peak: number }[] = [];
        for (const [i, value] of values.entries()) {
          if (i === cut) story.restart();
          story.reading(i * MINUTE, value);
          const last = all.at(-1);
          const at = START + i * MINUTE;
          if (last === undefined || last.to !== undefined) {
            if (value >= 6) all.push({ from: at, to: undefined, peak: value });
          } else if (value >= 3) last.peak = Math.max(last.peak, value);
          else last.to = at;
        }
        expect(kept(story)).toEqual({ limit: 6, count: all.length, newest: all.slice(-8).reverse() });
      }),
    );
  });
});

const tank = {
  type: 'rain_barrel',
  name: '雨水桶',
  nameEn: 'rain barrel',
  unit: '%',
  hazard: 'overfill',
  value: 'number',
  intervalMs: 10_000,
  events: { filled: { high: 70 } },
  response: 'process',
  persistenceMs: 600_000,
  responseMs: 900_000,
  basis: { source: 'ours', mark: 'OURS' },
};
const packOf = (over: object) => readPack({ id: 'p', name: 'P', version: '1.0.0', pointTypes: [{ ...tank, ...over }] });

describe('in files', () => {
  it('asks for no consequence and no action; a limit that has none is sent here', () => {
    expect(packOf({}).errors).toEqual([]);
    expect(packOf({ limits: { H: 70 } }).errors.join()).toContain(
      'what nobody answers is an event: state it under `events`',
    );
  });

  it('states one side, and a clear value on its normal side; a site restates one, or switches it off', () => {
    const wrong = { both: { high: 1, low: 0 }, none: {}, across: { low: 5, clear: 4 } };
    expect(packOf({ events: wrong }).errors.map((error) => error.replace(/^.*?events\./, ''))).toEqual([
      'both: states high or low, one of them',
      'none: states high or low, one of them',
      'across.clear: 4 must lie on the normal side of 5',
    ]);
    const point = { id: 'e/B', source: 'e/s', gateways: ['g'], type: 'rain_barrel', name: 'B' };
    const rules = (events: object) => {
      const { value } = readRegistryFile({ points: [{ ...point, reason: 'ours', events }] });
      const resolved = resolvePoint(value.points[0], packOf({}).value!.pointTypes[0]);
      if (!resolved.ok) throw new Error(resolved.errors.join('; '));
      return resolved.point.rules.map(({ id, high, low }) => [id, high ?? low]);
    };
    expect(rules({ filled: { high: 80 }, dry: { low: 5 } })).toEqual([
      ['event-filled', 80],
      ['event-dry', 5],
    ]);
    expect(rules({ filled: null })).toEqual([]);
  });
});

it('raises no alert, sounds nowhere and counts nowhere, through the whole service', async () => {
  const stage = await Stage.of({
    sources: { tanks: { kind: 'tank_farm' } },
    points: { WIND: { type: 'wind_speed', events: { gale: { high: 17.2, clear: 15 } } } },
  });
  stage.says({ WIND: lively(5, 1) }).pass(10 * MINUTE);
  stage.says({ WIND: lively(21, 1) }).pass(10 * MINUTE);
  stage.says({ WIND: lively(5, 1) }).pass(10 * MINUTE);
  expect(stage.open).toEqual([]);
  expect(stage.desk.transitions).toEqual([]);
  const [gale] = eventsOf(stage.desk.state.rules, 0)!['event-gale'].newest;
  expect(gale.peak).toBeGreaterThan(20);
  expect(gale.to! - gale.from).toBe(10 * MINUTE);
});
