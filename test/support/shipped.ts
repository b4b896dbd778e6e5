// Gives tests the service as it ships: built to dist, run by Node without any help. It builds at most once a run, and
// not at all while dist is newer than every source.
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runFolderVariable } from './temporary.ts';

const root = process.cwd();
const stamp = join(root, 'dist', '.built-for-tests');
const sources = ['src', 'simulators', 'bench', 'scripts', 'web', 'tsconfig.json', 'tsconfig.build.json'];

/** The path of the built `main.cjs`, run as `process.execPath main.cjs <command>`; the dashboard is built beside it. */
export async function shippedMain(): Promise<string> {
  const main = join(root, 'dist', 'src', 'app', 'main.cjs');
  const lock = join(process.env[runFolderVariable] ?? tmpdir(), 'fenghuo-building');
  while (!isFresh()) {
    if (takeLock(lock)) {
      try {
        if (!isFresh()) build();
      } finally {
        rmSync(lock, { force: true });
      }
    } else {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  if (!existsSync(main)) throw new Error(`the build left no ${main}`);
  return main;
}

function isFresh(): boolean {
  const builtMs = modifiedMs(stamp);
  return builtMs > 0 && sources.every((source) => newestMs(join(root, source)) < builtMs);
}

// Two workers may ask at once; the file can be made by one of them only.
function takeLock(lock: string): boolean {
  try {
    closeSync(openSync(lock, 'wx'));
    return true;
  } catch {
    return false;
  }
}

function build(): void {
  const startedMs = Date.now();
  const npm = spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, encoding: 'utf8' });
  if (npm.status !== 0) throw new Error(`npm run build failed:\n${npm.stdout}${npm.stderr}`);
  writeFileSync(stamp, '');
  // What was edited while the build ran is not in it.
  utimesSync(stamp, startedMs / 1000, startedMs / 1000);
}

function newestMs(path: string): number {
  if (!existsSync(path)) return 0;
  if (!statSync(path).isDirectory()) return modifiedMs(path);
  const entries = readdirSync(path, { withFileTypes: true });
  const below = entries.map((entry) => newestMs(join(path, entry.name)));
  return Math.max(0, modifiedMs(path), ...below);
}

function modifiedMs(path: string): number {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}
