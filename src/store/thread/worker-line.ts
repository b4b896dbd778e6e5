/** A line to a worker thread. The thread ends by itself, once it has closed its end; it is never ended from here. */
import { Worker } from 'node:worker_threads';
import type { Said } from './messages.ts';
import type { Line } from './store-thread.ts';

/** `entry`: the built file of the thread. */
export function workerLine(entry: URL, workerData: unknown): Line {
  // Ending it in the middle of a call of libsql would abort the whole process.
  const worker = new Worker(entry, { workerData });
  return {
    post: (asked, transfer) => worker.postMessage(asked, transfer),
    listen(heard, ended) {
      let reason: string | undefined;
      worker.on('message', (said: Said) => heard(said));
      worker.on('error', (error) => {
        reason = error.message;
      });
      worker.on('exit', (code) => ended(reason ?? `exit code ${code}`));
    },
  };
}
