// Our own link to an external broker, and a restart of ours: until a gateway is known to be online again, what only time would
// end does not end, and who speaks only when something changes counts as not observing.
import { describe, expect, it } from 'vitest';
import { point } from '../support/build/point.ts';
import { Desk, T0 } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;

const FIRE = point('FD-1', {
  type: 'flame_detect',
  hazard: 'fire',
  valueKind: 'boolean',
  unit: '',
  intervalMs: null,
  limits: {},
  criticalWhen: true,
  offDelayMs: MINUTE,
});

const link = (desk: Desk, up: boolean, at: number): void => {
  desk.tickTo(at);
  desk.fold({ kind: 'link', at: Math.max(T0 + at, desk.state.at), up });
};
const restart = (desk: Desk, at: number): void => {
  desk.fold({ kind: 'resumed', at: T0 + at, downFrom: desk.state.at, seqFloor: 0, restarted: true });
};
const fireOf = (desk: Desk) => desk.hazards.find(({ hazard, key }) => hazard === 'fire' && !key.includes('coverage'));

/** Fire, and ten seconds later none: its off-delay runs. */
function burnt(): Desk {
  const desk = new Desk({ points: [FIRE] });
  desk.reading('FD-1', SECOND, 0);
  desk.reading('FD-1', 10 * SECOND, 1);
  desk.reading('FD-1', 20 * SECOND, 0);
  expect(fireOf(desk)?.active).toBe(true);
  return desk;
}

describe('our link to the broker', () => {
  it('that is down ends nothing: a fire whose detector is not heard goes on', () => {
    const desk = burnt();
    link(desk, false, 25 * SECOND);
    desk.tickTo(2 * HOUR);
    expect(fireOf(desk)?.active).toBe(true);
  });

  it('is told as one alert of the service with what it blinds inside, and ends with data', () => {
    const desk = new Desk({ points: [FIRE, point('GD-1')] });
    desk.reading('FD-1', SECOND, 0);
    desk.reading('GD-1', SECOND, 3);
    link(desk, false, 2 * SECOND);
    link(desk, false, 3 * SECOND);
    desk.tickTo(MINUTE);
    // One alert for the one cause, with the hazards it blinds inside: none for the gateway, none for its points.
    expect(desk.open.map(({ key }) => key)).toEqual(['service/0||coverage|hazard']);
    link(desk, true, 2 * MINUTE);
    desk.reading('FD-1', 2 * MINUTE + SECOND, 0);
    for (let s = 1; s < 120; s += 10) desk.reading('GD-1', 2 * MINUTE + s * SECOND, 3);
    expect(desk.open.filter(({ active }) => active)).toEqual([]);
  });

  it('that is up again ends nothing either, until its gateway is heard: then time does', () => {
    const desk = burnt();
    link(desk, false, 25 * SECOND);
    link(desk, true, 10 * MINUTE);
    desk.tickTo(20 * MINUTE);
    expect(fireOf(desk)?.active).toBe(true);
    desk.gateway(true, 20 * MINUTE);
    desk.tickTo(22 * MINUTE);
    expect(fireOf(desk)?.active).not.toBe(true);
  });
});

describe('a restart', () => {
  it('knows nobody yet: a fire ends when its gateway is back and time has passed, not before', () => {
    const desk = burnt();
    restart(desk, 30 * SECOND);
    desk.tickTo(10 * MINUTE);
    expect(fireOf(desk)?.active).toBe(true);
    desk.gateway(true, 10 * MINUTE);
    desk.tickTo(12 * MINUTE);
    expect(fireOf(desk)?.active).not.toBe(true);
  });
});
