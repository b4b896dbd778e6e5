// A gateway that dies little by little: first some of its points stop, then all. In the end it is one row, whoever is lost.
import { describe, expect, it } from 'vitest';
import { pointState } from '../../src/engine/describe.ts';
import type { PointConfig } from '../../src/model/point.ts';
import type { RegistryChange } from '../../src/model/registry.ts';
import type { SourceClass } from '../../src/model/source.ts';
import { point } from '../support/build/point.ts';
import { registryOf } from '../support/build/registry.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const SLOW = { intervalMs: 3_600_000 };
const HAZARDS = ['flammable-gas', 'toxic-gas', 'overfill', 'overpressure'] as const;

const rows = (desk: Desk): string[] =>
  desk.open
    .filter(({ active }) => active)
    .map(({ key, grade }) => `${key} ${grade}`)
    .sort();
const sounds = (desk: Desk, from: number): string[] =>
  desk.transitions
    .slice(from)
    .filter(({ annunciate }) => annunciate)
    .map(({ change, alert }) => `${change} ${alert.key}`);

/** Forty points of four hazards at ten sources, all behind one gateway. */
function plant(sourceClass: SourceClass = 'B'): { readonly desk: Desk; readonly points: readonly PointConfig[] } {
  const points = Array.from({ length: 40 }, (_, i) =>
    point(`P-${i}`, { hazard: HAZARDS[i % 4], source: `yt/s${i % 10}` }),
  );
  const { sources, ...rest } = registryOf({ points, class: sourceClass });
  const change: RegistryChange = {
    ...rest,
    sources: Array.from({ length: 10 }, (_, i) => ({ ...sources[0], id: `yt/s${i}` })),
  };
  const desk = new Desk();
  desk.configure(change);
  return { desk, points };
}

/** A message every ten seconds, of whoever still speaks by then. */
function speak(desk: Desk, tags: (at: number) => readonly string[], from: number, to: number): void {
  for (let at = from; at <= to; at += 10 * SECOND) {
    const speaking = tags(at);
    if (speaking.length > 0) desk.send(speaking.map((tag) => ({ tag, at, value: 1 })));
  }
}

/** One point more falls silent every twelve seconds; in the last message only the last one speaks. */
function dying(sourceClass?: SourceClass): { readonly desk: Desk; readonly lastAt: number } {
  const { desk, points } = plant(sourceClass);
  const alive = (at: number) => points.filter((_, i) => at < MINUTE + 12 * SECOND * i).map(({ tag }) => tag);
  const lastAt = 520 * SECOND;
  speak(desk, alive, 0, lastAt);
  return { desk, lastAt };
}

