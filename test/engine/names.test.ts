// Names that people choose: none may be taken for another thing.
import { describe, expect, it } from 'vitest';
import { changesOf } from '../../src/engine/changes.ts';
import type { RegistryChange } from '../../src/model/registry.ts';
import { readRegistryFile } from '../../src/rules/packs/definition.ts';
import { point } from '../support/build/point.ts';
import { pointsChange, registryOf } from '../support/build/registry.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;

const plantOf = (enterprise: string): RegistryChange => ({
  divisions: [{ code: '320921', name: '响水县' }],
  enterprises: [{ id: enterprise, name: '工厂', division: '320921', contacts: [] }],
  sources: [{ id: `${enterprise}/farm`, enterprise, name: '罐区', kind: 'tank_farm', class: 'B', observers: {} }],
  gateways: ['gw1', 'gw2'].map((id) => ({ id, enterprise, secretHash: '' })),
  points: [point('GD-1', { id: `${enterprise}/GD-1`, enterprise, source: `${enterprise}/farm` })],
});

describe('a gateway that goes away while our link has taken the sight of others', () => {
  it.each(['yancheng-chem', 'service-chem'])('is told for what it is, also of enterprise %s', (enterprise) => {
    const desk = new Desk();
    desk.configure(plantOf(enterprise));
    const reading = (at: number) => desk.send([{ tag: `${enterprise}/GD-1`, at, value: 1 }], at, `${enterprise}/gw1`);
    reading(SECOND);
    desk.link(false, 2 * SECOND);
    desk.tickTo(30 * SECOND);
    desk.link(true, 31 * SECOND);
    desk.gateway(false, 32 * SECOND, `${enterprise}/gw2`);
    desk.tickTo(MINUTE);
    for (let at = 61 * SECOND; at < 10 * MINUTE; at += 10 * SECOND) reading(at);
    expect(desk.open.filter(({ active }) => active).map(({ key }) => key)).toEqual([
      `${enterprise}/~gw2|offline|device`,
    ]);
  });
});

describe('a register', () => {
  it('gives nothing a name that could be read as another', () => {
    const { errors } = readRegistryFile({
      enterprises: [{ id: 'service', name: '服务', division: '320921' }],
      sources: [{ id: 'yt/a|b', name: '罐区', kind: 'tank_farm' }],
      points: [
        { id: 'yt/~gw1', source: 'yt/a', gateways: ['gw1'], type: 'gas_lel', name: '探头' },
        { id: 'yt/GD-1', source: 'yt/a', gateways: ['gw1'], type: 'gas_lel', name: '探头', unitGroup: 'b|c' },
      ],
    });
    expect(errors.map((error) => error.split(':').slice(0, 2).join(':'))).toEqual([
      'enterprises[0] service: id',
      'sources[0] yt/a|b: id',
      'points[0] yt/~gw1: id',
      'points[1] yt/GD-1: unitGroup',
    ]);
  });
});

describe('a source whose fields come in another order', () => {
  it('is not told as changed', () => {
    const desk = new Desk({ points: [point('GD-1')], observers: { 'flammable-gas': 2, fire: 1 } });
    const [farm] = registryOf({ points: [] }).sources;
    const change = { ...pointsChange(), sources: [{ ...farm, observers: { fire: 1, 'flammable-gas': 2 } }] };
    expect(changesOf(desk.state.registry, change)).toEqual([]);
  });
});
