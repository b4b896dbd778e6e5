/** How what is registered comes in and follows its packs: the parts of it, put together and begun. It decides nothing. */
import type { EngineState } from '../../engine/state.ts';
import type { Answers } from '../followers/answers.ts';
import type { Projector } from '../followers/projector.ts';
import type { Logger } from '../logger.ts';
import { registeredIn } from '../ports/registry-view.ts';
import type { ChosenPacks } from '../seeds.ts';
import type { Pipeline } from '../sequencer/pipeline.ts';
import { PackFollower } from './follow-packs.ts';
import { Importer } from './importer.ts';
import type { ResolvedParts } from './resolve.ts';
import { resolveParts } from './resolve.ts';

interface Around {
  readonly state: EngineState;
  readonly pipeline: Pipeline;
  readonly projector: Projector;
}

export interface Registration {
  readonly importer: Importer;
  readonly follower: PackFollower;
  /** A registry file → the change it asks for, in parts, or every error in it. */
  resolve(file: Uint8Array): Promise<ResolvedParts>;
}

export function openRegistration(
  { state, pipeline, projector }: Around,
  packs: ChosenPacks,
  answers: Answers,
  logger: Logger,
): Registration {
  const importer = new Importer(pipeline, answers, projector);
  const follower = new PackFollower({ packs, state, importer, logger });
  void follower.again();
  return {
    importer,
    follower,
    resolve: (file) => resolveParts({ file, packs, known: registeredIn(state) }),
  };
}
