// Graded limits as files state them: what is refused, what a site may say otherwise, and which change waits for somebody.
import { describe, expect, it } from 'vitest';
import type { Pack, PackType } from '../../src/rules/packs/definition.ts';
import { readPack, readRegistryFile } from '../../src/rules/packs/definition.ts';
import { followed } from '../../src/rules/packs/follow.ts';
import { stricterPoint } from '../../src/rules/packs/looser.ts';
import { withOrigin } from '../../src/rules/packs/origin.ts';
import { resolvePoint } from '../../src/rules/packs/resolve.ts';

const stated = {
  type: 'ponding_depth',
  name: '路面积水',
  nameEn: 'ponding',
  unit: 'cm',
  hazard: 'flooding',
  value: 'number',
  intervalMs: 60_000,
  limits: { high: { yellow: 15, orange: { value: 27, clear: 20 }, red: { value: 40, basis: '排水规范' } } },
  deadband: 1,
  onDelayMs: 60_000,
  offDelayMs: 300_000,
  response: 'process',
  persistenceMs: 600_000,
  responseMs: 900_000,
  basis: { source: 'ours', mark: 'OURS' },
  consequence: 'cars drown',
  action: 'close the road',
};
const pack: Pick<Pack, 'id' | 'name' | 'version' | 'sourceKinds'> = {
  id: 'p',
  name: 'p',
  version: '1.0.0',
  sourceKinds: [],
};
const read = (over: object) => readPack({ ...pack, pointTypes: [{ ...stated, ...over }] });
const errorsOf = (over: object): string => read(over).errors.join('\n');
const type = read({}).value.pointTypes[0] as PackType;

const item = { id: 'yt/P-1', source: 'yt/s', gateways: ['gw1'], type: 'ponding_depth', name: 'P-1' };
function resolved(over: object, of = type) {
  const { value, errors } = readRegistryFile({ points: [{ ...item, ...over }] });
  if (errors.length > 0) return { ok: false as const, errors };
  return resolvePoint(value.points[0], of);
}
function pointOf(over: object, of = type) {
  const answer = resolved(over, of);
  if (!answer.ok) throw new Error(answer.errors.join('\n'));
  return answer.point;
}
const ruleOf = (over: object, id: string, of = type) => pointOf(over, of).rules.find((rule) => rule.id === id);

describe('a graded limit in a pack', () => {
  it('is one rule, with the delays and the deadband of its type where it has none of its own', () => {
    expect(ruleOf({}, 'limit-high-yellow')).toEqual({
      id: 'limit-high-yellow',
      kind: 'limit-high',
      grade: 'yellow',
      value: 15,
      clear: 14,
      beyond: false,
      inARow: 1,
      onDelayMs: 60_000,
      offDelayMs: 300_000,
    });
    expect(ruleOf({}, 'limit-high-orange')).toMatchObject({ value: 27, clear: 20 });
    expect(ruleOf({}, 'limit-high-red')).toMatchObject({ value: 40, basis: { source: '排水规范', mark: 'M' } });
  });

  it.each([
    [{ limits: { high: { yellow: 30, orange: 27 } } }, 'limits: high.yellow 30 must be below high.orange 27'],
    [{ limits: { HH: 30, high: { yellow: 35 } } }, 'limits: high.yellow 35 must be below HH 30'],
    [{ limits: { H: 15, high: { yellow: 15 } } }, 'limits: H and high.yellow are one limit'],
    [{ limits: { low: { blue: 20 }, high: { blue: 20 } } }, 'limits: low.blue 20 must be below high.blue 20'],
    [
      { limits: { high: { yellow: 15, red: { value: 40, clear: 14 } } } },
      'limits.high.red.clear: 14 reaches beyond high.yellow 15',
    ],
    [
      { limits: { high: { red: { value: 40, clear: 41 } } } },
      'limits.high.red.clear: 41 must lie on the normal side of 40',
    ],
    [{ limits: { low: { yellow: { value: 2, clear: 9 } }, H: 9 } }, 'limits.low.yellow.clear: 9 reaches beyond H 9'],
    [
      { limits: { high: { yellow: 15, orange: 15.5 } } },
      'limits.high.orange.clear: 14.5 reaches beyond high.yellow 15',
    ],
    [{ limits: { high: { violet: 3 } } }, 'limits.high: Unrecognized key: "violet"'],
    [{ limits: { high: { red: { value: 3, klear: 2 } } } }, 'limits.high.red: Unrecognized key: "klear"'],
    [{ limits: { high: { red: 'much' } } }, 'limits.high.red: a number is expected, or fields such as'],
    [{ limits: { high: { red: { clear: 2 } } } }, 'limits.high.red.value: is missing'],
    [{ limits: { high: { red: { value: 3, inARow: 0 } } } }, 'limits.high.red.inARow: Too small'],
    [{ value: 'boolean', unit: '' }, 'limits: a boolean point has none'],
  ])('%o is refused', (over, words) => {
    expect(errorsOf(over)).toContain(`pointTypes[0] ponding_depth: ${words}`);
  });

  it('restores where its milder neighbour begins: alarm 1.0, cut 1.5, restore below 1.0', () => {
    expect(errorsOf({ deadband: 0, limits: { high: { yellow: 1, orange: { value: 1.5, clear: 1 } } } })).toBe('');
  });

  it('may answer for itself where the type does not', () => {
    const alone = { consequence: undefined, action: undefined };
    expect(errorsOf({ ...alone })).toContain('action: an alarm must say what the operator does');
    const own = { value: 40, consequence: 'c', action: 'a' };
    expect(errorsOf({ ...alone, limits: { high: { red: own } } })).toBe('');
  });
});

