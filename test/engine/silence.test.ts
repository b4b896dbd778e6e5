// Silence, gateways and the service's own faults, on the virtual clock.
import { describe, expect, it } from 'vitest';
import { TIMER } from '../../src/engine/timers.ts';
import { point } from '../support/build/point.ts';
import { pointsChange, registryOf } from '../support/build/registry.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const EVENT = { valueKind: 'boolean', limits: {}, criticalWhen: true, hazard: 'fire', intervalMs: null } as const;

/** Alerts that stand for a lost cause: what they blind, and how much of it is left. */
const lostCauses = (desk: Desk): string[] =>
  desk.hazards
    .filter(({ hazard, active }) => hazard === 'coverage' && active)
    .map(({ key, grade, reasons }) => {
      const { point, rule, live, declared, hazards, ...each } = reasons[0].detail;
      return `${key} ${grade}: ${Object.entries(each).map(([name, left]) => `${name} ${left}`)}`;
    });
const deviceKeys = (desk: Desk) => desk.devices.map(({ key, grade }) => `${key} ${grade}`).sort();
/** The other point keeps its gateway alive. */
function chatter(desk: Desk, from: number, to: number, every = 10 * SECOND): void {
  for (let at = from; at <= to; at += every) desk.reading('GD-2', at, 1);
}

describe('a silent point', () => {
  it('is stale after three intervals, by the second, and offline after ten', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2')] });
    desk.reading('GD-1', 0, 1);
    chatter(desk, 0, 29 * SECOND, SECOND);
    expect(desk.devices).toEqual([]);
    // It counts as not observing from here on; its alarm waits for ten seconds more.
    chatter(desk, 30 * SECOND, 39 * SECOND, SECOND);
    expect(desk.devices).toEqual([]);
    chatter(desk, 40 * SECOND, 41 * SECOND, SECOND);
    expect(deviceKeys(desk)).toEqual(['yt/GD-1|silent|device blue']);
    chatter(desk, 40 * SECOND, 3 * MINUTE);
    expect(deviceKeys(desk)).toEqual(['yt/GD-1|silent|device blue']);
    desk.reading('GD-1', 3 * MINUTE + SECOND, 1);
    for (let at = 3 * MINUTE + 10 * SECOND; at <= 4 * MINUTE + 10 * SECOND; at += 10 * SECOND) {
      desk.reading('GD-1', at, 1);
      chatter(desk, at, at);
    }
    expect(desk.devices.filter(({ active }) => active)).toEqual([]);
  });

  it('is heard by arrival, not by its own clock', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2')] });
    for (let at = 0; at <= 2 * MINUTE; at += 10 * SECOND) {
      desk.send([{ tag: 'GD-1', at: at - 5 * MINUTE, value: 1 }], at);
      chatter(desk, at, at);
    }
    // A clock that is five minutes slow is told as that, and as nothing else.
    expect(deviceKeys(desk)).toEqual(['yt/~gw1|clock-skewed|device blue']);
  });

  it('turns yellow at a class-A source after half an hour, its own alarm or its gateway’s', () => {
    const own = new Desk({ points: [point('GD-1'), point('GD-2')], class: 'A' });
    own.reading('GD-1', 0, 1);
    chatter(own, 0, 29 * MINUTE + 50 * SECOND);
    expect(deviceKeys(own)).toEqual(['yt/GD-1|silent|device blue']);
    chatter(own, 30 * MINUTE, 30 * MINUTE);
    expect(deviceKeys(own)).toEqual(['yt/GD-1|silent|device yellow']);
    const gateway = new Desk({ points: [point('GD-1'), point('GD-2')], class: 'A' });
    gateway.reading('GD-1', 0, 1);
    gateway.reading('GD-2', 5 * SECOND, 1);
    // Another gateway still sees the hazard: this one's alarm is all there is to tell.
    gateway.configure({
      ...registryOf({ points: [point('GD-3', { gateways: ['gw2'] })], class: 'A', gateways: ['gw1', 'gw2'] }),
    });
    const other = (from: number, to: number) => {
      for (let at = from; at <= to; at += 10 * SECOND) gateway.send([{ tag: 'GD-3', at, value: 1 }], at, 'gw2');
    };
    other(6 * SECOND, 29 * MINUTE);
    expect(deviceKeys(gateway)).toEqual(['yt/~gw1|silent|device blue']);
    other(29 * MINUTE + SECOND, 31 * MINUTE);
    expect(deviceKeys(gateway)).toEqual(['yt/~gw1|silent|device yellow']);
  });

  it('never seen: gets one deadline, then counts as silent', () => {
    const desk = new Desk({ points: [point('GD-1'), point('FD-1', EVENT)] });
    desk.tickTo(29 * SECOND);
    expect(desk.open).toEqual([]);
    desk.tickTo(MINUTE);
    expect(lostCauses(desk)).toEqual(['yt/~gw1||coverage|hazard yellow: yt/farm|flammable-gas 0/1']);
    desk.tickTo(6 * MINUTE);
    expect(lostCauses(desk)).toEqual(['yt/~gw1||coverage|hazard yellow: yt/farm|fire 0/1,yt/farm|flammable-gas 0/1']);
    // Not one more row for the gateway, nor for a point behind it.
    expect(desk.open).toHaveLength(1);
  });

  it('costs one pending timer, however often its gateway flaps', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2')] });
    for (let i = 0; i < 50; i++) {
      desk.gateway(false, i * MINUTE);
      desk.gateway(true, i * MINUTE + 10 * SECOND);
      desk.reading('GD-1', i * MINUTE + 20 * SECOND, 1);
    }
    const { rows, col } = desk.state.timers.heap;
    const silence = [...col.kind.subarray(0, rows)].filter((kind) => kind === TIMER.SILENCE);
    // Entries that were overtaken by an earlier one go when they fall due.
    expect(silence.length).toBeLessThan(10);
  });

  it('is asked for at once when its interval becomes shorter, or it first gets one', () => {
    const desk = new Desk({
      points: [point('GD-1', { intervalMs: HOUR }), point('GD-2'), point('GD-3', { intervalMs: null })],
    });
    desk.reading('GD-1', 0, 1);
    desk.reading('GD-3', 0, 1);
    desk.configure(pointsChange(point('GD-1'), point('GD-3')), SECOND);
    chatter(desk, SECOND, 50 * SECOND);
    expect(deviceKeys(desk)).toEqual(['yt/GD-1|silent|device blue', 'yt/GD-3|silent|device blue']);
  });
});

