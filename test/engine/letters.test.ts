/** What the engine tells of the class of a source is in the words of the register, whatever was stored before. */
import { describe, expect, it } from 'vitest';
import type { ConfigurationOutcome } from '../../src/engine/effect.ts';
import { newOut } from '../../src/engine/effect.ts';
import type { Input } from '../../src/engine/input.ts';
import { step } from '../../src/engine/step.ts';
import { bringUp, upcastAlert } from '../../src/model/upcast.ts';
import { buildAlert } from '../support/build/alert.ts';
import { point } from '../support/build/point.ts';
import { registryOf } from '../support/build/registry.ts';
import { Desk } from '../support/desk.ts';
import { lettersIn } from '../support/letters.ts';

const MINUTE = 60_000;

describe('the class of a source', () => {
  it('is told in words, with its level, in every transition of a busy day', () => {
    const points = [point('GD-1'), point('GD-2', { gateways: ['gw2'] })];
    const registry = registryOf({ points, gateways: ['gw1', 'gw2'], class: 'A' });
    const sources = registry.sources.map((source) => ({ ...source, level: 1 as const }));
    const desk = new Desk();
    desk.configure({ ...registry, sources });
    for (let minute = 1; minute < 10; minute++) desk.reading('GD-1', minute * MINUTE, minute % 3 === 0 ? 60 : 30);
    desk.send([{ tag: 'GD-2', at: 10 * MINUTE, value: 60 }], undefined, 'gw2');
    const ofClass = desk.transitions.at(-1)?.alert.reasons.find(({ step: name }) => name === 'class');
    expect(ofClass).toEqual({ step: 'class', value: 1, detail: { alarmClass: 'highest', sourceLevel: 1 } });
    // Half an hour away, while somebody else watches: more than a nuisance, because of what depends on it.
    desk.gateway(false, 11 * MINUTE);
    for (let second = 661; second < 45 * 60; second++)
      desk.send([{ tag: 'GD-2', at: second * 1_000, value: 3 }], undefined, 'gw2');
    const away = desk.open.find(({ hazard }) => hazard === 'offline');
    expect([away?.grade, away?.reasons[0].detail.alarmClass]).toEqual(['yellow', 'highest']);
    expect(desk.transitions.flatMap((transition) => lettersIn(transition))).toEqual([]);
  });

  it('is told in words in the trace of what was configured', () => {
    const desk = new Desk({ points: [point('GD-1')], class: 'C' });
    const answers = (['A', 'B'] as const).map((letter): ConfigurationOutcome => {
      const change = registryOf({ points: [], class: letter });
      const input: Input = { kind: 'configuration', at: desk.state.at, commandId: letter, actor: 'li', change };
      const out = newOut();
      step(desk.state, desk.state.n + 1, input, out);
      return out.configurations[0];
    });
    const [stricter, looser] = answers;
    expect(stricter.changes).toContainEqual({
      item: 'source',
      id: 'yt/farm',
      fields: { alarmClass: { from: 'normal', to: 'highest' } },
    });
    expect(looser.pending).toMatchObject([{ field: 'alarmClass', from: 'highest', to: 'raised' }]);
    expect(lettersIn(answers.map(({ commandId: _id, ...answer }) => answer))).toEqual([]);
  });

  it('that was stored as a letter is read as the word', () => {
    const steps = [
      { step: 'base', value: 2, detail: { point: 'yt/GD-1', rule: 'limits-high', level: 'H' } },
      { step: 'class', value: 1, detail: { class: 'A' } },
    ];
    const worded = [steps[0], { step: 'class', value: 1, detail: { alarmClass: 'highest' } }];
    expect(upcastAlert({ ...buildAlert(), v: 4, reasons: steps }).reasons).toEqual(worded);
    const away = { point: 'yt/~gw1', detail: { class: 'A' } };
    expect(bringUp('alert-record', { reasons: steps, points: [away, { point: 'yt/GD-1' }] }, 3)).toEqual({
      reasons: worded,
      points: [{ point: 'yt/~gw1', detail: { alarmClass: 'highest' } }, { point: 'yt/GD-1' }],
    });
    const grading = { sourceClass: 'A', now: 1, contributors: [away] };
    expect(bringUp('evidence', { grading, result: { grade: 3, reasons: steps } }, 2)).toEqual({
      grading: { ...grading, contributors: [{ point: 'yt/~gw1', detail: { alarmClass: 'highest' } }] },
      result: { grade: 3, reasons: worded },
    });
    const waiting = { id: 'l1', kind: 'source', item: 'yt/farm', field: 'class', from: 'A', to: 'C' };
    const said = { ...waiting, field: 'alarmClass', from: 'highest', to: 'normal' };
    expect(bringUp('loosening', waiting, 2)).toEqual(said);
    expect(bringUp('loosening', { ...waiting, field: 'observers', from: 2, to: 1 }, 2)).toMatchObject({
      from: 2,
      to: 1,
    });
  });
});
