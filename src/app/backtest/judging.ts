/**
 * One judging of a past stretch: a state of its own, the inputs of the log through `step`, and what it amounts to between two
 * instants. One of them judges as it was; the other one has the drafted fields wherever their points are stated, looser or not, and of
 * everything else what was in force. There is no second state machine.
 */
import { openAlerts } from '../../engine/describe.ts';
import { clearOut, newOut } from '../../engine/effect.ts';
import type { Input } from '../../engine/input.ts';
import type { EngineState } from '../../engine/state.ts';
import { step } from '../../engine/step.ts';
import type { Alert, Transition } from '../../model/alert.ts';
import type { Command } from '../../model/command.ts';
import type { RegistryChange } from '../../model/registry.ts';
import type { EpochMs } from '../../model/time.ts';
import type { AlarmLoad } from './alarm-load.ts';
import { LoadCounter } from './alarm-load.ts';
import type { Drafted } from './draft.ts';
import type { Episode } from './episodes.ts';
import { Episodes } from './episodes.ts';

export interface Stretch {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Only alerts of these are looked at; undefined: of all. */
  readonly enterprises: ReadonlySet<string> | undefined;
}

const NOTHING: Drafted = new Map();

export class Judging {
  readonly state: EngineState;
  private readonly stretch: Stretch;
  private readonly out = newOut();
  private readonly episodes = new Episodes();
  private readonly counter: LoadCounter;
  /** By key: the alert that is open, as it was told last. */
  private readonly open = new Map<string, Alert>();
  /** By id of the alert: what people found when they closed it. */
  private readonly causes = new Map<string, string>();
  private hasBegun = false;

  /** `state`: nobody else's from now on. */
  constructor(state: EngineState, stretch: Stretch, drafted = NOTHING) {
    this.state = state;
    this.stretch = stretch;
    this.counter = new LoadCounter(stretch.from);
    for (const alert of openAlerts(state)) this.open.set(alert.key, alert);
    if (drafted.size === 0) return;
    state.drafted = drafted;
    const points = state.registry.points.flatMap((point) => {
      const fields = drafted.get(point.id);
      return fields === undefined ? [] : [{ ...point, ...fields }];
    });
    // As the last thing before what follows: a number of its own, and no other input's.
    if (points.length === 0) return;
    state.n--;
    const change = { ...NO_CHANGE, points };
    this.step(state.n + 1, { kind: 'configuration', at: state.at, commandId: 'draft', actor: 'draft', change });
    const [outcome] = this.out.configurations;
    if (outcome !== undefined && outcome.errors.length > 0) throw new DraftError(outcome.errors);
  }

  /** The alert of that key as it was told last, where it is open. */
  alertOf(key: string): Alert | undefined {
    return this.open.get(key);
  }

  /** What the newest input led to. */
  get transitions(): readonly Transition[] {
    return this.out.transitions;
  }

  step(number: number, input: Input): void {
    const { from } = this.stretch;
    if (!this.hasBegun && input.at >= from) this.begin();
    clearOut(this.out);
    step(this.state, number, input, this.out);
    for (const transition of this.out.transitions) this.take(transition);
    if (input.kind === 'command') this.noteCause(input.command);
  }

  /**
   * Whether nothing that comes by this gateway can move an alert that is looked at: points, derived ones too, rest on their own
   * enterprise alone. But for the ids of alerts, which count all that an input raises.
   */
  isElsewhere(gateway: number): boolean {
    const { enterprises } = this.stretch;
    const enterprise = this.state.registry.gateways[gateway]?.enterprise;
    return enterprises !== undefined && enterprise !== undefined && !enterprises.has(enterprise);
  }

  /** A record that is left out: the numbers go on. */
  pass(number: number): void {
    this.state.n = number;
  }

  /** What it came to. */
  result(): { readonly load: AlarmLoad; readonly episodes: readonly Episode[] } {
    if (!this.hasBegun) this.begin();
    const active = [...this.open.values()].filter((alert) => alert.active && this.counts(alert));
    const load = this.counter.load(
      this.stretch.to,
      active.map(({ activatedAt, raisedAt }) => activatedAt ?? raisedAt),
    );
    const episodes = this.episodes.all().map((one) => ({ ...one, cause: this.causes.get(one.alert) }));
    return { load, episodes };
  }

  private take(transition: Transition): void {
    const { alert, at } = transition;
    if (alert.closedAt === undefined) this.open.set(alert.key, alert);
    else this.open.delete(alert.key);
    if (at < this.stretch.from || !this.counts(alert)) return;
    this.episodes.take(transition);
    this.counter.take(transition);
  }

  /** Of a closing that is proposed, the last one that is named stands. */
  private noteCause({ alertId, body }: Command): void {
    if (body.kind === 'close' && body.cause !== '' && this.out.outcomes[0]?.code === 'applied')
      this.causes.set(alertId, body.cause);
  }

  private begin(): void {
    this.hasBegun = true;
    for (const alert of this.open.values()) if (this.counts(alert)) this.episodes.adopt(alert);
  }

  private counts({ enterprise }: Alert): boolean {
    const { enterprises } = this.stretch;
    return enterprises === undefined || enterprises.has(enterprise);
  }
}

const NO_CHANGE: RegistryChange = { divisions: [], enterprises: [], sources: [], gateways: [], points: [] };

/** The draft does not fit what was registered then. */
class DraftError extends Error {
  override readonly name = 'DraftError';
  readonly errors: readonly string[];

  constructor(errors: readonly string[]) {
    super(errors.join('; '));
    this.errors = errors;
  }
}
