/** What the fold refused, into the list where an integrator looks for it. It counts redeliveries and lists the rest. */
import type { EngineState } from '../../engine/state.ts';
import { whyRefused } from '../../ingest/codecs/why.ts';
import type { Quarantine } from '../../ingest/quarantine.ts';
import { dataTopic } from '../../ingest/topic.ts';
import type { NearTags } from '../ports/near-tags.ts';
import type { Follower, Released } from '../sequencer/released.ts';

export class Refusals implements Follower {
  readonly name = 'refusals';
  private readonly quarantine: Quarantine;
  private readonly state: EngineState;

  private readonly nearTags: NearTags;

  constructor(quarantine: Quarantine, state: EngineState, nearTags: NearTags) {
    this.quarantine = quarantine;
    this.state = state;
    this.nearTags = nearTags;
  }

  follow({ refusals }: Released): void {
    for (const { at, gateway, tag, reason, value, sampledAt } of refusals) {
      // What was redelivered is counted, not listed: a reconnecting gateway must not clear the list of real refusals.
      if (reason === 'duplicate') this.quarantine.count(reason);
      else {
        const { enterprise = '', id = '' } = this.state.registry.gateways[gateway] ?? {};
        const topic = dataTopic(enterprise, id);
        const near = reason === 'unknown-point' ? this.nearTags.words(enterprise, tag, at) : '';
        const detail = whyRefused(reason, value, sampledAt, at, near);
        // The bytes are gone: what is shown must not look like what was sent.
        const understood = { at: sampledAt, value };
        this.quarantine.refuse({ at, enterprise, gateway: id, topic, reason, tag, detail, understood });
      }
    }
  }
}
