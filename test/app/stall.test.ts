/** The process was stopped for a while (a paused machine, a starved processor): nobody looked, and nothing is made of it. */
import { describe, expect, it } from 'vitest';
import { register, startRig } from './rig.ts';

describe('a service that was stopped for a minute', () => {
  it('takes the time as not looked at: no sensor is called silent before what waited is read', async () => {
    const rig = await startRig();
    await register(rig);
    rig.reading('GD-1', 1);
    rig.reading('GD-2', 1);
    rig.clock.pass(60_000);
    rig.pipeline.tick();
    rig.reading('GD-1', 1);
    rig.reading('GD-2', 1);
    expect([...rig.state.book.open]).toEqual([]);
    // The same minute with somebody looking: both are silent.
    for (let second = 0; second < 60; second++) {
      rig.clock.pass(1_000);
      rig.pipeline.tick();
    }
    expect([...rig.state.book.open].map(({ key }) => key)).toContain('yt/~gw1||coverage|hazard');
  });

  it('goes on with the input it woke up for, although the clock moves between two looks at it', async () => {
    const rig = await startRig();
    await register(rig);
    rig.reading('GD-1', 1);
    const look = rig.clock.now.bind(rig.clock);
    rig.clock.now = () => {
      rig.clock.pass(1);
      return look();
    };
    for (let stall = 0; stall < 3; stall++) {
      rig.clock.pass(60_000);
      rig.reading('GD-1', 2 + stall);
      rig.clock.pass(60_000);
      rig.pipeline.tick();
    }
    expect(rig.state.points.col.value[0]).toBe(4);
  });
});
