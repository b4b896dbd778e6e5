// What 0.1.0 stored of alerts and commands, brought up.
import { describe, expect, it } from 'vitest';
import { alertSchema } from '../../src/api/schemas/alerts.ts';
import { bringUp, stampedTransition, upcastAlert, upcastCommand, upcastTransition } from '../../src/model/upcast.ts';
import { NewerVersionError } from '../../src/model/version.ts';
import { buildAlert, buildTransition } from '../support/build/alert.ts';

/** As the program before wrote it. */
function oldAlert(more: object = {}): object {
  const { partition: _p, worsenedAt: _w, duties: _d, deadlines: _e, links: _l, ...old } = buildAlert();
  return { ...old, ...more };
}

describe('an alert of before', () => {
  it('gets its partition and room, and passes the outside schema', () => {
    const up = upcastAlert(oldAlert({ shelvedUntil: 5 }));
    expect(up).toMatchObject({ partition: 0, duties: [], deadlines: [], links: [] });
    expect(alertSchema.parse(up)).toEqual(up);
    expect(up).not.toHaveProperty('shelvedUntil');
  });

  it('is as old as its newest change where that worsened it, else as old as it is', () => {
    const times = { raisedAt: 10, changedAt: 20, worsenedSeq: 4 };
    expect(upcastAlert(oldAlert({ ...times, seq: 4 })).worsenedAt).toBe(20);
    expect(upcastAlert(oldAlert({ ...times, seq: 5 })).worsenedAt).toBe(10);
  });

  it('inside a transition too; what is written now comes back as it is', () => {
    const { partition: _, ...old } = buildTransition(1);
    expect(upcastTransition({ ...old, alert: oldAlert() })).toMatchObject({ partition: 0, alert: { partition: 0 } });
    const told = buildTransition(2);
    expect(upcastTransition(JSON.parse(JSON.stringify(stampedTransition(told))))).toEqual(told);
  });

  it('of a later program is refused by name', () => {
    expect(() => upcastAlert({ ...oldAlert(), v: 99 })).toThrow(NewerVersionError);
  });
});

describe('the numbers behind a level', () => {
  it('that stood as fields of a contributor stand by name', () => {
    const point = { id: 'yt/LT-1', rule: 'forecast', limit: 'H', limitValue: 85, timeToLimitMs: 9_945, r2: 1 };
    const { points } = bringUp<{ points: object[] }>('alert', {
      ...oldAlert(),
      points: [point, { ...point, r2: undefined }],
    });
    expect(points[0]).toMatchObject({ limit: 'H', limitValue: 85, numbers: { timeToLimitMs: 9_945, r2: 1 } });
    expect(points[1]).toMatchObject({ numbers: { timeToLimitMs: 9_945 } });
    const record = { ...oldAlert(), points: [{ shown: null }, { shown: { value: 3, timeToLimitMs: 5, r2: 0.9 } }] };
    expect(bringUp('alert-record', record)).toMatchObject({
      points: [{ shown: null }, { shown: { value: 3, numbers: { timeToLimitMs: 5, r2: 0.9 } } }],
    });
  });
});

describe('the book’s record of before', () => {
  it('keeps its regrading instant as a deadline', () => {
    const old = { id: 'a1-0', seq: 2, worsenedSeq: 2, changedAt: 7, raisedAt: 3, points: [] };
    expect(bringUp('alert-record', { ...old, dueAt: 99 })).toEqual({
      ...old,
      worsenedAt: 7,
      shelf: null,
      outOfServiceBy: null,
      duties: [],
      deadlines: [{ purpose: 'regrade', dueAt: 99 }],
      links: [],
      closing: null,
    });
    expect(bringUp('alert-record', { ...old, dueAt: null })).toMatchObject({ deadlines: [] });
  });
});

describe('a command of before', () => {
  const who = { commandId: 'c', actor: '张', role: 'operator', level: 'county', alertId: 'a1-0', seenSeq: 3 };
  it('has its body by kind, and says that no rule was recorded', () => {
    const policy = { act: 'close', role: 'operator', rule: 'not recorded', scope: {} };
    const body = { kind: 'close', cause: 'real', note: 'n' };
    expect(upcastCommand({ ...who, kind: 'close', note: 'n', cause: 'real' })).toEqual({ ...who, body, policy });
    expect(upcastCommand({ ...who, kind: 'close', note: 'n' }).body).toEqual({ ...body, cause: '' });
    expect(upcastCommand({ ...who, kind: 'comment', note: 'n' }).body).toEqual({ kind: 'comment', note: 'n' });
  });
});

describe('a loosening that waits', () => {
  it('was a line of text; it is data now, asked for by nobody who was kept', () => {
    const line = 'yt/GD-1 limits: {"H":25,"HH":50} → {"H":30,"HH":50}';
    expect(bringUp('loosening', line)).toEqual({
      ...{ id: 'l-point-yt/GD-1-limits', kind: 'point', item: 'yt/GD-1', field: 'limits' },
      ...{ from: { H: 25, HH: 50 }, to: { H: 30, HH: 50 }, actor: '', at: 0 },
    });
    expect(bringUp('loosening', 'yt/farm class: "B" → "C"')).toMatchObject({
      kind: 'source',
      from: 'raised',
      to: 'normal',
    });
    expect(bringUp('loosening', 'yt/GD-1 forecast: {"minR2":0.7} → null')).toMatchObject({ to: null });
  });
});
