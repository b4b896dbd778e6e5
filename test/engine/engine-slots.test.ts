// The names of the engine's own slots stand in snapshots: what one means must be read from it again.
import { describe, expect, it } from 'vitest';
import type { SlotMeaning } from '../../src/engine/engine-slots.ts';
import { causeName, faultName, hazardName, meaningOf } from '../../src/engine/engine-slots.ts';

describe('the name of an engine slot', () => {
  it.each<[string, SlotMeaning]>([
    [faultName('yt/GD-1', 'silent'), { kind: 'fault', subject: 'yt/GD-1', fault: 'silent' }],
    [faultName('yt/~gw1', 'offline'), { kind: 'fault', subject: 'yt/~gw1', fault: 'offline' }],
    [faultName('service/0', 'link'), { kind: 'fault', subject: 'service/0', fault: 'link' }],
    [hazardName('yt/farm|fire'), { kind: 'hazard', group: 'yt/farm|fire' }],
    [hazardName('yt/farm|fire|exercise'), { kind: 'hazard', group: 'yt/farm|fire|exercise' }],
    [causeName('yt/~gw1', false), { kind: 'cause', subject: 'yt/~gw1', exercise: false }],
    [causeName('service/0', true), { kind: 'cause', subject: 'service/0', exercise: true }],
  ])('%s says what it is of', (name, meaning) => {
    expect(meaningOf(name)).toEqual(meaning);
  });

  it('is the one that older snapshots hold', () => {
    expect([
      faultName('yt/GD-1', 'silent'),
      hazardName('yt/farm|fire'),
      causeName('yt/~gw1', false),
      causeName('yt/~gw1', true),
    ]).toEqual(['yt/GD-1|silent', 'coverage|yt/farm|fire', 'coverage|~|yt/~gw1', 'coverage|~|yt/~gw1|exercise']);
  });
});
