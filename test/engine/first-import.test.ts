// A registry that comes for the first time is no looser than its packs, whatever reason it gives: the second person is asked
// then already. Told from the file as a site would write it to what is in force.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PointConfig } from '../../src/model/point.ts';
import { limitsOf } from '../../src/model/point.ts';
import type { Pack } from '../../src/rules/packs/definition.ts';
import { resolveRegistry } from '../../src/rules/packs/resolve.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const basis = { source: 'GB/T 50493', mark: 'M' } as const;
const HEAD: Pack['pointTypes'][number] = {
  type: 'gas_lel',
  name: '可燃气体',
  nameEn: 'gas',
  unit: '%{LEL}',
  hazard: 'flammable-gas',
  value: 'number',
  span: { min: 0, max: 100 },
  intervalMs: 10 * SECOND,
  limits: { LL: 1, L: 2, H: 25, HH: 50 },
  deadband: 0.5,
  onDelayMs: 0,
  offDelayMs: MINUTE,
  latching: true,
  preBand: 5,
  rateOfChange: { windowMs: 10 * MINUTE, perMinute: 3, direction: 'both' },
  forecast: { windowMs: 10 * MINUTE, minR2: 0.7 },
  response: 'process',
  persistenceMs: 10 * MINUTE,
  responseMs: 15 * MINUTE,
  basis,
  consequence: 'fire',
  action: 'go and see',
};
const PACK: Pack = {
  id: 'chemical',
  name: 'chemical',
  version: '1.0.0',
  sourceKinds: [
    { kind: 'coal_face', name: '采煤工作面', nameEn: 'coal face', industry: 'coal-mine', alarmClass: 'raised' },
    { kind: 'tank_farm', name: '罐区', nameEn: 'tank farm', industry: 'chemical', alarmClass: 'normal' },
  ],
  pointTypes: [HEAD],
  unsupported: [],
  cases: [],
};

/** The file of a site with one source and one point. */
function file(point: object, source: object = {}): object {
  return {
    divisions: [{ code: '320921', name: '响水县' }],
    enterprises: [{ id: 'yt', name: '盐通', division: '320921' }],
    sources: [{ id: 'yt/farm', name: '一号罐区', kind: 'tank_farm', level: 3, ...source }],
    gateways: [{ id: 'gw1', enterprise: 'yt', secret: 'gateway-secret' }],
    points: [{ id: 'yt/GD-1', source: 'yt/farm', gateways: ['gw1'], type: 'gas_lel', name: 'GD-1', ...point }],
  };
}

/** As it comes out of the log: a replay reads JSON. */
function change(point: object, source: object = {}) {
  const resolved = resolveRegistry(file({ reason: 'designed so', ...point }, source), {
    packs: [PACK],
    hashSecret: () => 'hash',
  });
  if (!resolved.ok) throw new Error(resolved.errors.join('\n'));
  return JSON.parse(JSON.stringify(resolved.change)) as typeof resolved.change;
}

/** What the second person is asked, without what the figures stand on. */
const asked = ({ pending }: Desk) => pending.filter((words) => !words.includes(' basis: '));
const bare = (): PointConfig => {
  const desk = new Desk();
  desk.configure(change({ reason: undefined }));
  return desk.state.registry.points[0];
};

