/** What the fold refused, into the list where an integrator looks for it. It counts redeliveries and lists the rest. */
import type { EngineState } from '../../engine/state.ts';
import type { Quarantine } from '../../ingest/quarantine.ts';
import { dataTopic } from '../../ingest/topic.ts';
import type { Follower, Released } from '../sequencer/released.ts';

export class Refusals implements Follower {
  readonly name = 'refusals';
  private readonly quarantine: Quarantine;
  private readonly state: EngineState;

  constructor(quarantine: Quarantine, state: EngineState) {
    this.quarantine = quarantine;
    this.state = state;
  }

  follow({ refusals }: Released): void {
    for (const refusal of refusals) {
      const { at, gateway, tag, reason } = refusal;
      // What was redelivered is counted, not listed: a reconnecting gateway must not clear the list of real refusals.
      if (reason === 'duplicate') this.quarantine.count(reason);
      else {
        const { enterprise = '', id = '' } = this.state.registry.gateways[gateway] ?? {};
        const topic = dataTopic(enterprise, id);
        this.quarantine.refuse({ at, enterprise, gateway: id, topic, reason, tag, detail: whyRefused(refusal) });
      }
    }
  }
}

/** The payload is gone when the fold refuses: what of it is known is told with the reason. */
function whyRefused({ reason, value, sampledAt }: Released['refusals'][number]): string {
  const reading = `value ${value}, sampled ${sampledAt}`;
  switch (reason) {
    case 'unknown-point':
      return `the enterprise has no point of this name; ${reading}`;
    case 'not-authorised':
      return `the registry does not list this gateway at the point; ${reading}`;
    case 'wrong-type':
      // A true/false point takes 0 and 1: where those are refused, a boolean was sent for a number.
      return value === 0 || value === 1
        ? `\`value\` is ${value === 1}: a number expected; sampled ${sampledAt}`
        : `the point is true or false: true, false, 1 or 0 expected; ${reading}`;
    default:
      return reading;
  }
}
