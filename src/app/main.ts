#!/usr/bin/env node
/**
 * The `fenghuo` program: finds the command, parses its options, runs it, and ends with its exit code. Every command is a
 * file in cli/; nothing is done here.
 */
import { parseArgs } from 'node:util';
import { check } from './cli/check.ts';
import type { CliCommand, ExitCode } from './cli/command.ts';
import { complain, say } from './cli/command.ts';
import { load, simulate } from './cli/feed.ts';
import { importRegistry, logSkip, user } from './cli/operate.ts';
import { replay } from './cli/replay.ts';
import { demo, start } from './cli/service.ts';
import { watch } from './clock.ts';
import { VERSION } from './version.ts';

/** How long a service that was stopped may live on: a connection to somebody who does not answer may still be open. */
const LINGER_MS = 500;

const COMMANDS: readonly CliCommand[] = [start, demo, check, simulate, load, replay, importRegistry, user, logSkip];

async function main(args: readonly string[]): Promise<ExitCode> {
  const [first] = args;
  if (first === undefined || first === 'help' || first === '--help' || first === '-h') {
    say(help());
    return first === undefined ? 2 : 0;
  }
  if (first === '--version') {
    say(VERSION);
    return 0;
  }
  const command = COMMANDS.find(({ name }) => name.split(' ').every((word, i) => args[i] === word));
  if (command === undefined) {
    complain(`fenghuo: no command "${first}"\n${help()}`);
    return 2;
  }
  const rest = args.slice(command.name.split(' ').length);
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: [...rest], options: command.options ?? {}, allowPositionals: true });
  } catch (error) {
    complain(`${error instanceof Error ? error.message : String(error)}\nusage: ${command.usage}`);
    return 2;
  }
  const code = await command.run({
    values: parsed.values as Record<string, string | boolean | undefined>,
    positionals: parsed.positionals,
  });
  if (command.isService) void watch(LINGER_MS).then(() => process.exit(code));
  return code;
}

function help(): string {
  const lines = COMMANDS.map(({ usage, does }) => `  ${usage}\n      ${does}`);
  return `fenghuo ${VERSION} 烽火 安全生产风险监测预警\n${lines.join('\n')}`;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  complain(`fenghuo: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
