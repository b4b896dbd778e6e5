/** `fenghuo replay`: recorded readings through the same engine, one line a transition. The same file gives the same bytes. */
import { createReadStream, existsSync } from 'node:fs';
import { Argument, Command, InvalidArgumentError } from 'commander';
import { readReplay, replayFormatOf } from '../../../simulators/replay-source.ts';
import type { RegistryChange } from '../../model/registry.ts';
import { Replay, replayLine } from '../replay.ts';
import { loadPacks, resolveRegistryText, shippedPacks } from '../seeds.ts';
import type { ExitCode } from './command.ts';
import { act, complain, complainAll, readText, refuse, say } from './command.ts';

interface Options {
  readonly registry: string;
  readonly packs: string;
  readonly json?: true;
}

export function replayCommand(): Command {
  const command = new Command('replay')
    .description('recorded readings through the same engine: prints the transitions')
    .addArgument(new Argument('<file>', 'F.ndjson or F.csv').argParser(recording))
    .requiredOption('--registry <file>', 'what the points are')
    .option('--packs <folder>', 'packs', shippedPacks())
    .option('--json', 'one JSON object a line');
  return act(command, replay);
}

function recording(file: string): string {
  if (replayFormatOf(file) !== undefined) return file;
  throw new InvalidArgumentError('The name must end in .ndjson (one JSON object a line) or .csv.');
}

async function replay(file: string, options: Options): Promise<ExitCode> {
  if (!existsSync(file)) return refuse(`${file}: no such file`);
  const change = await changeOf(options);
  if (change === undefined) return 1;
  const run = new Replay((transition) => {
    const line = replayLine(transition);
    say(options.json ? JSON.stringify(line) : textOf(line));
  });
  let bad = 0;
  const told = new Set<string>();
  let first = true;
  for await (const item of readReplay(createReadStream(file), replayFormatOf(file)!)) {
    if (!item.ok) {
      complain(`${file}:${item.line}: ${item.reason}`);
      bad++;
      continue;
    }
    if (first) {
      const refused = run.configure(change, item.reading.at);
      if (refused.length > 0) {
        complainAll(options.registry, refused);
        return 1;
      }
      first = false;
    }
    const refused = run.reading(item.reading);
    if (refused === undefined || refused === 'duplicate') continue;
    bad++;
    const about = `${item.reading.point}: ${refused}`;
    // One line a point: a registry that lacks a plant would otherwise say so a million times.
    if (!told.has(about)) complain(`${file}:${item.line}: ${about}`);
    told.add(about);
  }
  if (bad > 0) complain(`${bad} ${bad === 1 ? 'line was' : 'lines were'} not judged`);
  return bad === 0 ? 0 : 1;
}

/** The registry as a change; undefined after every error was told. */
async function changeOf(options: Options): Promise<RegistryChange | undefined> {
  const { packs, errors } = loadPacks(options.packs);
  if (errors.length > 0) {
    complainAll('packs', errors);
    return undefined;
  }
  const text = readText(options.registry);
  if (text === undefined) return undefined;
  const resolved = await resolveRegistryText(text, packs);
  if (resolved.ok) return resolved.change;
  complainAll(options.registry, resolved.errors);
  return undefined;
}

function textOf(line: ReturnType<typeof replayLine>): string {
  const at = new Date(line.at).toISOString();
  return `${at}  ${line.grade.padEnd(6)}  ${line.reason.padEnd(16)}  ${line.from} → ${line.to}  ${line.point} ${line.rule}  [${line.alert} ${line.key}]`;
}
