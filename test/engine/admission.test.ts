// Admission clause by clause: what is live, history, duplicate or refused, and what a wrong clock does and does not do.
import { describe, expect, it } from 'vitest';
import { FLAG, VERDICT } from '../../src/model/reading.ts';
import { point } from '../support/build/point.ts';
import type { Sent } from '../support/desk.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const WORDS: Readonly<Record<number, string>> = {
  [VERDICT.LIVE]: 'live',
  [VERDICT.HISTORY]: 'history',
  [VERDICT.DUPLICATE]: 'duplicate',
};

interface Line {
  readonly says: string;
  /** Arrival, in seconds. */
  readonly s: number;
  readonly sent: Omit<Sent, 'tag' | 'at'> & { readonly s?: number };
  readonly gateway?: string;
  readonly is: string;
}
const bit = { skewed: FLAG.CLOCK_SKEWED, late: FLAG.LATE, conflict: FLAG.CONFLICT, over: FLAG.OVER_RANGE } as const;

/** Runs the lines on one desk; each is judged by its verdict and the out-flags that matter. */
function run(lines: readonly Line[], intervalMs: number | null = 10 * SECOND): Desk {
  const desk = new Desk({
    points: [point('GD-1', { intervalMs, gateways: ['gw1', 'gw2'] })],
    gateways: ['gw1', 'gw2'],
  });
  for (const { says, s, sent, gateway, is } of lines) {
    const { s: taken, ...rest } = sent;
    const at = taken === undefined ? {} : { at: taken * SECOND };
    const batch = desk.send([{ tag: 'GD-1', ...at, ...rest }], s * SECOND, gateway);
    const flags = Object.entries(bit).filter(([, mask]) => (batch.flags[0] & mask) !== 0);
    expect([WORDS[batch.verdict[0]], ...flags.map(([name]) => name)].join(' '), says).toBe(is);
  }
  return desk;
}

describe('duplicates', () => {
  it('are the same point, time and value; another value is a conflict and judged', () => {
    run([
      { says: 'first', s: 1, sent: { s: 1, value: 3 }, is: 'live' },
      { says: 'again', s: 2, sent: { s: 1, value: 3 }, is: 'duplicate' },
      { says: 'by the other gateway', s: 2, sent: { s: 1, value: 3 }, gateway: 'gw2', is: 'duplicate' },
      { says: 'another value', s: 3, sent: { s: 1, value: 30 }, is: 'live conflict' },
      { says: 'that value again', s: 4, sent: { s: 1, value: 30 }, is: 'duplicate' },
    ]);
  });

  it('are not known by value where no time was sent: at least once', () => {
    const desk = run([
      { says: 'without a time', s: 1, sent: { value: 3 }, is: 'live' },
      { says: 'the same at once', s: 1, sent: { value: 3 }, is: 'live' },
    ]);
    expect(desk.devices).toEqual([]);
  });
});

