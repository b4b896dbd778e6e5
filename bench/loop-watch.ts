/**
 * Loaded into a service before its own program: how long its event loop was held at the longest since it was last asked.
 * It is asked by SIGUSR2 and answers into the file that BENCH_LOOP_FILE names. It changes nothing of the service.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 1;
const file = process.env.BENCH_LOOP_FILE ?? '';
const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delays.enable();

process.on('SIGUSR2', () => {
  // A timer that is late by so much was held up for so long.
  writeFileSync(`${file}.new`, String(Math.max(0, delays.max / 1e6 - RESOLUTION_MS)));
  renameSync(`${file}.new`, file);
  delays.reset();
});
