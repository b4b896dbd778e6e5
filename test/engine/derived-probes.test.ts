// Points that are computed from others, through what happens to a service: its clock is stepped, somebody lets go of a detector,
// another program goes on with the points, what was recorded is reconciled.
import { describe, expect, it } from 'vitest';
import { INSTALLATION } from '../../src/engine/state.ts';
import { derivedPoint, switchPoint } from '../support/build/derived.ts';
import { point } from '../support/build/point.ts';
import { Desk, T0 } from '../support/desk.ts';
import { value } from '../support/told.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const heads = ['A', 'B', 'C'].map((tag) => point(tag, { limits: undefined }));
const vote = derivedPoint('VOTE', { of: { heads }, function: 'kOfN', parameters: { k: 2, above: 25 } });
const mean = derivedPoint('MEAN', {
  of: { head: heads[0] },
  function: 'twa',
  parameters: { windowMs: 30 * MINUTE },
  valueKind: 'number',
  unit: '%{LEL}',
  hazard: 'toxic-gas',
  limits: { H: 20 },
});
const fan = switchPoint('FAN');
const noFan = derivedPoint('NO-FAN', { of: { fan }, expression: '!fan', hazard: 'dust', onDelayMs: 30 * SECOND });
const plant = { points: [...heads, vote, mean, fan, noFan] };

function hold(desk: Desk, from: number, to: number, value: number, tags = 'ABC'): void {
  for (let at = from; at <= to; at += 10 * SECOND) desk.send([...tags].map((tag) => ({ tag, at, value })));
}
const standing = (desk: Desk): string[] =>
  desk.hazards
    .filter(({ active, hazard }) => active && hazard !== 'coverage')
    .map(({ hazard }) => hazard)
    .sort();

describe('a point that is computed from others', () => {
  it('times by engine time: a step of our own clock makes no average another one and ends no delay', () => {
    const desk = new Desk(plant);
    const calm = new Desk(plant);
    for (const one of [desk, calm]) {
      hold(one, 0, 5 * MINUTE, 10);
      one.reading('FAN', 5 * MINUTE, 0);
    }
    desk.fold({ kind: 'clock', at: desk.state.at, offsetMs: 3_600_000 });
    desk.tickTo(5 * MINUTE + 10 * SECOND);
    calm.tickTo(5 * MINUTE + 10 * SECOND);
    expect([standing(desk), value(desk, 'MEAN')]).toEqual([[], value(calm, 'MEAN')]);
    desk.tickTo(5 * MINUTE + 31 * SECOND);
    expect(standing(desk)).toEqual(['dust']);
  });

  it('that is held in alarm without sight may be let go of by a named person', () => {
    const desk = new Desk({ points: [...heads, vote] });
    hold(desk, 0, MINUTE, 60);
    expect(standing(desk)).toEqual(['flammable-gas']);
    desk.tickTo(10 * MINUTE);
    const [alert] = desk.hazards.filter(({ hazard }) => hazard === 'flammable-gas');
    expect(alert).toMatchObject({ active: true, blindSince: expect.any(Number) });
    const outcome = desk.command('release', alert, desk.now, {
      level: 'city',
      points: ['yt/VOTE'],
      reason: 'all three heads were taken away',
    });
    // Nobody observes there now: that is what stands of the alert.
    const ofVote = () =>
      desk.hazards.flatMap(({ points }) => points).find(({ id, rule }) => id === 'yt/VOTE' && rule !== 'coverage');
    expect(outcome.code).toBe('applied');
    expect(ofVote()).toMatchObject({ active: false, held: false });
    // Seen again it counts again.
    hold(desk, 11 * MINUTE, 12 * MINUTE, 60);
    expect(ofVote()).toMatchObject({ active: true });
  });

  it('is installed anew by another program, and remembers its windows', () => {
    const desk = new Desk(plant);
    hold(desk, 0, 40 * MINUTE, 15);
    const before = value(desk, 'MEAN');
    desk.fold({ kind: 'install', at: desk.state.at, installation: INSTALLATION });
    hold(desk, 40 * MINUTE + 10 * SECOND, 41 * MINUTE, 15);
    expect(value(desk, 'MEAN')).toBeCloseTo(before, 6);
    hold(desk, 42 * MINUTE, 60 * MINUTE, 60);
    expect(standing(desk)).toContain('toxic-gas');
    expect(standing(desk)).toContain('flammable-gas');
  });

  it('that was recorded in alarm and is believed calm stays told until somebody answers', () => {
    const desk = new Desk(plant);
    hold(desk, 0, MINUTE, 60);
    const [recorded] = desk.hazards.filter(({ hazard }) => hazard === 'flammable-gas');
    const other = new Desk(plant);
    hold(other, 0, MINUTE, 3);
    const upTo = recorded.seq + 10;
    other.fold({ kind: 'reconciled', at: other.state.at, upTo, alerts: [{ id: recorded.id, recorded }] });
    const found = other.open.find(({ id }) => id === recorded.id);
    expect(found).toMatchObject({ acked: false, points: [{ id: 'yt/VOTE' }] });
    expect(T0).toBeLessThan(other.state.at);
  });
});
