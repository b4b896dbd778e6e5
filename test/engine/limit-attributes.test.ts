// Limits that follow an attribute of the source, from the file to what is in force: the least depth of the phreatic line goes
// with the height of the dam, and a dam that is raised is judged by its new height at once.
import { describe, expect, it } from 'vitest';
import { namedLimits } from '../../src/model/graded-limit.ts';
import { readPack } from '../../src/rules/packs/definition.ts';
import { resolveRegistry } from '../../src/rules/packs/resolve.ts';
import { copied, Desk } from '../support/desk.ts';

const LEAST = {
  attribute: 'damHeightM',
  curve: [
    [30, 2],
    [60, 4],
    [100, 6],
    [150, 8],
  ],
};
const phreatic = {
  type: 'phreatic_depth',
  name: '浸润线埋深',
  nameEn: 'phreatic depth',
  unit: 'm',
  hazard: 'dam-stability',
  value: 'number',
  intervalMs: 600_000,
  limits: { low: { red: { value: LEAST }, orange: { value: { ...LEAST, times: 1.1 } } } },
  response: 'geotechnical',
  persistenceMs: 3_600_000,
  responseMs: 86_400_000,
  basis: { source: 'GB 39496-2020 §5.5; GB 50863', mark: 'M' },
  consequence: 'piping',
  action: 'lower the pond',
};
const pond = { kind: 'tailings_pond', name: '尾矿库', nameEn: 'pond', industry: 'mine', alarmClass: 'raised' };
const packOf = (type: object) =>
  readPack({ id: 'tailings', name: '尾矿库', version: '1.0.0', sourceKinds: [pond], pointTypes: [type] }).value;
const pack = packOf(phreatic);

const changeOf = (source: object, point: object | undefined = {}) => toldOf(source, point).change;

function toldOf(source: object, point: object | undefined = {}, by = pack) {
  const resolved = resolveRegistry(
    {
      divisions: [{ code: '320921', name: '响水县' }],
      enterprises: [{ id: 'yt', name: '盐通', division: '320921' }],
      sources: [{ id: 'yt/pond', name: '一号库', kind: 'tailings_pond', ...source }],
      gateways: [{ id: 'gw1', enterprise: 'yt', secret: 'gateway-secret' }],
      points:
        point === undefined
          ? []
          : [{ id: 'yt/P-1', source: 'yt/pond', gateways: ['gw1'], type: 'phreatic_depth', name: 'P-1', ...point }],
    },
    { packs: [by], hashSecret: () => 'hash' },
  );
  if (!resolved.ok) throw new Error(resolved.errors.join('\n'));
  // As it comes out of the log: a replay reads JSON.
  const change = JSON.parse(JSON.stringify(resolved.change)) as typeof resolved.change;
  return { change, warnings: resolved.warnings };
}
const limitsOf = ({ state }: Desk) => namedLimits(state.registry.points[0]);
const pondOf = (damHeightM: number, point?: object): Desk => {
  const desk = new Desk();
  expect(desk.configure(changeOf({ attributes: { damHeightM } }, point))).toEqual([]);
  return desk;
};

