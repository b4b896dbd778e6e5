/**
 * Entry of the thread that reads one registry file and ends. It says one part, and the next when it is asked: all that is
 * said at once is taken apart in one turn of the thread that judges, however many messages it comes in.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Asked, Said } from './resolve.ts';
import { resolveHere } from './resolve.ts';

const say = (said: Said): void => parentPort?.postMessage(said);

const resolved = await resolveHere(workerData as Asked);
if (resolved.ok) {
  const parts = resolved.parts.values();
  const sayNext = (): void => {
    const { value, done } = parts.next();
    if (done === true) {
      say({ end: { ok: true, warnings: resolved.warnings } });
      parentPort?.close();
    } else say({ part: value });
  };
  parentPort?.on('message', sayNext);
  sayNext();
} else say({ end: resolved });