describe('the first import of a point that is looser than its pack', () => {
  it.each<[string, object, string]>([
    ['a longer on-delay', { onDelayMs: MINUTE }, 'onDelayMs: 0 → 60000'],
    ['a shorter off-delay', { offDelayMs: 0 }, 'offDelayMs: 60000 → 0'],
    ['a higher limit', { limits: { H: 30 } }, 'limits-high.H: 25 → 30'],
    ['a limit switched off', { limits: { HH: null } }, 'limits-high.HH: 50 → null'],
    ['a rarer report', { intervalMs: MINUTE }, 'intervalMs: 10000 → 60000'],
    ['no report at all', { intervalMs: null }, 'intervalMs: 10000 → null'],
    [
      'a rate of 300 instead of 3',
      { rateOfChange: { windowMs: 10 * MINUTE, perMinute: 300, direction: 'both' } },
      'rate-of-change.perMinute: 3 → 300',
    ],
    ['a narrow band of what can be', { plausible: { min: 30, max: 60 } }, 'plausible: null → {"min":30,"max":60}'],
    ['another instrument', { span: { min: 0, max: 20 } }, 'span: {"min":0,"max":100} → {"min":0,"max":20}'],
    ['no latch', { latching: false }, 'latching: true → false'],
    ['no deadband', { deadband: 0 }, 'limits-high.deadband: 0.5 → 0'],
    ['no nearness', { preBand: null }, 'limits-high.preBand: 5 → null'],
  ])('%s waits, and the pack is in force', (_, point, words) => {
    const desk = new Desk();
    desk.configure(change(point));
    expect(asked(desk)[0]).toBe(`yt/GD-1 ${words}`);
    // What was stated is kept beside it, for when the pack changes.
    const { stated: _stated, ...inForce } = desk.state.registry.points[0];
    expect(inForce).toEqual(bare());
    const [{ id, kind, item, from, actor, at }] = desk.state.pendingLoosenings;
    expect({ kind, item, actor, at }).toEqual({ kind: 'point', item: 'yt/GD-1', actor: 'admin', at: desk.state.at });
    expect([id, from === undefined]).toEqual([expect.stringMatching(/^l\w+-0$/), false]);
    // The same file again is no second person, and the pack's own values end the wish.
    desk.configure(change(point));
    expect(desk.state.pendingLoosenings[0]).toMatchObject({ id, at });
    desk.configure(change({ reason: undefined }));
    expect(desk.pending).toEqual([]);
  });

  it('the reason waits with it, for who decides to read', () => {
    const desk = new Desk();
    desk.configure(change({ limits: { H: 30 }, basis: { source: '设计文件', mark: 'V' } }));
    expect(desk.state.registry.points[0].basis).toEqual(basis);
    expect(desk.state.pendingLoosenings.at(-1)).toMatchObject({
      field: 'basis',
      to: { source: '设计文件; designed so', mark: 'V' },
    });
  });

  it('an alarm is not held back by what waits', () => {
    const desk = new Desk();
    desk.configure(change({ onDelayMs: 10 * MINUTE, limits: { H: 90, HH: 95 } }));
    desk.reading('GD-1', SECOND, 60);
    expect(desk.story).toEqual(['raised orange']);
  });

  it('where and how it is put up, and whatever no type says, is the site’s own', () => {
    const desk = new Desk();
    const own = { unitGroup: 'T-1', transmitter: 'TX-1', exercise: true, owner: '李', respondMs: MINUTE };
    desk.configure(change({ ...own, reason: undefined }));
    expect(desk.pending).toEqual([]);
    expect(desk.state.registry.points[0]).toMatchObject(own);
  });

  it('what is stricter is in force beside what waits', () => {
    const desk = new Desk();
    desk.configure(change({ limits: { H: 20, HH: 60 }, offDelayMs: 2 * MINUTE }));
    const [point] = desk.state.registry.points;
    expect([limitsOf(point), point.offDelayMs]).toEqual([{ LL: 1, L: 2, H: 20, HH: 50 }, 2 * MINUTE]);
    expect(asked(desk)).toEqual(['yt/GD-1 limits-high.HH: 50 → 60']);
  });

  it('a registry in a snapshot is what is in force, and nothing of the pack beside it', () => {
    const desk = new Desk();
    desk.configure(change({ limits: { H: 30 } }, { kind: 'coal_face', level: undefined, alarmClass: 'normal' }));
    expect(JSON.stringify(desk.fork().state.registry.image())).not.toContain('byPack');
  });
});

describe('the first import of a source', () => {
  it('that calls itself milder than what its kind, its level or its flags make of it', () => {
    for (const [source, from] of [
      [{ kind: 'coal_face', level: undefined }, 'raised'],
      [{ level: 1 }, 'highest'],
      [{ flags: ['outburst'] }, 'highest'],
    ] as const) {
      const desk = new Desk();
      desk.configure(change({ reason: undefined }, { ...source, alarmClass: 'normal' }));
      expect(desk.pending).toEqual([`yt/farm alarmClass: "${from}" → "normal"`]);
      expect(desk.state.registry.sources.get('yt/farm')?.class).toBe(from === 'raised' ? 'B' : 'A');
    }
  });

  it('that is to be somebody else’s business than its kind’s', () => {
    const desk = new Desk();
    desk.configure(change({ reason: undefined }, { industry: 'commerce' }));
    expect(desk.pending).toEqual(['yt/farm industry: "chemical" → "commerce"']);
  });

  it('that is stricter is as it says', () => {
    const desk = new Desk();
    desk.configure(change({ reason: undefined }, { level: 4, alarmClass: 'highest', industry: 'chemical' }));
    expect([desk.pending, desk.state.registry.sources.get('yt/farm')?.class]).toEqual([[], 'A']);
  });
});