describe('older than the newest', () => {
  it('is history where it is marked, repeated by the transport, or does not count on', () => {
    run([
      { says: 'newest', s: 100, sent: { s: 100, value: 3, seq: 50 }, is: 'live' },
      { says: 'marked', s: 101, sent: { s: 60, value: 3, flags: FLAG.HISTORICAL }, is: 'history late' },
      { says: 'redelivered', s: 102, sent: { s: 61, value: 3, flags: FLAG.REDELIVERED }, is: 'history late' },
      { says: 'old number', s: 103, sent: { s: 62, value: 3, seq: 12 }, is: 'history late' },
      { says: 'the next old number', s: 104, sent: { s: 63, value: 3, seq: 13 }, is: 'history late' },
      { says: 'newer again', s: 110, sent: { s: 110, value: 3, seq: 51 }, is: 'live' },
    ]);
  });

  it('is history where another gateway lags behind, and judged where that gateway is all there is', () => {
    run([
      { says: 'newest by gw1', s: 100, sent: { s: 100, value: 3 }, is: 'live' },
      { says: 'lagging gw2', s: 101, sent: { s: 40, value: 2 }, gateway: 'gw2', is: 'history late' },
      {
        says: 'gw1 has been quiet for three intervals',
        s: 131,
        sent: { s: 70, value: 2 },
        gateway: 'gw2',
        is: 'live skewed',
      },
      { says: 'and gw2 goes on', s: 141, sent: { s: 80, value: 2 }, gateway: 'gw2', is: 'live skewed' },
    ]);
  });

  it('adds no sight: a point that only back-fills is silent', () => {
    const desk = run([{ says: 'live', s: 0, sent: { s: 0, value: 3 }, is: 'live' }]);
    for (let s = 10; s <= 40; s += 10) {
      desk.send([{ tag: 'GD-1', at: (s - 500) * SECOND, value: 3, flags: FLAG.HISTORICAL }], s * SECOND);
    }
    expect(desk.devices.map(({ key }) => key)).toEqual(['yt/GD-1|silent|device']);
  });

  it('puts a breach on record in the alert that stands, at once, without a sound', () => {
    const desk = new Desk({ points: [point('GD-1', { intervalMs: 60 * MINUTE })] });
    desk.reading('GD-1', 10 * MINUTE, 30);
    desk.send([{ tag: 'GD-1', at: 5 * MINUTE, value: 60, flags: FLAG.HISTORICAL }], 11 * MINUTE);
    expect(desk.transitions.map(({ change, annunciate }) => [change, annunciate])).toEqual([
      ['raised', true],
      ['missed-excursion', false],
    ]);
  });
});

describe('a clock', () => {
  it('is believed up to a minute ahead, and judged at arrival beyond', () => {
    run([
      { says: 'a minute ahead', s: 0, sent: { s: 60, value: 3 }, is: 'live' },
      { says: 'more', s: 1, sent: { s: 62, value: 3 }, is: 'live skewed' },
    ]);
  });

  it('that is wrong for one point of a message moves that point alone, and keeps its spacing', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2')] });
    const batch = desk.send(
      [
        { tag: 'GD-1', at: 8 * SECOND, value: 3 },
        { tag: 'GD-2', at: 20 * MINUTE, value: 3 },
        { tag: 'GD-2', at: 20 * MINUTE + 2 * SECOND, value: 3 },
      ],
      10 * SECOND,
    );
    expect(batch.judgedAt.map((at) => at - desk.inputs[0].at)).toEqual([8 * SECOND, 8 * SECOND, 10 * SECOND]);
  });

  it('set back for one point is judged at arrival, whatever the newer times of its neighbours in the message', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2')] });
    desk.reading('GD-1', 0, 3);
    const batch = desk.send(
      [
        { tag: 'GD-1', at: -600 * SECOND, value: 30 },
        { tag: 'GD-2', at: 9 * SECOND, value: 3 },
      ],
      10 * SECOND,
    );
    expect(batch.judgedAt.map((at) => at - desk.inputs[0].at)).toEqual([10 * SECOND, 9 * SECOND]);
  });

  it('raises one device alarm of its gateway, which ends with plausible times', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    desk.send([{ tag: 'GD-1', at: 20 * MINUTE, value: 3 }], 0);
    desk.send([{ tag: 'GD-1', at: 20 * MINUTE + 10 * SECOND, value: 3 }], 10 * SECOND);
    expect(desk.devices.map(({ key, grade }) => `${key} ${grade}`)).toEqual(['yt/~gw1|clock-skewed|device blue']);
    // One right time among wrong ones ends nothing: a minute of them does.
    for (let at = 12; at <= 71; at++) desk.reading('GD-1', at * SECOND, 3);
    expect(desk.devices).toHaveLength(1);
    desk.reading('GD-1', 72 * SECOND, 3);
    expect(desk.devices.filter(({ active }) => active)).toEqual([]);
  });
});

