/**
 * Hands a registry change to the engine part by part, each when the one before it is durable, so that readings are judged
 * in between; and goes on with one that a restart or a storage that took nothing has interrupted. It decides nothing.
 */
import type { ImportResult } from '../../api/ports.ts';
import { addCounts, newCounts } from '../../engine/changes.ts';
import type { ConfigurationOutcome } from '../../engine/effect.ts';
import type { EngineState } from '../../engine/state.ts';
import type { RegistryChange } from '../../model/registry.ts';
import type { Answers } from '../followers/answers.ts';
import type { Pipeline } from '../sequencer/pipeline.ts';

type Asked = 'timeout' | ConfigurationOutcome;

export class Importer {
  private readonly pipeline: Pick<Pipeline, 'configuration' | 'applyNext'> & {
    readonly state: Pick<EngineState, 'staging'>;
  };
  private readonly answers: Pick<Answers, 'toConfiguration'>;
  private running = 0;

  constructor(pipeline: Importer['pipeline'], answers: Importer['answers']) {
    this.pipeline = pipeline;
    this.answers = answers;
  }

  /**
   * All or nothing. `timeout` when nothing came of a part in five seconds: what had come whole goes into force all the same.
   */
  async import(
    parts: readonly RegistryChange[],
    actor: string,
    commandId: string,
    warnings: readonly string[],
  ): Promise<ImportResult | 'timeout'> {
    this.running++;
    try {
      const taken = await this.handIn(parts, actor, commandId);
      if (taken === 'timeout') return taken;
      if (taken.progress !== 'staged') return resultOf([taken], warnings);
      const outcomes = await this.goThrough(commandId);
      return outcomes === 'timeout' ? outcomes : resultOf(outcomes, warnings);
    } finally {
      this.running--;
    }
  }

  /** Called about once a second: what waits and nobody drives goes on, or is given up where it never came whole. */
  async goOn(): Promise<void> {
    const { staging } = this.pipeline.state;
    if (staging === undefined || this.running > 0) return;
    this.running++;
    try {
      await this.goThrough(staging.commandId);
    } finally {
      this.running--;
    }
  }

  /** The answer to the last part, or to the one with which it ended. */
  private async handIn(parts: readonly RegistryChange[], actor: string, commandId: string): Promise<Asked> {
    const [whole] = parts;
    if (parts.length === 1) return this.ask(commandId, () => this.pipeline.configuration(commandId, actor, whole));
    let answer: Asked = 'timeout';
    for (let n = 0; n < parts.length; n++) {
      const part = { n, last: n === parts.length - 1 };
      answer = await this.ask(commandId, () => this.pipeline.configuration(commandId, actor, parts[n], part));
      if (answer === 'timeout' || answer.progress !== 'staged') break;
    }
    return answer;
  }

  private async goThrough(commandId: string): Promise<readonly ConfigurationOutcome[] | 'timeout'> {
    const outcomes: ConfigurationOutcome[] = [];
    for (;;) {
      const answer = await this.ask(commandId, () => this.pipeline.applyNext(commandId));
      // The storage takes nothing: asked again in a second.
      if (answer === 'timeout' || answer.progress === 'waiting') return 'timeout';
      outcomes.push(answer);
      if (answer.progress === undefined) return outcomes;
    }
  }

  private ask(commandId: string, hand: () => void): Promise<Asked> {
    const answer = this.answers.toConfiguration(commandId);
    hand();
    return answer;
  }
}

function resultOf(outcomes: readonly ConfigurationOutcome[], warnings: readonly string[]): ImportResult {
  const refused = outcomes.find(({ applied }) => !applied);
  if (refused !== undefined) return { applied: false, errors: refused.errors };
  const counts = newCounts();
  for (const outcome of outcomes) addCounts(counts, outcome.counts);
  return { applied: true, ...counts, pending: outcomes.flatMap(({ pending }) => pending), warnings };
}
