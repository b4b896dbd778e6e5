/** The configuration as a command needs it: loaded with every error told, or the command does not run. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { environment, loadConfig } from '../config.ts';
import { isGone } from '../open/lost-stores.ts';
import { complain, complainAll } from './command.ts';

/** `--config F`, else FENGHUO_CONFIG, else `fenghuo.yaml` where it is there; undefined after every error was told. */
export function configured(file: string | undefined): Config | undefined {
  const loaded = loadConfig(environment, file);
  if (loaded.ok) return loaded.config;
  complainAll('configuration', loaded.errors);
  return undefined;
}

/**
 * The same, for commands that work on what a service has written. A mistyped folder must not look like one that was
 * changed: a service of somewhere else would go on without it.
 */
export function installed(file: string | undefined): Config | undefined {
  const config = configured(file);
  if (config === undefined || !isGone(join(config.dataDir, 'state.db'))) return config;
  const hasRun = existsSync(join(config.dataDir, 'format.json'));
  complain(
    hasRun
      ? `${config.dataDir}: state.db is not there, or empty; put it back from a backup, or start the service, which makes it anew`
      : `${config.dataDir}: no service has ever run on this data folder; set FENGHUO_DATA_DIR or --config`,
  );
  return undefined;
}
