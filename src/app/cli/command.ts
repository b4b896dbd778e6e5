/**
 * What every command of the `fenghuo` program is, and how it speaks: results on standard output, everything else on
 * standard error, an exit code that a script can trust.
 */
import { readFileSync } from 'node:fs';
import type { ParseArgsConfig } from 'node:util';

/** 0 done, 1 refused or failed, 2 wrong usage (as in sysexits: 64 would be exact, 2 is what shells expect). */
export type ExitCode = 0 | 1 | 2;

export interface Arguments {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
}

export interface CliCommand {
  /** e.g. `import registry`. */
  readonly name: string;
  readonly usage: string;
  readonly does: string;
  /** It opens connections: what still hangs on one when it is done is not waited for. */
  readonly isService?: true;
  readonly options?: ParseArgsConfig['options'];
  run(args: Arguments): Promise<ExitCode>;
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Every error on its own line; for configuration, packs and registries. */
export function complainAll(what: string, errors: readonly string[]): void {
  complain(`${what}: ${errors.length} ${errors.length === 1 ? 'error' : 'errors'}`);
  for (const error of errors) complain(`  ${error}`);
}

/** A whole number option; undefined when it is missing, NaN when it is none. */
export function numberOf(value: string | boolean | undefined): number | undefined {
  if (typeof value !== 'string') return undefined;
  return /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
}

/** Text of a file; when it cannot be read, says why and gives undefined. */
export function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    complain(`${file}: ${code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'is a folder' : message}`);
    return undefined;
  }
}
