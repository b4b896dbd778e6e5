/** `fenghuo check`: configuration, packs and a registry, all errors at once. It starts nothing and changes nothing. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { newOut } from '../../engine/effect.ts';
import { newState } from '../../engine/state.ts';
import { step } from '../../engine/step.ts';
import { looseningInWords } from '../../model/loosening.ts';
import type { RegistryChange } from '../../model/registry.ts';
import { inForceAtFirst } from '../../rules/packs/looser.ts';
import { wallNow } from '../clock.ts';
import { environment, loadConfig } from '../config.ts';
import { whyUnreadable } from '../file-words.ts';
import type { LoadedPacks } from '../seeds.ts';
import { demoFolder, failedCases, loadPacks, NOTHING_REGISTERED, resolveRegistryText, shippedPacks } from '../seeds.ts';
import type { ExitCode } from './command.ts';
import { act, complainAll, examples, say } from './command.ts';
import { reviewInWords, reviewOfPacks, reviewOfPoints } from './review.ts';

interface Options {
  readonly config?: string;
  readonly packs?: string;
  readonly registry?: string;
  readonly partial?: true;
  readonly review?: true;
  readonly cases: boolean;
}

export function checkCommand(): Command {
  const command = new Command('check')
    .description('validates configuration, packs and a registry, all errors at once; starts nothing, changes nothing')
    .option('--config <file>', 'configuration (YAML), instead of FENGHUO_CONFIG or fenghuo.yaml')
    .option('--packs <folder>', 'packs, instead of packsDir of the configuration or the shipped ones')
    .option('--registry <file>', "registry (YAML or JSON); else, with the shipped packs, the demo's")
    .option('--partial', 'the registry may name sources, gateways … that a service has already')
    .option('--no-cases', 'without playing the cases of the packs, which takes some seconds')
    .option('--review', 'names every limit that is not rationalized or not verified, not only how many')
    .addHelpText(
      'after',
      examples(
        'fenghuo check --registry my.yaml                a whole registry, before it is imported',
        'fenghuo check --registry more.yaml --partial    one that adds to what a service has',
        'fenghuo check --packs my-packs                  packs of your own, with their cases',
      ),
    );
  return act(command, check);
}

type Report = (what: string, errors: readonly string[], good: string) => void;

async function check(options: Options): Promise<ExitCode> {
  let failed = false;
  const report: Report = (what, errors, good) => {
    if (errors.length === 0) say(`${what}: ${good}`);
    else complainAll(what, errors);
    failed ||= errors.length > 0;
  };
  const config = loadConfig(environment, options.config);
  report('configuration', config.ok ? [] : config.errors, 'good');
  const { packsDir, packs: only } = config.ok ? config.config : { packsDir: undefined, packs: undefined };
  // Of packs that are looked at before they are put in force, all.
  const inForce = { folder: packsDir ?? shippedPacks(), only };
  const packs = loadPacks(options.packs ?? inForce);
  const types = packs.packs.reduce((sum, pack) => sum + pack.pointTypes.length, 0);
  const cases = packs.packs.reduce((sum, pack) => sum + pack.cases.length, 0);
  const wrong = packs.errors.length > 0 || !options.cases ? packs.errors : failedCases(packs);
  const played = options.cases ? `${cases} cases hold` : `${cases} cases not played`;
  report('packs', wrong, `${packs.packs.length} packs with ${types} point types, ${played}`);
  if (wrong.length === 0) sayEach(reviewInWords(reviewOfPacks(packs.packs), options.review === true));
  // The demo is stated in types of the shipped packs, and says nothing of others.
  const demo = (options.packs ?? packsDir) === undefined ? join(demoFolder(), 'registry.yaml') : undefined;
  const stated = options.registry ?? demo;
  if (stated === undefined) {
    say('registry: none is named, and the demo says nothing of other packs than the shipped ones');
    return failed ? 1 : 0;
  }
  const file = resolve(stated);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    report(file, [whyUnreadable(error)], '');
    return 1;
  }
  if (packs.errors.length > 0) say(`${file}: not looked at before the packs are right`);
  else await checkRegistry(file, text, packs, options, report);
  return failed ? 1 : 0;
}

async function checkRegistry(
  file: string,
  text: string,
  { packs }: LoadedPacks,
  { partial, review }: Options,
  report: Report,
): Promise<void> {
  const alone = { ...NOTHING_REGISTERED, now: wallNow() };
  const registered = partial ? { ...alone, names: undefined } : alone;
  const resolved = await resolveRegistryText(text, packs, registered);
  if (!resolved.ok) return report(file, resolved.errors, '');
  // What it names is not here: the engine would refuse that.
  const { errors, pending } = partial ? { errors: [], pending: [] } : taken(resolved.change);
  report(file, errors, `${resolved.change.points.length} points`);
  sayEach(resolved.warnings);
  sayEach(reviewInWords(reviewOfPoints(resolved.change.points.map(inForceAtFirst)), review === true));
  for (const one of pending) say(`  waits for a second person, the pack's value in force: ${looseningInWords(one)}`);
}

function sayEach(lines: readonly string[]): void {
  for (const line of lines) say(`  ${line}`);
}

/** As the engine of a new service takes it. */
function taken(change: RegistryChange) {
  const out = newOut();
  step(newState(), 1, { kind: 'configuration', at: 0, commandId: 'check', actor: 'check', change }, out);
  return out.configurations[0];
}
