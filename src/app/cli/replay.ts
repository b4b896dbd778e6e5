/** `fenghuo replay`: recorded readings through the same engine, one line a transition. The same file gives the same bytes. */
import { createReadStream, statSync } from 'node:fs';
import { Argument, Command, InvalidArgumentError } from 'commander';
import type { RecordedReading } from '../../../simulators/replay-source.ts';
import { readReplay, replayFormatOf } from '../../../simulators/replay-source.ts';
import type { RegistryChange } from '../../model/registry.ts';
import { SECOND_MS } from '../../model/time.ts';
import { wallNow } from '../clock.ts';
import { Replay, replayLine } from '../replay.ts';
import { loadPacks, resolveRegistryText, shippedPacks } from '../seeds.ts';
import type { ExitCode } from './command.ts';
import { act, complain, complainAll, examples, readText, refuse, say } from './command.ts';
import { RecordedClocks, wrongUnit } from './replay-clock.ts';

interface Options {
  readonly registry: string;
  readonly packs: string;
  readonly json?: true;
}

export function replayCommand(): Command {
  const command = new Command('replay')
    .description(
      'recorded readings through the same engine, as if each had come when it was taken: prints the transitions',
    )
    .addArgument(new Argument('<file>', 'F.ndjson or F.csv').argParser(recording))
    .requiredOption('--registry <file>', 'what the points are (YAML or JSON)')
    .option('--packs <folder>', 'packs (*.yaml)', shippedPacks())
    .option('--json', 'one JSON object a line')
    .addHelpText(
      'after',
      examples('fenghuo replay day.ndjson --registry my.yaml', 'fenghuo replay day.csv --registry my.yaml --json'),
    );
  return act(command, replay);
}

function recording(file: string): string {
  if (replayFormatOf(file) !== undefined) return file;
  throw new InvalidArgumentError('The name must end in .ndjson (one JSON object a line) or .csv.');
}

async function replay(file: string, options: Options): Promise<ExitCode> {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat?.isFile() !== true) return refuse(`${file}: ${stat === undefined ? 'no such file' : 'is no file'}`);
  const change = await changeOf(options);
  if (change === undefined) return 1;
  const judged = new Judged();
  const clocks = new RecordedClocks(wallNow());
  const run = new Replay((transition) => {
    judged.transitions++;
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
    const slip = wrongUnit(item.reading.at);
    if (slip !== undefined) {
      // Judged, it would let half a century pass, second by second, between two lines.
      if (!told.has(slip.slip)) complain(`${file}:${item.line}: ${item.reading.point}: wrong clock: ${slip.words}`);
      told.add(slip.slip);
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
    if (refused === undefined) {
      judged.note(item.reading);
      clocks.note(item.reading);
    }
    if (refused === undefined || refused === 'duplicate') continue;
    bad++;
    const about = `${item.reading.point}: ${refused}`;
    // One line a point: a registry that lacks a plant would otherwise say so a million times.
    if (!told.has(about)) complain(`${file}:${item.line}: ${about}`);
    told.add(about);
  }
  // Beside what is printed, so that the same file gives the same bytes there.
  if (!options.json) complain(judged.words(options.registry));
  for (const words of clocks.words()) complain(words);
  if (bad > 0) complain(`${bad} ${bad === 1 ? 'line was' : 'lines were'} not judged`);
  return bad === 0 ? 0 : 1;
}

/** What a replay has looked at, for who reads its answer: no line printed may mean calm, or nothing looked at. */
class Judged {
  transitions = 0;
  private readings = 0;
  private readonly points = new Set<string>();
  private from = Number.POSITIVE_INFINITY;
  private to = Number.NEGATIVE_INFINITY;

  note({ point, at }: RecordedReading): void {
    this.readings++;
    this.points.add(point);
    this.from = Math.min(this.from, at);
    this.to = Math.max(this.to, at);
  }

  words(registry: string): string {
    const { readings, points, from, to, transitions } = this;
    if (readings === 0) return `no reading was judged against ${registry}`;
    const span = `${(to - from) / SECOND_MS} s, ${new Date(from).toISOString()} to ${new Date(to).toISOString()}`;
    return `judged ${readings} readings of ${points.size} points over ${span}, against ${registry}: ${transitions} transitions`;
  }
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
