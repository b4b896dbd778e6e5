/**
 * The `fenghuo` program as one ordered list of commands. A command is a file beside this one and a line in the list; the
 * words for wrong usage, help and suggestions are the parser's.
 */
import { Command } from 'commander';
import { VERSION } from '../version.ts';
import { backtestCommand } from './backtest.ts';
import { checkCommand } from './check.ts';
import { demoCommand } from './demo.ts';
import { importCommand } from './import-registry.ts';
import { loadCommand } from './load.ts';
import { logCommand } from './log-skip.ts';
import { replayCommand } from './replay.ts';
import { simulateCommand } from './simulate.ts';
import { startCommand } from './start.ts';
import { typesCommand } from './types.ts';
import { userCommand } from './user.ts';

const COMMANDS: readonly (() => Command)[] = [
  startCommand,
  demoCommand,
  checkCommand,
  typesCommand,
  simulateCommand,
  loadCommand,
  replayCommand,
  backtestCommand,
  importCommand,
  userCommand,
  logCommand,
];

/** Throws a CommanderError for wrong usage and for help, after having said everything there is to say. */
export function createProgram(): Command {
  const program = new Command('fenghuo')
    .description('烽火 安全生产风险监测预警 · risk monitoring and early warning for work safety')
    .version(VERSION, '--version');
  for (const create of COMMANDS) program.addCommand(create());
  settle(program);
  return program;
}

/** The same manners for every command, however deep: no end of the process, a short way to the help after an error. */
function settle(command: Command): void {
  command.exitOverride().showHelpAfterError(`(${fullName(command)} --help)`);
  for (const child of command.commands) settle(child);
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}