describe('a limit that depends on something', () => {
  const conditional = read({ limits: { high: { red: { value: 40, while: 'open' } } } }).value.pointTypes[0] as PackType;
  const red = (over: object) => ruleOf(over, 'limit-high-red', conditional);

  it('names a part in a pack that the site fills, without a reason', () => {
    expect(red({ inputs: { open: 'GATE-1' } })?.while).toBe('yt/GATE-1');
    expect(red({})?.while).toBeUndefined();
  });

  it('may always hold where the site says so, or hold while another point says so with a reason', () => {
    expect(red({ inputs: { open: 'GATE-1' }, limits: { high: { red: { while: null } } } })?.while).toBeUndefined();
    const other = { limits: { high: { red: { while: 'GATE-2' } } } };
    expect(resolved(other, conditional)).toMatchObject({ ok: false });
    expect(red({ ...other, reason: 'r' })?.while).toBe('yt/GATE-2');
  });

  it('is filled as before when its pack is another one', () => {
    const origin = { type: conditional, mark: 'p@1.0.0#1' };
    const { value } = readRegistryFile({ points: [{ ...item, inputs: { open: 'GATE-1' } }] });
    const answer = resolvePoint(value.points[0], conditional);
    if (!answer.ok) throw new Error(answer.errors.join());
    const registered = withOrigin(answer.point, value.points[0], origin);
    const again = followed(JSON.parse(JSON.stringify(registered)), { ...origin, mark: 'p@1.0.1#2' });
    expect(again).toMatchObject({ ok: true, point: { rules: answer.point.rules, stated: registered.stated } });
  });

  it('takes no other inputs than its type knows', () => {
    const refused = resolved({ inputs: { shut: 'GATE-1' } }, conditional);
    expect(refused.ok ? '' : refused.errors.join()).toContain('inputs: only a derived point has it');
  });

  const flood = { from: '06-01', to: '09-30', value: 35 };
  it('is tightened by the calendar, and never loosened by it', () => {
    const seasons = (...all: object[]) => ({ limits: { high: { yellow: 15, red: { value: 40, seasons: all } } } });
    expect(errorsOf(seasons(flood))).toBe('');
    expect(errorsOf(seasons({ ...flood, value: 45 }))).toContain(
      'limits.high.red.seasons: 45 from 06-01 is milder than 40',
    );
    expect(errorsOf(seasons({ ...flood, value: 12 }))).toContain('limits: high.yellow 15 must be below high.red 12');
    expect(errorsOf(seasons({ ...flood, from: '06-31' }))).toContain('must be a day of the year like 06-01');
    expect(ruleOf({ limits: { high: { red: { seasons: [flood] } } } }, 'limit-high-red')).toMatchObject({
      value: 40,
      seasons: [{ ...flood, clear: 34 }],
    });
  });

  it('keeps each season unless it is stricter, or somebody says why', () => {
    const tightened = read({ limits: { high: { red: { value: 40, seasons: [flood] } } } }).value
      .pointTypes[0] as PackType;
    const restated = (season: object) => resolved({ limits: { high: { red: { seasons: [season] } } } }, tightened);
    expect(restated({ ...flood, value: 33 })).toMatchObject({ ok: true });
    for (const looser of [
      { ...flood, value: 36 },
      { ...flood, from: '07-01' },
    ])
      expect(restated(looser)).toMatchObject({ ok: false });
  });
});