describe('a limit by an attribute of the source', () => {
  it.each([
    [20, 2, 2.2],
    [30, 2, 2.2],
    [45, 3, 3.3],
    [100, 6, 6.6],
    [200, 8, 8.8],
  ])('of a dam of %s m is %s m, orange %s m', (height, red, orange) => {
    expect(limitsOf(pondOf(height))).toEqual({ low: { red, orange } });
  });

  it('without the attribute is taken for what the limit says, and told; once it is stated, by that', () => {
    const least = { ...LEAST, otherwise: 60 };
    const limits = { low: { red: { value: least }, orange: { value: { ...least, times: 1.1 } } } };
    const by = packOf({ ...phreatic, limits });
    const told = toldOf({}, {}, by);
    expect(told.warnings).toEqual(['source yt/pond: damHeightM is not stated: limits of phreatic_depth are as for 60']);
    const desk = new Desk();
    expect(desk.configure(told.change)).toEqual([]);
    expect(limitsOf(desk)).toEqual({ low: { red: 4, orange: 4.4 } });
    const raised = toldOf({ attributes: { damHeightM: 100 } }, {}, by);
    expect(raised.warnings).toEqual([]);
    expect(desk.configure(raised.change)).toEqual([]);
    expect(limitsOf(desk)).toEqual({ low: { red: 6, orange: 6.6 } });
  });

  it('without the attribute is refused, by name', () => {
    const words = 'point yt/P-1: limits.low.red follows damHeightM, which its source does not state';
    expect(new Desk().configure(changeOf({}))).toContain(words);
  });

  it('must stand in order with the others, whatever the attribute gives', () => {
    const high = changeOf({ attributes: { damHeightM: 60 } }, { limits: { low: { yellow: 4.2 } } });
    expect(new Desk().configure(high)).toEqual(['point yt/P-1: limits: low.orange 4.4 must be below low.yellow 4.2']);
  });

  it('is stricter at once where the dam is raised, and what stands beyond it alarms', () => {
    const desk = pondOf(60);
    desk.reading('P-1', 0, 5);
    expect(desk.hazards).toEqual([]);
    expect(desk.configure(changeOf({ attributes: { damHeightM: 100 } }, undefined), 60_000)).toEqual([]);
    expect(limitsOf(desk)).toEqual({ low: { red: 6, orange: 6.6 } });
    const [{ grade, points }] = desk.hazards;
    expect([grade, ...points.map(({ limit, limitValue }) => `${limit} ${limitValue}`)]).toEqual([
      'red',
      'low.orange 6.6',
      'low.red 6',
    ]);
    expect(desk.pending).toEqual([]);
  });

  it('waits for a second person where the attribute makes it looser, the stricter figure in force', () => {
    const desk = pondOf(60);
    desk.configure(changeOf({ attributes: { damHeightM: 30, areaM2: 7 } }, undefined), 60_000);
    expect(limitsOf(desk)).toEqual({ low: { red: 4, orange: 4.4 } });
    expect(desk.pending).toEqual(['yt/P-1 limit-low-orange.value: 4.4 → 2.2', 'yt/P-1 limit-low-red.value: 4 → 2']);
    // Asked for once more, by the point this time: it is the same, and still one.
    desk.configure(changeOf({}), 120_000);
    expect(desk.pending).toHaveLength(2);
    expect(limitsOf(desk)).toEqual({ low: { red: 4, orange: 4.4 } });
  });

  it('keeps the attributes that a later file does not state', () => {
    const desk = pondOf(60);
    desk.configure(changeOf({ attributes: { areaM2: 7 } }));
    expect(desk.state.registry.sources.get('yt/pond')?.attributes).toEqual({ damHeightM: 60, areaM2: 7 });
    expect(limitsOf(desk)).toEqual({ low: { red: 4, orange: 4.4 } });
  });

  it('that a site states otherwise needs a reason and waits, figure by figure, by another curve too', () => {
    const other = { limits: { low: { red: { value: { ...LEAST, times: 0.5 } } } }, reason: 'a drain' };
    const desk = pondOf(60, other);
    expect(limitsOf(desk).low).toEqual({ red: 4, orange: 4.4 });
    expect(desk.pending.join()).toContain('limit-low-red.value: 4 → 2');
    expect(() => changeOf({}, { limits: other.limits })).toThrow('needs a reason');
  });

  const curve = (...figures: readonly (readonly [number, number])[]) => ({ attribute: 'damHeightM', curve: figures });
  /** The dam alone, no point of it stated again. */
  const ofHeight = (damHeightM: number) => ({ ...changeOf({ attributes: { damHeightM } }), points: [] });
  const red = (desk: Desk) => limitsOf(desk).low?.red;

  it('by a curve of the site that is stricter at every height needs nobody, and is followed as the dam grows', () => {
    const design = { limits: { low: { red: { value: curve([30, 2.5], [60, 4.2], [150, 8.5]) } } } };
    const desk = pondOf(60, design);
    expect([desk.pending, red(desk)]).toEqual([[], 4.2]);
    desk.configure(ofHeight(150), 60_000);
    expect([desk.pending, red(desk)]).toEqual([[], 8.5]);
  });

  it('by a curve that is milder at some heights is the stricter of both at each, until a second person agrees', () => {
    const own = curve([30, 3], [60, 5], [150, 6]);
    const design = { limits: { low: { red: { value: own }, orange: { value: { ...own, times: 1.1 } } } } };
    expect(() => changeOf({}, design)).toThrow('limits.low.red 5.44444444444 at damHeightM 100 (pack 6)');
    const desk = pondOf(60, { ...design, reason: 'a drain' });
    expect(desk.pending.join()).toContain('limit-low-red.stated');
    const seen = [60, 80, 150, 30].map((damHeightM, i) => {
      desk.configure(ofHeight(damHeightM), (i + 1) * 60_000);
      return red(desk);
    });
    // 5 by the site, 5.22 and 5 by both at 80 m, 8 by the pack; a dam that is said to be lower again calms nothing.
    expect(seen).toEqual([5, 5.22222222222, 8, 8]);
  });

  it('that a site states as a plain figure counts where it is stricter, and the curve where that is', () => {
    const desk = pondOf(60, { limits: { low: { red: 5, orange: 7 } }, reason: 'as designed' });
    expect(red(desk)).toBe(5);
    desk.configure(ofHeight(100), 60_000);
    expect(red(desk)).toBe(6);
    // As strict as the pack at every height: no reason is needed, and no height moves it.
    const plain = pondOf(60, { limits: { low: { red: 8, orange: 8.8 } } });
    plain.configure(ofHeight(100), 60_000);
    expect([plain.pending, limitsOf(plain).low]).toEqual([[], { red: 8, orange: 8.8 }]);
  });

  it('is the same after a restart', () => {
    const desk = pondOf(60);
    const restarted = new Desk();
    restarted.state = copied(desk.state);
    restarted.configure(changeOf({ attributes: { damHeightM: 100 } }, undefined), 60_000);
    expect(limitsOf(restarted)).toEqual({ low: { red: 6, orange: 6.6 } });
  });
});

