// What the registry keeps of what was registered before, when a change states less.
import { describe, expect, it } from 'vitest';
import { Registry } from '../../src/engine/registry.ts';
import type { Enterprise } from '../../src/model/registry.ts';
import { Desk, point, pointsChange, registryOf } from '../support/plant.ts';

const enterprise: Enterprise = { id: 'yt-chem', name: '盐通化工', division: '320921', contacts: [] };

describe('an enterprise', () => {
  it('keeps its site credential when a change states none, and takes a new one', () => {
    const registry = new Registry();
    const put = (changes: object) => {
      registry.apply({
        divisions: [],
        enterprises: [{ ...enterprise, ...changes }],
        sources: [],
        gateways: [],
        points: [],
      });
      return registry.enterprises.get('yt-chem');
    };
    expect(put({})).toEqual(enterprise);
    expect(put({ siteSecretHash: 'old' })).toEqual({ ...enterprise, siteSecretHash: 'old' });
    expect(put({ name: '盐通' })).toEqual({ ...enterprise, name: '盐通', siteSecretHash: 'old' });
    expect(put({ siteSecretHash: 'new' })).toEqual({ ...enterprise, siteSecretHash: 'new' });
  });
});

describe('a registry', () => {
  it('read back from its image walks its points in the same order, however it came to be', () => {
    const plant = { points: ['A', 'B', 'C', 'D'].map((tag) => point(tag)), gateways: ['gw1', 'gw2'] };
    const { registry } = new Desk(plant).state;
    const [dock] = registryOf({ points: [] }).sources.map((source) => ({ ...source, id: 'yt/dock' }));
    registry.apply({ ...pointsChange(point('B', { gateways: ['gw2', 'gw1'] })), sources: [dock] });
    registry.apply(pointsChange(point('A', { name: '新名' }), point('C', { source: 'yt/dock' }), point('E')));
    const copy = Registry.from(JSON.parse(JSON.stringify(registry.image())));
    const walks = ({ published, publishers, onlyPublisher, observers, observerOf, tags, version }: Registry) => ({
      published,
      publishers,
      onlyPublisher,
      observers: [...observers.values()].sort((a, b) => (a.key < b.key ? -1 : 1)),
      observerOf: observerOf.map(({ key }) => key),
      tags: [...tags],
      version,
    });
    expect(walks(copy)).toEqual(walks(registry));
    expect(registry.published).toEqual([[0, 1, 2, 3, 4], [1]]);
    expect(registry.observers.get('yt/dock|flammable-gas')?.points).toEqual([2]);
  });

  it('forgets a group of observers that nobody is left in', () => {
    const { registry } = new Desk({ points: [point('A')] }).state;
    registry.apply(pointsChange(point('A', { hazard: 'toxic-gas' })));
    expect([...registry.observers.keys()]).toEqual(['yt/farm|toxic-gas']);
  });
});
