/** The invented plants that the benchmarks register, and the point types they are of: steady load, alarms on command, a flood. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { loadRegistry } from '../simulators/load.ts';
import type { RegistryFile } from '../simulators/registry-file.ts';
import { enterpriseOf, tagOf } from '../simulators/registry-file.ts';
import { shippedPacks } from '../src/app/seeds.ts';
import { dataTopic, gatewayUserName } from '../src/ingest/topic.ts';
import type { LaneSpec } from './publishing.ts';

export const SECRET = 'bench-secret';
/** Half an hour of silence before anything is stale: a benchmark that rests between runs is no outage. */
const INTERVAL_MS = 600_000;
/** Gas heads that may rest, and such as are raised and cleared by single samples besides. */
const RESTING = 'bench_resting';
const PROMPT = 'bench_prompt';
/** H of gas_lel is 25 and HH 50: above the one, below the other; and far below both. */
export const IN_ALARM = 30;
export const CALM = 5;

/**
 * Writes the types of the benchmarks into a folder: `gas_lel` of the shipped packs, said otherwise. A registry could not: what is
 * looser than its pack is held back.
 */
export function writePacks(folder: string): void {
  const pack = parse(readFileSync(join(shippedPacks(), 'chemical.yaml'), 'utf8'), { merge: true });
  const head = pack.pointTypes.find(({ type }: { type: string }) => type === 'gas_lel');
  const resting = { ...head, type: RESTING, intervalMs: INTERVAL_MS };
  const prompt = { ...resting, type: PROMPT, onDelayMs: 0, offDelayMs: 0, deadband: 0, latching: false };
  writeFileSync(join(folder, 'bench.yaml'), JSON.stringify({ ...pack, id: 'bench', pointTypes: [resting, prompt] }));
}

/** `points` gas heads as `fenghuo load` registers them: 250 a gateway, 1 000 an enterprise. */
export function loadPlant(points: number): RegistryFile {
  const registry = loadRegistry(points, SECRET);
  return { ...registry, points: registry.points.map((point) => ({ ...point, type: RESTING })) };
}

/** One gateway each, with all of its points. */
export function lanesOf(registry: RegistryFile): LaneSpec[] {
  const tags = new Map<string, string[]>();
  for (const { id, gateways } of registry.points) {
    const user = gatewayUserName(enterpriseOf(id), gateways[0]);
    const known = tags.get(user);
    if (known === undefined) tags.set(user, [tagOf(id)]);
    else known.push(tagOf(id));
  }
  return registry.gateways.map(({ id, enterprise }) => {
    const user = gatewayUserName(enterprise, id);
    return { user, secret: SECRET, topic: dataTopic(enterprise, id), tags: tags.get(user) ?? [] };
  });
}

/**
 * Sources with one gas head each, spread over counties: every alarm is an alert of its own.
 *
 * @param prompt true: raised and cleared by single samples (no delay, no deadband, not latched).
 */
export function alarmPlant(name: string, sources: number, counties: number, prompt: boolean): RegistryFile {
  const codes = Array.from(
    { length: counties },
    (_, n) => `99${name === 'mark' ? '02' : '03'}${String(n + 1).padStart(2, '0')}`,
  );
  const enterprises = codes.map((division, n) => ({ id: `${name}-${n + 1}`, name: `${name} ${n + 1}`, division }));
  const perCounty = Math.ceil(sources / counties);
  const plants = Array.from({ length: sources }, (_, n) => {
    const enterprise = enterprises[Math.floor(n / perCounty)].id;
    return { enterprise, source: `${enterprise}/s${n}`, point: `${enterprise}/A-${n}` };
  });
  return {
    divisions: [{ code: '99', name: '压测省' }, ...codes.map((code) => ({ code, name: `压测 ${code}` }))],
    enterprises,
    sources: plants.map(({ source }) => ({ id: source, name: source, kind: 'tank_farm', level: 4 })),
    gateways: enterprises.map(({ id }) => ({ id: 'gw1', enterprise: id, secret: SECRET })),
    points: plants.map(({ source, point }) => ({
      id: point,
      source,
      gateways: ['gw1'],
      type: prompt ? PROMPT : RESTING,
      name: point,
    })),
  };
}
