// Derived points of the shipped packs, registered as a site would and played through the engine: what the field looks at together.
import { describe, expect, it } from 'vitest';
import { loadPacks, resolveRegistryText, shippedPacks } from '../../src/app/seeds.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const { packs } = loadPacks(shippedPacks());

interface Item {
  readonly type: string;
  readonly inputs?: Readonly<Record<string, string | readonly string[]>>;
  readonly parameters?: Readonly<Record<string, number>>;
}

/** A desk over these points of the enterprise `yt`, by tag. */
async function deskOf(kind: string, points: Readonly<Record<string, Item>>): Promise<Desk> {
  const file = {
    divisions: [{ code: '320921', name: '响水县' }],
    enterprises: [{ id: 'yt', name: '示例企业', division: '320921' }],
    sources: [{ id: 'yt/one', name: '一号', kind, level: 2 }],
    gateways: [{ id: 'gw1', enterprise: 'yt', secret: 'x'.repeat(12) }],
    points: Object.entries(points).map(([tag, item]) => ({
      id: `yt/${tag}`,
      name: tag,
      source: 'yt/one',
      gateways: item.inputs === undefined ? ['gw1'] : [],
      ...item,
    })),
  };
  const resolved = await resolveRegistryText(JSON.stringify(file), packs);
  if (!resolved.ok) throw new Error(resolved.errors.join('\n'));
  const desk = new Desk();
  expect(desk.configure(resolved.change)).toEqual([]);
  return desk;
}

/** Each of them again and again, at its rhythm, up to the end. */
function hold(
  desk: Desk,
  from: number,
  to: number,
  values: Readonly<Record<string, number>>,
  everyMs = 10 * SECOND,
): void {
  for (let at = from; at <= to; at += everyMs)
    desk.send(Object.entries(values).map(([tag, value]) => ({ tag, at, value })));
}
const value = ({ state }: Desk, tag: string): number => {
  const number = state.registry.pointNumbers.get(`yt/${tag}`)!;
  return state.points.col.seen[number] === 0 ? Number.NaN : state.points.col.value[number];
};
const quality = ({ state }: Desk, tag: string): number =>
  state.points.col.quality[state.registry.pointNumbers.get(`yt/${tag}`)!];
const standing = (desk: Desk) =>
  desk.hazards.filter(({ active }) => active).flatMap(({ points }) => points.map(({ id }) => id.slice(3)));

describe('the exhaust of an ammonia machine room', () => {
  const room = {
    HEAD: { type: 'gas_nh3' },
    FAN: { type: 'valve_state' },
    EXHAUST: { type: 'exhaust_without_feedback', inputs: { head: 'HEAD', feedback: 'FAN' } },
  };

  it('that does not answer within 30 s of the alarm is an alarm of its own', async () => {
    const desk = await deskOf('ammonia_refrigeration', room);
    desk.reading('FAN', 0, 0);
    hold(desk, 0, 20 * SECOND, { HEAD: 30 });
    expect(standing(desk)).toEqual(['HEAD']);
    hold(desk, 30 * SECOND, MINUTE, { HEAD: 30 });
    expect(standing(desk).sort()).toEqual(['EXHAUST', 'HEAD']);
  });

  it('that answers in time is none', async () => {
    const desk = await deskOf('ammonia_refrigeration', room);
    desk.reading('FAN', 0, 0);
    hold(desk, 0, 20 * SECOND, { HEAD: 30 });
    desk.reading('FAN', 25 * SECOND, 1);
    hold(desk, 30 * SECOND, 2 * MINUTE, { HEAD: 30 });
    expect(standing(desk)).toEqual(['HEAD']);
  });
});

describe('two neighbouring gas heads', () => {
  const plume = {
    A: { type: 'gas_lel' },
    B: { type: 'gas_lel' },
    WIND: { type: 'wind_dir' },
    PLUME: { type: 'plume_of_two', inputs: { upwind: 'A', downwind: 'B', wind: 'WIND' }, parameters: { from: 350 } },
  };

  it.each([
    [20, true],
    [320, true],
    [90, false],
    [170, false],
  ])('in a wind from %i°, the upwind one in the north, are one cloud: %s', async (wind, isOne) => {
    const desk = await deskOf('tank_farm', plume);
    hold(desk, 0, 30 * SECOND, { A: 30, B: 28, WIND: wind });
    expect(standing(desk).includes('PLUME')).toBe(isOne);
    expect(standing(desk)).toEqual(expect.arrayContaining(['A', 'B']));
  });

  it('without wind are taken for one cloud, the vane is told, and nothing is lowered', async () => {
    const desk = await deskOf('tank_farm', plume);
    hold(desk, 0, 30 * SECOND, { A: 30, B: 28, WIND: 0 });
    const [before] = desk.hazards.filter(({ points }) => points.some(({ id }) => id === 'yt/PLUME'));
    hold(desk, 40 * SECOND, 5 * MINUTE, { A: 30, B: 28 });
    const after = desk.hazards.find(({ id }) => id === before.id)!;
    expect(after.grade).toBe(before.grade);
    expect(after.points.find(({ id }) => id === 'yt/PLUME')).toMatchObject({ active: true, held: false });
    expect(after.reasons.find(({ step }) => step === 'neighbours')).toMatchObject({
      value: 1,
      detail: { 'yt/A': 30, 'yt/B': 28, missing: 'yt/WIND' },
    });
    expect(desk.devices.filter(({ active }) => active)).toMatchObject([
      { hazard: 'silent', points: [{ id: 'yt/WIND' }] },
    ]);
  });
});