describe('a site', () => {
  it('restates a limit field by field', () => {
    expect(ruleOf({ limits: { high: { orange: { value: 25 } } } }, 'limit-high-orange')).toMatchObject({
      value: 25,
      clear: 20,
    });
    expect(ruleOf({ limits: { high: { orange: 25 } } }, 'limit-high-red')).toMatchObject({ value: 40 });
    expect(ruleOf({ limits: { high: { blue: 10 } } }, 'limit-high-blue')).toMatchObject({ value: 10, clear: 9 });
  });

  it.each([
    [{ limits: { high: { red: 45 } } }, 'limits.high.red.value 45 (pack 40)'],
    [{ limits: { high: { orange: { clear: 25 } } } }, 'limits.high.orange.clear 25 (pack 20)'],
    [{ limits: { high: { red: { beyond: true } } } }, 'limits.high.red.beyond true (pack false)'],
    [{ limits: { high: { red: { inARow: 2 } } } }, 'limits.high.red.inARow 2 (pack 1)'],
    [{ limits: { high: { red: { onDelayMs: 90_000 } } } }, 'limits.high.red.onDelayMs 90000 (pack 60000)'],
    [{ limits: { high: { red: { offDelayMs: 0 } } } }, 'limits.high.red.offDelayMs 0 (pack 300000)'],
    [{ limits: { high: { red: null } } }, 'limits.high.red off (pack '],
    [{ limits: { high: null } }, 'limits.high.yellow off (pack '],
  ])('gives a reason where it is looser: %o', (over, words) => {
    const refused = resolved(over);
    expect(refused.ok ? '' : refused.errors.join()).toContain(words);
    expect(resolved({ ...over, reason: 'a bridge' })).toMatchObject({ ok: true });
  });

  it.each([
    [{ limits: { high: { red: 38 } } }],
    [{ limits: { high: { orange: { clear: 16 } } } }],
    [{ limits: { high: { red: { onDelayMs: 0, offDelayMs: 600_000, owner: 'Li', action: 'close it' } } } }],
    [{ limits: { high: { blue: 10 } } }],
  ])('gives none where it is stricter: %o', (over) => {
    expect(resolved(over)).toMatchObject({ ok: true });
  });

  it('is told a limit without a value', () => {
    const refused = resolved({ limits: { low: { red: { clear: 3 } } } });
    expect(refused.ok ? '' : refused.errors.join()).toContain('limits.low.red.value: is missing');
  });

  it('has its looser figure wait with what it stands on, and the stricter one in force', () => {
    const before = pointOf({});
    const basis = { source: 'a survey', mark: 'V' };
    const { byPack: _byPack, ...after } = pointOf({
      reason: 'r',
      limits: { high: { red: { value: 45, onDelayMs: 0, basis } } },
    });
    const { inForce, held } = stricterPoint(before, after);
    expect(inForce.rules.find(({ id }) => id === 'limit-high-red')).toMatchObject({
      value: 40,
      onDelayMs: 0,
      basis: { source: '排水规范' },
    });
    expect(held.map(({ field }) => field)).toEqual([
      'limit-high-red.value',
      'limit-high-red.clear',
      'limit-high-red.basis',
      'basis',
    ]);
  });
});
