// Before the first test: makes the folder of this run. After the last: ends what a killed test has left running, and
// removes the folder. It builds nothing; tests of the shipped binary ask shipped.ts for it.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runFolderVariable } from './temporary.ts';

export function setup(): void {
  process.env[runFolderVariable] = mkdtempSync(join(tmpdir(), 'fenghuo-test-'));
}

export function teardown(): void {
  const run = process.env[runFolderVariable];
  if (run === undefined) return;
  for (const pid of leftRunning(run)) {
    try {
      process.kill(pid, 'SIGKILL');
      process.stderr.write(`a test left process ${pid} running; it has been ended\n`);
    } catch {
      // It ended by itself after its test had been killed.
    }
  }
  rmSync(run, { recursive: true, force: true });
}

function leftRunning(run: string): number[] {
  try {
    return readdirSync(join(run, 'pids')).map(Number);
  } catch {
    return [];
  }
}
