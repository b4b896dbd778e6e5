/** Entry of the thread that has the state file: its path is what the thread is begun with. */
import { parentPort, workerData } from 'node:worker_threads';
import { giveWay } from '../../thread/give-way.ts';
import type { Hearing } from '../../thread/serve.ts';
import { serve } from '../../thread/serve.ts';
import type { StateOptions } from './open-state.ts';
import { openState } from './open-state.ts';

giveWay();
serve(parentPort as Hearing, () => {
  const { history, people, audit, close } = openState(workerData as Pick<StateOptions, 'file'>);
  return { parts: { history, people, audit }, close };
});
