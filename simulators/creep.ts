/**
 * Displacement of a slope, hour by hour and seeded: creep that runs away to failure, and what looks like it and is harmless. For
 * trials of what should tell the two apart. Millimetres and hours; every curve has a background creep, a daily swing, correlated
 * noise, single wild readings and gaps.
 */
import type { Random } from './random.ts';
import { createRandom } from './random.ts';

export interface CreepCurve {
  /** One an hour; NaN where nothing was sent. */
  readonly mm: readonly number[];
  /** Hours after the first reading; undefined of a harmless curve. */
  readonly onsetHour?: number;
  readonly failureHour?: number;
  /** What it is, in words. */
  readonly what: string;
}

/** Hours before anything happens, and after a harmless event. */
const QUIET_HOURS = 20 * 24;
const AFTER_HOURS = 12 * 24;

/** Creep from an onset to failure after 2 to 12 days: velocity grows like (time left)^−p, p from 0.75 to 1.5. */
export function failingCurve(seed: string): CreepCurve {
  const random = createRandom(`creep ${seed}`);
  const onsetHour = QUIET_HOURS + Math.floor(random.between(0, 48));
  const lasts = Math.floor(random.between(2 * 24, 12 * 24));
  const failureHour = onsetHour + lasts;
  const p = random.between(0.75, 1.5);
  // What it moves in the hour that lies a day before the failure: 2 to 70 mm a day, slow ones as likely as fast ones.
  const dayBefore = 0.08 * 36 ** random.uniform();
  const velocity = (left: number): number => dayBefore * ((24 / left) ** p - (24 / lasts) ** p);
  let moved = 0;
  const mm = measured(random, failureHour, (hour) => {
    if (hour > onsetHour) moved += Math.max(0, velocity(Math.max(0.5, failureHour - hour)));
    return moved;
  });
  return { mm, onsetHour, failureHour, what: `failure, p ${p.toFixed(2)}` };
}

type Event = (random: Random) => (since: number) => number;

/** Displacement by an event that comes to rest or goes on evenly; `since` in hours, 0 before it. */
const HARMLESS: Readonly<Record<string, Event>> = {
  nothing: () => () => 0,
  step: (random) => {
    const size = random.between(2, 40);
    return (since) => (since > 0 ? size : 0);
  },
  'change of slope': (random) => {
    const perHour = random.between(0.05, 0.5);
    return (since) => perHour * since;
  },
  'coming to rest': (random) => {
    const size = random.between(4, 60);
    const hours = random.between(15, 80);
    return (since) => size * (1 - Math.exp(-since / hours));
  },
  'surge of rain': (random) => {
    const size = random.between(4, 60);
    const rises = random.between(6, 48);
    const rests = random.between(15, 70);
    // Velocity rises evenly, and dies away.
    const whole = rises / 2 + rests;
    return (since) => {
      const rising = Math.min(since, rises) ** 2 / (2 * rises);
      const resting = rests * (1 - Math.exp(-Math.max(0, since - rises) / rests));
      return (size * (rising + resting)) / whole;
    };
  },
};

/** One of five harmless courses; every fifth of the seeds `${n}` is of each. */
export function harmlessCurve(seed: string, kind: number): CreepCurve {
  const names = Object.keys(HARMLESS);
  const what = names[kind % names.length];
  const random = createRandom(`harmless ${seed}`);
  const begins = QUIET_HOURS + Math.floor(random.between(0, 48));
  const event = HARMLESS[what](random);
  const mm = measured(random, begins + AFTER_HOURS, (hour) => event(Math.max(0, hour - begins)));
  return { mm, what };
}

/** What a gauge shows of a displacement that comes on top of the usual creep. */
function measured(random: Random, hours: number, moved: (hour: number) => number): number[] {
  const perHour = random.between(0.005, 0.06);
  const swing = random.between(0, 0.6);
  const phase = random.between(0, 24);
  const noise = random.between(0.1, 0.6);
  const phi = random.between(0, 0.8);
  let error = 0;
  const mm: number[] = [];
  for (let hour = 0; hour < hours; hour++) {
    error = phi * error + Math.sqrt(1 - phi * phi) * noise * random.normal();
    const shown = perHour * hour + swing * Math.sin((2 * Math.PI * (hour + phase)) / 24) + moved(hour);
    const chance = random.uniform();
    if (chance < 0.05) mm.push(Number.NaN);
    else mm.push(shown + error + (chance < 0.06 ? random.between(-30, 30) : 0));
  }
  return mm;
}
