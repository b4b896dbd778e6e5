/** `fenghuo start`: translate environment and signals, start the service, say where it is, and stop it once. */
import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { hashPassword } from '../../api/sign-in/passwords.ts';
import type { StateStore } from '../../store/state/port.ts';
import { wallNow } from '../clock.ts';
import type { Config } from '../config.ts';
import { createLogger } from '../logger.ts';
import { storedUser } from '../ports/accounts.ts';
import { VERSION } from '../version.ts';
import type { ExitCode } from './command.ts';
import { act, examples, refuse, say } from './command.ts';
import { configured } from './configured.ts';
import { DEMO_PASSWORD } from './demo-people.ts';
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
    const service = await startService(config, logger, VERSION, (store) => firstAdmin(store, config));
    say(`烽火 Fenghuo: http://${config.host}:${service.httpPort}`);
    return { service, also: async () => undefined };
  });
}

/** The first start prints a generated password once; it is stored as a hash only. */
async function firstAdmin(store: StateStore, config: Config): Promise<void> {
  if ((await store.people.users()).length > 0) return;
  const password = config.adminPassword ?? randomBytes(10).toString('hex');
  const record = {
    name: 'admin',
    displayName: 'admin',
    role: 'admin' as const,
    level: 'province' as const,
    scope: {},
    passwordHash: await hashPassword(password),
  };
  await store.people.putUser(storedUser(record, wallNow()), { actor: 'first start', at: wallNow() });
  if (config.adminPassword === undefined) {
    say(`首次启动：管理员 admin 的密码是 ${password}，只显示这一次。`);
    say(`First start: the password of user admin is ${password}; it is shown only once.`);
  }
}
