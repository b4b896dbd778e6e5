/**
 * What people and machines ask of the service over HTTP, turned into inputs of the pipeline, and the answer when it is
 * durable and applied. It checks form (credential, registry file); what is done is decided in the fold.
 */
import type { ImportResult, Inputs, Publisher, ReadingsResult, RefusedReading, WrongClock } from '../../api/ports.ts';
import type { Refused } from '../../ingest/codecs/codec.ts';
import { skewedIn, whyRefused } from '../../ingest/codecs/why.ts';
import type { VerifySecret } from '../../ingest/credential.ts';
import type { Edge } from '../../ingest/intake.ts';
import { takeReadings } from '../../ingest/intake.ts';
import { parseUserName } from '../../ingest/topic.ts';
import type { Command, Outcome } from '../../model/command.ts';
import type { ReadingBatch } from '../../model/reading.ts';
import { REFUSAL_OF_VERDICT } from '../../model/reading.ts';
import type { Answers } from '../followers/answers.ts';
import { oddUnitsIn } from '../followers/unit-notes.ts';
import type { PackFollower } from '../import/follow-packs.ts';
import type { Importer } from '../import/importer.ts';
import type { ResolvedParts } from '../import/resolve.ts';
import type { Pipeline } from '../sequencer/pipeline.ts';
import type { NearTags } from './near-tags.ts';

export interface InputParts {
  readonly pipeline: Pipeline;
  readonly answers: Answers;
  readonly edge: Edge;
  readonly verifySecret: VerifySecret;
  readonly importer: Importer;
  readonly nearTags: NearTags;
  readonly follower: Pick<PackFollower, 'follow'>;
  /** A registry file → the change it asks for, in parts, or every error in it. */
  resolve(file: Uint8Array): Promise<ResolvedParts>;
}

export function createInputs(parts: InputParts): Inputs {
  const { pipeline, answers, edge, verifySecret } = parts;
  return {
    command(command: Command): Promise<Outcome | 'timeout'> {
      const answer = answers.toCommand(command.commandId);
      pipeline.command(command);
      return answer;
    },
    readings: (publisher, payload) => takeOverHttp(parts, publisher, payload),
    async importRegistry(file, actor, commandId): Promise<ImportResult | 'timeout'> {
      const resolved = await parts.resolve(file);
      if (!resolved.ok) return { applied: false, errors: resolved.errors };
      return parts.importer.import(resolved.parts, actor, commandId, resolved.warnings);
    },
    followPacks: (actor, commandId) => parts.follower.follow(actor, commandId),
    async authenticateGateway(user, secret) {
      const name = parseUserName(user);
      if (name === undefined || 'site' in name) return undefined;
      const entry = edge.directory.find(name.enterprise, name.gateway);
      if (entry === undefined || !(await verifySecret(secret, entry.secretHash))) return undefined;
      return name;
    },
  };
}

async function takeOverHttp(
  parts: InputParts,
  publisher: Publisher,
  payload: Uint8Array,
): Promise<ReadingsResult | 'timeout'> {
  const { answers, edge, pipeline } = parts;
  let judged: ReadingBatch | undefined;
  let refusedInForm: readonly Refused[] = [];
  const sink: Edge['sink'] = {
    readings(batch, bytes, done) {
      judged = batch;
      edge.sink.readings(batch, bytes, done);
    },
    gateway: (number, online, cause) => edge.sink.gateway(number, online, cause),
  };
  const durable = await answers.within((done) => {
    const arrival = { ...publisher, topic: 'POST /api/v1/readings', payload, flags: 0 };
    refusedInForm = takeReadings({ ...edge, sink }, arrival, done).refused;
  });
  if (!durable) return 'timeout';
  const [first] = refusedInForm;
  if (judged === undefined && first !== undefined) return { ok: false, reason: first.reason, detail: first.detail };
  const inForm = refusedInForm.map(({ reason, tag, index, detail }) => ({ index, reason, point: tag, detail }));
  const inOrder = judged === undefined ? [] : refusedInFold(judged, parts, publisher.enterprise);
  return {
    ok: true,
    taken: (judged?.count ?? 0) - inOrder.length,
    refused: [...inForm, ...inOrder],
    unsaved: pipeline.state.unsaved,
    clock: judged === undefined ? undefined : clockOf(judged, pipeline),
    unit: judged === undefined ? undefined : oddUnitsIn(judged, pipeline.state.registry),
  };
}

/** What is wrong with the times of what was taken. */
function clockOf(batch: ReadingBatch, pipeline: Pipeline): WrongClock | undefined {
  const skewed = skewedIn(batch);
  if (skewed === undefined) return undefined;
  const { readings, point, detail } = skewed;
  return { readings, point: pipeline.state.registry.points[point].tag, detail };
}

/** What admission refused, in log order. */
function refusedInFold(batch: ReadingBatch, parts: InputParts, enterprise: string): RefusedReading[] {
  const refused: RefusedReading[] = [];
  const { points } = parts.pipeline.state.registry;
  let unknown = 0;
  for (let index = 0; index < batch.count; index++) {
    const reason = REFUSAL_OF_VERDICT[batch.verdict[index]];
    if (reason === undefined) continue;
    const point = points[batch.point[index]]?.tag ?? batch.unknownTags[unknown++];
    const near = reason === 'unknown-point' ? parts.nearTags.words(enterprise, point, batch.receivedAt) : '';
    const detail = whyRefused(reason, batch.value[index], batch.sampledAt[index], batch.receivedAt, near);
    refused.push({ reason, point, detail });
  }
  return refused;
}