describe('a gateway that dies little by little', () => {
  it('is one row in the end, with all it blinds, and one sound more', () => {
    const { desk, lastAt } = dying();
    // The last one is due now; until then the silences were those of single points.
    desk.tickTo(lastAt + 29 * SECOND);
    expect(rows(desk).filter((row) => row.includes('|silent|')).length).toBeGreaterThan(30);
    const from = desk.transitions.length;
    desk.tickTo(lastAt + 3 * MINUTE);
    expect(rows(desk)).toEqual(['yt/~gw1||coverage|hazard yellow']);
    expect(desk.hazards.find(({ active }) => active)?.reasons[0].detail).toMatchObject({
      hazards: 20,
      live: 0,
      'yt/s0|flammable-gas': '0/1',
      'yt/s9|overpressure': '0/1',
    });
    expect(sounds(desk, from)).toEqual(['raised yt/~gw1||coverage|hazard']);
    // It says of each row where it went, and of none that it was over.
    const changes = desk.transitions.slice(from).filter(({ alert }) => !alert.active);
    expect([...new Set(changes.map(({ change, note }) => `${change} ${note}`))]).toEqual(['told-elsewhere → yt/~gw1']);
    // Nothing of it is left an hour later but what asks for an answer.
    desk.tickTo(lastAt + 60 * MINUTE);
    expect(desk.devices).toEqual([]);
  });

  it('keeps what lost its sight for a reason of its own in that row', () => {
    const { desk, points } = plant();
    const all = points.map(({ tag }) => tag);
    speak(desk, () => all, 0, MINUTE);
    desk.reading('P-0', MINUTE + SECOND, 1, 'bad');
    speak(desk, () => all.slice(2), MINUTE + 10 * SECOND, 3 * MINUTE);
    desk.tickTo(6 * MINUTE);
    // The bad one of its hazard's two is told by itself; both hazards are blind by the gateway.
    expect(rows(desk)).toEqual(['yt/P-0|bad-quality|device blue', 'yt/~gw1||coverage|hazard yellow']);
    expect(pointState(desk.state, 0)).toBe('offline');
  });

  it('takes what is not due yet when it is due, and nobody before', () => {
    const points = [point('GD-1'), point('GD-2'), point('TK-1', { intervalMs: MINUTE, hazard: 'overfill' })];
    const desk = new Desk({ points });
    speak(desk, () => ['GD-1', 'GD-2', 'TK-1'], 0, 0);
    speak(desk, () => ['GD-2'], 10 * SECOND, 2 * MINUTE);
    // The gauge was due once before the last sign of life of its gateway; it may still come until three intervals are over.
    desk.tickTo(2 * MINUTE + 59 * SECOND);
    expect(rows(desk)).toEqual(['yt/GD-1|silent|device blue', 'yt/~gw1||coverage|hazard yellow']);
    expect(pointState(desk.state, 2)).toBe('observing');
    expect(desk.hazards[0].reasons[0].detail).toMatchObject({ hazards: 1 });
    desk.tickTo(3 * MINUTE + 31 * SECOND);
    expect(pointState(desk.state, 2)).toBe('stale');
    expect(rows(desk)).toEqual(['yt/~gw1||coverage|hazard yellow']);
    expect(desk.hazards[0].reasons[0].detail).toMatchObject({ hazards: 2, live: 0 });
  });

  it('is as grave as the gravest silence it takes over', () => {
    const points = [point('GD-1'), point('GD-2', SLOW), point('GD-3', { gateways: ['gw2'] })];
    const desk = new Desk({ points, class: 'A', gateways: ['gw1', 'gw2'] });
    desk.reading('GD-1', 0, 1);
    const minutes = (from: number, to: number, ...gateways: string[]) => {
      for (let at = from * MINUTE; at < to * MINUTE; at += 10 * SECOND)
        for (const id of gateways) desk.send([{ tag: id === 'gw1' ? 'GD-2' : 'GD-3', at, value: 1 }], at, id);
    };
    minutes(0, 35, 'gw1', 'gw2');
    expect(rows(desk)).toEqual(['yt/GD-1|silent|device yellow']);
    desk.gateway(false, 35 * MINUTE);
    minutes(35, 38, 'gw2');
    expect(rows(desk)).toEqual(['yt/~gw1|offline|device yellow']);
  });

  it('leaves a gas alarm what it is: an alert that was about more than sight keeps its own', () => {
    const { desk, points } = plant();
    const all = points.map(({ tag }) => tag);
    speak(desk, () => all, 0, MINUTE);
    desk.reading('P-0', MINUTE + SECOND, 60);
    speak(desk, () => all.slice(1, 20), MINUTE + 10 * SECOND, 3 * MINUTE);
    desk.tickTo(8 * MINUTE);
    const gas = desk.hazards.find(({ key }) => key === 'yt/s0||flammable-gas|hazard');
    expect(gas).toMatchObject({ active: true, blindSince: expect.any(Number) });
    expect(gas?.points.filter(({ active }) => active).map(({ rule }) => rule)).toEqual(['limits-high', 'coverage']);
    expect(rows(desk)).toHaveLength(2);
  });

  it('gives back what stays silent when it is there again, and nothing else', () => {
    const { desk, lastAt } = dying();
    desk.tickTo(lastAt + 3 * MINUTE);
    const back = lastAt + 4 * MINUTE;
    const from = desk.transitions.length;
    speak(desk, () => Array.from({ length: 39 }, (_, i) => `P-${i + 1}`), back, back + 3 * MINUTE);
    expect(rows(desk)).toEqual(['yt/P-0|silent|device blue']);
    // It is the alarm that was heard ten minutes ago, and asks still.
    expect(sounds(desk, from)).toEqual([]);
    expect(desk.devices.find(({ active }) => active)).toMatchObject({ activations: 2, state: 'unacknowledged' });
  });

  it('that can be looked at from two sides is lost when both are', () => {
    const both = { gateways: ['gw1', 'gw2'] };
    const points = [point('GD-1', both), point('GD-2', { gateways: ['gw2'] })];
    const desk = new Desk({ points, gateways: ['gw1', 'gw2'] });
    desk.send([{ tag: 'GD-1', at: 0, value: 1 }], 0, 'gw1');
    for (let at = 0; at <= 2 * MINUTE; at += 10 * SECOND) desk.send([{ tag: 'GD-2', at, value: 1 }], at, 'gw2');
    // The first goes; the second speaks on, without this point.
    desk.gateway(false, 2 * MINUTE + SECOND, 'gw1');
    desk.tickTo(2 * MINUTE + 20 * SECOND);
    expect(rows(desk)).toEqual(['yt/GD-1|silent|device blue', 'yt/~gw1|offline|device blue']);
    desk.tickTo(5 * MINUTE);
    expect(rows(desk)).toEqual(['yt/~gw1|offline|device blue', 'yt/~gw2||coverage|hazard yellow']);
  });
});

