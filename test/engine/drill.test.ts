// Points of a drill: whatever is told of them says that it is one, and nothing real hides behind it.
import { describe, expect, it } from 'vitest';
import type { PointConfig } from '../../src/model/point.ts';
import { point } from '../support/build/point.ts';
import { pointsChange, registryOf } from '../support/build/registry.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const drill = (tag: string, over = {}) => point(tag, { exercise: true, ...over });
const rows = (desk: Desk): string[] =>
  desk.open
    .filter(({ active }) => active)
    .map(({ key, grade, exercise }) => `${key} ${grade}${exercise ? '' : ' REAL'}`)
    .sort();

describe('a drill', () => {
  it.each<[string, readonly string[], (desk: Desk) => void]>([
    ['whose gateway goes away', ['yt/~gw1||coverage|hazard|exercise orange'], (desk) => desk.gateway(false, SECOND)],
    ['whose gateway is silent', ['yt/~gw1||coverage|hazard|exercise orange'], () => {}],
    [
      'whose point is unusable',
      ['yt/DR-1|bad-quality|device|exercise blue', 'yt/farm||flammable-gas|hazard|exercise orange'],
      (desk) => {
        for (let s = 10; s <= 120; s += 10) {
          desk.reading('DR-1', s * SECOND, 1, 'bad');
          desk.reading('DR-2', s * SECOND, 1);
        }
      },
    ],
    [
      'whose point is silent while its gateway lives',
      ['yt/DR-1|silent|device|exercise blue', 'yt/farm||flammable-gas|hazard|exercise orange'],
      (desk) => {
        for (let s = 10; s <= 120; s += 10) desk.reading('DR-2', s * SECOND, 1);
      },
    ],
  ])('%s tells nothing that looks real', (_, told, happens) => {
    const desk = new Desk({ points: [drill('DR-1'), drill('DR-2', { hazard: 'overfill' })], class: 'A' });
    for (const tag of ['DR-1', 'DR-2']) desk.reading(tag, 0, 1);
    happens(desk);
    desk.tickTo(2 * MINUTE);
    expect(rows(desk)).toEqual(told);
  });

  it('behind a gateway that serves real points too hides none of what that gateway takes', () => {
    const desk = new Desk({
      points: [drill('DR-1'), point('GD-1'), point('GD-2', { gateways: ['gw2'] })],
      gateways: ['gw1', 'gw2'],
    });
    const others = () => desk.send([{ tag: 'GD-2', at: desk.now, value: 1 }], desk.now, 'gw2');
    others();
    desk.send([
      { tag: 'DR-1', at: 0, value: 1 },
      { tag: 'GD-1', at: 0, value: 1 },
    ]);
    desk.gateway(false, SECOND);
    for (let s = 10; s <= 60; s += 10) {
      desk.tickTo(s * SECOND);
      others();
    }
    // GD-2 still sees the real hazard: only the drill is blind. That the gateway is away is real all the same.
    expect(rows(desk)).toEqual(['yt/~gw1|offline|device blue REAL', 'yt/~gw1||coverage|hazard|exercise yellow']);
    desk.gateway(false, 70 * SECOND, 'gw2');
    desk.tickTo(2 * MINUTE);
    expect(rows(desk)).toEqual([
      'yt/~gw1|offline|device blue REAL',
      'yt/~gw1||coverage|hazard|exercise yellow',
      'yt/~gw2||coverage|hazard yellow REAL',
    ]);
    // Its own readings are back; the drill's too, which says nothing of the other.
    for (let s = 130; s <= 300; s += 10) {
      desk.send(
        ['DR-1', 'GD-1'].map((tag) => ({ tag, at: s * SECOND, value: 1 })),
        s * SECOND,
      );
    }
    expect(rows(desk)).toEqual(['yt/~gw2|offline|device blue REAL']);
  });

  it('whose gateway is away gets a real alarm of it as soon as something real is registered behind it', () => {
    const desk = new Desk({ points: [drill('DR-1'), drill('DR-2')] });
    desk.gateway(true, 0);
    desk.gateway(false, SECOND);
    desk.tickTo(MINUTE);
    expect(rows(desk)).toEqual(['yt/~gw1||coverage|hazard|exercise yellow']);
    desk.configure(pointsChange(point('GD-1', { intervalMs: 60 * MINUTE })), MINUTE);
    expect(rows(desk)).toEqual(['yt/~gw1|offline|device blue REAL', 'yt/~gw1||coverage|hazard|exercise yellow']);
  });

  describe('of a class-A source, which lasts for an hour', () => {
    /** What is real stands at another source, which is not of the highest class. */
    const real = { source: 'yt/store' };
    const both = [drill('DR-1'), point('GD-1', real), point('GD-2', { ...real, gateways: ['gw2'] })];
    const plant = (...points: PointConfig[]) => {
      const change = registryOf({ points, class: 'A', gateways: ['gw1', 'gw2'] });
      const desk = new Desk();
      const [farm] = change.sources;
      expect(desk.configure({ ...change, sources: [farm, { ...farm, id: 'yt/store', class: 'B' }] })).toEqual([]);
      return desk;
    };
    const watch = (desk: Desk, from: number, to: number) => {
      for (let at = from; at < to; at += 10 * SECOND) desk.send([{ tag: 'GD-2', at, value: 1 }], at, 'gw2');
    };
    const HOUR = 60 * MINUTE;

    it('makes a real gateway that is away no graver', () => {
      const desk = plant(...both);
      desk.gateway(true, 0);
      desk.gateway(false, SECOND);
      watch(desk, 2 * SECOND, HOUR);
      expect(rows(desk)).toContain('yt/~gw1|offline|device blue REAL');
    });

    it('makes a real gateway that is silent no graver', () => {
      const desk = plant(...both);
      desk.send([
        { tag: 'DR-1', at: 0, value: 1 },
        { tag: 'GD-1', at: 0, value: 1 },
      ]);
      watch(desk, SECOND, HOUR);
      expect(rows(desk)).toContain('yt/~gw1|silent|device blue REAL');
    });

    it('makes a gateway no graver that takes its silence over', () => {
      const desk = plant(...both);
      for (let at = 0; at < HOUR; at += 10 * SECOND) {
        desk.send([{ tag: 'GD-1', at, value: 1 }]);
        desk.send([{ tag: 'GD-2', at, value: 1 }], at, 'gw2');
      }
      expect(rows(desk)).toContain('yt/DR-1|silent|device|exercise yellow');
      desk.gateway(false, HOUR);
      watch(desk, HOUR + SECOND, HOUR + MINUTE);
      expect(rows(desk)).toContain('yt/~gw1|offline|device blue REAL');
    });

    it('makes its gateway no graver where something real is registered behind it', () => {
      const desk = plant(drill('DR-1'));
      desk.gateway(true, 0);
      desk.gateway(false, SECOND);
      desk.tickTo(HOUR);
      desk.configure(pointsChange(point('GD-1', { source: 'yt/store', intervalMs: HOUR })), HOUR);
      expect(rows(desk)).toContain('yt/~gw1|offline|device blue REAL');
    });

    it('leaves its gateway to be as grave as the real source that is registered behind it', () => {
      const desk = plant(drill('DR-1'));
      desk.gateway(true, 0);
      desk.gateway(false, SECOND);
      desk.tickTo(HOUR);
      desk.configure(pointsChange(point('GD-1', { intervalMs: HOUR })), HOUR);
      expect(rows(desk)).toContain('yt/~gw1|offline|device yellow REAL');
    });
  });

  it('becomes real by no form: who watches the drill does not watch the plant', () => {
    const desk = new Desk({ points: [drill('DR-1')] });
    desk.configure(pointsChange(point('DR-1')), SECOND);
    expect(desk.pending).toEqual(['yt/DR-1 exercise: true → null']);
    desk.reading('DR-1', 2 * SECOND, 60);
    expect(rows(desk)).toEqual(['yt/farm||flammable-gas|hazard|exercise orange']);
  });
});
