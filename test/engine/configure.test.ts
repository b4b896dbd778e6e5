// Configuration changes: all or nothing, stricter at once, looser never by itself, and no alarm ended by a form.
import { describe, expect, it } from 'vitest';
import { newOut } from '../../src/engine/effect.ts';
import { step } from '../../src/engine/step.ts';
import { limitsOf } from '../../src/model/point.ts';
import type { SourceClass } from '../../src/model/source.ts';
import { newKinds } from '../../src/rules/kinds.ts';
import { RuleMemory } from '../../src/rules/memory.ts';
import type { LimitsHigh } from '../../src/rules/points/limits-high/definition.ts';
import { LimitsSide } from '../../src/rules/points/limits-side.ts';
import type { StatedPoint } from '../support/build/point.ts';
import { point, restated } from '../support/build/point.ts';
import { pointsChange, registryOf } from '../support/build/registry.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const SLOW = { intervalMs: 3_600_000 };
const basis = { source: 'AQ 3035', mark: 'M' } as const;
const STRICT: Partial<StatedPoint> = {
  ...SLOW,
  limits: { LL: 5, L: 10, H: 25, HH: 50 },
  onDelayMs: 10_000,
  offDelayMs: 10_000,
  deadband: 2,
  latching: true,
  preBand: 3,
  persistenceMs: 60_000,
  responseMs: 600_000,
  response: 'geotechnical',
  forecast: { windowMs: 600_000, minR2: 0.7 },
  rateOfChange: { windowMs: 60_000, perMinute: 5, direction: 'both' },
  floors: [{ id: 'f', level: 2, points: 2, grade: 3, basis }],
};

