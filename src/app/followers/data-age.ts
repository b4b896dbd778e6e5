/**
 * How old the newest judged reading is, of an enterprise, a division or all. Before the first one since the start it says so:
 * nothing has come, which is neither new nor old. It judges nobody: silence belongs to the alarms of points and gateways.
 */
import type { DataAge } from '../../api/schemas/live.ts';
import type { DataScope } from '../../api/schemas/session.ts';
import type { EngineState } from '../../engine/state.ts';
import { divisionPath, pathWithin } from '../../model/division.ts';
import { VERDICT } from '../../model/reading.ts';
import type { EpochMs } from '../../model/time.ts';
import type { Follower, Released } from '../sequencer/released.ts';

export class DataAges implements Follower {
  readonly name = 'data age';
  private readonly state: EngineState;
  /** By enterprise: engine time of its newest judged reading since the start. */
  private readonly newest = new Map<string, EpochMs>();
  /** By the path of the division that the enterprise lay in when it came: there are far fewer of these to look through. */
  private readonly newestIn = new Map<string, EpochMs>();
  private newestOfAll: EpochMs | undefined;

  constructor(state: EngineState) {
    this.state = state;
  }

  follow({ at, batch }: Released): void {
    if (batch === undefined || !batch.verdict.includes(VERDICT.LIVE)) return;
    const { registry } = this.state;
    const gateway = registry.gateways[batch.gateway];
    if (gateway !== undefined) {
      this.newest.set(gateway.enterprise, at);
      this.newestIn.set(divisionPath(registry.divisionOf(gateway.enterprise)), at);
    }
    this.newestOfAll = at;
  }

  /** Of the scope; everything where it names nothing. */
  of({ division, enterprise }: DataScope): DataAge {
    if (enterprise !== undefined) return ageOf(this.newest.get(enterprise));
    if (division === undefined) return ageOf(this.newestOfAll);
    const within = divisionPath(division);
    let newest: EpochMs | undefined;
    for (const [path, at] of this.newestIn) {
      if ((newest === undefined || at > newest) && pathWithin(path, within)) newest = at;
    }
    return ageOf(newest);
  }
}

function ageOf(newestAt: EpochMs | undefined): DataAge {
  return newestAt === undefined ? { state: 'no-data-since-start' } : { state: 'live', newestAt };
}
