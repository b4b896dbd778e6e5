// One cause is one row, and what flaps is one alarm: what an operator sees when eyes are lost, one by one or all at once.
import { describe, expect, it } from 'vitest';
import { openAlerts } from '../../src/engine/describe.ts';
import { point } from '../support/build/point.ts';
import { pointsChange, registryOf } from '../support/build/registry.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const SLOW = { intervalMs: HOUR };
const EVENT = { valueKind: 'boolean', limits: {}, criticalWhen: true, hazard: 'fire', intervalMs: null } as const;

const rows = (desk: Desk): string[] =>
  desk.open
    .filter(({ active }) => active)
    .map(({ key, grade }) => `${key} ${grade}`)
    .sort();
const raised = (desk: Desk): string[] =>
  desk.transitions
    .filter(({ change }) => change.endsWith('raised'))
    .map(({ change, alert }) => `${change} ${alert.key}`);
const sounds = (desk: Desk): string[] =>
  desk.transitions.filter(({ annunciate }) => annunciate).map(({ change, alert }) => `${change} ${alert.key}`);

/** The registry of the first example: seven points of five hazards behind one gateway. */
const SEVEN = [
  point('GD-101', SLOW),
  point('GD-102', SLOW),
  point('TX-1', { ...SLOW, hazard: 'toxic-gas' }),
  point('LT-1', { ...SLOW, hazard: 'overfill' }),
  point('PT-1', { ...SLOW, hazard: 'overpressure' }),
  point('FD-1', EVENT),
  point('FD-2', EVENT),
];

describe('a gateway that sends one reading and leaves', () => {
  it('is one row beside the gas alarm, and names what nobody sees any more', () => {
    const desk = new Desk({ points: SEVEN, class: 'A' });
    desk.gateway(true, 0);
    desk.reading('GD-101', SECOND, 27.5);
    desk.gateway(false, 2 * SECOND);
    desk.tickTo(2 * HOUR);
    expect(rows(desk)).toEqual(['yt/farm||flammable-gas|hazard red', 'yt/~gw1||coverage|hazard orange']);
    const gas = desk.hazards.find(({ hazard }) => hazard === 'flammable-gas');
    expect(gas?.blindSince).toBeDefined();
    const [cause] = desk.hazards.filter(({ hazard }) => hazard === 'coverage');
    expect(cause).toMatchObject({ kind: 'hazard', enterprise: 'yt', division: '320921', source: 'yt/~gw1' });
    expect(cause.reasons[0].detail).toMatchObject({ 'yt/farm|fire': '0/1', 'yt/farm|overfill': '0/1', hazards: 4 });
    // What the gas alarm itself has lost is told in it.
    expect(gas?.points.map(({ rule }) => rule)).toContain('coverage');
    // Which makes the red no younger: it has stood since its reading.
    const story = desk.transitions.filter(({ alert }) => alert.id === gas?.id);
    const joined = story.findIndex(({ change, rule }) => change === 'new-point' && rule === 'coverage');
    expect(story[joined]?.alert.worsenedAt).toBe(gas?.raisedAt);
  });

  it('that takes one eye of many leaves one blue row', () => {
    const desk = new Desk({
      points: [point('GD-1', SLOW), point('GD-2', { ...SLOW, gateways: ['gw2'] })],
      gateways: ['gw1', 'gw2'],
    });
    desk.send([{ tag: 'GD-1', at: 0, value: 1 }], 0, 'gw1');
    desk.send([{ tag: 'GD-2', at: 0, value: 1 }], 0, 'gw2');
    desk.gateway(false, SECOND, 'gw1');
    desk.tickTo(MINUTE);
    expect(rows(desk)).toEqual(['yt/~gw1|offline|device blue']);
    // The other one goes too: it took the last eye, and says so; the first is no alarm twice.
    desk.gateway(false, 2 * MINUTE, 'gw2');
    desk.tickTo(3 * MINUTE);
    expect(rows(desk)).toEqual(['yt/~gw1|offline|device blue', 'yt/~gw2||coverage|hazard yellow']);
    // The first is back with data: the hazard is observed again, and the second gateway is what it was, away.
    for (let at = 4 * MINUTE; at <= 6 * MINUTE; at += 10 * SECOND) {
      desk.send([{ tag: 'GD-1', at, value: 1 }], at, 'gw1');
    }
    expect(rows(desk)).toEqual(['yt/~gw2|offline|device blue']);
  });

  it('takes event-driven points with it that never spoke: not one row for them', () => {
    const points = [point('GD-1'), ...Array.from({ length: 30 }, (_, i) => point(`FD-${i}`, EVENT))];
    const desk = new Desk({ points });
    desk.tickTo(HOUR);
    expect(rows(desk)).toEqual(['yt/~gw1||coverage|hazard yellow']);
  });

  it('has no row for a point behind it that was silent before', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2'), point('TK-1', { hazard: 'overfill' })] });
    desk.reading('GD-1', 0, 1);
    for (let at = 0; at <= 2 * MINUTE; at += 10 * SECOND) {
      desk.reading('GD-2', at, 1);
      desk.reading('TK-1', at, 1);
    }
    expect(rows(desk)).toEqual(['yt/GD-1|silent|device blue']);
    desk.gateway(false, 2 * MINUTE + SECOND);
    desk.tickTo(4 * MINUTE);
    expect(rows(desk)).toEqual(['yt/~gw1||coverage|hazard yellow']);
  });

  it('of a thousand points is looked at once, not a thousand times', () => {
    const points = Array.from({ length: 1_000 }, (_, i) => point(`GD-${i}`, { ...SLOW, source: `yt/s${i % 50}` }));
    const { sources, ...rest } = registryOf({ points });
    const desk = new Desk();
    desk.configure({ ...rest, sources: Array.from({ length: 50 }, (_, i) => ({ ...sources[0], id: `yt/s${i}` })) });
    desk.send(points.map(({ tag }) => ({ tag, at: 0, value: 1 })));
    desk.gateway(false, SECOND);
    desk.tickTo(MINUTE);
    expect(rows(desk)).toEqual(['yt/~gw1||coverage|hazard yellow']);
    expect(desk.transitions).toHaveLength(1);
    expect(desk.hazards[0].reasons[0].detail).toMatchObject({ hazards: 50, live: 0, declared: 50 });
  });
});

