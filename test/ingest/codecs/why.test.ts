// The slips of an integrator at three in the morning, and what he is told: which field, what stood there, what to send.
import { describe, expect, it } from 'vitest';
import { decodeNative } from '../../../src/ingest/codecs/native.ts';
import { whyClock, whyRefused } from '../../../src/ingest/codecs/why.ts';
import { gw1, NOW } from '../fixtures.ts';

const GBK = new Uint8Array([0x7b, 0x22, 0x70, 0x22, 0x3a, 0x22, 0xbf, 0xc9, 0xc8, 0xbc, 0x22, 0x7d]);

function told(payload: unknown): string {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const bytes = payload instanceof Uint8Array ? payload : new TextEncoder().encode(text);
  const decoded = decodeNative(bytes, gw1, NOW, 0);
  const refused = decoded.ok ? decoded.refused[0] : decoded.refused;
  expect(refused, 'it was taken').toBeDefined();
  return refused.detail;
}

describe('a refusal says what to send instead', () => {
  it.each<[string, unknown, RegExp]>([
    [
      'an ISO time',
      { point: 'GD-101', at: '2026-01-22T02:20:00Z', value: 1 },
      /`at`: a number of ms since 1970 .* got the text "2026-01-22T02:20:00Z": send 1769048400000/,
    ],
    [
      'a time that names no zone',
      { point: 'GD-101', at: '2026-01-22T10:20:00', value: 1 },
      /names no zone: send 1769077200000 if it is UTC, 1769048400000 if it is the local time of China$/,
    ],
    [
      'the same with a blank',
      { point: 'GD-101', at: '2026-01-22 10:20:00', value: 1 },
      /no zone: send 1769077200000 if/,
    ],
    [
      'an offset',
      { point: 'GD-101', at: '2026-01-22T10:20:00+08:00', value: 1 },
      /10:20:00\+08:00": send 1769048400000$/,
    ],
    ['a number in quotes as time', { point: 'GD-101', at: '1763775600000', value: 1 }, /send 1763775600000/],
    ['nanoseconds', { point: 'GD-101', at: 1763775600000000000, value: 1 }, /beyond any date: microseconds or nanosec/],
    ['no time at all', { point: 'GD-101', at: null, value: 1 }, /`at`: a number .* got null/],
    [
      'an array at the top',
      [{ point: 'GD-101', value: 1 }],
      /^an array at the top: expected \{"point":…,"value":…\} or/,
    ],
    ['other field names', { tag: 'GD-101', val: 3 }, /`point` is missing; the reading has "tag", "val"/],
    ['the whole id', { point: 'yt-chem/GD-101', value: 3 }, /the tag alone is expected, "GD-101"; the topic says/],
    [
      'a value in quotes',
      { point: 'GD-101', value: '27.5' },
      /the text "27\.5": send the number 27\.5, without quotes/,
    ],
    ['a value in words', { point: 'GD-101', value: 'high' }, /`value` is the text "high", a number or true\/false/],
    ['no value', { point: 'GD-101' }, /^`value` is missing$/],
    ['NaN', '{"point":"GD-101","value":NaN}', /NaN is no JSON number; leave the reading out, or .*"quality":"bad"/],
    ['GBK bytes', GBK, /^not UTF-8; read as GBK it begins "\{\\"p\\":\\"可燃\\"\}": send UTF-8$/],
    ['plain text', 'GD-101=27.5', /^not JSON: /],
    ['one number', '27.5', /^27\.5 stands alone: expected/],
    [
      'an unknown quality',
      { point: 'GD-101', value: 1, quality: 'ok' },
      /"ok": one of good, uncertain, bad, test, stale/,
    ],
    ['a text for historical', { point: 'GD-101', value: 1, historical: 'yes' }, /"yes": true or false expected/],
  ])('%s', (_slip, payload, words) => {
    expect(told(payload)).toMatch(words);
  });

  it('quotes no more than a line of what was sent', () => {
    expect(told({ point: 'x'.repeat(10_000), value: 1 }).length).toBeLessThan(200);
    expect(told({ [`k${'x'.repeat(1_000)}`]: 1 }).length).toBeLessThan(200);
  });
});

describe('a time that is far from its arrival says which slip it looks like', () => {
  const now = 1_769_048_400_000;
  const hour = 3_600_000;
  it.each<[string, number, RegExp]>([
    ['seconds', 1_769_048_400, /^`at` is 1769048400, seconds since 1970: send ms, 1769048400000$/],
    ['seconds of local time', 1_769_048_400 + 28_800, /seconds since 1970/],
    ['microseconds', now * 1_000, /microseconds since 1970: send ms, 1769048400000$/],
    ['local time', now + 8 * hour + 900, /8 h ahead: the local time of China sent as UTC; send 1769048400900$/],
    ['eight hours twice', now - 8 * hour, /8 h behind: UTC from which 8 h were taken once more; send 1769048400000$/],
    ['an uptime', 86_400_000, /1970-01-02T00:00:00\.000Z: a clock that was never set/],
    ['fast', now + 300_000, /300 s ahead of its arrival: set the clock$/],
    ['slow', now - 90_500, /91 s behind its arrival: set the clock, or mark .* "historical":true$/],
  ])('%s', (_slip, at, words) => {
    expect(whyClock(at, now)).toMatch(words);
  });

  it('beside another refusal too, where it is no matter of degree', () => {
    expect(whyRefused('unknown-point', 3, 1_769_048_400, now)).toMatch(/no point of this name; .* seconds since 1970/);
    expect(whyRefused('unknown-point', 3, now - 90_500, now)).toMatch(/sampled 1769048309500$/);
  });
});
