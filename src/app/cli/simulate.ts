/** `fenghuo simulate`: one scenario against any broker, with the credentials of a registry file. */
import { join } from 'node:path';
import { Command } from 'commander';
import { readRegistry } from '../../../simulators/registry-file.ts';
import { findScenario, SCENARIOS } from '../../../simulators/scenarios/catalogue.ts';
import type { SimulationNote } from '../../../simulators/simulate.ts';
import { runSimulation } from '../../../simulators/simulate.ts';
import { nearby } from '../../model/nearest-names.ts';
import { wallNow } from '../clock.ts';
import { demoFolder } from '../seeds.ts';
import { brokerUrl, DEFAULT_BROKER, whyNoBroker } from './broker-at.ts';
import type { ExitCode } from './command.ts';
import { act, complain, examples, positiveNumber, readText, refuse, say } from './command.ts';
import { interrupted } from './until-stopped.ts';

const NAMES = SCENARIOS.map(({ name }) => name);

interface Options {
  readonly scenario: string;
  readonly registry: string;
  readonly speed: number;
  readonly seed: string;
  readonly url: string;
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
    .option('--seed <text>', 'the same seed gives the same noise', 'fenghuo')
    .option('--url <mqtt-url>', 'broker', brokerUrl, DEFAULT_BROKER)
    .addHelpText(
      'after',
      examples('fenghuo simulate --scenario leak', 'fenghuo simulate --scenario rising-phreatic --speed 60'),
    );
  return act(command, simulate);
}

async function simulate({ scenario, registry: file, speed, seed, url }: Options): Promise<ExitCode> {
  if (findScenario(scenario) === undefined)
    return refuse(`no scenario ${scenario}${nearby(scenario, NAMES)}; there are ${NAMES.join(', ')}`);
  const text = readText(file);
  if (text === undefined) return 1;
  const read = readRegistry(text);
  if (!read.ok) return refuse(`${file}: ${read.reason}`);
  const nobody = await whyNoBroker(url);
  if (nobody !== undefined) return refuse(nobody);
  const signal = interrupted();
  const onNote = tellNotes();
  const result = await runSimulation({
    url,
    registry: read.registry,
    scenario,
    speed,
    seed,
    signal,
    now: wallNow,
    onNote,
  });
  if (!result.ok) return refuse(result.reason);
  say(`${result.readings} readings in ${result.messages} messages, ${result.acknowledged} acknowledged`);
  // Nothing of it was taken: a script that waits for the scenario must not go on as if it had been played.
  return result.acknowledged > 0 ? 0 : 1;
}

/** Every note on a line; the same trouble of the same gateway once, however often it tries again. */
function tellNotes(): (note: SimulationNote) => void {
  const troubles = new Set<string>();
  return (note) => {
    const line = JSON.stringify(note);
    if (note.kind === 'trouble' && troubles.has(line)) return;
    if (note.kind === 'trouble') troubles.add(line);
    complain(line);
  };
}