describe('a gateway with two thousand observers of one hazard', () => {
  it('goes and comes back at the cost of each of them once, not of each for each', () => {
    const points = Array.from({ length: 2_000 }, (_, i) => point(`GD-${i}`, SLOW));
    const desk = new Desk({ points });
    desk.send(points.map(({ tag }) => ({ tag, at: 0, value: 1 })));
    let looked = 0;
    for (const group of desk.state.registry.observers.values()) {
      const counting = new Proxy(group.points, {
        get(numbers, key) {
          if (typeof key === 'string' && /^\d/.test(key)) looked++;
          return Reflect.get(numbers, key);
        },
      });
      Object.assign(group, { points: counting });
    }
    desk.gateway(false, SECOND);
    desk.tickTo(MINUTE);
    expect(rows(desk)).toEqual(['yt/~gw1||coverage|hazard yellow']);
    desk.gateway(true, 2 * MINUTE);
    for (const at of [2 * MINUTE, 4 * MINUTE]) desk.send(points.map(({ tag }) => ({ tag, at, value: 1 })));
    desk.tickTo(5 * MINUTE);
    expect(rows(desk)).toEqual([]);
    expect(looked).toBeLessThan(20 * points.length);
  });
});

describe('a gateway that is silent', () => {
  const tags = Array.from({ length: 5 }, (_, i) => `GD-${i}`);
  const silent = () => {
    const desk = new Desk({ points: tags.map((tag) => point(tag)) });
    desk.send(tags.map((tag) => ({ tag, at: SECOND, value: 1 })));
    desk.tickTo(MINUTE);
    return desk;
  };
  const restart = (desk: Desk) =>
    desk.fold({ kind: 'resumed', at: desk.state.at, downFrom: desk.state.at, seqFloor: 0, restarted: true });

  it.each<[string, (desk: Desk) => void]>([
    ['nothing', () => {}],
    ['a restart', restart],
    [
      'a restart and an import of what is registered',
      (desk) => {
        desk.tickTo(10 * MINUTE);
        restart(desk);
        desk.configure(pointsChange(...desk.state.registry.points), desk.now);
      },
    ],
    [
      'an interruption of our own link',
      (desk) => {
        desk.link(false, 65 * SECOND);
        desk.link(true, 70 * SECOND);
      },
    ],
  ])('is one row, and stays one over %s', (_, happens) => {
    const desk = silent();
    happens(desk);
    desk.tickTo(20 * MINUTE);
    expect(rows(desk)).toEqual(['yt/~gw1||coverage|hazard yellow']);
    expect(raised(desk).filter((line) => line.endsWith('device'))).toEqual([]);
  });
});

