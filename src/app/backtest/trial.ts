/** A draft beside a replay: the same file judged a second time with the drafted fields, and what both come to. */
import type { Transition } from '../../model/alert.ts';
import type { RegistryChange } from '../../model/registry.ts';
import type { EpochMs } from '../../model/time.ts';
import type { ReplayOptions } from '../replay.ts';
import { Replay } from '../replay.ts';
import { LoadCounter } from './alarm-load.ts';
import { compared } from './compare.ts';
import type { Drafted } from './draft.ts';
import { Episodes } from './episodes.ts';
import type { Told } from './words.ts';

/** One judging as it is counted. */
class Side {
  private readonly episodes = new Episodes();
  private counter = new LoadCounter(0);

  take(transition: Transition): void {
    this.episodes.take(transition);
    this.counter.take(transition);
  }

  begin(at: EpochMs): void {
    this.counter = new LoadCounter(at);
  }

  end(to: EpochMs) {
    const episodes = this.episodes.all();
    const standing = episodes.filter(({ endedAt }) => endedAt === undefined).map(({ raisedAt }) => raisedAt);
    return { episodes, load: this.counter.load(to, standing) };
  }
}

export class DraftTrial {
  /** Under the draft. */
  readonly replay: Replay;
  private readonly draft: Drafted;
  private readonly asWas = new Side();
  private readonly asDrafted = new Side();

  constructor(draft: Drafted, options: ReplayOptions) {
    this.draft = draft;
    this.replay = new Replay((transition) => this.asDrafted.take(transition), options);
  }

  /** To be called before anything is judged. */
  configure(change: RegistryChange, at: EpochMs): readonly string[] {
    this.asWas.begin(at);
    this.asDrafted.begin(at);
    this.replay.state.drafted = this.draft;
    // Stated with it, so that what does not fit what is registered is refused: laid over, it would be no limit at all.
    const points = change.points.map((point) => ({ ...point, ...this.draft.get(point.id) }));
    return this.replay.configure({ ...change, points }, at);
  }

  /** What was told without the draft. */
  was(transition: Transition): void {
    this.asWas.take(transition);
  }

  result(to: EpochMs): Told {
    const [was, drafted] = [this.asWas.end(to), this.asDrafted.end(to)];
    return { ...compared(was.episodes, drafted.episodes), load: { was: was.load, drafted: drafted.load } };
  }
}
