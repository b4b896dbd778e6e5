// A small plant by the packs that ship, and drafts of it as people state them.
import type { Drafted, StatedDraft } from '../../src/app/backtest/draft.ts';
import { readDraft } from '../../src/app/backtest/draft.ts';
import { loadPacks, resolveRegistryText, shippedPacks } from '../../src/app/seeds.ts';
import { registryFile } from './build/registry-file.ts';
import { Desk } from './desk.ts';

const { packs, exposure } = loadPacks(shippedPacks());

export { packs };

/** Two gas heads and a thermometer, as a site registers them; `stated`: what it states of the first head besides. */
export async function plant(stated: object = {}): Promise<Desk> {
  const file = registryFile([
    { id: 'yt/GD-1', type: 'gas_lel', ...stated },
    { id: 'yt/GD-2', type: 'gas_lel' },
    { id: 'yt/TT-1', type: 'tank_temp' },
  ]);
  const resolved = await resolveRegistryText(JSON.stringify(file), packs);
  if (!resolved.ok) throw new Error(resolved.errors.join('\n'));
  const desk = new Desk();
  desk.configure(resolved.change);
  return desk;
}

export function draftOf(desk: Desk, stated: StatedDraft): Drafted {
  const { points } = desk.state.registry;
  const read = readDraft(stated, { packs, exposure, points, names: points.map(({ id }) => id) });
  if (!read.ok) throw new Error(read.errors.join('\n'));
  return read.drafted;
}
