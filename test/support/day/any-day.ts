// Any day at any plant: what happens, how often, and how it is told when it goes wrong. A day that fails shrinks to few lines.
import fc from 'fast-check';
import { clocks } from './clocks.ts';
import type { Happening } from './happening.ts';
import { happening } from './happening.ts';
import { people } from './people.ts';
import type { Watch } from './plant-day.ts';
import { PlantDay } from './plant-day.ts';
import { presence } from './presence.ts';
import { qualities } from './quality.ts';
import { readings } from './readings.ts';
import { registry } from './registry.ts';
import { service } from './service.ts';
import type { Site } from './site.ts';
import { sites } from './site.ts';
import { transport } from './transport.ts';

/** Rounds of ten seconds in which everybody reports, then a rest in which nobody does, then something happens. */
export interface Act extends Happening {
  readonly rounds: number;
  readonly restMs: number;
}

/** What a day does not need becomes nothing. */
const nothing = fc.constant(happening('', () => {}));
const what = fc.oneof(
  { withCrossShrink: true },
  { weight: 1, arbitrary: nothing },
  { weight: 12, arbitrary: readings },
  { weight: 4, arbitrary: qualities },
  { weight: 7, arbitrary: people },
  { weight: 5, arbitrary: presence },
  { weight: 3, arbitrary: service },
  { weight: 3, arbitrary: transport },
  { weight: 2, arbitrary: clocks },
  { weight: 3, arbitrary: registry },
);
const rounds = fc.oneof(
  { withCrossShrink: true },
  { weight: 5, arbitrary: fc.constant(0) },
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 6 }) },
  { weight: 1, arbitrary: fc.constant(62) },
);
const restMs = fc.oneof(
  { withCrossShrink: true },
  { weight: 8, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.constantFrom(200, 1_000, 5_000) },
  { weight: 1, arbitrary: fc.constantFrom(35_000, 110_000) },
);
const act: fc.Arbitrary<Act> = fc
  .record({ rounds, restMs, what })
  .map(({ rounds: n, restMs: ms, what: { said, happens } }) => ({ rounds: n, restMs: ms, said, happens }));

/** A day that can be played as often as one likes, each time the same. */
export class AnyDay {
  readonly site: Site;
  readonly acts: readonly Act[];

  constructor(site: Site, acts: readonly Act[]) {
    this.site = site;
    this.acts = acts;
  }

  play(watches: readonly Watch[] = []): PlantDay {
    const day = new PlantDay(this.site, watches);
    this.goOn(day);
    return day;
  }

  goOn(day: PlantDay, onAct: (act: Act) => void = () => {}): void {
    for (const one of this.acts) {
      day.pass(one.rounds, one.restMs);
      onAct(one);
      one.happens(day);
    }
  }

  /** `08:00:10.000 | GD-1 shows 60 | raised flammable-gas orange ♪`, as the scenario tests write it. */
  [fc.toStringMethod](): string {
    const day = new PlantDay(this.site);
    const lines: string[] = [];
    let told = day.transitions.length;
    const news = (): string[] => {
      const all = day.transitions.slice(told).map(({ change, alert, annunciate, point = '', rule = '' }) => {
        const of = alert.kind === 'device' ? alert.key : `${alert.source.slice(3)} ${alert.hazard}`;
        return `${change} ${of} ${alert.grade} ${alert.state}${annunciate ? ' ♪' : ''} (${point} ${rule})`;
      });
      told = day.transitions.length;
      return all;
    };
    const line = (said: string): void => {
      const [first = '', ...rest] = news();
      lines.push(`${day.clockTime()} | ${said} | ${first}`, ...rest.map((one) => `             |  | ${one}`));
    };
    try {
      for (const one of this.acts) {
        day.pass(one.rounds, one.restMs);
        if (one.rounds > 0 || one.restMs > 0) line(`${one.rounds} rounds, ${one.restMs / 1_000} s`);
        one.happens(day);
        if (one.said !== '') line(one.said);
      }
    } catch (error) {
      line(`THROWS ${String(error)}`);
    }
    return `\n${JSON.stringify(this.site)}\n${lines.join('\n')}\n`;
  }
}

export function anyDays(maxLength = 40): fc.Arbitrary<AnyDay> {
  return fc
    .tuple(sites, fc.array(act, { minLength: 1, maxLength, size: 'max' }))
    .map(([site, acts]) => new AnyDay(site, acts));
}
