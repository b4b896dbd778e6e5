/**
 * Entry of the thread that reads one registry file and ends. It says one part, and the next when it is asked: all that is
 * said at once is taken apart in one turn of the thread that judges, however many messages it comes in.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { giveWay } from '../../store/thread/give-way.ts';
import { PackedParts } from './parts.ts';
import type { Asked, Said } from './resolve.ts';
import { resolveHere } from './resolve.ts';

const say = (said: Said, transfer: readonly ArrayBuffer[] = []): void => parentPort?.postMessage(said, transfer);

giveWay();
const resolved = await resolveHere(workerData as Asked);
if (resolved.ok) {
  let said = 0;
  const sayNext = (): void => {
    const next = resolved.parts.at(said++);
    if (next === undefined) {
      say({ end: { ok: true, warnings: resolved.warnings } });
      parentPort?.close();
      return;
    }
    const part = PackedParts.pack(next);
    say({ part }, [part.buffer]);
  };
  parentPort?.on('message', sayNext);
  sayNext();
} else say({ end: resolved });
