/** `fenghuo check`: configuration, packs and the demo registry, all errors at once. It starts nothing. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { environment, loadConfig } from '../config.ts';
import { demoFolder, loadPacks, resolveRegistryText, shippedPacks } from '../seeds.ts';
import type { ExitCode } from './command.ts';
import { act, complainAll, say } from './command.ts';

interface Options {
  readonly config?: string;
  readonly packs: string;
  readonly registry: string;
}

export function checkCommand(): Command {
  const command = new Command('check')
    .description('validates configuration, packs and a registry, all errors at once')
    .option('--config <file>', 'configuration, instead of FENGHUO_CONFIG or fenghuo.yaml')
    .option('--packs <folder>', 'packs', shippedPacks())
    .option('--registry <file>', 'registry', join(demoFolder(), 'registry.yaml'));
  return act(command, check);
}

async function check(options: Options): Promise<ExitCode> {
  let failed = false;
  const report = (what: string, errors: readonly string[], good: string): void => {
    if (errors.length === 0) say(`${what}: ${good}`);
    else complainAll(what, errors);
    failed ||= errors.length > 0;
  };
  const config = loadConfig(environment, options.config);
  report('configuration', config.ok ? [] : config.errors, 'good');
  const { packs, errors } = loadPacks(options.packs);
  const types = packs.reduce((sum, pack) => sum + pack.pointTypes.length, 0);
  report('packs', errors, `${packs.length} packs with ${types} point types`);
  const { registry } = options;
  if (!existsSync(registry)) report(registry, ['no such file'], '');
  else if (errors.length === 0) {
    const resolved = await resolveRegistryText(readFileSync(registry, 'utf8'), packs);
    report(registry, resolved.ok ? [] : resolved.errors, resolved.ok ? `${resolved.change.points.length} points` : '');
  }
  return failed ? 1 : 0;
}
