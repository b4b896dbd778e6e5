// A tick is never lost: what falls due is followed one by one, and what fails is told by name and tried again.
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../src/alerts/condition/fact.ts';
import type { AlertTopic } from '../../src/model/hazard.ts';
import type { QualityName } from '../../src/model/quality.ts';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;

/** Whatever asks for this point's configuration in a silence that falls due finds a bug. */
function breakSilenceOf(desk: Desk, tag: string): () => void {
  const { registry } = desk.state;
  const number = registry.pointNumbers.get(`yt/${tag}`) ?? 0;
  const { publishers } = registry;
  const whole = publishers[number];
  publishers[number] = new Proxy(whole, {
    get() {
      throw new Error('a bug');
    },
  });
  return () => {
    publishers[number] = whole;
  };
}

/** Whatever tells of this point's sight finds a bug in the book. */
function breakBookFor(desk: Desk, tag: string): void {
  const { book, registry } = desk.state;
  const number = registry.pointNumbers.get(`yt/${tag}`) ?? 0;
  const whole = book.apply.bind(book);
  book.apply = (facts, context) => {
    const list = [...facts];
    if (list.some((fact) => fact.kind === 'sight' && desk.state.rules.pointOf(fact.slot) === number))
      throw new Error('a bug in the book');
    whole(list, context);
  };
}

describe('a tick with a bug in one of its timers', () => {
  it('follows the others, is told which one it was, and tries it again later', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2')] });
    desk.reading('GD-1', SECOND, 3);
    desk.reading('GD-2', SECOND, 3);
    const mend = breakSilenceOf(desk, 'GD-1');
    desk.tickTo(2 * MINUTE);
    const [aside] = desk.devices.filter(({ hazard }) => hazard === 'set-aside');
    expect(aside.points[0]).toMatchObject({ rule: 'set-aside' });
    expect(desk.state.points.col.silent[1]).toBeGreaterThan(0);
    mend();
    desk.tickTo(4 * MINUTE);
    expect(desk.state.points.col.silent[0]).toBeGreaterThan(0);
  });

  it('goes on raising what time raises, second after second', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2', { intervalMs: 3_600_000, onDelayMs: 5 * MINUTE })] });
    desk.reading('GD-1', SECOND, 3);
    desk.reading('GD-2', SECOND, 60);
    breakSilenceOf(desk, 'GD-1');
    desk.tickTo(6 * MINUTE);
    expect(desk.story).toContain('raised orange');
  });
});

describe('a tick with a bug in one timer and another in what the timers before it led to', () => {
  it('does not end the tick: the others are told as blind, and that something was set aside is told', () => {
    const points = ['GD-1', 'GD-2', 'GD-3'].map((tag) => point(tag));
    const desk = new Desk({ points });
    desk.send(points.map(({ tag }) => ({ tag, at: 0, value: 60 })));
    desk.gateway(true, 11 * SECOND);
    breakBookFor(desk, 'GD-1');
    breakSilenceOf(desk, 'GD-2');
    desk.tickTo(MINUTE);
    const blind = desk.transitions.filter(({ change }) => change === 'went-blind');
    expect(blind.map(({ point }) => point)).toEqual(['yt/GD-3']);
    expect(desk.devices.some(({ hazard }) => hazard === 'set-aside')).toBe(true);
  });
});

/** Whatever tells this of alarm conditions finds a bug in the book, until it is mended. */
function breakTelling(desk: Desk, isMet: (fact: Fact) => boolean): () => void {
  const { book } = desk.state;
  const whole = book.apply.bind(book);
  book.apply = (facts, context) => {
    const list = [...facts];
    if (list.some(isMet)) throw new Error('a bug in the book');
    whole(list, context);
  };
  return () => {
    book.apply = whole;
  };
}

