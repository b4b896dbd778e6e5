/**
 * No false calm 不虚假平静, third part: what nobody can see. Losing sight of a hazard is an alarm by itself, and only good data
 * ends it.
 */
import { describe, expect, it } from 'vitest';
import { SEEN } from '../src/engine/observers.ts';
import { FLAG, NO_SEQ } from '../src/model/reading.ts';
import { point } from './support/build/point.ts';
import { pointsChange } from './support/build/registry.ts';
import { expectNoCalmer } from './support/calm.ts';
import { Desk } from './support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;

describe('blindness is an alarm of its own 失明即报警', () => {
  it('the loss of the last eye on a hazard is graded, and only good data ends it', () => {
    const desk = new Desk({ points: [point('GD-1')], class: 'A' });
    // By whichever alert: that of the gateway that fell silent, or that of the hazard once the gateway is back.
    const isTold = () => desk.hazards.some(({ active, grade }) => active && grade === 'orange');
    desk.reading('GD-1', 0, 1);
    desk.tickTo(MINUTE);
    expect(isTold()).toBe(true);
    desk.gateway(true, 2 * MINUTE);
    for (const [i, quality] of (['bad', 'test', 'uncertain', 'stale'] as const).entries()) {
      desk.reading('GD-1', (3 + i) * MINUTE, 1, quality);
      expect(isTold(), quality).toBe(true);
    }
    desk.send([{ tag: 'GD-1', at: 0.5 * MINUTE, value: 1, flags: FLAG.HISTORICAL, seq: NO_SEQ }], 8 * MINUTE);
    expect(isTold()).toBe(true);
    // Observed again, and for the whole off-delay; time alone would not do.
    for (let at = 9 * MINUTE; at <= 10 * MINUTE; at += 10 * SECOND) {
      desk.reading('GD-1', at, 1);
      expect(isTold()).toBe(true);
    }
    desk.tickTo(10 * MINUTE + 10 * SECOND);
    expect(isTold()).toBe(false);
  });

  it('registering another detector does not end it', () => {
    const desk = new Desk({ points: [point('GD-1')] });
    desk.reading('GD-1', 0, 1);
    desk.tickTo(MINUTE);
    expect(desk.hazards[0].active).toBe(true);
    desk.configure(pointsChange(point('GD-2')), 2 * MINUTE);
    expect(desk.hazards[0].active).toBe(true);
    desk.reading('GD-1', 3 * MINUTE, 1, 'bad');
    expect(desk.hazards[0].active).toBe(true);
  });

  it('whoever takes over what was lost one by one gives nobody his sight back, and leaves no second untold', () => {
    const tags = ['GD-1', 'GD-2', 'TK-1', 'PT-1'];
    const hazards = ['flammable-gas', 'toxic-gas', 'overfill', 'overpressure'] as const;
    const desk = new Desk({ points: tags.map((tag, i) => point(tag, { hazard: hazards[i] })), class: 'A' });
    for (let at = 0; at <= 3 * MINUTE; at += 10 * SECOND)
      desk.send(tags.filter((_, i) => at <= i * MINUTE).map((tag) => ({ tag, at, value: 1 })));
    // Three are lost by themselves; the fourth goes with the gateway, the gateway says so, and then our own link goes.
    const lost = desk.fork();
    const stillTold = () => {
      expectNoCalmer(desk, lost);
      for (const number of [0, 1, 2]) expect(desk.state.points.col.lostBy[number]).not.toBe(SEEN);
    };
    for (let at = 3 * MINUTE; at <= 8 * MINUTE; at += SECOND) {
      if (at === 5 * MINUTE) desk.gateway(false, at);
      if (at === 6 * MINUTE) desk.link(false, at);
      desk.tickTo(at);
      stillTold();
    }
    desk.link(true, 9 * MINUTE);
    desk.gateway(true, 9 * MINUTE + SECOND);
    for (let at = 10 * MINUTE; at <= 14 * MINUTE; at += 10 * SECOND) {
      desk.reading('PT-1', at, 1);
      stillTold();
    }
  });
});

describe('what is answered once does not hide 已确认的失明不掩盖险情', () => {
  it('a detector that goes blind again and again stands on the alert as blind, and is called when it gets worse', () => {
    const desk = new Desk({ points: [point('GD-1'), point('GD-2')], class: 'A' });
    desk.reading('GD-1', 0, 30);
    desk.reading('GD-1', 10 * SECOND, 30, 'bad');
    const covered: boolean[] = [];
    let at = 20 * SECOND;
    for (; at < 8 * MINUTE; at += 10 * SECOND) {
      const [gas] = desk.hazards;
      if (!gas.acked) desk.command('acknowledge', gas, at);
      const isBad = at % MINUTE === 0;
      desk.reading('GD-1', at, 30, isBad ? 'bad' : 'good');
      desk.reading('GD-2', at, 1);
      if (!isBad) continue;
      covered.push(desk.hazards[0].acked);
      expect(desk.hazards[0]).toMatchObject({ active: true, blindSince: desk.state.at });
    }
    expect(covered.length > 5 && covered.every((acked) => acked)).toBe(true);
    // Blind for good now: its persistence runs on, unseen, and calls.
    desk.reading('GD-1', at, 30, 'bad');
    const { grade } = desk.hazards[0];
    desk.tickTo(at + 10 * MINUTE);
    expect(desk.hazards[0].acked).toBe(false);
    expect([grade, desk.hazards[0].grade]).toEqual(['orange', 'red']);
  });
});