describe('the same message again', () => {
  const rows = Array.from({ length: 20 }, (_, i) => ({ tag: 'GD-1', at: i * SECOND, value: i }));

  it('is known among the gateway’s newest sixty-four, whatever its length', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    desk.send(rows, 20 * SECOND);
    for (let i = 0; i < 63; i++) desk.reading('GD-1', (21 + i) * SECOND, 1);
    expect(new Set(desk.send(rows, 90 * SECOND).verdict)).toEqual(new Set([VERDICT.DUPLICATE]));
    desk.reading('GD-1', 91 * SECOND, 1);
    // Forgotten by then: old readings, on record once more under the times they have there already.
    expect(new Set(desk.send(rows, 92 * SECOND).verdict)).not.toEqual(new Set([VERDICT.DUPLICATE]));
  });

  it('without times is judged as often as it comes: nobody knows whether it is the same', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    for (let s = 0; s < 5; s++) {
      expect(desk.send([{ tag: 'GD-1', value: 60 }], s * SECOND).verdict).toEqual([VERDICT.LIVE]);
    }
    expect(desk.hazards[0].active).toBe(true);
  });
});

describe('quality and refusals', () => {
  it('keeps the quality that was sent beside the judged one, where they differ', () => {
    const desk = new Desk({ points: [point('GD-1', { plausible: { min: -5, max: 90 } })] });
    const batch = desk.send([
      { tag: 'GD-1', at: 1, value: 3, quality: 'uncertain' },
      { tag: 'GD-1', at: 2, value: 95 },
      { tag: 'GD-1', at: 3, value: -20 },
    ]);
    expect([batch.quality, batch.sentQuality]).toEqual([
      [1, 1, 2],
      [1, 0, 0],
    ]);
    expect(desk.reading('GD-1', 4, 3).sentQuality).toEqual([]);
  });

  it('stores what span and plausibility made of a reading', () => {
    const desk = new Desk({ points: [point('GD-1', { plausible: { min: -5, max: 90 } })] });
    const batch = desk.send([
      { tag: 'GD-1', at: 1, value: 95 },
      { tag: 'GD-1', at: 2, value: 130 },
      { tag: 'GD-1', at: 3, value: -20 },
    ]);
    expect(batch.quality).toEqual([1, 1, 2]);
    expect(batch.flags.map((flags) => flags & FLAG.OVER_RANGE)).toEqual([0, FLAG.OVER_RANGE, 0]);
  });

  it('names every refusal with its tag, in order, and takes the rest of the message', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2', { gateways: ['gw2'] })], gateways: ['gw1', 'gw2'] });
    desk.send([
      { tag: 'GD-7', at: 1, value: 3 },
      { tag: 'GD-2', at: 2, value: 3 },
      { tag: 'GD-8', at: 3, value: 3 },
      { tag: 'GD-1', at: 4, value: 1, flags: FLAG.BOOLEAN },
      { tag: 'GD-1', at: 5, value: 3 },
    ]);
    expect(desk.refusals.map(({ tag, reason }) => `${tag} ${reason}`)).toEqual([
      'GD-7 unknown-point',
      'GD-2 not-authorised',
      'GD-8 unknown-point',
      'GD-1 wrong-type',
    ]);
    desk.send([{ tag: 'GD-1', at: 6, value: 3 }], 6, 'gw9');
    expect(desk.refusals.at(-1)?.reason).toBe('unknown-gateway');
  });

  it('takes 0 and 1 for a boolean point, and nothing else', () => {
    const fire = { valueKind: 'boolean', limits: {}, criticalWhen: true, hazard: 'fire', intervalMs: null } as const;
    const desk = new Desk({ points: [point('FD-1', fire)] });
    const batch = desk.send([
      { tag: 'FD-1', at: 1, value: 0 },
      { tag: 'FD-1', at: 2, value: 2 },
      { tag: 'FD-1', at: 3, value: 1, flags: FLAG.BOOLEAN },
    ]);
    expect(batch.verdict).toEqual([VERDICT.LIVE, VERDICT.REFUSED_WRONG_TYPE, VERDICT.LIVE]);
    expect(desk.story).toEqual(['raised orange']);
  });
});