describe('the flags of a source', () => {
  const flagsAfter = (...files: readonly object[]) => {
    const desk = pondOf(60);
    for (const file of files) expect(desk.configure(changeOf(file), desk.now + 60_000)).toEqual([]);
    return desk.state.registry.sources.get('yt/pond')?.flags;
  };

  it.each([
    [{ attributes: { undergroundPersons: 30, depthM: 800, idleYears: 2.9 }, slopeHeightM: 200 }, undefined],
    [{ attributes: { undergroundPersons: 31 } }, ['underground-over-30']],
    [{ attributes: { depthM: 801 } }, ['deeper-than-800m']],
    [{ slopeHeightM: 201 }, ['slope-over-200m']],
    [{ attributes: { idleYears: 3 } }, ['idle-over-3-years']],
    [{ attributes: { depthM: 900 }, flags: ['outburst', 'deeper-than-800m'] }, ['outburst', 'deeper-than-800m']],
    // What somebody has written stands beside a figure that says less.
    [{ attributes: { depthM: 600 }, flags: ['deeper-than-800m'] }, ['deeper-than-800m']],
  ])('of %o follow its figures', (stated, flags) => {
    expect(flagsAfter(stated)).toEqual(flags);
  });

  it('follow the newest figure, and stay as they were where neither is stated', () => {
    const deep = { attributes: { depthM: 900 }, flags: ['outburst'] };
    expect(flagsAfter(deep, { attributes: { damHeightM: 60 } })).toEqual(['outburst', 'deeper-than-800m']);
    expect(flagsAfter(deep, { attributes: { depthM: 700 } })).toEqual(['outburst']);
    expect(flagsAfter(deep, { flags: [] })).toEqual(['deeper-than-800m']);
    expect(flagsAfter({ attributes: { depthM: 900 } }, { attributes: { depthM: 700 } })).toEqual([]);
  });
});
