// What an enterprise sends moves no alert of another one: the drafted side of a backtest leaves it out, and comes to the same.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Drafted } from '../../src/app/backtest/draft.ts';
import { Judging } from '../../src/app/backtest/judging.ts';
import { judgeBoth } from '../../src/app/backtest/run.ts';
import { newState } from '../../src/engine/state.ts';
import { RecordEncoder } from '../../src/log/record.ts';
import { buildPoint } from '../support/build/point.ts';
import { registryNaming } from '../support/build/registry.ts';
import { Desk, T0 } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const gap = fc.constantFrom(SECOND, 10 * SECOND, 40 * SECOND, 2 * MINUTE);
const what = fc.oneof(
  { weight: 5, arbitrary: fc.record({ gas: fc.constantFrom(3, 18, 30, 60), of: fc.constantFrom('yt', 'xh') }) },
  { weight: 3, arbitrary: fc.constant({ gas: 3, of: 'both' }) },
  { weight: 1, arbitrary: fc.record({ online: fc.boolean(), of: fc.constantFrom('yt', 'xh') }) },
  { weight: 1, arbitrary: fc.record({ link: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ answer: fc.nat(8), act: fc.constantFrom('acknowledge', 'verify', 'close') }) },
);
const aDay = fc.array(fc.tuple(gap, what), { minLength: 5, maxLength: 30 });

/** Two plants of two enterprises, a day of both. */
function played(day: typeof aDay extends fc.Arbitrary<infer D> ? D : never): Desk {
  const head = {
    hazard: 'flammable-gas',
    limits: { H: 25, HH: 50 },
    intervalMs: 30 * SECOND,
    onDelayMs: 5 * SECOND,
  } as const;
  const desk = new Desk();
  desk.configure(registryNaming([buildPoint('yt/GD-1', head), buildPoint('xh/GD-9', head)]));
  let at = 0;
  for (const [after, one] of day) {
    at += after;
    if ('gas' in one) {
      if (one.of !== 'xh') desk.send([{ tag: 'GD-1', at, value: one.gas }]);
      if (one.of !== 'yt') desk.send([{ tag: 'xh/GD-9', at, value: one.gas }], at, 'xh/gw1');
    } else if ('online' in one) desk.gateway(one.online, at, `${one.of}/gw1`);
    else if ('link' in one) desk.link(one.link, at);
    else {
      const alert = desk.open[one.answer];
      if (alert !== undefined) desk.command(one.act as 'close', alert, at, { level: 'province', cause: 'real' });
    }
  }
  desk.tickTo(at + 5 * MINUTE);
  return desk;
}

it('is left out of the drafted side, and nothing comes out otherwise', () => {
  let leftOut = 0;
  let told = 0;
  fc.assert(
    fc.property(aDay, (day) => {
      const desk = played(day);
      const [mine] = desk.state.registry.points;
      const drafted: Drafted = new Map([['yt/GD-1', { onDelayMs: 15 * SECOND, rules: mine.rules }]]);
      const stretch = { from: T0, to: T0 + desk.now, enterprises: new Set(['yt']) };
      const judged = (isWhole: boolean) => {
        const [was, draft] = [new Judging(newState(), stretch), new Judging(newState(), stretch, drafted)];
        if (isWhole) draft.isElsewhere = () => false;
        const pass = draft.pass.bind(draft);
        draft.pass = (number) => {
          leftOut++;
          pass(number);
        };
        const encoder = new RecordEncoder();
        for (const [n, input] of desk.inputs.entries())
          judgeBoth(was, draft, { number: n + 1, bytes: encoder.encode(input) });
        const { load, episodes } = draft.result();
        told += episodes.length;
        // An id counts what an input raised anywhere.
        return { load, episodes: episodes.map(({ alert: _, ...episode }) => episode) };
      };
      expect(judged(false)).toEqual(judged(true));
    }),
    { numRuns: 40 },
  );
  expect(leftOut).toBeGreaterThan(50);
  expect(told).toBeGreaterThan(50);
});