describe('what goes away at once, with points behind it that were silent before', () => {
  it('a gateway that says so takes their hazards too', () => {
    const { desk, points } = plant('A');
    const all = points.map(({ tag }) => tag);
    // Both eyes of one hazard and one of another fall silent by themselves.
    speak(
      desk,
      (at) => (at < MINUTE ? all : all.filter((tag) => !['P-0', 'P-20', 'P-1'].includes(tag))),
      0,
      3 * MINUTE,
    );
    expect(rows(desk)).toEqual([
      'yt/P-0|silent|device blue',
      'yt/P-1|silent|device blue',
      'yt/P-20|silent|device blue',
      'yt/s0||flammable-gas|hazard orange',
    ]);
    desk.gateway(false, 3 * MINUTE + SECOND);
    desk.tickTo(5 * MINUTE);
    expect(rows(desk)).toEqual(['yt/~gw1||coverage|hazard orange']);
  });

  it('our own link takes single points, and gateways that were found silent, but none that said it was away', () => {
    const gateways = ['gw1', 'gw2', 'gw3'];
    const of = (id: string, n: number) =>
      point(`${id}-${n}`, { gateways: [id], hazard: HAZARDS[gateways.indexOf(id)] });
    const desk = new Desk({ points: gateways.flatMap((id) => [of(id, 1), of(id, 2)]), gateways });
    const send = (id: string, at: number, ...n: number[]) =>
      desk.send(
        n.map((k) => ({ tag: `${id}-${k}`, at, value: 1 })),
        at,
        id,
      );
    for (const id of gateways) send(id, 0, 1, 2);
    desk.gateway(false, SECOND, 'gw3');
    // The first speaks for one of its two; the second is not heard any more.
    for (let at = 10 * SECOND; at <= 2 * MINUTE; at += 10 * SECOND) send('gw1', at, 1);
    expect(rows(desk)).toEqual([
      'yt/gw1-2|silent|device blue',
      'yt/~gw2||coverage|hazard yellow',
      'yt/~gw3||coverage|hazard yellow',
    ]);
    desk.link(false, 2 * MINUTE + SECOND);
    desk.tickTo(5 * MINUTE);
    expect(rows(desk)).toEqual(['service/0||coverage|hazard yellow', 'yt/~gw3||coverage|hazard yellow']);
    desk.tickTo(30 * MINUTE);
    expect(rows(desk)).toEqual(['service/0||coverage|hazard yellow', 'yt/~gw3||coverage|hazard yellow']);
  });
});