describe('a loosening waits for a second person, the stricter value in force', () => {
  it.each<[string, Partial<StatedPoint>, string?]>([
    ['a higher H', { limits: { ...STRICT.limits, H: 30 } }, 'limits-high.H'],
    ['a limit taken away', { limits: { L: 10, H: 25, HH: 50 } }, 'limits-low.LL'],
    ['a lower L', { limits: { ...STRICT.limits, L: 8 } }, 'limits-low.L'],
    ['a longer on-delay', { onDelayMs: 20_000 }],
    ['a shorter off-delay', { offDelayMs: 0 }],
    ['a smaller deadband', { deadband: 0 }, 'limits-high.deadband'],
    ['no latch', { latching: false }],
    ['less nearness', { preBand: 1 }, 'limits-high.preBand'],
    ['later persistence', { persistenceMs: 120_000 }],
    ['a shorter response time', { responseMs: 60_000 }],
    ['a quicker easing', { response: 'process' }],
    ['no forecast', { forecast: undefined }],
    ['a forecast that asks for more certainty', { forecast: { windowMs: 600_000, minR2: 0.9 } }, 'forecast.minR2'],
    [
      'a faster rate',
      { rateOfChange: { windowMs: 60_000, perMinute: 9, direction: 'both' } },
      'rate-of-change.perMinute',
    ],
    [
      'one direction of two',
      { rateOfChange: { windowMs: 60_000, perMinute: 5, direction: 'up' } },
      'rate-of-change.direction',
    ],
    ['no floor', { floors: [] }],
    ['a floor of more points', { floors: [{ id: 'f', level: 2, points: 3, grade: 3, basis }] }],
    ['a rarer report', { intervalMs: 2 * 3_600_000 }],
    ['no report at all', { intervalMs: null }],
    ['a process that can be less', { plausible: { min: 0, max: 20 } }],
    ['a process that can be more', { plausible: { min: -50, max: 500 } }],
    ['an instrument that shows less', { span: { min: 0, max: 60 } }],
    ['an instrument that shows more', { span: { min: 0, max: 1_000 } }],
    ['one transmitter for two heads', { transmitter: 'TX-1' }],
    ['a part of the source that alarms apart', { unitGroup: 'T-2' }],
    ['another publisher beside its own', { gateways: ['gw1', 'gw2'] }],
    ['a real head that is to be of a drill', { exercise: true }],
    ['another hazard', { hazard: 'toxic-gas' }],
    ['a low side that alarms apart', { hazardLow: 'low-level' }],
    ['another unit', { unit: 'mg/m3' }],
    ['another type', { type: 'gas_h2s' }],
    ['a shorter window of a forecast', { forecast: { windowMs: 300_000, minR2: 0.7 } }, 'forecast.windowMs'],
    [
      'a forecast that is believed sooner, and ends sooner',
      { forecast: { windowMs: 600_000, minR2: 0.5 } },
      'forecast.minR2',
    ],
    ['no rate', { rateOfChange: undefined }, 'rate-of-change'],
    ['no nearness', { preBand: undefined }, 'limits-high.preBand'],
  ])('%s', (_, change, field = Object.keys(change)[0]) => {
    const desk = new Desk({ points: [point('GD-1', STRICT)], gateways: ['gw1', 'gw2'] });
    desk.configure(pointsChange(point('GD-1', { ...STRICT, ...change })));
    expect(desk.pending[0]).toContain(`yt/GD-1 ${field}: `);
    expect(desk.state.registry.points[0]).toEqual(point('GD-1', STRICT));
    // Stated as it is in force, nothing waits any more.
    desk.configure(pointsChange(point('GD-1', STRICT)));
    expect(desk.pending).toEqual([]);
  });

  it('an enterprise that is to belong to another division: its duty desk would not see it any more', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    const { enterprises } = registryOf({ points: [] });
    const change = {
      ...pointsChange(),
      divisions: [{ code: '320922', name: '滨海县' }],
      enterprises: [{ ...enterprises[0], name: '盐通', division: '320922' }],
    };
    desk.reading('GD-1', SECOND, 30);
    const told = desk.transitions.length;
    desk.configure(change, 2 * SECOND);
    expect(desk.state.pendingLoosenings).toMatchObject([
      { kind: 'enterprise', item: 'yt', field: 'division', from: '320921', to: '320922', actor: 'admin' },
    ]);
    // Asked again it is the same one; its name is no loosening, and nothing of an open alert moves.
    const [{ id }] = desk.state.pendingLoosenings;
    desk.configure(change, 3 * SECOND);
    expect(desk.state.pendingLoosenings).toMatchObject([{ id }]);
    expect(desk.state.registry.enterprises.get('yt')).toMatchObject({ name: '盐通', division: '320921' });
    expect(desk.transitions).toHaveLength(told);
    desk.configure({ ...pointsChange(), enterprises }, 4 * SECOND);
    expect(desk.pending).toEqual([]);
  });

  it('another credential: who has it speaks for every point of the gateway; the first one is nobody else’s', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    const { gateways, enterprises } = registryOf({ points: [] });
    const stated = (secretHash: string, siteSecretHash: string) => ({
      ...pointsChange(),
      gateways: [{ ...gateways[0], secretHash }],
      enterprises: [{ ...enterprises[0], siteSecretHash }],
    });
    const inForce = () => {
      const { registry } = desk.state;
      return [registry.gateways[0].secretHash, registry.enterprises.get('yt')?.siteSecretHash];
    };
    desk.configure(stated('a first', 'b first'));
    expect([desk.pending, inForce()]).toEqual([[], ['a first', 'b first']]);
    const out = newOut();
    const change = stated('a other', 'b other');
    const input = { kind: 'configuration', at: desk.state.at, commandId: 'o', actor: 'li', change } as const;
    step(desk.state, desk.state.n + 1, input, out);
    expect(inForce()).toEqual(['a first', 'b first']);
    expect(desk.state.pendingLoosenings).toMatchObject([
      { kind: 'gateway', item: 'yt/gw1', field: 'secretHash', to: 'a other' },
      { kind: 'enterprise', item: 'yt', field: 'siteSecretHash', to: 'b other' },
    ]);
    // Told is that it is to change, to nobody what it is.
    const [{ pending, changes }] = out.configurations;
    expect(pending.map(({ from, to }) => [from, to])).toEqual([
      ['***', '***'],
      ['***', '***'],
    ]);
    expect([changes, JSON.stringify(out.configurations).includes('other')]).toEqual([[], false]);
  });

  it('a gateway whose going is to say nothing any more: a detector that speaks on change alone would never be missed', () => {
    const fire = { hazard: 'fire', valueKind: 'boolean', limits: {}, criticalWhen: true, intervalMs: null } as const;
    const plant = { points: [point('FD-1', fire)] };
    const desk = new Desk(plant);
    desk.gateway(true, 0);
    desk.reading('FD-1', SECOND, 0);
    const [gateway] = registryOf(plant).gateways;
    const reports = { ...pointsChange(), gateways: [{ ...gateway, secretHash: 'new', presence: 'reports' as const }] };
    desk.configure(reports, 2 * SECOND);
    expect(desk.state.pendingLoosenings).toMatchObject([
      { kind: 'gateway', item: 'yt/gw1', field: 'presence', from: null, to: 'reports' },
    ]);
    // What is no loosening of it is in force.
    expect(desk.state.registry.gateways[0]).toEqual({ ...gateway, secretHash: 'new' });
    desk.gateway(false, 10 * SECOND);
    desk.tickTo(MINUTE);
    expect(desk.story).toEqual(['raised yellow']);
    desk.configure(
      { ...pointsChange(), gateways: [{ ...gateway, secretHash: 'new', presence: 'connection' }] },
      2 * MINUTE,
    );
    expect(desk.pending).toEqual([]);
  });

  it('is data: who asked for it, when, and from what to what; asked for again, it is the same one', () => {
    const desk = new Desk({ points: [point('GD-1', SLOW)] });
    const looser = pointsChange(point('GD-1', { ...SLOW, limits: { H: 30, HH: 50 } }));
    desk.configure(looser, 5 * SECOND);
    const [waiting] = desk.state.pendingLoosenings;
    expect(waiting).toEqual({
      ...{ id: expect.stringMatching(/^l\w+-0$/), kind: 'point', item: 'yt/GD-1', field: 'limits-high.H' },
      ...{ from: 25, to: 30, actor: 'admin', at: desk.state.at },
    });
    desk.configure(looser, MINUTE);
    expect(desk.state.pendingLoosenings).toEqual([waiting]);
    // Another wish for the same field is another one.
    desk.configure(pointsChange(point('GD-1', { ...SLOW, limits: { H: 35, HH: 50 } })), 2 * MINUTE);
    expect(desk.state.pendingLoosenings).toMatchObject([{ field: 'limits-high.H', from: 25, to: 35 }]);
    expect(desk.state.pendingLoosenings[0].id).not.toBe(waiting.id);
  });

  it.each<[string, Partial<StatedPoint>]>([
    ['another name', { name: '新名' }],
    ['another owner', { owner: '李' }],
    ['a head of its own again', { transmitter: undefined }],
    [
      'an earlier limit, a longer stay and a quicker step up',
      { limits: { H: 20, HH: 40 }, offDelayMs: 60_000, persistenceMs: 1_000 },
    ],
    ['a rule more', { rateOfChange: { windowMs: 60_000, perMinute: 5, direction: 'up' } }],
    ['its publishers in another order', { gateways: ['gw2', 'gw1'] }],
  ])('%s is in force at once', (_, change) => {
    const before = { ...SLOW, transmitter: 'TX-1', gateways: ['gw1', 'gw2'] };
    const desk = new Desk({ points: [point('GD-1', before)], gateways: ['gw1', 'gw2'] });
    const next = point('GD-1', { ...before, ...change });
    desk.configure(pointsChange(next));
    expect(desk.pending).toEqual([]);
    expect(desk.state.registry.points[0]).toEqual(next);
  });

  it('a lower class waits, a higher one does not', () => {
    const desk = new Desk({ points: [point('GD-1')], class: 'B' });
    const classes = (sourceClass: SourceClass) => ({ ...registryOf({ points: [], class: sourceClass }), points: [] });
    desk.configure(classes('C'));
    expect(desk.state.registry.sources.get('yt/farm')?.class).toBe('B');
    desk.configure(classes('A'));
    expect(desk.state.registry.sources.get('yt/farm')?.class).toBe('A');
    expect(desk.pending).toEqual([]);
  });

  it('what is stricter beside it is in force at once', () => {
    const desk = new Desk({ points: [point('GD-1', STRICT)] });
    const floors = [{ id: 'g', level: 3, points: 1, grade: 4, basis } as const];
    desk.configure(pointsChange(point('GD-1', { ...STRICT, limits: { ...STRICT.limits, H: 30, HH: 40 }, floors })));
    const [config] = desk.state.registry.points;
    expect(limitsOf(config)).toEqual({ LL: 5, L: 10, H: 25, HH: 40 });
    expect(config.floors.map(({ id }) => id)).toEqual(['g', 'f']);
    expect(desk.pending).toHaveLength(2);
  });
});

