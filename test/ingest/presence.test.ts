// Presence by itself, on a scheduler of the test: who is missed, when, and that nothing is left running after a stop.
import { describe, expect, it } from 'vitest';
import { Presence } from '../../src/ingest/presence.ts';

function rig() {
  const timers = new Set<() => void>();
  const heard: string[] = [];
  let paused = false;
  const presence = new Presence({
    sink: { gateway: (number, online) => heard.push(`${number} ${online ? 'here' : 'gone'}`) },
    scheduler: {
      every: () => ({ stop: () => {} }),
      after(_delayMs, run) {
        timers.add(run);
        return { stop: () => void timers.delete(run) };
      },
    },
    graceMs: 30_000,
    paused: () => paused,
  });
  return {
    presence,
    timers,
    heard,
    pause: (on: boolean) => {
      paused = on;
    },
    fire: () => {
      for (const run of [...timers]) run();
    },
  };
}

describe('presence', () => {
  it('misses a gateway at once, or after its grace when we had stopped reading it', () => {
    const { presence, heard, fire, pause } = rig();
    presence.arrived(1);
    presence.left(1, false);
    presence.arrived(2);
    presence.left(2, true);
    expect(heard).toEqual(['1 here', '1 gone', '2 here']);
    pause(true);
    fire();
    expect(heard).toHaveLength(3);
    pause(false);
    fire();
    expect(heard.at(-1)).toBe('2 gone');
  });

  it('leaves nothing running after a stop, whoever goes then', () => {
    const { presence, heard, timers } = rig();
    for (const gateway of [1, 2, 3]) presence.arrived(gateway);
    presence.left(1, true);
    expect(timers.size).toBe(1);
    presence.stop();
    presence.left(2, true);
    presence.left(3, false);
    expect(timers.size).toBe(0);
    expect(heard).toEqual(['1 here', '2 here', '3 here']);
  });
});