describe('a gateway', () => {
  it('that goes takes its points with it under one alarm, and comes back with any message', () => {
    const desk = new Desk({ points: [point('GD-1'), point('FD-1', EVENT)], class: 'A' });
    desk.reading('GD-1', 0, 1);
    desk.reading('FD-1', 0, 0);
    desk.gateway(false, 5 * SECOND);
    desk.tickTo(14 * SECOND);
    expect(desk.open).toEqual([]);
    desk.tickTo(15 * SECOND);
    expect(lostCauses(desk)).toEqual(['yt/~gw1||coverage|hazard orange: yt/farm|fire 0/1,yt/farm|flammable-gas 0/1']);
    expect(desk.devices).toEqual([]);
    desk.send([{ tag: 'GD-9', at: 32 * MINUTE, value: 1 }]);
    desk.tickTo(34 * MINUTE);
    // The fire detector speaks only when something changes: its gateway is all the sight there is. The gas head must speak.
    expect(lostCauses(desk)).toEqual(['yt/~gw1||coverage|hazard orange: yt/farm|flammable-gas 0/1']);
  });

  it('one of two is enough: its points are silent only when both are gone', () => {
    const desk = new Desk({ points: [point('GD-1', { gateways: ['gw1', 'gw2'] })], gateways: ['gw1', 'gw2'] });
    desk.send([{ tag: 'GD-1', at: 0, value: 1 }], 0, 'gw1');
    desk.send([{ tag: 'GD-1', at: SECOND, value: 1 }], SECOND, 'gw2');
    desk.gateway(false, 2 * SECOND, 'gw1');
    desk.tickTo(15 * SECOND);
    expect(desk.hazards).toEqual([]);
    desk.gateway(false, 16 * SECOND, 'gw2');
    desk.tickTo(2 * MINUTE);
    // Each is told once: the first by its device alarm, the one that took the last eye by what it blinds.
    expect(deviceKeys(desk)).toEqual(['yt/~gw1|offline|device blue']);
    expect(lostCauses(desk)).toEqual(['yt/~gw2||coverage|hazard yellow: yt/farm|flammable-gas 0/1']);
  });

  it('that comes back while one of its points does not, leaves that point its own alarm', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2')] });
    desk.reading('GD-1', 0, 1);
    desk.gateway(false, 5 * SECOND);
    desk.gateway(true, MINUTE);
    chatter(desk, MINUTE, 3 * MINUTE);
    expect(deviceKeys(desk)).toEqual(['yt/GD-1|silent|device blue']);
  });
});

