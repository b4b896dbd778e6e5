/**
 * The `fenghuo` program: runs the command it was asked for and ends with its exit code: 0 done, 1 refused or failed, 2
 * wrong usage. Every command is a file in cli/; nothing is done here.
 */
import { CommanderError } from 'commander';
import { complain } from './cli/command.ts';
import { createProgram } from './cli/program.ts';
import { watch } from './clock.ts';

/** How long a service that was stopped may live on: a connection to somebody who does not answer may still be open. */
const LINGER_MS = 500;
const SERVICES: readonly string[] = ['start', 'demo'];

/** Whoever reads what we say went away (`fenghuo types | head`): a command has said enough then. A service goes on, whatever. */
let isService = false;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (isService) return;
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  const program = createProgram();
  program.hook('preAction', (_program, command) => {
    isService = SERVICES.includes(command.name());
  });
  program.hook('postAction', () => {
    if (isService) void watch(LINGER_MS).then(() => process.exit(process.exitCode));
  });
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    complain(`fenghuo: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