describe('our own link to the broker', () => {
  it('is one cause for everything behind it, and its end is no data', () => {
    const desk = new Desk({ points: SEVEN.map((p) => ({ ...p, intervalMs: p.intervalMs === null ? null : 10_000 })) });
    desk.gateway(true, 0);
    for (const { tag } of SEVEN) desk.reading(tag, SECOND, 0);
    desk.link(false, 2 * SECOND);
    desk.tickTo(5 * MINUTE);
    expect(rows(desk)).toEqual(['service/0||coverage|hazard yellow']);
    // Everybody sees it, so it names nobody's sources.
    const { detail } = desk.hazards[0].reasons[0];
    expect(Object.keys(detail).filter((name) => name.includes('|'))).toEqual([]);
    expect(detail).toMatchObject({ hazards: 5, live: 0, declared: 5 });
    desk.link(true, 5 * MINUTE + SECOND);
    desk.tickTo(5 * MINUTE + 20 * SECOND);
    expect(rows(desk)).toEqual(['service/0||coverage|hazard yellow']);
    for (let at = 6 * MINUTE; at <= 8 * MINUTE; at += 10 * SECOND)
      for (const { tag } of SEVEN) desk.reading(tag, at, 0);
    expect(rows(desk)).toEqual([]);
  });
});

describe('what flaps', () => {
  it('once a second, a quality is one alarm and not sixty sounds a minute', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2')] });
    for (let s = 0; s < 600; s++) {
      desk.reading('GD-1', s * SECOND, 1, s % 2 === 0 ? 'bad' : 'good');
      desk.reading('GD-2', s * SECOND, 1);
    }
    expect(raised(desk)).toEqual(['raised yt/GD-1|bad-quality|device']);
    expect(sounds(desk)).toHaveLength(1);
    // How often it came stands in it.
    expect(openAlerts(desk.state)[0].points[0].excursions).toBeGreaterThan(200);
    for (let s = 600; s < 670; s++) for (const tag of ['GD-1', 'GD-2']) desk.reading(tag, s * SECOND, 1);
    expect(rows(desk)).toEqual([]);
  });

  it('so that a hazard is seen for one second of ten is lost sight of that hazard, told once', () => {
    const desk = new Desk({ points: [point('GD-1')], class: 'A' });
    for (let s = 0; s < 600; s++) desk.reading('GD-1', s * SECOND, 1, s % 10 === 0 ? 'good' : 'bad');
    expect(rows(desk)).toEqual(['yt/GD-1|bad-quality|device blue', 'yt/farm||flammable-gas|hazard orange']);
    expect(raised(desk)).toHaveLength(2);
    for (let s = 600; s < 700; s++) desk.reading('GD-1', s * SECOND, 1);
    expect(rows(desk)).toEqual([]);
  });

  it('for a few seconds every few minutes is never lost sight of the hazard', () => {
    const desk = new Desk({ points: [point('GD-1')], class: 'A' });
    for (let s = 0; s < 3_600; s++) desk.reading('GD-1', s * SECOND, 1, s % 180 < 5 ? 'bad' : 'good');
    expect(rows(desk)).toEqual([]);
    expect(raised(desk)).toEqual([]);
  });

  it('for a second, once, is nobody’s alarm; but the point did not observe in that second', () => {
    const desk = new Desk({ points: [point('GD-1', SLOW)] });
    desk.reading('GD-1', 0, 60);
    desk.reading('GD-1', SECOND, 60, 'bad');
    expect(desk.hazards[0]).toMatchObject({ active: true, blindSince: expect.any(Number) });
    desk.reading('GD-1', 2 * SECOND, 60);
    desk.tickTo(5 * MINUTE);
    expect(rows(desk)).toEqual(['yt/farm||flammable-gas|hazard orange']);
  });

  it('in alarm, goes blind with one sound a minute at most', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2')] });
    desk.reading('GD-1', 0, 30);
    for (let s = 1; s <= 120; s++) {
      desk.reading('GD-1', s * SECOND, 30, s % 2 === 1 ? 'bad' : 'good');
      desk.reading('GD-2', s * SECOND, 1);
    }
    expect(sounds(desk).filter((line) => line.startsWith('went-blind')).length).toBeLessThanOrEqual(3);
  });

  it('comes back within its off-delay as the same alarm', () => {
    const desk = new Desk({ points: [point('GD-1', SLOW), point('GD-2', SLOW)] });
    desk.reading('GD-2', 0, 1);
    desk.reading('GD-1', 0, 1, 'bad');
    desk.tickTo(20 * SECOND);
    for (let i = 0; i < 10; i++) {
      desk.reading('GD-1', (30 + 40 * i) * SECOND, 1);
      desk.reading('GD-1', (50 + 40 * i) * SECOND, 1, 'bad');
    }
    expect(raised(desk)).toEqual(['raised yt/GD-1|bad-quality|device']);
    expect(desk.devices[0].id).toBe(desk.transitions[0].alert.id);
  });
});

