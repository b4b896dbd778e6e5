// Words, numbers and keys: both languages can say every grading step, and no key is taken from a person who types.
import { afterEach, describe, expect, it } from 'vitest';
import type { Reason } from '../../src/api/schemas/alerts.ts';
import { loadPacks, shippedPacks } from '../../src/app/seeds.ts';
import { deskCommandOf } from '../../web/pages/desk/keys.ts';
import { reasonWords } from '../../web/parts/detail/reason-words.ts';
import { reasonLines } from '../../web/parts/detail/reasons.ts';
import {
  calendarDay,
  clockTime,
  duration,
  numberText,
  timeOfRow,
  unitText,
  valueWithUnit,
} from '../../web/parts/format.ts';
import { isFree } from '../../web/shell/keys.ts';
import { bilingual, language } from '../../web/words/language.ts';

const names = {
  level: (level: string) => level,
  rule: (id: string) => (id.startsWith('limits-') ? '' : id),
  point: (id: string) => id.split('/')[1] ?? id,
  duration: (ms: number) => `${ms / 1_000} s`,
  fault: (code: string) => code,
  watched: (key: string) => key,
  number: numberText,
  value: (_point: string, value: number) => numberText(value),
  underFloor: (id: string) => (id === 'full' ? { id: 'e/FULL-1', rule: 'boolean' } : undefined),
  item: (code: string) => ({ 'phreatic-line': '浸润线', 'dry-beach': '干滩' })[code] ?? code,
  grade: (code: string) => ({ yellow: '黄', orange: '橙' })[code] ?? code,
};

const REASONS: readonly Reason[] = [
  { step: 'base', value: 2, detail: { point: 'e/GD-1', rule: 'limits-high', level: 'H' } },
  { step: 'class', value: -1, detail: { alarmClass: 'low' } },
  { step: 'persistence', value: 1, detail: { point: 'e/GD-1', persistenceMs: 600_000 } },
  { step: 'trend', value: 0, detail: {} },
  { step: 'breadth', value: 1, detail: { points: 3, level: 'H' } },
  { step: 'quality', value: -1, detail: { point: 'e/GD-1' } },
  { step: 'cap', value: 3, detail: { point: 'e/GD-1', untilMs: 5 } },
  { step: 'floor', value: 4, detail: { floor: 'f', points: 2, level: 'HH', basis: 'GB 1' } },
  { step: 'clamp', value: 1, detail: { height: 0 } },
  { step: 'coverage', value: 3, detail: { point: 'e/s', rule: 'coverage', live: 0, declared: 2 } },
  { step: 'easing', value: 3, detail: { computed: 2 } },
  { step: 'device', value: 1, detail: { point: 'e/~gw', rule: 'offline' } },
  { step: 'a-step-of-tomorrow', value: 1, detail: {} },
];

afterEach(() => {
  language.value = 'zh';
});

