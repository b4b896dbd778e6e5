// Steps of derived points as packs state them: what is refused, and that a base that becomes a step waits for a second person.
import { expect, it } from 'vitest';
import { readPack } from '../../src/rules/packs/definition.ts';
import { stricterPoint } from '../../src/rules/packs/looser.ts';
import { resolvePoint } from '../../src/rules/packs/resolve.ts';

const coupled = {
  type: 'rain_on_creep',
  name: '降雨与变形叠加',
  nameEn: 'rain on creep',
  unit: '',
  hazard: 'slope',
  value: 'boolean',
  intervalMs: null,
  derive: {
    inputs: { rain: { value: 'number', unit: 'mm' }, creep: { value: 'number', unit: 'mm' } },
    expression: 'rain >= 50 && creep >= 8',
  },
  step: 'coupling',
  criticalWhen: true,
  response: 'geotechnical',
  persistenceMs: 600_000,
  responseMs: 900_000,
  basis: { source: 'ours', mark: 'OURS' },
  consequence: '滑坡',
  action: '撤人',
};
const read = (type: object) => readPack({ id: 'p', name: 'P', version: '1.0.0', pointTypes: [type] });

const registered = (type: object) => {
  const { value, errors } = read(type);
  expect(errors).toEqual([]);
  const inputs = { rain: 'R', creep: 'C' };
  const point = { id: 'e/X', source: 'e/s', gateways: [], type: 'rain_on_creep', name: 'X', inputs };
  const resolved = resolvePoint(point, value!.pointTypes[0]);
  if (!resolved.ok) throw new Error(resolved.errors.join('; '));
  return resolved.point;
};

it('is of what looks at more than one point, and no point of a monitoring item', () => {
  const { derive: _derive, ...measured } = coupled;
  expect(read(measured).errors).toEqual([expect.stringContaining('step: only what is derived looks at more than one')]);
  const item = { item: 'creep', blue: 4, yellow: 3, orange: 2, basis: coupled.basis };
  expect(read({ ...coupled, rollUp: item }).errors).toEqual([expect.stringContaining('rollUp: what gives a step')]);
  expect(read({ ...coupled, step: 'breadth' }).errors).toHaveLength(1);
  expect(registered(coupled).step).toBe('coupling');
});

it('what alarmed by itself and would be a step only, or the other way, waits for a second person', () => {
  const { step: _step, ...base } = coupled;
  for (const [before, after] of [
    [base, coupled],
    [coupled, base],
  ]) {
    const { held, inForce } = stricterPoint(registered(before), registered(after));
    expect(held.map(({ field }) => field)).toEqual(['step']);
    expect(inForce.step).toBe(registered(before).step);
  }
});