describe('a gateway registered as one that only reports', () => {
  const reporting = (points: readonly ReturnType<typeof point>[]) => {
    const desk = new Desk();
    const { gateways, ...rest } = registryOf({ points });
    desk.configure({ ...rest, gateways: gateways.map((gateway) => ({ ...gateway, presence: 'reports' as const })) });
    return desk;
  };

  it('connects, sends and leaves every ten minutes without a word about it', () => {
    const desk = reporting([point('GD-1', { intervalMs: 10 * MINUTE }), point('FD-1', EVENT)]);
    for (let m = 0; m <= 120; m += 10) {
      desk.gateway(true, m * MINUTE);
      desk.reading('GD-1', m * MINUTE + SECOND, 1);
      desk.reading('FD-1', m * MINUTE + SECOND, 0);
      desk.gateway(false, m * MINUTE + 2 * SECOND);
    }
    expect(desk.transitions).toEqual([]);
    // Its silence is what counts, and takes with it what speaks on change alone.
    desk.tickTo(3 * HOUR);
    expect(rows(desk)).toEqual(['yt/~gw1||coverage|hazard yellow']);
    expect(desk.hazards[0].reasons[0].detail).toMatchObject({ 'yt/farm|fire': '0/1', 'yt/farm|flammable-gas': '0/1' });
  });

  it('one that is not, is away each time: one alarm, since it never stays for a minute', () => {
    const desk = new Desk({ points: [point('GD-1', { intervalMs: 10 * MINUTE })] });
    for (let m = 0; m <= 120; m += 10) {
      desk.gateway(true, m * MINUTE);
      desk.reading('GD-1', m * MINUTE + SECOND, 1);
      desk.gateway(false, m * MINUTE + 2 * SECOND);
    }
    expect(raised(desk)).toEqual(['raised yt/~gw1||coverage|hazard']);
    expect(sounds(desk)).toEqual(raised(desk));
  });
});

describe('a detector that speaks on change only, and has said that it cannot see', () => {
  it('is given its sight by its own good word alone, not by its gateway going and coming', () => {
    const desk = new Desk({ points: [point('GD-1'), point('FD-1', EVENT)], class: 'A' });
    desk.reading('GD-1', 0, 1);
    desk.reading('FD-1', 0, 0);
    desk.reading('FD-1', SECOND, 0, 'test');
    desk.tickTo(20 * SECOND);
    expect(rows(desk)).toContain('yt/farm||fire|hazard orange');
    desk.reading('FD-1', 21 * SECOND, 0, 'uncertain');
    desk.gateway(false, MINUTE);
    desk.gateway(true, 2 * MINUTE);
    for (let at = 2 * MINUTE; at < 10 * MINUTE; at += 10 * SECOND) desk.reading('GD-1', at + SECOND, 1);
    expect(rows(desk)).toContain('yt/farm||fire|hazard orange');
    desk.reading('FD-1', 10 * MINUTE, 0);
    desk.reading('GD-1', 10 * MINUTE, 1);
    for (let at = 10 * MINUTE; at <= 13 * MINUTE; at += 10 * SECOND) desk.reading('GD-1', at + SECOND, 1);
    expect(rows(desk)).not.toContain('yt/farm||fire|hazard orange');
  });
});
