// A small plant by the packs that ship, and drafts of it as people state them.
import type { Drafted, StatedDraft } from '../../src/app/backtest/draft.ts';
import { readDraft } from '../../src/app/backtest/draft.ts';
import { loadPacks, resolveRegistryText, shippedPacks } from '../../src/app/seeds.ts';
import { MINUTE_MS } from '../../src/model/time.ts';
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

/** Calm but for what is stated: by tag, from when to when (minutes), and which value. */
export type Story = readonly (readonly [tag: string, from: number, to: number, value: number])[];

export function play(desk: Desk, from: number, to: number, story: Story): void {
  const calm: Readonly<Record<string, number>> = { 'GD-1': 3, 'GD-2': 4, 'TT-1': 30 };
  for (let at = from; at < to; at += 10_000) {
    const readings = Object.entries(calm).map(([tag, value]) => {
      const told = story.find(([one, begin, end]) => one === tag && at >= begin * MINUTE_MS && at < end * MINUTE_MS);
      return { tag, at, value: told?.[3] ?? value };
    });
    desk.send(readings);
  }
}

/** A morning: a whiff at GD-1, a leak at GD-2, and a tank that gets warm. */
export const MORNING: Story = [
  ['GD-1', 30, 40, 30],
  ['GD-2', 90, 95, 30],
  ['GD-2', 95, 110, 60],
  ['TT-1', 150, 155, 46],
  ['TT-1', 155, 170, 52],
];
