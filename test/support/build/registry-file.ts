// Registry files of small plants, as somebody would write them.
export const SECRET = 'gateway-secret';
export const SITE_SECRET = 'site-secret';

export interface PlantPoint {
  /** `{enterprise}/{tag}`. */
  readonly id: string;
  readonly gateways?: readonly string[];
  readonly type?: string;
  /** Whatever else the point states. */
  readonly [key: string]: unknown;
}

/** One source of class B, `{enterprise}/farm`, for every enterprise of the points; gateway `gw1` unless stated. */
export function registryFile(points: readonly PlantPoint[]) {
  const full = points.map(({ id, gateways = ['gw1'], type = 'gas_lel', ...rest }) => {
    const enterprise = id.slice(0, id.indexOf('/'));
    const looser = { reason: 'a plant of tests', basis: 'a plant of tests' };
    return { id, enterprise, source: `${enterprise}/farm`, gateways, type, name: id, ...looser, ...rest };
  });
  const enterprises = [...new Set(full.map(({ enterprise }) => enterprise))];
  const gateways = new Set(full.flatMap((point) => point.gateways.map((id) => `${point.enterprise}/${id}`)));
  return {
    divisions: [
      { code: '32', name: '江苏省' },
      { code: '3209', name: '盐城市' },
      { code: '320921', name: '响水县' },
      { code: '320922', name: '滨海县' },
    ],
    enterprises: enterprises.map((id) => ({
      id,
      name: id,
      division: id === 'xh-chem' ? '320922' : '320921',
      siteSecret: `${id} ${SITE_SECRET}`,
    })),
    sources: enterprises.map((id) => ({ id: `${id}/farm`, name: '罐区', kind: 'tank_farm', level: 3 })),
    gateways: [...gateways].map((name) => {
      const [enterprise, id] = name.split('/');
      return { id, enterprise, secret: SECRET };
    }),
    points: full.map(({ enterprise: _, ...point }) => point),
  };
}
