/**
 * Time to limit of what swings with a known period: what comes again (season.ts) is taken out of every reading before the window
 * sees it, and is there again where the limit is looked for. So a tide that stays below the limit foretells nothing, and a surge
 * on it meets the limit at the crest that is high enough. Silent until two and a half periods are known; what is in alarm is not learned.
 */
import type { PointConfig } from '../../../model/point.ts';
import type { EpochMs } from '../../../model/time.ts';
import type { Observation } from '../../kind.ts';
import { UNKNOWN } from '../../kind.ts';
import type { Sample } from '../../sample.ts';
import { ForecastKind } from '../forecast/rule.ts';
import type { PeriodicForecast } from './definition.ts';
import { Season } from './season.ts';

export class PeriodicForecastKind extends ForecastKind<PeriodicForecast> {
  private readonly season: Season;

  constructor() {
    const season = new Season();
    super('periodic-forecast', [{ name: 'periodic-forecast-season', columns: season.table }]);
    this.season = season;
  }

  override install(row: number, rule: PeriodicForecast, point: PointConfig): boolean {
    const isNew = !this.season.matches(row, rule.periodMs);
    if (isNew) {
      this.season.reset(row, rule.periodMs);
      this.forget(row);
    }
    return super.install(row, rule, point) || isNew;
  }

  override observe(row: number, sample: Sample): Observation {
    const { season } = this;
    const wasKnown = season.isKnown(row);
    const learns = sample.learns && !this.alarms(row) && season.add(row, sample.at, sample.value);
    // What the window saw before was not without it.
    if (!wasKnown) {
      if (season.isKnown(row)) this.forget(row);
      return UNKNOWN;
    }
    if (learns) this.window.shift(row, (at) => season.before(row, at) - season.at(row, at));
    return super.observe(row, sample);
  }

  override still(): boolean {
    return false;
  }

  protected override regular(row: number, at: EpochMs): number {
    return this.season.at(row, at);
  }

  protected override regularReach(row: number): number {
    return this.season.reach(row);
  }
}