describe('a stricter limit', () => {
  it('judges the last good value again at once', () => {
    const desk = new Desk({ points: [point('GD-1', SLOW)] });
    desk.reading('GD-1', 0, 22);
    desk.configure(pointsChange(point('GD-1', { ...SLOW, limits: { H: 20, HH: 50 } })), SECOND);
    expect(desk.story).toEqual(['raised yellow']);
    expect(desk.hazards[0].points[0]).toMatchObject({ limit: 'H', limitValue: 20, value: 22 });
  });

  it('claims no memory as evidence that is of an earlier input', () => {
    const trend = { ...SLOW, rateOfChange: { windowMs: 60_000, perMinute: 1_000, direction: 'up' } } as const;
    const desk = new Desk({ points: [point('GD-1', trend)] });
    desk.reading('GD-1', 0, 22);
    desk.configure(pointsChange(point('GD-1', { ...trend, limits: { H: 20, HH: 50 } })), SECOND);
    expect(desk.capsules.map(({ evidence }) => (evidence as { points: unknown[] }).points)).toEqual([[]]);
  });

  it('ends no alarm that is on its way back, and needs no reading twice', () => {
    const config = point('GD-1', { ...SLOW, offDelayMs: MINUTE });
    const desk = new Desk({ points: [config] });
    desk.reading('GD-1', 0, 60);
    desk.reading('GD-1', SECOND, 1);
    desk.configure(pointsChange(restated(config, { limits: { H: 20, HH: 50 } })), 2 * SECOND);
    expect(desk.hazards[0].active).toBe(true);
    desk.reading('GD-1', 61 * SECOND, 1);
    expect(desk.hazards[0].active).toBe(false);
  });

  it('stated again unchanged, changes nothing', () => {
    const config = point('GD-1', { ...SLOW, offDelayMs: MINUTE, onDelayMs: 10 * SECOND });
    const desk = new Desk({ points: [config] });
    desk.reading('GD-1', 0, 60);
    desk.configure(pointsChange(config), 5 * SECOND);
    desk.tickTo(10 * SECOND);
    expect(desk.story).toEqual(['raised orange']);
  });
});

