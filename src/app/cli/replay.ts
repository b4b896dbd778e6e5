/** `fenghuo replay`: recorded readings through the same engine, one line a transition. The same file gives the same bytes. */
import { createReadStream, statSync } from 'node:fs';
import { Argument, Command, InvalidArgumentError } from 'commander';
import type { RecordedCommand, RecordedReading, ReplayItem } from '../../../simulators/replay-source.ts';
import { readReplay, replayFormatOf } from '../../../simulators/replay-source.ts';
import type { Transition } from '../../model/alert.ts';
import { looseningInWords } from '../../model/loosening.ts';
import type { RegistryChange } from '../../model/registry.ts';
import type { DurationMs, EpochMs } from '../../model/time.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../model/time.ts';
import { inForceAtFirst } from '../../rules/packs/looser.ts';
import type { Drafted } from '../backtest/draft.ts';
import { CHANGES_NOTHING, readDraft } from '../backtest/draft.ts';
import { readDraftFile } from '../backtest/draft-file.ts';
import { DraftTrial } from '../backtest/trial.ts';
import { draftInWords } from '../backtest/words.ts';
import { wallNow } from '../clock.ts';
import { placedByName } from '../named-items.ts';
import { Replay, replayLine } from '../replay.ts';
import { loadPacks, resolveRegistryText, shippedPacks } from '../seeds.ts';
import type { ExitCode } from './command.ts';
import { act, complain, complainAll, examples, readText, refuse, say } from './command.ts';
import { RecordedClocks, wrongUnit } from './replay-clock.ts';

interface Options {
  readonly registry: string;
  readonly packs: string;
  readonly json?: true;
  /** ms. */
  readonly answeredAfter?: DurationMs;
  readonly draft?: string;
  readonly approved?: true;
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
    .option('--answered-after <time>', 'a simulated officer answers each alert then: 30s, 5m, 2h', duration)
    .option('--draft <file>', 'other limits or packs (YAML or JSON) tried against it: what they would change')
    .option(
      '--approved',
      'what the registry states looser than its packs is in force, as if a second person had agreed',
    )
    .addHelpText(
      'after',
      examples(
        'fenghuo replay day.ndjson --registry my.yaml',
        'fenghuo replay day.csv --registry my.yaml --json',
        'fenghuo replay day.csv --registry my.yaml --answered-after 5m',
        'fenghuo replay day.csv --registry my.yaml --draft stricter.yaml',
      ),
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
  const draft = options.draft === undefined ? undefined : drafted(options.draft, options, change);
  if (draft === 'refused') return 1;
  const run = new Run(file, options, change, draft);
  for await (const item of readReplay(createReadStream(file), replayFormatOf(file)!)) if (!run.take(item)) return 1;
  return run.end();
}

/** So many are told one by one. */
const WAITING_TOLD = 10;

/** One pass over a file: what is printed, and what is told beside it. */
class Run {
  private readonly file: string;
  private readonly options: Options;
  private readonly change: RegistryChange;
  private readonly trial: DraftTrial | undefined;
  private readonly judged = new Judged();
  private readonly clocks = new RecordedClocks(wallNow());
  private readonly replay: Replay;
  private readonly told = new Set<string>();
  private bad = 0;
  private hasBegun = false;

  constructor(file: string, options: Options, change: RegistryChange, draft: Drafted | undefined) {
    this.file = file;
    this.options = options;
    this.change = change;
    const replayed = { answeredAfterMs: options.answeredAfter };
    this.trial = draft && new DraftTrial(draft, replayed);
    this.replay = new Replay((transition) => {
      this.judged.transitions++;
      if (this.trial !== undefined) this.trial.was(transition);
      else this.print(transition);
    }, replayed);
  }

  /** False where nothing can be judged at all. */
  take(item: ReplayItem): boolean {
    if (!item.ok) return this.complain(item.line, item.reason);
    const { at } = 'reading' in item ? item.reading : item.command;
    const slip = wrongUnit(at);
    // Judged, it would let half a century pass between two lines.
    if (slip !== undefined) {
      const about = 'reading' in item ? item.reading.point : item.command.alert;
      return this.complain(item.line, `${about}: wrong clock: ${slip.words}`, slip.slip);
    }
    if (!this.hasBegun && !this.begin(at)) return false;
    return 'reading' in item ? this.reading(item.line, item.reading) : this.command(item.line, item.command);
  }

  end(): ExitCode {
    const { judged, clocks, bad, options, trial } = this;
    if (trial !== undefined) {
      const result = trial.result(judged.to);
      if (options.json) say(JSON.stringify(result));
      else for (const line of draftInWords(result)) say(line);
    }
    // Beside what is printed, so that the same file gives the same bytes there.
    if (!options.json) complain(judged.words(options.registry));
    for (const words of clocks.words()) complain(words);
    if (bad > 0) complain(`${bad} ${bad === 1 ? 'line was' : 'lines were'} not judged`);
    return bad === 0 ? 0 : 1;
  }

