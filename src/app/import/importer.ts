/**
 * Hands a registry change to the engine part by part, each when the one before it is durable, so that readings are judged
 * in between; and goes on with one that a restart or a storage that took nothing has interrupted. It decides nothing.
 */
import type { ImportResult } from '../../api/ports.ts';
import { addCounts, newCounts } from '../../engine/changes.ts';
import type { ConfigurationOutcome } from '../../engine/effect.ts';
import type { EngineState } from '../../engine/state.ts';
import type { Answers } from '../followers/answers.ts';
import type { Projector } from '../followers/projector.ts';
import type { Pipeline } from '../sequencer/pipeline.ts';
import type { Parts } from './parts.ts';

type Asked = 'timeout' | ConfigurationOutcome;
type GoneThrough = 'timeout' | readonly ConfigurationOutcome[];

export class Importer {
  private readonly pipeline: Pick<Pipeline, 'configuration' | 'applyNext'> & {
    readonly state: Pick<EngineState, 'staging'>;
  };
  private readonly answers: Pick<Answers, 'toConfiguration'>;
  private readonly history: Pick<Projector, 'room'>;
  private running = 0;
  /** What is being asked for, by key: who asks again with the key waits for the same answer. */
  private readonly asked = new Map<string, Promise<ImportResult | 'timeout'>>();
  /** The one that goes into force part by part, so that nobody else drives it too; and what its parts have led to so far. */
  private driven: { readonly commandId: string; readonly answer: Promise<GoneThrough> } | undefined;
  private soFar: { readonly commandId: string; readonly outcomes: ConfigurationOutcome[] } | undefined;

  /** `history`: who writes down what a part changes, and may need a while. */
  constructor(pipeline: Importer['pipeline'], answers: Importer['answers'], history: Importer['history']) {
    this.pipeline = pipeline;
    this.answers = answers;
    this.history = history;
  }

  /**
   * All or nothing. `timeout` when nothing came of a part in five seconds: what had come whole goes into force all the same, and
   * who asks again with the key hears what came of it.
   */
  import(
    parts: Parts,
    actor: string,
    commandId: string,
    warnings: readonly string[],
  ): Promise<ImportResult | 'timeout'> {
    const known = this.asked.get(commandId);
    if (known !== undefined) return known;
    this.running++;
    const answer = this.bring(parts, actor, commandId, warnings).finally(() => {
      this.running--;
      this.asked.delete(commandId);
    });
    this.asked.set(commandId, answer);
    return answer;
  }

  private async bring(
    parts: Parts,
    actor: string,
    commandId: string,
    warnings: readonly string[],
  ): Promise<ImportResult | 'timeout'> {
    const { staging } = this.pipeline.state;
    if (staging?.commandId === commandId) {
      const outcomes = await this.goThrough(commandId);
      if (outcomes === 'timeout' || staging.complete) return resultOf(outcomes, warnings);
      // It had not come whole and was given up: from the beginning.
    }
    const taken = await this.handIn(parts, actor, commandId);
    if (taken === 'timeout' || taken.progress !== 'staged')
      return resultOf(taken === 'timeout' ? taken : [taken], warnings);
    return resultOf(await this.goThrough(commandId), warnings);
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
  private async handIn(parts: Parts, actor: string, commandId: string): Promise<Asked> {
    let answer: Asked = 'timeout';
    for (let n = 0; n < parts.length; n++) {
      const change = parts.at(n);
      if (change === undefined) throw new RangeError(`part ${n} of ${parts.length} is not there`);
      const part = parts.length === 1 ? undefined : { n, last: n === parts.length - 1 };
      answer = await this.ask(commandId, () => this.pipeline.configuration(commandId, actor, change, part));
      if (answer === 'timeout' || answer.progress !== 'staged') break;
    }
    return answer;
  }

  private goThrough(commandId: string): Promise<GoneThrough> {
    if (this.driven?.commandId === commandId) return this.driven.answer;
    const answer = this.drive(commandId).finally(() => {
      this.driven = undefined;
    });
    this.driven = { commandId, answer };
    return answer;
  }

  private async drive(commandId: string): Promise<GoneThrough> {
    if (this.soFar?.commandId !== commandId) this.soFar = { commandId, outcomes: [] };
    const { outcomes } = this.soFar;
    for (;;) {
      await this.history.room();
      const answer = await this.ask(commandId, () => this.pipeline.applyNext(commandId));
      // The storage takes nothing: asked again in a second.
      if (answer === 'timeout' || answer.progress === 'waiting') return 'timeout';
      outcomes.push(answer);
      if (answer.progress !== undefined) continue;
      this.soFar = undefined;
      return outcomes;
    }
  }

  private ask(commandId: string, hand: () => void): Promise<Asked> {
    const answer = this.answers.toConfiguration(commandId);
    hand();
    return answer;
  }
}

function resultOf(outcomes: GoneThrough, warnings: readonly string[]): ImportResult | 'timeout' {
  if (outcomes === 'timeout') return outcomes;
  const refused = outcomes.find(({ applied }) => !applied);
  if (refused !== undefined) return { applied: false, errors: refused.errors };
  const counts = newCounts();
  for (const outcome of outcomes) addCounts(counts, outcome.counts);
  return { applied: true, ...counts, pending: outcomes.flatMap(({ pending }) => pending), warnings };
}