describe('a change is taken whole or not at all', () => {
  it('names every error at once and applies nothing', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    const errors = desk.configure({
      divisions: [],
      enterprises: [{ id: 'zz', name: 'z', division: '999999', contacts: [] }],
      sources: [{ id: 'qq/s', enterprise: 'qq', name: 's', kind: 'mine', class: 'B', observers: {} }],
      gateways: [{ id: 'alerts', enterprise: 'yt', secretHash: '' }],
      points: [
        point('GD-2'),
        point('GD-2'),
        point('GD-3', { source: 'yt/nowhere' }),
        point('GD-4', { gateways: ['gw9'] }),
        point('GD-5', { gateways: [] }),
        point('GD-6', { id: 'yt/other' }),
        point('G D'),
        point('GD-1', { valueKind: 'boolean' }),
        point('GD-7', { source: 'qq/s' }),
      ],
    });
    expect(errors).toEqual([
      'enterprise zz: division 999999 is not registered',
      'source qq/s: enterprise qq is not registered',
      'gateway yt/alerts: the id is reserved',
      'point yt/GD-2: stated twice',
      'point yt/GD-3: source yt/nowhere is not registered',
      'point yt/GD-4: gateway gw9 is not registered',
      'point yt/GD-5: no gateway may publish it',
      'point yt/other: the id must be yt/GD-6',
      'point yt/G D: the tag must be 1–64 characters without space, "/", "+", "#" and "|", and not begin with "~"',
      'point yt/GD-1: was number, cannot become boolean; register it under another tag',
      'point yt/GD-7: source qq/s is of another enterprise',
    ]);
    expect(desk.state.registry.points.map(({ id }) => id)).toEqual(['yt/GD-1']);
    expect(desk.state.registry.version).toBe(1);
  });

  it('never re-uses a number and removes nothing', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2')] });
    desk.configure(pointsChange(point('GD-3'), point('GD-1', { name: '新名' })));
    expect(desk.state.registry.points.map(({ tag, name }) => `${tag} ${name}`)).toEqual([
      'GD-1 新名',
      'GD-2 点 GD-2',
      'GD-3 点 GD-3',
    ]);
  });
});

