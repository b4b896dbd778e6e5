/**
 * Matches what was asked (a command, a configuration change, a message over HTTP) with what the pipeline releases: the
 * reply waits for durable and outcome, five seconds at most. It decides nothing and retries nothing.
 */
import type { ConfigurationOutcome } from '../../engine/effect.ts';
import type { Outcome } from '../../model/command.ts';
import type { DurationMs } from '../../model/time.ts';
import type { Scheduler } from '../clock.ts';
import type { Follower, Released } from '../sequencer/released.ts';

/** After this the caller hears `timeout`: what was asked may still be applied, and asking again with its key is safe. */
export const ANSWER_WITHIN_MS: DurationMs = 5_000;

type Answer<T> = (answer: T | 'timeout') => void;

export class Answers implements Follower {
  readonly name = 'answers';
  private readonly scheduler: Scheduler;
  private readonly outcomes = new Map<string, Answer<Outcome>[]>();
  private readonly configurations = new Map<string, Answer<ConfigurationOutcome>[]>();

  constructor(scheduler: Scheduler) {
    this.scheduler = scheduler;
  }

  follow(released: Released): void {
    for (const outcome of released.outcomes) settle(this.outcomes, outcome.commandId, outcome);
    for (const outcome of released.configurations) settle(this.configurations, outcome.commandId, outcome);
  }

  /** Call before the input is handed to the pipeline: the answer may come at once. */
  toCommand(commandId: string): Promise<Outcome | 'timeout'> {
    return this.waitFor(this.outcomes, commandId);
  }

  toConfiguration(commandId: string): Promise<ConfigurationOutcome | 'timeout'> {
    return this.waitFor(this.configurations, commandId);
  }

  /** Resolves with true when `done` was called in time. */
  within(start: (done: () => void) => void): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = this.scheduler.after(ANSWER_WITHIN_MS, () => resolve(false));
      start(() => {
        timer.stop();
        resolve(true);
      });
    });
  }

  private waitFor<T>(waiting: Map<string, Answer<T>[]>, id: string): Promise<T | 'timeout'> {
    return new Promise((resolve) => {
      const answer: Answer<T> = (value) => {
        timer.stop();
        resolve(value);
      };
      const timer = this.scheduler.after(ANSWER_WITHIN_MS, () => {
        const rest = (waiting.get(id) ?? []).filter((other) => other !== answer);
        if (rest.length === 0) waiting.delete(id);
        else waiting.set(id, rest);
        resolve('timeout');
      });
      const others = waiting.get(id);
      if (others === undefined) waiting.set(id, [answer]);
      else others.push(answer);
    });
  }
}

function settle<T>(waiting: Map<string, Answer<T>[]>, id: string, value: T): void {
  const answers = waiting.get(id);
  if (answers === undefined) return;
  waiting.delete(id);
  for (const answer of answers) answer(value);
}
