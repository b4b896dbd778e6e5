/** `fenghuo start`: translate environment and signals, start the service, say where it is, and stop it once. */
import { Command } from 'commander';
import { createLogger } from '../logger.ts';
import { VERSION } from '../version.ts';
import type { ExitCode } from './command.ts';
import { act, examples, refuse, say } from './command.ts';
import { configured } from './configured.ts';
import { DEMO_PASSWORD } from './demo-people.ts';
import { FirstAdmin } from './first-admin.ts';
import { untilStopped } from './until-stopped.ts';

export function startCommand(): Command {
  const command = new Command('start')
    .description('the service; on the embedded broker and stores where nothing else is configured')
    .option('--config <file>', 'configuration (YAML), instead of FENGHUO_CONFIG or fenghuo.yaml; none is needed')
    .addHelpText(
      'after',
      examples(
        'fenghuo start                                        HTTP on 8080, MQTT on 1883, data in ./data',
        'FENGHUO_HTTP_PORT=8081 FENGHUO_DATA_DIR=/var/lib/fenghuo fenghuo start',
      ),
    );
  return act(command, start);
}

async function start(options: { readonly config?: string }): Promise<ExitCode> {
  const config = configured(options.config);
  if (config === undefined) return 1;
  if (config.adminPassword === DEMO_PASSWORD)
    return refuse('adminPassword: the demo password is refused outside the demo');
  const logger = createLogger(config.logLevel);
  // The whole service is loaded only where it is started: every other command answers at once.
  const { startService } = await import('../compose.ts');
  return untilStopped(config, logger, async () => {
    const admin = new FirstAdmin(config);
    const service = await startService(config, logger, VERSION, (store) => admin.prepare(store));
    say(`烽火 Fenghuo: http://${config.host}:${service.httpPort}`);
    admin.show();
    return { service, also: async () => undefined };
  });
}
