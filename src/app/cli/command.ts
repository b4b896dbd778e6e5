/**
 * What every command of the `fenghuo` program shares: how it speaks (results on standard output, everything else on
 * standard error), how its words are read, and an exit code that a script can trust. It knows no command.
 */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { whyUnreadable } from '../file-words.ts';

/**
 * 0 done, 1 refused or failed, 2 wrong usage (as in sysexits: 64 would be exact, 2 is what shells expect), 74 (EX_IOERR) stopped
 * in unsaved mode, with something forgotten, 78 (EX_CONFIG) a data folder of another version, which starting again does not
 * change: a supervisor should not.
 */
export type ExitCode = 0 | 1 | 2 | 74 | 78;

/** The command's deed: what it answers is how the program ends. Arguments come first, then the options as one object. */
export function act<A extends unknown[]>(command: Command, run: (...args: A) => Promise<ExitCode>): Command {
  return command.action(async (...args: unknown[]) => {
    process.exitCode = await run(...(args as A));
  });
}

/** Lines of an example under the help of a command, each as one would type it. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Says why, and gives the exit code of a refusal. */
export function refuse(words: string): ExitCode {
  complain(words);
  return 1;
}

/** Every error on its own line; for configuration, packs and registries. */
export function complainAll(what: string, errors: readonly string[]): void {
  complain(`${what}: ${errors.length} ${errors.length === 1 ? 'error' : 'errors'}`);
  for (const error of errors) complain(`  ${error}`);
}

/** A number above 0, such as a rate. */
export function positiveNumber(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0) return value;
  throw new InvalidArgumentError('A number above 0 is expected.');
}

/** A whole number from 1 on, such as a count or a record's number. */
export function wholeNumber(text: string): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (value >= 1) return value;
  throw new InvalidArgumentError('A whole number from 1 on is expected.');
}

/** Text of a file; when it cannot be read, says why and gives undefined. */
export function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    complain(`${file}: ${whyUnreadable(error)}`);
    return undefined;
  }
}