describe('a rule that throws', () => {
  let unlucky = Number.NaN;
  class Throwing extends LimitsSide<LimitsHigh> {
    constructor() {
      super('unlucky', 1, ({ H, HH }) => [H, HH], ['H', 'HH']);
    }

    override observe(...args: Parameters<LimitsSide<LimitsHigh>['observe']>) {
      if (args[1].value === unlucky) throw new Error('unlucky number');
      return super.observe(...args);
    }
  }

  /** The limits judge as ever; a second rule with the same figures throws at 27. */
  function faulty(): Desk {
    const desk = new Desk();
    unlucky = 27;
    desk.state.rules = new RuleMemory([...newKinds(), new Throwing()]);
    const points = [point('GD-1', SLOW), point('GD-2', SLOW)].map((config) => ({
      ...config,
      rules: [...config.rules, { ...config.rules[0], id: 'unlucky', kind: 'unlucky' }],
    }));
    desk.configure(registryOf({ points }));
    return desk;
  }
  const faults = (desk: Desk) =>
    desk.devices
      .filter(({ active }) => active)
      .map(({ key, grade, reasons }) => [key, grade, reasons[0].detail.message]);

  it('is caught on that point alone, told as a device alarm, and the limits are judged on', () => {
    const desk = faulty();
    desk.reading('GD-1', 0, 27);
    expect(faults(desk)).toEqual([['yt/GD-1|rule-fault|device', 'yellow', 'unlucky number']]);
    desk.reading('GD-1', SECOND, 60);
    desk.reading('GD-2', 2 * SECOND, 60);
    const active = desk.hazards[0].points.filter((p) => p.active);
    expect(active.map(({ id, level }) => `${id} ${level}`)).toEqual(['yt/GD-1 HH', 'yt/GD-2 HH', 'yt/GD-2 HH']);
  });

  it('is asked again once it is installed anew, and told again where it throws again', () => {
    const desk = faulty();
    desk.reading('GD-1', 0, 27);
    desk.configure(pointsChange(point('GD-1', SLOW)), SECOND);
    expect(faults(desk)).toHaveLength(1);
    unlucky = Number.NaN;
    desk.configure(pointsChange(point('GD-1', SLOW)), 2 * SECOND);
    expect(faults(desk)).toEqual([]);
  });
});
