/** `fenghuo log skip`: sets a damaged record aside by its number, the only way past one. It repairs nothing. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import type { SkipOutcome } from '../../log/local/skip.ts';
import { skipRecord } from '../../log/local/skip.ts';
import { lockFolder } from '../open/folder-lock.ts';
import { refuseNewer } from '../open/folder-stamp.ts';
import type { ExitCode } from './command.ts';
import { act, complain, examples, refuse, say, wholeNumber } from './command.ts';
import { configured } from './configured.ts';

export function logCommand(): Command {
  const skip = new Command('skip')
    .description('sets aside a damaged record of the log (the service must be stopped); its bytes are kept')
    .argument('<number>', 'the record that the service names when it cannot start', wholeNumber)
    .option('--config <file>', 'configuration, instead of FENGHUO_CONFIG or fenghuo.yaml')
    .addHelpText('after', examples('fenghuo log skip 48213'));
  return new Command('log').description('the input log').addCommand(act(skip, logSkip));
}

async function logSkip(number: number, options: { readonly config?: string }): Promise<ExitCode> {
  const config = configured(options.config);
  if (config === undefined) return 1;
  const dir = join(config.dataDir, 'log');
  if (!existsSync(dir)) return refuse(`no log in ${config.dataDir}`);
  await refuseNewer(config.dataDir);
  const unlock = lockFolder(config.dataDir, (error) => complain(`${config.dataDir} is not locked: ${error}`));
  const outcome = await skipRecord(dir, number).finally(unlock);
  if (!outcome.ok) return refuse(whyNotSkipped(number, outcome));
  say(`records ${outcome.from} to ${outcome.to} set aside in ${outcome.file}`);
  return 0;
}

function whyNotSkipped(number: number, { reason, damaged }: Extract<SkipOutcome, { ok: false }>): string {
  switch (reason) {
    case 'not-in-log':
      return `the log ends before record ${number}`;
    case 'reads-well':
      return `record ${number} can be read: nothing is set aside`;
    case 'elsewhere':
      return `record ${number} is not the damaged one, record ${damaged} is: fenghuo log skip ${damaged}`;
  }
}
