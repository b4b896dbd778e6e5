/**
 * A last-in-first-out stack of named stops: each is registered where the thing is built, so stopping undoes starting in
 * reverse. A stop that fails is reported and does not keep the others from running.
 */
export interface StopFailure {
  readonly name: string;
  readonly error: unknown;
}

export class Lifecycle {
  private readonly stops: { name: string; stop: () => void | Promise<void> }[] = [];
  private stopping: Promise<StopFailure[]> | undefined;

  onStop(name: string, stop: () => void | Promise<void>): void {
    this.stops.push({ name, stop });
  }

  /** Runs every stop once, newest first; later calls wait for the same run. */
  stop(): Promise<StopFailure[]> {
    this.stopping ??= this.unwind();
    return this.stopping;
  }

  private async unwind(): Promise<StopFailure[]> {
    const failures: StopFailure[] = [];
    for (let next = this.stops.pop(); next !== undefined; next = this.stops.pop()) {
      try {
        await next.stop();
      } catch (error) {
        failures.push({ name: next.name, error });
      }
    }
    return failures;
  }
}
