/** `fenghuo check`: configuration, packs and the demo registry, all errors at once. It starts nothing. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment, loadConfig } from '../config.ts';
import { demoFolder, loadPacks, resolveRegistryText, shippedPacks } from '../seeds.ts';
import type { CliCommand, ExitCode } from './command.ts';
import { complainAll, say } from './command.ts';

export const check: CliCommand = {
  name: 'check',
  usage: 'fenghuo check [--config F] [--packs D] [--registry F]',
  does: 'validates configuration, packs and a registry, all errors at once',
  options: { config: { type: 'string' }, packs: { type: 'string' }, registry: { type: 'string' } },
  async run({ values }): Promise<ExitCode> {
    let failed = false;
    const report = (what: string, errors: readonly string[], good: string): void => {
      if (errors.length === 0) say(`${what}: ${good}`);
      else complainAll(what, errors);
      failed ||= errors.length > 0;
    };
    const config = loadConfig(environment, typeof values.config === 'string' ? values.config : undefined);
    report('configuration', config.ok ? [] : config.errors, 'good');
    const folder = typeof values.packs === 'string' ? values.packs : shippedPacks();
    const { packs, errors } = loadPacks(folder);
    const types = packs.reduce((sum, pack) => sum + pack.pointTypes.length, 0);
    report('packs', errors, `${packs.length} packs with ${types} point types`);
    const registry = typeof values.registry === 'string' ? values.registry : join(demoFolder(), 'registry.yaml');
    if (errors.length === 0 && existsSync(registry)) {
      const resolved = await resolveRegistryText(readFileSync(registry, 'utf8'), packs);
      report(
        registry,
        resolved.ok ? [] : resolved.errors,
        resolved.ok ? `${resolved.change.points.length} points` : '',
      );
    } else if (!existsSync(registry)) report(registry, ['no such file'], '');
    return failed ? 1 : 0;
  },
};
