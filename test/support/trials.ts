// A trial of each detector: what is stated of a point, what a healthy instrument or plant sends, and what one sends of which
// exactly this detector is to speak. Recordings come from the seeded generators in simulators/; it asserts nothing.
import { failingCurve, harmlessCurve } from '../../simulators/creep.ts';
import { faultyReadings } from '../../simulators/instrument-faults.ts';
import type { Disturbance } from '../../simulators/plant.ts';
import { processReadings } from '../../simulators/process-faults.ts';
import { findScenario } from '../../simulators/scenarios/catalogue.ts';
import { createSite, viewSources } from '../../simulators/site.ts';
import type { GradeName } from '../../src/model/grade.ts';
import type { PackType } from '../../src/rules/packs/definition.ts';
import { fieldRegistry } from '../seeds/seed-files.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** NaN: nothing is sent. */
type Recording = (seed: string) => readonly number[];

export interface Trial {
  readonly everyMs: number;
  /** Of the point's type: the detector, and what else watches it. */
  readonly stated: Partial<PackType>;
  readonly healthy: Recording;
  readonly wrong: Recording;
  /** Rules that raise a hazard, or the fault of a device alarm; none besides. */
  readonly speaks: readonly string[];
  /** The worst of it. */
  readonly grade: GradeName;
}

const PLANT = { mean: 80, sd: 2, phi: 0.5 };
/** A wild reading of an instrument passes it, and so does nothing else. */
const LIMITS = { H: 95, HH: 100 };
/** Whatever watches the process, the instrument is watched as well. */
const WATCHED = { span: { min: -50, max: 250 }, stuck: {}, spike: {} } as const;
const ON_A_SLOPE = {
  span: { min: -1_000, max: 5_000 },
  stuck: { range: 0.05, forMs: 6 * HOUR },
  spike: { atLeast: 3 },
} as const;
const INSTRUMENT = { ...WATCHED, drift: { everyMs: HOUR, sdAtLeast: 1.5 }, limits: LIMITS } as const;
/** Minutes for what has to learn first what is usual. */
const LEARNED = 30 * 60;
const FAULTY = 10 * 60;

function taken<T>(values: Iterable<T>, count: number): T[] {
  const list: T[] = [];
  for (const value of values) {
    if (list.length === count) break;
    list.push(value);
  }
  return list;
}

const inOrder = (minutes: number): Recording => {
  return (seed) => taken(processReadings(seed, PLANT, minutes), minutes);
};
const processFault = (fault: string, healthy: number): Recording => {
  return (seed) => taken(processReadings(seed, PLANT, healthy, fault), healthy + FAULTY);
};
const instrumentFault = (of: Omit<Parameters<typeof faultyReadings>[1], 'seed' | 'from'>): Recording => {
  return (seed) =>
    [...faultyReadings(inOrder(LEARNED + FAULTY)(seed), { ...of, from: LEARNED, seed })].map((shown) =>
      Number(shown?.value ?? Number.NaN),
    );
};

/** What a point of seeds/demo/field.yaml shows meanwhile, with these troubles of its source. */
function fieldRecording(point: string, troubles: readonly Disturbance[], days: number, everyMs: number): Recording {
  const registry = fieldRegistry();
  const part = { ...registry, points: registry.points.filter(({ id }) => id === point) };
  return (seed) => {
    const site = createSite(part, troubles, seed);
    return Array.from({ length: (days * DAY) / everyMs }, (_, i) => Number(site.step(i * everyMs)[0].value));
  };
}
/** A radar on a slope, until just before it fails. */
const slope = (scenario: string): Recording =>
  fieldRecording(
    'hs-quarry/DISP-1',
    findScenario(scenario)?.plan(viewSources(fieldRegistry())) ?? [],
    13.2,
    10 * MINUTE,
  );
/** A flow that swings with the day, of a main that bursts on the sixth. */
const flow = (troubles: readonly Disturbance[]): Recording => fieldRecording('th-city/WF-1', troubles, 6, MINUTE);
const BURST: Disturbance = {
  ...{ kind: 'burst', source: 'th-city/water-1', dropMpa: 0.3 },
  ...{ fromMs: 5.5 * DAY, untilMs: 6 * DAY, rampMs: 10 * MINUTE },
};
const SLOPE = { everyMs: 10 * MINUTE, healthy: slope('normal'), wrong: slope('slope-failure') } as const;

/** By kind of rule. */
export const TRIALS: Readonly<Record<string, Trial>> = {
  stuck: {
    everyMs: MINUTE,
    stated: INSTRUMENT,
    healthy: inOrder(LEARNED + FAULTY),
    wrong: instrumentFault({ fault: 'stuck' }),
    speaks: ['stuck'],
    grade: 'blue',
  },
  spike: {
    everyMs: MINUTE,
    stated: INSTRUMENT,
    healthy: inOrder(LEARNED + FAULTY),
    wrong: instrumentFault({ fault: 'spike', size: 30 }),
    speaks: ['spike'],
    grade: 'blue',
  },
  drift: {
    everyMs: MINUTE,
    stated: INSTRUMENT,
    healthy: inOrder(LEARNED + FAULTY),
    wrong: instrumentFault({ fault: 'drift', size: 6, growsOver: 4 * 60 }),
    speaks: ['drift'],
    grade: 'blue',
  },
  band: {
    everyMs: MINUTE,
    stated: { ...WATCHED, limits: LIMITS, band: { samples: LEARNED } },
    healthy: inOrder(LEARNED + FAULTY),
    wrong: processFault('step −3 sd', LEARNED),
    speaks: ['band'],
    grade: 'blue',
  },
  novelty: {
    everyMs: MINUTE,
    stated: { ...WATCHED, span: { min: 0, max: 20_000 }, novelty: { quietFor: 5 * 1_440 } },
    healthy: flow([]),
    wrong: flow([BURST]),
    speaks: ['novelty'],
    grade: 'blue',
  },
  'tangent-angle': {
    ...SLOPE,
    stated: { ...ON_A_SLOPE, tangentAngle: { constantPerDay: 1.7, version: 'trial', everyMs: 3 * HOUR } },
    speaks: ['tangent-angle', 'tangent-angle-red'],
    grade: 'red',
  },
  'inverse-velocity': {
    ...SLOPE,
    stated: { ...ON_A_SLOPE, inverseVelocity: { noisePerDay: 0.5 } },
    speaks: ['inverse-velocity', 'inverse-velocity-red'],
    grade: 'red',
  },
  'run-away': {
    everyMs: HOUR,
    stated: { ...ON_A_SLOPE, runAway: {} },
    healthy: (seed) => harmlessCurve(seed, 0).mm,
    wrong: (seed) => failingCurve(seed).mm,
    speaks: ['run-away', 'run-away-red'],
    grade: 'red',
  },
};
