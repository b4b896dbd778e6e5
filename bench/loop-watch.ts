/**
 * Loaded into a service before its own program: how long its event loop was held at the longest since it was last asked, and how
 * much processor time the thread itself had in such a stretch (what is more, it waited for a processor that others had; known on
 * Linux only). It is asked by SIGUSR2 and answers into the file that BENCH_LOOP_FILE names. It changes nothing of the service.
 */
import { openSync, readSync, renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const RESOLUTION_MS = 1;

if (isMainThread) watch(process.env.BENCH_LOOP_FILE ?? '');

function watch(file: string): void {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  const ownMs = ownTime();
  let before = ownMs();
  let longestOwnMs = 0;
  setInterval(() => {
    const now = ownMs();
    longestOwnMs = Math.max(longestOwnMs, now - before);
    before = now;
  }, RESOLUTION_MS).unref();
  process.on('SIGUSR2', () => {
    // A timer that is late by so much was held up for so long.
    const wallMs = Math.max(0, delays.max / 1e6 - RESOLUTION_MS);
    writeFileSync(`${file}.new`, JSON.stringify({ wallMs, ownMs: longestOwnMs }));
    renameSync(`${file}.new`, file);
    delays.reset();
    longestOwnMs = 0;
  });
}

/** Processor time of this thread so far, in ms; always 0 where the system does not tell. */
function ownTime(): () => number {
  const said = Buffer.alloc(64);
  try {
    const file = openSync(`/proc/self/task/${process.pid}/schedstat`, 'r');
    return () => {
      readSync(file, said, 0, said.length, 0);
      return Number(said.toString('latin1', 0, said.indexOf(' '))) / 1e6;
    };
  } catch {
    return () => 0;
  }
}
