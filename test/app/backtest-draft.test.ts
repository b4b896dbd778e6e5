// What a draft changes of the points in force: what it names, field by field, and nothing that a site has stated for itself.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDraft } from '../../src/app/backtest/draft.ts';
import { resolveRegistryText, shippedPacks } from '../../src/app/seeds.ts';
import type { PointConfig } from '../../src/model/point.ts';
import { registryFile } from '../support/build/registry-file.ts';
import { Desk } from '../support/desk.ts';
import { draftOf, packs, plant } from '../support/drafted-plant.ts';

describe('a draft', () => {
  const whole = (point: Partial<PointConfig>, desk: Desk, id: string): PointConfig => ({
    ...desk.state.registry.points.find((one) => one.id === id)!,
    ...point,
  });

  /** Points as a site registers them, by the shipped packs. */
  async function registered(points: readonly object[]) {
    const resolved = await resolveRegistryText(JSON.stringify(registryFile(points as never)), packs);
    if (!resolved.ok) throw new Error(resolved.errors.join('\n'));
    const desk = new Desk();
    desk.configure(resolved.change);
    return { desk, resolved };
  }

  it('changes what it names, and nothing that the site has stated for itself', async () => {
    const { desk } = await registered([{ id: 'yt/GD-1', type: 'gas_lel', limits: { H: 20 }, offDelayMs: 120_000 }]);
    const drafted = draftOf(desk, { points: [{ id: 'yt/GD-1', limits: { HH: 40 } }] });
    const after = whole(drafted.get('yt/GD-1')!, desk, 'yt/GD-1');
    expect(after.offDelayMs).toBe(120_000);
    expect(JSON.stringify(after.rules)).toMatch(/"H":20.*"HH":40/);
    expect(Object.keys(drafted.get('yt/GD-1')!)).toEqual(['rules']);
  });

  it('brings a pack: what was taken from the type follows it', async () => {
    const desk = await plant();
    const { parse } = await import('yaml');
    const { readFileSync } = await import('node:fs');
    const pack = parse(readFileSync(join(shippedPacks(), 'chemical.yaml'), 'utf8'), { merge: true });
    for (const type of pack.pointTypes) if (type.type === 'gas_lel') type.limits = { H: 20, HH: 40 };
    const drafted = draftOf(desk, { packs: [pack] });
    expect([...drafted.keys()]).toEqual(['yt/GD-1', 'yt/GD-2']);
    expect(JSON.stringify(drafted.get('yt/GD-1'))).toMatch(/"H":20.*"HH":40/);
  });

  it('of a type that watches its instrument is checked with the span that it has', async () => {
    const { desk, resolved } = await registered([{ id: 'yt/NH-1', type: 'nh3_ppm' }]);
    expect(resolved.change.points[0].rules.map(({ kind }) => kind)).toContain('stuck');
    const drafted = draftOf(desk, { points: [{ id: 'yt/NH-1', limits: { H: 30 } }] });
    expect(JSON.stringify(drafted.get('yt/NH-1'))).toMatch(/"H":30/);
  });

  it('brings a pack: a figure of a derivation follows it too, where the site has left it to the type', async () => {
    const inputs = { density: 'D', speed: 'Q' };
    const { desk } = await registered([
      { id: 'yt/D', type: 'crowd_density' },
      { id: 'yt/Q', type: 'queue_speed' },
      { id: 'yt/X', type: 'crowd_stalled', gateways: [], inputs },
      { id: 'yt/Y', type: 'crowd_stalled', gateways: [], inputs, parameters: { dense: 3.5 } },
    ]);
    const { parse } = await import('yaml');
    const { readFileSync } = await import('node:fs');
    const pack = parse(readFileSync(join(shippedPacks(), 'crowd.yaml'), 'utf8'), { merge: true });
    for (const type of pack.pointTypes) if (type.type === 'crowd_stalled') type.derive.parameters.dense = 3;
    const drafted = draftOf(desk, { packs: [pack] });
    expect([...drafted].map(([id, { derive }]) => [id, derive?.parameters?.dense])).toEqual([['yt/X', 3]]);
  });

  it('that is wrong says everything that is, and tries nothing', async () => {
    const desk = await plant();
    const { points } = desk.state.registry;
    const read = readDraft(
      {
        points: [
          { id: 'yt/GD-1', limits: { H: 60 } },
          { id: 'yt/GD-3', limits: { H: 20 } },
          { id: 'yt/GD-2', limit: { H: 20 } },
          { limits: { H: 20 } },
          { id: 'yt/TT-1', type: 'gas_lel' },
        ],
      },
      { packs, points, names: points.map(({ id }) => id) },
    );
    expect(read.ok).toBe(false);
    const errors = read.ok ? '' : read.errors.join('\n');
    expect(errors).toMatch(/point yt\/GD-1: .*H/);
    expect(errors).toMatch(/point yt\/GD-3: is not registered; near it: yt\/GD-/);
    expect(errors).toMatch(/yt\/GD-2: .*limit/);
    expect(errors).toMatch(/points\[3\]: has no id/);
    expect(errors).toMatch(/point yt\/TT-1: type: a draft keeps the type, tank_temp/);
  });
});
