/** `fenghuo simulate`: one scenario against any broker, with the credentials of a registry file. */
import { join } from 'node:path';
import { Command } from 'commander';
import type { Disturbance } from '../../../simulators/plant.ts';
import { readRegistry } from '../../../simulators/registry-file.ts';
import { findScenario, SCENARIOS } from '../../../simulators/scenarios/catalogue.ts';
import type { SimulationNote } from '../../../simulators/simulate.ts';
import { runSimulation } from '../../../simulators/simulate.ts';
import { nearby } from '../../model/nearest-names.ts';
import { SECOND_MS } from '../../model/time.ts';
import { wallNow } from '../clock.ts';
import { demoFolder, drivenTypes, loadPacks, shippedPacks } from '../seeds.ts';
import { brokerUrl, DEFAULT_BROKER, whyNoBroker } from './broker-at.ts';
import type { ExitCode } from './command.ts';
import { act, complain, examples, positiveNumber, readText, refuse, say } from './command.ts';
import { LinkWords } from './link-words.ts';
import { interrupted } from './until-stopped.ts';

const NAMES = SCENARIOS.map(({ name }) => name);

interface Options {
  readonly scenario: string;
  readonly registry: string;
  readonly speed: number;
  readonly seed: string;
  readonly url: string;
  readonly only?: string;
  readonly packs: string;
}

export function simulateCommand(): Command {
  const command = new Command('simulate')
    .description(`one scenario over MQTT, until Ctrl-C: ${NAMES.join(', ')}`)
    .requiredOption('--scenario <name>', 'which one of these')
    .option(
      '--registry <file>',
      'plants and credentials (YAML or JSON), which the service must have imported',
      join(demoFolder(), 'registry.yaml'),
    )
    .option('--speed <n>', 'plant time runs n times as fast as the clock', positiveNumber, 1)
    .option(
      '--only <type or point>',
      'of a source only these points come to harm, for example --scenario limits --only gas_lel',
    )
    .option('--packs <folder>', 'what points without a plant model are driven by', shippedPacks())
    .option('--seed <text>', 'the same seed gives the same noise', 'fenghuo')
    .option('--url <mqtt-url>', 'broker', brokerUrl, DEFAULT_BROKER)
    .addHelpText(
      'after',
      examples(
        'fenghuo simulate --scenario leak',
        'fenghuo simulate --scenario rising-phreatic --speed 60',
        'fenghuo simulate --scenario limits --only tank_pressure',
        'fenghuo simulate --scenario instrument-faults --registry seeds/demo/detectors.yaml',
      ),
    );
  return act(command, simulate);
}

async function simulate({ scenario, registry: file, speed, seed, url, only, packs }: Options): Promise<ExitCode> {
  if (findScenario(scenario) === undefined)
    return refuse(`no scenario ${scenario}${nearby(scenario, NAMES)}; there are ${NAMES.join(', ')}`);
  const text = readText(file);
  if (text === undefined) return 1;
  const read = readRegistry(text);
  if (!read.ok) return refuse(`${file}: ${read.reason}; fenghuo check --registry ${file} tells more`);
  const loaded = loadPacks(packs);
  if (loaded.errors.length > 0)
    return refuse(`${packs}: ${loaded.errors[0]}; fenghuo check --packs ${packs} tells more`);
  const nobody = await whyNoBroker(url);
  if (nobody !== undefined) return refuse(nobody);
  const links = new LinkWords(url);
  const signal = AbortSignal.any([interrupted(), links.nobodyLetIn]);
  const result = await runSimulation({
    url,
    registry: read.registry,
    scenario,
    speed,
    seed,
    only,
    types: drivenTypes(loaded.packs),
    signal,
    now: wallNow,
    onNote: (note) => tell(note, scenario, links),
  });
  if (!result.ok) return refuse(result.reason);
  if (links.nobodyLetIn.aborted) {
    const command = `fenghuo import registry ${file} --password …`;
    return refuse(links.why([`注册表 ${file}`, `the registry ${file}`], command));
  }
  say(`${result.readings} readings in ${result.messages} messages, ${result.acknowledged} acknowledged`);
  // Nothing of it was taken: a script that waits for the scenario must not go on as if it had been played.
  return result.acknowledged > 0 ? 0 : 1;
}

function tell(note: SimulationNote, scenario: string, links: LinkWords): void {
  switch (note.kind) {
    case 'planned':
      links.expect(note.gateways);
      complain(`scenario ${scenario}, Ctrl-C ends it:`);
      for (const disturbance of note.disturbances) complain(`  ${inWords(disturbance)}`);
      break;
    case 'cut':
      complain(`${note.gateway} is cut off`);
      break;
    case 'restored':
      complain(`${note.gateway} is back, and sends what it kept`);
      break;
    case 'unknown-types':
      complain(`no plant model knows the types of these points, they send nothing: ${note.points.join(', ')}`);
      break;
    case 'dropped':
      complain(`${note.gateway}: ${note.readings} readings dropped, too many messages wait for an answer`);
      break;
    default:
      links.note(note);
  }
}

/** What goes wrong, where and when, in seconds of plant time. */
function inWords(disturbance: Disturbance): string {
  const { kind, fromMs, untilMs, everyMs } = disturbance;
  const what = kind === 'instrument' ? `${disturbance.fault} instruments` : kind;
  const again = everyMs === undefined ? '' : `, again every ${everyMs / SECOND_MS} s`;
  const until = Number.isFinite(untilMs) ? `until ${untilMs / SECOND_MS} s` : 'to the end';
  return `from ${fromMs / SECOND_MS} s ${until}${again}: ${what} at ${placeOf(disturbance)}`;
}

function placeOf(disturbance: Disturbance): string {
  if (disturbance.kind === 'instrument') return disturbance.points.join(', ');
  if (disturbance.kind === 'crossing') return `${disturbance.point}, ${disturbance.side}`;
  return disturbance.kind === 'gateway-loss' ? disturbance.gateway : disturbance.source;
}
