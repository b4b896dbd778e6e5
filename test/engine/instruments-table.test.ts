// Every fault of a sensor by every promise, alone and through a point that is computed from it: it never clears what stands,
// never grades what is not, and its device alarm is the right one.
import { describe, expect, it } from 'vitest';
import { LOST_SIGHT } from '../../src/model/hazard.ts';
import { derivedPoint } from '../support/build/derived.ts';
import type { StatedPoint } from '../support/build/point.ts';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;

interface Fault {
  readonly name: string;
  readonly watched: Partial<StatedPoint>;
  /** So many minutes before it: well, and the last ten of them at the level of the story. */
  readonly before: number;
  /** What is shown from then on, minute by minute; undefined where nothing is sent. */
  shows(minute: number, usual: number): number | undefined;
  readonly lasts: number;
  /** Its device alarm, as key. */
  readonly device: string;
}

/** Restless, so that nothing but a fault stands still. */
const usual = (level: number, minute: number): number => level + Math.sin(minute) + 0.3 * Math.sin(7 * minute);

const FAULTS: readonly Fault[] = [
  {
    name: 'freezes',
    watched: { stuck: {} },
    before: 30,
    // Frozen beside the limit, it creeps over it by less than it can show, from whichever side it was on.
    shows(minute, level) {
      const creeps = 0.02 - Math.min(0.04, minute / 6_000);
      return 85 + (level > 85 ? creeps : -creeps);
    },
    lasts: 300,
    device: 'yt/TK-1|stuck|device',
  },
  {
    name: 'drifts',
    watched: { drift: { everyMs: 10 * MINUTE, sdAtLeast: 0.5 } },
    before: 260,
    shows: (minute, level) => usual(level, minute) - Math.min(12, minute / 15),
    lasts: 300,
    device: 'yt/TK-1|drift|device',
  },
  {
    name: 'spikes',
    watched: { spike: { times: 3 } },
    before: 60,
    shows: (minute, level) => (minute % 7 === 3 ? 180 - 1.5 * level : usual(level, minute)),
    lasts: 40,
    device: 'yt/TK-1|spike|device',
  },
  {
    name: 'goes silent',
    watched: {},
    before: 30,
    shows: () => undefined,
    lasts: 300,
    device: 'yt/TK-1|silent|device',
  },
  {
    name: 'sends NaN',
    watched: {},
    before: 30,
    shows: () => Number.NaN,
    lasts: 300,
    device: 'yt/TK-1|bad-quality|device',
  },
];

const WAYS = ['alone', 'through a derived point'] as const;

/** A gauge and one beside it that is well; its limits stand on it, or on what is computed from it. */
function plant({ watched }: Fault, way: (typeof WAYS)[number]): Desk {
  const limits = { H: 85 };
  const judged = { hazard: 'overfill', limits, onDelayMs: 90 * SECOND, offDelayMs: 0 } as const;
  const gauge = { intervalMs: MINUTE, ...watched } as const;
  const well = point('OK-1', { intervalMs: MINUTE, limits: {}, hazard: 'equipment' });
  if (way === 'alone') return new Desk({ points: [point('TK-1', { ...gauge, ...judged }), well] });
  const tank = point('TK-1', { ...gauge, limits: {}, hazard: 'equipment' });
  return new Desk({
    points: [
      tank,
      well,
      derivedPoint('CP-1', { ...judged, intervalMs: null, of: { level: tank }, expression: 'level' }),
    ],
  });
}

/** The minutes up to the fault and through it, at a level: what is learned of the point is learned before that. */
function played(fault: Fault, way: (typeof WAYS)[number], level: number): Desk {
  const desk = plant(fault, way);
  for (let minute = 1; minute <= fault.before + fault.lasts; minute++) {
    const at = minute * MINUTE;
    desk.reading('OK-1', at, usual(20, minute));
    const shown =
      minute <= fault.before
        ? usual(minute <= fault.before - 10 ? 60 : level, minute)
        : fault.shows(minute - fault.before, level);
    if (shown !== undefined) desk.reading('TK-1', at + SECOND, shown);
  }
  desk.tickTo((fault.before + fault.lasts) * MINUTE + 30 * SECOND);
  return desk;
}

/** Alerts that stand by what was measured. */
const measured = (desk: Desk) =>
  desk.hazards.filter(({ points }) => points.some(({ active, rule }) => active && rule !== LOST_SIGHT));
const devices = (desk: Desk) => desk.devices.filter(({ active }) => active).map(({ key }) => key);

describe.each(FAULTS)('a sensor that $name', (fault) => {
  describe.each(WAYS)('%s', (way) => {
    it('never clears what stands', () => {
      const desk = played(fault, way, 92);
      expect(measured(desk)).toMatchObject([{ key: expect.stringContaining('|overfill|'), active: true }]);
      expect(desk.story.filter((line) => /overfill.*(cleared|returned)/.test(line))).toEqual([]);
    });

    it('never grades what is not', () => {
      const desk = played(fault, way, 60);
      expect(measured(desk)).toEqual([]);
      const raised = desk.transitions.filter(
        ({ alert }) => alert.hazard === 'overfill' && alert.points.some(({ rule }) => rule !== LOST_SIGHT),
      );
      expect(raised).toEqual([]);
    });

    it('raises the right device alarm, and ends it when it is well', () => {
      const desk = played(fault, way, 60);
      expect(devices(desk)).toEqual([fault.device]);
      const from = desk.now / MINUTE + 1;
      for (let minute = Math.ceil(from); minute < from + 90; minute++) {
        desk.reading('OK-1', minute * MINUTE, usual(20, minute));
        desk.reading('TK-1', minute * MINUTE + SECOND, usual(60, minute));
      }
      desk.tickTo(desk.now + 30 * SECOND);
      expect(devices(desk)).toEqual([]);
      expect(measured(desk)).toEqual([]);
    });
  });
});
