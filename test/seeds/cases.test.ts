// The packs carry their own cases: what a standard says of a value, played through the engine, comes out as the pack states it.
import { describe, expect, it } from 'vitest';
import { casesFail } from '../../src/app/cases/run.ts';
import { loadPacks, shippedPacks } from '../../src/app/seeds.ts';
import { placesIn } from '../../src/app/yaml-text.ts';

const { packs, files, errors } = loadPacks(shippedPacks());

describe.each([...files].filter(([{ cases }]) => cases.length > 0))('$id', (pack, { name, text, pathOf }) => {
  const places = placesIn(text);

  it.each(pack.cases)('$name', (story) => {
    const failed = casesFail({ ...pack, cases: [story] }, packs, { places, pathOf });
    expect(failed.map((words) => `${name}: ${words}`)).toEqual([]);
  });
});

it('every pack is right by itself', () => {
  expect(errors).toEqual([]);
});