describe('an event-driven point', () => {
  it('ends its alarm by time while its gateway is online, and not while it is away', () => {
    const desk = new Desk({ points: [point('FD-1', { ...EVENT, offDelayMs: MINUTE })] });
    desk.reading('FD-1', 0, 1);
    desk.reading('FD-1', SECOND, 0);
    desk.gateway(false, 2 * SECOND);
    desk.tickTo(10 * MINUTE);
    // Blindness keeps the alert active too; here it is about the detector itself.
    expect(desk.hazards[0].points.find(({ rule }) => rule === 'boolean')?.active).toBe(true);
    desk.gateway(true, 11 * MINUTE);
    desk.tickTo(13 * MINUTE);
    expect(desk.hazards[0].active).toBe(false);
  });

  it('is not ended by time when the last thing it said was unusable', () => {
    const desk = new Desk({ points: [point('FD-1', { ...EVENT, offDelayMs: MINUTE })] });
    desk.reading('FD-1', 0, 1);
    desk.reading('FD-1', SECOND, 0);
    desk.reading('FD-1', 2 * SECOND, 0, 'bad');
    desk.tickTo(HOUR);
    expect(desk.hazards[0].active).toBe(true);
  });
});

describe('time and the service', () => {
  it('a stepped wall clock is a device alarm and times nothing', () => {
    const desk = new Desk({ points: [point('GD-1', { intervalMs: HOUR, onDelayMs: MINUTE })] });
    desk.reading('GD-1', 0, 60);
    desk.fold({ kind: 'clock', at: desk.state.at, offsetMs: 8 * HOUR });
    expect(deviceKeys(desk)).toEqual(['service/0|server-clock|device yellow']);
    desk.tickTo(59 * SECOND);
    expect(desk.story).toEqual([]);
    desk.tickTo(MINUTE);
    expect(desk.story).toEqual(['raised orange']);
    desk.fold({ kind: 'clock', at: desk.state.at, offsetMs: 0 });
    expect(desk.devices.filter(({ active }) => active)).toEqual([]);
  });

  it('ordinary drift is nobody’s alarm', () => {
    const desk = new Desk({ points: [point('GD-1', { intervalMs: HOUR })] });
    desk.fold({ kind: 'clock', at: desk.state.at, offsetMs: 400 });
    expect(desk.open).toEqual([]);
  });

  it('a fault of the service or of a gateway is told, keyed by subject and fault, and ends', () => {
    const desk = new Desk({ points: [point('GD-1', { intervalMs: HOUR })] });
    const fault = { type: 'fault', detail: 'EIO' } as const;
    desk.device({ ...fault, fault: 'storage', subject: 'service', active: true }, 0);
    desk.device({ ...fault, fault: 'set-aside', subject: 'yt/~gw1', active: true }, SECOND);
    expect(deviceKeys(desk)).toEqual(['service/0|storage|device yellow', 'yt/~gw1|set-aside|device yellow']);
    desk.device({ ...fault, fault: 'storage', subject: 'service', active: false }, 2 * SECOND);
    expect(desk.devices.filter(({ active }) => active).map(({ key }) => key)).toEqual(['yt/~gw1|set-aside|device']);
  });

  it('a start gives every point a fresh deadline', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    desk.reading('GD-1', 0, 1);
    desk.resumed(5 * SECOND, HOUR);
    desk.tickTo(HOUR + 29 * SECOND);
    expect(desk.open).toEqual([]);
    desk.tickTo(HOUR + 41 * SECOND);
    expect(lostCauses(desk)).toEqual(['yt/~gw1||coverage|hazard yellow: yt/farm|flammable-gas 0/1']);
  });

  it('refuses to go back in time', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    desk.tickTo(10 * SECOND);
    expect(() => desk.fold({ kind: 'tick', at: desk.state.at - 1 })).toThrow('engine time went back');
  });
});
