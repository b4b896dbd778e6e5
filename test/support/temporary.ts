// Folders, processes and ports that a test run leaves nothing of: everything is noted under one folder of the run, which
// global-setup.ts makes before the first test and clears, processes included, after the last.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Names the folder of this run; set by global-setup.ts, inherited by every worker. Not FENGHUO_…: those configure. */
export const runFolderVariable = 'TEST_RUN_FOLDER';

/** A new empty folder, removed at the end of the run. `name` only makes it easy to recognise while it is there. */
export function temporaryDirectory(name = 'fenghuo'): string {
  return mkdtempSync(join(process.env[runFolderVariable] ?? tmpdir(), `${name}-`));
}

/** Notes a process that must not outlive the run, in case the test that started it is killed before it stops it. */
export function rememberProcess(pid: number): void {
  const run = process.env[runFolderVariable];
  if (run === undefined) return;
  mkdirSync(join(run, 'pids'), { recursive: true });
  writeFileSync(join(run, 'pids', String(pid)), '');
}

/** The process has ended: its number may soon be somebody else's, so it is never signalled again. */
export function forgetProcess(pid: number): void {
  const run = process.env[runFolderVariable];
  if (run !== undefined) rmSync(join(run, 'pids', String(pid)), { force: true });
}

/** True for the first test of the run that asks for this port, false for every later one. */
export function claimPort(port: number): boolean {
  const run = process.env[runFolderVariable];
  if (run === undefined) return true;
  mkdirSync(join(run, 'ports'), { recursive: true });
  try {
    writeFileSync(join(run, 'ports', String(port)), '', { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}