describe('words', () => {
  it('are told in both languages: what one of them lacks does not compile', () => {
    const both = bilingual({
      zh: { go: '走', left: (n: number) => `余 ${n}` },
      en: { go: 'go', left: (n) => `${n} left` },
    });
    expect(both.value.left(2)).toBe('余 2');
    language.value = 'en';
    expect(both.value.left(2)).toBe('2 left');
    // @ts-expect-error English lacks `go`.
    bilingual({ zh: { go: '走' }, en: {} });
    // @ts-expect-error Chinese knows no `stay`.
    bilingual({ zh: { go: '走' }, en: { go: 'go', stay: 'stay' } });
  });

  it.each(['zh', 'en'] as const)('says every grading step in %s with its numbers and nothing undefined', (spoken) => {
    language.value = spoken;
    const lines = reasonLines(REASONS, reasonWords.value, names);
    for (const { text } of lines) {
      expect(text).not.toBe('');
      expect(text).not.toMatch(/undefined|null|NaN/);
    }
    const text = Object.fromEntries(lines.map((line) => [line.step, line.text]));
    expect(text.base).toContain('GD-1');
    expect(text.persistence).toContain('600 s');
    expect(text.coverage).toMatch(/0.*2|2.*0/);
    expect(text.floor).toContain('GB 1');
    expect(text.coverage).not.toMatch(/[（(]/);
  });

  it('says of a step that did not apply what was not met, not that nothing else is in alarm', () => {
    const idle = (step: string) => reasonLines([{ step, value: 0, detail: {} }], reasonWords.value, names)[0]?.text;
    expect(idle('breadth')).toBe('5 分钟内未达扩散条件（2 点高高或 3 点高）');
    expect(idle('trend')).toBe('预测未给出可信趋势');
    language.value = 'en';
    expect(idle('breadth')).toBe('fewer than 2 at HH or 3 at H within 5 min');
    expect(idle('trend')).toBe('no forecast with a sound fit');
  });

  it('names items and grades of a roll-up in words, and the one point whose floor it is', () => {
    const said = (step: string, detail: Reason['detail']) =>
      reasonLines([{ step, value: 4, detail }], reasonWords.value, names)[0]?.text;
    expect(said('roll-up', { basis: 'GB 39496', 'dry-beach': 'yellow', 'phreatic-line': 'orange' })).toBe(
      '监测项目合计（干滩 黄, 浸润线 橙），按规定不低于此级（GB 39496）',
    );
    const full = { floor: 'full', points: 1, level: 'HH', basis: '惯例' };
    expect(said('floor', full)).toMatch(/^FULL-1 达到.*，按规定不低于此级（惯例）$/);
    expect(said('floor', { ...full, points: 2 })).toMatch(/^2 个测点达到/);
    language.value = 'en';
    expect(said('floor', full)).toMatch(/^FULL-1, .*: by rule not below this/);
  });

  it('names what comes together with its values, and what of it nobody knows: 风向缺失', () => {
    const detail = { point: 'e/PLUME', 'e/GD-1': 24, 'e/GD-2': 21.04, missing: 'e/风向' };
    const said = (step: string) => reasonLines([{ step, value: 1, detail }], reasonWords.value, names)[0];
    expect(said('neighbours')).toMatchObject({
      text: '相邻测点同时升高（GD-1 24, GD-2 21.04；风向缺失，不降级）',
      effect: '+1',
    });
    expect(said('coupling')?.text).toBe('多种危险叠加（GD-1 24, GD-2 21.04；风向缺失，保持原判）');
    language.value = 'en';
    expect(said('neighbours')?.text).toBe(
      'neighbours rise together (GD-1 24, GD-2 21.04; 风向 not known, lowers nothing)',
    );
  });

  it('says how many were watching as of when it was judged: they may be back', () => {
    const detail = { point: 'e/s', rule: 'coverage', live: 0, declared: 3 };
    const [line] = reasonLines([{ step: 'coverage', value: 3, detail }], reasonWords.value, names);
    expect(line?.text).toBe('当时应有 3 个测点在监测，实际只有 0 个');
    language.value = 'en';
    const [said] = reasonLines([{ step: 'coverage', value: 3, detail }], reasonWords.value, names);
    expect(said?.text).toBe('0 of 3 declared observers were watching then');
  });

  it.each(['zh', 'en'] as const)('names in %s what a lost gateway blinds, and that there is more', (spoken) => {
    language.value = spoken;
    const detail = {
      point: 'e/~gw',
      rule: 'coverage',
      live: 1,
      declared: 5,
      hazards: 3,
      'e/s|fire': '0/2',
      'e/t|dust': '1/2',
    };
    const [line] = reasonLines([{ step: 'coverage', value: 2, detail }], reasonWords.value, names);
    expect(line?.text).toContain('e/s|fire 0/2, e/t|dust 1/2, …');
  });

  it.each(['zh', 'en'] as const)('says in %s which slip a wrong clock looks like', (spoken) => {
    language.value = spoken;
    const slips = ['seconds', 'microseconds', 'local-time', 'zone-twice', 'unset', 'slow', 'late', 'fast'];
    const texts = slips.map((mistake) => {
      const detail = { point: 'e/~gw', rule: 'clock-skewed', points: 1, worst: 'e/GD-1', mistake, behindMs: -300_000 };
      return reasonLines([{ step: 'device', value: 1, detail }], reasonWords.value, names)[0]?.text ?? '';
    });
    for (const text of texts) expect(text).toContain('GD-1');
    expect(new Set(texts).size).toBe(slips.length);
    expect(texts.at(-1)).toContain('300 s');
    // Of an alarm raised before there was such a detail, or a slip of tomorrow, the fault alone.
    const detail = { point: 'e/~gw', rule: 'clock-skewed', points: 1, mistake: 'of-tomorrow' };
    expect(reasonLines([{ step: 'device', value: 1, detail }], reasonWords.value, names)[0]?.text).toMatch(
      /clock-skewed$/,
    );
  });

  it('tells what a step does to the grade', () => {
    const lines = reasonLines(REASONS, reasonWords.value, names);
    expect(lines.map(({ effect, grade }) => grade ?? effect)).toEqual([
      'yellow',
      '−1',
      '+1',
      '0',
      '+1',
      '−1',
      'orange',
      'red',
      'blue',
      'orange',
      'orange',
      'blue',
      '+1',
    ]);
    expect(lines.filter(({ idle }) => idle).map(({ step }) => step)).toEqual(['trend']);
  });
});

describe('numbers and times', () => {
  it('writes values as they are read out', () => {
    expect([0.1234, 44.444, 101.25, 12_345.6, -0, 3].map(numberText)).toEqual([
      '0.123',
      '44.44',
      '101.3',
      '12346',
      '0',
      '3',
    ]);
    expect(valueWithUnit(44.4, '%{LEL}')).toBe('44.4 %LEL');
    expect(valueWithUnit(1, '')).toBe('1');
    expect(valueWithUnit(31, '{person}')).toBe('31 人');
    language.value = 'en';
    expect(valueWithUnit(31, '{person}')).toBe('31 people');
    expect(['Cel', 'mg/m3', '[ppm]', '{NTU}', 'kPa'].map(unitText)).toEqual(['℃', 'mg/m³', 'ppm', 'NTU', 'kPa']);
  });

  it('writes every unit of the packs as people do, and that of a ratio not at all', () => {
    const { packs } = loadPacks(shippedPacks());
    const units = new Set(packs.flatMap(({ pointTypes }) => pointTypes.map(({ unit }) => unit)));
    expect(units.size).toBeGreaterThan(30);
    for (const unit of units) expect(unitText(unit)).not.toMatch(/[[\]{}]|person|event|m[23]|^1$|^(min|h|d|s)$/);
    expect(['1', 'min', '{person}/min', 'm3/s', 'dB[SPL]{A}'].map(unitText)).toEqual([
      '',
      '分钟',
      '人/min',
      'm³/s',
      'dB(A)',
    ]);
    expect(valueWithUnit(0.85, '1')).toBe('0.85');
  });

  it('shows instants of the service in its zone', () => {
    const at = Date.UTC(2026, 10, 21, 16, 0, 5);
    expect([calendarDay(at), clockTime(at)]).toEqual(['2026-11-22', '00:00:05']);
    expect(timeOfRow(at, at + 1_000)).toBe('00:00:05');
    expect(timeOfRow(at, at + 86_400_000)).toBe('11-22 00:00');
    expect(duration(3_725_000)).toBe('1 时 2 分');
    language.value = 'en';
    expect(duration(59_999)).toBe('59 s');
  });
});

describe('keys', () => {
  const press = {
    code: 'KeyA',
    isComposing: false,
    ctrlKey: false,
    altKey: false,
    metaKey: false,
    taken: false,
  };

  it('obeys a key and leaves alone what is typed, composed or held with another', () => {
    expect(isFree(press)).toBe(true);
    expect(deskCommandOf('KeyA')).toEqual({ do: 'acknowledge' });
    expect(deskCommandOf('Digit2')).toEqual({ do: 'only-grade', grade: 'orange' });
    for (const with_ of ['isComposing', 'ctrlKey', 'altKey', 'metaKey', 'taken'] as const) {
      expect(isFree({ ...press, [with_]: true })).toBe(false);
    }
    expect(deskCommandOf('toString')).toBeUndefined();
  });
});
