// What the clock asks for: a step of itself is told; what is kept, and for how long, is what the settings say; the log is let go
// of as far as everybody has it.
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/app/config.ts';
import type { JobParts } from '../../src/app/jobs.ts';
import { jobsOf } from '../../src/app/jobs.ts';
import type { DeviceEvent } from '../../src/engine/input.ts';
import { DAY_MS } from '../../src/model/time.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { VirtualClock } from './rig.ts';

interface Reached {
  readonly snapshot: number;
  readonly history: number;
  readonly readings: number;
}

/** The parts of a service of which this much is reached, and what the jobs ask of them. */
function service({ snapshot, history, readings }: Reached = { snapshot: 0, history: 0, readings: 0 }) {
  const loaded = loadConfig({ FENGHUO_DATA_DIR: temporaryDirectory() });
  if (!loaded.ok) throw new Error(loaded.errors.join());
  const clock = new VirtualClock();
  const asked = {
    freed: [] as number[],
    forgotten: [] as object[],
    values: [] as number[],
    offsets: [] as number[],
    away: [] as number[],
  };
  const away = (event: DeviceEvent) => event.type === 'gateway' && !event.online && asked.away.push(event.gateway);
  const parts = {
    config: loaded.config,
    clock,
    // Three gateways: one that is back, one that is not, and one that never spoke.
    state: {
      n: 100,
      clockOffsetMs: 0,
      registry: { gateways: [{}, {}, {}] },
      gateways: { col: { heardAt: [1, 1, 0], offline: [0, 0, 0] } },
    },
    pipeline: { wallClock: (offsetMs: number) => asked.offsets.push(offsetMs), device: away },
    door: { connectedGateways: () => [0] },
    guard: {},
    // A snapshot that the history can begin from is as far back as the history.
    snapshotter: { take: async () => undefined, freeable: snapshot, before: (position: number) => position },
    projector: { advance: async () => undefined, health: { position: history, waiting: 0, behind: 0 } },
    log: { flush: async () => undefined, free: async (to: number) => void asked.freed.push(to) },
    readings: { position: () => readings, forget: async (before: number) => void asked.values.push(before) },
    store: { history: { forget: async (limits: object) => void asked.forgotten.push(limits) } },
  };
  const jobs = jobsOf(parts as unknown as JobParts);
  const run = async (name: string) => {
    const job = jobs.find((one) => one.name === name);
    if (job === undefined) throw new Error(`no job ${name}`);
    await job.run();
  };
  return { config: loaded.config, clock, asked, run };
}

describe('our own clock', () => {
  it('that is stepped under the running service is told once, and ordinary drift never', async () => {
    const { clock, asked, run } = service();
    for (const offsetMs of [0, 400, 300_000, 300_200, 299_900, -300_000, -300_000]) {
      clock.offsetMs = offsetMs;
      await run('wall clock');
    }
    expect(asked.offsets).toEqual([300_000, -300_000]);
  });
});

describe('a gateway that was here before the start', () => {
  it('and has not come back in half a minute is away, once; one that is back, or never spoke, is not', async () => {
    const { clock, asked, run } = service();
    await run('absent gateways');
    expect(asked.away).toEqual([]);
    clock.pass(30_000);
    await run('absent gateways');
    await run('absent gateways');
    expect(asked.away).toEqual([1]);
  });
});

/** Days before now, whole. */
const daysAgo = (instant: number): number => Math.round((Date.now() - instant) / DAY_MS);

describe('what is kept', () => {
  it('of the history: alerts for as long as is set, what only came and went for less', async () => {
    const { config, asked, run } = service();
    await run('old history');
    const [{ closedBefore, fleetingBefore }] = asked.forgotten as { closedBefore: number; fleetingBefore: number }[];
    expect([daysAgo(closedBefore), daysAgo(fleetingBefore)]).toEqual([
      config.history.retainDays,
      config.history.fleetingDays,
    ]);
    expect(config.history.fleetingDays).toBeLessThan(config.history.retainDays);
  });

  it('of values: for as long as is set', async () => {
    const { config, clock, asked, run } = service();
    clock.pass(config.snapshotSeconds * 1_000);
    await run('snapshot and freeing the log');
    expect(asked.values.map(daysAgo)).toEqual([config.readings.retentionDays]);
  });

  it.each<[string, Reached, number]>([
    ['the snapshots that are kept', { snapshot: 40, history: 70, readings: 90 }, 41],
    ['the history', { snapshot: 80, history: 30, readings: 90 }, 31],
    ['the store of values', { snapshot: 80, history: 70, readings: 20 }, 21],
  ])('of the log: what has not come as far as %s', async (_who, reached, freed) => {
    const { config, clock, asked, run } = service(reached);
    await run('snapshot and freeing the log');
    expect(asked.freed).toEqual([]);
    clock.pass(config.snapshotSeconds * 1_000);
    await run('snapshot and freeing the log');
    expect(asked.freed).toEqual([freed]);
  });
});
