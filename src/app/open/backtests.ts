/** Backtests of this service, each in a thread of its own that is begun from here and told to end with the service. */
import type { EngineState } from '../../engine/state.ts';
import type { InputLog } from '../../log/port.ts';
import type { ReadingsStore } from '../../store/readings/port.ts';
import { ServiceBacktests } from '../backtest/backtests.ts';
import type { BacktestTask, Said } from '../backtest/begin.ts';
import { beginBacktest } from '../backtest/begin.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Lifecycle } from '../lifecycle.ts';
import type { Logger } from '../logger.ts';
import type { ChosenPacks } from '../seeds.ts';

interface Core {
  readonly state: EngineState;
  readonly log: InputLog;
  readonly clock: Clock;
  readonly readings: ReadingsStore;
}

interface Around {
  readonly config: Pick<Config, 'dataDir'>;
  readonly packs: ChosenPacks;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
}

export function openBacktests(
  { state, log, clock, readings }: Core,
  { config, packs, logger, lifecycle }: Around,
): ServiceBacktests {
  const { dataDir } = config;
  const now = () => clock.now();
  const begin = (task: BacktestTask, hear: (said: Said) => void) => beginBacktest(task, hear, readings);
  const backtests = new ServiceBacktests({ dataDir, packs, state, log, logger, now, begin });
  lifecycle.onStop('backtests', () => backtests.stop());
  return backtests;
}
