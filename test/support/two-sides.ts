// A tank that may run over and run dry: days on which its level goes anywhere, told of each side alone.
import fc from 'fast-check';
import type { Limits } from '../../src/model/point.ts';
import { point } from './build/point.ts';
import { Desk } from './desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;

export const HIGH: Limits = { H: 85, HH: 90 };
export const LOW: Limits = { LL: 5, L: 10 };

/** Messages of one or more readings a second apart, some of them uncertain, some answered by the operator. */
export const levels = fc.array(
  fc.record({
    afterMs: fc.constantFrom(0, 1_000, 10_000, 40_000),
    values: fc.array(fc.constantFrom(1, 4, 8, 11, 50, 84, 86, 91, 99), { minLength: 1, maxLength: 6 }),
    uncertain: fc.boolean(),
    answered: fc.boolean(),
  }),
  { maxLength: 12 },
);
type Messages = typeof levels extends fc.Arbitrary<infer M> ? M : never;

/** The day of a tank with these limits. */
export function tankDay(messages: Messages, limits: Limits, onDelayMs: number): Desk {
  const tank = { hazard: 'overfill', hazardLow: 'low-level', intervalMs: 60 * MINUTE, offDelayMs: 30_000 } as const;
  const desk = new Desk({ points: [point('LT-1', { ...tank, deadband: 2, onDelayMs, limits })] });
  let at = 0;
  for (const { afterMs, values, uncertain, answered } of messages) {
    const readings = values.map((value, i) => {
      const quality = uncertain && i % 2 === 1 ? ('uncertain' as const) : ('good' as const);
      return { tag: 'LT-1', at: at + afterMs + i * SECOND, value, quality };
    });
    at += afterMs + readings.length * SECOND;
    desk.send(readings);
    if (answered) for (const alert of desk.hazards) desk.command('acknowledge', alert, at);
  }
  desk.tickTo(at + MINUTE);
  return desk;
}

/** Everything told of one hazard, with state and sound. */
export function toldOf(desk: Desk, hazard: string): string[] {
  return desk.transitions
    .filter(({ alert }) => alert.hazard === hazard)
    .map(({ at, change, alert, annunciate }) => `${at} ${change} ${alert.grade} ${alert.state} ${annunciate}`);
}
