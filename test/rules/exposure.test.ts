// Limits of toxic gases are so much of an exposure limit, and follow the table: a pack that copies a figure goes on alarming at
// what was allowed once. Benzene did: the table printed with GB/T 50493 has 6 mg/m³, amendment 1 of GBZ 2.1 allows 3.
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { placesIn } from '../../src/app/yaml-text.ts';
import { readPack } from '../../src/rules/packs/definition.ts';
import { readExposureTable } from '../../src/rules/packs/exposure-definition.ts';
import { NOWHERE } from '../../src/rules/packs/told.ts';

const TABLE = `id: gbz
version: '1'
source: GBZ 2.1-2019 第1号修改单
annexSource: GB/T 50493 附表
reference: { temperatureC: 20, pressureKPa: 101.325 }
substances:
  - { key: 71-43-2, name: 苯, nameEn: benzene, molarMass: 78.11, TWA: 3, STEL: 6, mark: V, annex: 6 }
  - { key: 630-08-0, name: 一氧化碳, nameEn: carbon monoxide, molarMass: 28.01, TWA: 30, mark: M, idlh: { value: 1700, mark: V } }
  - { key: 7783-06-4, name: 硫化氢, nameEn: hydrogen sulphide, molarMass: 34.08, MAC: 10, mark: M, annex: 10 }
  - { key: 10102-43-9, name: 一氧化氮, nameEn: nitric oxide, molarMass: 30.01, TWA: 15, mark: M, annex: 5 }
  - { key: coal-dust, name: 煤尘, nameEn: coal dust, TWA: 4, mark: M }
`;
const { table } = readExposureTable(parse(TABLE), NOWHERE);

function packOf(limits: string, unit = 'mg/m3', basis = ''): string {
  return `id: own
name: 自有
version: 1.0.0
pointTypes:
  - type: gas
    name: 气体
    nameEn: gas
    unit: '${unit}'
    hazard: toxic-gas
    value: number
    intervalMs: 10000
    limits: ${limits}
    response: process
    persistenceMs: 600000
    responseMs: 900000
    consequence: 中毒
    action: 撤离
${basis}`;
}

function read(limits: string, unit?: string, basis?: string) {
  const text = packOf(limits, unit, basis);
  const { value, errors } = readPack(parse(text), placesIn(text), table);
  return { type: value.pointTypes[0], errors };
}

describe('a limit that is so much of an exposure limit', () => {
  it('follows the amendment and not the table that was printed before it', () => {
    const { type, errors } = read('{ H: { oel: 71-43-2 }, HH: { oel: 71-43-2, times: 2 } }');
    expect(errors).toEqual([]);
    expect(type.limits).toEqual({ H: 3, HH: 6 });
    expect(type.basis).toEqual({
      source:
        'H = 100 % PC-TWA（3 mg/m³，GBZ 2.1-2019 第1号修改单）；HH = 200 % PC-TWA（3 mg/m³，GBZ 2.1-2019 第1号修改单）',
      mark: 'V',
    });
  });

  it('is the strictest there is, and of two that agree the one that was seen', () => {
    expect(read('{ H: { oel: 10102-43-9 } }').type).toMatchObject({ limits: { H: 5 }, basis: { mark: 'V' } });
    expect(read('{ H: { oel: 7783-06-4 } }').type).toMatchObject({ limits: { H: 10 }, basis: { mark: 'V' } });
    expect(read('{ H: { oel: 630-08-0 } }').type).toMatchObject({ limits: { H: 30 }, basis: { mark: 'M' } });
  });

  it('is the one that is asked for, or a share of what is dangerous at once', () => {
    expect(read('{ H: { oel: 71-43-2, of: STEL } }').type.limits).toEqual({ H: 6 });
    expect(read('{ H: { idlh: 630-08-0, times: 0.05 }, HH: { idlh: 630-08-0, times: 0.1 } }').type).toMatchObject({
      limits: { H: 85, HH: 170 },
      basis: { mark: 'V' },
    });
  });

  // 30 mg/m³ of CO are 24 ppm at 0 °C, as the mine rules have it, and 25.7 at 20 °C.
  it.each([
    ['mg/m3', '', 30],
    ['ug/m3', '', 30_000],
    ['[ppm]', '', 25.7],
    ['[ppm]', ', temperatureC: 0', 24],
    ['[ppb]', '', 25_700],
  ])('stands in %s %s', (unit, more, H) => {
    expect(read(`{ H: { oel: 630-08-0${more} } }`, unit)).toMatchObject({ errors: [], type: { limits: { H } } });
  });

  it('stands beside figures, and leaves a basis that is stated', () => {
    const { type } = read('{ H: { oel: 71-43-2 }, HH: 5 }', 'mg/m3', '    basis: { source: 企业规定, mark: OURS }\n');
    expect(type).toMatchObject({ limits: { H: 3, HH: 5 }, basis: { source: '企业规定', mark: 'OURS' } });
  });

  it('is told with its line where there is no such thing', () => {
    const limits = `
      L: { oel: 71-43-2, of: MAC }
      H: { oel: 71-43-3 }
      HH: { idlh: 71-43-2, times: -1, oel: 1 }`;
    expect(read(limits).errors).toEqual([
      'line 13, column 17: gas: limits.L: gbz has no MAC of 苯',
      'line 14, column 17: gas: limits.H: gbz has no 71-43-3; near it: 71-43-2',
      expect.stringMatching(/^line 15, column \d+: gas: limits.HH: oel: /),
      expect.stringMatching(/^line 15, column \d+: gas: limits.HH: times: Too small/),
    ]);
  });

  it.each([
    ['71-43-2', '%{vol}', 'an exposure limit is a concentration: mg/m3, ug/m3, [ppm] or [ppb], and the unit is %{vol}'],
    ['coal-dust', '[ppm]', '煤尘 has no molar mass in the table, so there are no [ppm] of it'],
  ])('%s does not fit %s', (key, unit, words) => {
    expect(read(`{ H: { oel: ${key} } }`, unit).errors[0]).toContain(words);
  });
});

describe('a table of exposure limits', () => {
  it('tells what is wrong in it: a CAS number that is none, a substance without a limit, one stated twice', () => {
    const text = TABLE.replace('630-08-0', '630-08-1').replace('TWA: 4, ', '').replace('10102-43-9', '71-43-2');
    expect(readExposureTable(parse(text), placesIn(text)).errors).toEqual([
      expect.stringMatching(/^line 8, column \d+: substances.1.key: is no CAS number/),
      expect.stringMatching(/^line 11, column \d+: substances.4: has none of MAC, TWA and STEL/),
      expect.stringMatching(/^line 10, column \d+: substances.3.key: 71-43-2 is stated twice/),
    ]);
  });
});