describe('an alarm of the engine’s own that could not be told, as soon as the bug is gone', () => {
  const isOf = (topic: AlertTopic) => (fact: Fact) => fact.kind === 'level' && fact.group.hazard === topic;
  const slow = { intervalMs: 60 * MINUTE };
  const flapping = (desk: Desk, from: number, to: number, quality: QualityName) => {
    for (let at = from; at < to; at += 10 * SECOND) desk.reading('GD-1', at, 1, quality);
  };
  const rows = (desk: Desk) =>
    desk.open
      .filter(({ active, hazard }) => active && hazard !== 'set-aside')
      .map(({ key, grade }) => `${key} ${grade}`)
      .sort();

  it('is told: an unusable point, beside the hazard that nobody observes', () => {
    const desk = new Desk({ points: [point('GD-1')], class: 'A' });
    flapping(desk, 0, MINUTE, 'good');
    const mend = breakTelling(desk, isOf('bad-quality'));
    flapping(desk, MINUTE, 2 * MINUTE, 'bad');
    expect(rows(desk)).toEqual(['yt/farm||flammable-gas|hazard orange']);
    mend();
    flapping(desk, 2 * MINUTE, 4 * MINUTE, 'bad');
    expect(rows(desk)).toEqual(['yt/GD-1|bad-quality|device blue', 'yt/farm||flammable-gas|hazard orange']);
  });

  it('is told: a hazard that nobody observes', () => {
    const desk = new Desk({ points: [point('GD-1')], class: 'A' });
    flapping(desk, 0, MINUTE, 'good');
    const mend = breakTelling(desk, isOf('flammable-gas'));
    flapping(desk, MINUTE, 2 * MINUTE, 'bad');
    expect(rows(desk)).toEqual(['yt/GD-1|bad-quality|device blue']);
    mend();
    flapping(desk, 2 * MINUTE, 4 * MINUTE, 'bad');
    expect(rows(desk)).toEqual(['yt/GD-1|bad-quality|device blue', 'yt/farm||flammable-gas|hazard orange']);
  });

  it('is told: what a gateway blinds that is away', () => {
    const desk = new Desk({ points: [point('GD-1')], class: 'A' });
    flapping(desk, 0, MINUTE, 'good');
    const mend = breakTelling(desk, isOf('coverage'));
    desk.gateway(false, MINUTE);
    desk.tickTo(2 * MINUTE);
    expect(rows(desk)).toEqual([]);
    mend();
    desk.tickTo(4 * MINUTE);
    expect(rows(desk)).toEqual(['yt/~gw1||coverage|hazard orange']);
  });

  it('is over, where it has ended meanwhile', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2', slow)] });
    flapping(desk, 0, MINUTE, 'good');
    flapping(desk, MINUTE, 2 * MINUTE, 'bad');
    flapping(desk, 2 * MINUTE, 3 * MINUTE, 'good');
    expect(rows(desk)).toEqual(['yt/GD-1|bad-quality|device blue']);
    const mend = breakTelling(desk, isOf('bad-quality'));
    flapping(desk, 3 * MINUTE, 4 * MINUTE, 'good');
    expect(rows(desk)).toEqual(['yt/GD-1|bad-quality|device blue']);
    mend();
    flapping(desk, 4 * MINUTE, 6 * MINUTE, 'good');
    expect(rows(desk)).toEqual([]);
  });

  it('is told also where the service was restarted in between', () => {
    const desk = new Desk({ points: [point('GD-1')], class: 'A' });
    flapping(desk, 0, MINUTE, 'good');
    breakTelling(desk, isOf('bad-quality'));
    flapping(desk, MINUTE, 2 * MINUTE, 'bad');
    const next = desk.fork();
    flapping(next, 2 * MINUTE, 4 * MINUTE, 'bad');
    expect(rows(next)).toContain('yt/GD-1|bad-quality|device blue');
  });
});

describe('a rule that could not tell that it went further, or is seen again', () => {
  it('tells it as soon as the bug is gone', () => {
    const limits = { limits: { H: 25, HH: 50 }, onDelayMs: 30 * SECOND, intervalMs: 60 * MINUTE };
    const desk = new Desk({ points: [point('GD-1', limits)] });
    desk.reading('GD-1', 0, 30);
    desk.tickTo(MINUTE);
    desk.reading('GD-1', MINUTE, 60);
    const mend = breakTelling(desk, (fact) => fact.kind === 'level' && fact.slot >= 0);
    desk.tickTo(2 * MINUTE);
    mend();
    desk.tickTo(4 * MINUTE);
    expect(desk.hazards.find(({ hazard }) => hazard === 'flammable-gas')?.points[0].level).toBe('HH');
    expect(desk.story).toContain('worse-grade orange');
  });
});

describe('time in which the service stood still', () => {
  it('moves what waits for a reading: the sensors were not heard because nobody listened', () => {
    const desk = new Desk({ points: [point('GD-1', { intervalMs: SECOND })] });
    desk.reading('GD-1', 500, 3);
    desk.fold({ kind: 'tick', at: desk.state.at + 500, stalled: { from: desk.state.at, to: desk.state.at + 2_400 } });
    desk.tickTo(5_000);
    expect(desk.state.points.col.silent[0]).toBe(0);
    desk.tickTo(7_000);
    expect(desk.state.points.col.silent[0]).toBe(1);
  });
});

describe('a bug in telling what a due delay led to', () => {
  it('that is gone a minute later takes no alarm away', () => {
    const desk = new Desk({ points: [point('GD-1', { intervalMs: 3_600_000, onDelayMs: 30 * SECOND })] });
    desk.reading('GD-1', SECOND, 60);
    const { book } = desk.state;
    const whole = book.apply.bind(book);
    book.apply = (facts, context) => {
      const list = [...facts];
      if (list.some((fact) => fact.kind === 'level' && fact.slot >= 0)) throw new Error('a bug');
      whole(list, context);
    };
    desk.tickTo(40 * SECOND);
    expect(desk.devices.some(({ hazard }) => hazard === 'set-aside')).toBe(true);
    book.apply = whole;
    desk.tickTo(10 * MINUTE);
    expect(desk.story.at(0)).toMatch(/^raised/);
  });
  it('that tells sight takes no loss of sight away', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2')] });
    desk.send([
      { tag: 'GD-1', at: SECOND, value: 60 },
      { tag: 'GD-2', at: SECOND, value: 1 },
    ]);
    const { book } = desk.state;
    const whole = book.apply.bind(book);
    book.apply = (facts, context) => {
      const list = [...facts];
      if (list.some((fact) => fact.kind === 'sight')) throw new Error('a bug');
      whole(list, context);
    };
    for (let at = 11 * SECOND; at < 50 * SECOND; at += 10 * SECOND) desk.reading('GD-2', at, 1);
    book.apply = whole;
    for (let at = 51 * SECOND; at < 10 * MINUTE; at += 10 * SECOND) desk.reading('GD-2', at, 1);
    expect(desk.transitions.some(({ change }) => change === 'went-blind')).toBe(true);
  });
  it('of coverage at the end of the tick does not end the tick', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    desk.reading('GD-1', SECOND, 1);
    const { coverage } = desk.state;
    coverage.tally = (
      (tally) =>
      (...args: Parameters<typeof tally>) => {
        if (desk.state.at % SECOND === 0 && new Error().stack?.includes('reviewCoverage')) throw new Error('a bug');
        return tally(...args);
      }
    )(coverage.tally.bind(coverage));
    expect(() => desk.tickTo(MINUTE)).not.toThrow();
  });
});