  private begin(at: EpochMs): boolean {
    this.hasBegun = true;
    const refused = this.replay.configure(this.change, at);
    // The registry's own errors are no errors of the draft: what it is refused for beyond them is.
    const drafted = refused.length > 0 ? [] : (this.trial?.configure(this.change, at) ?? []);
    if (refused.length > 0) complainNamed(this.options.registry, refused, placedByName);
    else if (drafted.length > 0) complainNamed(this.options.draft!, drafted, placedInDraft);
    else this.tellWaiting();
    return refused.length + drafted.length === 0;
  }

  /** What is looser than its pack is not judged by, as in a service before somebody has agreed: who reads the answer must know. */
  private tellWaiting(): void {
    const { pendingLoosenings: waiting } = this.replay.state;
    for (const one of waiting.slice(0, WAITING_TOLD))
      complain(`waits for a second person, the pack's value is judged by: ${looseningInWords(one)}`);
    if (waiting.length > WAITING_TOLD) complain(`… and ${waiting.length - WAITING_TOLD} more that wait`);
    if (waiting.length > 0) complain('--approved judges by what the registry states');
  }

  private reading(line: number, reading: RecordedReading): boolean {
    const refused = this.replay.reading(reading);
    this.trial?.replay.reading(reading);
    if (refused === undefined) {
      this.judged.note(reading);
      this.clocks.note(reading);
    }
    if (refused === undefined || refused === 'duplicate') return true;
    // One line a point: a registry that lacks a plant would otherwise say so a million times.
    return this.complain(line, `${reading.point}: ${refused}`, `${reading.point}: ${refused}`);
  }

  private command(line: number, command: RecordedCommand): boolean {
    const refused = this.replay.command(command);
    // Under the draft it may be another alert, or none.
    this.trial?.replay.command(command);
    return refused === undefined || this.complain(line, `${command.command} ${command.alert}: ${refused}`);
  }

  private complain(line: number, words: string, once?: string): true {
    this.bad++;
    if (once === undefined || !this.told.has(once)) complain(`${this.file}:${line}: ${words}`);
    if (once !== undefined) this.told.add(once);
    return true;
  }

  private print(transition: Transition): void {
    const line = replayLine(transition);
    say(this.options.json ? JSON.stringify(line) : textOf(line));
  }
}

/** What a replay has looked at, for who reads its answer: no line printed may mean calm, or nothing looked at. */
class Judged {
  transitions = 0;
  private readings = 0;
  private readonly points = new Set<string>();
  private from = Number.POSITIVE_INFINITY;
  to = Number.NEGATIVE_INFINITY;

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

const UNITS: Readonly<Record<string, DurationMs>> = { s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS };

function duration(text: string): DurationMs {
  const [, count, unit] = /^(\d{1,6})([smh])$/.exec(text) ?? [];
  if (unit === undefined) throw new InvalidArgumentError('It must be like 30s, 5m or 2h.');
  return Number(count) * UNITS[unit];
}

/** Errors of items that a file has stated and that were taken from it: where they stand in it. */
function complainNamed(
  file: string,
  errors: readonly string[],
  placed: (text: string, errors: readonly string[]) => readonly string[],
): void {
  const text = readText(file);
  if (text !== undefined) complainAll(file, placed(text, errors));
}

function placedInDraft(text: string, errors: readonly string[]): readonly string[] {
  const read = readDraftFile(text);
  return read.ok ? read.draft.placed(errors) : errors;
}

/** What the draft changes of the registry; `refused` after every error was told. */
function drafted(file: string, options: Options, change: RegistryChange): Drafted | 'refused' {
  const text = readText(file);
  if (text === undefined) return 'refused';
  const { packs, exposure } = loadPacks(options.packs);
  const points = change.points.map(inForceAtFirst);
  const around = { packs, exposure, points, names: points.map(({ id }) => id) };
  const read = readDraftFile(text);
  const found = read.ok ? readDraft(read.draft.stated, around) : read;
  if (found.ok && found.drafted.size > 0) return found.drafted;
  const errors = found.ok ? [CHANGES_NOTHING] : found.errors;
  complainAll(file, read.ok ? read.draft.placed(errors) : errors);
  return 'refused';
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
  if (resolved.ok) return options.approved ? asApproved(resolved.change) : resolved.change;
  complainAll(options.registry, resolved.errors);
  return undefined;
}

/** Without the figures of the packs nothing is looser than they are. */
function asApproved(change: RegistryChange): RegistryChange {
  const points = change.points.map(({ byPack: _, ...point }) => point);
  const sources = change.sources.map(({ byPack: _, ...source }) => source);
  return { ...change, points, sources };
}

function textOf(line: ReturnType<typeof replayLine>): string {
  const at = new Date(line.at).toISOString();
  return `${at}  ${line.grade.padEnd(6)}  ${line.reason.padEnd(16)}  ${line.from} → ${line.to}  ${line.point} ${line.rule}  [${line.alert} ${line.key}]`;
}
