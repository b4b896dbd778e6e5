// Registries as the engine takes them, by their points: whatever a point names is there.
import type { PointConfig } from '../../../src/model/point.ts';
import type { Division, RegistryChange, Source } from '../../../src/model/registry.ts';
import type { SourceClass } from '../../../src/model/source.ts';

export interface Plant {
  readonly points: readonly PointConfig[];
  readonly class?: SourceClass;
  readonly observers?: Source['observers'];
  readonly gateways?: readonly string[];
}

export function registryOf(plant: Plant): RegistryChange {
  return {
    divisions: [{ code: '320921', name: '响水县' }],
    enterprises: [{ id: 'yt', name: '盐通化工', division: '320921', contacts: [] }],
    sources: [
      {
        id: 'yt/farm',
        enterprise: 'yt',
        name: '一号罐区',
        kind: 'tank_farm',
        class: plant.class ?? 'B',
        observers: plant.observers ?? {},
      },
    ],
    gateways: (plant.gateways ?? ['gw1']).map((id) => ({ id, enterprise: 'yt', secretHash: '' })),
    points: plant.points,
  };
}

/** Whatever these points name: enterprises in one county, sources of one class, gateways. */
export function registryNaming(
  points: readonly PointConfig[],
  division: Division = { code: '320921', name: '响水县' },
  sourceClass: SourceClass = 'B',
): RegistryChange {
  const enterprises = new Set<string>();
  const sources = new Map<string, string>();
  const gateways = new Set<string>();
  for (const { enterprise, source, gateways: publishers } of points) {
    enterprises.add(enterprise);
    sources.set(source, enterprise);
    for (const id of publishers) gateways.add(`${enterprise}/${id}`);
  }
  return {
    divisions: [division],
    enterprises: [...enterprises].map((id) => ({ id, name: id, division: division.code, contacts: [] })),
    sources: [...sources].map(([id, enterprise]) => {
      return { id, enterprise, name: id, kind: 'tank_farm', class: sourceClass, observers: {} };
    }),
    gateways: [...gateways].map((name) => {
      const [enterprise, id] = name.split('/');
      return { id, enterprise, secretHash: '' };
    }),
    points,
  };
}

/** A change of points only. */
export function pointsChange(...points: PointConfig[]): RegistryChange {
  return { divisions: [], enterprises: [], sources: [], gateways: [], points };
}