it('of several trips the first is known, however many follow', async () => {
  const desk = await deskOf('process_unit', {
    T1: { type: 'esd_state' },
    T2: { type: 'esd_state' },
    FIRST: { type: 'first_trip', inputs: { trips: ['T1', 'T2'] } },
  });
  desk.send([
    { tag: 'T1', at: 0, value: 0 },
    { tag: 'T2', at: 0, value: 0 },
  ]);
  desk.reading('T2', SECOND, 1);
  desk.reading('T1', 2 * SECOND, 1);
  expect(value(desk, 'FIRST')).toBe(2);
});

it('what is stored is summed by its thresholds: more than was filed is told', async () => {
  const desk = await deskOf('tank_farm', {
    Q1: { type: 'storage_qty' },
    Q2: { type: 'storage_qty' },
    Q3: { type: 'storage_qty' },
    AMMONIA: { type: 'stock_ratio', inputs: { stored: ['Q1', 'Q2'] }, parameters: { threshold: 10 } },
    CHLORINE: { type: 'stock_ratio', inputs: { stored: ['Q3'] }, parameters: { threshold: 5 } },
    SUM: { type: 'stock_ratio_sum', inputs: { ratios: ['AMMONIA', 'CHLORINE'] }, parameters: { filed: 10 } },
  });
  const day = { Q1: 40, Q2: 30, Q3: 10 };
  hold(desk, 0, HOUR, day, 10 * MINUTE);
  expect([value(desk, 'SUM'), standing(desk)]).toEqual([0.9, []]);
  hold(desk, 70 * MINUTE, 2 * HOUR, { ...day, Q3: 20 }, 10 * MINUTE);
  expect([value(desk, 'SUM'), standing(desk)]).toEqual([1.1, ['SUM']]);
});

it('rain of a day of which the gauge was away for long is at least so much: it raises and calms nothing', async () => {
  const desk = await deskOf('tailings_pond', {
    GAUGE: { type: 'rain_fallen' },
    DAY: { type: 'rain_24h_summed', inputs: { fallen: 'GAUGE' } },
  });
  const interval = desk.state.registry.points[0].intervalMs!;
  hold(desk, 0, 8 * HOUR, { GAUGE: (60 * interval) / (8 * HOUR) }, interval);
  expect(standing(desk)).toContain('DAY');
  hold(desk, 20 * HOUR, 34 * HOUR, { GAUGE: 0 }, interval);
  // Of the rain of the first eight hours little is left in the window, but for ten hours nobody looked.
  expect(value(desk, 'DAY')).toBeLessThan(20);
  expect(quality(desk, 'DAY')).toBe(1);
  expect(standing(desk)).toContain('DAY');
});

it('more than the approved throughput for an hour is told', async () => {
  const desk = await deskOf('process_unit', {
    RATE: { type: 'inlet_flow' },
    SHARE: { type: 'unit_throughput_share', inputs: { rate: 'RATE' }, parameters: { approved: 100 } },
  });
  hold(desk, 0, 50 * MINUTE, { RATE: 104 }, 30 * SECOND);
  expect(standing(desk)).toEqual([]);
  hold(desk, 51 * MINUTE, 2 * HOUR, { RATE: 104 }, 30 * SECOND);
  expect(standing(desk)).toEqual(['SHARE']);
});

it('of three methane heads the one that stands out is named, and the median judged', async () => {
  const desk = await deskOf('coal_mine', {
    H1: { type: 'ch4_t0' },
    H2: { type: 'ch4_t0' },
    H3: { type: 'ch4_t0' },
    CH4: { type: 'ch4_median', inputs: { heads: ['H1', 'H2', 'H3'] } },
  });
  hold(desk, 0, 2 * MINUTE, { H1: 0.4, H2: 0.9, H3: 0.42 });
  expect(value(desk, 'CH4')).toBe(0.42);
  expect(desk.devices).toMatchObject([{ hazard: 'odd-one-out', points: [{ id: 'yt/H2' }] }]);
});
