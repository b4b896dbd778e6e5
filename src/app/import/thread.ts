/** Entry of the thread that reads one registry file and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Asked, Said } from './resolve.ts';
import { resolveHere } from './resolve.ts';

const say = (said: Said): void => parentPort?.postMessage(said);

const resolved = await resolveHere(workerData as Asked);
if (resolved.ok) {
  // One message a part: taking a large one apart would hold the thread that judges.
  for (const part of resolved.parts) say({ part });
  say({ end: { ok: true, warnings: resolved.warnings } });
} else say({ end: resolved });
