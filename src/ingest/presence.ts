/**
 * Which gateways are there, where the connection itself is the sign of life. A gateway is gone when its last connection
 * is; one that we had stopped reading gets time to come back first, because what ended it was us.
 */
import type { DurationMs } from '../model/time.ts';
import type { Scheduler, Timer } from './scheduler.ts';
import type { IngestSink } from './sink.ts';

export interface PresenceOptions {
  readonly sink: Pick<IngestSink, 'gateway'>;
  readonly scheduler: Scheduler;
  /** How long a gateway that went while we did not read it may take to come back. */
  readonly graceMs: DurationMs;
  /** True while all reading is stopped: then nobody is judged absent. */
  readonly paused: () => boolean;
}

export class Presence {
  private readonly options: PresenceOptions;
  private readonly connections = new Map<number, number>();
  private readonly doubted = new Map<number, Timer>();
  private stopped = false;

  constructor(options: PresenceOptions) {
    this.options = options;
  }

  arrived(gateway: number): void {
    const before = this.connections.get(gateway) ?? 0;
    this.connections.set(gateway, before + 1);
    if (before > 0) return;
    const doubt = this.doubted.get(gateway);
    // It was never reported as gone, so it need not be reported as back.
    if (doubt !== undefined) this.forget(gateway, doubt);
    else this.options.sink.gateway(gateway, true, 'connection');
  }

  /** @param byUs its connection ended while we did not read it. */
  left(gateway: number, byUs: boolean): void {
    const remaining = (this.connections.get(gateway) ?? 0) - 1;
    if (remaining > 0) {
      this.connections.set(gateway, remaining);
      return;
    }
    this.connections.delete(gateway);
    if (this.stopped) return;
    if (byUs) this.doubt(gateway);
    else this.options.sink.gateway(gateway, false, 'connection');
  }

  /** Connections of this gateway; 2 for a moment while a new one replaces the old. */
  count(gateway: number): number {
    return this.connections.get(gateway) ?? 0;
  }

  gateways(): number[] {
    return [...this.connections.keys()];
  }

  /** From now on nobody is missed: the connections that end are ended by our own stop. */
  stop(): void {
    this.stopped = true;
    for (const [gateway, timer] of this.doubted) this.forget(gateway, timer);
  }

  private doubt(gateway: number): void {
    const timer = this.options.scheduler.after(this.options.graceMs, () => {
      this.forget(gateway, timer);
      if (this.options.paused()) this.doubt(gateway);
      else this.options.sink.gateway(gateway, false, 'connection');
    });
    this.doubted.set(gateway, timer);
  }

  private forget(gateway: number, timer: Timer): void {
    timer.stop();
    this.doubted.delete(gateway);
  }
}
