// What the registry keeps of what was registered before, when a change states less.
import { describe, expect, it } from 'vitest';
import { Registry } from '../../src/engine/registry.ts';
import type { PointConfig } from '../../src/model/point.ts';
import type { Enterprise, Gateway } from '../../src/model/registry.ts';
import { point } from '../support/build/point.ts';
import { pointsChange, registryOf } from '../support/build/registry.ts';
import { Desk } from '../support/desk.ts';

const enterprise: Enterprise = { id: 'yt-chem', name: '盐通化工', division: '320921', contacts: [] };

describe('what is registered', () => {
  it('keeps what a later change does not state', () => {
    const desk = new Desk({ points: [] });
    const put = (changes: object, of: object = {}) => {
      desk.configure({ ...pointsChange(), enterprises: [{ ...enterprise, ...changes }], ...of });
      return desk.state.registry.enterprises.get('yt-chem');
    };
    expect(put({})).toEqual(enterprise);
    expect(put({ siteSecretHash: 'old', enterpriseRiskLevel: 'D' })).toMatchObject({ siteSecretHash: 'old' });
    const kept = { ...enterprise, name: '盐通', siteSecretHash: 'old', enterpriseRiskLevel: 'D' };
    expect(put({ name: '盐通' })).toEqual(kept);
    expect(put({ name: '盐通', enterpriseRiskLevel: 'C' })).toEqual({ ...kept, enterpriseRiskLevel: 'C' });
    put({}, { divisions: [{ code: '320921', name: '响水县', flags: ['key-county'] }] });
    put({}, { divisions: [{ code: '320921', name: '响水' }] });
    expect(desk.state.registry.divisions.get('320921')).toEqual({
      code: '320921',
      name: '响水',
      flags: ['key-county'],
    });
  });

  it('keeps what is known of a source, and nobody downstream is another thing than not known', () => {
    const desk = new Desk({ points: [] });
    const [farm] = registryOf({ points: [] }).sources;
    const put = (more: object) => {
      desk.configure({ ...pointsChange(), sources: [{ ...farm, ...more }] });
      return desk.state.registry.sources.get(farm.id)!;
    };
    expect('downstreamPopulation' in put({ level: 3, flags: ['key-process'] })).toBe(false);
    expect(put({ downstreamPopulation: 0 })).toMatchObject({
      level: 3,
      flags: ['key-process'],
      downstreamPopulation: 0,
    });
    expect(put({ filing: { state: 'filed' } })).toMatchObject({ downstreamPopulation: 0, filing: { state: 'filed' } });
  });

  it('has in memory once what points of one type have in common, and changes no value of them', () => {
    const desk = new Desk({ points: [] });
    const twin = (tag: string, of: object = {}) =>
      ({ ...structuredClone(point('gas')), id: `yt/${tag}`, tag, ...of }) as PointConfig;
    const stated = [twin('GD-1'), twin('GD-2', { onDelayMs: 7_000 }), twin('GD-3')];
    desk.configure(pointsChange(...structuredClone(stated)));
    const { points } = desk.state.registry;
    expect(points).toEqual(stated);
    expect(points[1].rules).toBe(points[0].rules);
    expect(points[2].rules).toBe(points[0].rules);
    const again = Registry.from(structuredClone(desk.state.registry.image()));
    expect(again.points).toEqual(stated);
    expect(again.points[2].rules).toBe(again.points[0].rules);
  });

  it('keeps how a gateway is present, also where the change was never written out', () => {
    const desk = new Desk({ points: [], gateways: [] });
    const gateway = { id: 'gw1', enterprise: 'yt', secretHash: 'x' };
    desk.configure({ ...pointsChange(), gateways: [{ ...gateway, presence: 'reports' }] });
    desk.configure({ ...pointsChange(), gateways: [{ ...gateway, presence: undefined } as Gateway] });
    expect(desk.state.registry.gateways[0]).toEqual({ ...gateway, presence: 'reports' });
  });

  it('holds whom else a source concerns, once each, and refuses who is not there', () => {
    const desk = new Desk({ points: [] });
    const link = { from: 'yt/farm', to: '320922', kind: 'downstream' } as const;
    const divisions = [{ code: '320922', name: '滨海县' }];
    desk.configure({ ...pointsChange(), links: [link] });
    expect(desk.state.registry.image().links).toEqual([]);
    desk.configure({ ...pointsChange(), divisions, links: [link, { ...link, to: 'yt', kind: 'neighbour' }] });
    desk.configure({ ...pointsChange(), links: [link] });
    const { links } = desk.state.registry.image();
    expect(links).toEqual([link, { ...link, to: 'yt', kind: 'neighbour' }]);
    expect(Registry.from(JSON.parse(JSON.stringify(desk.state.registry.image()))).image().links).toEqual(links);
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
