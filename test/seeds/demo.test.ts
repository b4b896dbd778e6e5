// The demo registry and its people are consistent: everything named exists, ids are well formed, limits are no looser.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { enterpriseOf, tagOf } from '../../simulators/registry-file.ts';
import { signalOf } from '../../simulators/site.ts';
import { isEnterpriseId, isGatewayId, isTag } from '../../src/ingest/topic.ts';
import { DUTY_LEVELS } from '../../src/model/alert.ts';
import { ROLES } from '../../src/model/role.ts';
import { resolveRegistry } from '../../src/rules/packs/resolve.ts';
import { demoRegistry, loaded, pointTypes } from './seed-files.ts';

const registry = demoRegistry();
const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);
const repeated = (list: readonly string[]) => list.filter((one, k) => list.indexOf(one) !== k);

describe('demo registry', () => {
  it('has the size it is meant to have', () => {
    expect(registry.points.length).toBeGreaterThanOrEqual(480);
    expect(registry.points.length).toBeLessThanOrEqual(600);
    expect(registry.enterprises.length).toBe(12);
    const farms = registry.sources.filter(({ kind }) => kind === 'tank_farm');
    expect(new Set(farms.map(({ level }) => level))).toEqual(new Set([1, 2, 3, 4]));
    expect(new Set(registry.sources.map(({ kind }) => kind))).toEqual(
      new Set(['tank_farm', 'tailings_pond', 'coal_face']),
    );
  });

  it('names nothing twice', () => {
    expect(repeated(registry.divisions.map(({ code }) => code))).toEqual([]);
    expect(repeated(ids(registry.enterprises))).toEqual([]);
    expect(repeated(ids(registry.sources))).toEqual([]);
    expect(repeated(registry.gateways.map(({ id, enterprise }) => `${enterprise}/${id}`))).toEqual([]);
    expect(repeated(ids(registry.points))).toEqual([]);
    expect(repeated(registry.gateways.map(({ secret }) => secret))).toEqual([]);
  });

  it('has a parent for every division and a division for every enterprise', () => {
    const codes = new Set(registry.divisions.map(({ code }) => code));
    for (const { code } of registry.divisions) {
      const parent = code.includes('-') ? code.slice(0, 6) : code.slice(0, -2);
      expect([code, parent === '' || codes.has(parent)]).toEqual([code, true]);
    }
    for (const { id, division } of registry.enterprises) expect([id, codes.has(division)]).toEqual([id, true]);
    // Real codes of one province, so that the map and the roll-up have something to stand on.
    expect([...codes].every((code) => code.startsWith('32'))).toBe(true);
  });

  it('gives every point a source, a type, a gateway and a simulator', () => {
    const sources = new Set(ids(registry.sources));
    const gateways = new Set(registry.gateways.map(({ id, enterprise }) => `${enterprise}/${id}`));
    const enterprises = new Set(ids(registry.enterprises));
    for (const point of registry.points) {
      const enterprise = enterpriseOf(point.id);
      const found = {
        id: point.id,
        tag: isTag(tagOf(point.id)),
        enterprise: enterprises.has(enterprise) && isEnterpriseId(enterprise),
        source: sources.has(point.source) && enterpriseOf(point.source) === enterprise,
        type: pointTypes.has(point.type),
        gateways: point.gateways.length > 0 && point.gateways.every((g) => gateways.has(`${enterprise}/${g}`)),
        simulated: signalOf(point.type) !== undefined,
        named: /\p{Script=Han}/u.test(point.name),
      };
      expect(found).toEqual({
        id: point.id,
        tag: true,
        enterprise: true,
        source: true,
        type: true,
        gateways: true,
        simulated: true,
        named: true,
      });
    }
    for (const { id } of registry.gateways) expect([id, isGatewayId(id)]).toEqual([id, true]);
  });

  it('lies in the province (WGS84)', () => {
    for (const { id, location } of registry.sources) {
      const [longitude, latitude] = location ?? [0, 0];
      expect([id, longitude > 116 && longitude < 122.5 && latitude > 30.5 && latitude < 35.3]).toEqual([id, true]);
    }
  });

  it('is taken by the service as it is: every reference, every figure, no limit looser than its pack', () => {
    const resolved = resolveRegistry(registry, { packs: loaded.packs, hashSecret: () => 'salt:hash' });
    expect(resolved.ok ? [] : resolved.errors).toEqual([]);
    if (!resolved.ok) return;
    expect(resolved.change.points).toHaveLength(registry.points.length);
    // Nothing of it would wait for a second person.
    expect(JSON.stringify(resolved.change)).not.toContain('byPack');
    const classes = new Map(resolved.change.sources.map((source) => [source.id, source.class]));
    expect(new Set(classes.values())).toEqual(new Set(['A', 'B', 'C']));
    for (const id of ['yt-chem/tank-farm-1', 'bl-mining/pond-1', 'wl-coal/face-7301'])
      expect(classes.get(id)).toBe('A');
    // A limit without an action is no alarm, wherever it was stated.
    for (const { id, rules, action } of resolved.change.points) {
      expect([id, rules.every(({ kind }) => !kind.startsWith('limits')) || action !== undefined]).toEqual([id, true]);
    }
  });

  it('says why wherever it states a limit of its own', () => {
    const stated = registry.points.filter(({ limits }) => limits !== undefined);
    expect(stated.length).toBeGreaterThan(0);
    for (const { id, basis } of stated) expect([id, basis]).toEqual([id, expect.stringMatching(/./)]);
  });
});

interface DemoUser {
  readonly name: string;
  readonly role: string;
  readonly level: string;
  readonly scope: { readonly division?: string; readonly enterprise?: string };
  readonly password: string;
}

describe('demo users', () => {
  const file = readFileSync(new URL('../../seeds/demo/users.yaml', import.meta.url), 'utf8');
  const { users } = parse(file) as { users: DemoUser[] };

  it('are the six of the contract, with the one demo password', () => {
    expect(users.map(({ name }) => name)).toEqual(['admin', 'province', 'city', 'county', 'enterprise', 'viewer']);
    expect(new Set(users.map(({ password }) => password))).toEqual(new Set(['fenghuo-demo']));
  });

  it.each(users)('$name has a role, a level and a scope that exist', ({ role, level, scope }) => {
    expect(ROLES).toContain(role);
    expect(DUTY_LEVELS).toContain(level);
    if (scope.division !== undefined) expect(registry.divisions.map(({ code }) => code)).toContain(scope.division);
    if (scope.enterprise !== undefined) expect(ids(registry.enterprises)).toContain(scope.enterprise);
  });
});
