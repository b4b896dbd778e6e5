// Points that are computed from others, when what they look at is back from an outage: what is known by halves counts by halves.
import { describe, expect, it } from 'vitest';
import { pointState } from '../../src/engine/describe.ts';
import { derivedPoint, switchPoint } from '../support/build/derived.ts';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';
import { numberOf, raised } from '../support/told.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const stateOf = (desk: Desk, tag: string) => pointState(desk.state, numberOf(desk, tag));

describe('exposure over a shift, and the share of its limit, after an hour without the gateway', () => {
  const head = point('HEAD', { limits: undefined, hazard: 'toxic-gas', unit: 'mg/m3', span: undefined });
  const average = derivedPoint('TWA', {
    of: { head },
    function: 'twa',
    parameters: { windowMs: 8 * HOUR },
    hazard: 'health',
    valueKind: 'number',
    unit: 'mg/m3',
    limits: { H: 1_000 },
  });
  const ratio = derivedPoint('RATIO', {
    of: { average },
    expression: 'average / pcTwa',
    parameters: { pcTwa: 10 },
    hazard: 'dust',
    valueKind: 'number',
    unit: '1',
    limits: { H: 1 },
  });

  function shiftWithGap(): Desk {
    const desk = new Desk({ points: [head, average, ratio] });
    for (let at = 0; at < 9 * HOUR; at += 10 * SECOND) desk.reading('HEAD', at, 1);
    desk.tickTo(10 * HOUR);
    return desk;
  }

  it('are alarmed as soon as what was seen is too much by itself', () => {
    const desk = shiftWithGap();
    expect(raised(desk)).toContain('raised coverage');
    for (let at = 10 * HOUR; at < 13 * HOUR; at += 10 * SECOND) desk.reading('HEAD', at, 30);
    expect([stateOf(desk, 'TWA'), stateOf(desk, 'RATIO')]).toEqual(['observing', 'observing']);
    expect(raised(desk)).toContain('raised dust');
  });

  it('are told as lost for as long as what was seen can calm nothing', () => {
    const desk = shiftWithGap();
    for (let at = 10 * HOUR; at < 12 * HOUR; at += 10 * SECOND) desk.reading('HEAD', at, 1);
    expect(raised(desk)).not.toContain('cleared coverage');
    for (let at = 12 * HOUR; at < 18 * HOUR; at += 10 * SECOND) desk.reading('HEAD', at, 1);
    expect(raised(desk)).toContain('cleared coverage');
  });
});

describe('a head that is back after five minutes, and doubtful', () => {
  const head = point('HEAD', { limits: undefined });
  const fan = switchPoint('FAN', { gateways: ['gw2'] });
  const noFan = derivedPoint('NO-FAN', { of: { head, fan }, expression: 'head >= 50.0 && !fan', hazard: 'toxic-gas' });
  const BACK = 5 * MINUTE;

  function headAway(): Desk {
    const desk = new Desk({ points: [head, fan, noFan], gateways: ['gw1', 'gw2'] });
    desk.send([{ tag: 'FAN', at: 0, value: 0 }], 0, 'gw2');
    desk.reading('HEAD', 0, 5);
    desk.tickTo(BACK);
    return desk;
  }

  it('raises what is computed from it, and is no observer yet', () => {
    const desk = headAway();
    for (let n = 0; n < 6; n++) desk.reading('HEAD', BACK + n * 10 * SECOND, 80, 'uncertain');
    expect(raised(desk)).toContain('raised toxic-gas');
    expect(stateOf(desk, 'HEAD')).toBe('unusable');
    expect(raised(desk)).not.toContain('cleared flammable-gas');
  });

  it('ends nothing by it', () => {
    const desk = headAway();
    for (let n = 0; n < 6; n++) desk.reading('HEAD', BACK + n * 10 * SECOND, 80);
    desk.tickTo(2 * BACK);
    for (let n = 0; n < 60; n++) desk.reading('HEAD', 2 * BACK + n * 10 * SECOND, 5, 'uncertain');
    expect(raised(desk).filter((told) => told.endsWith('toxic-gas'))).toEqual(['raised toxic-gas']);
  });

  it('blinds it again when it falls silent once more', () => {
    const desk = headAway();
    desk.reading('HEAD', BACK, 80, 'uncertain');
    expect(stateOf(desk, 'NO-FAN')).toBe('observing');
    desk.tickTo(BACK + MINUTE);
    expect(stateOf(desk, 'NO-FAN')).toBe('stale');
  });

  it('is not known after a start before it has spoken', () => {
    const desk = headAway();
    desk.reading('HEAD', BACK, 80, 'uncertain');
    desk.resumed(BACK, BACK + HOUR);
    desk.send([{ tag: 'FAN', at: BACK + HOUR, value: 0 }], BACK + HOUR, 'gw2');
    expect(stateOf(desk, 'NO-FAN')).not.toBe('observing');
  });
});

describe('two heads in a machine room whose fan gives no feedback', () => {
  const heads = ['N1', 'N2'].map((tag, i) => point(tag, { limits: undefined, gateways: [`gw${i + 1}`] }));
  const fan = switchPoint('FAN', { gateways: ['gw1'] });
  const noFeedback = derivedPoint('NO-FEEDBACK', {
    of: { heads, fan },
    expression: 'heads.exists(v, v >= 25.0) && !fan',
    hazard: 'toxic-gas',
  });
  const allHigh = derivedPoint('ALL-HIGH', { of: { heads }, expression: 'heads.all(v, v >= 25.0)', hazard: 'fire' });

  function secondAway(): Desk {
    const desk = new Desk({ points: [...heads, fan, noFeedback, allHigh], gateways: ['gw1', 'gw2'] });
    desk.send([
      { tag: 'FAN', at: 0, value: 0 },
      { tag: 'N1', at: 0, value: 5 },
    ]);
    desk.send([{ tag: 'N2', at: 0, value: 5 }], 0, 'gw2');
    desk.gateway(false, MINUTE, 'gw2');
    return desk;
  }

  it('are alarmed by the one that is there, whatever the other would say', () => {
    const desk = secondAway();
    desk.reading('N1', 2 * MINUTE, 30);
    expect(raised(desk)).toContain('raised toxic-gas');
    const all = numberOf(desk, 'ALL-HIGH');
    expect([stateOf(desk, 'NO-FEEDBACK'), desk.state.points.col.quality[numberOf(desk, 'NO-FEEDBACK')]]).toEqual([
      'observing',
      0,
    ]);
    expect([stateOf(desk, 'ALL-HIGH'), desk.state.points.col.value[all]]).toEqual(['stale', 0]);
  });

  it('are not calm by the one that is there: the other may be high', () => {
    const desk = secondAway();
    desk.reading('N1', 2 * MINUTE, 5);
    expect(stateOf(desk, 'NO-FEEDBACK')).toBe('stale');
    // One that is low is enough to know that not all are high.
    expect(stateOf(desk, 'ALL-HIGH')).toBe('observing');
  });
});
