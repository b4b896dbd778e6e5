// Says which outside programs a test may count on, so that a test without its server is skipped by name and never
// silently. It starts nothing; the servers themselves are started by servers.ts and chromium.ts.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What a suite needs and whether it is there: `missing` for `skipIf`, `note` to end the title with its reason. */
export type Need = { readonly missing: boolean; readonly note: string };

// Debian keeps servers in /usr/sbin, which is not on the PATH of an ordinary user.
const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'].filter((folder) => folder !== '');

/** The full path of a program, or undefined where it is not installed. */
export function findBinary(name: string): string | undefined {
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder; the next one may have it.
    }
  }
  return undefined;
}

/** True where a program of this name can be run. */
export function hasBinary(name: string): boolean {
  return findBinary(name) !== undefined;
}

let dockerAnswers: boolean | undefined;

/** True where a Docker daemon answers; the client alone is not enough to run a container. Asked once a process. */
function hasDocker(): boolean {
  dockerAnswers ??=
    hasBinary('docker') && spawnSync('docker', ['info'], { stdio: 'ignore', timeout: 5_000 }).status === 0;
  return dockerAnswers;
}

/**
 * What a suite needs by program name; `docker` stands for an answering daemon.
 *
 *     const broker = needs('mosquitto', 'mosquitto_pub');
 *     describe.skipIf(broker.missing)(`external broker${broker.note}`, () => { … });
 */
export function needs(...programs: string[]): Need {
  const absent = programs.filter((name) => (name === 'docker' ? !hasDocker() : !hasBinary(name)));
  const names = absent.map((name) => (name === 'docker' ? 'Docker' : name));
  return needsThat(absent.length === 0, `no ${names.join(', no ')}`);
}

/** The same for a condition that is not a program: `needsThat(schema !== undefined, 'no CAP schema')`. */
export function needsThat(have: boolean, reason: string): Need {
  return { missing: !have, note: have ? '' : ` (skipped: ${reason})` };
}
