// How many points may stand for one input: what is refused, in words that say why.
import { expect, it } from 'vitest';
import { readPack } from '../../../src/rules/packs/definition.ts';
import { resolvePoint } from '../../../src/rules/packs/resolve.ts';

const fleet = (derive: object) => ({
  type: 'of_many',
  name: '多点合计',
  nameEn: 'of many',
  unit: '',
  hazard: 'equipment',
  value: 'number',
  intervalMs: null,
  derive: { inputs: { all: { value: 'number', unit: '', many: true } }, ...derive },
  response: 'process',
  persistenceMs: 600_000,
  responseMs: 900_000,
  basis: { source: 'ours', mark: 'OURS' },
});

function errorsOf(derive: object, tags: readonly string[] | string): readonly string[] {
  const { value, errors } = readPack({ id: 'p', name: 'P', version: '1.0.0', pointTypes: [fleet(derive)] });
  expect(errors).toEqual([]);
  const point = { id: 'e/X', source: 'e/s', gateways: [], type: 'of_many', name: 'X', inputs: { all: tags } };
  const resolved = resolvePoint(point as never, value!.pointTypes[0]);
  return resolved.ok ? [] : resolved.errors;
}
const tags = (count: number) => Array.from({ length: count }, (_, i) => `P-${i}`);

it('an expression takes 32, a total a thousand, and one more is refused by number', () => {
  const sum = { expression: 'sum(all)' };
  expect(errorsOf(sum, tags(32))).toEqual([]);
  expect(errorsOf(sum, tags(33))).toEqual([
    'point e/X: inputs.all: 33 points, no more than 32 may stand for one input',
  ]);
  const total = { function: 'total' };
  expect(errorsOf(total, tags(1_000))).toEqual([]);
  expect(errorsOf(total, tags(1_001))).toEqual([
    'point e/X: inputs.all: 1001 points, no more than 1000 may stand for one input',
  ]);
});

it('a list that names nobody is refused', () => {
  expect(errorsOf({ function: 'total' }, [])).toContain('point e/X: inputs.all: the list names no point');
});
