/**
 * How heavy a stretch of alarms was for one operator position, against the figures of ISA-18.2 (2016; EEMUA 191 agrees): what was
 * annunciated, in fixed periods of 10 min, empty ones included. Figures and counting only.
 */
import type { Transition } from '../../model/alert.ts';
import type { GradeName } from '../../model/grade.ts';
import type { DurationMs, EpochMs } from '../../model/time.ts';
import { HOUR_MS, MINUTE_MS } from '../../model/time.ts';

export const LOAD_PERIOD_MS: DurationMs = 10 * MINUTE_MS;
/** The standard states its figures of at least so many days (clause 16). */
export const LOAD_DAYS = 30;
/** More in a period begin a flood; fewer than FLOOD_ENDS end it. */
const FLOOD_BEGINS = 10;
const FLOOD_ENDS = 5;
const STALE_MS: DurationMs = 24 * HOUR_MS;

/** What the figures should be at most; the split in percent, of our four colours (80/15/5 with less than 1 of the highest). */
export const LOAD_TARGETS = {
  perPeriodMean: 1,
  perPeriodPeak: 10,
  floodShare: 1,
  staleStanding: 5,
  topTenShare: 5,
  split: { blue: 80, yellow: 15, orange: 4, red: 1 },
} as const;

export interface AlarmLoad {
  readonly annunciations: number;
  /** Of 10 minutes each. */
  readonly periods: number;
  readonly perPeriodMean: number;
  readonly perPeriodPeak: number;
  /** Begin of the worst period; absent where nothing was annunciated. */
  readonly peakAt?: EpochMs | undefined;
  readonly floods: number;
  /** Percent of the periods in flood. */
  readonly floodShare: number;
  /** Active at the end, and of those the ones active for longer than a day. */
  readonly standing: number;
  readonly staleStanding: number;
  /** Percent of all annunciations that the ten most frequent alerts make. */
  readonly topTenShare: number;
  /** Percent of the annunciations, by grade. */
  readonly split: Readonly<Record<GradeName, number>>;
}

export class LoadCounter {
  private readonly from: EpochMs;
  private readonly periods = new Map<number, number>();
  private readonly byKey = new Map<string, number>();
  private readonly byGrade: Record<GradeName, number> = { blue: 0, yellow: 0, orange: 0, red: 0 };
  private total = 0;

  constructor(from: EpochMs) {
    this.from = from;
  }

  take({ at, annunciate, alert }: Transition): void {
    if (!annunciate || alert.exercise) return;
    this.total++;
    const period = Math.floor((at - this.from) / LOAD_PERIOD_MS);
    this.periods.set(period, (this.periods.get(period) ?? 0) + 1);
    this.byKey.set(alert.key, (this.byKey.get(alert.key) ?? 0) + 1);
    this.byGrade[alert.grade]++;
  }

  /** `activeSince`: of every alert that is active at the end. */
  load(to: EpochMs, activeSince: readonly EpochMs[]): AlarmLoad {
    const periods = Math.max(1, Math.ceil((to - this.from) / LOAD_PERIOD_MS));
    const [peakPeriod, peak] = [...this.periods].reduce((a, b) => (b[1] > a[1] ? b : a), [0, 0]);
    const { floods, inFlood } = floodsOf(this.periods, periods);
    const top = [...this.byKey.values()].sort((a, b) => b - a).slice(0, 10);
    const share = (count: number): number => (this.total === 0 ? 0 : rounded((100 * count) / this.total));
    const { blue, yellow, orange, red } = this.byGrade;
    return {
      annunciations: this.total,
      periods,
      perPeriodMean: rounded(this.total / periods),
      perPeriodPeak: peak,
      peakAt: peak === 0 ? undefined : this.from + peakPeriod * LOAD_PERIOD_MS,
      floods,
      floodShare: rounded((100 * inFlood) / periods),
      standing: activeSince.length,
      staleStanding: activeSince.filter((since) => to - since > STALE_MS).length,
      topTenShare: share(top.reduce((sum, count) => sum + count, 0)),
      split: { blue: share(blue), yellow: share(yellow), orange: share(orange), red: share(red) },
    };
  }
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

function floodsOf(counts: ReadonlyMap<number, number>, periods: number) {
  let floods = 0;
  let inFlood = 0;
  let isFlood = false;
  for (const period of [...counts.keys()].sort((a, b) => a - b)) {
    // An empty period ends one.
    if (!counts.has(period - 1)) isFlood = false;
    const count = counts.get(period)!;
    if (!isFlood && count > FLOOD_BEGINS) {
      isFlood = true;
      floods++;
    } else if (isFlood && count < FLOOD_ENDS) isFlood = false;
    if (isFlood && period < periods) inFlood++;
  }
  return { floods, inFlood };
}
