/** Entry of the thread that runs one backtest and ends: it gives way to the one that judges, and says how far it is. */
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { nodeDisk } from '../../log/local/node-disk.ts';
import { openSnapshots } from '../../log/local/snapshots.ts';
import type { DurationMs } from '../../model/time.ts';
import { loopPace } from '../../store/pace.ts';
import type { PointsOutcome, PointsQuery } from '../../store/readings/port.ts';
import { giveWay } from '../../store/thread/give-way.ts';
import { pause, wallNow, watch } from '../clock.ts';
import { loadPacks } from '../seeds.ts';
import type { BacktestTask, ReadingsAsked, Said, Told } from './begin.ts';
import type { Drafted } from './draft.ts';
import { CHANGES_NOTHING, readDraft } from './draft.ts';
import { runBacktest } from './run.ts';

giveWay();
const { dataDir, packs: chosen, stated, points, names, from, to, wrong, upTo } = workerData as BacktestTask;
let isCancelled = false;
/** Ends the rest that is being taken. */
let wake = (): void => undefined;
const waiting = new Map<number, (outcome: PointsOutcome) => void>();
parentPort?.on('message', (told: Told) => {
  if ('cancel' in told) cancel();
  else waiting.get(told.question)?.(told.outcome);
});
const say = (said: Said | ReadingsAsked): void => parentPort?.postMessage(said);

const { packs, errors, exposure } = loadPacks(chosen);
const read = errors.length > 0 ? { ok: false as const, errors } : readDraft(stated, { packs, exposure, points, names });
if (!read.ok) say({ refused: [...read.errors, ...wrong] });
else if (read.drafted.size === 0) say({ refused: [CHANGES_NOTHING, ...wrong] });
else if (wrong.length > 0) say({ refused: wrong });
else await run(read.drafted);
parentPort?.close();

async function run(drafted: Drafted): Promise<void> {
  say({ taken: [...drafted.keys()].sort() });
  const enterprises = new Set([...drafted.keys()].map((id) => id.slice(0, id.indexOf('/'))));
  try {
    const clock = { wallMs: wallNow, pause, watch };
    const places = {
      past: { logDir: join(dataDir, 'log'), archiveDir: join(dataDir, 'archive'), disk: nodeDisk },
      snapshots: await openSnapshots({ dir: join(dataDir, 'snapshots'), clock }),
      readings: { queryPoints: ask },
      pace: { now: loopPace.now, pause: rest },
      progress: (share: number) => say({ share }),
      isCancelled: () => isCancelled,
    };
    say({ result: await runBacktest({ from, to, upTo, drafted, enterprises }, places) });
  } catch (error) {
    say({ error: error instanceof Error ? error.message : String(error) });
  }
}

/** Nobody waits for it: neither for a rest to be over, nor for a store that gives no answer. */
function cancel(): void {
  isCancelled = true;
  wake();
  for (const answer of waiting.values()) answer({ ok: false, reason: 'the backtest was cancelled' });
}

function rest(ms: DurationMs): Promise<void> {
  const woken = new Promise<void>((resolve) => {
    wake = resolve;
  });
  return Promise.race([pause(ms), woken]);
}

/** One question at a time. */
function ask(query: PointsQuery): Promise<PointsOutcome> {
  return new Promise((resolve) => {
    const question = waiting.size;
    waiting.set(question, (outcome) => {
      waiting.delete(question);
      resolve(outcome);
    });
    say({ question, query });
  });
}
