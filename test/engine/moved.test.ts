// An enterprise that is given to another division takes its open alerts along: who answers there hears of each of them.
import { describe, expect, it } from 'vitest';
import type { Enterprise } from '../../src/model/registry.ts';
import { neighbour, point } from '../support/build/point.ts';
import { pointsChange, registryNaming, registryOf } from '../support/build/registry.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const HOUR = 3_600_000;
const SLOW = { intervalMs: HOUR };

const divisions = [{ code: '320922', name: '滨海县' }];
const [enterprise] = registryOf({ points: [] }).enterprises;

/** Gas over H that the county has acknowledged, the alarm of a gateway, and gas at the neighbour's. */
function troubled(): Desk {
  const points = [point('GD-1', SLOW), point('GD-2', { ...SLOW, unitGroup: 'U-2', gateways: ['gw2'] })];
  const desk = new Desk({ points, gateways: ['gw1', 'gw2'] });
  desk.configure(registryNaming([neighbour('GD-9', SLOW)]));
  for (const gateway of ['gw1', 'xh/gw1']) desk.send([], SECOND, gateway);
  desk.reading('GD-1', SECOND, 30);
  desk.send([{ tag: 'xh/GD-9', value: 30, at: 2 * SECOND }], undefined, 'xh/gw1');
  desk.gateway(true, 2 * SECOND, 'gw2');
  desk.gateway(false, 3 * SECOND, 'gw2');
  desk.tickTo(2 * 60 * SECOND);
  const gas = desk.hazards.find(({ enterprise: of, hazard }) => of === 'yt' && hazard === 'flammable-gas');
  desk.command('acknowledge', gas!, 3 * 60 * SECOND, { level: 'county' });
  return desk;
}

/** A second person has agreed: what is asked for stands in the registry, and is stated once more. */
function moveTo(desk: Desk, division: string, at: number, more: Partial<Enterprise> = {}) {
  const told = desk.transitions.length;
  const change = { ...pointsChange(), divisions, enterprises: [{ ...enterprise, ...more, division }] };
  desk.tickTo(at);
  desk.state.registry.apply(change);
  expect(desk.configure(change, at)).toEqual([]);
  return desk.transitions.slice(told);
}

describe('an enterprise that is given to another division', () => {
  it('takes its open alerts along, each told once with where it was', () => {
    const desk = troubled();
    const before = desk.open.filter((alert) => alert.enterprise === 'yt');
    expect(before.map(({ kind }) => kind)).toContain('device');
    expect(before.map(({ acked }) => acked)).toContain(true);
    const told = moveTo(desk, '320922', 4 * 60 * SECOND);
    expect(told.map(({ alert }) => alert.id)).toEqual(before.map(({ id }) => id));
    for (const [i, { change, divisionBefore, note, annunciate, from, to, alert }] of told.entries()) {
      expect([change, divisionBefore, note, annunciate, from]).toEqual([
        'moved',
        '320921',
        '320921 → 320922',
        false,
        to,
      ]);
      // Nothing else of it changes: not its grade, and not who has answered.
      const { seq, changedAt } = alert;
      expect(alert).toEqual({ ...before[i], division: '320922', seq, changedAt });
    }
  });

  it('leaves those of others where they were', () => {
    const desk = troubled();
    const neighbours = desk.open.filter(({ enterprise: of }) => of === 'xh');
    expect(neighbours).toHaveLength(1);
    moveTo(desk, '320922', 4 * 60 * SECOND);
    expect(desk.open.filter(({ enterprise: of }) => of === 'xh')).toEqual(neighbours);
  });

  it('is told once: the same again, and another name, move nothing', () => {
    const desk = troubled();
    moveTo(desk, '320922', 4 * 60 * SECOND);
    expect(moveTo(desk, '320922', 5 * 60 * SECOND)).toEqual([]);
    expect(moveTo(desk, '320922', 6 * 60 * SECOND, { name: '盐通' })).toEqual([]);
  });

  it('and what follows belongs there: a worse grade of the same alert, and a new one', () => {
    const desk = troubled();
    moveTo(desk, '320922', 4 * 60 * SECOND);
    desk.reading('GD-1', 5 * 60 * SECOND, 60);
    expect(desk.transitions.at(-1)).toMatchObject({
      change: 'worse-grade',
      alert: { division: '320922', acked: false },
    });
    desk.gateway(true, 6 * 60 * SECOND, 'gw2');
    desk.send([{ tag: 'GD-2', value: 60, at: 6 * 60 * SECOND }], undefined, 'gw2');
    expect(desk.transitions.at(-1)).toMatchObject({ change: 'raised', alert: { division: '320922', unit: 'U-2' } });
  });
});