describe('whatever is imported over whatever else', () => {
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const point = fc.record({
    onDelayMs: maybe(fc.constantFrom(0, SECOND, MINUTE)),
    offDelayMs: maybe(fc.constantFrom(0, MINUTE, 2 * MINUTE)),
    latching: maybe(fc.boolean()),
    intervalMs: maybe(fc.constantFrom(SECOND, 10 * SECOND, MINUTE, null)),
    limits: maybe(
      fc.record({
        H: maybe(fc.constantFrom(20, 25, 30, null)),
        HH: maybe(fc.constantFrom(40, 50, 70, null)),
        L: maybe(fc.constantFrom(2, 4, null)),
        LL: maybe(fc.constantFrom(0.5, 1, 1.4, null)),
      }),
    ),
    deadband: maybe(fc.constantFrom(0, 0.1, 0.5)),
    rateOfChange: maybe(
      fc.constantFrom(null, { perMinute: 1 }, { perMinute: 300 }, { direction: 'up' as const }, { windowMs: MINUTE }),
    ),
    forecast: maybe(fc.constantFrom(null, { windowMs: 10 * MINUTE, minR2: 0.9 })),
    plausible: maybe(fc.constantFrom({ min: 10, max: 20 }, { min: -100 })),
  });
  const source = fc.record({
    alarmClass: maybe(fc.constantFrom('normal' as const, 'raised' as const, 'highest' as const)),
    level: maybe(fc.constantFrom(3 as const, 4 as const)),
  });

  /** Each figure as a number that is the lower the stricter it is; of another shape, what must stay the same. */
  function looseness({ state: { registry } }: Desk): { readonly figures: number[]; readonly fixed: unknown } {
    const [config] = registry.points;
    const { H, HH, L, LL } = limitsOf(config);
    const never = Number.POSITIVE_INFINITY;
    const rate = config.rules.find(({ kind }) => kind === 'rate-of-change') as
      | { perMinute: number; direction: string; windowMs: number }
      | undefined;
    const forecast = config.rules.find(({ kind }) => kind === 'forecast');
    return {
      figures: [
        config.onDelayMs,
        -config.offDelayMs,
        config.latching ? 0 : 1,
        config.intervalMs ?? never,
        H ?? never,
        HH ?? never,
        -(L ?? -never),
        -(LL ?? -never),
        ...config.rules.map(({ deadband }) => -Number(deadband ?? 0)),
        rate?.perMinute ?? never,
        rate?.direction === 'both' ? 0 : 1,
        'ABCD'.indexOf(registry.sources.get('yt/farm')?.class ?? 'D'),
      ],
      fixed: [config.span, config.plausible, rate?.windowMs, forecast],
    };
  }

  it('nothing in force is looser than the pack, nor than what was in force before', () => {
    const pack = new Desk();
    pack.configure(change({ reason: undefined }, { level: 4 }));
    const floor = looseness(pack);
    fc.assert(
      fc.property(fc.array(fc.tuple(point, source), { minLength: 1, maxLength: 4 }), (files) => {
        const desk = new Desk();
        let before = floor;
        for (const [one, other] of files) {
          const resolved = resolveRegistry(
            JSON.parse(JSON.stringify(file({ ...one, reason: 'so it is' }, { ...other, level: other.level ?? 4 }))),
            { packs: [PACK], hashSecret: () => 'hash' },
          );
          // Figures that contradict each other are refused before anything else.
          if (!resolved.ok) continue;
          desk.configure(resolved.change);
          const now = looseness(desk);
          for (const [i, figure] of now.figures.entries()) expect(figure).toBeLessThanOrEqual(before.figures[i]);
          expect(now.fixed).toEqual(floor.fixed);
          before = now;
        }
      }),
      { numRuns: 300 },
    );
  });
});
