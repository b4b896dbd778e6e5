// Who observes a hazard where points are computed from others: a recipe is no eye beside the head that it looks through.
import { describe, expect, it } from 'vitest';
import { Registry } from '../../src/engine/registry.ts';
import { derivedPoint, switchPoint } from '../support/build/derived.ts';
import { point } from '../support/build/point.ts';
import { pointsChange, registryOf } from '../support/build/registry.ts';
import { Desk } from '../support/desk.ts';

const MINUTE = 60_000;

const head = point('HEAD', { limits: undefined, hazard: 'toxic-gas' });
const fan = switchPoint('FAN', { gateways: ['gw2'], hazard: 'equipment' });
const noFeedback = derivedPoint('NO-FEEDBACK', {
  of: { head, fan },
  expression: 'head >= 25.0 && !fan',
  hazard: 'toxic-gas',
});
const plant = { points: [head, fan, noFeedback], gateways: ['gw1', 'gw2'] };

const told = (desk: Desk) =>
  desk.hazards.filter(({ active }) => active).map(({ grade, reasons }) => [grade, reasons[0].detail]);

describe('the only head of a room, with a recipe over it', () => {
  it('that falls silent is told, though the fan runs and the recipe is surely false', () => {
    const desk = new Desk(plant);
    desk.send([{ tag: 'FAN', at: 0, value: 1 }], 0, 'gw2');
    desk.reading('HEAD', 0, 5);
    desk.tickTo(10 * MINUTE);
    expect(told(desk)).toMatchObject([['yellow', { live: 0, declared: 1, 'yt/farm|toxic-gas': '0/1' }]]);
  });

  it('is what the hazard is observed by: without the fan the recipe is blind, and the head is not', () => {
    const desk = new Desk(plant);
    desk.send([{ tag: 'FAN', at: 0, value: 1 }], 0, 'gw2');
    desk.gateway(false, MINUTE, 'gw2');
    for (let at = 0; at < 10 * MINUTE; at += 10_000) desk.reading('HEAD', at, 30);
    expect(told(desk).map(([, detail]) => JSON.stringify(detail))).not.toContainEqual(
      expect.stringContaining('toxic-gas'),
    );
  });
});

it('a hazard that only the recipe looks at is observed by the recipe, and not once its head looks at it itself', () => {
  const registry = new Registry();
  registry.apply(registryOf({ ...plant, points: [head, fan, { ...noFeedback, hazard: 'dust' }] }));
  const observers = (of = registry) => of.observers.get('yt/farm|dust')?.points;
  expect(observers()).toEqual([2]);
  registry.apply(pointsChange({ ...head, hazard: 'dust' }));
  expect(observers()).toEqual([0]);
  expect(observers(Registry.from(registry.image()))).toEqual([0]);
  registry.apply(pointsChange(head));
  expect(observers()).toEqual([2]);
  expect(observers(Registry.from(registry.image()))).toEqual([2]);
});
